"""Zip archives, unpacked in memory within bounds, with a reason for what is not.

Writes nothing to disk; knows no kind of file.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.refusal import RefusedError

MAX_UNPACKED = 64 << 20
"""Bytes of one archive's members together, counted while they are read."""
MAX_MEMBER = 32 << 20
MAX_MEMBERS = 1000
_STEP = 1 << 16
_ENTRY = b"PK\x01\x02"
_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError,
    KeyError, IndexError, OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked; shared with archives inside."""

    left: int = MAX_UNPACKED


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive: its bytes, or why there are none."""

    name: str
    """Cleaned; forward slashes."""
    data: bytes | None
    refused: str | None = None
    written_at: float | None = None
    """Epoch seconds of its time stamp taken as UTC (archives keep local time)."""
    is_damaged: bool = False


def unpack(
    data: bytes, budget: Budget, suffixes: tuple[str, ...] | None = None
) -> list[Member]:
    """The members in order of name, those with other suffixes left out.

    Raises RefusedError for the archive as a whole: not a zip, too many members, or
    more bytes than the budget holds, whatever its directory claims.
    """
    archive = _open(data)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if sum(info.file_size for info in infos) > budget.left:
        raise _too_large()
    return sorted(_members(archive, infos, budget, suffixes), key=lambda m: m.name)


def is_workbook(data: bytes) -> bool:
    """Whether the archive is an XLSX file; raises RefusedError for a broken one."""
    return "[Content_Types].xml" in _open(data).namelist()


def _open(data: bytes) -> zipfile.ZipFile:
    # Counted before the directory is parsed, because a million entries would
    # already take a gigabyte of objects.
    if data.count(_ENTRY) > MAX_MEMBERS:
        raise RefusedError(f"more than {MAX_MEMBERS:,} files in the archive")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS:
        raise RefusedError(
            "the archive is damaged: download it again", is_damaged=True
        ) from None


def _members(
    archive: zipfile.ZipFile,
    infos: list[zipfile.ZipInfo],
    budget: Budget,
    suffixes: tuple[str, ...] | None,
) -> Iterator[Member]:
    for info in infos:
        raw = info.orig_filename.replace("\\", "/")
        name = clean(raw, 200)
        reason = _fault(raw, info)
        is_wanted = suffixes is None or (
            name.lower().endswith(suffixes) and not is_hidden(name)
        )
        if reason is not None:
            yield Member(name, None, reason)
        elif is_wanted:
            yield _read(archive, info, name, budget)


def _read(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: Budget
) -> Member:
    limit = min(MAX_MEMBER, budget.left)
    try:
        with archive.open(info) as stream:
            # In small steps: one read of n bytes unpacks n, whatever the entry claims.
            data = bytearray()
            while len(data) <= limit and (chunk := stream.read(_STEP)):
                data += chunk
    except _FAULTS:
        reason = "damaged inside the archive: download it again"
        return Member(name, None, reason, is_damaged=True)
    if len(data) > limit:
        raise _too_large()
    budget.left -= len(data)
    return Member(name, bytes(data), written_at=_written_at(info))


def _too_large() -> RefusedError:
    return RefusedError(
        f"unpacks to more than {MAX_UNPACKED >> 20} MB, which no download does"
    )


def _fault(name: str, info: zipfile.ZipInfo) -> str | None:
    """Why the entry is not read, whatever is in it; None when it may be."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a symbolic link inside the archive"
    if info.flag_bits & 1:
        return "encrypted: unpack it with its password first"
    if info.compress_type not in {0, 8}:
        return "compressed in a way that is not supported: zip it again"
    parts = name.split("/")
    has_drive = len(parts[0]) > 1 and parts[0][1] == ":"
    if name.startswith("/") or has_drive or ".." in parts or "\0" in name:
        return "its path leads out of the archive"
    return None


def is_hidden(name: str) -> bool:
    """Whether a part of the path is hidden, or macOS's own."""
    return any(p.startswith((".", "__MACOSX", "~$")) for p in name.split("/"))


def _written_at(info: zipfile.ZipInfo) -> float | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return None
