"""``kpi-tui`` in a real pseudo-terminal, driven by named keys."""

import fcntl
import struct
import termios
from pathlib import Path

from tests.app.terminal import ROOT
from tests.app.terminal import Terminal as Pty

KEYS = {"escape": "\x1b", "enter": "\r", "left": "\x1b[D", "right": "\x1b[C"}
STEP_SECONDS = 0.05


class Terminal(Pty):
    """The program with its command-line words."""

    def __init__(
        self,
        *words: str,
        env: dict[str, str] | None = None,
        cwd: Path = ROOT,
        ignores_hangup: bool = False,
        starts_python: bool = False,
    ) -> None:
        super().__init__(
            ["-m", "kpi_tui", *words],
            ignore_hangup=ignores_hangup,
            starts_python=starts_python,
            cwd=cwd,
            **(env or {}),  # type: ignore[arg-type]  # names of variables only
        )

    def press(self, *keys: str) -> None:
        """Type keys, by name or letter."""
        for key in keys:
            self.type(KEYS.get(key, key))
            self.read(STEP_SECONDS)

    def wait_for(self, text: str, seconds: float = 60.0) -> str:
        """The screen, once it shows the text."""
        return self.read_until(lambda screen: text in screen, seconds)

    def wait_until_gone(self, text: str, seconds: float = 60.0) -> str:
        """The screen, once it no longer shows the text."""
        return self.read_until(lambda screen: text not in screen, seconds)

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size, as an emulator does."""
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.screen.resize(lines, columns)

    @property
    def is_restored(self) -> bool:
        """Alternate screen left, cursor shown, mouse off, modes as before."""
        raw = bytes(self.raw)
        left = raw.rfind(b"\x1b[?1049l") > raw.rfind(b"\x1b[?1049h")
        shown = raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l")
        mouse = raw.rfind(b"\x1b[?1000l") >= raw.rfind(b"\x1b[?1000h")
        return left and shown and mouse and self.attributes() == self.before

    def close(self) -> None:
        """End whatever is left."""
        self.__exit__(None, None, None)
