"""A KPI asked about a later day: the past it stands on, and the days already known.

Knows daily series and windows; no KPI by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kpi_tui.kpi.daily import DAY, Daily
from kpi_tui.kpi.fits import MOST_DAYS
from kpi_tui.kpi.futures import Futures, futures
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.windows import Window


@dataclass(frozen=True, slots=True)
class Question:
    """A KPI's value over the window that ends on ``by``, asked on ``last``."""

    measured: Measured
    last: date
    """The last day of complete data."""
    by: date
    days: int = 28

    @property
    def ahead(self) -> int:
        """Days from ``last`` to ``by``."""
        return (self.by - self.last).days

    @property
    def window(self) -> Window:
        """The window that ends on ``by``."""
        return Window(self.by, self.days)

    def past(self, value: Daily) -> list[float | None]:
        """The value of each of the last :data:`MOST_DAYS` days, from the first known."""
        days = (self.last - i * DAY for i in range(MOST_DAYS - 1, -1, -1))
        found = [value(day) for day in days]
        start = next((i for i, one in enumerate(found) if one is not None), len(found))
        return found[start:]

    def known(self, value: Daily, days: int = 0) -> float:
        """The sum of the window's days that are over; ``days`` for a longer window."""
        first = self.by - (days or self.days) * DAY + DAY
        count = (self.last - first).days + 1
        values = (value(first + i * DAY) for i in range(count))
        return sum(one for one in values if one is not None)

    def futures(
        self, past: Sequence[float | None], keep: int = 0, *, is_summed: bool = False
    ) -> Futures | None:
        """Continuations of a daily series up to ``by``, its window's days kept."""
        keep = keep or self.days
        weekday = self.last.weekday()
        return futures(past, weekday, self.ahead, keep, is_summed=is_summed)
