"""What a goal asks for, and the days in which it asks for it.

Knows calendars; no KPI's value.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Period = Literal["week", "month", "quarter", "year"]
_MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal as it is wished for: a target, or a growth."""

    kpi: str
    """An id of :data:`kpi_tui.kpi.definitions.DEFINITIONS`."""
    target: float | None = None
    """In the KPI's unit."""
    growth: float | None = None
    """0.1 is +10 % on the days before the period."""
    period: Period | None = None
    """The growth is asked for in each of these, anew."""
    by: date | None = None
    start: date | None = None

    @property
    def is_open_start(self) -> bool:
        """Whether nobody said when it began."""
        return self.start is None and self.period is None


def period_of(aim: Aim, last: date) -> tuple[date | None, date | None]:
    """First day and last day of the goal's period as of ``last``; None: open.

    A goal that says only its end began a year before it, or on ``last`` if that is
    not there yet. A growth per month, quarter or year runs with the calendar, weeks
    from Monday; with a start, from that day on. ``by`` ends the last period.
    """
    if aim.period is None:
        if aim.by is None:
            return aim.start, None
        return aim.start or min(last, _months_later(aim.by, -12) + _DAY), aim.by
    start, end = _running(aim.period, aim.start, last)
    return start, end if aim.by is None else max(start, min(end, aim.by))


def _running(period: Period, origin: date | None, last: date) -> tuple[date, date]:
    """The period that ``last`` is in; the first one when ``origin`` is to come."""
    if period == "week":
        monday = origin or last - last.weekday() * _DAY
        first = monday + max(0, (last - monday).days // 7) * 7 * _DAY
        return first, first + 6 * _DAY
    months = _MONTHS[period]
    if origin is None:
        month = (last.month - 1) // months * months + 1
        origin = date(last.year, month, 1)
    # The origin's own day of the month every time: 31 January, 28 February, 31 March.
    count = 0
    if last > origin:
        whole = (last.year - origin.year) * 12 + last.month - origin.month
        count = max(0, whole // months)
        while count and _months_later(origin, count * months) > last:
            count -= 1
    first = _months_later(origin, count * months)
    return first, _months_later(origin, (count + 1) * months) - _DAY


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    month = day.year * 12 + day.month - 1 + months
    year, number = divmod(month, 12)
    after = date(year + (number == 11), (number + 1) % 12 + 1, 1)
    return min(date(year, number + 1, 1) + (day.day - 1) * _DAY, after - _DAY)
