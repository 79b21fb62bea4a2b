"""Accounts and videos for tests, in as few words as possible."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.readings import Video
from kpi_tui.kpi.windows import Window

ATHENS = ZoneInfo("Europe/Athens")
LAST = date(2026, 3, 24)
WEEK = Window(LAST, 7)
MONTH = Window(LAST, 28)

Days = Mapping[date, float]


def back(days: int) -> date:
    """That many days before the last one."""
    return LAST - timedelta(days=days)


def ending(values: Iterable[float | None]) -> dict[date, float]:
    """Consecutive days up to the last one; None leaves a day out."""
    listed = list(values)
    days = {back(len(listed) - 1 - i): value for i, value in enumerate(listed)}
    return {day: value for day, value in days.items() if value is not None}


def every(value: float, days: int = 84) -> dict[date, float]:
    """The same value on each of the last days."""
    return ending([value] * days)


def at(day: date, hour: int = 12) -> int:
    """UTC epoch seconds of an hour of the day."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


def video(
    name: str,
    posted: date | None = LAST,
    *,
    ends: Mapping[date, Mapping[str, float]] | None = None,
    seen: int | None = None,
    caption: str = "",
    duration: float | None = None,
    kind: Literal["video", "photo", "live"] | None = "video",
    **totals: float,
) -> VideoHistory:
    """A post; ``totals`` are ``views=``, ``likes=`` … or metric ids."""
    names = {"views", "likes", "comments", "shares", "saves"}
    now = {
        f"video_total_{key}" if key in names else f"video_{key}": value
        for key, value in totals.items()
    }
    return VideoHistory(
        Video(
            "acme",
            name,
            None if posted is None else at(posted),
            "second",
            caption,
            None,
            duration,
            kind,
        ),
        now,
        at(LAST) if seen is None else seen,
        {} if ends is None else ends,
    )


def totals(
    views: float, likes: float, comments: float, shares: float
) -> dict[str, float]:
    """A video's running totals at the end of a day."""
    return {
        "video_total_views": views,
        "video_total_likes": likes,
        "video_total_comments": comments,
        "video_total_shares": shares,
    }


def history(
    flows: Mapping[str, Days] | None = None,
    *,
    followers: Days | None = None,
    levels: Mapping[str, Days] | None = None,
    videos: Iterable[VideoHistory] = (),
    sources: Mapping[str, str] | None = None,
    until: Mapping[str, date] | None = None,
    currencies: Mapping[str, str] | None = None,
    handle: str = "acme",
    zone: ZoneInfo = ATHENS,
) -> AccountHistory:
    """An account with just that data."""
    known = dict(levels or {})
    if followers is not None:
        known["followers"] = followers
    return AccountHistory(
        handle,
        zone,
        flows or {},
        known,
        tuple(videos),
        sources=sources or {},
        until=until or {},
        currencies=currencies or {},
        latest={
            metric: (at(max(days), 20), days[max(days)])
            for metric, days in known.items()
            if days
        },
    )
