"""What ``kpi-tui doctor`` looks at: versions, the terminal, places, the database.

Each look gives findings; how they are printed is not known here. No database is made;
a damaged one is put aside for its backup, as whenever it is opened.
"""

import importlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kpi_tui.cli.console import counted
from kpi_tui.cli.errors import Failure, crash_folder
from kpi_tui.cli.options import (
    Options,
    config_path,
    data_path,
    is_there,
    load_settings,
)

if TYPE_CHECKING:
    from kpi_tui.store.records import StoreStats

PACKAGES = (
    "kpi-tui",
    "textual",
    "textual-plotext",
    "plotext",
    "httpx",
    "sqlite-utils",
    "pydantic",
)
LEAST_FREE_BYTES = 200_000_000
"""A year of a large agency's points, and as much again while SQLite rewrites them."""
SMALLEST = (40, 10)
"""Columns and lines of the smallest layout."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    state: Literal["ok", "note", "wrong"]
    """``note``: works, but the user may want to know. ``wrong``: must be mended."""
    topic: str
    text: str
    next_step: str = ""


def versions() -> Iterator[Finding]:
    """Python, SQLite and the packages that matter; nothing is imported for it."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("ok", "python", python)
    for name in PACKAGES:
        try:
            yield Finding("ok", name, version(name))
        except PackageNotFoundError:
            step = "pip install --force-reinstall kpi-tui"
            yield Finding("wrong", name, "is not installed", step)
    # Only the store opens databases; this asks the library for its version.
    library = importlib.import_module("sqlite3")
    yield Finding("ok", "sqlite", str(library.sqlite_version))


def terminal(
    environment: Mapping[str, str], encoding: str, size: tuple[int, int] | None
) -> Iterator[Finding]:
    """How well the monitor can draw. ``size`` is None where there is no terminal."""
    kind = environment.get("TERM", "")
    if size is None:
        yield Finding("note", "terminal", "none here: reports work, the monitor not")
    elif kind in {"", "dumb"}:
        step = "export TERM=xterm-256color, or what your terminal is"
        yield Finding("wrong", "terminal", f"TERM={kind or 'unset'}", step)
    else:
        yield Finding("ok", "terminal", f"TERM={kind}, {_colours(environment)}")
    if size is not None:
        yield _size(*size)
    if encoding.lower().replace("-", "") == "utf8":
        yield Finding("ok", "encoding", encoding)
    else:
        step = "export LC_ALL=C.UTF-8, or kpi-tui --ascii"
        yield Finding("note", "encoding", f"{encoding} is not UTF-8", step)
    if environment.get("NO_COLOR"):
        yield Finding("note", "NO_COLOR", "is set: no colours are drawn")
    if environment.get("TMUX"):
        yield _tmux(environment)


def _colours(environment: Mapping[str, str]) -> str:
    depth = environment.get("COLORTERM", "")
    if depth in {"truecolor", "24bit"}:
        return "24-bit colour"
    return "256 colours" if "256" in environment.get("TERM", "") else "16 colours"


def _size(columns: int, lines: int) -> Finding:
    text = f"{columns} x {lines}"
    if not columns or not lines:
        return Finding("note", "size", "the terminal does not tell its size")
    if columns < SMALLEST[0] or lines < SMALLEST[1]:
        step = f"make it at least {SMALLEST[0]} x {SMALLEST[1]}"
        return Finding("wrong", "size", f"{text} is too small", step)
    return Finding("ok", "size", text)


def _tmux(environment: Mapping[str, str]) -> Finding:
    if _colours(environment) == "24-bit colour":
        return Finding("ok", "tmux", "with 24-bit colour")
    step = "for all colours: set -as terminal-features ',*:RGB' in tmux.conf"
    return Finding("note", "tmux", "without 24-bit colour", step)


