"""From the posts of ``/business/video/list/`` to videos and readings.

Knows no request. Six of the fields vanish when a post has rested for a week: an absent
field gives no reading, so the last known value stays.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from kpi_tui.kpi.readings import Reading, Video, instant, video_entity
from kpi_tui.kpi.text import clean
from kpi_tui.sources.business_fields import buckets, shares
from kpi_tui.sources.numeric import number
from kpi_tui.sources.post_fields import post_id

_TOTALS: dict[str, str] = {
    "video_views": "video_total_views",
    "likes": "video_total_likes",
    "comments": "video_total_comments",
    "shares": "video_total_shares",
    "favorites": "video_total_saves",
    "reach": "video_reach",
    "new_followers": "video_new_followers",
    "profile_views": "video_profile_views",
    "website_clicks": "video_link_clicks",
    "phone_number_clicks": "video_phone_clicks",
    "email_clicks": "video_email_clicks",
    "address_clicks": "video_address_clicks",
    "app_download_clicks": "video_app_clicks",
    "lead_submissions": "video_leads",
}
_BASIC_FIELDS = (
    "item_id",  # without it the call may fail
    "create_time",
    "caption",
    "share_url",
    "media_type",
    "is_ad",
    "video_duration",
    "video_views",
    "likes",
    "comments",
    "shares",
    "favorites",
    "reach",
)
_INSIGHT_FIELDS = (
    "new_followers",
    "profile_views",
    "website_clicks",
    "total_time_watched",
    "average_time_watched",
    "full_video_watched_rate",
    "video_view_retention",
    "engagement_likes",
    "impression_sources",
    "audience_genders",
    "audience_countries",
    "audience_cities",
    "audience_types",
)
_REGISTERED_FIELDS = (
    "phone_number_clicks",
    "email_clicks",
    "address_clicks",
    "app_download_clicks",
    "lead_submissions",
)
VIDEO_FIELD_SETS: tuple[tuple[str, ...], ...] = (
    (*_BASIC_FIELDS, *_INSIGHT_FIELDS, *_REGISTERED_FIELDS),
    (*_BASIC_FIELDS, *_INSIGHT_FIELDS),
    _BASIC_FIELDS,
)
"""All, those of accounts that are no registered business, and those without the scope
video.insights."""

_LONGEST_SECONDS = 86_400.0
_MOST_POINTS = 300
"""Of one curve."""
_HELD_SECONDS = 2.0
"""Past which a viewer counts as held: the second that ads are measured at."""
_FORMATS: dict[str, Literal["video", "photo"]] = {"VIDEO": "video", "PHOTO": "photo"}


def video_id(item: object) -> str | None:
    """The post's id, or None when the item holds none that can be used as a key."""
    return post_id(item.get("item_id")) if isinstance(item, dict) else None


def video(item: Mapping[str, object], identity: str, account: str) -> Video:
    """What the post is; ``identity`` is its id."""
    caption, url = item.get("caption"), item.get("share_url")
    link = clean(url, 500) if isinstance(url, str) else ""
    is_ad = item.get("is_ad")
    return Video(
        account=account,
        id=identity,
        posted_at=posted_at(item),
        caption=clean(caption) if isinstance(caption, str) else None,
        url=link if link.startswith(("https://", "http://")) else None,
        duration=_duration(item),
        format=_FORMATS.get(str(item.get("media_type")).upper()),
        is_ad=is_ad if isinstance(is_ad, bool) else None,
    )


def video_readings(
    item: Mapping[str, object], identity: str, account: str, now: float
) -> list[Reading]:
    """What the post has reached, as of ``now`` (UTC epoch seconds)."""
    entity, at = video_entity(identity), int(now)
    values = [
        (metric, value)
        for name, metric in _TOTALS.items()
        if (value := number(item.get(name))) is not None
    ]
    values += _watched(item)
    values += _held(item)
    readings = instant(account, values, at, entity=entity)
    for part, metric, share in _parts(item):
        readings += instant(account, [(metric, share)], at, entity=f"{entity}|{part}")
    return readings


def _watched(item: Mapping[str, object]) -> Iterable[tuple[str, float]]:
    duration, views = _duration(item), number(item.get("video_views"))
    average = number(item.get("average_time_watched"))
    if average is not None and average >= 0:
        is_ms = _is_milliseconds(average, duration)
        yield "video_average_watch_time", average / 1000 if is_ms else average
    total = number(item.get("total_time_watched"))
    if total is not None and total >= 0:
        is_ms = bool(views) and _is_milliseconds(total / (views or 1), duration)
        yield "video_watch_time", total / 1000 if is_ms else total
    rate = number(item.get("full_video_watched_rate"))
    if rate is not None and 0 <= rate <= 100:
        yield "video_completion_rate", rate if rate <= 1 else rate / 100


def _is_milliseconds(average: float, duration: float | None) -> bool:
    """Whether a watch time per view makes sense only as milliseconds.

    The document says seconds, a client in the field saw milliseconds: nobody watches
    a post three times over on average, so that is when a thousandth is believed.
    """
    if duration is None or average <= 3 * duration:
        return False
    return average / 1000 <= 3 * duration


def _held(item: Mapping[str, object]) -> Iterable[tuple[str, float]]:
    """The one point of the retention curve that a formula reads, beside the curve."""
    for at, share in _curve(item.get("video_view_retention")):
        if at == _HELD_SECONDS:
            yield "video_hold_2s", share


def _curve(points: object) -> Iterable[tuple[float, float]]:
    """(second, share) of a list of ``{"second": "3", "percentage": 0.5}``."""
    for second, share in shares(points, "second")[:_MOST_POINTS]:
        if (at := number(second)) is not None and 0 <= at < 100_000:
            yield at, share


def _parts(item: Mapping[str, object]) -> Iterable[tuple[str, str, float]]:
    """(end of the entity, metric, share) of the lists inside a post."""
    for at, share in _curve(item.get("video_view_retention")):
        yield f"second:{at:g}", "video_retention", share
    # Not under second: a page that lists a post's seconds would show both curves.
    for at, share in _curve(item.get("engagement_likes")):
        yield f"likes:{at:g}", "video_like_share", share
    for origin, share in shares(item.get("impression_sources"), "impression_source"):
        yield f"impressions:{origin}", "video_impression_share", share
    for bucket, share in buckets(item):
        yield bucket, "audience_share", share
    for kind, share in shares(item.get("audience_types"), "type"):
        yield f"type:{kind}", "audience_share", share


def posted_at(item: Mapping[str, object]) -> int | None:
    """When it was posted (UTC epoch seconds), or None when that cannot be read."""
    seconds = number(item.get("create_time"))
    if seconds is None:
        return None
    if seconds > 1e11:
        seconds /= 1000
    return int(seconds) if 1e9 <= seconds < 4_102_444_800 else None


def _duration(item: Mapping[str, object]) -> float | None:
    seconds = number(item.get("video_duration"))
    if seconds is None or not 0 < seconds <= _LONGEST_SECONDS:
        return None  # a photo has 0
    return seconds
