"""What one KPI's panel says: value, change, curve, goal and how far to trust it. Pure.

It knows no widget; what a word looks like is in :mod:`kpi_tui.app.states`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_tui.app.facts import since
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.format import (
    Tone,
    change_tone,
    format_change,
    format_coverage,
    format_day,
    format_kpi,
    format_value,
)
from kpi_tui.kpi.goal_text import format_goal, status_words, target_words
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import local_day
from kpi_tui.monitor.snapshot import Snapshot, SourceHealth, SourceState

if TYPE_CHECKING:
    from kpi_tui.kpi.goals import GoalStatus

TROUBLES: frozenset[SourceState] = frozenset({"stale", "failed", "unauthorised"})
"""States of a source in which its numbers may be older than they look."""
_OF_VIDEO: dict[str, Callable[[VideoRow], float | None]] = {
    "views_per_video": lambda row: row.views,
    "completion_rate": lambda row: row.completion_rate,
}
_LIVE = {"followers": "followers_today", "video_views": "views_today"}


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """All that one KPI's panel says, as text, so that equal means "do not repaint"."""

    kpi: str
    title: str
    value: str
    """``32.5``: the bright part."""
    unit: str
    """`` k``: the quiet part."""
    change: str
    tone: Tone
    trend: tuple[float | None, ...]
    curve: str
    """``by video``: what the curve is of, where that is not days; else empty."""
    before: str
    """The value of the days before; empty when unknown."""
    goal: str
    """``5,000``; empty without a goal."""
    attainment: float | None
    pace: float | None
    """Where the gauge should be today, as a share of the goal."""
    standing: str
    """How the goal stands: ``on pace``, ``behind, was on pace``; empty without one."""
    needs_you: bool
    """The goal will probably be missed."""
    benchmark: str
    """``industry 2.6 %``; empty where nothing can be compared."""
    state: str
    """``settling``, ``stale 3 h``, ``27 of 28 days``; empty: nothing to say."""
    is_wrong: bool
    """The state needs somebody."""
    trouble: SourceState | None
    """The state of its source, where that is what is wrong."""
    as_of: str
    live: str
    """``now 3,389  +37 today``; empty when not known to the minute."""


def panel_facts(snapshot: Snapshot, kpi: str) -> PanelFacts | None:
    """What to say about a KPI; None when it has no value."""
    found = snapshot.kpis.get(kpi)
    if found is None or found.value is None:
        return None
    value, space, unit = format_kpi(found, found.value).partition(" ")
    goal = snapshot.goals.get(kpi)
    trend = snapshot.trends.get(kpi)
    values = trend.values if trend else ()
    by_video = () if values else _by_video(snapshot, kpi)
    state, is_wrong = _state(snapshot, found)
    before = format_kpi(found, found.previous)
    return PanelFacts(
        kpi=kpi,
        title=found.definition.short,
        value=value,
        unit=f"{space}{unit}",
        change=format_change(found),
        tone=change_tone(found),
        trend=values or by_video,
        curve="by video" if by_video else "",
        before="" if found.previous is None else before,
        goal=_target(goal),
        attainment=goal.attainment if goal else None,
        pace=_pace(goal),
        standing=status_words(goal) if goal else "",
        needs_you=goal.needs_you if goal else False,
        benchmark=_benchmark(snapshot, kpi),
        state=state,
        is_wrong=is_wrong,
        trouble=_trouble(snapshot, found),
        as_of=format_day(found.as_of) if found.as_of else "",
        live=_live(snapshot, kpi),
    )


def _by_video(snapshot: Snapshot, kpi: str) -> tuple[float | None, ...]:
    """A bar a video of the window, for what no day has; oldest first."""
    value, window = _OF_VIDEO.get(kpi), snapshot.window
    if value is None or window is None:
        return ()
    zone = ZoneInfo(snapshot.account.timezone)
    return tuple(
        value(row)
        for row in reversed(snapshot.videos)
        if row.posted_at is not None and local_day(row.posted_at, zone) >= window.first
    )


def _benchmark(snapshot: Snapshot, kpi: str) -> str:
    found = snapshot.benchmarks.get(kpi)
    return short_words(found) if found else ""


def _target(goal: "GoalStatus | None") -> str:
    if goal is None:
        return ""
    if goal.target is None:
        return target_words(goal)
    # A target is a round number: "15 %", not "15.0 %".
    return format_goal(goal, goal.target).replace(".0 ", " ")


def _pace(goal: "GoalStatus | None") -> float | None:
    if goal is None or goal.pace is None or goal.target is None:
        return None
    parts = (goal.target, goal.pace) if goal.is_at_most else (goal.pace, goal.target)
    return parts[0] / parts[1] if parts[1] > 0 else None


def _source(snapshot: Snapshot, kpi: KpiValue) -> SourceHealth | None:
    return next((s for s in snapshot.sources if s.name == kpi.source), None)


def _trouble(snapshot: Snapshot, kpi: KpiValue) -> SourceState | None:
    source = _source(snapshot, kpi)
    return source.state if source is not None and source.state in TROUBLES else None


def _state(snapshot: Snapshot, kpi: KpiValue) -> tuple[str, bool]:
    """The worst thing to know about a number, and whether somebody must act."""
    source = _source(snapshot, kpi)
    if source is not None and source.state in TROUBLES:
        return f"{source.state}{since(source, snapshot.taken_at)}", True
    coverage = format_coverage(kpi)
    if coverage:
        return coverage, not kpi.is_covered
    return ("settling" if snapshot.settles(kpi) else ""), False


def _live(snapshot: Snapshot, kpi: str) -> str:
    if kpi not in _LIVE:
        return ""
    gained = snapshot.live.get(_LIVE[kpi])
    sign = "+" if gained is not None and gained > 0 else ""
    today = "" if gained is None else f"{sign}{format_value(gained, 'count')} today"
    now = snapshot.live.get("followers") if kpi == "followers" else None
    if now is None:
        return today
    return f"now {format_value(now, 'count')}{'  ' if today else ''}{today}"
