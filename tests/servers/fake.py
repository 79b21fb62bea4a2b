"""All stand-ins of TikTok's APIs in one server, for the simulation and for hand use.

By hand: ``make serve-fake``, then kpi-tui with ``docs/fake.config.toml``; what it can
be told to do stands in ``docs/fake-servers.md``. Tokens end by the clock here, as the
real ones do.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.servers import ads, business, loopback
from tests.servers.display import Display
from tests.servers.living import (
    LivingAds,
    LivingBusiness,
    display_posts,
    research_posts,
    utc_day,
)
from tests.servers.loopback import Request, answer
from tests.servers.oauth import Grant, OAuth
from tests.servers.research import Research
from tests.servers.truth import DAY, Truth

PORT = 8765
"""That ``docs/fake.config.toml`` names."""
ADS_ZONE = ZoneInfo("America/New_York")
_V1 = "/open_api"
_SIGNING_IN = (
    *("/v2/oauth/", "/v2/auth/", "/portal/"),
    *(f"{_V1}/v1.3/tt_user/", f"{_V1}/v1.3/oauth2/"),
)
_USED_TO = {"storm": 429, "maintenance": 503}
"""Moods that refuse everything, and with which status where statuses are used."""
_RETRY_SECONDS = "30"

Route = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Fake:
    """TikTok, as far as kpi-tui knows it."""

    clock: Callable[[], float] = time.time
    """UTC epoch seconds."""
    truth: Truth = field(default_factory=lambda: Truth(_a_year_ago()))
    oauth: OAuth = field(default_factory=OAuth)
    display: Display = field(default_factory=Display)
    business: LivingBusiness = field(default_factory=LivingBusiness)
    ads: LivingAds = field(default_factory=LivingAds)
    research: Research = field(default_factory=Research)
    mood: str = "well"
    """``storm`` and ``maintenance`` refuse everything."""
    ends: dict[str, float] = field(default_factory=dict)
    """Token to when it ends (UTC epoch seconds)."""
    _turned_at: int = -1

    def __post_init__(self) -> None:
        """Tie the stand-ins to the truth and to the ends of tokens."""
        self.display.accepts = self.is_alive
        self.display.scopes.add("user.info.profile")
        self.display.short_pages = {}
        self.business.truth = self.ads.truth = self.truth
        self.business.clock = self.clock
        self.ads.first_day = utc_day(self.truth.start)
        self.research.videos = []

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        if request.path.startswith("/fake/"):
            writer.write(self._told(request))
            return
        if self.mood in _USED_TO:
            writer.write(self._refusal(request))
            return
        self.turn()
        route, translated = self._routed(request)
        await route(translated, writer)
        self._note_ends()

    def turn(self) -> None:
        """Let the stand-ins be what they are now; once a second is enough."""
        now = int(self.clock())
        if now == self._turned_at:
            return
        today, posts = utc_day(now), self.truth.posts(now)
        if today != utc_day(self._turned_at):
            self.research.used = 0
        self._turned_at = now
        totals = {
            "follower_count": self.truth.followers(now),
            "following_count": self.truth.level("following", now),
            "likes_count": self.truth.level("likes_total", now),
            "video_count": len(posts),
        }
        self.display.user.update(totals)
        self.display.videos = display_posts(posts, now)
        self.research.users["rival"].update(totals)
        self.research.videos = research_posts(posts, now, "rival")
        self.research.today = self.business.today = today
        self.ads.today = datetime.fromtimestamp(now, ADS_ZONE).date()
        for grant in self.oauth.grants:
            # Who did not come back in time has to sign in again.
            grant.is_revoked |= self._end(grant.refresh) <= now

    def is_alive(self, token: str) -> bool:
        """Whether the APIs take this access token now."""
        return self.oauth.accepts(token) and self.clock() < self._end(token)

    def _end(self, token: str) -> float:
        return self.ends.get(token, float("inf"))

    def _note_ends(self) -> None:
        now, oauth = self.clock(), self.oauth
        for grant in oauth.grants:
            is_for_ever = grant.kind == "tiktok-ads"
            if not is_for_ever:
                self.ends.setdefault(grant.access, now + oauth.access_seconds)
                if oauth.refresh_seconds is not None:
                    self.ends.setdefault(grant.refresh, now + oauth.refresh_seconds)

    def _routed(self, request: Request) -> tuple[Route, Request]:
        path = request.path
        is_client = b"client_credentials" in request.body
        if path.startswith("/v2/research/") or (
            path == "/v2/oauth/token/" and is_client
        ):
            return self.research.handle, request
        if path.startswith(_SIGNING_IN):
            return self.oauth.handle, request
        if path.startswith("/v2/"):
            return self.display.handle, request
        inner = replace(request, path=path.removeprefix(_V1))
        token = request.headers.get("access-token", "")
        if "/report/" in path:
            is_good = token == ads.TOKEN or self.is_alive(token)
            self.ads.token = token if is_good else ads.TOKEN
            return self.ads.handle, inner
        return self.business.handle, self._for_business(inner, token)

    def _for_business(self, request: Request, token: str) -> Request:
        """The stand-in knows one token and one account: the ones that ask, if right."""
        api, grant = self.business, self._grant(token)
        api.token = business.TOKEN
        if grant is None:
            return request
        if not self.is_alive(token):
            api.faults.insert(0, 40102)  # it was good once
            return request
        api.token = token
        if request.query.get("business_id") != grant.open_id:
            return request
        query = {**request.query, "business_id": business.BUSINESS_ID}
        return replace(request, query=query)

    def _grant(self, token: str) -> Grant | None:
        for grant in self.oauth.grants:
            if token and token == grant.access and not grant.is_revoked:
                return grant
        return None

    def _refusal(self, request: Request) -> bytes:
        is_storm = self.mood == "storm"
        if request.path.startswith(_V1):
            code = 40100 if is_storm else 60001
            body: dict[str, object] = {"code": code, "message": "Later", "data": {}}
            return answer(200, json.dumps(body).encode())
        code_v2 = "rate_limit_exceeded" if is_storm else "internal_error"
        error = {"code": code_v2, "message": "Later", "log_id": "1"}
        body = {"data": {}, "error": error}
        return answer(
            _USED_TO[self.mood],
            json.dumps(body).encode(),
            {"Retry-After": _RETRY_SECONDS} if is_storm else {},
        )

    def _told(self, request: Request) -> bytes:
        """What whoever tries things by hand wants, in the path."""
        wish = request.path.removeprefix("/fake/").strip("/")
        wishes = {
            "expire": self._expire,
            "revoke": self._revoke,
            "lose": self._lose,
            "scope": self._take_scopes,
            "scopes": self._give_scopes,
        }
        if wish in {"well", *_USED_TO}:
            self.mood = wish
        elif wish in wishes:
            wishes[wish]()
        else:
            return answer(404, b'{"known": "see docs/fake-servers.md"}')
        return answer(200, json.dumps({"done": wish, "mood": self.mood}).encode())

    def _expire(self) -> None:
        self.ends.update((grant.access, 0.0) for grant in self.oauth.grants)

    def _revoke(self) -> None:
        for grant in self.oauth.grants:
            grant.is_revoked = True

    def _lose(self) -> None:
        self.oauth.lost_answers += 2  # the program asks twice

    def _take_scopes(self) -> None:
        self.display.scopes.discard("video.list")
        self.business.missing_scopes.add("user.insights")

    def _give_scopes(self) -> None:
        self.display.scopes.add("video.list")
        self.business.missing_scopes.clear()


def _a_year_ago() -> float:
    now = datetime.now(UTC) - timedelta(days=365)
    return now.replace(hour=16, minute=0, second=0, microsecond=0).timestamp()


async def serve(port: int, token_seconds: float) -> None:
    """Serve on 127.0.0.1 until cancelled; says where on stdout."""
    fake = Fake()
    fake.oauth.grants_all = fake.business.has_insights = True
    fake.oauth.access_seconds = token_seconds
    fake.oauth.refresh_seconds = 180 * DAY
    async with loopback.serving(fake.handle, port) as base:
        sys.stdout.write(f"TikTok's stand-ins answer at {base}; Ctrl-C ends them.\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """``python -m tests.servers.fake [--port N] [--token-seconds N]``."""
    parser = argparse.ArgumentParser(description="Serve TikTok's stand-ins.")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument(
        "--token-seconds",
        type=float,
        default=7200.0,
        help="how long an access token lives (default: %(default)s)",
    )
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(given.port, given.token_seconds))


if __name__ == "__main__":
    main()
