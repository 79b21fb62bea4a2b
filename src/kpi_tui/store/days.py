"""Calendar days of a view: the bounds that the queries seek to.

Knows no SQL.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kpi_tui.kpi.readings import day_start
from kpi_tui.kpi.windows import day_end, local_day

_DAY = 86400
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

END_OF_TIME = 2**62
"""Later than any point."""


class Moment:
    """Until when points count: now, or the end of a day."""

    __slots__ = ("as_of", "before", "last_label", "zone")

    def __init__(self, zone: ZoneInfo, as_of: date | None = None) -> None:
        """``as_of`` None: now. The bounds are worked out once, not for each point."""
        self.zone = zone
        self.as_of = as_of
        self.before = END_OF_TIME if as_of is None else day_end(as_of, zone)
        """Instants count that lie before this UTC epoch second."""
        self.last_label = END_OF_TIME if as_of is None else day_start(as_of)
        """Daily points count whose ``at`` is not after this."""

    def at_end_of(self, day: date) -> "Moment":
        """The end of that day, or this moment if it is earlier."""
        if self.as_of is not None and self.as_of < day:
            return self
        return Moment(self.zone, day)

    def counts(self, grain: str, at: int) -> bool:
        """Whether a point of that grain lies within."""
        return at <= self.last_label if grain == "day" else at < self.before

    def day_of(self, grain: str, at: int) -> date:
        """The calendar day to which a point of that grain belongs."""
        return label_of(at) if grain == "day" else local_day(at, self.zone)

    def told_at(self, grain: str, at: int, seen: int) -> int:
        """UTC epoch seconds at which a point's value held.

        A day's value holds in the day's last second, or when it was told, if earlier.
        """
        if grain != "day":
            return at
        return min(seen, day_end(label_of(at), self.zone) - 1)


def label_of(at: int) -> date:
    """The label of a daily point; five times as fast as through datetime."""
    return date.fromordinal(_EPOCH_ORDINAL + at // _DAY)


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
