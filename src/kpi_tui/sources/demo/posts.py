"""One post in the fields of TikTok's video list, with that list's omissions.

Knows no page, cursor or refusal (see :mod:`kpi_tui.sources.demo.business`).
"""

from collections.abc import Collection, Mapping
from typing import Any

from kpi_tui.sources.demo.brand import Brand
from kpi_tui.sources.demo.days import DAY, day_of
from kpi_tui.sources.demo.insights import (
    CLICK_RATE,
    PROFILE_VIEW_RATE,
    Insights,
    Watching,
)
from kpi_tui.sources.demo.videos import Post

PERISHABLE = (
    *("reach", "full_video_watched_rate", "total_time_watched"),
    *("average_time_watched", "impression_sources", "audience_countries"),
)
"""What the platform stops telling after a week without activity."""
_AT_ONCE = (
    *("item_id", "media_type", "is_ad", "create_time", "thumbnail_url", "share_url"),
    *("embed_url", "caption", "video_duration"),
    *("likes", "comments", "shares", "favorites", "video_views"),
)
_LATER = (
    *PERISHABLE,
    *("new_followers", "profile_views", "website_clicks", "phone_number_clicks"),
    *("lead_submissions", "app_download_clicks", "email_clicks", "address_clicks"),
    *("video_view_retention", "audience_genders", "audience_cities"),
    *("audience_types", "engagement_likes"),
)
FIELDS = (*_AT_ONCE, *_LATER)
"""Every field that may be asked for."""

_Fields = dict[str, Any]


class PostFields:
    """Counters to the second; insights as of the last midnight (UTC)."""

    def __init__(self, brand: Brand, insights: Insights, handle: str) -> None:
        """``handle`` goes into the addresses."""
        self._brand = brand
        self._insights = insights
        self._handle = handle
        self._known: dict[int, tuple[int, _Fields]] = {}
        """By post index: the day of the insights and the insights."""
        self._curves: dict[int, _Fields] = {}
        """By post index: what never changes, second by second."""

    def fields(self, post: Post, wanted: Collection[str], now: float) -> _Fields:
        """The wanted fields that the platform would tell at ``now``."""
        values = self._at_once(post, now)
        if any(name in _LATER for name in wanted):
            values |= self.later(post, day_of(now))
        return {name: values[name] for name in wanted if name in values}

    def later(self, post: Post, day: int) -> _Fields:
        """What is told with a delay: the stand at the start of a UTC day."""
        known_day, known = self._known.get(post.index, (None, {}))
        if known_day != day:
            known = self._later(post, day * DAY)
            self._known[post.index] = (day, known)
        return known

    def _at_once(self, post: Post, now: float) -> _Fields:
        totals = self._brand.totals(post, now)
        address = f"https://www.tiktok.com/@{self._handle}/video/{post.id}"
        expires = (day_of(now) + 1) * DAY
        return {
            "item_id": post.id,
            "media_type": "PHOTO" if post.is_photo else "VIDEO",
            "is_ad": False,
            "create_time": str(post.posted_at),
            "thumbnail_url": f"https://images.demo.invalid/{post.id}.webp?x-expires={expires}",
            "share_url": address,
            "embed_url": f"https://www.tiktok.com/player/v1/{post.id}",
            "caption": post.caption,
            "video_duration": post.duration,
            "likes": int(totals.likes),
            "comments": int(totals.comments),
            "shares": int(totals.shares),
            "favorites": int(totals.saves),
            "video_views": int(totals.views),
        }

    def _later(self, post: Post, at: float) -> _Fields:
        totals = self._brand.totals(post, at)
        views = int(totals.views)
        if views == 0:
            return {}
        insights = self._insights
        viewers = insights.viewers_of(post)
        fields: _Fields = {
            "reach": int(views * post.temper.unique),
            "impression_sources": _listed("impression_source", insights.sources(post)),
            "audience_countries": _listed("country", viewers.countries),
            "audience_genders": _listed("gender", viewers.genders),
            "audience_cities": _listed("city_name", viewers.cities),
            "audience_types": _listed("type", insights.types(post)),
            "new_followers": self._brand.new_followers_of(totals),
            "profile_views": int(views * PROFILE_VIEW_RATE),
            "website_clicks": int(totals.clicks * CLICK_RATE),
            "phone_number_clicks": 0,
            "lead_submissions": 0,
            "app_download_clicks": 0,
            "email_clicks": views // 200_000,
            "address_clicks": views // 400_000,
        }
        fields |= self._watched(post, views)
        if insights.is_dormant(post, at):
            fields = {k: v for k, v in fields.items() if k not in PERISHABLE}
        return fields

    def _watched(self, post: Post, views: int) -> _Fields:
        """Watch time and its curves; a photo has none."""
        watching = self._insights.watching(post)
        if watching is None:
            return {}
        return {
            "full_video_watched_rate": watching.completion,
            "average_time_watched": watching.average,
            "total_time_watched": round(watching.average * views, 3),
            **self._curves_of(post, watching),
        }

    def _curves_of(self, post: Post, watching: Watching) -> _Fields:
        if post.index not in self._curves:
            left = sum(watching.retention)
            likes = (round(share / left, 4) for share in watching.retention)
            self._curves[post.index] = {
                "video_view_retention": _listed(
                    "second", dict(enumerate(watching.retention))
                ),
                "engagement_likes": _listed("second", dict(enumerate(likes))),
            }
        return self._curves[post.index]


def _listed(key: str, shares: Mapping[Any, float]) -> list[_Fields]:
    return [{key: str(k), "percentage": share} for k, share in shares.items()]
