"""From the objects of TikTok's v2 APIs to videos and readings.

Knows no request. A field that is absent, null or no number gives no reading, never 0,
so that it erases nothing that is stored. Covers and embeds are not asked for: their
addresses expire within hours.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC

from kpi_tui.kpi.readings import Reading, Video, instant, video_entity
from kpi_tui.kpi.text import clean
from kpi_tui.sources.moments import moment
from kpi_tui.sources.numeric import number
from kpi_tui.sources.post_fields import length, page_url, post_id

DISPLAY_FIELDS = (
    "id",
    "create_time",
    "title",
    "video_description",
    "share_url",
    "duration",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
)
RESEARCH_FIELDS = (
    "id",
    "create_time",
    "video_description",
    "video_duration",
    "username",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
)
SAVES_FIELDS = ("favourites_count", "favorites_count")
"""One field of the Research API: its documents spell it both ways."""
TOTALS: dict[str, str] = {
    "view_count": "video_total_views",
    "like_count": "video_total_likes",
    "comment_count": "video_total_comments",
    "share_count": "video_total_shares",
    **dict.fromkeys(SAVES_FIELDS, "video_total_saves"),
}

LEVELS: dict[str, str] = {
    "follower_count": "followers",
    "following_count": "following",
    "likes_count": "likes_total",
    "video_count": "videos_total",
}
"""Totals of an account."""

_NAME = re.compile(r"[0-9A-Za-z_.]{1,64}")


@dataclass(slots=True)
class Listing:
    """The videos of one walk, each once, in TikTok's order."""

    items: dict[str, dict[str, object]] = field(default_factory=dict)
    answers: int = 0
    """Pages that came, empty ones too."""
    gone: set[str] = field(default_factory=set)
    """Ids that were asked for and are not there any more."""
    problem: str | None = None
    """Why it was cut short, as a sentence."""

    def add(self, videos: object) -> bool:
        """Take the videos that are new; whether there were any at all."""
        found = videos if isinstance(videos, list) else []
        for item in found:
            video_id = identity(item)
            if video_id is not None:
                self.items.setdefault(video_id, item)
        return bool(found)


def identity(item: object) -> str | None:
    """The video's id, or None when the item holds none that can be used as a key."""
    return post_id(item.get("id")) if isinstance(item, dict) else None


def video(item: Mapping[str, object], video_id: str, account: str) -> Video:
    """What the video is."""
    posted = moment(item.get("create_time"), UTC)
    return Video(
        account=account,
        id=video_id,
        posted_at=None if posted is None else posted.at,
        caption=_caption(item),
        url=_url(item, video_id),
        duration=_duration(item),
    )


def video_readings(
    item: Mapping[str, object], video_id: str, account: str, at: int
) -> list[Reading]:
    """The running totals; ``at`` is UTC epoch seconds of the answer."""
    return instant(account, _totals(item), at, entity=video_entity(video_id))


def numbers(
    values: Mapping[str, object], names: Mapping[str, str]
) -> Iterator[tuple[str, float]]:
    """(metric, value) of every field that holds a number; no count is negative."""
    for name, metric in names.items():
        value = number(values.get(name))
        if value is not None and value >= 0:
            yield metric, value


def _totals(item: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    return iter(dict(numbers(item, TOTALS)).items())


def _caption(item: Mapping[str, object]) -> str | None:
    """The description, else the title: TikTok cuts both, the title often to nothing."""
    given = [item.get("video_description"), item.get("title")]
    texts = [clean(text) for text in given if isinstance(text, str)]
    return next((text for text in texts if text), "" if texts else None)


def _url(item: Mapping[str, object], video_id: str) -> str | None:
    """Its page, without the query, which holds the app's key; or one made up of the
    author's name."""
    url, name = item.get("share_url"), item.get("username")
    if isinstance(url, str):
        return page_url(url)
    if isinstance(name, str) and _NAME.fullmatch(name):
        return f"https://www.tiktok.com/@{name}/video/{video_id}"
    return None


def _duration(item: Mapping[str, object]) -> float | None:
    return length(number(item.get("duration", item.get("video_duration"))))
