"""A digest as plain text or Markdown, for people and their mail.

One list of sections feeds both; knows no formula.
"""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_tui.cli.digest import Digest
from kpi_tui.cli.report_alerts import open_first
from kpi_tui.cli.report_tables import (
    INSIGHTS,
    Table,
    alerts_table,
    campaigns_table,
    goals_table,
    kpis_table,
    leaderboard_table,
    moved_table,
    proof_words,
    sources_table,
    title_words,
    until_words,
    videos_table,
)
from kpi_tui.monitor.snapshot import Snapshot

LINE_CHARS = 78


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
        lines += [f"# {_escaped(section.title)}", ""]
        for sentence in section.sentences:
            lines += [_escaped(sentence), ""]
        if section.insights:
            lines += [f"## {INSIGHTS}", ""]
            for text, proof in section.insights:
                lines.append(f"- {_escaped(text)}")
                lines += [f"  ({_escaped(proof)})"] if proof else []
            lines.append("")
        for table in section.tables:
            lines += [f"## {_escaped(table.title)}", ""]
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
    tables = [alerts_table(alerts, snapshot)] if alerts else []
    tables.append(kpis_table(snapshot))
    if snapshot.goals:
        tables.append(goals_table(snapshot))
    if snapshot.changes:
        tables.append(moved_table(snapshot))
    if snapshot.videos:
        tables.append(videos_table(snapshot))
    if snapshot.campaigns:
        tables.append(campaigns_table(snapshot))
    insights = tuple((one.text, proof_words(one)) for one in snapshot.insights)
    return Section(name, (until, *snapshot.now), tuple(tables), insights)


def _indented(insights: Sequence[tuple[str, str]]) -> list[str]:
    lines = []
    for text, proof in insights:
        lines += _wrapped(f"- {text}", "  ", "    ")
        lines += _wrapped(proof, "    ", "    ") if proof else []
    return lines


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, LINE_CHARS, initial_indent=first, subsequent_indent=rest)
