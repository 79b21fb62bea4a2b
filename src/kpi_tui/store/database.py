"""Connections to one store: how it is opened, read and closed.

Knows neither what is written nor when.
"""

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kpi_tui.store.records import StoreError
from kpi_tui.store.rescue import (
    check,
    is_damage,
    is_foreign,
    load_into_memory,
    read_only_uri,
    replace_damaged,
)
from kpi_tui.store.schema import prepare, prepare_memory

BUSY_SECONDS = 0.5
"""How long one try waits for another program's write; closing waits as long for it,
because SQLite does not let itself be interrupted there."""

_CHECKED_BYTES = 4_000_000
"""Files up to this size are checked when opened: 16 ms; the first paint waits for it.
Damage in larger ones is found when it is read, and by the daily backup."""

_HEADER = b"SQLite format 3\0"

_MOST_READERS = 4
"""Reading connections, which stay open: more readers at once take turns. SQLite keeps
the descriptors of a closed one for as long as another one is locked."""


@dataclass(slots=True)
class Opened:
    """A connection that may write, and what the user must know about it."""

    conn: sqlite3.Connection
    path: Path | None
    """None: in memory."""
    notices: dict[str, str] = field(default_factory=dict)


def open_database(path: Path | None, *, is_suspect: bool = False) -> Opened:
    """Open the file, or run in memory when that can't be had.

    ``is_suspect``: check the whole file first, whatever its size. Raises StoreError
    for a newer schema and for another program's database.
    """
    if path is None:
        return Opened(_empty_memory(), None)
    try:
        return open_file(path, is_suspect=is_suspect)
    except (OSError, sqlite3.Error) as error:
        copy = load_into_memory(path)
        begun = "what it holds was read" if copy else "it starts empty"
        reason = getattr(error, "strerror", None) or str(error)
        text = (
            f"{path} can't be written ({reason}): running in memory, {begun}; "
            "new numbers are saved once it can be"
        )
        return Opened(copy or _empty_memory(), None, {"file": text})


def open_file(path: Path, *, is_suspect: bool = False) -> Opened:
    """Open or make the file; a damaged one is moved aside and its backup restored.

    Raises OSError and sqlite3.Error when it can't be written, and StoreError.
    """
    _make_file(path)
    try:
        return Opened(_connect(path, is_suspect=is_suspect), path)
    except _DamagedError:
        notice = replace_damaged(path)
        _make_file(path)
        return Opened(_connect(path, is_suspect=False), path, {"damaged": notice})


class Database:
    """One open store: a connection that writes, and others that read meanwhile.

    In memory there is one connection, and readers take turns with the writer.
    """

    def __init__(self, opened: Opened) -> None:
        """Take over the opened connection."""
        self.conn = opened.conn
        self.path = opened.path
        self._place = _place(opened.path)
        self._turn = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._free = threading.Semaphore(_MOST_READERS)
        self._watch: sqlite3.Connection | None = None
        self._is_closed = False

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the store until the block ends."""
        if self.path is None:
            with self._turn:
                self._refuse_closed()
                yield self.conn
            return
        with self._free:
            conn = self._take()
            try:
                conn.execute("BEGIN")
                yield conn
            finally:
                self._give_back(conn)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writing connection in one transaction; all of the block, or nothing.

        IMMEDIATE takes the write lock at once: a transaction that starts by reading
        and then writes fails without waiting when another program wrote in between.
        """
        with self._turn if self.path is None else contextlib.nullcontext():
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.conn
                self.conn.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back by itself already.
                if self.conn.in_transaction:
                    self.conn.execute("ROLLBACK")
                raise

    def open_readers(self) -> None:
        """Open as many reading connections as are kept, for who stays for long."""
        if self.path is None:
            return
        with self._turn, contextlib.suppress(sqlite3.Error):
            while not self._is_closed and len(self._idle) < _MOST_READERS:
                conn = _connect_reader(self.path)
                # The log beside the file is opened by the first look into it.
                conn.execute("SELECT 1 FROM sqlite_master").fetchone()
                self._idle.append(conn)

    def is_in_place(self) -> bool:
        """Whether the file at the path is still the one that is open."""
        return self.path is None or _place(self.path) == self._place

    def version(self) -> int:
        """A number that changes when anybody writes, in this process or another."""
        with self._turn:
            self._refuse_closed()
            if self.path is None:
                return self.conn.total_changes
            if self._watch is None:
                # SQLite's number means something on one and the same connection only.
                self._watch = _connect_reader(self.path)
            (version,) = self._watch.execute("PRAGMA data_version").fetchone()
            return int(version)

    def close(self) -> None:
        """Close all connections; those in use follow when their reader is done."""
        with self._turn:
            self._is_closed = True
            for conn in (*self._idle, self._watch, self.conn):
                if conn is not None:
                    conn.close()
            self._idle.clear()
            self._watch = None

    def _take(self) -> sqlite3.Connection:
        assert self.path is not None  # noqa: S101 - readers of memory take turns
        with self._turn:
            self._refuse_closed()
            if self._idle:
                return self._idle.pop()
        return _connect_reader(self.path)

    def _give_back(self, conn: sqlite3.Connection) -> None:
        with contextlib.suppress(sqlite3.Error):
            if conn.in_transaction:
                conn.execute("ROLLBACK")
        with self._turn:
            if self._is_closed or len(self._idle) >= _MOST_READERS:
                conn.close()
            else:
                self._idle.append(conn)

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise StoreError("the store is closed")


class _DamagedError(Exception):
    """The file's content is broken."""


def _place(path: Path | None) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None where there is none."""
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None


def _make_file(path: Path) -> None:
    """Make the file and its folders, readable by the user alone."""
    for folder in reversed(path.parents):
        # Path.mkdir(parents=True) gives its mode to the last folder only.
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and not path.is_file():
        # A device would be taken for a damaged file, and moved aside.
        raise OSError(errno.EINVAL, "it is not a file")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _refuse_headless(path: Path) -> None:
    # Looked at here and not by SQLite, which deletes the write-ahead log of a file
    # whose header it does not know; what is in there may be all that can be saved.
    with path.open("rb") as file:
        head = file.read(1000)
    if head and not head.startswith(_HEADER):
        if is_foreign(path, head):
            raise StoreError(
                f"{path.name} is not a database: choose another file with --data"
            )
        raise _DamagedError


def _connect(path: Path, *, is_suspect: bool) -> sqlite3.Connection:
    _refuse_headless(path)
    conn = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA journal_size_limit = 8000000")
        if is_suspect or path.stat().st_size <= _CHECKED_BYTES:
            _refuse_damaged(conn)
        prepare(conn, path.name)
        conn.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        conn.close()
        if is_damage(error):
            raise _DamagedError from error
        raise
    except BaseException:
        conn.close()
        raise
    return conn


def _refuse_damaged(conn: sqlite3.Connection) -> None:
    if check(conn) != "ok":
        raise _DamagedError


def _connect_reader(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(
        read_only_uri(path),
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    conn.execute("PRAGMA query_only = 1")
    return conn


def _empty_memory() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    prepare_memory(conn)
    return conn
