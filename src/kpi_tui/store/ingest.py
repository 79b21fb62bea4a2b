"""Writes batches of readings, so that repeats and late arrivals change nothing.

Knows neither transactions nor threads (see :mod:`kpi_tui.store.writer`).
"""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter

from kpi_tui.kpi.readings import Batch, Reading
from kpi_tui.store.polls import extend_data_until, note_currency
from kpi_tui.store.records import Ingested
from kpi_tui.store.series import Key, Series, SeriesIndex
from kpi_tui.store.videos import upsert_videos

_RESTATED_SECONDS = 86400
"""A repeated statement renews ``seen`` only when it is this much newer: polls restate
60 days every 5 minutes, and each renewal is a page to write."""

_REPEATED_SECONDS = 20 * 3600
"""An account's level that does not move is stored again after this long, so that each
calendar day of any zone (23 hours at least) has an observation of its own."""

_AT_ONCE = 64
"""Rows per INSERT: half the time of as many single ones (measured)."""

_INSERT = "INSERT OR REPLACE INTO points (series, at, value, seen) VALUES "
_INSERT_ONE = _INSERT + "(?, ?, ?, ?)"
_INSERT_MANY = _INSERT + ", ".join(["(?, ?, ?, ?)"] * _AT_ONCE)

_NAME = """
INSERT INTO names (account, entity, name) VALUES (?, ?, ?)
ON CONFLICT (account, entity) DO UPDATE SET name = excluded.name
WHERE name IS NOT excluded.name
"""
_STORED = (
    "SELECT at, value, seen FROM points WHERE series = ?1 AND at BETWEEN ?2 AND ?3"
)
_STORED_AND_BEFORE = """
SELECT at, value, seen FROM points
WHERE series = ?1 AND at <= ?3 AND at >= coalesce(
  (SELECT max(at) FROM points WHERE series = ?1 AND at < ?2), ?2)
ORDER BY at
"""
_REWIND = """
UPDATE series SET hourly_to = min(hourly_to, ?1), daily_to = min(daily_to, ?1)
WHERE id = ?2 AND (hourly_to > ?1 OR daily_to > ?1)
"""

_at_of = itemgetter(4)
_value_of = itemgetter(5)


class _Tally:
    """What one batch comes to so far."""

    def __init__(self) -> None:
        self.new = 0
        self.updated = 0
        self.unchanged = 0
        self.cells: list[float] = []
        """The rows to write, flat: series, at, value, seen, series, …"""
        self.reached: list[tuple[int, int]] = []
        """(at, series): how far back instants were written."""

    def judge(self, reading: Reading, value: float, seen: int) -> bool:
        """Whether the reading replaces that stored statement of the same moment."""
        if reading[5] == value:
            self.unchanged += 1
            return reading[6] - seen >= _RESTATED_SECONDS
        if reading[6] >= seen:
            self.updated += 1
            return True
        return False


class Ingester:
    """Writes batches to one connection, and remembers its series."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        """``conn`` is the store's writing connection."""
        self.conn = conn
        self._index = SeriesIndex(conn)

    def forget(self) -> None:
        """Look everything up again: what was remembered may have been rolled back."""
        self._index = SeriesIndex(self.conn)

    def ingest(self, source: str, batch: Batch) -> Ingested:
        """Write one batch inside the caller's transaction.

        For the same moment a later or equal ``seen`` wins, whatever the order of
        arrival; instants are stored only where the value changes.
        """
        self._index.begin()
        groups: dict[Key, list[Reading]] = defaultdict(list)
        for reading in _finite(batch.readings):
            groups[reading[:4]].append(reading)
        tally = _Tally()
        for key, group in groups.items():
            series, is_new = self._index.find(key, source)
            pick = self._instants if key[3] == "instant" else self._days
            rows = pick(series, _distinct(group), tally, is_new=is_new)
            if rows:
                number = series.id
                tally.cells += [c for r in rows for c in (number, r[4], r[5], r[6])]
                self._index.wrote(series, source)
        _insert(self.conn, tally.cells)
        # What came behind the roll-up's marks is to be thinned as well.
        self.conn.executemany(_REWIND, tally.reached)
        self._index.finish()
        upsert_videos(self.conn, batch.videos)
        self._note(source, batch)
        known = tally.new + tally.updated + tally.unchanged
        ignored = len(batch.readings) - known
        return Ingested(tally.new, tally.updated, tally.unchanged, ignored)

    def _note(self, source: str, batch: Batch) -> None:
        """What a batch says of its source, and what its entities are called."""
        account = _account(source, batch)
        if batch.data_until is not None:
            extend_data_until(self.conn, source, account, batch.data_until)
        if batch.currency is not None:
            note_currency(self.conn, source, account, batch.currency)
        rows = [(account, entity, name) for entity, name in batch.names]
        self.conn.executemany(_NAME, rows)

    def _days(
        self, series: Series, group: list[Reading], tally: _Tally, *, is_new: bool
    ) -> list[Reading]:
        """Those of the days' readings that must be written."""
        stored: dict[int, tuple[float, int]] = {}
        if not is_new:
            ats = list(map(_at_of, group))
            found = self.conn.execute(_STORED, (series.id, min(ats), max(ats)))
            stored = {at: (value, seen) for at, value, seen in found}
        if not stored:
            tally.new += len(group)
            return group
        rows = []
        for reading in group:
            known = stored.get(reading[4])
            if known is None:
                tally.new += 1
                rows.append(reading)
            elif tally.judge(reading, *known):
                rows.append(reading)
        return rows

    def _instants(
        self, series: Series, group: list[Reading], tally: _Tally, *, is_new: bool
    ) -> list[Reading]:
        """Those of the instants that change something."""
        group.sort(key=_at_of)
        first, last = group[0], group[-1]
        newest = None if is_new else self._index.newest(series)
        stored: Sequence[tuple[int, float, int]] = ()
        if newest is not None and first.at > newest[0]:
            stored = ((*newest, newest[0]),)
        elif newest is not None:
            stored = self.conn.execute(
                _STORED_AND_BEFORE, (series.id, first.at, last.at)
            ).fetchall()
        rows = _steps(group, stored, tally)
        if newest is not None:
            rows = _keep_confirmed(rows, newest, series.confirmed)
        for row in rows:
            if series.newest is None or row.at >= series.newest[0]:
                series.newest = (row.at, float(row.value))
        if series.newest and last.at > series.newest[0]:
            self._index.confirm(series, last.at)
        if rows and not is_new:
            tally.reached.append((rows[0].at, series.id))
        return rows


