"""Videos and groups of videos: medians, lift with its interval, posting times.

Knows captions and totals; not what to recommend, nor how it is drawn.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median
from typing import Literal
from zoneinfo import ZoneInfo

from kpi_tui.kpi.bootstrap import median_ratio_interval
from kpi_tui.kpi.hashtags import hashtags
from kpi_tui.kpi.history import AccountHistory, VideoHistory

Dimension = Literal["theme", "hashtag", "format", "duration", "weekday_hour"]


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One post as the Content tab lists it. None: not measured."""

    id: str
    caption: str
    url: str | None
    posted_at: int | None
    """UTC epoch seconds."""
    posted_precision: Literal["second", "day"]
    format: str | None
    duration: float | None
    views: float | None
    likes: float | None
    comments: float | None
    shares: float | None
    saves: float | None
    reach: float | None
    engagement_rate_by_views: float | None
    completion_rate: float | None
    average_watch_time: float | None
    average_watched_share: float | None
    new_followers: float | None
    link_clicks: float | None
    lift: float | None
    """Views / median views of the account's videos."""
    as_of_at: int
    """UTC epoch seconds of the newest of these numbers."""
    breakout: float | None = None
    """How many times the views that the account's videos have at that age, while it
    breaks out."""


@dataclass(frozen=True, slots=True)
class Group:
    """Videos that share something."""

    dimension: Dimension
    label: str
    videos: int
    median_views: float | None
    median_engagement: float | None
    """Median engagement_rate_by_views."""
    median_completion: float | None
    lift: float | None
    """Median views / the account's median views."""
    interval: tuple[float, float] | None
    """90 % bootstrap interval of the lift; None with fewer than MIN_VIDEOS."""

    @property
    def is_too_few(self) -> bool:
        """Whether the group is too small to say anything."""
        return self.videos < MIN_VIDEOS


MIN_VIDEOS = 5
"""A group below this is shown as "too few" and never recommended."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Videos posted at one weekday and hour of the account's zone."""

    weekday: int
    """0 is Monday."""
    hour: int
    videos: int
    lift: float | None
    """Median views of these videos / the account's median."""


MAX_HASHTAGS = 20
"""Only the most used hashtags are compared; a long tail has one video each."""
DURATION_BANDS = ("under 15 s", "15-30 s", "30-60 s", "over 60 s")


def video_rows(history: AccountHistory) -> tuple[VideoRow, ...]:
    """Every known video with its present numbers, newest first, undated ones last."""
    rows = [_row(video) for video in history.videos]
    typical = _median(row.views for row in rows)
    rows.sort(key=lambda row: (row.posted_at is None, -(row.posted_at or 0), row.id))
    return tuple(replace(row, lift=_over(row.views, typical)) for row in rows)


def groups(
    rows: Sequence[VideoRow], themes: Sequence[tuple[str, tuple[str, ...]]]
) -> tuple[Group, ...]:
    """Groups by theme, hashtag, format and duration, in that order.

    ``themes`` are (name, words): a video belongs to each theme with one of whose
    words in its caption, upper and lower case alike. Inside a dimension the
    largest lift comes first and groups of too few videos last.
    """
    views = [row.views for row in rows if row.views is not None]
    found: list[Group] = []
    for dimension, members in members_of(rows, themes).items():
        made = [_group(dimension, label, some, views) for label, some in members]
        made.sort(key=lambda group: (group.is_too_few, -(group.lift or 0), group.label))
        found.extend(made)
    return tuple(found)


def heat(rows: Sequence[VideoRow], zone: ZoneInfo) -> tuple[HeatCell, ...]:
    """Videos by weekday and hour of posting in ``zone``; only cells that have any.

    Videos of which only the day is known say nothing about the hour.
    """
    typical = _median(row.views for row in rows)
    cells: dict[tuple[int, int], list[VideoRow]] = {}
    for row in rows:
        if row.posted_at is None or row.posted_precision == "day":
            continue
        local = datetime.fromtimestamp(row.posted_at, UTC).astimezone(zone)
        cells.setdefault((local.weekday(), local.hour), []).append(row)
    return tuple(
        HeatCell(
            weekday, hour, len(some), _over(_median(row.views for row in some), typical)
        )
        for (weekday, hour), some in sorted(cells.items())
    )


