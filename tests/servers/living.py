"""The stand-ins with numbers that live: what they tell follows a truth and a clock.

What they refuse, and how they write, stays that of the stand-ins themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tests.servers.ads import Ads
from tests.servers.business import AUDIENCE_TYPES, Business
from tests.servers.truth import DAY, Post, Truth

_DAILY = {
    "video_views": "video_views",
    "unique_video_views": "reach",
    "profile_views": "profile_views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "daily_total_followers": "net_followers",
    "followers_count": "followers",
}
"""Field of a day to the truth's name for it."""
_AD_METRICS = {
    "spend": "spend",
    "impressions": "impressions",
    "clicks": "clicks",
    "conversion": "ad_conversions",
}
REST_DAYS = 60
"""Without activity TikTok forgets some of a post's numbers after a week."""
_FIRST_CURSOR = 9000
"""What the stand-in takes an absent cursor for."""


def utc_day(at: float) -> date:
    """The UTC day of a moment."""
    return datetime.fromtimestamp(at, UTC).date()


@dataclass
class LivingBusiness(Business):
    """The API for Business on a truth."""

    truth: Truth = field(default_factory=lambda: Truth(0.0))
    clock: Callable[[], float] = lambda: 0.0
    never: set[date] = field(default_factory=set)
    """Days that the API never tells anything of."""
    has_insights: bool = False
    """Also curves, audiences and active hours; the simulated year does without."""

    def _account(self, fields: set[str], query: dict[str, str]) -> Any:
        data = super()._account(fields, query)
        if isinstance(data, tuple):
            return data
        now = self.clock()
        levels = {
            "followers_count": self.truth.followers(now),
            "following_count": str(self.truth.level("following", now)),
            "total_likes": self.truth.level("likes_total", now),
            "videos_count": len(self.truth.posts(now)),
        }
        told = [date.fromisoformat(one["date"]) for one in data["metrics"]]
        if self.has_insights:
            data |= {n: v for n, v in _AUDIENCE.items() if n in fields}
        days = [self._told(day, fields) for day in told if day not in self.never]
        return data | {n: v for n, v in levels.items() if n in data} | {"metrics": days}

    def _told(self, day: date, fields: set[str]) -> dict[str, Any]:
        true = self.truth.day(day, self.today)
        found: dict[str, Any] = {"date": day.isoformat()}
        for name, known in _DAILY.items():
            if name in fields:
                # As mixed as the real ones: some numbers come as strings.
                is_text = name == "unique_video_views"
                found[name] = str(true[known]) if is_text else true[known]
        if self.has_insights and "audience_activity" in fields:
            found["audience_activity"] = _activity(day, true["followers"])
        return found

    def _page(self, fields: set[str], cursor: int) -> Any:
        now = self.clock()
        posts = self.truth.posts(now)
        if cursor != _FIRST_CURSOR:
            posts = [post for post in posts if post.posted_at * 1000 < cursor]
        page, rest = posts[:20], posts[20:]
        after = page[-1].posted_at * 1000 if page else cursor - 1
        told = [_business_post(post, now) for post in page]
        if self.has_insights:
            told = [one | _insights(one, now) for one in told]
        return {
            "videos": [{n: v for n, v in one.items() if n in fields} for one in told],
            "cursor": after,
            "has_more": bool(rest),
        }


_WORDS = {"currency", "campaign_name"}


@dataclass
class LivingAds(Ads):
    """The ads report on a truth; every campaign has the same share of it."""

    truth: Truth = field(default_factory=lambda: Truth(0.0))

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        data = super()._page(query)
        for row in data["list"]:
            day = date.fromisoformat(row["dimensions"]["stat_time_day"][:10])
            true = self.truth.ad_day(day, self.today)
            row["metrics"] = {
                name: f"{true[_AD_METRICS[name]]:.2f}" if name in _AD_METRICS else "-"
                for name in row["metrics"]
                if name not in _WORDS
            } | {name: row["metrics"][name] for name in _WORDS & row["metrics"].keys()}
        return data


def display_posts(posts: list[Post], at: float) -> dict[str, dict[str, Any]]:
    """The posts as the Display API's stand-in keeps them."""
    return {post.id: _v2_post(post, at) | {"title": "A post"} for post in posts}


