"""The series that the writer has met, so that a batch costs few look-ups.

Knows nothing of readings; a rolled-back transaction makes the whole index void.
"""

import sqlite3
from dataclasses import dataclass

Key = tuple[str, str, str, str]
"""(account, entity, metric, grain)"""

_MAX_REMEMBERED = 50_000
"""Series held at most, about 12 MB; whole accounts are dropped beyond it."""

_CONFIRMED_SECONDS = 3600
"""How much newer a repeat must be to be noted for a video or an audience bucket: a
poll repeats thousands of them. The account's own few are noted every time."""

_OF_ACCOUNT = """
SELECT entity, metric, grain, id, source, confirmed FROM series WHERE account = ?
"""
_ONE = """
SELECT id, source, confirmed FROM series
WHERE account = ? AND entity = ? AND metric = ? AND grain = ?
"""
_CREATE = """
INSERT INTO series (account, entity, metric, grain, source) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
_NEWEST = "SELECT at, value FROM points WHERE series = ? ORDER BY at DESC LIMIT 1"


@dataclass(slots=True)
class Series:
    """One series as the writer remembers it."""

    id: int
    entity: str
    source: str
    confirmed: int
    """The newest moment at which an instant repeated the newest value and so was not
    stored; 0: never."""
    noted: int
    """``confirmed`` as the table has it."""
    newest: tuple[int, float] | None = None
    """(at, value) of the newest point, as of ``epoch``."""
    epoch: int = -1
    """When ``newest`` was looked up: another program may have written since."""


class SeriesIndex:
    """Finds series by key; a file's other writers are noticed."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        """``conn`` is the writing connection."""
        self._conn = conn
        self._accounts: dict[str, dict[Key, Series]] = {}
        self._count = 0
        self._epoch = 0
        self._data_version = -1
        self._renamed: dict[int, str] = {}
        self._confirmed: dict[int, Series] = {}

    def begin(self) -> None:
        """Call inside a transaction, before anything else."""
        (version,) = self._conn.execute("PRAGMA data_version").fetchone()
        if version != self._data_version:
            self._data_version = version
            self._epoch += 1
        while self._count > _MAX_REMEMBERED and len(self._accounts) > 1:
            oldest = next(iter(self._accounts))
            self._count -= len(self._accounts.pop(oldest))

    def find(self, key: Key, source: str) -> tuple[Series, bool]:
        """The series, made if need be, and whether it was made just now."""
        account = self._accounts.get(key[0])
        if account is None:
            account = self._load(key[0])
        series = account.get(key)
        if series is not None:
            return series, False
        is_new = self._conn.execute(_CREATE, (*key, source)).rowcount > 0
        number, writer, confirmed = self._conn.execute(_ONE, key).fetchone()
        series = Series(number, key[1], writer, confirmed, confirmed)
        if is_new:
            series.epoch = self._epoch
        account[key] = series
        self._count += 1
        return series, is_new

    def newest(self, series: Series) -> tuple[int, float] | None:
        """(at, value) of its newest point."""
        if series.epoch != self._epoch:
            series.newest = self._conn.execute(_NEWEST, (series.id,)).fetchone()
            series.epoch = self._epoch
        return series.newest

    def wrote(self, series: Series, source: str) -> None:
        """Points of the series were written; ``source`` is its last writer now."""
        if series.source != source:
            series.source = source
            self._renamed[series.id] = source

    def confirm(self, series: Series, at: int) -> None:
        """The newest value was repeated at that moment."""
        if at <= series.confirmed:
            return
        series.confirmed = at
        if not series.entity or at - series.noted >= _CONFIRMED_SECONDS:
            self._confirmed[series.id] = series

    def finish(self) -> None:
        """Write what changed about the series themselves."""
        if self._renamed:
            self._conn.executemany(
                "UPDATE series SET source = ? WHERE id = ?",
                [(source, number) for number, source in self._renamed.items()],
            )
            self._renamed.clear()
        if self._confirmed:
            self._conn.executemany(
                "UPDATE series SET confirmed = ? WHERE id = ?",
                [(one.confirmed, one.id) for one in self._confirmed.values()],
            )
            for one in self._confirmed.values():
                one.noted = one.confirmed
            self._confirmed.clear()

    def _load(self, account: str) -> dict[Key, Series]:
        found: dict[Key, Series] = {}
        rows = self._conn.execute(_OF_ACCOUNT, (account,))
        for entity, metric, grain, number, source, confirmed in rows:
            key = (account, entity, metric, grain)
            found[key] = Series(number, entity, source, confirmed, confirmed)
        self._accounts[account] = found
        self._count += len(found)
        return found
