"""How the command line ends: faults told in a sentence, signals, crashes.

Knows no command. A crash file holds where the program was and never what was in
its variables, because a token may be among them.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
import platformdirs

from kpi_tui.kpi.faults import traced
from kpi_tui.kpi.text import clean

BROKEN_PIPE = 141
"""128 + SIGPIPE: what the shell sees of any other program whose reader left."""
INTERRUPTED = 130
"""128 + SIGINT."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What writing into a full disk, or a terminal that is gone, ends with."""


class Failure(click.ClickException):
    """Something the user can mend: shown on stderr, without a traceback."""

    # click calls it a class variable, but a failure's code is its own.
    exit_code: int  # type: ignore[misc]

    def __init__(self, message: str, *, hint: str | None = None, code: int = 1) -> None:
        """``code`` is 1 (the data or a source) or 2 (usage or config)."""
        super().__init__(message)
        self.hint = hint
        self.exit_code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message and, on a line of its own, what to do."""
        lines = [*self.message.split("\n")]
        if self.hint:
            lines.append(f"Next: {self.hint}")
        for line in lines:
            indent = " " * (len(line) - len(line.lstrip(" ")))
            # A path or a source's own words may be in it.
            click.echo(indent + clean(line), file=file, err=file is None)


@contextmanager
def quiet_ends() -> Iterator[None]:
    """A reader that left, or Ctrl-C, ends the program with its code and no text."""
    try:
        with _one_by_one():
            yield
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
        raise SystemExit(BROKEN_PIPE) from None
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _drop_stdout()
        raise Failure(f"cannot write: {error.strerror}") from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


@contextmanager
def _one_by_one() -> Iterator[None]:
    """A group of nothing but OSErrors, as tasks end with, gives way to its first."""
    try:
        yield
    except ExceptionGroup as group:
        _, others = group.split(OSError)
        if others is not None:
            raise
        first: Exception = group
        while isinstance(first, ExceptionGroup):
            first = first.exceptions[0]
        raise first from None


def _drop_stdout() -> None:
    # The interpreter flushes stdout once more at exit and would complain there.
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def crash_folder() -> Path:
    """Where crash files go."""
    return platformdirs.user_log_path("kpi-tui", appauthor=False)


def report_crash(error: BaseException, folder: Path | None = None) -> str:
    """Write a crash file; the sentence for the user, with its path.

    Never raises: where no file can be written, the sentence says that.
    """
    name = type(error).__name__
    now = datetime.now(UTC)
    place = (folder or crash_folder()) / f"crash-{now:%Y%m%d-%H%M%S-%f}.txt"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600, exist_ok=False)
        place.write_text(crash_text(error), encoding="utf-8")
    except OSError as reason:
        return f"kpi-tui met an unexpected fault ({name}); no crash file: {reason}"
    return f"kpi-tui met an unexpected fault ({name}); the details are in {place}"


def crash_text(error: BaseException) -> str:
    """The traceback without variables, and with what looks like a token masked."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return f"Python {version} on {sys.platform}\n{traced(error)}\n"
