"""Reads who follows and watches: shares by age, gender and place, active hours.

Knows no formula; means and orders are made elsewhere.
"""

import sqlite3
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kpi_tui.kpi.audience import AudiencePoint
from kpi_tui.store.days import Moment
from kpi_tui.store.video_history import SAME_SECONDS

_SHARES = ("age", "gender", "country", "city")
_HOUR = "hour"
_WINDOW_SECONDS = 28 * 86400
_UTC = ZoneInfo("UTC")

_SERIES = """
SELECT id, entity, metric, grain, source, confirmed FROM series
WHERE account = ? AND entity >= ? AND entity < ?
"""
_NEWEST = """
SELECT at, value FROM points WHERE series = ? AND at <= ? ORDER BY at DESC LIMIT 1
"""
_SPAN = "SELECT at, value FROM points WHERE series = ? AND at > ? AND at <= ?"


class _Bucket(NamedTuple):
    """One series of a dimension."""

    id: int
    entity: str
    metric: str
    grain: str
    source: str
    confirmed: int


class _Told(NamedTuple):
    """The last thing that a series says by some moment."""

    bucket: _Bucket
    at: int
    value: float


def read_audience(
    conn: sqlite3.Connection, handle: str, as_of: date | None
) -> list[AudiencePoint]:
    """The newest shares, those at least 28 days older, and 28 days of active hours.

    Moments are cut into days at UTC midnight; daily points have their own label.
    """
    moment = Moment(_UTC, as_of)
    points: list[AudiencePoint] = []
    for dimension in _SHARES:
        buckets = _buckets(conn, handle, dimension)
        newest = _newest(conn, buckets, moment)
        if newest:
            points += _together(newest)
            points += _older(conn, buckets, max(told.at for told in newest))
    hours = _buckets(conn, handle, _HOUR)
    newest = _newest(conn, hours, moment)
    if newest:
        last = max(told.at for told in newest)
        for hour in hours:
            span = (hour.id, last - _WINDOW_SECONDS, last)
            found = conn.execute(_SPAN, span)
            points += [_point(hour, at, value) for at, value in found]
    return points


def read_audience_sources(conn: sqlite3.Connection, handle: str) -> dict[str, str]:
    """Dimension (``age``, ``hour``, …) and metric to the source of the newest point."""
    newest: dict[str, tuple[int, str]] = {}
    for dimension in (*_SHARES, _HOUR):
        buckets = _buckets(conn, handle, dimension)
        for bucket, at, _ in _newest(conn, buckets, Moment(_UTC)):
            for name in (dimension, bucket.metric):
                candidate = (at, bucket.source)
                newest[name] = max(newest.get(name, candidate), candidate)
    return {name: source for name, (_, source) in newest.items()}


def _buckets(conn: sqlite3.Connection, handle: str, dimension: str) -> list[_Bucket]:
    span = (handle, f"{dimension}:", f"{dimension};")
    return [_Bucket(*row) for row in conn.execute(_SERIES, span)]


def _newest(
    conn: sqlite3.Connection, buckets: list[_Bucket], moment: Moment
) -> list[_Told]:
    """What each series says last, dated by when it was last repeated."""
    found = []
    for bucket in buckets:
        is_daily = bucket.grain == "day"
        until = moment.last_label if is_daily else moment.before - 1
        row = conn.execute(_NEWEST, (bucket.id, until)).fetchone()
        if row is None:
            continue
        at, value = row
        if not is_daily and at < bucket.confirmed < moment.before:
            at = bucket.confirmed
        found.append(_Told(bucket, at, value))
    return found


def _together(told: list[_Told]) -> list[AudiencePoint]:
    """Those of the newest telling: a bucket that it left out is not in it."""
    last = max(one.at for one in told)
    return [
        _point(one.bucket, last, one.value)
        for one in told
        if one.at >= last - SAME_SECONDS
    ]


def _older(
    conn: sqlite3.Connection, buckets: list[_Bucket], newest_at: int
) -> list[AudiencePoint]:
    """The last telling at least 28 days before the newest."""
    found = []
    for bucket in buckets:
        until = newest_at - _WINDOW_SECONDS
        row = conn.execute(_NEWEST, (bucket.id, until)).fetchone()
        if row is not None:
            found.append(_Told(bucket, *row))
    if not found:
        return []
    last = max(one.at for one in found)
    return [
        _point(one.bucket, last, one.value)
        for one in found
        # An instant that did not change holds on, however old.
        if one.bucket.grain == "instant" or one.at >= last - SAME_SECONDS
    ]


def _point(bucket: _Bucket, at: int, value: float) -> AudiencePoint:
    day = Moment(_UTC).day_of(bucket.grain, at)
    return AudiencePoint(bucket.entity, bucket.metric, day, value)
