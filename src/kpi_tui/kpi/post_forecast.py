"""What KPIs over whole posts may be: posts to come look like those of late.

Knows posts and their present totals; no daily series.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median

from kpi_tui.kpi.daily import DAY
from kpi_tui.kpi.fits import LEAST_DAYS
from kpi_tui.kpi.futures import PATHS
from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.posts import posted_day, watch_seconds
from kpi_tui.kpi.question import Question

_WEEKS = 12
_Parts = tuple[float, float]
_Part = Callable[[VideoHistory], _Parts | None]
_Total = Callable[[Sequence[_Parts], int], float | None]


def _completion(video: VideoHistory) -> _Parts | None:
    rate = video.now.get("video_completion_rate")
    views = video.now.get("video_total_views")
    return None if rate is None or views is None else (rate * views, views)


def _watch_time(video: VideoHistory) -> _Parts | None:
    watched, views = watch_seconds(video), video.now.get("video_total_views")
    return None if watched is None or views is None else (watched, views)


def _watched_share(video: VideoHistory) -> _Parts | None:
    found, duration = _watch_time(video), video.video.duration
    return (found[0], found[1] * duration) if found and duration else None


def _held(video: VideoHistory) -> _Parts | None:
    held = video.now.get("video_hold_2s")
    views = video.now.get("video_total_views")
    return None if held is None or views is None else (held * views, views)


def _views(video: VideoHistory) -> _Parts | None:
    views = video.now.get("video_total_views")
    return None if views is None else (views, 1.0)


def _weighted(parts: Sequence[_Parts], _days: int) -> float | None:
    below = sum(weight for _, weight in parts)
    return sum(part for part, _ in parts) / below if below > 0 else None


def _middle(parts: Sequence[_Parts], _days: int) -> float | None:
    return median(part for part, _ in parts) if parts else None


def _per_week(parts: Sequence[_Parts], days: int) -> float | None:
    return len(parts) / days * 7


POST_PARTS: dict[str, tuple[_Part, _Total]] = {
    "completion_rate": (_completion, _weighted),
    "average_watch_time": (_watch_time, _weighted),
    "average_watched_share": (_watched_share, _weighted),
    "hook_rate": (_held, _weighted),
    "views_per_video": (_views, _middle),
    "posting_frequency": (lambda _: (1.0, 1.0), _per_week),
}
"""KPI id to what a post contributes, and what a window's posts make of it."""


def draws_of_posts(kpi: str, question: Question) -> list[float] | None:
    """Posts as they came in the last weeks, drawn anew week by week.

    Each path first draws the weeks it believes in, so that few weeks give a wide
    range, and then each day's posts from the same weekday of one of those.
    """
    part, total = POST_PARTS[kpi]
    by_day = _by_day(question, part)
    if not by_day:
        return None
    weeks = min(_WEEKS, ((question.last - min(by_day)).days + 1) // 7)
    if weeks * 7 < LEAST_DAYS:
        return None
    first = max(question.last + DAY, question.window.first)
    count = (question.by - first).days + 1
    kept = [one for day in question.window for one in by_day.get(day, ())]
    # Days back to the same weekday as each day to come, in the newest week.
    backs = [((question.last - first).days - i) % 7 for i in range(count)]
    rng = random.Random(f"{weeks} {count}")  # noqa: S311 - statistics, no secret
    draws = []
    for _ in range(PATHS):
        believed = [7 * int(rng.random() * weeks) for _ in range(weeks)]
        parts = list(kept)
        for back in backs:
            ago = back + believed[int(rng.random() * weeks)]
            parts += by_day.get(question.last - ago * DAY, ())
        value = total(parts, question.days)
        if value is not None:
            draws.append(value)
    return draws or None


def _by_day(question: Question, part: _Part) -> dict[date, list[_Parts]]:
    history = question.measured.history
    found: dict[date, list[_Parts]] = {}
    for video in history.videos:
        day, parts = posted_day(video.video, history.zone), part(video)
        if day is not None and day <= question.last and parts is not None:
            found.setdefault(day, []).append(parts)
    return found