def time_zones() -> Iterator[Finding]:
    """Whether days can be cut anywhere but in UTC."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo("Europe/Athens")
    except (KeyError, OSError):
        yield Finding("wrong", "time zones", "none are known", "pip install tzdata")
    else:
        yield Finding("ok", "time zones", "known")


def config(options: Options) -> Iterator[Finding]:
    """Where the config is, and whether it is valid."""
    try:
        path = config_path(options)
    except Failure as failure:
        yield Finding("wrong", "config", failure.message, "chmod u+rx its folder")
        return
    if path is None:
        from kpi_tui.config.paths import default_config_path

        text = f"none at {default_config_path()}"
        yield Finding("note", "config", text, "kpi-tui init")
        return
    try:
        load_settings(options)
    except Failure as failure:
        first, *more = failure.message.splitlines()
        text = f"{first} (and more)" if more else first
        yield Finding("wrong", "config", text, "kpi-tui check tells all of it")
        return
    is_private = not path.stat().st_mode & 0o077
    text = str(path) if is_private else f"{path} (others may read it)"
    yield Finding("ok", "config", text)


def places(options: Options) -> Iterator[Finding]:
    """Whether there is room, and the right to write, for data and crash files."""
    path = data_path(options).absolute()
    yield _writable("data folder", path.parent)
    if _is_seen(path) and not os.access(path, os.R_OK | os.W_OK):
        yield Finding("wrong", "database", f"{path} is read-only", f"chmod u+rw {path}")
    there = _nearest(path.parent)
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        text = f"{free / 1e6:,.0f} MB free in {there}"
        yield Finding("wrong", "disk", text, "make room, or name another --data")
    else:
        yield Finding("ok", "disk", f"{free / 1e9:,.1f} GB free")
    crashes = sorted(crash_folder().glob("crash-*.txt"))
    if crashes:
        text = f"{counted(len(crashes), 'crash file')}, the newest {crashes[-1]}"
        yield Finding("note", "crashes", text, "send it with a bug report; delete it")


def _is_seen(path: Path) -> bool:
    """Whether something is there, as far as one may look."""
    try:
        return is_there(path)
    except Failure:
        return False


def _nearest(folder: Path) -> Path:
    while not _is_seen(folder) and folder != folder.parent:
        folder = folder.parent
    return folder


def _writable(topic: str, folder: Path) -> Finding:
    there = _nearest(folder)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        more = "" if there == folder else " (made when it is needed)"
        return Finding("ok", topic, f"{folder}{more}")
    if not there.is_dir():
        text = f"{there} is not a folder"
        return Finding("wrong", topic, text, "name another --data")
    step = f"chmod u+rwx {there}, or name another --data"
    return Finding("wrong", topic, f"{there} cannot be written to", step)


def database(options: Options) -> Iterator[Finding]:
    """What is in the database and whether SQLite finds it whole; none is made."""
    path = data_path(options).absolute()
    if not _is_seen(path):
        step = "kpi-tui import PATH --account HANDLE, or kpi-tui"
        yield Finding("note", "database", f"none at {path}", step)
        return
    from kpi_tui.store.store import Store, StoreError

    try:
        store = Store.open(path)
    except StoreError as error:
        step = f"move {path} away; kpi-tui import brings the downloads back"
        yield Finding("wrong", "database", str(error), step)
        return
    try:
        stats = store.stats()
        notices = tuple(store.notices)
    finally:
        store.close()
    size = f"{stats.size_bytes / 1e6:,.1f} MB"
    yield Finding("ok", "database", f"{path}, {size}")
    yield Finding("ok", "contents", _contents(stats))
    if stats.integrity == "ok":
        yield Finding("ok", "integrity", "ok")
    else:
        step = f"keep a copy of {path}, then start kpi-tui: it restores a backup"
        yield Finding("wrong", "integrity", stats.integrity, step)
    for notice in notices:
        yield Finding("wrong", "database", notice, f"look into {path.parent}")


def _contents(stats: "StoreStats") -> str:
    held = [
        counted(stats.points, "point"),
        counted(stats.series, "series", "series"),
        counted(stats.videos, "video"),
    ]
    if stats.first_at is not None:
        first = datetime.fromtimestamp(stats.first_at, UTC).date()
        held.append(f"since {first.isoformat()}")
    return ", ".join(held)
