"""Works out what all posts of an account gained on days, from their running totals.

Knows one query per range of days; what is remembered is :mod:`kpi_tui.store.video_days`.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kpi_tui.kpi.sums import VIDEO_TOTAL_OF
from kpi_tui.kpi.windows import ENOUGH_COVERAGE, day_end, local_day
from kpi_tui.store.days import label_of

_DAY = timedelta(days=1)
_SERIES = """
SELECT id, entity, metric FROM series
WHERE account = ? AND entity >= 'video:' AND entity < 'video;'
  AND instr(entity, '|') = 0 AND grain = 'instant'
  AND metric IN (SELECT value FROM json_each(?))
"""
_POSTED = "SELECT id, posted_at, posted_precision FROM videos WHERE account = ?"
# One seek per series and evening; what was polled in between is not read.
_ENDS = """
SELECT s.value, e.key, p.at, p.value
FROM json_each(?) AS s CROSS JOIN json_each(?) AS e CROSS JOIN points AS p
WHERE p.series = s.value AND p.at = (
  SELECT max(at) FROM points WHERE series = s.value AND at < e.value)
"""
_NEWEST = """
SELECT max(max(confirmed, (SELECT max(at) FROM points WHERE series = series.id)))
FROM series WHERE id IN (SELECT value FROM json_each(?))
"""


class _Post(NamedTuple):
    """One running total of one post."""

    flow: str
    posted: date | None


def gains_by_day(
    conn: sqlite3.Connection,
    handle: str,
    zone: ZoneInfo,
    days: Sequence[date],
    looked: frozenset[date],
) -> tuple[dict[date, dict[str, float]], dict[date, dict[str, float]]]:
    """Each flow's gain on each of the consecutive days, and those of days that are over.

    Empty for a day that cannot be told: the source has to have looked on it and on the
    day before. ``looked``: days known from elsewhere, though no total moved on them.
    """
    posts = _posts(conn, handle, zone)
    numbers = json.dumps(list(posts))
    (newest,) = conn.execute(_NEWEST, (numbers,)).fetchone()
    if newest is None:
        return {}, {}
    # The evenings before the first day and of each day, behind that of a day more.
    ends = [day_end(days[0] + i * _DAY, zone) for i in range(-2, len(days))]
    tallies = [_Tally() for _ in days]
    seen = {*looked, local_day(newest, zone)}
    current, last, before = -1, -1, 0.0
    rows = conn.execute(_ENDS, (numbers, json.dumps(ends[1:])))
    for number, place, at, value in rows:
        day = days[0] + (place - 1) * _DAY
        if at >= ends[place]:
            seen.add(day)
        if place:
            post = posts[number]
            is_known = number == current and last == place - 1
            start = before if is_known else _start(post, day)
            tallies[place - 1].add(post.flow, value, start)
        current, last, before = number, place, value
    found = {
        day: tally.gains() if day in seen and day - _DAY in seen else {}
        for day, tally in zip(days, tallies, strict=True)
    }
    over = {
        day: found[day]
        for day, end in zip(days, ends[2:], strict=True)
        if end <= newest
    }
    return found, over


class _Tally:
    """What a day comes to, while its posts are added."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._known: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def add(self, flow: str, value: float, start: float | None) -> None:
        """One post's total at the day's end; ``start`` None: not known the day before."""
        if start is None:
            self._left_out[flow] += 1
        else:
            self._known[flow] += 1
            self._sums[flow] = self._sums.get(flow, 0.0) + value - start

    def gains(self) -> dict[str, float]:
        """Flow to its sum, where enough posts are known."""
        known, left_out = self._known, self._left_out
        return {
            flow: value
            for flow, value in self._sums.items()
            if known[flow] >= ENOUGH_COVERAGE * (known[flow] + left_out[flow])
        }


def _posts(conn: sqlite3.Connection, handle: str, zone: ZoneInfo) -> dict[int, _Post]:
    posted: dict[str, date] = {}
    for name, at, precision in conn.execute(_POSTED, (handle,)):
        if at is not None:
            is_day = precision == "day"
            posted[f"video:{name}"] = label_of(at) if is_day else local_day(at, zone)
    flows = {total: flow for flow, total in VIDEO_TOTAL_OF.items()}
    rows = conn.execute(_SERIES, (handle, json.dumps(list(flows))))
    return {
        number: _Post(flows[metric], posted.get(entity))
        for number, entity, metric in rows
    }


def _start(post: _Post, day: date) -> float | None:
    """A post of the day starts at 0, and so does one of the last evening new on it."""
    is_new = post.posted is not None and day - _DAY <= post.posted <= day
    return 0.0 if is_new else None
