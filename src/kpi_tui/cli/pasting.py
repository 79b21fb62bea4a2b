"""Waits for what a browser brings or the user pastes, whichever comes first.

Knows no platform; the request for consent says whether an answer is its own.
"""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from kpi_tui.cli.errors import Failure

if TYPE_CHECKING:
    from kpi_tui.sources.signin.consent import Consent

_TRIES = 5
"""Addresses that may be pasted wrongly."""


async def first_code(
    consent: "Consent",
    answer: "asyncio.Future[dict[str, str]] | None",
    lines: "Lines | None",
    has_browser: bool,
) -> str:
    """The code that the browser brings or the user pastes, whichever is first.

    Raises SourceError when the browser's answer is another's or a no, Failure when
    nothing usable is pasted.
    """
    from kpi_tui.sources.port import SourceError

    for _ in range(_TRIES):
        line = await _first_line(answer, lines)
        if answer is not None and answer.done():
            return consent.code(answer.result())
        if line is None:
            if not has_browser or answer is None:
                break
            return consent.code(await answer)
        try:
            return consent.pasted_code(line)
        except SourceError as error:
            click.echo(f"{error.message}. {error.hint or ''}", err=True)
    raise Failure("no address was pasted", hint=f"kpi-tui auth {consent.app.name}")


async def _first_line(
    answer: "asyncio.Future[dict[str, str]] | None", lines: "Lines | None"
) -> str | None:
    """The next line, None at the end of input; or anything, once the answer is here."""
    if lines is None:
        assert answer is not None  # noqa: S101  one of the two is there
        await asyncio.wait([answer])
        return None
    line = asyncio.ensure_future(lines.next())
    try:
        waits: list[asyncio.Future[Any]] = [line] if answer is None else [line, answer]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return line.result() if line.done() else None
    finally:
        line.cancel()


class Lines:
    """What is typed, line by line, without a thread that nobody could end."""

    def __init__(self, descriptor: int) -> None:
        """Begin to listen on the running loop."""
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""
        self._loop.add_reader(descriptor, self._read)

    async def next(self) -> str | None:
        """The next line; None at the end of input."""
        return await self._lines.get()

    def close(self) -> None:
        """Stop to listen."""
        self._loop.remove_reader(self._descriptor)

    def _read(self) -> None:
        data = b""
        with suppress(OSError):
            data = os.read(self._descriptor, 65_536)
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            if line.strip():
                self._lines.put_nowait(line.decode("utf-8", errors="replace"))
        if not data:
            self.close()
            self._lines.put_nowait(None)


def browser_is_here(environment: Mapping[str, str]) -> bool:
    """Whether a browser opens where the user sits: not over SSH, and not in text."""
    if not environment.get("BROWSER"):
        if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
            return False
        screens = ("DISPLAY", "WAYLAND_DISPLAY")
        has_screen = any(environment.get(name) for name in screens)
        if not has_screen and sys.platform != "darwin":
            return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
