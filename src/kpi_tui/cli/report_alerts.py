"""The alerts of a report: which, in what order, and since when.

Knows no layout.
"""

from datetime import UTC, datetime, tzinfo

from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.format import format_day
from kpi_tui.monitor.snapshot import Snapshot


def open_first(snapshot: Snapshot) -> list[Alert]:
    """The account's alerts that are not over, unanswered ones first."""
    handle = snapshot.account.handle
    found = [one for one in snapshot.alerts if one.is_open and one.account == handle]
    return sorted(found, key=lambda alert: alert.state != "raised")


def alert_since(alert: Alert, zone: tzinfo) -> str:
    """``24 Mar 11:00``."""
    local = datetime.fromtimestamp(alert.raised_at, UTC).astimezone(zone)
    return f"{format_day(local.date())} {local:%H:%M}"
