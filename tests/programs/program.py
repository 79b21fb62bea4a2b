"""A process that runs ``python WORDS``, forked from one that has imported it all.

A real process in a session of its own, a tenth as dear as one that starts Python.
What has to do with that start is tried with :mod:`subprocess`.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.programs.server import STATUS

ROOT = Path(__file__).parents[2]


@cache
def _server() -> socket.socket:
    """Start the process that forks, once for each process of the suite."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.programs.server", str(its.fileno())],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


class Program:
    """As ``subprocess.Popen``, with what the tests use of it."""

    def __init__(
        self,
        words: Sequence[str],
        streams: tuple[int, int, int],
        *,
        env: dict[str, str],
        cwd: Path = ROOT,
        ignores_hangup: bool = False,
    ) -> None:
        """Start it; its standard streams stay open here."""
        order = {
            "words": list(words),
            "env": env,
            "cwd": str(cwd),
            "ignores_hangup": ignores_hangup,
        }
        self.status, its = os.pipe()
        try:
            socket.send_fds(_server(), [json.dumps(order).encode()], [*streams, its])
        finally:
            os.close(its)
        self.returncode: int | None = None
        self.pid = self._read()

    def _read(self) -> int:
        data = os.read(self.status, STATUS.size)
        assert len(data) == STATUS.size, "the process that forks programs has ended"
        number: int = STATUS.unpack(data)[0]
        return number

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; TimeoutExpired when it takes longer."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("kpi-tui", timeout or 0.0)
        return code

    def _ended(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self.status], [], [], seconds)[0]:
            self.returncode = self._read()
            os.close(self.status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # ended, and nobody said so yet
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def ran(
    words: Sequence[str], *, env: dict[str, str], cwd: Path, seconds: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run a program without a terminal, to its end."""
    with (
        open(os.devnull, "rb") as nothing,  # noqa: PTH123
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        streams = (nothing.fileno(), out.fileno(), err.fileno())
        program = Program(words, streams, env=env, cwd=cwd)
        try:
            code = program.wait(seconds)
        finally:
            program.kill()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
    return subprocess.CompletedProcess(list(words), code, *texts)
