"""Runs the app so that it ends well, whatever ends it: a key, a signal, a lost
terminal, a bug.

Textual by itself leaves the screen broken at SIGTERM, and spins a core when the
terminal vanishes while SIGHUP is ignored (96 % measured). It knows no KPI.
"""

import asyncio
import os
import select
import signal
import socket
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from platformdirs import user_log_dir

from kpi_tui.app.crash import crash_sentence

if TYPE_CHECKING:
    # The one line runs without Textual.
    from kpi_tui.app.app import KpiApp

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
GRACE_SECONDS = 1.5
"""A normal shutdown that takes longer is cut off: two seconds are promised."""
QUIT_GRACE_SECONDS = 5.0
"""After the user's own ``q`` a write may finish first."""
VANISHED = 128 + signal.SIGHUP
NEEDS_TERMINAL = (
    "kpi-tui needs a terminal on its input, output and error output. Without one, run "
    "`kpi-tui report` for the numbers, `kpi-tui status` for one line, or "
    "`kpi-tui collect` to poll without a screen."
)
# Synchronised output off, kitty keys off, mouse off (all protocols), paste and focus
# reports off, in-band resize off, line wrap on, main screen, cursor on, plain style.
LEAVE = (
    "\x1b[?2026l\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[?2004l\x1b[?1004l\x1b[?2048l\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"
)


def run_app(app: "KpiApp", *, crash_folder: Path | None = None) -> int:
    """Run until it ends and return the exit code: 0 after ``q``, 128 + signal after
    a signal or a lost terminal, 1 after a crash, 2 without a terminal."""
    if not all(_is_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)):
        sys.stderr.write(f"{NEEDS_TERMINAL}\n")
        return 2
    folder = crash_folder or Path(user_log_dir("kpi-tui", appauthor=False))
    with Lifeline(sys.stdin.fileno(), sys.stderr.fileno()) as lifeline:
        crash = _run(app, lifeline)
    if lifeline.code is not None:
        if lifeline.code == VANISHED:
            _let_go_of_terminal()
        return lifeline.code
    if crash is None:
        return app.return_code or 0
    lifeline.restore_terminal()
    sentence = crash_sentence(crash, version=app.version, folder=folder)
    sys.stderr.write(f"{sentence}\n")
    return 1


def _let_go_of_terminal() -> None:
    """Python's last flush would fail on a terminal that is gone, and exit with 120."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _is_terminal(stream: Any) -> bool:  # noqa: ANN401 - None where the fd is closed
    try:
        return bool(stream is not None and stream.isatty())
    except ValueError:
        return False


def _run(app: "KpiApp", lifeline: "Lifeline") -> BaseException | None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        lifeline.attach(loop, lambda code: app.exit(return_code=code))
        app.on_end = lifeline.begin_end
        await app.run_async()

    try:
        asyncio.run(main())
    except Exception as error:  # noqa: BLE001 - the last one who can save the terminal
        return error
    return app.crash


class Lifeline:
    """A thread that hears signals and hang-ups even while the event loop is stuck.

    It sleeps in ``poll`` and costs nothing. Python's signal handlers, and so the
    loop's, run only when the main thread does; the wake-up descriptor is written at
    once, which is why it is read here and not by the loop.
    """

    def __init__(self, terminal_in: int, terminal_out: int) -> None:
        """Descriptors of the terminal."""
        self._in = terminal_in
        self._out = terminal_out
        self._attributes = _attributes(terminal_in)
        self.code: int | None = None
        """128 + signal, once there was one."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._exit: Callable[[int], None] | None = None
        self._ended = threading.Event()
        self._deadline: threading.Timer | None = None
        self._ours: dict[signal.Signals, Any] = {}
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._reader.setblocking(False)
        self._thread = threading.Thread(
            target=self._watch, name="lifeline", daemon=True
        )

    def __enter__(self) -> "Lifeline":
        """Take the signals over, except those that were ignored on purpose."""
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._ours[number] = signal.signal(number, _heard_elsewhere)
        self._old_wakeup = signal.set_wakeup_fd(
            self._writer.fileno(), warn_on_full_buffer=False
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back."""
        self._ended.set()
        if self._deadline is not None:
            self._deadline.cancel()
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._ours.items():
            signal.signal(number, handler)
        self._writer.close()
        self._thread.join(timeout=1.0)
        self._reader.close()

    def attach(
        self, loop: asyncio.AbstractEventLoop, leave: Callable[[int], None]
    ) -> None:
        """From now on a signal calls ``leave(code)`` on the loop."""
        self._loop, self._exit = loop, leave
        if self.code is not None:
            leave(self.code)

    def begin_end(self) -> None:
        """The app was asked to end: from now on the clock runs."""
        if self.code is None and self._deadline is None:
            self._start_deadline(QUIT_GRACE_SECONDS)

    def _watch(self) -> None:
        """Wait for signals, and for the terminal to hang up."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        # No event asked for: POLLHUP and POLLERR are always told, input is not ours.
        poll.register(self._in, 0)
        while not self._ended.is_set():
            for descriptor, events in poll.poll():
                if descriptor == self._in:
                    poll.unregister(self._in)
                    self._end(VANISHED)
                elif events & select.POLLIN:
                    for number in self._heard():
                        self._end(128 + number)
                else:
                    return

    def _heard(self) -> list[int]:
        try:
            numbers = self._reader.recv(64)
        except BlockingIOError:
            return []
        if not numbers:
            self._ended.set()
        return [number for number in numbers if number in self._ours]

    def _end(self, code: int) -> None:
        """Ask the app to end, and cut it off if it does not. Only the first counts."""
        if self.code is not None or self._ended.is_set():
            return
        self.code = code
        self._start_deadline(GRACE_SECONDS)
        if self._loop is not None and self._exit is not None:
            try:
                self._loop.call_soon_threadsafe(self._exit, code)
            except RuntimeError:
                return  # the loop is closed: it is ending already

    def _start_deadline(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = threading.Timer(seconds, self._cut_off)
        self._deadline.daemon = True
        self._deadline.start()

    def _cut_off(self) -> None:
        """The shutdown hangs: save the terminal and leave. The store survives it."""
        if self._ended.is_set():
            return
        self.restore_terminal()
        os._exit(0 if self.code is None else self.code)

    def restore_terminal(self) -> None:
        """Modes and screen as before; never waits for a terminal that does not read."""
        if self._attributes is not None:
            try:
                termios.tcsetattr(self._in, termios.TCSANOW, self._attributes)
            except termios.error:
                return  # the terminal is gone
        if select.select([], [self._out], [], 0)[1]:
            try:
                os.write(self._out, LEAVE.encode())
            except OSError:
                return


def _attributes(descriptor: int) -> list[Any] | None:
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def _heard_elsewhere(number: int, frame: FrameType | None) -> None:
    """A handler must exist for the wake-up descriptor to be written."""
