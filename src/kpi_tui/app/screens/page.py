"""A page over the tabs: a box with lines to read, closed by Escape."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from kpi_tui.app.screens.over import Over
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Lines, wrap
from kpi_tui.kpi.text import clean

Entry = tuple[str, str, str]
"""(label, text, style of the text); an empty label continues the one above."""


class Entries(Lines):
    """Labels in one column, wrapped text in the other."""

    DEFAULT_CSS = """
    Entries { height: auto; }
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        """They do not change while the page is open."""
        super().__init__()
        self._entries = tuple(entries)

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """One or more lines per entry."""
        column = max((len(label) for label, _, _ in self._entries), default=0) + 2
        lines: list[Line] = []
        for label, text, style in self._entries:
            rows = wrap(text, max(10, width - column)) or [""]
            for number, row in enumerate(rows):
                shown = label if number == 0 else ""
                lines.append(((shown.ljust(column), MUTED), (row, style)))
        return lines


class Page(Over[None]):
    """A titled box of entries."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # With the commands' ids, so that a remapped key closes what it opened.
        Binding("escape", "close", "Close", show=False, id="back"),
        Binding("q", "close", show=False, id="quit"),
        Binding("enter", "close", show=False, id="open"),
        Binding("i", "close", show=False, id="why"),
        Binding("question_mark", "close", show=False, id="help"),
        Binding("y", "copy", "Copy", show=False, id="copy"),
    ]

    def __init__(self, title: str, entries: Sequence[Entry]) -> None:
        """Both are outside text: neither is parsed as markup."""
        super().__init__()
        self._title = title
        self._entries = tuple(entries)

    def compose(self) -> ComposeResult:
        """One box; it scrolls where the terminal is small."""
        if getattr(self.app, "is_ascii", False):
            self.add_class("-ascii")
        with VerticalScroll(id="page") as box:
            yield Entries(self._entries)
        # Text would be parsed as markup, and a title may be a caption.
        box.border_title = Content(clean(self._title))
        box.border_subtitle = "esc close"

    def on_mount(self) -> None:
        """Arrow keys scroll."""
        self.query_one("#page").focus()

    def action_close(self) -> None:
        """Back to the tabs."""
        _ = self.dismiss(None)

    def action_copy(self) -> None:
        """The whole page as plain text."""
        text = "\n".join(
            f"{label}: {words}" if label else f"  {words}"
            for label, words, _ in self._entries
            if words
        )
        self.app.copy_to_clipboard(f"{self._title}\n{text}")
        self.notify("Copied the page.", markup=False, timeout=3)
