"""One shared, bounded HTTP client for every source that speaks HTTP.

Knows no provider: it hands back JSON, or a SourceError that says what went wrong
without ever repeating a query string or a header's value.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version

import httpx

from kpi_tui.sources.answers import Answer, inflated, read_json
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.questions import Question, built, hidden
from kpi_tui.sources.unreached import LATER, unreached

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much one request may take."""

    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    """Of silence, between two pieces of an answer."""
    total_seconds: float = 45.0
    """From the first byte sent to the last byte received."""
    body_bytes: int = 5_000_000
    """Decompressed."""
    connections: int = 20
    per_host: int = 10
    """So that one host that hangs leaves room for the others."""


class HttpClient:
    """A lazily made ``httpx.AsyncClient``: no redirects, no cookies, TLS verified.

    Its users join and leave; the connections close with the last one.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        bounds: Bounds = Bounds(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``transport`` replaces the network (the demo); ``clock`` is UTC seconds."""
        self._transport = transport
        self._bounds = bounds
        self._clock = clock
        self._pool: _Pool | None = None
        self._users: set[object] = set()

    def join(self, user: object) -> None:
        """Count a connector as a user."""
        self._users.add(user)

    async def leave(self, user: object) -> None:
        """Forget a user; after the last one the connections are closed."""
        self._users.discard(user)
        if not self._users:
            await self.close()

    async def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.client.aclose()

    async def get_json(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        source: str,
        turn: Callable[[], Awaitable[None]] | None = None,
    ) -> object:
        """The JSON at ``url``; for ``source`` and ``turn`` see :meth:`ask`.

        Raises SourceError for everything that can go wrong: connection, time-out,
        status, size, and a body that is not JSON.
        """
        question = Question(url, params=params, headers=headers)
        return read_json(await self.ask(question, source, turn), self._clock())

    async def ask(
        self,
        question: Question,
        source: str,
        turn: Callable[[], Awaitable[None]] | None = None,
    ) -> Answer:
        """The answer, whatever its status; ``source`` is the connector's name.

        ``turn`` (a budget's ``spend``) is awaited when a connection is free: what was
        counted before would leave in one burst after a host that hung.

        Raises SourceError when there is none: no connection, a time-out, too long a
        body. What its status and body mean is the caller's to say.
        """
        if self._pool is None:
            self._pool = _Pool(self._transport, self._bounds)
        request = built(self._pool.client, question)
        host = _place(request.url)
        try:
            async with self._pool.turn(host, turn):
                status, headers, body = await self._send(request, host)
        except httpx.HTTPError as error:
            raise unreached(host, error, self._bounds.connect_seconds) from None
        _log.debug("%s: %s answered %d, %d bytes", source, host, status, len(body))
        return Answer(host, status, headers, body, hidden(request, question))

    async def _send(
        self, request: httpx.Request, host: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        assert self._pool is not None  # noqa: S101  made by the caller
        bounds = self._bounds
        try:
            async with asyncio.timeout(bounds.total_seconds):
                response = await self._pool.client.send(request, stream=True)
                try:
                    raw, encoding = await _received(response, bounds.body_bytes)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise SourceError(
                f"{host} did not finish its answer within {bounds.total_seconds:g} s",
                hint=LATER,
            ) from None
        body = _body(raw, encoding, host, bounds.body_bytes)
        return response.status_code, response.headers, body


class _Pool:
    """The client with its turnstiles; both belong to one event loop."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport | None, bounds: Bounds
    ) -> None:
        for name in ("httpx", "httpcore"):  # at INFO httpx logs whole URLs
            logging.getLogger(name).setLevel(logging.WARNING)
        self.client = httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "user-agent": f"kpi-tui/{_version()}",
                "accept": "application/json",
                "accept-encoding": "gzip",
            },
            timeout=httpx.Timeout(bounds.read_seconds, connect=bounds.connect_seconds),
            limits=httpx.Limits(
                max_connections=bounds.connections,
                max_keepalive_connections=bounds.connections,
            ),
        )
        self._per_host = bounds.per_host
        self._all = asyncio.Semaphore(bounds.connections)
        self._hosts: dict[str, asyncio.Semaphore] = {}

    def turn(self, host: str, own: Callable[[], Awaitable[None]] | None) -> "_Turn":
        """Wait for a free connection here and not in httpx.

        Its pool looks through every waiting request on each change, which makes
        1,000 waiting ones quadratic, and waiting would count as a time-out.
        """
        if host not in self._hosts:  # as many as the config names
            self._hosts[host] = asyncio.Semaphore(self._per_host)
        return _Turn(self._hosts[host], own, self._all)


class _Turn:
    """All turnstiles, the host's first: who waits for a host blocks nobody else."""

    def __init__(
        self,
        host: asyncio.Semaphore,
        own: Callable[[], Awaitable[None]] | None,
        everyone: asyncio.Semaphore,
    ) -> None:
        self._host = host
        self._own = own
        self._everyone = everyone

    async def __aenter__(self) -> None:
        await self._host.acquire()
        try:
            if self._own is not None:
                await self._own()
            await self._everyone.acquire()
        except BaseException:
            self._host.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._everyone.release()
        self._host.release()


async def _received(response: httpx.Response, limit: int) -> tuple[bytes | None, str]:
    """The body as it came, with its encoding; no body when it is too long."""
    if response.is_stream_consumed:  # in-process: ready, and decompressed already
        body = response.content
        return (body if len(body) <= limit else None), ""
    pieces: list[bytes] = []
    length = 0
    async for piece in response.aiter_raw():
        length += len(piece)
        if length > limit:
            return None, ""
        pieces.append(piece)
    return b"".join(pieces), response.headers.get("content-encoding", "")


def _body(raw: bytes | None, encoding: str, host: str, limit: int) -> bytes:
    try:
        body = None if raw is None else inflated(raw, encoding, limit)
    except ValueError as error:
        raise SourceError(f"{host} answered {error}", hint=LATER) from None
    if body is None:
        raise SourceError(
            f"{host} answered with more than {limit / 1e6:g} MB",
            hint="Ask for less: fewer fields, or a shorter period.",
        )
    return body


def _place(url: httpx.URL) -> str:
    port = f":{url.port}" if url.port else ""
    return f"{url.host}{port}"


def _version() -> str:
    try:
        return version("kpi-tui")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"
