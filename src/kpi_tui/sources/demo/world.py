"""The demo's world: one brand, its rivals and its shop, behind an in-process network.

Puts the parts together. Nothing of it is random at run time: the same seed, start and
moment give the same bytes, in whatever order it is asked.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.demo.brand import Brand
from kpi_tui.sources.demo.business import BusinessApi
from kpi_tui.sources.demo.history import History
from kpi_tui.sources.demo.insights import Insights
from kpi_tui.sources.demo.rival_posts import RivalPosts
from kpi_tui.sources.demo.rivals import Field
from kpi_tui.sources.demo.settings import TIMEZONE
from kpi_tui.sources.demo.stats import StatsApi
from kpi_tui.sources.demo.web import Shop

if TYPE_CHECKING:
    import httpx


class DemoWorld:
    """A year of a brand's life up to now, and what happens while you watch."""

    def __init__(self, seed: int = 1, now: Callable[[], float] = time.time) -> None:
        """The stories (a viral week, a launch, a rival that overtakes) are told from
        the moment of this call; ``now`` gives UTC epoch seconds, also later."""
        self._now = now
        started = now()
        self._brand = Brand(seed, ZoneInfo(TIMEZONE), started)
        self._insights = Insights(seed, self._brand)
        self._business = BusinessApi(seed, self._brand, self._insights)
        self._field = Field(seed, self._brand)
        self._shop = Shop(seed, self._brand)
        self._rival_posts = RivalPosts(seed, self._field)
        self._stats = StatsApi(self._field, self._rival_posts, self._shop, started)

    def transport(self) -> "httpx.AsyncBaseTransport":
        """A network in this process that knows the demo's hosts and no other.

        Imports httpx, which the first frame does not wait for.
        """
        from kpi_tui.sources.demo.transport import DemoTransport

        return DemoTransport(self._business, self._stats, self._now)

    def history(self) -> list[tuple[str, Batch]]:
        """(source name, batch) of all that was stored until a minute ago."""
        history = History(self._brand, self._insights, self._business, self._now())
        return history.batches(self._field, self._rival_posts, self._shop)
