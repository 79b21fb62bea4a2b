"""One account's daily series, each resolved once from what its sources measure.

Knows which metric stands in for which; knows no window and no KPI.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi_tui.kpi.definitions import DEFINITIONS, Definition
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.metrics import METRICS, TOTAL_OF

_DAY = timedelta(days=1)
Days = Mapping[date, float]

_STAND_INS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "conversions": (
        ("ad_conversions", "conversions = those of ads"),
        ("link_clicks", "conversions = link clicks on the profile"),
    ),
    "revenue": (("ad_revenue", "revenue = that of ads"),),
    "ad_conversions": (("conversions", None),),
    "ad_revenue": (("revenue", None),),
}
"""A flow to those that are taken for it, first to last, with what to say of it.

Never both: a shop counts the conversions that came by an ad as well.
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A flow per day, over all that the history holds."""

    days: Days
    metric: str
    """The metric whose source is named."""
    note: str | None = None
    """What a reader must know about where it comes from."""


@dataclass(frozen=True, slots=True)
class Level:
    """End-of-day values, for the days with an observation of their own."""

    days: Days
    order: tuple[date, ...]
    """The same days, oldest first."""

    def last_on(self, day: date) -> tuple[date, float] | None:
        """The last observation on or before ``day``."""
        index = bisect_right(self.order, day)
        if not index:
            return None
        found = self.order[index - 1]
        return found, self.days[found]

    def first(self) -> tuple[date, float]:
        """The oldest observation; there must be one."""
        return self.order[0], self.days[self.order[0]]


class Measured:
    """What an account's sources measure per day, by the name a formula uses.

    The choice between a metric and its stand-in is made once for the whole
    history, so that a window and the one before it never compare two kinds.
    """

    def __init__(self, history: AccountHistory) -> None:
        """Resolve nothing yet; a series costs only when it is asked for."""
        self.history = history
        self._series: dict[str, Series | None] = {}
        self._levels: dict[str, Level] = {}
        self.definitions: Mapping[str, Definition] = DEFINITIONS
        if history.customs:
            own = {kpi: one.definition for kpi, one in history.customs.items()}
            self.definitions = {**DEFINITIONS, **own}

    def series(self, name: str) -> Series | None:
        """The daily flow under that name; None when it is not measured by day."""
        if name not in self._series:
            self._series[name] = self._resolve(name)
        return self._series[name]

    def daily(self, names: Sequence[str]) -> list[Days] | None:
        """Each flow's days, for questions about single days; None where one has none.

        Where one of them is only known from the posts' totals, all are that can be, so
        that a rate of them has one basis.
        """
        found = [self.series(name) for name in names]
        if all(one is not None for one in found):
            return [one.days for one in found if one is not None]
        gains = self.history.video_flows
        days = [
            gains.get(name, None if one is None else one.days)
            for name, one in zip(names, found, strict=True)
        ]
        known = [one for one in days if one is not None]
        return known if len(known) == len(days) else None

    def level(self, metric: str) -> Level:
        """The level's observations; empty when it is not measured."""
        if metric not in self._levels:
            days = self.history.levels.get(metric, {})
            self._levels[metric] = Level(days, tuple(sorted(days)))
        return self._levels[metric]

    def currency(self, name: str) -> str:
        """ISO code of the money in that flow; empty for other units, or when not told."""
        series = self.series(name)
        metric = name if series is None else series.metric
        known = METRICS.get(metric)
        if known is not None and known.unit != "currency":
            return ""
        return self.history.currencies.get(metric, "")

    def source(self, metric: str) -> str | None:
        """Name of the source that last wrote the metric, or its running total."""
        sources = self.history.sources
        return sources.get(metric) or sources.get(TOTAL_OF.get(metric, ""))

    def _resolve(self, name: str) -> Series | None:
        match name:
            case "reach":
                return self._reach()
            case "viewers":
                return self._flow(name) or self._sum("new_viewers", "returning_viewers")
            case "bounces":
                return self._flow(name) or self._bounces_from_shares()
            case "net_followers":
                return self._flow(name) or self._sum(
                    "new_followers", "lost_followers", sign=-1
                )
            case "follower_growth":
                return self._follower_growth()
            case _:
                return (
                    self._flow(name) or self._stand_in(name) or self._from_total(name)
                )

    def _flow(self, metric: str, note: str | None = None) -> Series | None:
        days = self.history.flows.get(metric)
        last = self.history.until.get(metric)
        if days and last is not None and max(days) > last:
            # What is still being filled in is missing until it is whole.
            days = {day: value for day, value in days.items() if day <= last}
        return Series(days, metric, note) if days else None

    def _stand_in(self, name: str) -> Series | None:
        found = (self._flow(*other) for other in _STAND_INS.get(name, ()))
        return next((series for series in found if series is not None), None)

    def _reach(self) -> Series | None:
        note = "sum of daily uniques"
        return self._flow("reach", note) or self._flow(
            "viewers", f"{note}, reach = viewers of the day"
        )

    def _sum(self, first: str, second: str, sign: int = 1) -> Series | None:
        one, other = self._flow(first), self._flow(second)
        if one is None or other is None:
            return None
        days = {
            day: value + sign * other.days[day]
            for day, value in one.days.items()
            if day in other.days
        }
        joint = "+" if sign > 0 else "-"
        names = f"{METRICS[first].name} {joint} {METRICS[second].name}"
        return Series(days, first, names.lower())

    def _from_total(self, metric: str) -> Series | None:
        levels = self.history.levels.get(TOTAL_OF.get(metric, ""))
        if not levels:
            return None
        return Series(_differences(levels), metric, "from running totals")

    def _follower_growth(self) -> Series | None:
        levels = self.history.levels.get("followers")
        if not levels:
            return self.series("net_followers")
        return Series(_differences(levels), "followers")

    def _bounces_from_shares(self) -> Series | None:
        """Rate x visits per day: their sum over visits is the weighted mean rate."""
        shares, visits = self._flow("bounce_share"), self._flow("website_visits")
        if shares is None or visits is None:
            return None
        days = {
            day: share * visits.days[day]
            for day, share in shares.days.items()
            if day in visits.days
        }
        return Series(days, "bounce_share", "daily rates, weighted by visits")


def _differences(levels: Days) -> Days:
    """Level minus the evening before's, for days with an observation on both.

    Otherwise missing: a difference over several days would be booked on the last
    of them. Falls are corrections and stay.
    """
    return {
        day: value - levels[day - _DAY]
        for day, value in levels.items()
        if day - _DAY in levels
    }
