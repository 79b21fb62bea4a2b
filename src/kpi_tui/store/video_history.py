"""Reads posts with their running totals, and one post in full.

Knows no formula.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.readings import Video, video_entity
from kpi_tui.kpi.windows import Window
from kpi_tui.store.days import Moment, label_of

_VIDEOS = """
SELECT id, posted_at, posted_precision, caption, url, duration, format, is_ad
FROM videos WHERE account = ?
"""
# Buckets of a video (``video:1|second:3``) lie between the videos: skipping one costs
# an index entry, reading its points would cost pages.
_OF_VIDEOS = """
  s.account = :account AND s.entity >= 'video:' AND s.entity < 'video;'
  AND instr(s.entity, '|') = 0
"""
_LAST = """
  (SELECT max(at) FROM points WHERE series = s.id
   AND at <= CASE s.grain WHEN 'day' THEN :label ELSE :before - 1 END)
"""
_NOW = f"""
SELECT s.entity, s.metric, s.grain, p.at, p.value, p.seen, s.confirmed, s.source
FROM series AS s CROSS JOIN points AS p
WHERE {_OF_VIDEOS} AND p.series = s.id AND p.at = coalesce(
  {_LAST}, (SELECT min(at) FROM points WHERE series = s.id))
"""  # noqa: S608 - put together from our own parts
_TOTALS = f"""
SELECT s.entity, s.metric, s.grain, p.at, p.value, p.seen
FROM series AS s CROSS JOIN points AS p
WHERE {_OF_VIDEOS} AND s.metric LIKE 'video\\_total\\_%' ESCAPE '\\'
  AND p.series = s.id AND p.at = {_LAST}
"""  # noqa: S608 - put together from our own parts
_GAINS = f"""
SELECT s.entity, s.metric,
  (SELECT value FROM points WHERE series = s.id AND at <= :now ORDER BY at DESC LIMIT 1),
  (SELECT value FROM points WHERE series = s.id AND at <= :since
   ORDER BY at DESC LIMIT 1)
FROM series AS s
WHERE {_OF_VIDEOS} AND s.metric LIKE 'video\\_total\\_%' ESCAPE '\\'
  AND s.grain = 'instant'
"""  # noqa: S608 - put together from our own parts
_GROWTH = """
SELECT p.at, p.value, s.confirmed, s.grain FROM series AS s CROSS JOIN points AS p
WHERE s.account = ? AND s.entity = ? AND s.metric = ? AND p.series = s.id
ORDER BY p.at, s.grain
"""
_BUCKETS = """
SELECT s.entity, max(p.at, CASE s.grain WHEN 'instant' THEN s.confirmed ELSE 0 END),
  p.value
FROM series AS s CROSS JOIN points AS p
WHERE s.account = ? AND s.entity >= ? AND s.entity < ? AND p.series = s.id
  AND p.at = (SELECT max(at) FROM points WHERE series = s.id)
