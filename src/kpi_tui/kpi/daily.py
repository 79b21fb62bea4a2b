"""Flows added up day by day.

Knows no KPI by name.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from kpi_tui.kpi.measured import Measured

DAY = timedelta(days=1)
Daily = Callable[[date], float | None]
"""A value per day; None where it is not known."""


def daily(measured: Measured, names: Sequence[str]) -> Daily | None:
    """The sum of those flows on a day, where all are known."""
    known = measured.daily(names)
    if known is None:
        return None

    def value(day: date) -> float | None:
        parts = [days[day] for days in known if day in days]
        return sum(parts) if len(parts) == len(known) else None

    return value
