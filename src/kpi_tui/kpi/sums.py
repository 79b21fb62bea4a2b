"""A window's sums of flows: from days, or from running totals per video.

Knows windows and coverage; not which KPI asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.measured import Measured, Series
from kpi_tui.kpi.posts import NOT_MEASURED, posted_day
from kpi_tui.kpi.windows import ENOUGH_COVERAGE, Window, local_day

VIDEO_TOTAL_OF = {
    "video_views": "video_total_views",
    "likes": "video_total_likes",
    "comments": "video_total_comments",
    "shares": "video_total_shares",
    "saves": "video_total_saves",
}
"""Flows that can be had from running totals per video."""
FROM_TOTALS = "from totals per video"
"""In the note of a sum that was had so."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Several flows over the same days: a rate of them mixes nothing."""

    values: Mapping[str, float] = field(default_factory=dict)
    """Name to sum; empty when there is a ``reason``."""
    covered_days: int = 0
    """Days on which every one of the flows is known."""
    as_of: date | None = None
    reason: str | None = None
    note: str | None = None
    source: str | None = None
    is_partial: bool = False
    """More than a fifth of the videos had to be left out."""


def not_covered(covered: int, days: int) -> str:
    """The reason of a value or a rank that too few covered days allow."""
    return f"covered {covered} of {days} days"


def sums(measured: Measured, window: Window, names: Sequence[str]) -> Sums:
    """The sums of the named flows over those days of the window that have them all.

    Flows that no source reports by day come from per-video totals; when all of
    the named ones can, all of them do, so that one rate has one basis.
    """
    daily = {name: found for name in names if (found := measured.series(name))}
    if len(daily) == len(set(names)):
        days = _from_days(measured, window, daily)
        if _is_enough(days, window) or any(n not in VIDEO_TOTAL_OF for n in names):
            return days
        # Days that nobody downloads any more do not stand before totals that are whole.
        totals = _from_videos(measured, window, names)
        return totals if _is_enough(totals, window) else days
    rest = [name for name in names if name not in daily]
    if any(name not in VIDEO_TOTAL_OF for name in rest):
        return Sums(reason=NOT_MEASURED)
    if all(name in VIDEO_TOTAL_OF for name in names):
        return _from_videos(measured, window, names)
    return _mixed(
        window,
        _from_days(measured, window, daily),
        _from_videos(measured, window, rest),
    )


def _is_enough(found: Sums, window: Window) -> bool:
    if found.reason is not None or found.is_partial:
        return False
    return found.covered_days >= ENOUGH_COVERAGE * window.days


def _from_days(
    measured: Measured, window: Window, series: Mapping[str, Series]
) -> Sums:
    days = list(window)
    for one in series.values():
        days = [day for day in days if day in one.days]
    first = next(iter(series.values()))
    source = measured.source(first.metric)
    if not days:
        return Sums(reason=not_covered(0, window.days), source=source)
    return Sums(
        values={
            name: sum(one.days[day] for day in days) for name, one in series.items()
        },
        covered_days=len(days),
        as_of=days[-1],
        note=join_notes(*(one.note for one in series.values())),
        source=source,
    )


def _from_videos(measured: Measured, window: Window, names: Sequence[str]) -> Sums:
    """Each video's last known total at the window's end minus that at its start.

    A video posted inside the window starts at 0; one posted before it without a
    known start is left out, because its whole past would count as the window's.
    """
    totals = {name: VIDEO_TOTAL_OF[name] for name in names}
    videos = measured.history.videos
    if not any(_has(end, totals) for video in videos for end in video.at_day.values()):
        return Sums(reason=NOT_MEASURED)
    values = dict.fromkeys(names, 0.0)
    known: list[VideoHistory] = []
    left_out = 0
    for video in videos:
        posted = posted_day(video.video, measured.history.zone)
        if posted is not None and posted > window.last:
            continue
        end = video.at_day.get(window.last, {})
        start = video.at_day.get(window.baseline, {})
        is_new = posted is not None and posted in window
        if not _has(end, totals) or not (is_new or _has(start, totals)):
            left_out += 1
            continue
        known.append(video)
        for name, total in totals.items():
            values[name] += end[total] - (0.0 if is_new else start[total])
    source = measured.source(totals[names[0]])
    if not known:
        reason = "no baseline" if left_out else not_covered(0, window.days)
        return Sums(reason=reason, source=source)
    return _video_sums(measured, window, values, known, left_out, source)


def _video_sums(
    measured: Measured,
    window: Window,
    values: Mapping[str, float],
    known: Sequence[VideoHistory],
    left_out: int,
    source: str | None,
) -> Sums:
    as_of = _seen(measured, known, window.last)
    covered = (as_of - window.baseline).days
    if covered < 1:
        return Sums(reason=not_covered(0, window.days), source=source)
    note = FROM_TOTALS
    since = _seen(measured, known, window.baseline)
    if since < window.baseline and any(window.baseline in v.at_day for v in known):
        note = f"{note}, counted from the evening of {format_day(since)}"
    if left_out:
        s = "" if left_out == 1 else "s"
        note = f"{note}, {left_out} video{s} without a baseline left out"
    return Sums(
        values=values,
        covered_days=covered,
        as_of=as_of,
        note=note,
        source=source,
        is_partial=len(known) < ENOUGH_COVERAGE * (len(known) + left_out),
    )


def _seen(measured: Measured, videos: Sequence[VideoHistory], day: date) -> date:
    """The last day up to ``day`` on which the totals were looked at.

    A total that rests is not told again: the number of videos, told with it, shows
    whether anybody looked. The day itself where nothing of this is known.
    """
    zone = measured.history.zone
    told = [video.told_at[day] for video in videos if day in video.told_at]
    if not told:
        newest = max(video.now_at for video in videos)
        return min(day, local_day(newest, zone)) if newest else day
    seen = local_day(max(told), zone)
    looked = measured.level("videos_total").last_on(day)
    source = measured.source("videos_total")
    if looked is not None and source == measured.source("video_total_views"):
        seen = max(seen, looked[0])
    return min(day, seen)


def _mixed(window: Window, daily: Sums, videos: Sums) -> Sums:
    """Days for some and video totals for others, over the whole window or not at all.

    Totals per video cannot be cut to the days that the others cover.
    """
    reason = daily.reason or videos.reason
    if reason is None and daily.covered_days < window.days:
        reason = not_covered(daily.covered_days, window.days)
    if reason is not None or daily.as_of is None or videos.as_of is None:
        return Sums(reason=reason, source=daily.source or videos.source)
    return Sums(
        values={**daily.values, **videos.values},
        covered_days=videos.covered_days,
        as_of=min(daily.as_of, videos.as_of),
        note=join_notes(daily.note, videos.note),
        source=daily.source,
        is_partial=videos.is_partial,
    )


def _has(totals: Mapping[str, float], wanted: Mapping[str, str]) -> bool:
    return all(metric in totals for metric in wanted.values())


def join_notes(*notes: str | None) -> str | None:
    """Notes in order, each once; None when there is none."""
    return "; ".join(dict.fromkeys(note for note in notes if note)) or None
