"""The Overview: how are we, what moved, what needs somebody. One glance, then two.

It computes no KPI; every word is made in :mod:`kpi_tui.app.facts`.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Grid
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget

from kpi_tui.app.facts import (
    OVERVIEW,
    Move,
    needs_you,
    panel_facts,
    unmeasured,
    what_moved,
)
from kpi_tui.app.keys import CommandId
from kpi_tui.app.messages import KpiOpened
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.states import MUTED, TONE_STYLES, state_glyph, state_style
from kpi_tui.app.widgets.lines import Line, Lines, fit, line_width, wrap
from kpi_tui.app.widgets.panel import KpiPanel
from kpi_tui.kpi.format import ASCII_TONE_GLYPHS, TONE_GLYPHS
from kpi_tui.monitor.snapshot import Snapshot, SourceState

LABEL = "Now  "
WIDE = 100
HIGH = 46
"""Rows from which there is room for a longer list."""


class NowLine(Lines):
    """At most three sentences; as many to a line as fit."""

    def __init__(self, *, is_ascii: bool) -> None:
        """Empty until the first Snapshot."""
        super().__init__(id="now")
        self._is_ascii = is_ascii
        self._sentences: tuple[str, ...] = ()

    def show(self, sentences: Sequence[str]) -> None:
        """Say these instead, if they differ."""
        if tuple(sentences[:3]) != self._sentences:
            self._sentences = tuple(sentences[:3])
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """The label once, the sentences beside it."""
        if not self._sentences:
            return ()
        label = LABEL if width >= 60 else ""
        room = max(1, width - len(label))
        lines: list[str] = []
        if width < WIDE - 2:
            lines = wrap(" ".join(self._sentences), room)
        else:
            for sentence in self._sentences:
                if lines and len(lines[-1]) + 3 + len(sentence) <= room:
                    lines[-1] += f"   {sentence}"
                else:
                    lines += wrap(sentence, room)
        most = 1 if self.app.size.height < 16 else 3
        if len(lines) > most:
            # What was cut must not read like a whole sentence.
            mark = "..." if self._is_ascii else "…"
            lines[most - 1] = fit(f"{lines[most - 1]} {mark}", room).rstrip()
        return [
            ((label if number == 0 else " " * len(label), MUTED), (line, ""))
            for number, line in enumerate(lines[:most])
        ]


class Below(Lines):
    """Under the panels: what has no value, what moved, what needs somebody."""

    def __init__(self, *, is_ascii: bool) -> None:
        """Empty until the first Snapshot."""
        super().__init__(id="below")
        self._is_ascii = is_ascii
        self._unmeasured = ""
        self._title = ""
        self._moves: tuple[Move, ...] = ()
        self._needs: tuple[tuple[SourceState, str, str], ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        """Take what this Snapshot says."""
        days = snapshot.view.days
        self._unmeasured = unmeasured(snapshot)
        self._title = f"What moved ({days} days against the {days} before)"
        self._moves = tuple(
            what_moved(snapshot, 6 if self.app.size.height < HIGH else 12)
        )
        self._needs = tuple(
            (source.state, what, hint) for source, what, hint in needs_you(snapshot)
        )
        self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """Two columns where there is room, else one after the other."""
        lines: list[Line] = [((line, MUTED),) for line in wrap(self._unmeasured, width)]
        if width >= WIDE - 2:
            half = width // 2
            left, right = self._moved(half - 3), self._needed(width - half)
            for number in range(max(len(left), len(right))):
                start = left[number] if number < len(left) else ()
                end = right[number] if number < len(right) else ()
                gap = (" " * (half - line_width(start)), "")
                lines += [()] if number == 0 and lines else []
                lines.append((*start, gap, *end) if end else start)
            return lines
        for block in (self._needed(width), self._moved(width)):
            lines += [(), *block] if block and lines else block
        return lines

    def _moved(self, width: int) -> list[Line]:
        if not self._moves:
            return []
        glyphs = ASCII_TONE_GLYPHS if self._is_ascii else TONE_GLYPHS
        arrow = "->" if self._is_ascii else "→"
        from_width = max(len(move.before) for move in self._moves)
        to_width = max(len(move.after) for move in self._moves)
        label = max(len(move.title) for move in self._moves)
        lines: list[Line] = [((fit(self._title, width).rstrip(), MUTED),)]
        for move in self._moves:
            line: Line = (
                (f"{move.title:<{label}}  ", ""),
                (f"{move.before:>{from_width}} {arrow} ", MUTED),
                (f"{move.after:>{to_width}}  ", ""),
                (
                    f"{glyphs[move.tone]} {move.change}",
                    TONE_STYLES[move.tone],
                ),
            )
            if line_width(line) > width:
                line = (line[0], line[3])
            lines.append(line)
            lines += self._reasons(move, width)
        return lines

    def _reasons(self, move: Move, width: int) -> list[Line]:
        """Why it moved, under it; the largest panes only, and never cut in a word."""
        amount = max((len(reason[1]) for reason in move.reasons), default=0)
        lines: list[Line] = []
        for word, size, text in move.reasons:
            shown = text.replace("→", "->") if self._is_ascii else text
            room = width - 4 - 4 - 2 - amount - 2
            if room >= 12:
                what = fit(shown, room, is_ascii=self._is_ascii).rstrip()
                words = f"    {word:<4}  {size:>{amount}}  {what}"
                lines.append(((words, MUTED),))
        return lines

    def _needed(self, width: int) -> list[Line]:
        if not self._needs:
            return []
        lines: list[Line] = [(("Needs you", MUTED),)]
        for state, what, hint in self._needs[:4]:
            glyph = state_glyph(state, is_ascii=self._is_ascii)
            shown = fit(what, width - 2, is_ascii=self._is_ascii).rstrip()
            lines.append(((f"{glyph} ", state_style(state)), (shown, "")))
            if hint:
                shown = fit(hint, width - 2, is_ascii=self._is_ascii).rstrip()
                lines.append(((f"  {shown}", MUTED),))
        return lines


class Panels(Grid):
    """The grid of panels; as in Lines, its own size is no reason to repaint."""

    virtual_size = Reactive(Size(0, 0), repaint=False)


class OverviewPane(Pane):
    """Twelve KPIs, the sentences above them and the facts below them."""

    virtual_size = Reactive(Size(0, 0), repaint=False)

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset({"open", "why", "copy"})

    def compose(self) -> ComposeResult:
        """All panels exist from the start; those without a value are hidden."""
        yield NowLine(is_ascii=self.is_ascii)
        with Panels(id="panels"):
            for kpi in OVERVIEW:
                yield KpiPanel(kpi, is_ascii=self.is_ascii)
        yield Below(is_ascii=self.is_ascii)

    def on_mount(self) -> None:
        """Remember the parts: they are shown a Snapshot each few seconds."""
        self._panels = list(self.query(KpiPanel))
        self._shown: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Hand each part its facts; each repaints only if they differ."""
        before = self._shown
        is_same_view = before is not None and before.view == snapshot.view
        self._shown = snapshot
        self.query_one(NowLine).show(snapshot.now)
        for panel in self._panels:
            panel.show(panel_facts(snapshot, panel.kpi), is_same_view=is_same_view)
        self.query_one(Below).show(snapshot)

    def first_focus(self) -> Widget | None:
        """The first KPI that has a value."""
        return next((panel for panel in self._panels if panel.display), None)

    def _focused_panel(self) -> KpiPanel | None:
        focused = self.app.focused
        return focused if isinstance(focused, KpiPanel) else None

    def move(self, step: int) -> None:
        """A row up or down; past the ends, scroll."""
        shown = [panel for panel in self._panels if panel.display]
        panel = self._focused_panel()
        if panel is None:
            if shown:
                shown[0].focus()
            return
        columns = self.query_one("#panels").styles.grid_size_columns or 1
        place = shown.index(panel) + step * columns
        if 0 <= place < len(shown):
            shown[place].focus()
        else:
            # What is above the first row or below the last has no focus of its own.
            self.scroll_relative(y=3 * step, animate=False)

    def open_under_cursor(self) -> None:
        """The focused KPI in Trends."""
        panel = self._focused_panel()
        if panel is not None:
            self.post_message(KpiOpened(panel.kpi))

    def kpi_under_cursor(self) -> str | None:
        """The focused panel's KPI."""
        panel = self._focused_panel()
        return panel.kpi if panel else None

    def text_under_cursor(self) -> str | None:
        """The focused panel's number."""
        panel = self._focused_panel()
        return panel.text() if panel else None
