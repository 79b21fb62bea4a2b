"""The demo's config: the brand, its four competitors, its goals and its themes.

Knows the stand-ins' addresses and shapes; no numbers but the goals'.
"""

from datetime import date

from pydantic import SecretStr

from kpi_tui.config.settings import (
    Account,
    Alert,
    BusinessSource,
    Competitor,
    Goal,
    HttpJsonSource,
    MonitorSection,
    NotifySection,
    Settings,
    Theme,
)
from kpi_tui.sources.demo.business import BUSINESS_ID, HANDLE, INDUSTRY, NAME, TOKEN
from kpi_tui.sources.demo.captions import TOPICS
from kpi_tui.sources.demo.rivals import RIVALS, Rival

TIMEZONE = "Europe/Athens"
STATS_URL = "https://stats.demo.invalid/api"
BUSINESS_SOURCE = f"{HANDLE}/tiktok-business"
WEB_SOURCE = f"{HANDLE}/http-json"
"""Names that the connectors of these sources get."""

WEB_METRICS = {
    "website_visits": "visits",
    "bounces": "bounces",
    "conversions": "conversions",
    "revenue": "revenue",
    "viewers": "viewers",
    "new_viewers": "new_viewers",
    "returning_viewers": "returning_viewers",
    "spend": "spend",
    "impressions": "impressions",
    "clicks": "clicks",
}
"""Metric id to the field of a day of the shop."""
RIVAL_METRICS = {
    "followers": "followers",
    "video_views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
}
"""Metric id to the field of a day of a competitor."""


_RIVAL_POSTS = {
    "path": "data.posts",
    "id": "id",
    "posted_at": "postedAt",
    "caption": "caption",
    "duration": "seconds",
    "views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
}
"""What of a competitor's post is where."""


def rival_source(handle: str) -> str:
    """Name of the connector of a competitor's daily numbers."""
    return f"{handle}/http-json"


def demo_settings(today: date | None = None) -> Settings:
    """The demo's config; with ``today`` its goals end with that day's year."""
    by = date(today.year, 12, 31) if today else None
    return Settings(
        monitor=MonitorSection.model_validate({"timezone": TIMEZONE, "refresh": "15s"}),
        account=(
            Account(
                handle=HANDLE,
                name=NAME,
                industry=INDUSTRY,
                timezone=TIMEZONE,
                source=(_business(), _daily("web", WEB_METRICS, "1m")),
            ),
        ),
        competitor=tuple(_competitor(rival) for rival in RIVALS.values()),
        goal=(
            _goal("followers", "190000", by),
            _goal("engagement_rate_by_views", "5%", by),
            _goal("completion_rate", "55%", by),
            _goal("bounce_rate", "40%", by),
        ),
        alert=(
            _alert(kpi="bounce_rate", above="42%", **{"for": "2d"}),
            _alert(kpi="video_views", anomaly=True),
        ),
        # A demo that rings at its start is a demo that is closed.
        notify=NotifySection(bell=False, desktop=False),
        theme=tuple(
            Theme(name=topic.name, match=topic.match) for topic in TOPICS.values()
        ),
    )


def _goal(kpi: str, target: str, by: date | None) -> Goal:
    return Goal.model_validate(
        {"kpi": kpi, "account": HANDLE, "target": target, "by": by}
    )


def _alert(**rule: object) -> Alert:
    return Alert.model_validate({"account": HANDLE, **rule})


def _business() -> BusinessSource:
    return BusinessSource.model_validate(
        {
            "type": "tiktok-business",
            "access_token": {"literal": SecretStr(TOKEN)},
            "business_id": BUSINESS_ID,
            "refresh": "5s",
        }
    )


def _daily(
    path: str,
    fields: dict[str, str],
    refresh: str,
    videos: dict[str, str] | None = None,
) -> HttpJsonSource:
    """A source that lists days, one value and one date for each; and posts."""
    return HttpJsonSource.model_validate(
        {
            "type": "http-json",
            "url": f"{STATS_URL}/{path}",
            "metrics": {m: f"data.daily[*].{field}" for m, field in fields.items()},
            "time": "data.daily[*].date",
            "videos": videos,
            "refresh": refresh,
            "currency": "EUR",
        }
    )


def _competitor(rival: Rival) -> Competitor:
    """Daily numbers now and then, counters often: one source has one ``time``."""
    path = f"tiktok/{rival.handle}"
    counters = HttpJsonSource.model_validate(
        {
            "type": "http-json",
            "url": f"{STATS_URL}/{path}?days=0",
            "metrics": {
                "followers": "data.stats.followerCount",
                "likes_total": "data.stats.heartCount",
                "videos_total": "data.stats.videoCount",
            },
            "refresh": "15s",
        }
    )
    return Competitor(
        handle=rival.handle,
        name=rival.name,
        source=(_daily(path, RIVAL_METRICS, "5m", _RIVAL_POSTS), counters),
    )
