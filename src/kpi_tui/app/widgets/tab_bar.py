"""The line of tabs and the rule below it. It knows titles and which one is open."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.events import Click

from kpi_tui.app.states import MUTED
from kpi_tui.app.tabs import TABS
from kpi_tui.app.widgets.lines import Line, Lines, Piece


class TabBar(Lines):
    """Numbers and titles; the open one bright over a heavier rule."""

    DEFAULT_CSS = """
    TabBar { height: 2; }
    """

    def __init__(self, *, is_ascii: bool) -> None:
        """The first tab is open."""
        super().__init__(id="tabs")
        self._open = 0
        self._is_ascii = is_ascii

    def show(self, place: int) -> None:
        """Mark this tab as open."""
        if place != self._open:
            self._open = place
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """Full titles if they fit, else short ones, else numbers."""
        titles = self._titles(width)
        pieces: list[Piece] = [(" ", "")]
        start = end = at = 1
        for place, title in enumerate(titles):
            text = f"{place + 1} {title}".rstrip()
            style = "bold" if place == self._open else MUTED
            if place == self._open:
                start, end = at, at + cell_len(text)
            pieces += [(text, style), (" " * _gap(title), "")]
            at += cell_len(text) + cell_len(pieces[-1][0])
        light, heavy = ("-", "=") if self._is_ascii else ("─", "━")
        rule: Line = (
            (light * start, "$rule"),
            (heavy * (end - start), ""),
            (light * max(0, width - end), "$rule"),
        )
        return (tuple(pieces), rule)[:height]

    def _titles(self, width: int) -> list[str]:
        for titles in ([tab.title for tab in TABS], [tab.short for tab in TABS]):
            # Number, blank, title, and the gap after all but the last.
            gaps = sum(_gap(title) for title in titles[:-1])
            if 1 + sum(cell_len(title) + 2 for title in titles) + gaps <= width:
                return titles
        return [
            tab.short if place == self._open else "" for place, tab in enumerate(TABS)
        ]

    async def on_click(self, event: Click) -> None:
        """Open the tab under the mouse."""
        at = 0
        place = -1
        for text, _ in self.build(self.size.width, 1)[0]:
            if text.strip():
                place += 1
            at += cell_len(text)
            if event.x < at:
                break
        if place >= 0:
            await self.run_action(f"app.show_tab({place})")


def _gap(title: str) -> int:
    return 3 if len(title) >= 8 else 2
