"""What all posts of an account gained per day, from their polled running totals.

Knows no formula. A day that is over does not change, so it is worked out once: each
costs a thousandth of a second per thousand series.
"""

import json
import sqlite3
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kpi_tui.kpi.formulas import ENGAGEMENT
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.metrics import TOTAL_OF
from kpi_tui.kpi.readings import Batch
from kpi_tui.kpi.sums import VIDEO_TOTAL_OF
from kpi_tui.kpi.windows import ENOUGH_COVERAGE, day_end, local_day
from kpi_tui.store.days import days_between, label_of

Gains = dict[str, dict[date, float]]
"""Flow (``video_views``) to what the posts gained on each day that was looked at."""

KEPT_SECONDS = 3600.0
"""Another program may import old totals; later than this they are seen."""
MOST_ACCOUNTS = 200
"""Accounts whose days are kept, 60 kB each."""

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


@dataclass(slots=True)
class _Kept:
    """The days of one account in one zone."""

    zone: str
    since: float
    """When it was begun, on the monotonic clock."""
    days: dict[date, Mapping[str, float]] = field(default_factory=dict)
    """Only days that are over; empty for one that nobody looked at."""


class VideoDays:
    """Days that are over, of the accounts asked for last. For any thread."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def filled(
        self, conn: sqlite3.Connection, history: AccountHistory, days: Sequence[date]
    ) -> AccountHistory:
        """The history with its posts' gains on those days, where nothing else has them.

        ``days`` are consecutive, all of them over.
        """
        if not _lacks_days(history):
            return history
        gains = self.read(conn, history.handle, history.zone, days, _looked_at(history))
        return replace(history, video_flows=gains)

    def read(
        self,
        conn: sqlite3.Connection,
        handle: str,
        zone: ZoneInfo,
        days: Sequence[date],
        looked: frozenset[date],
    ) -> Gains:
        """Each flow's gain on those of the consecutive days that can be told.

        A day can when the source looked on it and on the day before, and a fifth of
        the posts at most lacks the total of the evening before. ``looked``: days known
        from elsewhere, though no total moved on them.
        """
        kept = self._of(handle, zone)
        missing = [day for day in days if day not in kept.days]
        found = dict(kept.days)
        if missing:
            # Contiguous: a gap in what is kept costs its days again, and no more.
            span = days_between(missing[0], missing[-1])
            found |= self._compute(conn, handle, zone, (span, looked), kept)
        gains: Gains = {}
        for day in days:
            for flow, value in found.get(day, {}).items():
                gains.setdefault(flow, {})[day] = value
        return gains

    def forget(self, batch: Batch) -> None:
        """A batch was written: what it says of days that are over counts."""
        with self._lock:
            if not self._kept:
                return
            oldest: dict[str, int] = {}
            for reading in batch.readings:
                is_told = reading.entity or reading.metric == "videos_total"
                if is_told and reading.account in self._kept:
                    known = oldest.get(reading.account, reading.at)
                    oldest[reading.account] = min(known, reading.at)
            for handle, at in oldest.items():
                kept = self._kept[handle]
                over = max(kept.days, default=date.min)
                if over > local_day(at, ZoneInfo(kept.zone)) - _DAY:
                    del self._kept[handle]

    def _of(self, handle: str, zone: ZoneInfo) -> _Kept:
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(handle)
            if kept is None or kept.zone != zone.key or now - kept.since > KEPT_SECONDS:
                kept = self._kept[handle] = _Kept(zone.key, now)
            self._kept.move_to_end(handle)
            while len(self._kept) > MOST_ACCOUNTS:
                self._kept.popitem(last=False)
            return kept

    def _compute(
        self,
        conn: sqlite3.Connection,
        handle: str,
        zone: ZoneInfo,
        asked: tuple[list[date], frozenset[date]],
        kept: _Kept,
    ) -> dict[date, Mapping[str, float]]:
        days, looked = asked
        posts = _posts(conn, handle, zone)
        numbers = json.dumps(list(posts))
        (newest,) = conn.execute(_NEWEST, (numbers,)).fetchone()
        if newest is None:
            return {}
        # The evenings before the first day and of each day, behind that of a day more.
        ends = [day_end(days[0] + i * _DAY, zone) for i in range(-2, len(days))]
        tallies = [_Tally() for _ in days]
        seen = {*looked, local_day(newest, zone)}
        current, last, before = -1, -1, 0.0
        for number, place, at, value in conn.execute(
            _ENDS, (numbers, json.dumps(ends[1:]))
        ):
            day = days[0] + (place - 1) * _DAY
            if at >= ends[place]:
                seen.add(day)
            if place:
                post = posts[number]
                is_known = number == current and last == place - 1
                start = before if is_known else _start(post, day)
                tallies[place - 1].add(post.flow, value, start)
            current, last, before = number, place, value
        found: dict[date, Mapping[str, float]] = {}
        for day, tally, end in zip(days, tallies, ends[2:], strict=True):
            is_seen = day in seen and day - _DAY in seen
            found[day] = tally.gains() if is_seen else {}
            if end <= newest:
                kept.days[day] = found[day]
        return found


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


def _lacks_days(history: AccountHistory) -> bool:
    """Whether some flow is known from posts' totals only."""
    flows, levels = history.flows, history.levels
    return bool(history.videos) and any(
        name not in flows and TOTAL_OF.get(name, "") not in levels
        for name in ("video_views", *ENGAGEMENT)
    )


def _looked_at(history: AccountHistory) -> frozenset[date]:
    """Days on which the posts' source told how many there are.

    A total that rests is not stored again; their number is, once a day.
    """
    sources = history.sources
    if sources.get("videos_total") != sources.get("video_total_views"):
        return frozenset()
    return frozenset(history.levels.get("videos_total", {}))


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
