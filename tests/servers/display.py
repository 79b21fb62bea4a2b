"""A stand-in for TikTok's Display API that refuses what the real one refuses.

Its account and videos are plain dictionaries: a test turns them as time goes by.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.servers.loopback import Request, answer
from tests.servers.v2 import RefusedError, bearer, body_of, enveloped, fields_of

TOKEN = "act.display-token-1"
NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0
DAY = 24 * HOUR
USER, LIST, QUERY = "/v2/user/info/", "/v2/video/list/", "/v2/video/query/"

SCOPE_OF: dict[str, str] = {
    **dict.fromkeys(
        ("open_id", "union_id", "avatar_url", "display_name"), "user.info.basic"
    ),
    **dict.fromkeys(
        ("bio_description", "profile_deep_link", "username", "is_verified"),
        "user.info.profile",
    ),
    **dict.fromkeys(
        ("follower_count", "following_count", "likes_count", "video_count"),
        "user.info.stats",
    ),
}
VIDEO_FIELDS = {
    "id",
    "create_time",
    "cover_image_url",
    "share_url",
    "video_description",
    "duration",
    "height",
    "width",
    "title",
    "embed_html",
    "embed_link",
    "like_count",
    "comment_count",
    "share_count",
    "view_count",
}


def post(n: int, posted_at: float, **totals: int) -> dict[str, Any]:
    """A video with everything that the API tells of it; hostile in its caption."""
    video_id = str(7_400_000_000_000_000_000 + n)
    counts = {"view_count": 1000 + n, "like_count": 90, "comment_count": 8}
    return {
        "id": video_id,
        "create_time": int(posted_at),
        "cover_image_url": f"https://cdn.example/{n}?x-expires=1",
        "share_url": f"https://www.tiktok.com/@acme/video/{video_id}?utm_source=app-key",
        "video_description": f"Post [{n}]\n#olive\x1b]0;oil",
        "duration": 20,
        "height": 1024,
        "width": 576,
        "title": f"Post {n}",
        "embed_html": "<blockquote/>",
        "embed_link": f"https://www.tiktok.com/static/profile-video?id={video_id}",
        "share_count": 7,
        **counts,
        **totals,
    }


def posts(count: int, newest: float = NOW - HOUR) -> dict[str, dict[str, Any]]:
    """So many videos by id, one a day, the newest first."""
    found = [post(count - n, newest - n * DAY) for n in range(count)]
    return {one["id"]: one for one in found}


@dataclass
class Display:
    """The API's state and moods; tests set them, the handler reads them."""

    prefix: str = ""
    """Path in front of every address, for several APIs on one port."""
    user: dict[str, Any] = field(
        default_factory=lambda: {
            "open_id": "open-id-1",
            "display_name": "Acme",
            "username": "acme",
            "follower_count": 3352,
            "following_count": 12,
            "likes_count": 88_000,
            "video_count": 45,
        }
    )
    videos: dict[str, dict[str, Any]] = field(default_factory=lambda: posts(45))
    """By id; public ones only."""
    accepts: Callable[[str], bool] = lambda token: token == TOKEN
    scopes: set[str] = field(
        default_factory=lambda: {"user.info.basic", "user.info.stats", "video.list"}
    )
    faults: list[tuple[str, str]] = field(default_factory=list)
    """(path, code) with which the next calls of that path are refused, in order."""
    short_pages: dict[int, int] = field(default_factory=lambda: {1: 7})
    """How many videos a page of the list holds when it is not full; 0 is an empty one.
    By default the second page is short."""
    is_stuck: bool = False
    """The cursor never moves."""
    delay: float = 0.0
    """Seconds until each answer."""
    calls: list[Request] = field(default_factory=list)

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        self.calls.append(request)
        if self.delay:
            await asyncio.sleep(self.delay)
        path = request.path.removeprefix(self.prefix)
        routes = {
            ("GET", USER): self._user,
            ("POST", LIST): self._list,
            ("POST", QUERY): self._query,
        }
        route = routes.get((request.method, path))
        if route is None or not request.path.startswith(self.prefix):
            writer.write(answer(404, b"<html>404</html>"))
            return
        try:
            writer.write(enveloped(self._decide(path, request, route)))
        except RefusedError as refused:
            writer.write(enveloped({}, refused.code, refused.message))

    def count(self, path: str) -> int:
        """How often a path was called."""
        return Counter(call.path.removeprefix(self.prefix) for call in self.calls)[path]

    def _decide(
        self, path: str, request: Request, route: Callable[[Request], dict[str, Any]]
    ) -> dict[str, Any]:
        for fault in self.faults:
            if fault[0] == path:
                self.faults.remove(fault)
                raise RefusedError(fault[1], f"Fault for {bearer(request)}")
        if not self.accepts(bearer(request)):
            raise RefusedError(
                "access_token_invalid", f"The token {bearer(request)} is invalid"
            )
        return route(request)

    def _user(self, request: Request) -> dict[str, Any]:
        fields = fields_of(request, set(SCOPE_OF))
        if not {SCOPE_OF[name] for name in fields} <= self.scopes:
            raise RefusedError("scope_not_authorized", "The user did not authorize")
        return {"user": {name: self.user[name] for name in fields if name in self.user}}

    def _list(self, request: Request) -> dict[str, Any]:
        fields, body = self._video_call(request)
        most, cursor = body.get("max_count", 10), body.get("cursor")
        if type(most) is not int or not 1 <= most <= 20:
            raise RefusedError("invalid_params", "max_count is out of range")
        if cursor is not None and type(cursor) is not int:
            raise RefusedError("invalid_params", "cursor is no integer")
        newest = sorted(self.videos.values(), key=lambda one: -one["create_time"])
        before = 2**62 if cursor is None else cursor
        rest = [one for one in newest if one["create_time"] * 1000 < before]
        # A page's place in the list by the videos before it, whoever asks.
        page = (len(newest) - len(rest) + 19) // 20
        most = min(most, self.short_pages.pop(page, most))
        found = rest[:most]
        after = found[-1]["create_time"] * 1000 if found else (cursor or 2**50) - 1
        return {
            "videos": [_only(one, fields) for one in found],
            "cursor": (cursor or after) if self.is_stuck else after,
            "has_more": self.is_stuck or len(rest) > len(found),
        }

    def _query(self, request: Request) -> dict[str, Any]:
        fields, body = self._video_call(request)
        filters = body.get("filters")
        ids = filters.get("video_ids") if isinstance(filters, dict) else None
        if not isinstance(ids, list) or not 1 <= len(ids) <= 20:
            raise RefusedError("invalid_params", "video_ids: 1 to 20 are needed")
        found = [self.videos[one] for one in ids if one in self.videos]
        return {"videos": [_only(one, fields) for one in found]}

    def _video_call(self, request: Request) -> tuple[list[str], dict[str, Any]]:
        fields = fields_of(request, VIDEO_FIELDS)
        if "video.list" not in self.scopes:
            raise RefusedError("scope_not_authorized", "The user did not authorize")
        return fields, body_of(request)


def _only(video: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {name: video[name] for name in fields if name in video}
