"""A stand-in for TikTok's API for Business that refuses what the real one refuses.

Answers as its documents describe: HTTP 200 always, faults in ``code``, numbers as
strings here and there. Its numbers are made up and fixed.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.servers.loopback import Request, answer

TOKEN = "act.business-token-1"
BUSINESS_ID = "open-id-1"
NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
TODAY = date(2026, 3, 24)

_PERISHABLE = {
    "reach",
    "full_video_watched_rate",
    "total_time_watched",
    "average_time_watched",
    "impression_sources",
    "audience_countries",
}
_BUSINESS_ONLY = {"unique_video_views", "daily_total_followers", "engaged_audience"}
_REGISTERED_ONLY = {
    *("phone_number_clicks", "lead_submissions", "app_download_clicks"),
    *("bio_link_clicks", "email_clicks", "address_clicks"),
}
AUDIENCE_TYPES = {
    "NEW_VIEWER": 0.8,
    "RETURN_VIEWER": 0.2,
    "FOLLOWER_PERCENT": 0.3,
    "NON_FOLLOWER_PERCENT": 0.7,
}
INDUSTRIES = ("BABY", "FOOD_AND_BEVERAGE", "SOFTWARE_AND_APPS", "PETS")
"""Some of the real ones."""
_AVERAGES: dict[str, Any] = {
    "average_likes": 22618.7106,
    "average_comments": "625.6003",
    "average_shares": None,
    "average_video_count": 11.5,
    "average_follower_count": 48_000.25,
    "average_follower_growth": "-",
    "average_engagement_rate": 0.0144,
    "average_video_views": 310_000.5,
}
_TOP: dict[str, Any] = {
    "username": "acme",
    "followers_count": 3352,
    "following_count": "12",
    "total_likes": 88_000,
    "videos_count": 45,
    "audience_ages": [
        {"age": "18-24", "percentage": 0.25},
        {"age": "55+", "percentage": "0.5"},
    ],
    "audience_genders": [
        {"gender": "Female", "percentage": 0.6},
        {"gender": "Male", "percentage": None},
    ],
    "audience_countries": [{"country": "GR", "percentage": 0.75}],
    "audience_cities": [{"city_name": "Áth\u202eens", "percentage": 0.125}],
}


@dataclass
class Business:
    """The API's state and moods; tests set them, the handler reads them."""

    posts: int = 45
    token: str = TOKEN
    today: date = TODAY
    is_business_account: bool = True
    is_registered: bool = True
    missing_scopes: set[str] = field(default_factory=set)
    faults: list[int] = field(default_factory=list)
    """Codes with which the next calls are refused, first to last."""
    retry_after: str = ""
    """Header of every answer, if any."""
    benchmark_faults: list[int] = field(default_factory=list)
    """Codes with which the next calls for the industry are refused."""
    averages: dict[str, Any] = field(default_factory=lambda: dict(_AVERAGES))
    """Of any industry."""
    fault_on_page: tuple[int, int] | None = None
    """(page, code): that page of posts is refused."""
    is_stuck: bool = False
    """The cursor never moves."""
    hours_between: float = 24.0
    """From one post to the next."""
    deleted: set[int] = field(default_factory=set)
    """Numbers of posts, newest first, that are in the list no more."""
    newest_day: int = 1
    """Days before today of the newest day with numbers."""
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """(path, query) of every request."""

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request, always with HTTP 200."""
        self.calls.append((request.path, request.query))
        code, message, data = self._decide(request)
        body = {"code": code, "message": message, "request_id": "r-1", "data": data}
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        writer.write(answer(200, json.dumps(body).encode(), headers))

    def count(self, path: str) -> int:
        """How often a path was called."""
        return Counter(called for called, _ in self.calls)[path]

    def _decide(self, request: Request) -> tuple[int, str, dict[str, Any]]:
        if self.faults:
            code = self.faults.pop(0)
            return code, f"Fault for {request.headers.get('access-token')}", {}
        given = request.headers.get("access-token")
        if given != self.token:
            return (40105 if given else 40104), f"Access token {given} is wrong", {}
        if request.query.get("business_id") != BUSINESS_ID:
            return 40001, "No permission to operate the account", {}
        fields = _list(request.query.get("fields"))
        if "benchmark" in request.path:
            fields = []
        if fields is None:
            return 40002, "fields: is not a valid JSON array", {}
        routes: dict[str, Callable[[set[str], dict[str, str]], Any]] = {
            "/v1.3/business/get/": self._account,
            "/v1.3/business/video/list/": self._videos,
            "/v1.3/business/benchmark/": self._benchmark,
        }
        if request.path not in routes:
            return 40400, "Route is not found", {}
        found = routes[request.path](set(fields), request.query)
        return found if isinstance(found, tuple) else (0, "ok", found)

    def _account(self, fields: set[str], query: dict[str, str]) -> Any:
        insights = {"video_views", "audience_ages", "unique_video_views"}
        if "user.insights" in self.missing_scopes and fields & insights:
            return 40130, "Scope is not authorized", {}
        if not self.is_business_account and fields & _BUSINESS_ONLY:
            return 40002, "fields: unique_video_views needs a Business Account", {}
        if not self.is_registered and fields & _REGISTERED_ONLY:
            return 40002, "fields: lead_submissions needs a registered business", {}
        first = date.fromisoformat(query["start_date"])
        last = date.fromisoformat(query["end_date"])
        if last >= self.today or first < self.today - timedelta(days=60):
            return 40002, "start_date or end_date is out of range", {}
        data = {name: value for name, value in _TOP.items() if name in fields}
        newest = min(last, self.today - timedelta(days=self.newest_day))
        days = [first + timedelta(days=n) for n in range((newest - first).days + 1)]
        data["metrics"] = [
            {"date": day.isoformat()}
            | {name: value for name, value in _day(day).items() if name in fields}
            for day in days
        ]
        return data

    def _videos(self, fields: set[str], query: dict[str, str]) -> Any:
        if "item_id" not in fields:
            return 40002, "fields: item_id is missing", {}
        if "video.insights" in self.missing_scopes and fields & _PERISHABLE - {"reach"}:
            return 40130, "Scope is not authorized", {}
        if "video.list" in self.missing_scopes:
            return 40131, "TT-user scope failed", {}
        if not self.is_registered and fields & _REGISTERED_ONLY:
            return 40002, "fields: lead_submissions needs a registered business", {}
        if not 1 <= int(query.get("max_count", "10")) <= 20:
            return 40002, "max_count is out of range", {}
        return self._page(fields, int(query.get("cursor", "9000")))

    def _benchmark(self, fields: set[str], query: dict[str, str]) -> Any:
        if self.benchmark_faults:
            return self.benchmark_faults.pop(0), "Fault", {}
        if "benchmark" in self.missing_scopes:
            return 40130, "Scope is not authorized", {}
        category = query.get("business_category")
        if category not in INDUSTRIES:
            allowed = ", ".join(INDUSTRIES)
            return 40002, f"business_category: must be one of [{allowed}]", {}
        return {"business_category": category, **self.averages}

    def _page(self, fields: set[str], cursor: int) -> Any:
        """Cursor 9000 is the first page; each page below it 100 less.

        The second page is empty, the third repeats the last post of the first.
        """
        page = (9000 - cursor) // 100
        if self.fault_on_page is not None and page == self.fault_on_page[0]:
            return self.fault_on_page[1], "Fault", {}
        first = {0: 0, 1: 20, 2: 19}.get(page, (page - 1) * 20)
        last = {0: 20, 1: 20}.get(page, page * 20)
        numbers = range(first, min(last, self.posts))
        posts = [_post(n, self.hours_between) for n in numbers if n not in self.deleted]
        return {
            "videos": [
                {name: value for name, value in post.items() if name in fields}
                for post in posts
            ],
            "cursor": 8900 if self.is_stuck else cursor - 100,
            "has_more": self.is_stuck or last < self.posts or page == 0,
        }


def _list(text: str | None) -> list[str] | None:
    try:
        found = json.loads(text or "")
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _day(day: date) -> dict[str, Any]:
    """The numbers of one day, as mixed as the real ones."""
    n = day.toordinal() - TODAY.toordinal()  # -1 is yesterday
    return {
        "video_views": 1000 - n,
        "unique_video_views": str(500 - n),
        "profile_views": "-",
        "likes": 10,
        "comments": None,
        "shares": 0,
        "followers_count": 3352 + n,
        "daily_total_followers": -1,
        "daily_new_followers": 4,
        "daily_lost_followers": 5,
        "engaged_audience": 33,
        "bio_link_clicks": 7,
        "phone_number_clicks": True,
        "email_clicks": 1,
        "address_clicks": "2",
        "app_download_clicks": 3,
        "lead_submissions": 4,
        "audience_activity": [{"hour": str(h), "count": 100 + h} for h in range(24)],
    }


def _post(n: int, hours_between: float) -> dict[str, Any]:
    """The n-th newest post; from the 30th on they have rested for a week."""
    newest = datetime(2026, 3, 23, 18, tzinfo=UTC)
    posted = newest - n * timedelta(hours=hours_between)
    post = {
        "item_id": f"70000000000000{9000 - n}",
        "create_time": str(int(posted.timestamp())),
        "caption": f"Post [{n}]\n#olive\x1b]0;oil",
        "share_url": f"https://www.tiktok.com/@acme/video/{n}",
        "media_type": "PHOTO" if n == 1 else "VIDEO",
        "is_ad": False,
        "video_duration": 0 if n == 1 else 20.001,
        "video_views": 603 + n,
        "likes": 243,
        "comments": 10,
        "shares": 10,
        "favorites": 9,
        "reach": 136,
        "new_followers": 2,
        "website_clicks": "3",
        "total_time_watched": 587.024,
        "average_time_watched": 3862.0 if n == 2 else 3.862,
        "full_video_watched_rate": 0.0395,
        "video_view_retention": [
            {"second": str(s), "percentage": p}
            for s, p in ((0, 1), (1, 0.5), (2, 0.5 if n == 3 else 0.25))
        ],
        "engagement_likes": [{"second": "2", "percentage": 0.125}],
        "email_clicks": "4",
        "address_clicks": 5,
        "phone_number_clicks": 0,
        "app_download_clicks": 6,
        "lead_submissions": 7,
        "audience_cities": [{"city_name": "Patras", "percentage": 0.3}],
        "impression_sources": [{"impression_source": "For You", "percentage": 0.9}],
        "audience_types": [
            {"type": kind, "percentage": share}
            for kind, share in AUDIENCE_TYPES.items()
        ],
        "audience_countries": [{"country": "GR", "percentage": 0.7}],
    }
    if n >= 30:
        return {name: v for name, v in post.items() if name not in _PERISHABLE}
    return post
