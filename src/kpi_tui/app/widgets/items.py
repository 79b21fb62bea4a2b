"""A list of items of one or more lines, with one cursor and headings between them.

It knows keys and lines, and nothing of what they say.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from kpi_tui.app.widgets.lines import Line, Lines, line_width


@dataclass(frozen=True, slots=True)
class Item:
    """Lines that belong together; without a key a heading that the cursor skips."""

    key: str | None
    lines: tuple[Line, ...]


class Items(Lines, can_focus=True):
    """As tall as its items; the scrolling container around it follows the cursor."""

    DEFAULT_CSS = """
    Items { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # Here, because the scrolling container around it has these keys too.
        Binding("up", "move(-1)", show=False, id="item_above"),
        Binding("down", "move(1)", show=False, id="item_below"),
        Binding("home", "to_end(-1)", show=False),
        Binding("end", "to_end(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    class Highlighted(Message):
        """The cursor went to another item, or its item changed."""

    class Chosen(Message):
        """The item under the cursor was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Empty."""
        super().__init__(id=id)
        self._keys: tuple[str, ...] = ()
        self._cursor = 0
        self._tops: dict[str, tuple[int, int]] = {}
        """Key to its first line, with the headings above it, and the line after."""

    @abstractmethod
    def items(self, width: int) -> Sequence[Item]:
        """What to show in so many cells."""

    @property
    def cursor_key(self) -> str | None:
        """Key of the item under the cursor; None when there is no item."""
        return self._keys[self._cursor] if self._keys else None

    def set_keys(self, keys: Sequence[str]) -> None:
        """The items that there are now; the cursor stays on its own, else near it."""
        kept = self.cursor_key
        self._keys = tuple(keys)
        if kept in self._keys:
            self._cursor = self._keys.index(kept)
        else:
            self._cursor = max(0, min(self._cursor, len(self._keys) - 1))
        self.redraw()

    def move_to(self, key: str) -> None:
        """Put the cursor on an item, if it is there."""
        if key in self._keys:
            self._go(self._keys.index(key))

    def move(self, step: int) -> None:
        """Up or down; at either end it stays."""
        self._go(self._cursor + step)

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - as tall as its items
        """All lines, those under the cursor on its colour."""
        lines: list[Line] = []
        tops: dict[str, tuple[int, int]] = {}
        start = 0
        for item in self.items(width):
            shown = item.lines
            if item.key is not None:
                if item.key == self.cursor_key:
                    shown = tuple(self._marked(line, width) for line in shown)
                tops[item.key] = (start, len(lines) + len(shown))
                start = len(lines) + len(shown)
            lines.extend(shown)
        self._tops = tops
        return lines

    def _marked(self, line: Line, width: int) -> Line:
        """On the cursor's background; of 16 colours few can be read on it."""
        back = "$block-cursor-background"
        if not self.has_focus:
            back = "$block-cursor-blurred-background"
        is_plain = self.app.current_theme.ansi and self.has_focus
        style_of = "$block-cursor-foreground" if is_plain else ""
        rest = max(0, width - line_width(line))
        return tuple(
            (text, f"{style_of or style} on {back}".strip())
            for text, style in (*line, (" " * rest, ""))
        )

    def _go(self, place: int) -> None:
        place = max(0, min(place, len(self._keys) - 1))
        if not self._keys:
            return
        if place != self._cursor:
            self._cursor = place
            self.redraw()
            self.post_message(self.Highlighted())
        if self.cursor_key in self._tops:
            self._follow()
        else:
            # Opened a moment ago, it does not know yet where its items are.
            self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        """Scroll so that the item is seen, and the heading above it."""
        span, scroller = self._tops.get(self.cursor_key or ""), self.parent
        if span is None or not isinstance(scroller, Widget):
            return
        top, end = span
        region = Region(0, self.virtual_region.y + top, 1, end - top)
        scroller.scroll_to_region(region, animate=False, x_axis=False, force=True)

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor takes its bright colour, or is pale.

        Not on_focus and on_blur: they come before the widget knows.
        """
        super().watch_has_focus(has_focus)
        self.redraw()

    def action_move(self, step: int) -> None:
        """The item above (-1) or below (+1)."""
        self.move(step)

    def action_to_end(self, step: int) -> None:
        """The first (-1) or the last (+1) item."""
        self._go(0 if step < 0 else len(self._keys) - 1)

    def action_page(self, step: int) -> None:
        """About as many items on as are seen."""
        scroller = self.parent
        room = scroller.size.height if isinstance(scroller, Widget) else 10
        self._go(self._cursor + step * max(1, room // 3))

    def on_resize(self) -> None:
        """Items are elsewhere now."""
        self.call_after_refresh(self._follow)

    def on_click(self, event: Click) -> None:
        """The item under the mouse gets the cursor; a second click opens it."""
        for key, (_, end) in self._tops.items():
            if event.y < end:
                self.move_to(key)
                break
        if event.chain == 2:
            self.post_message(self.Chosen())
