"""Asks the demo's network as a client would, at any moment."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from kpi_tui.sources.demo import DemoWorld
from kpi_tui.sources.demo.business import BUSINESS_ID, TOKEN
from kpi_tui.sources.demo.posts import FIELDS

BUSINESS_URL = "https://business-api.tiktok.com/open_api/v1.3/"
STATS_URL = "https://stats.demo.invalid/api/"
START = 1_773_878_400 + 14 * 3600 + 123.5
"""Thursday 19 March 2026, 14:02:03 UTC, a few days before clocks change in Athens."""
DAY = 86_400
DAILY = (
    *("video_views", "unique_video_views", "profile_views", "likes", "comments"),
    *("shares", "followers_count", "daily_total_followers", "daily_new_followers"),
    *("daily_lost_followers", "engaged_audience", "bio_link_clicks"),
)


class Desk:
    """A world, and a clock that the test turns."""

    def __init__(self, seed: int = 1, start: float = START) -> None:
        self.at = start
        self.world = DemoWorld(seed, lambda: self.at)
        self._transport = self.world.transport()

    def ask(
        self,
        url: str,
        params: dict[str, str] | None = None,
        token: str | None = None,
        method: str = "GET",
    ) -> httpx.Response:
        """One request, from outside of any event loop."""
        return asyncio.run(self._ask(url, params, token, method))

    async def _ask(
        self, url: str, params: dict[str, str] | None, token: str | None, method: str
    ) -> httpx.Response:
        headers = {} if token is None else {"Access-Token": token}
        async with httpx.AsyncClient(transport=self._transport) as client:
            return await client.request(method, url, params=params, headers=headers)

    def business(self, route: str, **params: Any) -> dict[str, Any]:
        """The envelope; lists and objects among the parameters become JSON."""
        query = {"business_id": BUSINESS_ID} | {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        response = self.ask(BUSINESS_URL + route, query, TOKEN)
        assert response.status_code == 200
        return dict(response.json())

    def data(self, route: str, **params: Any) -> dict[str, Any]:
        """The data of an answer that must be good."""
        envelope = self.business(route, **params)
        assert envelope["code"] == 0, envelope["message"]
        return dict(envelope["data"])

    @property
    def today(self) -> date:
        """The UTC day."""
        return datetime.fromtimestamp(self.at, UTC).date()

    def days(self, fields: tuple[str, ...] = DAILY) -> list[dict[str, Any]]:
        """The brand's last sixty days."""
        first, last = self.today - timedelta(days=60), self.today - timedelta(days=1)
        data = self.data(
            "business/get/",
            fields=list(fields),
            start_date=first.isoformat(),
            end_date=last.isoformat(),
        )
        return list(data["metrics"])

    def videos(self, fields: tuple[str, ...] = FIELDS) -> list[dict[str, Any]]:
        """All posts, newest first, over all pages."""
        found: list[dict[str, Any]] = []
        params: dict[str, Any] = {"fields": list(fields), "max_count": 20}
        while True:
            data = self.data("business/video/list/", **params)
            found += data["videos"]
            if not data["has_more"]:
                return found
            assert data["cursor"] != params.get("cursor")
            params["cursor"] = data["cursor"]

    def stats(self, path: str, **params: str) -> dict[str, Any]:
        """The data of a statistics answer that must be good."""
        response = self.ask(STATS_URL + path, params)
        assert response.status_code == 200, response.text
        return dict(response.json()["data"])
