"""Backups of the store's file, and what happens to a damaged one.

Knows files and SQLite's own checks; nothing about the tables.
"""

import contextlib
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from kpi_tui.store.records import StoreError
from kpi_tui.store.schema import prepare

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SIDES = ("-wal", "-shm", "-journal")


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that the file's content is broken."""
    return _primary_code(error) in _DAMAGE


def is_surroundings(error: BaseException) -> bool:
    """Whether disk, permissions or another program are at fault, not the program."""
    return _primary_code(error) in {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }


def is_busy(error: BaseException) -> bool:
    """Whether another program is writing."""
    return _primary_code(error) == sqlite3.SQLITE_BUSY


def is_full(error: BaseException) -> bool:
    """Whether there is no space left."""
    return _primary_code(error) == sqlite3.SQLITE_FULL


def check(conn: sqlite3.Connection) -> str:
    """``ok``, or the first thing that is wrong. Reads the whole file."""
    try:
        (verdict,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return str(error)
    return str(verdict)


def backup_path(path: Path) -> Path:
    """Where the backup of this file is kept."""
    return path.with_name(path.name + ".backup")


def write_backup(conn: sqlite3.Connection, path: Path) -> bool:
    """Copy what a connection sees to the file's backup, once the copy is proven.

    Returns False when the copy turns out damaged. Raises OSError and sqlite3.Error
    when it can't be read or written.
    """
    fresh = path.with_name(f"{path.name}.backup.{os.getpid()}.tmp")
    try:
        _copy(conn, fresh)
        if not _is_good(fresh):
            return False
        fresh.replace(backup_path(path))
    finally:
        for name in (fresh, *_beside(fresh)):
            name.unlink(missing_ok=True)
    return True


def write_again(conn: sqlite3.Connection, path: Path) -> None:
    """Put an open store back to where its file was deleted.

    Raises OSError and sqlite3.Error when that can't be written.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy(conn, fresh)
        for side in _beside(path):
            # The old file's; what is in them was copied too.
            side.unlink(missing_ok=True)
        # Unlike a rename, a link never replaces what came in between.
        os.link(fresh, path)
    finally:
        for name in (fresh, *_beside(fresh)):
            name.unlink(missing_ok=True)


def replace_damaged(path: Path) -> str:
    """Move the file aside and put the backup in its place, if there is a good one.

    Returns what to tell the user. Raises OSError when the folder can't be written.
    """
    aside = _free_name(path)
    for side in _beside(path):
        if side.exists():
            side.rename(side.with_name(aside.name + side.name[len(path.name) :]))
    path.rename(aside)
    said = f"{path.name} was damaged and is now {aside.name}"
    backup = backup_path(path)
    if not (backup.is_file() and _is_good(backup)):
        return f"{said}; there was no good backup, so a fresh file was begun"
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    shutil.copyfile(backup, fresh)
    fresh.chmod(0o600)
    fresh.replace(path)
    made = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    return f"{said}; the backup of {made:%d %b %Y %H:%M} UTC is in its place"


def is_foreign(path: Path, head: bytes) -> bool:
    """Whether a file without SQLite's header is somebody's text or archive.

    A disk that loses data leaves zeros or noise. Whoever named a download by mistake
    wants it left where it is.
    """
    if backup_path(path).exists() or any(side.exists() for side in _beside(path)):
        return False
    return head.startswith(b"PK") or not any(
        byte < 32 and chr(byte) not in "\t\n\f\r" for byte in head
    )


def load_into_memory(path: Path) -> sqlite3.Connection | None:
    """A copy of what can be read of the file, or None."""
    try:
        is_file = path.is_file()
    except OSError:
        # pathlib tells a folder that may not be entered like that.
        is_file = False
    if not is_file:
        return None
    # A write-ahead log is read only where its shared memory can be made; without
    # that, ``immutable`` still reads the file itself.
    for mode in ("ro", "ro&immutable=1"):
        memory = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        try:
            with contextlib.closing(
                sqlite3.connect(_uri(path, mode), uri=True)
            ) as source:
                source.backup(memory)
            prepare(memory, path.name)
        except (sqlite3.Error, StoreError):
            memory.close()
        else:
            return memory
    return None


def read_only_uri(path: Path) -> str:
    """The file's address for a connection that must not write."""
    return _uri(path, "ro")


def _uri(path: Path, mode: str) -> str:
    return f"{path.as_uri()}?mode={mode}"


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + side) for side in _SIDES]


def _copy(source: sqlite3.Connection, to: Path) -> None:
    os.close(os.open(to, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(to)) as target:
        source.backup(target)
        # One file without a write-ahead log: that is what can be copied around.
        target.execute("PRAGMA journal_mode = DELETE")


def _is_good(path: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(path)) as conn:
            prepare(conn, path.name)
            return check(conn) == "ok"
    except (sqlite3.Error, StoreError):
        return False


def _free_name(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = path.with_name(f"{path.name}.corrupt-{stamp}")
    more = 1
    while name.exists():
        more += 1
        name = path.with_name(f"{path.name}.corrupt-{stamp}-{more}")
    return name


def _primary_code(error: BaseException) -> int:
    # Extended codes carry the detail in the upper bits.
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
