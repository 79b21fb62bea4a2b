"""When a value was measured: from what a source wrote to a reading's grain and time.

Knows no source: a CSV cell and a JSON value are read alike.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.readings import Grain, day_start
from kpi_tui.sources.numeric import number

_EARLIEST = 100_000_000
_LATEST = 4_102_444_800
"""1973 and 2100 in epoch seconds: outside, a number is no time but something else."""


class Moment(NamedTuple):
    """A point in time with the calendar day that it was written as."""

    label: date
    at: int | None
    """UTC epoch seconds; None when only a day was given."""


def moment(value: object, zone: tzinfo) -> Moment | None:
    """Read an ISO date or date-time, ``YYYYMMDD``, or epoch seconds or milliseconds.

    A date-time without a zone is UTC. The day of an epoch is the one in ``zone``; that
    of a date-time is the one written. None for anything else.
    """
    if isinstance(value, str) and (written := _iso(value.strip())) is not None:
        return written
    epoch = number(value)
    if epoch is None:
        return None
    if 19_000_101 <= epoch <= 21_001_231 and epoch == int(epoch):
        return _iso(str(int(epoch)))
    if epoch >= _EARLIEST * 1000:  # the year 5138 in seconds
        epoch /= 1000
    if not _EARLIEST <= epoch <= _LATEST:
        return None
    at = int(epoch)
    return Moment(datetime.fromtimestamp(at, UTC).astimezone(zone).date(), at)


def from_datetime(when: datetime) -> Moment | None:
    """The moment of a date-time, UTC where it names no zone; None outside 1973-2100."""
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    try:
        at = int(aware.timestamp())
    except (OverflowError, ValueError):
        return None
    return Moment(when.date(), at) if _EARLIEST <= at <= _LATEST else None


def is_daily(metric: str) -> bool:
    """Whether the metric only means something for a whole day (views of the day).

    Unknown (custom) metrics are taken as levels: they have a value at any time.
    """
    known = METRICS.get(metric)
    return known is not None and known.kind in {"flow", "share"}


def placed(metric: str, when: Moment) -> tuple[Grain, int]:
    """The grain and ``at`` of a reading of ``metric`` at that moment."""
    if when.at is None or is_daily(metric):
        return "day", day_start(when.label)
    return "instant", when.at


def is_future(when: Moment, now: float) -> bool:
    """Whether it lies more than a day ahead: a typing error, a plan, a broken clock.

    Kept, it would be the newest value for ever.
    """
    tomorrow = datetime.fromtimestamp(now, UTC) + timedelta(days=1)
    if when.at is None:
        return when.label > tomorrow.date()
    return when.at > tomorrow.timestamp()


def local_today(now: float, zone: tzinfo) -> date:
    """The calendar day of ``now`` in the account's zone."""
    return datetime.fromtimestamp(now, UTC).astimezone(zone).date()


def _iso(text: str) -> Moment | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        return Moment(day, None) if 1973 <= day.year < 2100 else None
    try:
        return from_datetime(datetime.fromisoformat(text))
    except ValueError:
        return None
