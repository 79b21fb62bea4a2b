"""The page on 127.0.0.1 that the browser comes back to: one path, one answer.

Knows no platform. It shows a fixed text: nothing of the answer gets into a page, a
log or the browser's history beyond what TikTok put there.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from kpi_tui.sources.port import SourceError

_HOST = "127.0.0.1"
_MOST_BYTES = 16_384
_READ_SECONDS = 5.0
_MOST_CONNECTIONS = 8
"""Browsers open a few in advance."""
_TEXTS = {
    200: "kpi-tui has TikTok's answer. Close this page and go back to the terminal.",
    400: "This is not for kpi-tui.",
    404: "There is nothing here.",
    405: "There is nothing here.",
}


@dataclass(frozen=True, slots=True)
class Callback:
    """A page that waits, and what came to it."""

    redirect_uri: str
    """Its address."""
    answer: "asyncio.Future[dict[str, str]]"
    """The parameters of the first request to its path."""


@asynccontextmanager
async def callback(path: str, port: int = 0) -> AsyncIterator[Callback]:
    """Wait on 127.0.0.1 until the block ends; port 0 is any free one.

    Raises SourceError when the port cannot be had.
    """
    answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
    desk = _Desk(path, answer)
    try:
        server = await asyncio.start_server(
            desk.connected, _HOST, port, limit=_MOST_BYTES
        )
    except OSError as error:
        raise SourceError(
            f"port {port} of {_HOST} cannot be used: {error.strerror}",
            fault="config",
            hint="Close what uses it, or register another redirect_uri.",
        ) from None
    desk.port = server.sockets[0].getsockname()[1]
    try:
        yield Callback(f"http://{_HOST}:{desk.port}{path}", answer)
    finally:
        server.close()
        answer.cancel()
        await desk.close()


class _Desk:
    """Answers connections until one brought the answer."""

    def __init__(self, path: str, answer: "asyncio.Future[dict[str, str]]") -> None:
        self.port = 0
        self._path = path
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End connections that are still open; the last page may finish first."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.2)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection, one request."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  callbacks of a server are tasks
        if len(self._tasks) >= _MOST_CONNECTIONS:
            writer.close()
            return
        self._tasks.add(task)
        try:
            async with asyncio.timeout(_READ_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                status, query = self._read(head)
                writer.write(_page(status))
                await writer.drain()
            if query is not None and not self._answer.done():
                self._answer.set_result(query)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            pass
        except (asyncio.LimitOverrunError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    def _read(self, head: bytes) -> tuple[int, dict[str, str] | None]:
        """The status to answer with, and the parameters when it is the answer."""
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        hosts = [line[5:].strip() for line in lines if line[:5].lower() == "host:"]
        # A name that somebody points at 127.0.0.1 is not this page's.
        if len(words) != 3 or hosts not in self._own_hosts():
            return 400, None
        try:
            target = urlsplit(words[1])
        except ValueError:
            return 400, None
        if target.path != self._path or self._answer.done():
            return 404, None
        if words[0] != "GET":
            return 405, None
        return 200, dict(parse_qsl(target.query, keep_blank_values=True))

    def _own_hosts(self) -> tuple[list[str], ...]:
        return [f"{_HOST}:{self.port}"], [f"localhost:{self.port}"]


def _page(status: int) -> bytes:
    text = _TEXTS[status]
    body = f'<!doctype html><meta charset="utf-8"><title>kpi-tui</title><p>{text}</p>\n'
    lines = (
        f"HTTP/1.1 {status} {'OK' if status == 200 else 'No'}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body.encode())}",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    return "\r\n".join([*lines, "", body]).encode()
