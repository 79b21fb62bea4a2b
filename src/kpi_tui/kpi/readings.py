"""What every source turns its answers into: readings, videos, batches.

Knows the shapes only; not where they come from nor where they are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

Grain = Literal["day", "instant"]
"""``day``: the value belongs to a calendar day; ``instant``: to a moment."""


class Reading(NamedTuple):
    """One measured value, idempotent by (account, entity, metric, grain, at).

    A tuple and not a dataclass: ingest unpacks hundreds of thousands of them.
    """

    account: str
    """Handle without the ``@``."""
    entity: str
    """Empty for the account itself, else see :func:`video_entity` and below:
    ``age:18-24``, ``gender:Female``, ``country:GR``, ``city:Athens``, ``hour:13``,
    ``video:<id>``, ``video:<id>|second:3``, ``video:<id>|impressions:For You``,
    ``campaign:<id>``."""
    metric: str
    """An id of :data:`kpi_tui.kpi.metrics.METRICS`, or a custom one."""
    grain: Grain
    at: int
    """UTC epoch seconds; for the grain ``day``, 00:00 UTC of the date's label
    (the day as the source cut it, in the source's own zone)."""
    value: float
    seen: int
    """UTC epoch seconds at which the source said so (poll or export): a later
    statement about the same moment replaces an earlier one, never the reverse."""


@dataclass(frozen=True, slots=True)
class Video:
    """A post. ``None`` means the source did not say; it never erases what is known."""

    account: str
    id: str
    posted_at: int | None = None
    """UTC epoch seconds; with the precision ``day``, 00:00 UTC of the day's label."""
    posted_precision: Literal["second", "day"] = "second"
    caption: str | None = None
    """Cleaned of control characters at the source's door."""
    url: str | None = None
    duration: float | None = None
    """Seconds."""
    format: Literal["video", "photo", "live"] | None = None
    is_ad: bool | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One successful fetch, or one imported file."""

    readings: tuple[Reading, ...] = ()
    videos: tuple[Video, ...] = ()
    data_until: date | None = None
    """The last day for which this source's own daily data is complete."""
    notes: tuple[str, ...] = ()
    """What the user should know about this fetch, one sentence each."""
    currency: str | None = None
    """ISO code of this source's money; None: it has none, or did not say."""
    names: tuple[tuple[str, str], ...] = ()
    """(entity, its name), cleaned: of campaigns, which are known by their numbers."""


def video_entity(video_id: str) -> str:
    """The entity under which a video's readings are kept."""
    return f"video:{video_id}"


def day_start(day: date) -> int:
    """The ``at`` of a daily reading: 00:00 UTC of the day's label."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def day_of(at: int) -> date:
    """The day's label of a daily reading's ``at``."""
    return datetime.fromtimestamp(at, UTC).date()


def daily(
    account: str,
    values: Iterable[tuple[str, float]],
    day: date,
    *,
    seen: int,
    entity: str = "",
) -> list[Reading]:
    """Readings of one calendar day from (metric, value) pairs."""
    at = day_start(day)
    return [Reading(account, entity, m, "day", at, v, seen) for m, v in values]


def instant(
    account: str, values: Iterable[tuple[str, float]], at: int, *, entity: str = ""
) -> list[Reading]:
    """Readings of one moment from (metric, value) pairs; seen at that moment."""
    return [Reading(account, entity, m, "instant", at, v, at) for m, v in values]
