"""The stand-in of TikTok's API for Business: two endpoints in the real shapes.

Turns the brand's numbers into that API's fields, delays and refusals. Knows no HTTP
beyond path, parameters and token.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from kpi_tui.sources.demo.brand import Brand
from kpi_tui.sources.demo.days import DAY, day_of, to_date
from kpi_tui.sources.demo.dice import Dice
from kpi_tui.sources.demo.insights import Insights
from kpi_tui.sources.demo.posts import FIELDS as POST_FIELDS
from kpi_tui.sources.demo.posts import PostFields
from kpi_tui.sources.demo.questions import (
    Params,
    RefusedError,
    asked_days,
    asked_fields,
    asked_filters,
    asked_whole,
    bad_parameter,
)

TOKEN = "demo"  # noqa: S105  the stand-in's own, it opens nothing
BUSINESS_ID = "demo-acme"
HANDLE = "acme"
NAME = "Acme Olive Oil"
INDUSTRY = "FOOD_AND_BEVERAGE"
_MOST_ROWS = 500
"""Settled days that are kept: the year of the history, and those after it."""
SETTLED_HOURS = 48
"""A day is final that long after its end; until then its flows are a little short."""

_SETTLING = ((6, 0.94), (12, 0.965), (24, 0.985), (36, 0.996))
"""(hours since the day's end, share counted until then)."""
_PROFILE = (
    *("is_business_account", "profile_image", "display_name", "username"),
    *("profile_deep_link", "bio_description", "is_verified"),
    *("following_count", "followers_count", "total_likes", "videos_count"),
)
_AUDIENCE = {
    "audience_ages": ("ages", "age"),
    "audience_genders": ("genders", "gender"),
    "audience_countries": ("countries", "country"),
    "audience_cities": ("cities", "city_name"),
}
_DAILY = (
    *("video_views", "unique_video_views", "profile_views"),
    *("likes", "comments", "shares", "followers_count", "daily_total_followers"),
    *("daily_new_followers", "daily_lost_followers", "engaged_audience"),
    *("phone_number_clicks", "lead_submissions", "app_download_clicks"),
    *("bio_link_clicks", "email_clicks", "address_clicks", "audience_activity"),
)

Answer = dict[str, Any]


class BusinessApi:
    """Answers as the API does: always HTTP 200, faults in ``code``."""

    def __init__(self, seed: int, brand: Brand, insights: Insights) -> None:
        """``seed`` decides about empty pages and request ids."""
        self._dice = Dice(seed, "business")
        self._brand = brand
        self._insights = insights
        self.posts = PostFields(brand, insights, HANDLE)
        self._rows: dict[int, Answer] = {}
        """Settled days; a poll every five seconds asks for the same sixty."""
        self._routes: dict[str, Callable[[Params, float], Answer]] = {
            "business/get/": self._account,
            "business/video/list/": self._videos,
            "business/benchmark/": self._benchmark,
        }

    def answer(self, route: str, params: Params, token: str, now: float) -> Answer:
        """The whole envelope. ``route`` is the path below ``/open_api/v1.3/``."""
        try:
            data = self._data(route, params, token, now)
            code, message = 0, "OK"
        except RefusedError as refused:
            data, code, message = {}, refused.code, refused.message
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d%H%M%S")
        sign = self._dice.hexadecimal(route, sorted(params.items()), now)
        return {
            "code": code,
            "message": message,
            "request_id": stamp + sign,
            "data": data,
        }

    def daily_row(self, day: int, now: float) -> Answer:
        """Every metric of one past UTC day but its hours, as counted until ``now``."""
        hours = (now - (day + 1) * DAY) / 3600
        if hours < SETTLED_HOURS:
            return self._daily(day, _counted(hours))
        if day not in self._rows:
            if len(self._rows) > _MOST_ROWS:
                self._rows.clear()
            self._rows[day] = self._daily(day, 1.0)
        return self._rows[day]

    def _data(self, route: str, params: Params, token: str, now: float) -> Answer:
        serve = self._routes.get(route)
        if serve is None:
            raise RefusedError(40400, f"Route /open_api/v1.3/{route} is not found.")
        if not token:
            raise RefusedError(40104, "Access token is empty: set Access-Token.")
        if token != TOKEN:
            raise RefusedError(40105, "Access token is incorrect or has been revoked.")
        if "business_id" not in params:
            raise bad_parameter("business_id: Missing data for required field.")
        if params["business_id"] != BUSINESS_ID:
            raise RefusedError(40001, "No permission to operate this account.")
        return serve(params, now)

    # business/get/

    def _account(self, params: Params, now: float) -> Answer:
        known = (*_PROFILE, *_AUDIENCE, *_DAILY)
        fields = asked_fields(params, ["display_name", "profile_image"], known)
        first, last = asked_days(params, day_of(now))
        profile = self._profile(now)
        data: Answer = {name: profile[name] for name in fields if name in profile}
        shares = self._insights.audience(now - DAY)._asdict()
        for name in fields:
            if name in _AUDIENCE:
                part, key = _AUDIENCE[name]
                data[name] = [
                    {key: label, "percentage": share}
                    for label, share in shares[part].items()
                ]
        wanted = [name for name in fields if name in _DAILY]
        if wanted:
            days = range(first, last + 1)
            data["metrics"] = [self._metrics(day, wanted, now) for day in days]
        return data

    def _metrics(self, day: int, wanted: list[str], now: float) -> Answer:
        row = self.daily_row(day, now)
        metrics = {"date": row["date"], **{n: row[n] for n in wanted if n in row}}
        if "audience_activity" in wanted:
            active = self._insights.active_followers(day, row["followers_count"])
            metrics["audience_activity"] = [
                {"hour": str(hour), "count": count} for hour, count in enumerate(active)
            ]
        return metrics

    def _profile(self, now: float) -> Answer:
        brand = self._brand
        expires = (day_of(now) + 2) * DAY
        return {
            "is_business_account": True,
            "profile_image": f"https://images.demo.invalid/acme.webp?x-expires={expires}",
            "display_name": NAME,
            "username": HANDLE,
            "profile_deep_link": "https://www.tiktok.com/@acme",
            "bio_description": "Olive oil from one hill above Kalamata 🫒 Shop below",
            "is_verified": True,
            "following_count": 212,
            "followers_count": brand.followers(now),
            "total_likes": brand.likes(now),
            "videos_count": len(brand.posts(now)),
        }

    def _daily(self, day: int, counted: float) -> Answer:
        row = self._brand.day(day)
        return {
            "date": to_date(day).isoformat(),
            "video_views": int(row.views * counted),
            "unique_video_views": int(row.reach * counted),
            "profile_views": int(row.profile_views * counted),
            "likes": int(row.likes * counted),
            "comments": int(row.comments * counted),
            "shares": int(row.shares * counted),
            "followers_count": row.followers,
            "daily_total_followers": row.new - row.lost,
            "daily_new_followers": row.new,
            "daily_lost_followers": row.lost,
            "engaged_audience": int(row.engaged * counted),
            "phone_number_clicks": 0,
            "lead_submissions": 0,
            "app_download_clicks": 0,
            "bio_link_clicks": int(row.link_clicks * counted),
            "email_clicks": row.link_clicks // 40,
            "address_clicks": row.link_clicks // 90,
        }

    # business/video/list/

    def _videos(self, params: Params, now: float) -> Answer:
        fields = asked_fields(params, ["item_id"], POST_FIELDS)
        if "item_id" not in fields:
            raise bad_parameter("fields: item_id is required.")
        count = asked_whole(params, "max_count", 10)
        if not 1 <= count <= 20:
            raise bad_parameter("max_count: Must be between 1 and 20.")
        cursor = asked_whole(params, "cursor", 0) or int(now * 1000)
        ids, is_ads_only = asked_filters(params)
        if "cursor" in params and self._is_empty_page(cursor, now):
            return {"videos": [], "cursor": cursor - 1, "has_more": True}
        posts = [
            post
            for post in reversed(self._brand.posts(now))
            if post.posted_at * 1000 < cursor
            and (ids is None or post.id in ids)
            and not is_ads_only
        ]
        page = posts[:count]
        return {
            "videos": [self.posts.fields(post, fields, now) for post in page],
            "cursor": page[-1].posted_at * 1000 if page else cursor,
            "has_more": len(posts) > count,
        }

    # business/benchmark/

    def _benchmark(self, params: Params, _now: float) -> Answer:
        """The averages of the brand's industry, which stand still."""
        category = params.get("business_category")
        if category != INDUSTRY:
            raise bad_parameter(f"business_category: Must be one of ['{INDUSTRY}'].")
        return {
            "business_category": INDUSTRY,
            "average_likes": 3411.6206,
            "average_comments": 58.3301,
            "average_shares": 241.0842,
            "average_video_count": 11.4,
            "average_follower_count": 96_204.5,
            "average_follower_growth": 0.0213,
            "average_engagement_rate": 0.0388,
            "average_video_views": 94_870.25,
        }

    def _is_empty_page(self, cursor: int, now: float) -> bool:
        """Now and then the walk through time finds nothing and says there is more.

        Only at a whole second: an empty page moves the cursor by 1 ms, so that the
        same page is never empty twice.
        """
        is_unlucky = self._dice.unit("empty", cursor, int(now // 300)) < 0.2
        return cursor % 1000 == 0 and is_unlucky


def _counted(hours: float) -> float:
    """Share of a day's flows that is counted so many hours after its end."""
    return next((share for until, share in _SETTLING if hours < until), 1.0)