def research_posts(posts: list[Post], at: float, username: str) -> list[dict[str, Any]]:
    """The posts as the Research API's stand-in keeps them."""
    return [
        _v2_post(post, at) | {"username": username, "saves": post.totals(at)["saves"]}
        for post in posts
    ]


def _v2_post(post: Post, at: float) -> dict[str, Any]:
    totals = post.totals(at)
    return {
        "id": post.id,
        "create_time": post.posted_at,
        "video_description": f"Post [{post.id[-3:]}] #olive\x1b]0;oil",
        "share_url": f"https://www.tiktok.com/@acme/video/{post.id}?utm_source=app-key",
        "duration": 20,
        "video_duration": 20,
        "view_count": totals["views"],
        "like_count": totals["likes"],
        "comment_count": totals["comments"],
        "share_count": totals["shares"],
    }


def _business_post(post: Post, at: float) -> dict[str, Any]:
    totals = post.totals(at)
    return {
        "item_id": post.id,
        "create_time": str(post.posted_at),
        "caption": f"Post [{post.id[-3:]}] #olive",
        "share_url": f"https://www.tiktok.com/@acme/video/{post.id}",
        "media_type": "VIDEO",
        "is_ad": False,
        "video_duration": 20.001,
        "video_views": totals["views"],
        "likes": totals["likes"],
        "comments": totals["comments"],
        "shares": totals["shares"],
        "favorites": totals["saves"],
        "reach": totals["views"] * 2 // 3,
        "average_time_watched": 7.5,
        "full_video_watched_rate": 0.21,
    }


_AUDIENCE: dict[str, Any] = {
    "audience_ages": [
        {"age": age, "percentage": share}
        for age, share in (
            *(("18-24", 0.24), ("25-34", 0.33), ("35-44", 0.22)),
            *(("45-54", 0.13), ("55+", 0.08)),
        )
    ],
    "audience_genders": [
        {"gender": "Female", "percentage": 0.58},
        {"gender": "Male", "percentage": 0.4},
        {"gender": "Other", "percentage": 0.02},
    ],
    "audience_countries": [
        {"country": code, "percentage": share}
        for code, share in (("GR", 0.71), ("CY", 0.11), ("DE", 0.09), ("GB", 0.04))
    ],
    "audience_cities": [
        {"city_name": name, "percentage": share}
        for name, share in (("Athens", 0.38), ("Patras", 0.09), ("Nicosia", 0.07))
    ],
}


def _activity(day: date, followers: int) -> list[dict[str, Any]]:
    """Active followers by UTC hour: few at night, most in the evening."""
    return [
        {
            "hour": str(hour),
            "count": followers * (8 + abs((hour + 6) % 24 - 12) * 3) // 100
            + (day.toordinal() + hour) % 7,
        }
        for hour in range(24)
    ]


def _insights(post: dict[str, Any], now: float) -> dict[str, Any]:
    """What TikTok tells of a post that has not rested for a week yet."""
    views, age = post["video_views"], now - int(post["create_time"])
    curve = [max(0.1, 0.93**second) for second in range(20)]
    known: dict[str, Any] = {
        "new_followers": views // 90,
        "profile_views": views // 40,
        "website_clicks": views // 300,
        "video_view_retention": [
            {"second": str(second), "percentage": round(share, 4)}
            for second, share in enumerate(curve)
        ],
        "engagement_likes": [
            {"second": str(second), "percentage": 0.05} for second in range(20)
        ],
        "audience_genders": _AUDIENCE["audience_genders"],
        "audience_cities": _AUDIENCE["audience_cities"],
        "audience_types": [
            {"type": kind, "percentage": share}
            for kind, share in AUDIENCE_TYPES.items()
        ],
    }
    if age < REST_DAYS * DAY:
        known |= {
            "total_time_watched": views * 7.5,
            "audience_countries": _AUDIENCE["audience_countries"],
            "impression_sources": [
                {"impression_source": name, "percentage": share}
                for name, share in (
                    ("For You", 0.83),
                    ("Follow", 0.1),
                    ("Search", 0.07),
                )
            ],
        }
    return known
