"""How fast readings are kept, against raw ``sqlite3.executemany`` of the same rows.

Both write 200,000 rows to a file of their own, in the order in which they arrive, in as
many transactions and with the same pragmas; raw gets its rows ready made. Each pair is
measured in turn several times, and the median of the ratios counts.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from kpi_tui.kpi.readings import Batch, Reading, day_start
from kpi_tui.store.store import Ingested, Store

ACCOUNTS, METRICS, MOMENTS = 100, 20, 100
ROUNDS = 5
FIRST = date(2026, 1, 1)

_TABLE = """
CREATE TABLE points (
  series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL,
  seen INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID
"""
_RAW = "INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?)"

Row = tuple[int, int, float, int]


def run() -> list[tuple[str, float, str]]:
    """Ratios of speed: 1.00 is as fast as raw, and 0.60 is the least allowed."""
    rows: list[tuple[str, float, str]] = []
    daily, polled = _daily(), _polled()
    for name, readings, batches in (
        ("daily", daily, 1),
        ("polled", polled, 1),
        ("daily", daily, ACCOUNTS),
    ):
        fresh, again = _ratios(readings, len(readings) // batches)
        remark = f"x raw executemany, {len(readings):,} rows in {batches} transactions"
        rows += [
            (f"ingest of {name} readings, fresh (at least 0.60)", fresh, remark),
            (
                f"ingest of {name} readings, the same again (at least 0.60)",
                again,
                remark,
            ),
        ]
    return rows


def _ratios(readings: tuple[Reading, ...], size: int) -> tuple[float, float]:
    """Raw time / own time, for fresh rows and for the same rows again."""
    numbers: dict[tuple[str, str, str, str], int] = {}
    rows = [
        (numbers.setdefault(r[:4], len(numbers) + 1), r.at, r.value, r.seen)
        for r in readings
    ]
    starts = range(0, len(rows), size)
    chunks = [rows[start : start + size] for start in starts]
    batches = [Batch(readings[start : start + size]) for start in starts]
    fresh, again = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            raw = _time_raw(Path(folder) / "raw.db", chunks)
            own = _time_own(Path(folder) / "own.db", batches)
        fresh.append(raw[0] / own[0])
        again.append(raw[1] / own[1])
    return statistics.median(fresh), statistics.median(again)


def _time_raw(path: Path, chunks: list[list[Row]]) -> tuple[float, float]:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute(_TABLE)

    def write() -> None:
        for rows in chunks:
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(_RAW, rows)
            conn.execute("COMMIT")

    seconds = _seconds(write), _seconds(write)
    conn.close()
    return seconds


def _time_own(path: Path, batches: list[Batch]) -> tuple[float, float]:
    store = Store.open(path)
    results: list[Ingested] = []

    def write() -> None:
        results.extend(store.ingest("bench/source", batch) for batch in batches)

    seconds = _seconds(write), _seconds(write)
    store.close()
    count = sum(len(batch.readings) for batch in batches)
    assert sum(one.new for one in results) == count, results
    assert sum(one.unchanged for one in results) == count, results
    return seconds


def _seconds(write: Callable[[], None]) -> float:
    start = time.perf_counter()
    write()
    return time.perf_counter() - start


def _daily() -> tuple[Reading, ...]:
    """Account by account, day by day, as a download lists them."""
    seen = day_start(FIRST + timedelta(days=MOMENTS))
    return tuple(
        Reading(
            f"account{account}",
            "",
            f"metric_{metric}",
            "day",
            day_start(FIRST + timedelta(days=day)),
            float(account * 1000 + day * 7 + metric),
            seen,
        )
        for account in range(ACCOUNTS)
        for day in range(MOMENTS)
        for metric in range(METRICS)
    )


def _polled() -> tuple[Reading, ...]:
    """Five minutes apart, each with another value."""
    start = day_start(FIRST)
    return tuple(
        Reading(
            f"account{account}",
            "",
            f"metric_{metric}",
            "instant",
            start + 300 * moment,
            float(account * 1000 + moment),
            start + 300 * moment,
        )
        for account in range(ACCOUNTS)
        for moment in range(MOMENTS)
        for metric in range(METRICS)
    )


if __name__ == "__main__":
    for label, value, remark in run():
        print(f"{label:<64} {value:>10,.2f}  {remark}")
