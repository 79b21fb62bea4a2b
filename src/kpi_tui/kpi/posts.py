"""KPIs over the videos posted in a window: completion, watch time, rhythm, median.

Reads present totals of videos; knows no daily series.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.readings import Video, day_of
from kpi_tui.kpi.windows import Window, local_day

NOT_MEASURED = "not measured"
"""The reason of a value that no source reports."""


@dataclass(frozen=True, slots=True)
class PostFigure:
    """One number over the posted videos, or why there is none."""

    value: float | None = None
    reason: str | None = None
    inputs: tuple[tuple[str, float | None], ...] = ()
    as_of: date | None = None
    metric: str = "video_total_views"
    """The metric whose source is named."""


def posted_day(video: Video, zone: ZoneInfo) -> date | None:
    """The calendar day on which the video was posted, in the account's zone."""
    if video.posted_at is None:
        return None
    if video.posted_precision == "day":
        return day_of(video.posted_at)
    return local_day(video.posted_at, zone)


def posted_in(history: AccountHistory, window: Window) -> tuple[VideoHistory, ...]:
    """The videos posted on one of the window's days."""
    return tuple(
        video
        for video in history.videos
        if (day := posted_day(video.video, history.zone)) is not None and day in window
    )


def watch_seconds(video: VideoHistory) -> float | None:
    """Total watch time of a video, from its average and views when not reported."""
    total = video.now.get("video_watch_time")
    if total is not None:
        return total
    average = video.now.get("video_average_watch_time")
    views = video.now.get("video_total_views")
    return None if average is None or views is None else average * views


def completion_rate(history: AccountHistory, window: Window) -> PostFigure:
    """Views-weighted mean full-watch rate of the posted videos that report one."""
    parts = [
        (video, rate * views, views)
        for video in posted_in(history, window)
        if (rate := video.now.get("video_completion_rate")) is not None
        and (views := video.now.get("video_total_views")) is not None
    ]
    names = ("full watches", "views")
    return _weighted(history, window, parts, names, "video_completion_rate")


def average_watch_time(history: AccountHistory, window: Window) -> PostFigure:
    """Seconds watched per view, over the posted videos that report watch time."""
    parts = [
        (video, watched, views)
        for video in posted_in(history, window)
        if (watched := watch_seconds(video)) is not None
        and (views := video.now.get("video_total_views")) is not None
    ]
    names = ("seconds watched", "views")
    return _weighted(history, window, parts, names, "video_average_watch_time")


def average_watched_share(history: AccountHistory, window: Window) -> PostFigure:
    """Average watch time over views-weighted mean duration, of the same videos.

    May pass 1: loops count. Videos without a duration take no part on either side.
    """
    parts = [
        (video, watched, views * duration)
        for video in posted_in(history, window)
        if (watched := watch_seconds(video)) is not None
        and (views := video.now.get("video_total_views")) is not None
        and (duration := video.video.duration)
    ]
    names = ("seconds watched", "views x duration")
    return _weighted(history, window, parts, names, "video_average_watch_time")


def held_2s(history: AccountHistory, window: Window) -> PostFigure:
    """Views-weighted mean of the retention at 2 s of the posts that report one."""
    parts = [
        (video, held * views, views)
        for video in posted_in(history, window)
        if (held := video.now.get("video_hold_2s")) is not None
        and (views := video.now.get("video_total_views")) is not None
    ]
    names = ("views that lasted 2 s", "views")
    return _weighted(history, window, parts, names, "video_hold_2s")


def posting_frequency(history: AccountHistory, window: Window) -> PostFigure:
    """Videos posted per week; None where no video up to the window's end is known.

    A download that lists the newest videos only says nothing about the days
    before the oldest of them, so those are unknown and not 0 posts.
    """
    days = [
        day
        for video in history.videos
        if (day := posted_day(video.video, history.zone)) is not None
    ]
    if not any(day <= window.last for day in days):
        reason = "no videos known in these days" if history.videos else NOT_MEASURED
        return PostFigure(reason=reason)
    count = sum(day in window for day in days)
    return PostFigure(
        value=count / window.days * 7,
        inputs=(("videos posted", float(count)), ("days", float(window.days))),
        as_of=window.last,
    )


def views_per_video(history: AccountHistory, window: Window) -> PostFigure:
    """Median of the present views of the posted videos."""
    parts = [
        (video, views)
        for video in posted_in(history, window)
        if (views := video.now.get("video_total_views")) is not None
    ]
    if not parts:
        return PostFigure(reason=_absence(history, window, "video_total_views"))
    return PostFigure(
        value=median(views for _, views in parts),
        inputs=(
            ("videos posted", float(len(parts))),
            ("their views", sum(views for _, views in parts)),
        ),
        as_of=_newest(history, (video for video, _ in parts)),
    )


def _weighted(
    history: AccountHistory,
    window: Window,
    parts: Sequence[tuple[VideoHistory, float, float]],
    names: tuple[str, str],
    metric: str,
) -> PostFigure:
    if not parts:
        return PostFigure(reason=_absence(history, window, metric), metric=metric)
    top = sum(part for _, part, _ in parts)
    bottom = sum(weight for _, _, weight in parts)
    inputs = (*zip(names, (top, bottom), strict=True), ("videos", float(len(parts))))
    as_of = _newest(history, (video for video, _, _ in parts))
    if bottom <= 0:
        reason = "no views in these days"
        return PostFigure(None, reason, inputs, as_of, metric)
    return PostFigure(top / bottom, None, inputs, as_of, metric)


def _absence(history: AccountHistory, window: Window, metric: str) -> str:
    if not any(metric in video.now for video in history.videos):
        return NOT_MEASURED
    if not posted_in(history, window):
        return "no videos posted in these days"
    return "not measured for the videos of these days"


def _newest(history: AccountHistory, videos: Iterable[VideoHistory]) -> date:
    return max(local_day(video.now_at, history.zone) for video in videos)


POST_FORMULAS: dict[str, Callable[[AccountHistory, Window], PostFigure]] = {
    "completion_rate": completion_rate,
    "average_watch_time": average_watch_time,
    "average_watched_share": average_watched_share,
    "posting_frequency": posting_frequency,
    "views_per_video": views_per_video,
}
"""KPI id to its formula."""
