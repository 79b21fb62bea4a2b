"""A digest as plain text or Markdown, for people and their mail.

One list of sections feeds both; knows no formula.
"""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from kpi_tui.cli.digest import Digest
from kpi_tui.cli.report_alerts import alert_since, open_first
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import (
    format_change,
    format_coverage,
    format_day,
    format_value,
)
from kpi_tui.kpi.goal_text import (
    forecast_words,
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
CAPTION_CHARS = 48
INSIGHTS = "What to improve"
LINE_CHARS = 78

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


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences and tables."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    insights: tuple[tuple[str, str], ...] = ()
    """(what to improve, the numbers behind it)."""


def sections(digest: Digest) -> list[Section]:
    """What the report says, in order."""
    found = [_account(snapshot) for snapshot in digest.snapshots]
    both = (leaderboard_table(digest), sources_table(digest))
    tables = [table for table in both if table is not None]
    if tables:
        found.append(Section("Everyone", (), tuple(tables)))
    if not digest.snapshots:
        found.append(Section("Nothing yet", ("No account has data yet.",), ()))
    return found


def to_text(digest: Digest) -> str:
    """Aligned plain text."""
    lines: list[str] = []
    for section in sections(digest):
        lines += [section.title, "=" * len(section.title), *section.sentences, ""]
        if section.insights:
            lines += [INSIGHTS, *_indented(section.insights), ""]
        for table in section.tables:
            lines += [table.title, *_aligned(table), ""]
    return "\n".join(lines).rstrip() + "\n"


def to_markdown(digest: Digest) -> str:
    """GitHub-flavoured Markdown."""
    lines: list[str] = []
    for section in sections(digest):
        lines += [f"# {section.title}", ""]
        for sentence in section.sentences:
            lines += [_escaped(sentence), ""]
        if section.insights:
            lines += [f"## {INSIGHTS}", ""]
            for text, proof in section.insights:
                lines.append(f"- {_escaped(text)}")
                lines += [f"  ({_escaped(proof)})"] if proof else []
            lines.append("")
        for table in section.tables:
            lines += [f"## {table.title}", ""]
            lines.append(_markdown_row(table.head))
            marks = [":--" if side == "left" else "--:" for side in table.sides]
            lines.append(f"| {' | '.join(marks)} |")
            lines += [_markdown_row(row) for row in table.rows]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(text: str) -> str:
    """Outside text must not become Markdown: links, images, HTML, table bars."""
    for char in "\\`*_[]<>|#":
        text = text.replace(char, f"\\{char}")
    return text


def _aligned(table: Table) -> list[str]:
    rows = [table.head, *table.rows]
    widths = [max(_cells(row[i]) for row in rows) for i in range(len(table.head))]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - _cells(cell))
            if side == "left"
            else " " * (width - _cells(cell)) + cell
            for cell, width, side in zip(row, widths, table.sides, strict=True)
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def _cells(text: str) -> int:
    """Columns that the text takes; wide East Asian letters and emoji take two."""
    return sum(
        0
        if unicodedata.combining(char)
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )


def _account(snapshot: Snapshot) -> Section:
    name, until = title_words(snapshot), until_words(snapshot)
    if snapshot.window is None:
        return Section(name, (*snapshot.now, until), ())
    alerts = open_first(snapshot)
    tables = [_alerts(alerts, snapshot)] if alerts else []
    tables.append(_kpis(snapshot))
    if snapshot.goals:
        tables.append(_goals(snapshot))
    if snapshot.changes:
        tables.append(moved_table(snapshot))
    if snapshot.videos:
        tables.append(videos_table(snapshot))
    insights = tuple((one.text, proof_words(one)) for one in snapshot.insights)
    return Section(name, (until, *snapshot.now), tuple(tables), insights)


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


def _alerts(alerts: Sequence[Alert], snapshot: Snapshot) -> Table:
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


def proof_words(insight: Insight) -> str:
    """The numbers behind it and who told them, on one line."""
    parts = [f"{label} {value}" for label, value in insight.evidence]
    return "; ".join(filter(None, (*parts, insight.source)))


def _indented(insights: Sequence[tuple[str, str]]) -> list[str]:
    lines = []
    for text, proof in insights:
        lines += _wrapped(f"- {text}", "  ", "    ")
        lines += _wrapped(proof, "    ", "    ") if proof else []
    return lines


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, LINE_CHARS, initial_indent=first, subsequent_indent=rest)


def _kpis(snapshot: Snapshot) -> Table:
    rows = [
        (
            DEFINITIONS[kpi.id].name,
            format_value(kpi.value, kpi.unit),
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
    return ", ".join(filter(None, (others, format_coverage(kpi), kpi.note or "")))


def _goals(snapshot: Snapshot) -> Table:
    rows = [
        (
            DEFINITIONS[goal.kpi].name,
            format_value(goal.value, DEFINITIONS[goal.kpi].unit),
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
            DEFINITIONS[change.kpi].name,
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
