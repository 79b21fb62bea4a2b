"""One KPI: a bordered panel where there is room, a line where there is not."""

from collections.abc import Sequence

from textual.events import Click

from kpi_tui.app.messages import KpiOpened
from kpi_tui.app.panel_facts import PanelFacts
from kpi_tui.app.states import MUTED, TONE_STYLES, state_glyph, state_style
from kpi_tui.app.widgets.area import area
from kpi_tui.app.widgets.digits import big
from kpi_tui.app.widgets.lines import (
    Line,
    Lines,
    Piece,
    fit,
    line_width,
    plain,
    spread,
)
from kpi_tui.kpi.format import ASCII_TONE_GLYPHS, TONE_GLYPHS, sparkline

SPARK = "$spark"
RULE = "$rule"
WRONG = "$warning"
NO_BEFORE = "nothing before to compare"


class KpiPanel(Lines, can_focus=True):
    """Repaints only what changed; a changed value is bold until the next Snapshot."""

    def __init__(self, kpi: str, *, is_ascii: bool) -> None:
        """Hidden until it has something to say."""
        super().__init__(id=f"kpi-{kpi}")
        self.kpi = kpi
        self.facts: PanelFacts | None = None
        self._is_new = False
        self._is_ascii = is_ascii
        self.display = False

    def show(self, facts: PanelFacts | None, *, is_same_view: bool) -> None:
        """Say this instead. Numbers of another account or range are not "changed"."""
        before = self.facts
        is_new = (
            is_same_view
            and facts is not None
            and before is not None
            and (facts.value, facts.unit) != (before.value, before.unit)
        )
        if facts == before and is_new == self._is_new:
            return
        self.facts = facts
        self._is_new = is_new
        if self.display != (facts is not None):
            self.display = facts is not None
        self.redraw()

    def watch_has_focus(self, has_focus: bool) -> None:
        """The border takes the accent, or is light again.

        Not on_focus and on_blur: they come before the widget knows.
        """
        super().watch_has_focus(has_focus)
        self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """A border around value, curve, goal and foot; or all in one line.

        The border is drawn here: Textual's own is twice as many runs of colour.
        """
        if self.facts is None:
            return ()
        if height <= 1:
            return (self._row(self.facts, width),)
        facts = self.facts
        room = width - 4
        value = self._big_value(facts, room) if self._is_big(height) else ()
        value = value or (spread(self._value(facts), self._change(facts), room),)
        rows = height - 4 - len(value)
        inside = (
            *value,
            *self._area(facts, room, rows),
            self._goal(facts, room),
            self._foot(facts, room),
        )
        lines, (across, down) = self._corners(), ("-|" if self._is_ascii else "─│")
        # On a wall nobody moves a cursor.
        is_chosen = self.has_focus and not self.screen.has_class("-wall")
        edge = "$border" if is_chosen else "$border-blurred"
        title = fit(facts.title, min(room, len(facts.title)), is_ascii=self._is_ascii)
        rest = across * (width - len(title) - 5)
        return (
            (
                (f"{lines[0]}{across} ", edge),
                (title, "$border" if is_chosen else MUTED),
                (f" {rest}{lines[1]}", edge),
            ),
            *(
                (
                    (f"{down} ", edge),
                    *line,
                    (" " * (room - line_width(line)), ""),
                    (f" {down}", edge),
                )
                for line in inside
            ),
            ((f"{lines[2]}{across * (width - 2)}{lines[3]}", edge),),
        )

    def _corners(self) -> str:
        return "++++" if self._is_ascii else "╭╮╰╯"

    def text(self) -> str:
        """The number as plain text, for the clipboard."""
        if self.facts is None:
            return ""
        change = f" ({self.facts.change})" if self.facts.change else ""
        return f"{self.facts.title}: {self.facts.value}{self.facts.unit}{change}"

    def _value(self, facts: PanelFacts) -> Line:
        return (
            (facts.value, "bold" if self._is_new else ""),
            (facts.unit, MUTED),
        )

    def _is_big(self, height: int) -> bool:
        return height >= 8 and self.screen.has_class("-wall")

    def _big_value(self, facts: PanelFacts, width: int) -> tuple[Line, ...]:
        """The value three rows high, the change beside its foot; nothing if too wide."""
        value = f"{facts.value}{facts.unit}"
        *rows, last = big(value, is_ascii=self._is_ascii)
        change = self._change(facts)
        if line_width(last) + 1 + line_width(change) > width:
            return ()
        return (*rows, spread(last, change, width))

    def _change(self, facts: PanelFacts) -> Line:
        if not facts.change:
            return ()
        glyphs = ASCII_TONE_GLYPHS if self._is_ascii else TONE_GLYPHS
        return ((f"{glyphs[facts.tone]} {facts.change}", TONE_STYLES[facts.tone]),)

    def _spark(self, facts: PanelFacts, width: int) -> str:
        # Over the whole width, as the curves of several rows are.
        return fit(sparkline(facts.trend, width, is_ascii=self._is_ascii), width)

    def _area(self, facts: PanelFacts, width: int, rows: int) -> list[Line]:
        if not any(value is not None for value in facts.trend):
            words = fit("not known day by day", width, is_ascii=self._is_ascii)
            return [((words, MUTED),), *[()] * (rows - 1)]
        if rows <= 1:
            return [((self._spark(facts, width), SPARK),)]
        drawn = area(facts.trend, width, rows, is_ascii=self._is_ascii)
        return [((row, SPARK),) for row in drawn]

    def _goal(self, facts: PanelFacts, width: int) -> Line:
        if not facts.goal:
            others: Line = ((facts.benchmark, MUTED),)
            for word in ("before", "was"):
                words = f"{word} {facts.before}" if facts.before else ""
                before: Line = ((words or NO_BEFORE, MUTED),)
                if line_width(before) + 2 + line_width(others) <= width:
                    return spread(before, others, width)
            # A panel that is not compared says so: a blank line is a question.
            return ((f"before {facts.before}" if facts.before else NO_BEFORE, MUTED),)
        share = self._share(facts)
        label = f"goal {facts.goal} "
        room = width - len(label) - len(share) - 1
        return (
            (label, MUTED),
            *self._gauge(facts, max(3, room)),
            (f" {share}", ""),
        )

    @staticmethod
    def _share(facts: PanelFacts) -> str:
        if facts.attainment is None:
            return "no value"
        if facts.attainment >= 1:
            return "reached"
        # 99.6 % is not yet there: never round up to 100.
        return f"{min(99, int(facts.attainment * 100)):>2} %"

    def _gauge(self, facts: PanelFacts, width: int) -> tuple[Piece, Piece]:
        """What is attained, and a mark where the pace is while that is ahead."""
        full, empty, mark = "=-|" if self._is_ascii else "━─┼"
        filled = min(width, max(0, int((facts.attainment or 0.0) * width)))
        rest = empty * (width - filled)
        place = int((facts.pace or 0.0) * width) - filled
        if 0 <= place < len(rest):
            rest = rest[:place] + mark + rest[place + 1 :]
        return ((full * filled, SPARK), (rest, RULE))

    def _foot(self, facts: PanelFacts, width: int) -> Line:
        state = self._standing(facts, width - len(facts.as_of) - 2)
        day: Line = ((facts.as_of, MUTED),)
        curve = f"{facts.curve} · " if facts.curve else ""
        if line_width(state) + len(curve) + line_width(day) < width:
            day = ((curve, MUTED), *day)
        others = f"{facts.benchmark} · " if facts.goal and facts.benchmark else ""
        if line_width(state) + len(others) + line_width(day) < width:
            day = ((others, MUTED), *day)
        if facts.live and not facts.is_wrong and not facts.needs_you:
            # Where both do not fit, what came today says more than the count.
            for words in (facts.live, facts.live.rpartition("  ")[2]):
                live: Line = ((words, ""),)
                if line_width(live) + line_width(day) < width:
                    return spread(live, day, width)
        return spread(state, day, width)

    def _standing(self, facts: PanelFacts, room: int) -> Line:
        """A source's trouble, else how the goal stands; "settling" where it fits."""
        if facts.is_wrong or not facts.standing:
            if facts.trouble is not None:
                glyph = state_glyph(facts.trouble, is_ascii=self._is_ascii)
                words = f"{glyph} {facts.state}"
                shown = words if len(words) <= room else facts.state
                return ((shown, state_style(facts.trouble)),)
            style = WRONG if facts.is_wrong else MUTED
            return ((facts.state, style),) if facts.state else ()
        style = WRONG if facts.needs_you else MUTED
        standing = facts.standing
        if len(standing) > room:
            standing = standing.partition(",")[0]
        both = f"{standing} · {facts.state}" if facts.state else standing
        return ((both if len(both) <= room else standing, style),)

    def _row(self, facts: PanelFacts, width: int) -> Line:
        """Label, value, change, then whatever still fits."""
        # One blank, value 9, gap 2, change 11, and one blank at the right edge.
        label = min(22, max(10, width - 24))
        title = facts.title
        if label < len(title):
            title = title.replace("Engagement (", "Eng. (")
        if label < len(title):
            title = title.replace("followers)", "foll.)")
        value = f"{facts.value}{facts.unit}"
        pieces: list[Piece] = [
            (f" {fit(title, label, is_ascii=self._is_ascii)}", MUTED),
            (" " * max(0, 9 - len(value)), ""),
            *self._value(facts),
            ("  ", ""),
        ]
        change, word = self._change(facts), self._word(facts)
        left = width - line_width(tuple(pieces)) - 1
        is_urgent = facts.is_wrong or facts.needs_you
        if is_urgent and left < 24:
            # What is wrong with a number is said before how it changed.
            change, is_urgent = (
                ((fit(word[0], min(11, left)).rstrip(), word[1]),),
                False,
            )
        taken = max(12, line_width(change) + 1)
        pieces += [*change, (" " * (taken - line_width(change)), "")]
        left -= taken
        if is_urgent and left < 30:
            pieces += [("  ", ""), (fit(word[0], left - 2).rstrip(), word[1])]
        else:
            pieces += self._rest(facts, word, left)
        line = tuple(pieces)
        return line if line_width(line) <= width else ((fit(plain(line), width), ""),)

    def _rest(self, facts: PanelFacts, word: Piece, left: int) -> Line:
        """The curve, how much of the goal there is, and a word."""
        pieces: list[Piece] = []
        # Beside it, gap 2, goal 7, gap 2 and state 11 need their place.
        spark = min(28, left - 22) if left >= 30 else min(12, left)
        if spark >= 6:
            pieces.append((self._spark(facts, spark), SPARK))
            left -= spark + 2
        if left >= 16:
            share = self._share(facts).rjust(7) if facts.goal else " " * 7
            shown = fit(word[0], max(0, left - 9)).rstrip()
            pieces += [("  ", ""), (share, ""), ("  ", ""), (shown, word[1])]
        return tuple(pieces)

    @staticmethod
    def _word(facts: PanelFacts) -> Piece:
        """The state or, where that is well, how the goal stands."""
        style = WRONG if facts.is_wrong or facts.needs_you else MUTED
        if facts.trouble is not None:
            return facts.state, state_style(facts.trouble)
        if facts.standing and not facts.is_wrong:
            return facts.standing.partition(",")[0], style
        return facts.state.removesuffix(" days") or facts.as_of, style

    def on_click(self, event: Click) -> None:
        """A second click opens, as Enter does."""
        if event.chain == 2:
            self.post_message(KpiOpened(self.kpi))
