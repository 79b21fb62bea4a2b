"""Lists what is stored, point by point, and how the store is.

Knows no day and no zone.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.readings import day_start
from kpi_tui.store.days import label_of
from kpi_tui.store.reader import Reader
from kpi_tui.store.records import PointRow, SeriesRow, StoreStats
from kpi_tui.store.rescue import check

_FORMULA = ("=", "+", "-", "@")
PAGE_ROWS = 5000
"""Points read at once, so that a slow export holds up no checkpoint and no writer."""

# From account to account by seeks: reading all series of 1,000 accounts to find 1,000
# names took 60 times as long.
_HANDLES = """
WITH RECURSIVE
  one(account) AS (
    SELECT min(account) FROM series
    UNION ALL
    SELECT (SELECT min(account) FROM series WHERE account > one.account)
    FROM one WHERE one.account IS NOT NULL),
  two(account) AS (
    SELECT min(account) FROM videos
    UNION ALL
    SELECT (SELECT min(account) FROM videos WHERE account > two.account)
    FROM two WHERE two.account IS NOT NULL)
SELECT account FROM one WHERE account IS NOT NULL
UNION SELECT account FROM two WHERE account IS NOT NULL
ORDER BY account
"""
_COLUMNS = """
SELECT id, account, entity, metric, grain, source,
  (SELECT currency FROM sources WHERE sources.name = series.source),
  (SELECT name FROM names
   WHERE names.account = series.account AND names.entity = series.entity)
FROM series
"""
_SERIES = f"""
{_COLUMNS} ORDER BY account, entity, metric, grain
"""
_OF_ACCOUNT = f"""
{_COLUMNS} WHERE account = ? ORDER BY account, entity, metric, grain
"""
_PAGE = """
SELECT at, value, seen FROM points WHERE series = ? AND at >= ? ORDER BY at LIMIT ?
"""
_FIRST = "SELECT min((SELECT min(at) FROM points WHERE series = series.id)) FROM series"


class NumberedSeries(NamedTuple):
    """A series and the number of its points."""

    id: int
    row: SeriesRow


def read_handles(conn: sqlite3.Connection) -> list[str]:
    """Every account of which anything is known, in order."""
    return [account for (account,) in conn.execute(_HANDLES)]


def read_series(conn: sqlite3.Connection, handle: str | None) -> list[NumberedSeries]:
    """The series of one account, or all, in order."""
    if handle is None:
        rows = conn.execute(_SERIES)
    else:
        rows = conn.execute(_OF_ACCOUNT, (handle,))
    return [NumberedSeries(row[0], _described(SeriesRow(*row[1:]))) for row in rows]


def _described(row: SeriesRow) -> SeriesRow:
    """A source's currency is that of its money alone."""
    known = METRICS.get(row.metric)
    if known is not None and known.unit == "currency":
        return row
    return row._replace(currency=None)


def read_page(
    conn: sqlite3.Connection, series: NumberedSeries, since: int
) -> list[PointRow]:
    """The next points of a series from ``since`` on; PAGE_ROWS of them at most."""
    account, entity, metric, grain, source, currency, name = series.row
    rows = conn.execute(_PAGE, (series.id, since, PAGE_ROWS))
    return [
        PointRow(
            account, entity, metric, grain, at, value, source, seen, currency, name
        )
        for at, value, seen in rows
    ]


def points(
    reader: Reader, handle: str | None, metrics: Sequence[str], since: date | None
) -> Iterator[PointRow]:
    """See :meth:`kpi_tui.store.store.Store.points`; every page is read anew."""
    wanted = set(metrics)
    start = -(2**62) if since is None else day_start(since)
    for series in reader.read(read_series, handle):
        if wanted and series.row.metric not in wanted:
            continue
        page = reader.read(read_page, series, start)
        yield from page
        while len(page) == PAGE_ROWS:
            page = reader.read(read_page, series, page[-1].at + 1)
            yield from page


def read_stats(conn: sqlite3.Connection, path: Path | None) -> StoreStats:
    """Sizes and health; reads the whole file."""
    counts = [
        conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        for table in ("points", "series", "videos")
    ]
    return StoreStats(
        path=path,
        size_bytes=_size(conn) if path is None else _file_size(path),
        points=counts[0],
        series=counts[1],
        videos=counts[2],
        first_at=conn.execute(_FIRST).fetchone()[0],
        integrity=check(conn),
    )


def point_record(row: PointRow) -> dict[str, object]:
    """A point as an export writes it: a date for a day, a UTC time for an instant."""
    record: dict[str, object] = row._asdict()
    record["at"] = label_of(row.at).isoformat() if row.grain == "day" else _utc(row.at)
    record["seen"] = _utc(row.seen)
    return record


def sheet_record(row: PointRow) -> dict[str, object]:
    """The same for a CSV: a spreadsheet would run a campaign named ``=1+1``."""
    return {
        key: f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA else value
        for key, value in point_record(row).items()
    }


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def _size(conn: sqlite3.Connection) -> int:
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = conn.execute("PRAGMA page_size").fetchone()
    return int(pages * page_bytes)


def _file_size(path: Path) -> int:
    sides = (path, path.with_name(path.name + "-wal"))
    return sum(side.stat().st_size for side in sides if side.exists())
