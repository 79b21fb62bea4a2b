"""Pure steps from one View to the next: range and time."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kpi_tui.kpi.windows import local_day
from kpi_tui.monitor.snapshot import Snapshot, View

RANGES = (7, 14, 28, 60, 90, 365)
"""Days that ``[`` and ``]`` step through."""


def with_range(view: View, step: int) -> View:
    """The next shorter (-1) or longer (+1) range; the same at either end."""
    if step > 0:
        days = next((days for days in RANGES if days > view.days), view.days)
    else:
        days = next((days for days in reversed(RANGES) if days < view.days), view.days)
    return replace(view, days=days)


def with_time(view: View, step: int, newest: date | None) -> View:
    """``step`` days along; past the newest complete day it is now again.

    A step of 0 goes back to now at once. Without any complete day there is no past.
    """
    if step == 0 or newest is None:
        return replace(view, as_of=None)
    as_of = (view.as_of or newest) + timedelta(days=step)
    return replace(view, as_of=None if as_of >= newest else as_of)


def as_it_was(snapshot: Snapshot) -> Snapshot:
    """Without what came after the day that is looked at: later alerts, later polls.

    How a source does is known for now only; the Sources tab says so.
    """
    day = snapshot.view.as_of
    if day is None:
        return snapshot
    zone = ZoneInfo(snapshot.account.timezone)
    return replace(
        snapshot,
        alerts=tuple(
            alert
            for alert in snapshot.alerts
            if local_day(alert.raised_at, zone) <= day
        ),
        log=tuple(
            line for line in snapshot.log if line.at.astimezone(zone).date() <= day
        ),
    )
