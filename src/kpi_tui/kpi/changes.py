"""What moved a KPI between two windows, in a colleague's words.

Knows posts, their groups and days; the arithmetic is in :mod:`kpi_tui.kpi.split`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

from kpi_tui.kpi.content import duration_band, mentions
from kpi_tui.kpi.daily import daily
from kpi_tui.kpi.format import format_day, format_kpi, format_points, format_value
from kpi_tui.kpi.formulas import ENGAGEMENT, SUMS
from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.posts import posted_day, posted_in
from kpi_tui.kpi.readings import Video
from kpi_tui.kpi.split import GroupChange, RateChange, split_rate
from kpi_tui.kpi.sums import VIDEO_TOTAL_OF
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import ENOUGH_COVERAGE, Window

SPLIT_KPI = "engagement_rate_by_views"
BY_TOTALS = "by what each video won in these days"
BY_POSTS = "by the videos posted in these days"
OTHER = "other videos"
MIN_VIDEOS = 3
"""In each window: two videos make no mix."""
_CARRIED = 0.4
"""Days are named when they carried this much of a change."""
_FEW_DAYS = 3

Themes = Sequence[tuple[str, tuple[str, ...]]]
_Numbers = tuple[float, float]
"""Engagements and views."""
_Dimension = Callable[[Video], str]
Word = Literal["mix", "rate", "days"]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One reason."""

    word: Word
    amount: str
    """``-4.1 pt``, ``+12.3 k``."""
    text: str
    """``fewer Recipes (6 → 1)``."""


@dataclass(frozen=True, slots=True)
class Change:
    """Why a KPI is not what it was."""

    kpi: str
    basis: str
    """What was counted: the reasons explain this, and not more."""
    lines: tuple[ChangeLine, ...]
    split: RateChange | None = None


@dataclass(frozen=True, slots=True)
class _Counted:
    """Each video's (engagements, views) in the two windows."""

    basis: str
    now: Mapping[str, _Numbers]
    before: Mapping[str, _Numbers]
    videos: Mapping[str, Video]
    posted: tuple[Collection[str], Collection[str]]
    """Ids of those posted in the one and in the other window."""


def changes(
    history: AccountHistory,
    window: Window,
    themes: Themes,
    kpis: Mapping[str, KpiValue],
) -> dict[str, Change]:
    """KPI id to what moved it, for those of which it can be said.

    The engagement rate by views by groups of videos; sums by the days that carried
    them. A KPI that did not change, or is not covered, has no reasons.
    """
    found: dict[str, Change] = {}
    moved = [kpi for kpi in kpis.values() if kpi.is_covered and kpi.change]
    for kpi in moved:
        change: Change | None = None
        if kpi.id == SPLIT_KPI:
            change = _split(history, window, themes)
        elif kpi.id in SUMS:
            change = _days(kpi, history, Window(kpi.ends or window.last, window.days))
        if change is not None:
            found[kpi.id] = change
    return found


def _split(history: AccountHistory, window: Window, themes: Themes) -> Change | None:
    for counted in (_by_totals(history, window), _by_posts(history, window)):
        if counted is None:
            continue
        dimensions = [_theme_of(themes)] if themes else [_format_of, _duration_of]
        found = [_along(counted, dimension) for dimension in dimensions]
        # The grouping that shows most: each of them adds up to the same change.
        known = [change for change in found if change is not None]
        if known:
            return max(known, key=_mix_size)
    return None


def _mix_size(change: Change) -> float:
    return abs(change.split.mix) if change.split else 0.0


def _by_totals(history: AccountHistory, window: Window) -> _Counted | None:
    """From running totals at three evenings; None where too many are missing."""
    found: dict[str, tuple[Video, _Numbers, _Numbers]] = {}
    sides: tuple[list[str], list[str]] = ([], [])
    for video in history.videos:
        posted = posted_day(video.video, history.zone)
        now, before = (_flow(video, posted, one) for one in (window, window.previous))
        if now is not None and before is not None:
            found[video.video.id] = (video.video, now, before)
            for side, one in zip(sides, (window, window.previous), strict=True):
                if posted is not None and posted in one:
                    side.append(video.video.id)
    if len(found) < max(MIN_VIDEOS, ENOUGH_COVERAGE * len(history.videos)):
        return None
    return _Counted(
        BY_TOTALS,
        {name: now for name, (_, now, _) in found.items()},
        {name: before for name, (_, _, before) in found.items()},
        {name: video for name, (video, _, _) in found.items()},
        sides,
    )


def _flow(video: VideoHistory, posted: date | None, window: Window) -> _Numbers | None:
    """What the video won in the window; nothing before it was posted."""
    if posted is not None and posted > window.last:
        return 0.0, 0.0
    end = _numbers(video.at_day.get(window.last, {}))
    is_new = posted is not None and posted in window
    start = (0.0, 0.0) if is_new else _numbers(video.at_day.get(window.baseline, {}))
    if end is None or start is None:
        return None
    return end[0] - start[0], end[1] - start[1]


