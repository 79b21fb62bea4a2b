"""The real program in a real pseudo-terminal, and the screen as a person sees it."""

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
from pathlib import Path

import pyte

KEYS = {
    "escape": "\x1b",
    "enter": "\r",
    "left": "\x1b[D",
    "right": "\x1b[C",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "tab": "\t",
}
STEP_SECONDS = 0.05


class Terminal:
    """A child on the slave side of a pty; everything it writes is kept and drawn."""

    def __init__(
        self,
        *args: str,
        columns: int = 120,
        lines: int = 40,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        ignores_hangup: bool = False,
    ) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(
            slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0)
        )
        self.before = termios.tcgetattr(slave)
        self.raw = bytearray()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        program = (
            "import os, signal, sys; os.setsid();"
            "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
            + (
                "signal.signal(signal.SIGHUP, signal.SIG_IGN);"
                if ignores_hangup
                else ""
            )
            + "os.execv(sys.executable, [sys.executable, '-m', 'kpi_tui', *sys.argv[1:]])"
        )
        # pytest-xdist sets COLUMNS, which would win over the window's own size.
        inherited = {
            k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")
        }
        terminfo = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *args],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**inherited, **terminfo, **(env or {})},
        )
        self.slave = slave

    def press(self, *keys: str) -> None:
        """Type keys, by name or letter."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())
            self.read(STEP_SECONDS)

    def read(self, seconds: float) -> None:
        """Take in what the program writes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                return
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            self._stream.feed(data)

    def wait_for(self, text: str, seconds: float = 20.0) -> str:
        """The screen, once it shows the text; AssertionError with the screen else."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(STEP_SECONDS)
            if text in self.text:
                return self.text
            if self.process.poll() is not None:
                break
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    def wait_until_gone(self, text: str, seconds: float = 20.0) -> str:
        """The screen, once it no longer shows the text."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(STEP_SECONDS)
            if text not in self.text:
                return self.text
        raise AssertionError(f"{text!r} is still on the screen:\n{self.text}")

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size, as an emulator does."""
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(lines, columns)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program itself."""
        self.process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """The exit code; AssertionError when it does not end in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(STEP_SECONDS)
            code = self.process.poll()
            if code is not None:
                self.read(STEP_SECONDS)
                return code
        raise AssertionError(f"still running after {seconds} s:\n{self.text}")

    def vanish(self) -> None:
        """Close the terminal under the program."""
        os.close(self.slave)
        os.close(self.master)
        self.slave = self.master = -1

    @property
    def is_restored(self) -> bool:
        """Alternate screen left, cursor shown, mouse off, termios as before."""
        raw = bytes(self.raw)
        left = raw.rfind(b"\x1b[?1049l") > raw.rfind(b"\x1b[?1049h")
        shown = raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")
        mouse = raw.rfind(b"\x1b[?1000l") >= raw.rfind(b"\x1b[?1000h")
        return left and shown and mouse and termios.tcgetattr(self.slave) == self.before

    def close(self) -> None:
        """End whatever is left."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.slave, self.master):
            if descriptor >= 0:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
