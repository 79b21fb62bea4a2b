"""Small secrets on disk: for their owner only, and replaced whole or not at all.

Knows nothing of what is in them.
"""

import os
import stat
from pathlib import Path

from kpi_tui.sources.port import SourceError

_MOST_BYTES = 1_000_000
_NEW = ".new"


def read_private(path: Path) -> str | None:
    """The text of a file; None where there is none.

    Raises SourceError when it cannot be read, or when others could read it too.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error) from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(f"{path} is not a file", fault="config")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SourceError(
                f"others may read the sign-in in {path}",
                fault="config",
                hint=f"chmod 600 {path}; if others use this machine, sign in again",
            )
        return file.read(_MOST_BYTES).decode("utf-8", errors="replace")


def write_private(path: Path, text: str) -> None:
    """Put this text in a file's place, on the disk itself when it returns.

    Killed at any moment, it leaves the old file or the new one. The caller holds the
    lock: two writers at once would share the file beside it. Raises SourceError.
    """
    beside = path.with_name(path.name + _NEW)
    try:
        make_private(path.parent)
        descriptor = os.open(
            beside,
            os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC,
            0o600,
        )
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)  # one that was left behind keeps its mode
            file.write(text.encode())
            file.flush()
            os.fsync(descriptor)
        os.replace(beside, path)  # noqa: PTH105  the pair of the fsyncs around it
        _sync_folder(path.parent)
    except OSError as error:
        raise _unusable(path, error) from None


def remove_private(path: Path) -> bool:
    """Delete a file, and what a killed writer left beside it; whether it was there."""
    try:
        path.with_name(path.name + _NEW).unlink(missing_ok=True)
        path.unlink()
        _sync_folder(path.parent)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unusable(path, error) from None
    return True


def make_private(folder: Path) -> None:
    """A folder of mode 0700, made or mended; OSError when that is impossible."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        folder.chmod(0o700)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unusable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        f"the sign-in in {path} cannot be used: {error.strerror}",
        fault="config",
        hint=f"check the disk and who owns {path.parent}",
    )
