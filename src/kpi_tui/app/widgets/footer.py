"""The bottom line: at most seven keys, from the keys table, as the tab offers them."""

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len
from textual.events import Click

from kpi_tui.app.keys import BY_ID, CommandId, footer_items
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Lines, Piece

GAP = "   "


class Footer(Lines):
    """Keys bright, words muted; what does not fit is left out, help stays."""

    def __init__(self, keymap: Mapping[str, str], *, is_ascii: bool) -> None:
        """``keymap`` holds the remapped keys by command id."""
        super().__init__(id="footer")
        self._keymap = keymap
        self._is_ascii = is_ascii
        self._offered: frozenset[CommandId] = frozenset()
        self._words = ""

    def say(self, words: str) -> None:
        """Words in the place of the keys; empty: the keys again."""
        if words != self._words:
            self._words = words
            self.redraw()

    def show(self, offered: Iterable[CommandId]) -> None:
        """Show the keys of a tab that offers these commands."""
        if frozenset(offered) != self._offered:
            self._offered = frozenset(offered)
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """One line."""
        if self._words:
            return ((((f" {self._words}"), MUTED),),)
        pieces: list[Piece] = [(" ", "")]
        for keys, word, _ in self._items(width):
            pieces += [(keys, ""), (f" {word}", MUTED), (GAP, "")]
        return (tuple(pieces[:-1]),)

    def _items(self, width: int) -> list[tuple[str, str, tuple[CommandId, ...]]]:
        items = footer_items(self._offered, self._keymap, is_ascii=self._is_ascii)
        while len(items) > 1 and _width(items) > width:
            items.pop(-2)
        return items

    async def on_click(self, event: Click) -> None:
        """Do what is under the mouse; of a pair, the half that was hit."""
        at = 1
        for keys, word, commands in self._items(self.size.width):
            end = at + cell_len(keys) + 1 + cell_len(word)
            if at <= event.x < end:
                half = (event.x - at) * len(commands) // (end - at)
                await self.run_action(f"app.{BY_ID[commands[half]].action}")
                return
            at = end + len(GAP)


def _width(items: Iterable[tuple[str, str, tuple[CommandId, ...]]]) -> int:
    return (
        1 + sum(cell_len(keys) + 1 + cell_len(word) + 3 for keys, word, _ in items) - 3
    )
