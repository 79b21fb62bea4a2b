"""Thins old instants: to the last of each hour, later to the last of each day.

Never touches daily points, nor knows what a metric means.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kpi_tui.kpi.windows import day_end, local_day
from kpi_tui.store.ingest import Ingester
from kpi_tui.store.writer import Writer

ZoneOf = Callable[[str], ZoneInfo]
"""The zone in which an account's days are cut."""

_DAY = 86400

_UNDONE = """
SELECT id, account, hourly_to, daily_to FROM series
WHERE grain = 'instant' AND (hourly_to < ? OR daily_to < ?) ORDER BY id LIMIT ?
"""
_SPAN = (
    "SELECT at FROM points WHERE series = ? AND at >= ? AND at < ? ORDER BY at LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long instants stay as fine as they came."""

    raw_days: int = 30
    hourly_days: int = 365


@dataclass(slots=True)
class Step:
    """What one step of the roll-up came to."""

    removed: int = 0
    looked_at: int = 0
    is_done: bool = False
    """Nothing is left to do before the next day."""


def roll_up(
    writer: Writer, now: float, retention: Retention, limit: int, zone_of: ZoneOf
) -> int:
    """See :meth:`kpi_tui.store.store.Store.roll_up`; a step is a write of its own."""

    def job(ingester: Ingester) -> Step:
        return roll_up_step(ingester.conn, now, retention, limit, zone_of)

    while True:
        step = writer.submit(job, Step(is_done=True), is_kept=False).result()
        if step.removed or step.is_done:
            return step.removed


def roll_up_step(
    conn: sqlite3.Connection,
    now: float,
    retention: Retention,
    limit: int,
    zone_of: ZoneOf,
) -> Step:
    """Thin about ``limit`` points, inside the caller's transaction.

    Hours and days are those of the account's zone: the value at the end of each of
    its days outlives the thinning. ``now`` is UTC epoch seconds.
    """
    # Whole days, so that each series is looked at once a day and not at each call.
    hourly_cut = _floor(now - retention.raw_days * _DAY)
    daily_cut = _floor(now - retention.hourly_days * _DAY)
    step = Step()
    undone = conn.execute(_UNDONE, (hourly_cut, daily_cut, limit)).fetchall()
    for number, account, hourly_to, daily_to in undone:
        zone = zone_of(account)
        # With fewer than three a step may neither remove anything nor get on.
        room = max(3, limit - step.looked_at)
        hours = _Thinning(conn, number, zone, step, is_daily=False)
        days = _Thinning(conn, number, zone, step, is_daily=True)
        reached = (
            hours.run(hourly_to, hourly_cut, room),
            days.run(daily_to, daily_cut, room),
        )
        conn.execute(
            "UPDATE series SET hourly_to = ?, daily_to = ? WHERE id = ?",
            (*reached, number),
        )
        step.looked_at += 1
        if step.looked_at >= limit:
            return step
    step.is_done = len(undone) < limit
    return step


class _Thinning:
    """Thins one series to one point per hour or day."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        series: int,
        zone: ZoneInfo,
        step: Step,
        *,
        is_daily: bool,
    ) -> None:
        self._conn = conn
        self._series = series
        self._zone = zone
        self._step = step
        self._seconds = _DAY if is_daily else 3600

    def run(self, done_to: int, cut: int, limit: int) -> int:
        """Thin from ``done_to`` to ``cut``; returns how far it came."""
        if done_to >= cut:
            return done_to
        # From the start of the hour or day that the last run ended in: its two halves
        # are one, and keep one point.
        since = done_to and self._start(done_to)
        rows = self._conn.execute(_SPAN, (self._series, since, cut, limit)).fetchall()
        ats: list[int] = [at for (at,) in rows]
        self._step.looked_at += len(ats)
        slots = [self._slot(at) for at in ats]
        last_of: dict[tuple[int, int], int] = dict(zip(slots, ats, strict=True))
        gone = [at for at, slot in zip(ats, slots, strict=True) if last_of[slot] != at]
        self._conn.executemany(
            "DELETE FROM points WHERE series = ? AND at = ?",
            [(self._series, at) for at in gone],
        )
        self._step.removed += len(gone)
        if len(ats) < limit:
            return cut
        # Cut off by the limit: go on from the point that may not be its slot's last.
        return max(done_to, last_of[slots[-1]])

    def _start(self, at: int) -> int:
        if self._seconds == _DAY:
            return _midnight(at, self._zone)
        return at - (at + self._offset(at)) % self._seconds

    def _slot(self, at: int) -> tuple[int, int]:
        offset = self._offset(at)
        local = (at + offset) // self._seconds
        # The hour that a clock shows twice in autumn is two hours, but one day.
        return (local, 0 if self._seconds == _DAY else offset)

    def _offset(self, at: int) -> int:
        moment = datetime.fromtimestamp(at, self._zone)
        return int((moment.utcoffset() or timedelta()).total_seconds())


def utc_for_all(account: str) -> ZoneInfo:  # noqa: ARG001 - the shape of ZoneOf
    """Days cut at UTC midnight, for callers that know no zones."""
    return ZoneInfo("UTC")


def _midnight(at: int, zone: ZoneInfo) -> int:
    return day_end(local_day(at, zone) - timedelta(days=1), zone)


def _floor(at: float) -> int:
    return int(at // _DAY) * _DAY
