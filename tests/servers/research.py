"""A stand-in for TikTok's Research API that refuses what the real one refuses.

Pages by an index with a search_id, keeps account fields right under ``data``, and
counts the day's requests.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from tests.servers.loopback import Request, answer
from tests.servers.v2 import RefusedError, bearer, body_of, enveloped, fields_of

CLIENT_KEY = "research-key-1"
CLIENT_SECRET = "research-secret-1"
NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0
TOKEN, USER, VIDEOS = (
    "/v2/oauth/token/",
    "/v2/research/user/info/",
    "/v2/research/video/query/",
)

USER_FIELDS = {
    "display_name",
    "bio_description",
    "avatar_url",
    "is_verified",
    "follower_count",
    "following_count",
    "likes_count",
    "video_count",
    "bio_url",
}
VIDEO_FIELDS = {
    "id",
    "video_description",
    "create_time",
    "region_code",
    "share_count",
    "view_count",
    "like_count",
    "comment_count",
    "music_id",
    "hashtag_names",
    "username",
    "effect_ids",
    "playlist_id",
    "voice_to_text",
    "video_duration",
}
_OPERATIONS = {"EQ", "IN", "GT", "GTE", "LT", "LTE"}


def post(n: int, posted_at: float, username: str = "rival") -> dict[str, Any]:
    """A video with what the API tells of it; every other id is a bare integer."""
    number = 7_300_000_000_000_000_001 + n
    return {
        "id": number if n % 2 else str(number),
        "create_time": int(posted_at),
        "video_description": f"Rival {n} #oil\x1b[31m",
        "username": username,
        "region_code": "GR",
        "view_count": 2000 + n,
        "like_count": 50,
        "comment_count": 4,
        "share_count": 3,
        "saves": 6,
        "video_duration": 31,
        "hashtag_names": ["oil"],
    }


@dataclass
class Research:
    """The API's state and moods; tests set them, the handler reads them."""

    prefix: str = ""
    """Path in front of every address, for several APIs on one port."""
    users: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "rival": {
                "display_name": "Rival",
                "bio_description": "We sell oil",
                "is_verified": False,
                "follower_count": 9100,
                "following_count": 3,
                "likes_count": 270_000,
                "video_count": 44,
            }
        }
    )
    videos: list[dict[str, Any]] = field(
        default_factory=lambda: [post(n, NOW - (n + 3) * DAY / 4) for n in range(250)]
    )
    saves_field: str = "favourites_count"
    """How this version spells it; the other spelling is an unknown field."""
    is_approved: bool = True
    requests_a_day: int = 1_000
    today: date = date(2026, 3, 24)
    life: int = 7200
    """Seconds of a token."""
    tokens: list[str] = field(default_factory=list)
    """Given out; only the last one is good."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    """(path, code) with which the next calls of that path are refused, in order."""
    short_page: bool = True
    """The first page of a search holds less than is asked for, with has_more."""
    calls: list[Request] = field(default_factory=list)
    used: int = 0
    """Requests of the day; a test sets it back at midnight."""

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        self.calls.append(request)
        path = request.path.removeprefix(self.prefix)
        routes = {USER: self._user, VIDEOS: self._videos}
        if path == TOKEN and request.method == "POST":
            writer.write(self._token(request))
        elif path not in routes or request.method != "POST":
            writer.write(answer(404, b"<html>404</html>"))
        else:
            try:
                writer.write(enveloped(self._decide(path, request, routes[path])))
            except RefusedError as refused:
                writer.write(enveloped({}, refused.code, refused.message))

    def count(self, path: str) -> int:
        """How often a path was called."""
        return sum(c.path.removeprefix(self.prefix) == path for c in self.calls)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """The JSON bodies of the requests for a path, in order."""
        return [
            json.loads(call.body)
            for call in self.calls
            if call.path.removeprefix(self.prefix) == path
        ]

    def _token(self, request: Request) -> bytes:
        """Flat answers, without an envelope."""
        form = dict(parse_qsl(request.body.decode()))
        error = _wrong(form)
        if error is not None:
            code, words = error
            body = {"error": code, "error_description": words, "log_id": "1"}
            return answer(400, json.dumps(body).encode())
        self.tokens.append(f"clt.token-number-{len(self.tokens) + 1}")
        good = {
            "access_token": self.tokens[-1],
            "expires_in": self.life,
            "token_type": "Bearer",
        }
        return answer(200, json.dumps(good).encode())

    def _decide(
        self, path: str, request: Request, route: Callable[[Request], dict[str, Any]]
    ) -> dict[str, Any]:
        for fault in self.faults:
            if fault[0] == path:
                self.faults.remove(fault)
                raise RefusedError(fault[1], f"Fault for {bearer(request)}")
        if not self.tokens or bearer(request) != self.tokens[-1]:
            raise RefusedError("access_token_invalid", "The token is invalid")
        if self.used >= self.requests_a_day:
            raise RefusedError("rate_limit_exceeded", "Daily quota exceeded")
        self.used += 1
        if not self.is_approved:
            raise RefusedError("scope_not_authorized", "research.data.basic is missing")
        return route(request)

    def _user(self, request: Request) -> dict[str, Any]:
        fields = fields_of(request, USER_FIELDS)
        name = body_of(request).get("username")
        if name not in self.users:
            raise RefusedError("invalid_params", f"username {name} is not found")
        user = self.users[name]
        return {one: user[one] for one in fields if one in user}  # no "user" around it

    def _videos(self, request: Request) -> dict[str, Any]:
        fields = fields_of(request, VIDEO_FIELDS | {self.saves_field})
        body = body_of(request)
        first, last = self._dates(body)
        most, cursor = body.get("max_count", 20), body.get("cursor", 0)
        if type(most) is not int or not 1 <= most <= 100:
            raise RefusedError("invalid_params", "max_count is out of range")
        search_id = f"search-{first}-{last}"
        if cursor and body.get("search_id") != search_id:
            raise RefusedError("invalid_params", "search_id does not fit the cursor")
        found = [
            one
            for one in self.videos
            if one["username"] == _username(body)
            and first <= datetime.fromtimestamp(one["create_time"], UTC).date() <= last
        ]
        if self.short_page and not cursor and len(found) > 10:
            most = min(most, 10)
        page = found[cursor : cursor + most]
        after = cursor + len(page)
        return {
            "videos": [self._only(one, fields) for one in page],
            "cursor": after,
            "has_more": after < len(found),
            "search_id": search_id,
        }

    def _dates(self, body: dict[str, Any]) -> tuple[date, date]:
        try:
            first = date.fromisoformat(body["start_date"])
            last = date.fromisoformat(body["end_date"])
        except (KeyError, TypeError, ValueError):
            raise RefusedError("invalid_params", "start_date or end_date") from None
        if "-" in f"{body['start_date']}{body['end_date']}":
            raise RefusedError("invalid_params", "dates are written YYYYMMDD")
        if not first <= last <= min(first + timedelta(days=30), self.today):
            raise RefusedError("invalid_params", "end_date is out of range")
        return first, last

    def _only(self, video: dict[str, Any], fields: list[str]) -> dict[str, Any]:
        told = video | {self.saves_field: video["saves"]}
        return {name: told[name] for name in fields if name in told}


def _wrong(form: dict[str, str]) -> tuple[str, str] | None:
    if form.get("grant_type") != "client_credentials":
        return "unsupported_grant_type", "The grant type is not supported."
    if not form.get("client_secret"):
        return "invalid_request", "Client secret is missed in request."
    if (form.get("client_key"), form["client_secret"]) != (CLIENT_KEY, CLIENT_SECRET):
        return "invalid_client", "Client key or secret is incorrect."
    return None


def _username(body: dict[str, Any]) -> str:
    """The one that is asked for; anything but EQ of one name is refused here."""
    query = body.get("query")
    conditions = query.get("and") if isinstance(query, dict) else None
    if not conditions:
        raise RefusedError("invalid_params", "query needs a non-empty list")
    for one in conditions:
        if one["operation"] not in _OPERATIONS or not one["field_values"]:
            raise RefusedError("invalid_params", "query is malformed")
    (condition,) = conditions
    if (condition["operation"], condition["field_name"]) != ("EQ", "username"):
        raise RefusedError("invalid_params", "this stand-in knows EQ username only")
    (name,) = condition["field_values"]
    return str(name)
