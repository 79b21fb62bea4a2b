"""The top line: who, which days, how fresh, what time. It changes once a minute.

Below it one line per notice, only while there is one. It computes no freshness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Lines, fit, line_width, spread

WARNING = "bold $warning"
DEMO = "bold $on-warning on $warning"
Choices = Sequence[Line]
"""The same said ever shorter; the first that fits is taken."""


@dataclass(frozen=True, slots=True)
class HeaderState:
    """All that the header says, at the grain at which it says it."""

    is_demo: bool
    handle: str
    name: str
    days: int
    last: str
    """``Tue 24 Mar``, or empty without a complete day."""
    last_short: str
    is_past: bool
    """The user looks at a day that is over."""
    is_settling: bool
    sources: int
    sources_ok: int
    next_poll: str
    """``in 4 min``: not by the second, an idle screen must cost nothing over SSH."""
    clock: str


class Header(Lines):
    """One line; the DEMO label is never dropped, whatever the width."""

    def __init__(self, state: HeaderState, *, is_ascii: bool) -> None:
        """Start with a state, so that the first frame is whole."""
        super().__init__(id="header")
        self._state = state
        self._is_ascii = is_ascii

    def show(self, state: HeaderState) -> None:
        """Say this instead, if it differs."""
        if state != self._state:
            self._state = state
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """Left who and which days, right how fresh; shorter words where it is narrow."""
        state = self._state
        right = _first_fit(_freshness(state, self._is_ascii), width * 2 // 5)
        room = width - line_width(right) - 1
        for days in _days(state, self._is_ascii):
            if not days and state.is_past:
                break
            for who in _who(state):
                if line_width((*who, *days)) <= room:
                    return (self._placed(who, days, right, width),)
        if state.is_past:
            # Old numbers must not look like today's: the sources go first.
            days = _days(state, self._is_ascii)[-2]
            return (self._placed(_who(state)[-1], days, (), width),)
        cut = max(0, room)
        text = "".join(text for text, _ in _who(state)[-1])
        return (spread(((fit(text, cut, is_ascii=self._is_ascii), ""),), right, width),)

    @staticmethod
    def _placed(who: Line, days: Line, right: Line, width: int) -> Line:
        """The days centred where there is room for it."""
        indent = (width - line_width(days)) // 2 - line_width(who)
        end = width - line_width(right) - line_width(days)
        if indent > 4 and line_width(who) + indent < end - 2:
            who = (*who, (" " * indent, ""))
        return spread((*who, *days), right, width)


def _first_fit(choices: Choices, width: int) -> Line:
    for choice in choices:
        if line_width(choice) <= width:
            return choice
    return choices[-1]


def _who(state: HeaderState) -> Choices:
    demo: Line = ((" DEMO ", DEMO), (" ", "")) if state.is_demo else ((" ", ""),)
    if not state.handle:
        return ((*demo, ("no account yet  ", "")),)
    handle = (f"@{state.handle}", "bold")
    if not state.name:
        return ((*demo, handle, ("  ", "")),)
    return (
        (*demo, handle, (f"  {state.name}  ", MUTED)),
        (*demo, handle, ("  ", "")),
    )


def _days(state: HeaderState, is_ascii: bool) -> Choices:
    if not state.last:
        return ((("no complete day yet", MUTED),), (("no data", MUTED),), ())
    style = WARNING if state.is_past else ""
    left, right = ("(", ")") if is_ascii else ("\u2039", "\u203a")
    states: list[Line] = [()]
    if state.is_past:
        states = [((f" {left}the past{right}", WARNING),)]
    elif state.is_settling:
        states = [((f" {left}settling{right}", MUTED),), ()]
    texts = (
        f"{state.days} days to {state.last}",
        f"{state.days} days to {state.last_short}",
        f"{state.days} d to {state.last_short}",
    )
    return (*(((text, style), *tail) for tail in states for text in texts), ())


def _freshness(state: HeaderState, is_ascii: bool) -> Choices:
    dot = " - " if is_ascii else " · "
    bad = state.sources - state.sources_ok
    short = f"{state.sources_ok}/{state.sources} ok" if bad else f"{state.sources} ok"
    word = (
        f"{state.sources_ok} of {state.sources} sources ok"
        if bad
        else f"{state.sources} source{'' if state.sources == 1 else 's'} ok"
    )
    style = "$warning" if bad else MUTED
    if not state.sources:
        short = word = "no sources"
    poll: Line = ()
    if state.next_poll == "paused":
        poll = ((dot, MUTED), ("paused", WARNING))
    elif state.next_poll:
        poll = ((dot, MUTED), ("next poll ", MUTED), (state.next_poll, MUTED))
    clock: Line = ((dot, MUTED), (state.clock, MUTED), (" ", ""))
    return (
        ((word, style), *poll, *clock),
        ((short, style), *poll[:1], *poll[2:], *clock) if len(poll) > 2 else (),
        ((short, style), *poll, *clock),
        ((short, style), *clock),
        ((short, style), (" ", "")),
    )


class Notices(Lines):
    """What is wrong with the program's surroundings, one line each, at most three."""

    def __init__(self, notices: Sequence[str], *, is_ascii: bool) -> None:
        """Start with these."""
        super().__init__(id="notices")
        self._notices = tuple(notices)
        self._is_ascii = is_ascii
        self._apply()

    def show(self, notices: Sequence[str]) -> None:
        """Say these instead, if they differ."""
        if tuple(notices) != self._notices:
            self._notices = tuple(notices)
            self._apply()
            self.redraw()

    def _apply(self) -> None:
        self.display = bool(self._notices)
        self.styles.height = min(3, len(self._notices)) or 1

    def build(self, width: int, height: int) -> Sequence[Line]:
        """A mark, then the sentence, cut to the width."""
        return [
            (
                (" ! ", WARNING),
                (fit(notice, width - 3, is_ascii=self._is_ascii), "$warning"),
            )
            for notice in self._notices[:height]
        ]
