"""Keeps what went wrong in a file: the traceback without any local variable.

Locals hold tokens; Textual's own traceback prints them. It prints nothing itself.
"""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from kpi_tui.kpi.faults import traced

KEPT_FILES = 20
"""Older crash files are removed: a crash in a restart loop must not fill the disk."""


def crash_report(error: BaseException, version: str) -> str:
    """Versions and traceback; no local variables, no environment, no token."""
    return (
        f"kpi-tui {version}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}\n\n{traced(error)}\n"
    )


def write_crash(
    error: BaseException, *, version: str, folder: Path, now: datetime | None = None
) -> Path:
    """Write a crash file that only its owner may read, and return its path.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    path = folder / f"crash-{stamp}-{os.getpid()}.txt"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(crash_report(error, version))
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT_FILES]:
        old.unlink(missing_ok=True)
    return path


def crash_sentence(error: BaseException, *, version: str, folder: Path) -> str:
    """Write the file and say where it is; or say that not even that went."""
    kind = type(error).__name__
    try:
        path = write_crash(error, version=version, folder=folder)
    except OSError as fault:
        return (
            f"kpi-tui ended because of an unexpected error ({kind}); the details could "
            f"not be written to {folder}: {fault.strerror or type(fault).__name__}."
        )
    return (
        f"kpi-tui ended because of an unexpected error ({kind}); "
        f"the details are in {path}"
    )
