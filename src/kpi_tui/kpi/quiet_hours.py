"""Hours of the day in which nobody is told anything.

Knows no alert.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", re.ASCII)
_EXPECTED = 'expected hours such as "22:00-07:00"'


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Part of each day in which nobody is told anything; may run past midnight."""

    start: time
    end: time

    def holds(self, at: float, zone: ZoneInfo) -> bool:
        """Whether it is quiet at that moment (UTC epoch seconds).

        By what the clock on the wall shows, so that a night in which clocks are
        changed is quiet from start to end, be it 8, 9 or 10 hours long.
        """
        shown = datetime.fromtimestamp(at, UTC).astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end


def parse_quiet(value: object) -> QuietHours:
    """``"22:00-07:00"``; ValueError for anything else, and for no time at all."""
    if isinstance(value, QuietHours):
        return value
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(_EXPECTED)
    hours, minutes, end_hours, end_minutes = map(int, match.groups())
    try:
        quiet = QuietHours(time(hours, minutes), time(end_hours, end_minutes))
    except ValueError:
        raise ValueError(_EXPECTED) from None
    if quiet.start == quiet.end:
        raise ValueError(f"{_EXPECTED}: these are none")
    return quiet
