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

from kpi_tui.app.facts import OVERVIEW, overview_kpis
from kpi_tui.app.keys import CommandId
from kpi_tui.app.messages import KpiOpened, NeedOpened
from kpi_tui.app.panel_facts import panel_facts
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.panes.overview_away import AwayLines
from kpi_tui.app.panes.overview_below import Below
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Lines, fit, wrap
from kpi_tui.app.widgets.panel import KpiPanel
from kpi_tui.monitor.snapshot import Snapshot

LABEL = "Now  "
WIDE = 100


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
        most = 2 if self.app.size.height < 16 else 3
        lines = whole_sentences(self._sentences, room, most, is_wide=width >= WIDE - 2)
        if len(lines) > most:
            # What was cut must not read like a whole sentence.
            mark = "..." if self._is_ascii else "…"
            lines[most - 1] = fit(f"{lines[most - 1]} {mark}", room).rstrip()
        return [
            ((label if number == 0 else " " * len(label), MUTED), (line, ""))
            for number, line in enumerate(lines[:most])
        ]


def whole_sentences(
    sentences: Sequence[str], room: int, most: int, *, is_wide: bool
) -> list[str]:
    """The first of them that fit whole into ``most`` lines; at worst one too long."""
    kept: list[str] = []
    for sentence in sentences:
        if len(_laid([*kept, sentence], room, is_wide=is_wide)) <= most:
            kept.append(sentence)
    return _laid(kept or list(sentences[:1]), room, is_wide=is_wide)


def _laid(sentences: Sequence[str], room: int, *, is_wide: bool) -> list[str]:
    """Narrow as one text; wide a sentence never breaks where a line of its own helps."""
    if not is_wide:
        return wrap(" ".join(sentences), room)
    lines: list[str] = []
    for sentence in sentences:
        if lines and len(lines[-1]) + 3 + len(sentence) <= room:
            lines[-1] += f"   {sentence}"
        else:
            lines += wrap(sentence, room)
    return lines


def arranged(count: int, size: Size, *, is_wall: bool = False) -> tuple[int, int]:
    """(columns, panels): without a hole in the last row where that can be had."""
    if is_wall:
        columns = max(1, min(3, size.width // 38))
        rows = max(1, min(2, (size.height - 8) // 8))
        return columns, columns * rows
    if size.width < 100 or size.height < 32:
        return 1, count
    most = 5 if size.width >= 150 else 4
    if size.width >= 180 and size.height < 56:
        most = 6
    rows = -(-count // most)
    return -(-count // max(1, rows)) or 1, count


class Panels(Grid):
    """The grid of panels; as in Lines, its own size is no reason to repaint."""

    virtual_size = Reactive(Size(0, 0), repaint=False)


class OverviewPane(Pane):
    """Twelve KPIs and the user's own, sentences above them and facts below them."""

    virtual_size = Reactive(Size(0, 0), repaint=False)

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset({"open", "why", "copy"})

    def compose(self) -> ComposeResult:
        """All panels exist from the start; those without a value are hidden."""
        yield AwayLines(is_ascii=self.is_ascii)
        yield NowLine(is_ascii=self.is_ascii)
        with Panels(id="panels"):
            for kpi in OVERVIEW:
                yield KpiPanel(kpi, is_ascii=self.is_ascii)
        yield Below(is_ascii=self.is_ascii)

    def on_mount(self) -> None:
        """Remember the parts: they are shown a Snapshot each few seconds."""
        self._panels = list(self.query(KpiPanel))
        self._shown: Snapshot | None = None
        self._arranged_for: Size | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Hand each part its facts; each repaints only if they differ."""
        before = self._shown
        is_same_view = before is not None and before.view == snapshot.view
        self._shown = snapshot
        self.query_one(AwayLines).show(snapshot.away)
        self.query_one(NowLine).show(snapshot.now)
        self._add_own(snapshot)
        facts = {panel: panel_facts(snapshot, panel.kpi) for panel in self._panels}
        known = [panel for panel, found in facts.items() if found is not None]
        self._arranged_for = self.app.size
        columns, most = arranged(len(known), self.app.size, is_wall=self._is_wall)
        for panel in self._panels:
            found = facts[panel] if panel in known[:most] else None
            panel.show(found, is_same_view=is_same_view)
        panels = self.query_one("#panels").styles
        if panels.grid_size_columns != columns:
            panels.grid_size_columns = columns
        self.query_one(Below).show(snapshot)

    @property
    def _is_wall(self) -> bool:
        return self.screen.has_class("-wall")

    def on_resize(self) -> None:
        """As many panels beside each other as there is room for now."""
        if self._shown is not None and self._arranged_for != self.app.size:
            self.show(self._shown)

    def _add_own(self, snapshot: Snapshot) -> None:
        """Which there are is the config's, and it may change while this runs."""
        known = {panel.kpi for panel in self._panels}
        new = [
            KpiPanel(kpi, is_ascii=self.is_ascii)
            for kpi in overview_kpis(snapshot)
            if kpi not in known
        ]
        if new:
            self._panels += new
            self.call_next(self.query_one(Panels).mount, *new)

    def first_focus(self) -> Widget | None:
        """The first KPI that has a value."""
        return next((panel for panel in self._panels if panel.display), None)

    def _focused_panel(self) -> KpiPanel | None:
        focused = self.app.focused
        return focused if isinstance(focused, KpiPanel) else None

    def key_pressed(self) -> None:
        """Whoever sits here has read what happened meanwhile."""
        self.query_one(AwayLines).dismiss()

    def move(self, step: int) -> None:
        """A row up or down, then what needs somebody; past the ends, scroll."""
        shown = [panel for panel in self._panels if panel.display]
        panel, below = self._focused_panel(), self.query_one(Below)
        if below.has_focus and below.move(step):
            return
        if below.has_focus and step > 0:
            # What moved may stand under it.
            self.scroll_relative(y=3, animate=False)
            return
        if panel is None:
            if shown:
                shown[-1 if below.has_focus else 0].focus()
            return
        columns = self.query_one("#panels").styles.grid_size_columns or 1
        place = shown.index(panel) + step * columns
        if 0 <= place < len(shown):
            shown[place].focus()
        elif step > 0 and below.can_focus:
            below.enter_at(step)
        else:
            # What is above the first row or below the last has no focus of its own.
            self.scroll_relative(y=3 * step, animate=False)

    def open_under_cursor(self) -> None:
        """The focused KPI in Trends; what needs somebody on its own tab."""
        panel, need = self._focused_panel(), self.query_one(Below).need
        if need is not None:
            self.post_message(NeedOpened(need.tab, need.key))
        elif panel is not None:
            self.post_message(KpiOpened(panel.kpi))

    def kpi_under_cursor(self) -> str | None:
        """The focused panel's KPI."""
        panel = self._focused_panel()
        return panel.kpi if panel else None

    def text_under_cursor(self) -> str | None:
        """The focused panel's number, or what needs somebody."""
        panel, need = self._focused_panel(), self.query_one(Below).need
        if need is not None:
            return "\n".join(filter(None, (need.text, need.hint)))
        return panel.text() if panel else None
