"""Windows of calendar days, and an account's days in its own IANA zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ENOUGH_COVERAGE = 0.8
"""Below this share of covered days a KPI takes no part in goals, ranks or alerts."""

BEHIND_DAYS = 4
"""So many days a source may be behind the account's others: windows of its KPIs then
end on its own last day. One that is further behind has stopped: its days are missing."""


@dataclass(frozen=True, slots=True)
class Window:
    """``days`` calendar days that end on ``last``, both ends included."""

    last: date
    days: int = 28

    def __post_init__(self) -> None:
        """Refuse a window without days."""
        if self.days < 1:
            raise ValueError(f"a window needs at least one day, not {self.days}")

    @property
    def first(self) -> date:
        """The window's first day, D-N+1."""
        return self.last - timedelta(days=self.days - 1)

    @property
    def baseline(self) -> date:
        """The day whose end is the window's start, D-N."""
        return self.last - timedelta(days=self.days)

    @property
    def previous(self) -> "Window":
        """The N days before this window."""
        return Window(self.baseline, self.days)

    def __iter__(self) -> Iterator[date]:
        """Each day, oldest first."""
        first = self.first
        return (first + timedelta(days=i) for i in range(self.days))

    def __contains__(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.first <= day <= self.last


def day_end(day: date, zone: ZoneInfo) -> int:
    """UTC epoch seconds of the first moment after the day in that zone.

    Midnight of the next label, so 23- and 25-hour days come out right.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return int(midnight.timestamp())


def local_day(at: int, zone: ZoneInfo) -> date:
    """The calendar day of a UTC instant in that zone."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()
