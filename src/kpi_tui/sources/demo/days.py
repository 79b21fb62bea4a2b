"""Days as numbers, and the clock on which attention passes.

A video ages by attention, not by seconds: the clock runs fast on a Sunday evening in
December and slowly on a weekday morning in July. Every season of the demo is in this
one place, so that a day's views are exactly the sum of its videos' gains. Knows no
video.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from math import cos, exp, pi
from zoneinfo import ZoneInfo

from kpi_tui.sources.demo.dice import Dice

DAY = 86_400
"""Seconds."""
_EPOCH = date(1970, 1, 1).toordinal()

_HOURS = (
    *(3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11),
    *(12, 13, 12, 11, 11, 12, 14, 17, 20, 21, 16, 9),
)
"""Attention by local hour: a lunch break and an evening peak at 21."""
_WEEK = (0.92, 0.95, 0.97, 1.0, 1.0, 1.08, 1.16)
"""Attention by weekday, Monday first."""
_PEAK_OF_YEAR = 335
"""1 December: new oil and presents."""


def day_of(at: float) -> int:
    """Number of the UTC day that holds the instant, counted from 1970-01-01."""
    return int(at // DAY)


def to_date(day: int) -> date:
    """The calendar day of a day number."""
    return date.fromordinal(_EPOCH + day)


def number_of(day: date) -> int:
    """The day number of a calendar day."""
    return day.toordinal() - _EPOCH


def hour_weight(hour: int) -> float:
    """Share of a day's attention that falls into a local hour, 0-23."""
    return _HOURS[hour] / sum(_HOURS)


class Attention:
    """Maps instants to attention, in units of an average day."""

    def __init__(self, dice: Dice, zone: ZoneInfo, first_day: int) -> None:
        """``first_day`` is where the clock starts; before it, it stands at 0."""
        self._dice = dice
        self._zone = zone
        self._first = first_day
        self._starts = [0.0]
        self._profiles: dict[int, list[float]] = {}
        self._offsets: dict[int, int] = {}

    def at(self, at: float) -> float:
        """The clock's stand at an instant (UTC epoch seconds); it never runs back."""
        day, second = divmod(at, DAY)
        index = int(day) - self._first
        if index < 0:
            return 0.0
        start, end = self.start(int(day)), self.start(int(day) + 1)
        return start + (end - start) * self._passed(int(day), second)

    def start(self, day: int) -> float:
        """The clock's stand at 00:00 UTC of a day."""
        index = day - self._first
        while len(self._starts) <= index:
            next_day = self._first + len(self._starts) - 1
            self._starts.append(self._starts[-1] + self._speed(next_day))
        return self._starts[max(index, 0)]

    def offset_hours(self, day: int) -> int:
        """Hours that the zone is ahead of UTC at noon of that UTC day."""
        known = self._offsets.get(day)
        if known is None:
            noon = datetime.fromtimestamp(day * DAY + DAY // 2, UTC)
            offset = noon.astimezone(self._zone).utcoffset() or timedelta(0)
            known = self._offsets[day] = offset // timedelta(hours=1)
        return known

    def _speed(self, day: int) -> float:
        of_year = to_date(day).timetuple().tm_yday
        season = 1 + 0.12 * cos(2 * pi * (of_year - _PEAK_OF_YEAR) / 365.25)
        weekday = _WEEK[(day + 3) % 7]  # day 0 was a Thursday
        return season * weekday * exp(0.06 * self._dice.normal("day", day))

    def _passed(self, day: int, second: float) -> float:
        """Share of the day's attention that is over after so many seconds."""
        profile = self._profile(self.offset_hours(day))
        hour, rest = divmod(second / 3600, 1)
        low, high = profile[int(hour)], profile[int(hour) + 1]
        return low + (high - low) * rest

    def _profile(self, offset: int) -> list[float]:
        known = self._profiles.get(offset)
        if known is None:
            hours = [hour_weight((hour + offset) % 24) for hour in range(24)]
            # The last step is 1 and nothing else, or two days would not join.
            known = [0.0, *list(accumulate(hours))[:-1], 1.0]
            self._profiles[offset] = known
        return known
