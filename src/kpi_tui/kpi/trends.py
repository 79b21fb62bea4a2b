"""One KPI as a value per day, for sparklines and the Trends chart.

Knows the same formulas as the windows, applied to single days; draws nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from kpi_tui.kpi.custom_values import custom_daily
from kpi_tui.kpi.daily import Daily
from kpi_tui.kpi.formulas import (
    ENGAGEMENT,
    HOOK,
    RATIOS,
    SUMS,
    Ratio,
    conversion_rate,
)
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.posts import posted_day
from kpi_tui.kpi.windows import Window

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trend:
    """A KPI day by day; None marks a missing day, drawn as a gap and never as 0."""

    kpi: str
    first: date
    values: tuple[float | None, ...]
    """One per day of the window. Rates are the day's own rate."""
    previous: tuple[float | None, ...] = ()
    """The same days of the previous window, oldest first; may be empty."""


def trend(kpi: str, history: AccountHistory, window: Window) -> Trend | None:
    """The KPI's own value of each day; None when no day of the window has one.

    KPIs over whole videos (completion, watch time, the median) have no daily value.
    """
    return _trend(kpi, Measured(history), window)


def trends(history: AccountHistory, window: Window) -> dict[str, Trend]:
    """KPI id to its trend, for every KPI that has one; resolves each series once."""
    measured = Measured(history)
    found = {kpi: _trend(kpi, measured, window) for kpi in measured.definitions}
    return {kpi: one for kpi, one in found.items() if one is not None}


def _trend(kpi: str, measured: Measured, window: Window) -> Trend | None:
    daily = _daily(kpi, measured)
    if daily is None:
        return None
    values = tuple(daily(day) for day in window)
    if all(value is None for value in values):
        return None
    previous = tuple(daily(day) for day in window.previous)
    if all(value is None for value in previous):
        previous = ()
    return Trend(kpi, window.first, values, previous)


def _daily(kpi: str, measured: Measured) -> Daily | None:
    """The formula of a single day; None when the KPI has no daily value."""
    custom = measured.history.customs.get(kpi)
    if custom is not None:
        return custom_daily(measured, custom, partial(_daily, measured=measured))
    if kpi in SUMS:
        return _sum_of(measured, SUMS[kpi])
    if kpi in RATIOS:
        return _quotient(measured, RATIOS[kpi])
    return _OTHERS[kpi](measured) if kpi in _OTHERS else None


def _sum_of(measured: Measured, names: tuple[str, ...]) -> Daily | None:
    days = measured.daily(names)
    if days is None:
        return None

    def value(day: date) -> float | None:
        parts = [one[day] for one in days if day in one]
        return sum(parts) if len(parts) == len(days) else None

    return value


def _quotient(measured: Measured, ratio: Ratio, factor: float = 1.0) -> Daily | None:
    # Together: a rate of a day has one basis.
    days = measured.daily((*ratio.top, ratio.bottom))
    if days is None:
        return None
    *top, bottom = days

    def value(day: date) -> float | None:
        below = bottom.get(day)
        parts = [one[day] for one in top if day in one]
        if len(parts) < len(top) or below is None or below <= 0:
            return None
        return sum(parts) / below * factor + ratio.offset

    return value


def _followers(measured: Measured) -> Daily:
    return measured.level("followers").days.get


def _growth(measured: Measured) -> Daily | None:
    return _sum_of(measured, ("follower_growth",))


def _growth_rate(measured: Measured) -> Daily:
    """A day's growth per follower of the evening before."""
    days = measured.level("followers").days

    def value(day: date) -> float | None:
        before = days.get(day - _DAY)
        if not before or day not in days:
            return None
        return (days[day] - before) / before

    return value


def _engagement_rate(measured: Measured) -> Daily | None:
    """A day's engagements per follower at its end (last known)."""
    engagements = _sum_of(measured, ENGAGEMENT)
    if engagements is None:
        return None
    level = measured.level("followers")

    def value(day: date) -> float | None:
        above, below = engagements(day), level.last_on(day)
        if above is None or below is None or below[1] <= 0:
            return None
        return above / below[1]

    return value


def _followers_per_1000_views(measured: Measured) -> Daily | None:
    ratio = Ratio(("follower_growth",), "video_views")
    return _quotient(measured, ratio, factor=1000.0)


def _conversion_rate(measured: Measured) -> Daily | None:
    is_reach_known = measured.series("reach") is not None
    return _quotient(measured, conversion_rate(is_reach_known=is_reach_known))


def _hook_rate(measured: Measured) -> Daily | None:
    """Of ads only: the curve of a post has no day."""
    return _quotient(measured, HOOK)


def _posts(measured: Measured) -> Daily | None:
    """Posts of the day x 7, from the day of the oldest known post on."""
    history = measured.history
    days = [
        day
        for video in history.videos
        if (day := posted_day(video.video, history.zone)) is not None
    ]
    if not days:
        return None
    oldest = min(days)

    def value(day: date) -> float | None:
        return days.count(day) * 7.0 if day >= oldest else None

    return value


_OTHERS: dict[str, Callable[[Measured], Daily | None]] = {
    "followers": _followers,
    "follower_growth": _growth,
    "follower_growth_rate": _growth_rate,
    "engagement_rate": _engagement_rate,
    "followers_per_1000_views": _followers_per_1000_views,
    "conversion_rate": _conversion_rate,
    "hook_rate": _hook_rate,
    "posting_frequency": _posts,
}
