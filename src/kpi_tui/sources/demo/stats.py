"""The stand-in of a statistics service: competitors' counters and the shop's days.

Knows no HTTP beyond path and parameters; every shape is this service's own.
"""

from collections.abc import Mapping
from typing import Any

from kpi_tui.sources.demo.days import day_of, to_date
from kpi_tui.sources.demo.rival_posts import RivalPosts
from kpi_tui.sources.demo.rivals import HISTORY_DAYS, RIVALS, Field, Rival
from kpi_tui.sources.demo.web import Shop

WEB_DAYS = 60
OUTAGE_HANDLE = "oldmill"
"""Whose numbers the service fails to give now and then."""
OUTAGE_EVERY_SECONDS = 420
OUTAGE_AFTER_SECONDS = 180
OUTAGE_SECONDS = 75

Answer = tuple[int, dict[str, Any]]
"""HTTP status and body."""


class StatsApi:
    """Answers ``/api/tiktok/<handle>`` and ``/api/web``."""

    def __init__(
        self, field: Field, posts: RivalPosts, shop: Shop, started: float
    ) -> None:
        """Outages are timed from ``started`` (UTC epoch seconds)."""
        self._field = field
        self._posts = posts
        self._shop = shop
        self._started = started

    def answer(self, path: str, params: Mapping[str, str], now: float) -> Answer:
        """Status and body; ``days`` bounds how many days are listed."""
        days = params.get("days", str(HISTORY_DAYS))
        if not days.isdecimal():
            return 400, {"detail": "days: expected a whole number"}
        if path == "/api/web":
            return 200, {"data": self._web(min(int(days), WEB_DAYS), now)}
        rival = RIVALS.get(path.removeprefix("/api/tiktok/"))
        if rival is None:
            return 404, {"detail": "nothing is known of that account"}
        if rival.handle == OUTAGE_HANDLE and self.is_out(now):
            return 503, {"detail": "the service is being maintained, come back soon"}
        return 200, {"data": self._rival(rival, min(int(days), HISTORY_DAYS), now)}

    def is_out(self, now: float) -> bool:
        """Whether the service fails at that instant."""
        since = now - self._started - OUTAGE_AFTER_SECONDS
        return since >= 0 and since % OUTAGE_EVERY_SECONDS < OUTAGE_SECONDS

    def _rival(self, rival: Rival, days: int, now: float) -> dict[str, Any]:
        field, today = self._field, day_of(now)
        first = max(field.first_day(rival), today - days)
        return {
            "user": {"uniqueId": rival.handle, "nickname": rival.name},
            "stats": {
                "followerCount": field.followers(rival, now),
                "heartCount": field.hearts(rival, now),
                "videoCount": field.videos(rival, now),
            },
            "daily": [
                {"date": to_date(day).isoformat(), **field.day(rival, day)._asdict()}
                for day in range(first, today)
            ],
            "posts": [
                {
                    "id": post.id,
                    "postedAt": post.posted_at,
                    "caption": post.caption,
                    "seconds": post.duration,
                    **self._posts.totals(post, now)._asdict(),
                }
                for post in (self._posts.posts(rival, now) if days else ())
            ],
        }

    def _web(self, days: int, now: float) -> dict[str, Any]:
        today = day_of(now)
        rows = ((day, self._shop.day(day)) for day in range(today - days, today))
        return {
            "site": "shop.acme.invalid",
            "daily": [
                {"date": to_date(day).isoformat(), **row._asdict()}
                for day, row in rows
                if row is not None
            ],
        }
