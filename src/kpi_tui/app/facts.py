"""From a Snapshot to the words that the header and the Overview say. Pure.

It knows no widget; what a word looks like is in :mod:`kpi_tui.app.states`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kpi_tui.app.widgets.header import HeaderState
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.changes import SPLIT_KPI
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import (
    Tone,
    change_tone,
    format_age,
    format_change,
    format_coverage,
    format_day,
    format_value,
)
from kpi_tui.kpi.goal_text import status_words, target_words, unit_of
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import GoalStatus, Snapshot, SourceHealth

OVERVIEW = (
    "followers",
    "follower_growth_rate",
    "engagement_rate",
    "video_views",
    "engagement_rate_by_views",
    "completion_rate",
    "profile_views",
    "views_per_video",
    "new_viewer_share",
    "conversion_rate",
    "bounce_rate",
    "posting_frequency",
)
"""The KPIs at a glance, in reading order."""
FEW_MOVES = 6
"""A list of changes on a screen that is not high."""
_LIVE = {"followers": "followers_today", "video_views": "views_today"}


def header_state(snapshot: Snapshot, now: float) -> HeaderState:
    """What to say at ``now`` (UTC epoch seconds)."""
    window = snapshot.window
    zone = ZoneInfo(snapshot.account.timezone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone)
    last = window.last if window else None
    return HeaderState(
        is_demo=snapshot.is_demo,
        handle=snapshot.account.handle,
        name=snapshot.account.name,
        days=snapshot.view.days,
        last=format_day(last, with_weekday=True, year_of=today.date()) if last else "",
        last_short=format_day(last, year_of=today.date()) if last else "",
        is_past=snapshot.view.as_of is not None,
        is_settling=snapshot.is_settling,
        sources=len(snapshot.sources),
        sources_ok=sum(source.state == "ok" for source in snapshot.sources),
        next_poll=_next_poll(snapshot, now),
        clock=today.strftime("%H:%M"),
    )


def _next_poll(snapshot: Snapshot, now: float) -> str:
    if snapshot.is_paused:
        return "paused"
    if snapshot.next_poll_at is None:
        return ""
    # By the clock's minutes, so that both change at once: one repaint a minute.
    minutes = int(snapshot.next_poll_at.timestamp() // 60 - now // 60)
    if minutes < 1:
        return "in < 1 min"
    return f"in {minutes} min" if minutes < 120 else f"in {minutes // 60} h"


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
    as_of: str
    live: str
    """``now 3,389  +37 today``; empty when not known to the minute."""


def panel_facts(snapshot: Snapshot, kpi: str) -> PanelFacts | None:
    """What to say about a KPI; None when it has no value."""
    found = snapshot.kpis.get(kpi)
    if found is None or found.value is None:
        return None
    value, space, unit = format_value(found.value, found.unit).partition(" ")
    goal = snapshot.goals.get(kpi)
    trend = snapshot.trends.get(kpi)
    state, is_wrong = _state(snapshot, found)
    before = format_value(found.previous, found.unit)
    return PanelFacts(
        kpi=kpi,
        title=DEFINITIONS[kpi].short,
        value=value,
        unit=f"{space}{unit}",
        change=format_change(found),
        tone=change_tone(found),
        trend=trend.values if trend else (),
        before="" if found.previous is None else before,
        goal=_target(goal),
        attainment=goal.attainment if goal else None,
        pace=_pace(goal),
        standing=status_words(goal) if goal else "",
        needs_you=goal.needs_you if goal else False,
        benchmark=_benchmark(snapshot, kpi),
        state=state,
        is_wrong=is_wrong,
        as_of=format_day(found.as_of) if found.as_of else "",
        live=_live(snapshot, kpi),
    )


def _benchmark(snapshot: Snapshot, kpi: str) -> str:
    found = snapshot.benchmarks.get(kpi)
    return short_words(found) if found else ""


def _target(goal: GoalStatus | None) -> str:
    if goal is None:
        return ""
    if goal.target is None:
        return target_words(goal)
    # A target is a round number: "15 %", not "15.0 %".
    return format_value(goal.target, unit_of(goal)).replace(".0 ", " ")


def _pace(goal: GoalStatus | None) -> float | None:
    if goal is None or goal.pace is None or goal.target is None:
        return None
    parts = (goal.target, goal.pace) if goal.is_at_most else (goal.pace, goal.target)
    return parts[0] / parts[1] if parts[1] > 0 else None


def _state(snapshot: Snapshot, kpi: KpiValue) -> tuple[str, bool]:
    """The worst thing to know about a number, and whether somebody must act."""
    source = next((s for s in snapshot.sources if s.name == kpi.source), None)
    if source is not None and source.state in {"stale", "failed", "unauthorised"}:
        return f"{source.state}{_since(source, snapshot.taken_at)}", True
    coverage = format_coverage(kpi)
    if coverage:
        return coverage, not kpi.is_covered
    return ("settling" if snapshot.settles(kpi) else ""), False


def _since(source: SourceHealth, now: datetime) -> str:
    if source.good_at is None:
        return ""
    age = format_age((now - source.good_at).total_seconds())
    return f" {age.removesuffix(' ago')}" if age != "just now" else ""


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


def unmeasured(snapshot: Snapshot) -> str:
    """One sentence on the Overview's KPIs without a value, grouped by reason."""
    by_reason: dict[str, list[str]] = {}
    for kpi in OVERVIEW:
        found = snapshot.kpis.get(kpi)
        if found is None or found.value is None:
            reason = (found.reason if found else None) or "not measured"
            by_reason.setdefault(reason, []).append(DEFINITIONS[kpi].short)
    if sum(map(len, by_reason.values())) == len(OVERVIEW):
        return (
            "No KPI has a value yet. The Sources tab says how each source is doing; "
            "TikTok Studio downloads come with kpi-tui import FILE --account HANDLE."
        )
    return "   ".join(
        f"{reason[:1].upper()}{reason[1:]}: {', '.join(names)}"
        for reason, names in by_reason.items()
    )


