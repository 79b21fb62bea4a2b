"""Under the Overview's panels: what has no value, what moved, what needs somebody.

It words nothing; what needs somebody can be reached with the cursor and opened.
"""

from collections.abc import Sequence

from textual.events import Click
from textual.geometry import Region
from textual.widget import Widget

from kpi_tui.app.facts import (
    FEW_MOVES,
    Move,
    first_steps,
    is_empty,
    unmeasured,
    what_moved,
)
from kpi_tui.app.messages import NeedOpened
from kpi_tui.app.needs import Need, foremost, needs_of
from kpi_tui.app.states import MUTED, TONE_STYLES
from kpi_tui.app.widgets.lines import Line, Lines, fit, line_width, wrap
from kpi_tui.kpi.format import ASCII_TONE_GLYPHS, TONE_GLYPHS
from kpi_tui.monitor.snapshot import Snapshot

WIDE = 98
HIGH = 46
"""Rows from which there is room for a longer list."""
MOST_NEEDS = 4
MOVED = "What moved"
_NOT_A_NEED = -1
_LEAST_REASON = 12
"""Cells for a reason, under which it is not told."""


class Below(Lines):
    """Two columns where there is room; the needs are what it can focus."""

    def __init__(self, *, is_ascii: bool) -> None:
        """Empty until the first Snapshot."""
        super().__init__(id="below")
        self._is_ascii = is_ascii
        self._unmeasured: tuple[str, ...] = ()
        self._steps: tuple[tuple[str, str], ...] = ()
        """What to do while there is nothing else to say."""
        self._days = ""
        self._moves: tuple[Move, ...] = ()
        self._needs: tuple[Need, ...] = ()
        self._more = 0
        """Needs that are not listed."""
        self._cursor = 0
        self._need_of_line: list[int] = []
        """Per line of the needs' block the need that it tells of."""
        self._first_line = 0
        """Of the needs' block."""

    def show(self, snapshot: Snapshot) -> None:
        """Take what this Snapshot says."""
        days = snapshot.view.days
        self._unmeasured = unmeasured(snapshot)
        self._steps = tuple(first_steps(snapshot)) if is_empty(snapshot) else ()
        self._days = f"  {days} days against the {days} before"
        self._moves = tuple(what_moved(snapshot, self._most_moves()))
        needs = needs_of(snapshot, is_ascii=self._is_ascii)
        self._needs = tuple(foremost(needs, MOST_NEEDS))
        self._more = len(needs) - len(self._needs)
        self._cursor = max(0, min(self._cursor, len(self._needs) - 1))
        self.can_focus = bool(self._needs)
        self.redraw()

    def _most_moves(self) -> int:
        """As many as there is room for under three rows of panels."""
        height = self.app.size.height
        if height < HIGH:
            return FEW_MOVES + 2 if height >= 40 else FEW_MOVES
        return 2 * FEW_MOVES

    def _heading(self, width: int) -> Line:
        days = self._days if width >= len(MOVED + self._days) else ""
        return ((MOVED, "bold"), (days, MUTED))

    @property
    def need(self) -> Need | None:
        """What is under the cursor."""
        return self._needs[self._cursor] if self.has_focus and self._needs else None

    def enter_at(self, step: int) -> None:
        """Take the focus, coming from above (+1) or below (-1)."""
        self._cursor = 0 if step > 0 else max(0, len(self._needs) - 1)
        self.focus(scroll_visible=False)
        self._follow()

    def move(self, step: int) -> bool:
        """To the next need; whether there was one."""
        place = self._cursor + step
        if not 0 <= place < len(self._needs):
            return False
        self._cursor = place
        self.redraw()
        self._follow()
        return True

    def _follow(self) -> None:
        """Scroll so that the need under the cursor is seen whole."""
        scroller = self.parent
        if isinstance(scroller, Widget) and self._cursor in self._need_of_line:
            first = self._need_of_line.index(self._cursor)
            top = self.virtual_region.y + self._first_line + first
            height = self._need_of_line.count(self._cursor)
            scroller.scroll_to_region(
                Region(0, top, 1, height), animate=False, x_axis=False, force=True
            )

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor appears, or goes.

        Not on_focus and on_blur: they come before the widget knows.
        """
        super().watch_has_focus(has_focus)
        self.redraw()

    def on_click(self, event: Click) -> None:
        """The need under the mouse gets the cursor; a second click opens it."""
        line = event.y - self._first_line
        is_left = self.size.width >= WIDE and event.x < self.size.width // 2
        if is_left or not 0 <= line < len(self._need_of_line):
            return
        place = self._need_of_line[line]
        if place == _NOT_A_NEED:
            return
        self._cursor = place
        self.redraw()
        if event.chain == 2:
            need = self._needs[place]
            self.post_message(NeedOpened(need.tab, need.key))

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """Two columns where there is room, else one after the other."""
        lines = self._said_above(width)
        if width >= WIDE:
            half = width // 2
            left, right = self._moved(half - 3), self._needed(width - half)
            lines += [()] if lines and (left or right) else []
            self._first_line = len(lines)
            for number in range(max(len(left), len(right))):
                start = left[number] if number < len(left) else ()
                end = right[number] if number < len(right) else ()
                gap = (" " * (half - line_width(start)), "")
                lines.append((*start, gap, *end) if end else start)
            return lines
        for block in (self._needed(width), self._moved(width)):
            lines += [()] if block and lines else []
            if block and self._needs and block[0][0][0].startswith("Needs"):
                self._first_line = len(lines)
            lines += block
        return lines

    def _said_above(self, width: int) -> list[Line]:
        """What has no value and why; where nothing has one, what to do."""
        rows = [row for reason in self._unmeasured for row in wrap(reason, width)]
        lines: list[Line] = [((row, MUTED),) for row in rows]
        column = max((len(what) for what, _ in self._steps), default=0) + 3
        is_beside = width - column >= 30
        for what, words in self._steps:
            room = width - column if is_beside else width - 2
            first, *more = wrap(words, room) or [""]
            if is_beside:
                lines.append(((f"{what:<{column}}", "bold"), (first, MUTED)))
                lines += [((" " * column + row, MUTED),) for row in more]
            else:
                lines.append(((fit(what, width).rstrip(), "bold"),))
                lines += [((f"  {row}", MUTED),) for row in (first, *more)]
        return lines

    def _moved(self, width: int) -> list[Line]:
        if not self._moves:
            return []
        glyphs = ASCII_TONE_GLYPHS if self._is_ascii else TONE_GLYPHS
        arrow = "->" if self._is_ascii else "→"
        label = max(len(move.title) for move in self._moves)
        told = self._told_in_full(width - label - 2 - len(f" {arrow}   "))
        from_width = max((len(move.before) for move in told), default=0)
        to_width = max((len(move.after) for move in told), default=0)
        lines: list[Line] = [self._heading(width)]
        for move in self._moves:
            line: Line = ((f"{move.title:<{label}}  ", ""),)
            if move not in told:
                line = (*line, (" " * (from_width + to_width + 5 if told else 0), ""))
            else:
                before = f"{move.before:>{from_width}} {arrow} "
                line = (*line, (before, MUTED), (f"{move.after:>{to_width}}  ", ""))
            change = (f"{glyphs[move.tone]} {move.change}", TONE_STYLES[move.tone])
            lines.append((*line, change))
            lines += self._reasons(move, width)
        return lines

    def _told_in_full(self, room: int) -> list[Move]:
        """The moves whose values and change fit; the longest lose their values."""
        told = list(self._moves)
        while told:
            before = max(len(move.before) for move in told)
            after = max(len(move.after) for move in told)
            change = max(len(move.change) for move in told)
            if before + after + 2 + change <= room:
                break
            told.remove(max(told, key=lambda move: len(move.before) + len(move.after)))
        return told

    def _reasons(self, move: Move, width: int) -> list[Line]:
        """Why it moved, under it; the largest panes only, and never cut."""
        amount = max((len(reason[1]) for reason in move.reasons), default=0)
        room = width - 4 - 4 - 2 - amount - 2
        lines: list[Line] = []
        for word, size, text in move.reasons if room >= _LEAST_REASON else ():
            shown = text.replace("→", "->") if self._is_ascii else text
            first, *more = wrap(shown, room) or [""]
            lines.append(((f"    {word:<4}  {size:>{amount}}  {first}", MUTED),))
            lines += [((" " * (width - room) + row, MUTED),) for row in more]
        return lines

    def _needed(self, width: int) -> list[Line]:
        """The needs, those under the cursor on its colour."""
        self._need_of_line = []
        if not self._needs:
            return []
        more = f"  and {self._more} more" if self._more else ""
        lines: list[Line] = [(("Needs you", "bold"), (more, MUTED))]
        self._need_of_line.append(_NOT_A_NEED)
        for place, need in enumerate(self._needs):
            first, *more_rows = wrap(need.text, max(10, width - 2)) or [""]
            told: list[Line] = [((f"{need.glyph} ", need.style), (first, ""))]
            told += [((f"  {row}", ""),) for row in more_rows]
            # Narrow, only what is wrong: what to do is told where Enter leads.
            if need.hint and width >= WIDE // 2:
                told += [((f"  {row}", MUTED),) for row in wrap(need.hint, width - 2)]
            if self.has_focus and place == self._cursor:
                told = [self._marked(line, width) for line in told]
            lines += told
            self._need_of_line += [place] * len(told)
        return lines

    def _marked(self, line: Line, width: int) -> Line:
        back = "$block-cursor-background"
        # Of 16 colours few can be read on the cursor's own.
        plain = "$block-cursor-foreground" if self.app.current_theme.ansi else ""
        rest = " " * max(0, width - line_width(line))
        return tuple(
            (text, f"{plain or style} on {back}".strip())
            for text, style in (*line, (rest, ""))
        )
