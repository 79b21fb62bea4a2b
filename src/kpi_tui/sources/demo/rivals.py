"""Four competitors: their followers and daily numbers, and the one who overtakes.

Knows neither the address nor the shape in which they are served.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, floor, log10, tanh
from typing import NamedTuple

from kpi_tui.sources.demo.brand import Brand
from kpi_tui.sources.demo.days import DAY
from kpi_tui.sources.demo.dice import Dice

HISTORY_DAYS = 400
OVERTAKEN_DAYS_AGO = 7
"""When the rival's followers pass the brand's."""
RIVAL_LIVENS_DAYS_AGO = 18
"""When the rival's engagement jumps; its 28-day rate passes about ten days later."""
NEWCOMER_DAYS = 9

_WEEK = (0.9, 0.93, 0.97, 1.0, 1.03, 1.09, 1.08)


class RivalDay(NamedTuple):
    """One UTC day of a competitor."""

    followers: int
    """At the end of the day."""
    views: int
    likes: int
    comments: int
    shares: int


@dataclass(frozen=True, slots=True)
class Rival:
    """A competitor's public face."""

    handle: str
    name: str
    views: float
    """A day."""
    posts_per_week: float
    hearts: int
    """Likes before the told days."""
    days: int = HISTORY_DAYS
    """How far back its days are told from the world's start."""
    is_rounded: bool = False
    """Counters come with three significant digits."""


RIVALS = {
    rival.handle: rival
    for rival in (
        Rival("rival", "Rival Olives", 118_000, 6.5, 4_180_000),
        Rival("goldenpress", "Golden Press", 402_000, 9, 38_400_000, is_rounded=True),
        Rival("oldmill", "The Old Mill", 27_000, 1.2, 1_920_000),
        Rival("newcomer", "Newcomer Oils", 0, 0.5, 0, days=NEWCOMER_DAYS),
    )
}


class Field:
    """All competitors, in the light of the brand that they compete with."""

    def __init__(self, seed: int, brand: Brand) -> None:
        """Draws of its own; the rival follows the brand's numbers to overtake them."""
        self._dice = Dice(seed, "rivals")
        self._brand = brand
        self._followers: dict[str, Callable[[int], float]] = {
            "rival": self._overtaking,
            "goldenpress": lambda day: 1_230_000 * exp(0.0011 * self._since(day)),
            "oldmill": lambda day: 88_100 * exp(-0.00004 * self._since(day)),
            "newcomer": lambda day: 412 * tanh((self._since(day) + 14) / 10) / 0.9,
        }
        self._likes: dict[str, list[int]] = {handle: [0] for handle in RIVALS}
        self._first = brand.today - HISTORY_DAYS
        self._known: dict[tuple[str, int], RivalDay] = {}

    def first_day(self, rival: Rival) -> int:
        """The first day that is told of it."""
        return self._brand.today - rival.days

    def day(self, rival: Rival, day: int) -> RivalDay:
        """One whole day."""
        known = self._known.get((rival.handle, day))
        if known is None:
            if len(self._known) > 4 * HISTORY_DAYS:
                self._known.clear()
            known = self._known[rival.handle, day] = self._day(rival, day)
        return known

    def followers(self, rival: Rival, at: float) -> int:
        """Followers at an instant, as the platform shows them."""
        day, second = divmod(at, DAY)
        before = self._count(rival, int(day) - 1)
        after = self._count(rival, int(day))
        return _shown(rival, int(before + (after - before) * second / DAY))

    def hearts(self, rival: Rival, at: float) -> int:
        """Likes of all time at an instant, as the platform shows them."""
        day, second = divmod(at, DAY)
        before = self._likes_until(rival, int(day))
        gained = self.day(rival, int(day)).likes * second / DAY
        return _shown(rival, rival.hearts + before + int(gained))

    def videos(self, rival: Rival, at: float) -> int:
        """Posts of all time at an instant."""
        weeks = at / (7 * DAY) - self.first_day(rival) / 7
        return 3 + max(0, int(weeks * rival.posts_per_week))

    def _day(self, rival: Rival, day: int) -> RivalDay:
        name = rival.handle
        views = rival.views * _WEEK[(day + 3) % 7]
        views *= exp(0.16 * self._dice.normal(name, "views", day))
        engaged = views * self.engagement(rival, day)
        engaged *= self._dice.between(0.96, 1.04, name, "engaged", day)
        return RivalDay(
            followers=_shown(rival, self._count(rival, day)),
            views=int(views),
            likes=int(engaged * 0.9),
            comments=int(engaged * 0.04),
            shares=int(engaged * 0.06),
        )

    def engagement(self, rival: Rival, day: int) -> float:
        """Engagements per view on a day."""
        if rival.handle != "rival":
            return {"goldenpress": 0.029, "oldmill": 0.022}.get(rival.handle, 0.0)
        gone = self._since(day) + RIVAL_LIVENS_DAYS_AGO
        return self._brand_engagement(day) * (0.72 + 0.8 * min(1.0, max(0.0, gone / 3)))

    def _brand_engagement(self, day: int) -> float:
        """The brand's engagements per view over the four weeks to the end of a day."""
        before = self._brand.start_of(day - 27)
        after = self._brand.start_of(day + 1)
        views = after.views - before.views
        if views < 1:
            return 0.05
        parts = sum(after[1:4]) - sum(before[1:4])
        return parts / views

    def _overtaking(self, day: int) -> float:
        """The brand's smoothed followers, less a lead that melts and then turns."""
        start, end = day - 14, day + 15
        smooth = (self._brand_followers(start) + self._brand_followers(end)) / 2
        since = self._since(day) + OVERTAKEN_DAYS_AGO
        lead = 0.045 * tanh(since / 12)
        lead += max(-0.3, 0.0009 * min(0.0, since + 20))
        return smooth * (1 + lead)

    def _brand_followers(self, day: int) -> float:
        first = self._brand.first_day
        followers = self._brand.followers_at_start_of(max(day, first))
        return followers * exp(0.0012 * min(0, day - first))

    def _since(self, day: int) -> int:
        """Days since the last whole day before the world's start."""
        return day - (self._brand.today - 1)

    def _count(self, rival: Rival, day: int) -> int:
        """True followers at the end of a day."""
        count = max(0.0, self._followers[rival.handle](day))
        jitter = 0.0004 * self._dice.normal(rival.handle, "followers", day)
        return int(count * (1 + jitter))

    def _likes_until(self, rival: Rival, day: int) -> int:
        """Likes of the told days before a day."""
        sums = self._likes[rival.handle]
        while len(sums) <= day - self._first:
            sums.append(sums[-1] + self.day(rival, self._first + len(sums) - 1).likes)
        return sums[max(0, day - self._first)]


def _shown(rival: Rival, count: int) -> int:
    """The count as the platform shows it: 1,234,567 becomes 1,230,000 if rounded."""
    if not rival.is_rounded or count < 1000:
        return count
    step = int(10 ** (floor(log10(count)) - 2))
    return count // step * step