def duration_band(seconds: float) -> str:
    """Which of :data:`DURATION_BANDS` a length falls into."""
    if seconds < 15:
        return DURATION_BANDS[0]
    if seconds < 30:
        return DURATION_BANDS[1]
    return DURATION_BANDS[2] if seconds <= 60 else DURATION_BANDS[3]


def _row(history: VideoHistory) -> VideoRow:
    video, now = history.video, history.now
    views = now.get("video_total_views")
    parts = [now.get(f"video_total_{part}") for part in ("likes", "comments", "shares")]
    known = [part for part in parts if part is not None]
    engagements = sum(known) if len(known) == len(parts) else None
    watched = now.get("video_average_watch_time")
    if watched is None:
        watched = _over(now.get("video_watch_time"), views)
    return VideoRow(
        id=video.id,
        caption=video.caption or "",
        url=video.url,
        posted_at=video.posted_at,
        posted_precision=video.posted_precision,
        format=video.format,
        duration=video.duration,
        views=views,
        likes=parts[0],
        comments=parts[1],
        shares=parts[2],
        saves=now.get("video_total_saves"),
        reach=now.get("video_reach"),
        engagement_rate_by_views=_over(engagements, views),
        completion_rate=now.get("video_completion_rate"),
        average_watch_time=watched,
        average_watched_share=_over(watched, video.duration),
        new_followers=now.get("video_new_followers"),
        link_clicks=now.get("video_link_clicks"),
        lift=None,
        as_of_at=history.now_at,
    )


Members = list[tuple[str, list[VideoRow]]]
"""(label, its videos)."""


def members_of(
    rows: Sequence[VideoRow], themes: Sequence[tuple[str, tuple[str, ...]]]
) -> dict[Dimension, Members]:
    """The videos of each group, by dimension: what :func:`groups` sums up."""
    captions = [(row, row.caption.casefold()) for row in rows]
    by_theme = [
        (name, [row for row, text in captions if mentions(text, words)])
        for name, words in themes
    ]
    by_tag = _by(rows, lambda row: hashtags(row.caption))
    counts = Counter({tag: len(some) for tag, some in by_tag})
    most_used = sorted(counts, key=lambda tag: (-counts[tag], tag))[:MAX_HASHTAGS]
    return {
        "theme": by_theme,
        "hashtag": [(f"#{tag}", some) for tag, some in by_tag if tag in most_used],
        "format": _by(rows, lambda row: (row.format,) if row.format else ()),
        "duration": _by(
            rows, lambda row: (duration_band(row.duration),) if row.duration else ()
        ),
    }


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether a casefolded caption has one of the words."""
    return any(word.casefold() in text for word in words)


def _by(
    rows: Iterable[VideoRow], labels: Callable[[VideoRow], tuple[str, ...]]
) -> Members:
    """Rows by label, upper and lower case alike; the first spelling is shown."""
    found: dict[str, tuple[str, list[VideoRow]]] = {}
    for row in rows:
        for label in labels(row):
            found.setdefault(label.casefold(), (label, []))[1].append(row)
    return list(found.values())


def _group(
    dimension: Dimension, label: str, some: Sequence[VideoRow], whole: Sequence[float]
) -> Group:
    views = [row.views for row in some if row.views is not None]
    lift = _over(_median(views), _median(whole))
    interval = None
    if lift is not None and len(views) >= MIN_VIDEOS:
        interval = median_ratio_interval(views, whole, is_inside=True)
    return Group(
        dimension=dimension,
        label=label,
        videos=len(some),
        median_views=_median(views),
        median_engagement=_median(row.engagement_rate_by_views for row in some),
        median_completion=_median(row.completion_rate for row in some),
        lift=lift,
        interval=interval,
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _over(value: float | None, base: float | None) -> float | None:
    """The quotient; None when a part is unknown or there is nothing to divide by."""
    if value is None or base is None or base <= 0:
        return None
    return value / base
