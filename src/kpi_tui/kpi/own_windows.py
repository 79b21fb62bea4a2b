"""Each KPI's own window: its source may tell its days later than the account's others.

Knows which flows a KPI needs; computes no KPI.
"""

from datetime import date

from kpi_tui.kpi.custom import CustomKpi
from kpi_tui.kpi.formulas import ENGAGEMENT, HOOK, RATIOS, SUMS, conversion_rate
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.metrics import TOTAL_OF
from kpi_tui.kpi.windows import BEHIND_DAYS, Window

_OTHERS: dict[str, tuple[str, ...]] = {
    "follower_growth": ("follower_growth",),
    "follower_growth_rate": ("follower_growth",),
    "engagement_rate": ENGAGEMENT,
    "followers_per_1000_views": ("follower_growth", "video_views"),
    "website_visits_growth": SUMS["website_visits"],
    "hook_rate": (*HOOK.top, HOOK.bottom),
}


def own_window(measured: Measured, window: Window, kpi: str) -> Window:
    """The window of that KPI: as long, ending on the last day that all its flows have.

    A flow that ends more than :data:`BEHIND_DAYS` before has stopped, and the window
    stays: so do those of levels, of posts, and of what is had from posts' totals.
    """
    last = _last_day(measured, flows_of(measured, kpi), window.last)
    if last is None or not 0 < (window.last - last).days <= BEHIND_DAYS:
        return window
    return Window(last, window.days)


def flows_of(measured: Measured, kpi: str) -> tuple[str, ...]:
    """The flows that a KPI is made of, by the names that formulas use."""
    custom = measured.history.customs.get(kpi)
    if custom is not None:
        return _flows_of_ones_own(measured, custom)
    if kpi == "conversion_rate":
        is_reach_known = measured.series("reach") is not None
        ratio = conversion_rate(is_reach_known=is_reach_known)
        return (*ratio.top, ratio.bottom)
    if kpi in RATIOS:
        return (*RATIOS[kpi].top, RATIOS[kpi].bottom)
    return SUMS.get(kpi) or _OTHERS.get(kpi, ())


def _flows_of_ones_own(measured: Measured, custom: CustomKpi) -> tuple[str, ...]:
    """Those of every part of a formula; a level has none."""
    if custom.expression is None:
        return () if custom.how == "level" else (custom.metric,)
    found: list[str] = []
    for name in custom.expression.names:
        if name in measured.definitions:
            found += flows_of(measured, name)
        elif measured.series(name) is not None:
            found.append(name)
    return tuple(found)


def _last_day(measured: Measured, flows: tuple[str, ...], day: date) -> date | None:
    """The last one up to ``day`` that all of them have; None where one is not measured
    by day, or nothing is known of it."""
    found: list[date] = []
    for name in flows:
        last = _last_of(measured, name, day)
        if last is None:
            return None
        found.append(last)
    return min(found, default=None)


def _last_of(measured: Measured, flow: str, day: date) -> date | None:
    series, until = measured.series(flow), measured.history.until
    if series is None:
        return None
    last = until.get(series.metric) or until.get(TOTAL_OF.get(series.metric, ""))
    if flow == "follower_growth" and last is not None and last < day:
        # A count holds for the day on which somebody looked last, over or not. Who
        # looks again since then has a gap, which is told as one.
        looked = measured.level("followers").last_on(day)
        return last if looked is None else looked[0]
    return last