@dataclass(frozen=True, slots=True)
class Move:
    """One KPI that changed."""

    title: str
    before: str
    after: str
    change: str
    tone: Tone
    reasons: tuple[tuple[str, str, str], ...] = ()
    """(``mix``, ``-4.1 pt``, ``fewer Recipes (6 → 1)``)."""


def what_moved(snapshot: Snapshot, limit: int = FEW_MOVES) -> list[Move]:
    """The KPIs that changed most against their previous value, largest first.

    Only covered ones: a window that lacks days has not moved, it is short.
    """
    found = [
        (abs(kpi.change) / abs(kpi.previous), kpi)
        for kpi in snapshot.kpis.values()
        if kpi.change and kpi.previous and kpi.is_covered and kpi.id in DEFINITIONS
        # What rounds to nothing has not moved for anybody who looks.
        if format_change(kpi).startswith(("+", "-"))
    ]
    found.sort(key=lambda pair: -pair[0])
    shown = [kpi for _, kpi in found[:limit]]
    # A rate that can be told apart into mix and rates says more than a sixth change.
    split = [kpi for _, kpi in found[limit:] if kpi.id == SPLIT_KPI]
    if split and SPLIT_KPI in snapshot.changes:
        shown[-1:] = split
    return [
        Move(
            DEFINITIONS[kpi.id].short,
            format_value(kpi.previous, kpi.unit),
            format_value(kpi.value, kpi.unit),
            format_change(kpi),
            change_tone(kpi),
            _reasons(snapshot, kpi.id, is_long=limit > FEW_MOVES),
        )
        for kpi in shown
    ]


def _reasons(
    snapshot: Snapshot, kpi: str, *, is_long: bool
) -> tuple[tuple[str, str, str], ...]:
    """Mix and rates; the days that carried a sum only where the list is long."""
    change = snapshot.changes.get(kpi)
    if change is None or (kpi != SPLIT_KPI and not is_long):
        return ()
    return tuple((line.word, line.amount, line.text) for line in change.lines)


def alert_text(alert: Alert, snapshot: Snapshot) -> str:
    """What is wrong; of another account than the one that is shown, with its name.

    A source says itself whose it is.
    """
    if alert.kpi is None or alert.account in {"", snapshot.account.handle}:
        return alert.text
    return f"@{alert.account}: {alert.text}"


def waiting(snapshot: Snapshot) -> dict[str, int]:
    """Tab id to how much waits there for an answer: open alerts."""
    return {"goals": sum(alert.state == "raised" for alert in snapshot.alerts)}


def needs_you(snapshot: Snapshot) -> list[tuple[SourceHealth, str, str]]:
    """(source, what is wrong, what to do) for sources that do not give fresh data."""
    wrong: Sequence[SourceHealth] = [
        source
        for source in snapshot.sources
        if source.state not in {"ok", "waiting", "paused"}
    ]
    return [
        (
            source,
            f"{source.name} {source.state}{_since(source, snapshot.taken_at)}"
            + (f": {source.error}" if source.error else ""),
            source.hint or "",
        )
        for source in wrong
    ]
