"""Followers at a day's end, and their change over a window.

Knows levels and net flows; not how a KPI is shown.
"""

from dataclasses import dataclass
from datetime import date

from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.posts import NOT_MEASURED
from kpi_tui.kpi.sums import Sums, not_covered, sums
from kpi_tui.kpi.windows import Window

NO_BASELINE = "no baseline"


@dataclass(frozen=True, slots=True)
class FollowerChange:
    """What followers did over a window, with the days that it spans."""

    value: float | None = None
    start: float | None = None
    """Followers at ``start_day``; None when only net flows are known."""
    start_day: date | None = None
    """Day of the observation that the change starts from."""
    end: float | None = None
    covered_days: int = 0
    since: date | None = None
    """The evening that the change counts from; None when only flows are known."""
    as_of: date | None = None
    reason: str | None = None
    note: str | None = None
    source: str | None = None


def follower_change(measured: Measured, window: Window) -> FollowerChange:
    """Followers at the window's end minus those before it.

    Starts from the last value at or before D-N, else from the first one inside the
    window, and covers the days since. Without any level it is the sum of the
    daily net flows.
    """
    level = measured.level("followers")
    source = measured.source("followers")
    end = level.last_on(window.last)
    if end is None:
        return _from_flows(measured, window)
    # With none up to the baseline the oldest one lies inside: the end is one.
    start = level.last_on(window.baseline) or level.first()
    since = max(start[0], window.baseline)
    covered = (end[0] - since).days
    if covered < 1:
        has_baseline = start[0] <= window.baseline
        reason = not_covered(0, window.days) if has_baseline else NO_BASELINE
        return FollowerChange(reason=reason, source=source)
    return FollowerChange(
        value=end[1] - start[1],
        start=start[1],
        start_day=start[0],
        end=end[1],
        covered_days=covered,
        since=since,
        as_of=end[0],
        source=source,
    )


def _from_flows(measured: Measured, window: Window) -> FollowerChange:
    found: Sums = sums(measured, window, ("net_followers",))
    if found.reason is not None:
        reason = found.reason
        if measured.level("followers").days and reason == NOT_MEASURED:
            reason = not_covered(0, window.days)
        return FollowerChange(reason=reason, source=found.source)
    return FollowerChange(
        value=found.values["net_followers"],
        covered_days=found.covered_days,
        as_of=found.as_of,
        note=found.note or "sum of daily net followers",
        source=found.source,
    )
