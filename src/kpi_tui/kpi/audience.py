"""Who follows and watches: shares by age, gender and place, active hours, new viewers."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Share:
    """One bucket of an audience dimension."""

    label: str
    share: float
    """Fraction 0-1."""
    previous: float | None = None
    """The same bucket at the previous window's end, when known."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One dimension, largest bucket first (ages: in order of age)."""

    dimension: str
    """``age``, ``gender``, ``country``, ``city``."""
    shares: tuple[Share, ...]
    as_of: date
    source: str | None


@dataclass(frozen=True, slots=True)
class Audience:
    """The Audience tab's data; every part may be missing."""

    breakdowns: tuple[Breakdown, ...] = ()
    active_hours: tuple[float | None, ...] = ()
    """24 values, mean active followers by hour of the account's zone; empty when
    not measured. (Days with placeholder zeros are left out.)"""
    active_hours_days: int = 0
    """Days that went into the mean."""
    active_hours_source: str | None = None
    viewers_by_day: tuple[tuple[date, float | None, float | None], ...] = ()
    """(day, new viewers, returning viewers) per day of the window; empty when the
    window has none."""
