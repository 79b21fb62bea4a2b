"""The line of tabs and the rule below it. It knows titles and which one is open."""

from collections.abc import Mapping, Sequence

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
        self._counts: dict[str, int] = {}
        self._is_ascii = is_ascii

    def show(self, place: int) -> None:
        """Mark this tab as open."""
        if place != self._open:
            self._open = place
            self.redraw()

    def count(self, counts: Mapping[str, int]) -> None:
        """Say behind these tabs' titles, by id, how much waits there."""
        wanted = {tab: number for tab, number in counts.items() if number}
        if wanted != self._counts:
            self._counts = wanted
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """Full titles if they fit, else short ones, else numbers."""
        pieces: list[Piece] = [(" ", "")]
        start = end = at = 1
        for place, (title, gap) in enumerate(self._titles(width)):
            text, count = f"{place + 1} {title}".rstrip(), self._count(place)
            style = "bold" if place == self._open else MUTED
            if place == self._open:
                start, end = at, at + cell_len(text) + cell_len(count)
            pieces += [(text, style), (count, "$warning"), (" " * gap, "")]
            at += sum(cell_len(piece) for piece, _ in pieces[-3:])
        light, heavy = ("-", "=") if self._is_ascii else ("─", "━")
        rule: Line = (
            (light * start, "$rule"),
            (heavy * (end - start), ""),
            (light * max(0, width - end), "$rule"),
        )
        return (tuple(pieces), rule)[:height]

    def _titles(self, width: int) -> list[tuple[str, int]]:
        """Titles with the gaps after them: the widest choice that fits."""
        full, short = [tab.title for tab in TABS], [tab.short for tab in TABS]
        counts = sum(cell_len(self._count(place)) for place in range(len(TABS)))
        for titles, gap in ((full, 3), (full, 2), (short, 2), (short, 1)):
            # Number, blank and title; after the last one nothing has to fit.
            taken = sum(cell_len(title) + 2 + gap for title in titles) - gap
            if 1 + taken + counts <= width:
                return [(title, gap) for title in titles]
        return [
            (tab.short if place == self._open else "", 2)
            for place, tab in enumerate(TABS)
        ]

    async def on_click(self, event: Click) -> None:
        """Open the tab under the mouse."""
        # After the first blank each tab is three pieces: title, count, gap.
        pieces = self.build(self.size.width, 1)[0][1:]
        at = 1
        for place in range(len(TABS)):
            at += sum(cell_len(text) for text, _ in pieces[3 * place : 3 * place + 3])
            if event.x < at:
                await self.run_action(f"app.show_tab({place})")
                return

    def _count(self, place: int) -> str:
        number = self._counts.get(TABS[place].id)
        return f" {number}" if number else ""
