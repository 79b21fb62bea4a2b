"""The years of days that were written without one, from the day of the export.

Knows no language and no file.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from kpi_tui.sources.tiktok_studio.labels import Column, MonthDay

_DAY = timedelta(days=1)
_LONGEST_GAPPY = timedelta(days=366)
"""Studio gives 365 days at most; only a file without gaps may be longer."""


def latest(day: MonthDay, limit: date) -> date:
    """The last such day on or before the limit; its own date when it has a year.

    29 February falls in leap years only.
    """
    return _search(day, limit, -1)


def earliest(day: MonthDay, limit: date) -> date:
    """The first such day on or after the limit; its own date when it has a year."""
    return _search(day, limit, 1)


def _search(day: MonthDay, limit: date, step: int) -> date:
    if day.year is not None:
        return date(day.year, day.month, day.day)
    # Eight years reach over 2100, which has no 29 February.
    for year in range(limit.year, limit.year + 9 * step, step):
        try:
            found = date(year, day.month, day.day)
        except ValueError:
            continue
        if (found - limit) * step >= timedelta(0):
            return found
    raise ValueError(f"no such day near {limit}")


def dated(column: Column, last_by: date) -> list[date] | None:
    """The column's dates when its newest day is the last such one by that date.

    Walks backwards from the newest, so that a file may run over one or many new
    years. Files go upwards; one that goes downwards is read so. Days without a gap
    around a 29 February stay together, in the last leap year. None when the days
    are in no order.
    """
    found = first = _dated(column, last_by)
    if column.gaps or all(day[:2] != (2, 29) for day in column.days):
        return first
    for _ in range(9):
        if found is None or all(b - a <= _DAY for a, b in pairwise(found)):
            return found
        found = _dated(column, max(found) - _DAY)
    return first


def _dated(column: Column, last_by: date) -> list[date] | None:
    upwards = _walk(column.days, last_by)
    downwards = _walk(column.days[::-1], last_by)
    plausible = [
        (walked[-1] - walked[0], walked if is_up else walked[::-1])
        for is_up, walked in ((True, upwards), (False, downwards))
        if _is_plausible(walked, column.gaps if is_up else _gaps(column.days[::-1]))
    ]
    # Of two the shorter: two rows "24 March", "23 March" are not a year apart.
    return min(plausible, key=lambda found: found[0])[1] if plausible else None


def _gaps(days: tuple[MonthDay, ...]) -> int:
    return Column(days, frozenset()).gaps


def _walk(days: Sequence[MonthDay], last_by: date) -> list[date]:
    dates: list[date] = []
    bound = last_by
    for day in reversed(days):
        bound = latest(day, bound)
        dates.append(bound)
    return dates[::-1]


def _is_plausible(dates: Sequence[date], gaps: int) -> bool:
    if any(a > b for a, b in pairwise(dates)):
        return False
    return dates[-1] - dates[0] <= _LONGEST_GAPPY or gaps == 0
