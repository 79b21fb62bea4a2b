"""One KPI as a value per day, for sparklines and the Trends chart."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Trend:
    """A KPI day by day; None marks a missing day, drawn as a gap and never as 0."""

    kpi: str
    first: date
    values: tuple[float | None, ...]
    """One per day of the window. Rates are the day's own rate."""
    previous: tuple[float | None, ...] = ()
    """The same days of the previous window, oldest first; may be empty."""