"""

SAME_SECONDS = 7200
"""Buckets told within this time of each other were told together: an instant that only
repeats is noted once an hour."""


@dataclass(slots=True)
class _Numbers:
    """What one post has, while it is being gathered."""

    now: dict[str, tuple[bool, int, float]] = field(default_factory=dict)
    """Metric to (is within the moment, told at, value)."""
    at_day: dict[date, dict[str, tuple[int, float]]] = field(default_factory=dict)
    """Day to metric to (told at, value)."""


def read_videos(
    conn: sqlite3.Connection, handle: str, window: Window, moment: Moment
) -> tuple[tuple[VideoHistory, ...], dict[str, str]]:
    """Every post known at the moment, newest first; and who told its metrics."""
    numbers: dict[str, _Numbers] = {}
    sources: dict[str, str] = {}
    for entity, metric, grain, *point, confirmed, source in conn.execute(
        _NOW, _parameters(handle, moment)
    ):
        sources[metric] = source
        at, value, seen = point
        is_within = moment.counts(grain, at)
        told = moment.told_at(grain, at, seen)
        if grain == "instant" and is_within and told < confirmed < moment.before:
            told = confirmed
        if entity not in numbers:
            numbers[entity] = _Numbers()
        now = numbers[entity].now
        candidate = (is_within, told if is_within else -told, value)
        if metric not in now or now[metric] < candidate:
            now[metric] = candidate
    for day in {window.last, window.baseline, window.previous.baseline}:
        for entity, metric, told, value in _totals(conn, handle, moment.at_end_of(day)):
            totals = numbers[entity].at_day.setdefault(day, {})
            if metric not in totals or totals[metric] < (told, value):
                totals[metric] = (told, value)
    videos = _videos(conn, handle, numbers)
    kept = [_join(video, numbers) for video in videos if _is_posted(video, moment)]
    kept.sort(key=lambda one: (one.video.posted_at or 0, one.video.id), reverse=True)
    return tuple(kept), sources


def read_video_series(
    conn: sqlite3.Connection, handle: str, video_id: str, metric: str
) -> list[tuple[int, float]]:
    """(UTC epoch seconds, value) of one metric of one post, oldest first."""
    found: dict[int, float] = {}
    confirmed = 0
    rows = conn.execute(_GROWTH, (handle, video_entity(video_id), metric))
    for at, value, repeated, grain in rows:
        found[at] = value
        if grain == "instant":
            confirmed = repeated
    if found and confirmed > max(found):
        found[confirmed] = found[max(found)]
    return list(found.items())


def read_video_buckets(
    conn: sqlite3.Connection, handle: str, video_id: str
) -> dict[str, list[tuple[str, float]]]:
    """Dimension to (label, newest value): by number, or the largest value first."""
    start = video_entity(video_id) + "|"
    found: dict[str, list[tuple[int, str, float]]] = {}
    rows = conn.execute(_BUCKETS, (handle, start, start[:-1] + "}"))
    for entity, at, value in rows:
        dimension, _, label = entity[len(start) :].partition(":")
        found.setdefault(dimension, []).append((at, label, value))
    buckets = {}
    for dimension, points in found.items():
        newest = max(at for at, _, _ in points)
        told = [(lab, v) for at, lab, v in points if at >= newest - SAME_SECONDS]
        buckets[dimension] = sorted(told, key=_bucket_order)
    return buckets


def read_video_gains(
    conn: sqlite3.Connection, handle: str, since_at: int, now_at: int
) -> dict[str, float]:
    """What all posts' polled totals gained since a moment, by metric.

    A post from after that moment starts at 0; an older one without a total from then
    is left out.
    """
    posted = {row[0]: row[1] for row in conn.execute(_VIDEOS, (handle,))}
    gains: dict[str, float] = {}
    rows = conn.execute(_GAINS, {"account": handle, "since": since_at, "now": now_at})
    for entity, metric, newest, known in rows:
        posted_at = posted.get(entity.removeprefix("video:"))
        is_young = posted_at is not None and posted_at > since_at
        baseline = 0.0 if known is None and is_young else known
        if newest is not None and baseline is not None:
            gains[metric] = gains.get(metric, 0.0) + newest - baseline
    return gains


def _parameters(handle: str, moment: Moment) -> dict[str, Any]:
    return {"account": handle, "label": moment.last_label, "before": moment.before}


def _totals(
    conn: sqlite3.Connection, handle: str, moment: Moment
) -> Iterator[tuple[str, str, int, float]]:
    rows = conn.execute(_TOTALS, _parameters(handle, moment))
    for entity, metric, grain, at, value, seen in rows:
        yield entity, metric, moment.told_at(grain, at, seen), value


def _videos(
    conn: sqlite3.Connection, handle: str, numbers: dict[str, _Numbers]
) -> list[Video]:
    videos = []
    for row in conn.execute(_VIDEOS, (handle,)):
        *columns, is_ad = row
        video = Video(handle, *columns)
        videos.append(video if is_ad is None else replace(video, is_ad=bool(is_ad)))
    described = {video_entity(video.id) for video in videos}
    # Numbers may come from a source that describes no posts.
    bare = [entity for entity in numbers if entity not in described]
    return videos + [Video(handle, entity.removeprefix("video:")) for entity in bare]


def _is_posted(video: Video, moment: Moment) -> bool:
    if moment.as_of is None or video.posted_at is None:
        return True
    if video.posted_precision == "day":
        return label_of(video.posted_at) <= moment.as_of
    return video.posted_at < moment.before


def _join(video: Video, numbers: dict[str, _Numbers]) -> VideoHistory:
    known = numbers.get(video_entity(video.id))
    if known is None:
        return VideoHistory(video, {}, 0)
    return VideoHistory(
        video,
        now={metric: value for metric, (_, _, value) in known.now.items()},
        now_at=max(abs(told) for _, told, _ in known.now.values()),
        at_day={
            day: {metric: value for metric, (_, value) in totals.items()}
            for day, totals in known.at_day.items()
        },
        told_at={
            day: max(told for told, _ in totals.values())
            for day, totals in known.at_day.items()
        },
    )


def _bucket_order(bucket: tuple[str, float]) -> tuple[float, float, str]:
    label, value = bucket
    try:
        return (float(label), 0.0, label)
    except ValueError:
        return (0.0, -value, label)
