"""Finds downloads in folders and reads them, archives included, within bounds.

Knows no kind of file and no date; what cannot be read comes back with its reason.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.archive import (
    Budget,
    is_hidden,
    is_workbook,
    unpack,
)
from kpi_tui.sources.tiktok_studio.refusal import RefusedError

SUFFIXES = (".csv", ".xlsx", ".zip")
"""What is looked at inside folders and archives; a file that is named is read."""
MAX_FILE = 64 << 20
MAX_FILES = 20_000
_EARLIEST = 1_420_070_400
"""2015: older time stamps are defaults (1980) and not when a file was made."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be a download."""

    path: Path
    label: str
    """What the user calls it: relative to the folder that was given."""
    modified_ns: int = 0
    size: int = 0
    reason: str | None = None
    """Why it cannot be read, when that is known already."""

    @property
    def stamp(self) -> tuple[int, int]:
        """Changes when the file does."""
        return self.modified_ns, self.size

    @property
    def modified_at(self) -> float:
        """Epoch seconds."""
        return self.modified_ns / 1e9

    @property
    def group(self) -> str:
        """Files that were downloaded together: an archive, or a folder's loose ones."""
        is_zip = self.path.suffix.lower() == ".zip"
        return str(self.path if is_zip else self.path.parent)


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or an archive's member: its bytes, or why there are none."""

    label: str
    """``Overview_x.zip: Overview.csv`` for members."""
    source: str
    """Label of the file on disk that it is in."""
    group: str
    container: str
    """Name of the archive or folder around it, which may tell the date."""
    written_at: float
    """Epoch seconds: when it was last changed, as far as is known."""
    data: bytes = b""
    reason: str | None = None
    is_damaged: bool = False
    budget: Budget | None = None
    """What a workbook may still unpack."""


def is_there(path: Path) -> bool:
    """Whether the path exists; also no when it may not be looked at."""
    return os.path.exists(path)  # noqa: PTH110 (Path.exists raises PermissionError)


def find(paths: Sequence[Path]) -> list[Found]:
    """All files to read, in the given order and by name within each folder.

    Hidden files and folders inside a given folder are left out, and so are other
    kinds of file; links to folders are not followed. A file that is named is taken
    whatever its name. Raises nothing: what is missing is in ``reason``.
    """
    taken: dict[str, Found] = {}
    for path in paths:
        # os.path, because Path.is_dir raises PermissionError.
        is_folder = os.path.isdir(path)  # noqa: PTH112
        for found in _below(path) if is_folder else [_found(path, path.name)]:
            if len(taken) < MAX_FILES:
                real = str(found.path) if found.reason else os.path.realpath(found.path)
                taken.setdefault(real, found)
    return list(taken.values())


def _below(root: Path) -> Iterator[Found]:
    faults: list[OSError] = []
    walk = os.walk(root, onerror=faults.append)
    for folder, folders, names in walk:
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(names):
            if not is_hidden(name) and name.lower().endswith(SUFFIXES):
                path = Path(folder, name)
                yield _found(path, path.relative_to(root).as_posix())
    for fault in faults:
        path = Path(os.fsdecode(fault.filename or root))
        yield Found(path, clean(path.name, 200), reason=_why(fault))


def _found(path: Path, label: str) -> Found:
    label = clean(os.fsencode(label).decode(errors="replace"), 200)
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        return Found(path, label, reason=_why(error))
    reason = None
    if not stat.S_ISREG(status.st_mode):
        reason = "not a regular file"
    elif status.st_size > MAX_FILE:
        reason = f"larger than {MAX_FILE >> 20} MB, which no download is"
    return Found(path, label, status.st_mtime_ns, status.st_size, reason)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read: change its permissions"
    text = error.strerror if isinstance(error, OSError) else None
    return f"cannot be read: {clean(text or 'bad name', 80)}"


def read(found: Found) -> list[Piece]:
    """The file's pieces: itself, or an archive's members."""
    piece = Piece(
        found.label,
        found.label,
        found.group,
        found.path.parent.name,
        found.modified_at,
        reason=found.reason,
        budget=Budget(),
    )
    if found.reason is not None:
        return [piece]
    try:
        with found.path.open("rb") as file:
            # One byte more than it had: all of it at once, and growth is seen.
            data = file.read(found.size + 1)
    except OSError as error:
        return [_refused(piece, RefusedError(_why(error)))]
    if len(data) != found.size:
        return [
            _refused(piece, RefusedError("changed while it was read", is_damaged=True))
        ]
    is_zip = found.path.suffix.lower() == ".zip"
    whole = replace(piece, data=data)
    return list(_unpacked(whole, found.path.name, is_zip=is_zip, depth=0))


def _refused(piece: Piece, refusal: RefusedError) -> Piece:
    reason, is_damaged = refusal.reason, refusal.is_damaged
    return replace(piece, data=b"", reason=reason, is_damaged=is_damaged)


def _unpacked(piece: Piece, name: str, *, is_zip: bool, depth: int) -> Iterator[Piece]:
    """The piece itself, or its members; one archive inside another is opened."""
    try:
        is_archive = piece.data.startswith(b"PK") and not is_workbook(piece.data)
        if not is_archive and not (is_zip and piece.data[:2] != b"PK"):
            yield piece
        else:
            yield from _members(piece, name, depth)
    except RefusedError as refusal:
        yield _refused(piece, refusal)


def _members(piece: Piece, name: str, depth: int) -> list[Piece]:
    """A list and not a generator: when a later member is too much, none counts."""
    if not piece.data:
        raise RefusedError("the file is empty", is_damaged=True)
    if depth > 1:
        raise RefusedError("an archive too deep inside others: unpack it")
    budget = piece.budget or Budget()
    pieces: list[Piece] = []
    for member in unpack(piece.data, budget, SUFFIXES):
        inner = Piece(
            f"{piece.label}: {member.name}",
            piece.source,
            f"{piece.group}:{piece.label}",
            PurePosixPath(name).stem,
            _made_at(member.written_at, piece.written_at),
            member.data or b"",
            member.refused,
            member.is_damaged,
            budget,
        )
        is_zip = member.name.lower().endswith(".zip")
        if member.data is None:
            pieces.append(inner)
        else:
            pieces += _unpacked(inner, member.name, is_zip=is_zip, depth=depth + 1)
    if not pieces:
        raise RefusedError("holds no CSV or XLSX file")
    return pieces


def _made_at(member: float | None, archive: float) -> float:
    """When a member was made: its own stamp, unless that cannot be.

    An archive's stamps are local time, so they may be up to a day ahead.
    """
    if member is None or not _EARLIEST <= member <= archive + _DAY:
        return archive
    return member
