"""Readings, batches and stores for the store's tests."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from kpi_tui.kpi.readings import Batch, Reading, Video, day_start, video_entity
from kpi_tui.store.store import Store

ATHENS = ZoneInfo("Europe/Athens")
UTC_ZONE = ZoneInfo("UTC")
DAY = 86400


def at(text: str) -> int:
    """UTC epoch seconds of an ISO time; UTC unless it names an offset."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def day(
    label: str, value: float, *, metric: str = "video_views", **more: object
) -> Reading:
    """A reading of a day; seen a day after its label unless told otherwise."""
    start = day_start(date.fromisoformat(label))
    fields: dict[str, object] = {"account": "acme", "entity": "", "seen": start + DAY}
    fields |= more
    return Reading(
        str(fields["account"]),
        str(fields["entity"]),
        metric,
        "day",
        start,
        value,
        int(str(fields["seen"])),
    )


def now(
    moment: str | int, value: float, *, metric: str = "followers", **more: object
) -> Reading:
    """A reading of an instant."""
    when = at(moment) if isinstance(moment, str) else moment
    fields: dict[str, object] = {"account": "acme", "entity": "", "seen": when}
    fields |= more
    return Reading(
        str(fields["account"]),
        str(fields["entity"]),
        metric,
        "instant",
        when,
        value,
        int(str(fields["seen"])),
    )


def total(moment: str | int, video: str, value: float, **more: object) -> Reading:
    """A polled total of a video's views."""
    return now(
        moment,
        value,
        **{"metric": "video_total_views", "entity": video_entity(video), **more},  # type: ignore[arg-type]
    )


def keep(store: Store, *readings: Reading, source: str = "acme/test") -> None:
    """Ingest one batch."""
    store.ingest(source, Batch(readings))


def post(video_id: str, moment: str, **more: object) -> Video:
    """A post of acme."""
    return Video("acme", video_id, at(moment), **more)  # type: ignore[arg-type]


def table(store: Store) -> list[tuple[str, str, str, str, int, float, int]]:
    """Every stored point without its source."""
    return [
        (p.account, p.entity, p.metric, p.grain, p.at, p.value, p.seen)
        for p in store.points(None, (), None)
    ]


def values(readings: Iterable[tuple[object, ...]]) -> list[object]:
    """The values of rows made by :func:`table`."""
    return [row[5] for row in readings]
