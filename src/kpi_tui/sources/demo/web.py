"""The brand's shop: visits from TikTok, bounces, orders, and what ads cost.

Follows the brand's link clicks; knows no address and no shape.
"""

from typing import NamedTuple

from kpi_tui.sources.demo.brand import Brand
from kpi_tui.sources.demo.dice import Dice

GAP_DAYS_AGO = 17
"""The shop's counter was down for a while: that day is missing, and stays so."""
SLOW_PAGE_DAYS_AGO = 12
"""Since then more visitors leave at once: the new landing page is slow."""


class WebDay(NamedTuple):
    """One day of the shop, visitors from TikTok only; field names as served."""

    visits: int
    bounces: int
    conversions: int
    revenue: float
    """Euro, as is ``spend``."""
    viewers: int
    new_viewers: int
    returning_viewers: int
    spend: float
    impressions: int
    clicks: int


class Shop:
    """A pure function of seed, start and day."""

    def __init__(self, seed: int, brand: Brand) -> None:
        """Draws of its own, on the brand's clicks."""
        self._dice = Dice(seed, "shop")
        self._brand = brand

    def day(self, day: int) -> WebDay | None:
        """One whole day; None for the day of the gap."""
        since = day - self._brand.today
        if since == -GAP_DAYS_AGO:
            return None
        row = self._brand.day(day)
        echo = self._brand.launch_echo(day)
        clicks = round(125 * self._around(0.15, "ad clicks", day) * (1 + 0.4 * echo))
        visits = round(0.93 * row.link_clicks * (1 + 0.8 * echo) + 0.86 * clicks)
        slow = min(1.0, max(0.0, (since + SLOW_PAGE_DAYS_AGO) / 4))
        bounces = round(visits * (0.41 + 0.07 * slow) * self._around(0.05, "b", day))
        wanted = visits * (0.03 + 0.012 * echo) * self._around(0.2, "orders", day)
        orders = min(round(wanted), visits - bounces)
        viewers = round(0.97 * row.reach)
        new = round(viewers * self._dice.between(0.55, 0.65, "new", day))
        return WebDay(
            visits=visits,
            bounces=bounces,
            conversions=orders,
            revenue=round(orders * 37.5 * self._around(0.12, "basket", day), 2),
            viewers=viewers,
            new_viewers=new,
            returning_viewers=viewers - new,
            spend=round(clicks * 0.46 * self._around(0.06, "price", day), 2),
            impressions=round(clicks / 0.011 * self._around(0.1, "shown", day)),
            clicks=clicks,
        )

    def _around(self, spread: float, name: str, day: int) -> float:
        return self._dice.between(1 - spread, 1 + spread, name, day)