def _steps(
    group: list[Reading], stored: Sequence[tuple[int, float, int]], tally: _Tally
) -> list[Reading]:
    """Those of the instants, in order, that differ from the value before them.

    ``stored`` holds the points from the last one before them on, in order.
    """
    rows: list[Reading] = []
    patience = _REPEATED_SECONDS if not group[0].entity else math.inf
    before_at, before_value = 0, math.nan
    place, count = 0, len(stored)
    for reading in group:
        at, value = reading[4], reading[5]
        while place < count and stored[place][0] < at:
            before_at, before_value, _ = stored[place]
            place += 1
        if place < count and stored[place][0] == at:
            _, before_value, seen = stored[place]
            before_at = at
            if tally.judge(reading, before_value, seen):
                rows.append(reading)
                before_value = value
        elif value == before_value and at - before_at < patience:
            tally.unchanged += 1
        else:
            tally.new += 1
            rows.append(reading)
            before_at, before_value = at, value
    return rows


def _keep_confirmed(
    rows: list[Reading], newest: tuple[int, float], confirmed: int
) -> list[Reading]:
    """Write down a repeat that was skipped, when a late instant comes before it.

    5 at one o'clock, 5 at three (skipped), then 7 at two arrives: without a point at
    three the store would say 7 from two o'clock on.
    """
    if not any(newest[0] < row.at < confirmed for row in rows):
        return rows
    if any(row.at == confirmed for row in rows):
        return rows
    repeat = rows[0]._replace(at=confirmed, value=newest[1], seen=confirmed)
    return sorted([*rows, repeat], key=_at_of)


def _finite(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The readings whose value SQLite can keep; all of them, nearly always."""
    values = list(map(_value_of, readings))
    limit = 2.0**62
    # Not a number and infinity survive any sum: three passes in C for the whole batch
    # instead of one look per reading.
    if not values or (
        max(values) < limit and min(values) > -limit and math.isfinite(sum(values))
    ):
        return readings
    kept = []
    for reading in readings:
        try:
            value = float(reading.value)
        except OverflowError:
            continue
        if math.isfinite(value):
            kept.append(reading._replace(value=value))
    return kept


def _distinct(group: list[Reading]) -> list[Reading]:
    """One reading per moment: the later ``seen``, then the later position."""
    if len(set(map(_at_of, group))) == len(group):
        return group
    kept: dict[int, Reading] = {}
    for reading in group:
        known = kept.get(reading.at)
        if known is None or reading.seen >= known.seen:
            kept[reading.at] = reading
    return list(kept.values())


def _insert(conn: sqlite3.Connection, cells: list[float]) -> None:
    width = 4 * _AT_ONCE
    whole = len(cells) - len(cells) % width
    for start in range(0, whole, width):
        conn.execute(_INSERT_MANY, cells[start : start + width])
    rest = iter(cells[whole:])
    conn.executemany(_INSERT_ONE, zip(rest, rest, rest, rest, strict=True))


def _account(source: str, batch: Batch) -> str:
    if batch.readings:
        return batch.readings[0].account
    return batch.videos[0].account if batch.videos else source.partition("/")[0]