def _by_posts(history: AccountHistory, window: Window) -> _Counted | None:
    """From the present totals of the videos posted in either window."""
    sides: list[dict[str, _Numbers]] = []
    videos: dict[str, Video] = {}
    for one in (window, window.previous):
        known = {
            video.video.id: (video.video, numbers)
            for video in posted_in(history, one)
            if (numbers := _numbers(video.now)) is not None
        }
        if len(known) < MIN_VIDEOS:
            return None
        sides.append({name: numbers for name, (_, numbers) in known.items()})
        videos |= {name: video for name, (video, _) in known.items()}
    return _Counted(BY_POSTS, sides[0], sides[1], videos, (sides[0], sides[1]))


def _numbers(totals: Mapping[str, float]) -> _Numbers | None:
    """Engagements and views; None when one of them is not told."""
    parts = [totals.get(VIDEO_TOTAL_OF[name]) for name in (*ENGAGEMENT, "video_views")]
    known = [part for part in parts if part is not None]
    return (sum(known[:-1]), known[-1]) if len(known) == len(parts) else None


def _theme_of(themes: Themes) -> _Dimension:
    """The first theme that a caption mentions: a video counts once."""

    def label(video: Video) -> str:
        text = (video.caption or "").casefold()
        return next((name for name, words in themes if mentions(text, words)), OTHER)

    return label


def _format_of(video: Video) -> str:
    return video.format or OTHER


def _duration_of(video: Video) -> str:
    return f"videos {duration_band(video.duration)}" if video.duration else OTHER


def _along(counted: _Counted, dimension: _Dimension) -> Change | None:
    labels = {name: dimension(video) for name, video in counted.videos.items()}
    split = split_rate(_grouped(counted.now, labels), _grouped(counted.before, labels))
    if split is None or len(split.groups) < 2:
        return None
    lines = (_mix_line(split, counted, labels), _rate_line(split))
    return Change(SPLIT_KPI, counted.basis, lines, split)


def _grouped(
    numbers: Mapping[str, _Numbers], labels: Mapping[str, str]
) -> dict[str, _Numbers]:
    found: dict[str, _Numbers] = {}
    for name, (above, below) in numbers.items():
        before = found.get(labels[name], (0.0, 0.0))
        found[labels[name]] = (before[0] + above, before[1] + below)
    return found


def _leader(
    groups: Iterable[GroupChange], amount: Callable[[GroupChange], float], total: float
) -> GroupChange:
    """The group that did most of what happened."""
    return max(groups, key=lambda group: amount(group) * (1 if total >= 0 else -1))


def _mix_line(
    split: RateChange, counted: _Counted, labels: Mapping[str, str]
) -> ChangeLine:
    group = _leader(split.groups, lambda one: one.mix, split.mix)
    now, before = (
        sum(labels[name] == group.label for name in side) for side in counted.posted
    )
    is_less = group.share_now < group.share_before
    if now != before and (now < before) == is_less:
        text = f"{'fewer' if is_less else 'more'} {group.label} ({before} → {now})"
    else:
        shares = _arrow(group.share_before, group.share_now)
        text = f"{'less' if is_less else 'more'} of the views from {group.label} ({shares})"
    return ChangeLine("mix", format_points(split.mix), text)


def _rate_line(split: RateChange) -> ChangeLine:
    group = _leader(split.groups, lambda one: one.rate, split.rate)
    text = "no group's own rate changed"
    if group.rate_before is not None and group.rate_now is not None and group.rate:
        text = f"{group.label} {_arrow(group.rate_before, group.rate_now)}"
    return ChangeLine("rate", format_points(split.rate), text)


def _arrow(before: float, now: float) -> str:
    old = format_value(before, "percent").removesuffix(" %")
    return f"{old} → {format_value(now, 'percent')}"


def _days(kpi: KpiValue, history: AccountHistory, window: Window) -> Change | None:
    """The one to three days that made most of a sum's rise, or are missing now."""
    value = daily(Measured(history), SUMS[kpi.id])
    change = kpi.change
    if value is None or not change:
        return None
    side = window if change > 0 else window.previous
    known = [
        (one, day)
        for day in (*window, *window.previous)
        if (one := value(day)) is not None
    ]
    if not known:
        return None
    usual = median(one for one, _ in known)
    top = [(one - usual, day) for one, day in known if day in side]
    top.sort(key=lambda pair: (-pair[0], pair[1]))
    for count in range(1, _FEW_DAYS + 1):
        carried = sum(excess for excess, _ in top[:count])
        if carried >= _CARRIED * abs(change):
            return Change(kpi.id, "", (_days_line(kpi, top[:count], usual, window),))
    return None


def _days_line(
    kpi: KpiValue, top: Sequence[tuple[float, date]], usual: float, window: Window
) -> ChangeLine:
    carried = sum(excess for excess, _ in top)
    brought = format_kpi(kpi, carried + usual * len(top))
    days = [
        format_day(day, year_of=window.last) for day in sorted(day for _, day in top)
    ]
    listed = " and ".join(filter(None, (", ".join(days[:-1]), days[-1])))
    is_rise = (kpi.change or 0.0) > 0
    amount = f"{'+' if is_rise else '-'}{format_kpi(kpi, carried)}"
    return ChangeLine(
        "days", amount, f"{listed} {'brought' if is_rise else 'had brought'} {brought}"
    )
