"""What a report tells of an account and of everybody, as tables and words.

Every layout lays out the same; knows no formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from kpi_tui.cli.digest import Digest
from kpi_tui.cli.report_alerts import alert_since
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import (
    format_change,
    format_coverage,
    format_day,
    format_kpi,
    format_value,
)
from kpi_tui.kpi.goal_text import (
    forecast_words,
    format_goal,
    needed_words,
    status_words,
    wish_words,
)
from kpi_tui.kpi.goals import GOAL_DAYS
from kpi_tui.kpi.insights import Insight
from kpi_tui.kpi.readings import day_of
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot

TOP_VIDEOS = 10
TOP_CAMPAIGNS = 10
CAPTION_CHARS = 48
INSIGHTS = "What to improve"

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; numbers stand right."""

    title: str
    head: tuple[str, ...]
    sides: tuple[Side, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...] = ()
    """What each row is about, where a layout may link to it."""


def title_words(snapshot: Snapshot) -> str:
    """``@acme Acme Olive Oil``."""
    return f"@{snapshot.account.handle} {snapshot.account.name}".strip()


def until_words(snapshot: Snapshot) -> str:
    """``28 days to Tue 24 Mar 2026 (settling).``"""
    window = snapshot.window
    if window is None:
        return "No complete day of data yet."
    settling = " (settling)" if snapshot.is_settling else ""
    last = format_day(window.last, with_weekday=True)
    return f"{window.days} days to {last} {window.last.year}{settling}."


def proof_words(insight: Insight) -> str:
    """The numbers behind it and who told them, on one line."""
    parts = [f"{label} {value}" for label, value in insight.evidence]
    return "; ".join(filter(None, (*parts, insight.source)))


def alerts_table(alerts: Sequence[Alert], snapshot: Snapshot) -> Table:
    """These alerts, with times in the account's zone."""
    zone = ZoneInfo(snapshot.account.timezone)
    rows = [
        (alert.state, alert.text, alert_since(alert, zone), alert.note)
        for alert in alerts
    ]
    return Table(
        "Alerts",
        ("state", "", "since", "note"),
        ("left", "left", "left", "left"),
        tuple(rows),
    )


def kpis_table(snapshot: Snapshot) -> Table:
    """Every KPI that has a value, or a reason to have none."""
    rows = [
        (
            kpi.definition.name,
            format_kpi(kpi, kpi.value),
            format_change(kpi),
            _remark(kpi, snapshot),
        )
        for kpi in snapshot.kpis.values()
        if kpi.value is not None or kpi.reason != "not measured"
    ]
    return Table(
        "KPIs",
        ("KPI", "value", "change", ""),
        ("left", "right", "right", "left"),
        tuple(rows),
    )


def _remark(kpi: KpiValue, snapshot: Snapshot) -> str:
    if kpi.value is None:
        return kpi.reason or ""
    found = snapshot.benchmarks.get(kpi.id)
    others = short_words(found) if found else ""
    ends = f"to {format_day(kpi.ends)}" if kpi.ends else ""
    parts = (others, ends, format_coverage(kpi), kpi.note or "")
    return ", ".join(filter(None, parts))


def goals_table(snapshot: Snapshot) -> Table:
    """How each goal stands, and what it needs."""
    rows = [
        (
            goal.definition.name,
            format_goal(goal, goal.value),
            wish_words(goal),
            format_value(goal.attainment, "percent"),
            status_words(goal),
            needed_words(goal) or goal.reason or "",
            forecast_words(goal),
        )
        for goal in snapshot.goals.values()
    ]
    return Table(
        f"Goals ({GOAL_DAYS} days)",
        ("KPI", "value", "target", "attained", "status", "", "forecast"),
        ("left", "right", "left", "right", "left", "left", "left"),
        tuple(rows),
    )


def moved_table(snapshot: Snapshot) -> Table:
    """Why the KPIs moved that did; a basis is said where it is not every day."""
    rows = [
        (
            snapshot.definitions[change.kpi].name,
            line.word,
            line.amount,
            line.text + (f" ({change.basis})" if change.basis else ""),
        )
        for change in snapshot.changes.values()
        for line in change.lines
    ]
    return Table(
        "What moved",
        ("KPI", "", "change", "because"),
        ("left", "left", "right", "left"),
        tuple(rows),
    )


def videos_table(snapshot: Snapshot) -> Table:
    """The most watched ones."""
    by_views = sorted(snapshot.videos, key=lambda row: -(row.views or 0))
    return Table(
        f"Videos by views ({min(TOP_VIDEOS, len(by_views))} of {len(by_views)})",
        ("posted", "video", "views", "eng./views", "completion"),
        ("left", "left", "right", "right", "right"),
        tuple(_video(row) for row in by_views[:TOP_VIDEOS]),
        tuple(row.id for row in by_views[:TOP_VIDEOS]),
    )


def _video(row: VideoRow) -> tuple[str, ...]:
    posted = ""
    if row.posted_at is not None:
        posted = format_day(day_of(row.posted_at))
    caption = row.caption or row.id
    if len(caption) > CAPTION_CHARS:
        caption = caption[: CAPTION_CHARS - 1] + "…"
    return (
        posted,
        caption,
        format_value(row.views, "count"),
        format_value(row.engagement_rate_by_views, "percent"),
        format_value(row.completion_rate, "percent"),
    )


def campaigns_table(snapshot: Snapshot) -> Table:
    """What each ads campaign cost and brought."""
    spend = snapshot.kpis.get("spend")
    code = spend.currency if spend else ""
    rows = [
        (
            one.label,
            format_value(one.sums.get("spend"), "currency", currency=code),
            format_value(one.sums.get("ad_conversions"), "count"),
            format_value(one.cost_per_conversion, "currency", currency=code),
            format_value(one.click_through_rate, "percent"),
            format_value(one.roas, "ratio"),
        )
        for one in snapshot.campaigns[:TOP_CAMPAIGNS]
    ]
    return Table(
        "Campaigns",
        ("campaign", "spend", "conversions", "each", "click-through", "return"),
        ("left", "right", "right", "right", "right", "right"),
        tuple(rows),
    )


def leaderboard_table(digest: Digest) -> Table | None:
    """The ranks; None where there is nobody to compare with."""
    board = digest.leaderboard
    if board is None or len(board.rows) < 2:
        return None
    definition = DEFINITIONS.get(board.kpi)
    unit = definition.unit if definition else "percent"
    rows = [
        (
            "–" if row.rank is None else str(row.rank),
            "" if not row.rank_change else f"{row.rank_change:+d}",
            f"@{row.handle}" + (" (you)" if row.role == "own" else ""),
            row.reason or "" if row.value is None else format_value(row.value, unit),
            format_value(row.followers, "count") + (" ~" if row.is_rounded else ""),
            format_value(row.follower_growth_rate, "percent"),
        )
        for row in board.rows
    ]
    name = definition.name if definition else "Share of voice"
    return Table(
        f"Leaderboard by {name.lower()}",
        ("#", "±", "account", "value", "followers", "growth"),
        ("right", "right", "left", "right", "right", "right"),
        tuple(rows),
    )


def sources_table(digest: Digest) -> Table | None:
    """How each source is doing; None without any."""
    rows = [
        (
            health.name,
            health.state,
            format_day(health.data_until) if health.data_until else "",
            health.error or "",
        )
        for health in digest.sources
    ]
    if not rows:
        return None
    return Table(
        "Sources",
        ("source", "state", "data until", ""),
        ("left", "left", "left", "left"),
        tuple(rows),
    )
