"""TikTok through a year: the stand-ins, its bad days, and its books on who asked when.

An in-process transport: each request is answered at the simulated moment at which it
comes. The books count as TikTok does, and know nothing of the program's own budgets.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal, cast
from urllib.parse import parse_qsl

import httpx

from tests.servers.fake import Fake
from tests.servers.loopback import Request, answer

BASE = "https://tiktok.test"
BUSINESS = f"{BASE}/open_api/v1.3"
DISPLAY_SIGN_IN = "sign-in /v2/oauth/token/"
LATENCY = 0.02
"""Seconds on the way to an API, so that a fetch can be cut off in its middle."""

DISPLAY_LIMIT = 600
"""A minute, each endpoint."""
APP_LIMITS = ((10, 1.0), (600, 60.0))
RESEARCH_A_DAY = 1_000
NO_TIME_SECONDS = 60.0
"""What a refusal without Retry-After asks for: the longest window."""

Wait = Literal["seconds", "date", "none"]


@dataclass(frozen=True)
class Spell:
    """Some time in which everything is refused."""

    start: float
    end: float
    kind: Literal["storm", "maintenance"]
    wait: Wait = "seconds"
    """How a storm says when to come back."""


@dataclass
class Books:
    """What was asked when, and every rule that was broken."""

    windows: dict[tuple[str, float], deque[float]] = field(default_factory=dict)
    busiest: Counter[tuple[str, float]] = field(default_factory=Counter)
    """(counted together, seconds) to the most requests in such a stretch."""
    days: Counter[str] = field(default_factory=Counter)
    """UTC day to requests of the Research API."""
    closed: dict[str, tuple[float, float]] = field(default_factory=dict)
    """What is counted together to (told at, closed until)."""
    broken: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    born: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Access token to when it was given, and for how long."""
    ages: list[tuple[float, float]] = field(default_factory=list)
    """(when, share of its life) of each request with such a token."""

    def came(
        self, group: str, limits: tuple[tuple[int, float], ...], at: float
    ) -> None:
        """Count a request, and note which rule it breaks."""
        self.asked[group] += 1
        for limit, seconds in limits:
            key = (group, seconds)
            window = self.windows.setdefault(key, deque())
            while window and window[0] <= at - seconds:
                window.popleft()
            window.append(at)
            self.busiest[key] = max(self.busiest[key], len(window))
            if len(window) > limit:
                self.broken.append(f"{group}: {len(window)} in {seconds:g} s at {at}")
        told_at, until = self.closed.get(group, (0.0, 0.0))
        if told_at < at < until:
            self.broken.append(f"{group}: {until - at:.1f} s too early at {at}")

    def used(self, token: str, at: float) -> None:
        """Note how old the token of a request is."""
        if token in self.born:
            given, life = self.born[token]
            self.ages.append((at, (at - given) / life))


class Platform(httpx.AsyncBaseTransport):
    """Stands for the network and for all of TikTok behind it."""

    def __init__(self, fake: Fake, clock: Callable[[], float]) -> None:
        """``clock`` is UTC epoch seconds, the simulated ones."""
        self.fake = fake
        self.books = Books()
        self.came = asyncio.Event()
        """Set by each request."""
        self.spells: list[Spell] = []
        self.lost: set[str] = set()
        """What is counted together, of which the next answer never arrives."""
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the stand-ins do, unless it is a bad day."""
        asked = Request(
            path=request.url.path,
            query=dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            method=request.method,
            body=request.content,
        )
        group, limits = _counted(asked)
        came_at = self._clock()
        self.books.came(group, limits, came_at)
        header = asked.headers.get("authorization", "").removeprefix("Bearer ")
        self.books.used(asked.headers.get("access-token") or header, came_at)
        if group == "research":
            self.books.days[_day(came_at)] += 1
        if not group.startswith("sign-in"):  # the helper has a loop of its own
            self.came.set()
            await asyncio.sleep(LATENCY)
        writer = _Writer()
        said = self._bad_day(asked, group)
        if said is None:
            await self.fake.handle(asked, cast("asyncio.StreamWriter", writer))
            said = bytes(writer.said)
            for grant in self.fake.oauth.grants:
                life = self.fake.oauth.access_seconds
                self.books.born.setdefault(grant.access, (self._clock(), life))
        if not said or group in self.lost:
            self.lost.discard(group)
            raise httpx.ReadError("the answer was lost", request=request)
        return _parsed(said)

    def _bad_day(self, asked: Request, group: str) -> bytes | None:
        now = self._clock()
        for spell in self.spells:
            if spell.start <= now < spell.end:
                break
        else:
            return None
        self.books.refused += 1
        if spell.kind == "maintenance":
            return _maintenance(asked)
        if asked.path.startswith("/open_api"):
            self.books.closed[group] = (now, now + NO_TIME_SECONDS)
            return _envelope(40100, "Too many requests. Please retry in some time.")
        seconds = NO_TIME_SECONDS if spell.wait == "none" else 900.0
        self.books.closed[group] = (now, now + seconds)
        headers = {} if spell.wait == "none" else {"Retry-After": "900"}
        if spell.wait == "date":
            at = datetime.fromtimestamp(int(now) + 900, UTC)
            headers = {"Retry-After": format_datetime(at, usegmt=True)}
            self.books.closed[group] = (now, float(int(now) + 900))
        error = {"code": "rate_limit_exceeded", "message": "Later", "log_id": "1"}
        return answer(429, json.dumps({"data": {}, "error": error}).encode(), headers)


class _Writer:
    """What a stand-in needs of a stream."""

    def __init__(self) -> None:
        self.said = bytearray()

    def write(self, data: bytes) -> None:
        self.said += data

    def close(self) -> None:
        """Whoever closes without a word lost the answer."""


def _counted(asked: Request) -> tuple[str, tuple[tuple[int, float], ...]]:
    """What TikTok counts together, and its limits."""
    path = asked.path
    if "/oauth" in path or "/auth" in path:
        whose = "project" if b"client_credentials" in asked.body else path
        return f"sign-in {whose}", ()
    if path.startswith("/open_api"):
        return "app", APP_LIMITS
    if path.startswith("/v2/research/"):
        return "research", ()
    return path, ((DISPLAY_LIMIT, 60.0),)


def _maintenance(asked: Request) -> bytes:
    if asked.path.startswith("/open_api"):
        return _envelope(60001, "The service is under maintenance")
    page = b"<!DOCTYPE html><html><title>We will be back soon</title></html>"
    return answer(503, page, {"Content-Type": "text/html"})


def _envelope(code: int, message: str) -> bytes:
    body = {"code": code, "message": message, "request_id": "r-1", "data": {}}
    return answer(200, json.dumps(body).encode())


def _parsed(said: bytes) -> httpx.Response:
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines]
    return httpx.Response(
        int(first.split(" ")[1]),
        headers=cast("list[tuple[str, str]]", headers),
        content=body,
    )


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
