"""A real pseudo-terminal with a program in it, and the screen that a person would see."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

from tests.programs.program import Program

ROOT = Path(__file__).parents[2]
TWO_SECONDS = 2.0


def promptly(scene: Callable[[], float]) -> None:
    """The seconds of the scene are below two in one try of three: a busy machine may
    hold up any of them, but an end that takes too long does so each time."""
    spent: list[float] = []
    while not spent or spent[-1] >= TWO_SECONDS:
        assert len(spent) < 3, spent
        spent.append(scene())


def _take_terminal() -> None:
    """Make standard input the session's terminal, which tells of signals and sizes."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """Runs ``python ARGUMENTS`` in a new session on a pty of the given size."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        ignore_hangup: bool = False,
        starts_python: bool = False,
        cwd: Path = ROOT,
        **environment: str,
    ) -> None:
        """Start it, as a fork of a process that has imported it, or from nothing."""
        self.master, slave = pty.openpty()
        columns, lines = size
        fcntl.ioctl(
            slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0)
        )
        self.slave: int | None = slave
        self.before = termios.tcgetattr(slave)
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        """All that was written."""

        env = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            **environment,
        }
        self.started = time.monotonic()
        streams = (slave, slave, slave)
        self.process: Program | subprocess.Popen[bytes] = (
            subprocess.Popen(
                [sys.executable, *arguments],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=env,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=_take_terminal,  # noqa: PLW1509 - nothing else runs here
            )
            if starts_python
            else Program(
                arguments, streams, env=env, cwd=cwd, ignores_hangup=ignore_hangup
            )
        )

    def __enter__(self) -> "Terminal":
        """Nothing more."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.vanish()

    def read(self, seconds: float) -> int:
        """Take what comes within a time; the number of bytes."""
        before = len(self.raw)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not self._take(left):
                break
        return len(self.raw) - before

    def settle(self, quiet: float = 0.15, most: float = 2.0) -> None:
        """Take what comes until nothing does for a moment."""
        until = time.monotonic() + most
        while self.read(quiet) and time.monotonic() < until:
            pass

    def _take(self, seconds: float) -> bool:
        if self.master < 0:
            return False
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        # pyte reads the kitty keyboard protocol as "restore cursor".
        for kitty in (b"\x1b[>25u", b"\x1b[<u"):
            data = data.replace(kitty, b"")
        self._stream.feed(data)
        return bool(data)

    def read_until(self, is_there: Callable[[str], bool], seconds: float = 60.0) -> str:
        """Take until the screen's text satisfies; AssertionError with it otherwise."""
        until = time.monotonic() + seconds
        while not is_there(self.text):
            if time.monotonic() > until or self.process.poll() is not None:
                self.read(0.2)
                if is_there(self.text):
                    break
                raise AssertionError(f"the screen shows:\n{self.text}")
            self._take(0.05)
        return self.text

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.master, keys.encode())

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """The exit code; AssertionError if it still runs after that time."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self._take(0.02) if self.master >= 0 else time.sleep(0.02)
        code = self.process.poll()
        assert code is not None, f"still running; the screen shows:\n{self.text}"
        self.read(0.05)
        return code

    def seconds_to_end(self, cause: Callable[[], object], code: int) -> float:
        """From the cause to the end with that exit code."""
        started = time.monotonic()
        cause()
        while self.process.poll() is None and time.monotonic() - started < 30:
            self._take(0.02) if self.master >= 0 else time.sleep(0.02)
        spent = time.monotonic() - started
        assert self.wait(0.0) == code
        return spent

    def attributes(self) -> list[Any]:
        """The terminal's modes now."""
        assert self.slave is not None
        return termios.tcgetattr(self.slave)

    def vanish(self) -> None:
        """The window closes: the other side of the terminal is gone."""
        for descriptor in (self.master, self.slave):
            if descriptor is not None and descriptor >= 0:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
        self.master, self.slave = -1, None

    def close_own_slave(self) -> None:
        """Give up our copy, so that closing the master is a hang-up."""
        if self.slave is not None:
            os.close(self.slave)
            self.slave = None
