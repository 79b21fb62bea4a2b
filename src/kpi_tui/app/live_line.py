"""One line that redraws itself in place: a pane one row high, without Textual.

It draws the words of :mod:`kpi_tui.app.status_line`; it knows no number.
"""

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from kpi_tui.app.lifeline import Lifeline
from kpi_tui.app.status_line import Piece, Tone, pieces
from kpi_tui.monitor.port import MonitorPort
from kpi_tui.monitor.snapshot import Snapshot

_COLOURS: dict[Tone, str] = {
    "strong": "1",
    "muted": "2",
    "good": "32",
    "bad": "31",
    "warning": "33",
}
_START = "\x1b[?25l\x1b[?7l"
"""Cursor off; what does not fit is cut and not wrapped into the next row."""
_END = "\x1b[0m\x1b[?7h\x1b[?25h\r\n"
_LEAVE_KEYS = frozenset(b"q\x03\x04\x11")
"""q, ctrl+c, ctrl+d, ctrl+q."""


def run_line(monitor: MonitorPort, *, is_ascii: bool, has_colour: bool) -> int:
    """Draw until ``q``, a signal or the terminal's end; the exit code: 0, or 128 +
    signal. Both streams must be a terminal."""
    source, target = sys.stdin.fileno(), sys.stdout.fileno()
    with Lifeline(source, target) as lifeline, _one_row(source, target):
        draw = partial(_draw, target, is_ascii=is_ascii, has_colour=has_colour)
        asyncio.run(_follow(monitor, lifeline, source, draw))
    return lifeline.code or 0


async def _follow(
    monitor: MonitorPort,
    lifeline: Lifeline,
    source: int,
    draw: Callable[[Snapshot], None],
) -> None:
    """The stored numbers at once, then each newer Snapshot."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    lifeline.attach(loop, lambda _: ended.set())
    newest = [monitor.stored_snapshot()]

    def show(snapshot: Snapshot) -> None:
        newest[0] = snapshot
        draw(snapshot)

    def resized(*_: object) -> None:
        # Python's handler and not the loop's: that would take the lifeline's place.
        loop.call_soon_threadsafe(lambda: draw(newest[0]))

    show(newest[0])
    monitor.subscribe(show)
    loop.add_reader(source, _hear, source, ended)
    before = signal.signal(signal.SIGWINCH, resized)
    polling = asyncio.create_task(monitor.run())
    waiting = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait({polling, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        signal.signal(signal.SIGWINCH, before)
        loop.remove_reader(source)
        waiting.cancel()
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


def _hear(source: int, ended: asyncio.Event) -> None:
    try:
        keys = os.read(source, 64)
    except OSError:
        keys = b""
    if not keys or _LEAVE_KEYS.intersection(keys):
        ended.set()


def _draw(target: int, snapshot: Snapshot, *, is_ascii: bool, has_colour: bool) -> None:
    try:
        width = os.get_terminal_size(target).columns
    except OSError:
        return  # the terminal is gone; the lifeline has heard it
    drawn = pieces(snapshot, max(1, width - 1), is_ascii=is_ascii)
    _write(target, f"\r{painted(drawn, has_colour=has_colour)}\x1b[K")


def painted(drawn: Sequence[Piece], *, has_colour: bool) -> str:
    """With the terminal's own colours; handles and names lose control characters."""
    out = []
    for text, tone in drawn:
        code = _COLOURS.get(tone) if has_colour else None
        shown = "".join(char for char in text if char.isprintable())
        out.append(f"\x1b[{code}m{shown}\x1b[0m" if code else shown)
    return "".join(out)


def _write(target: int, text: str) -> None:
    with suppress(OSError):
        os.write(target, text.encode(errors="replace"))


@contextmanager
def _one_row(source: int, target: int) -> Iterator[None]:
    """No echo, no cursor, no line discipline; all as before at the end.

    Stopping it (ctrl+z) would leave a shell without a cursor: it is not offered.
    """
    before = termios.tcgetattr(source)
    modes = termios.tcgetattr(source)
    modes[3] &= ~(termios.ECHO | termios.ICANON)
    modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
    modes[6][termios.VSUSP] = b"\0"
    termios.tcsetattr(source, termios.TCSANOW, modes)
    _write(target, _START)
    try:
        yield
    finally:
        _write(target, _END)
        with suppress(termios.error):
            termios.tcsetattr(source, termios.TCSANOW, before)
