"""Every command by its name, a line each: what it is called, does, and its key."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from textual.widgets.option_list import Option

from kpi_tui.app.screens.chooser import Chooser
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import ascii_cells, fit, to_content

TITLE_CELLS = 26
NARROW = 60
"""Cells under which there is no room to say what a command does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command."""

    title: str
    help: str
    run: Callable[[], Awaitable[None] | None]
    keys: str = ""
    """As people write them."""
    is_found_only: bool = False
    """Listed once a word is typed: there may be a hundred of its kind."""


def rank(entry: Entry, words: Sequence[str]) -> int | None:
    """How well the typed words name it, 0 the best; None: not at all."""
    title, whole = entry.title.casefold(), f"{entry.title} {entry.help}".casefold()
    starts = title.replace(":", " ").replace("@", " ").split()
    if all(any(start.startswith(word) for start in starts) for word in words):
        return 0
    if all(word in title for word in words):
        return 1
    return 2 if all(word in whole for word in words) else None


def found(entries: Sequence[Entry], typed: str) -> list[int]:
    """Places of the entries that the typed words name, the best first."""
    words = typed.casefold().replace("@", " ").split()
    if not words:
        return [i for i, entry in enumerate(entries) if not entry.is_found_only]
    ranked = [(rank(entry, words), i) for i, entry in enumerate(entries)]
    return [i for _, i in sorted((r, i) for r, i in ranked if r is not None)]


class Palette(Chooser[Entry]):
    """Dismisses with the chosen command; nothing in it blinks or turns."""

    TITLE_WORDS = "Commands"
    PLACEHOLDER = "a command, a KPI or an account"
    BOX = "palette"
    ENTER = "run"

    def __init__(self, entries: Sequence[Entry]) -> None:
        """In the order in which they are listed."""
        super().__init__()
        self._entries = tuple(entries)

    def options(self, typed: str, width: int) -> Sequence[Option]:
        """A line each."""
        return [self._option(i, width) for i in found(self._entries, typed)]

    def _option(self, place: int, width: int) -> Option:
        entry = self._entries[place]
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        title = ascii_cells(entry.title) if is_ascii else entry.title
        keys = f"  {entry.keys}"
        column = TITLE_CELLS if width >= NARROW else max(8, width - len(keys))
        shown = fit(title, max(column, len(title) if width >= NARROW else 0))
        left = max(0, width - len(shown) - len(keys))
        words = fit(entry.help, left, is_ascii=is_ascii)
        line = ((shown, ""), (words, MUTED), (keys, ""))
        return Option(to_content([line]), id=str(place))

    def chosen(self, option_id: str) -> Entry | None:
        """The id is its place."""
        return self._entries[int(option_id)]
