"""A list over the tabs that is narrowed by typing; it knows nothing of what it lists."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from kpi_tui.app.screens.over import Over

Chosen = TypeVar("Chosen")


class Chooser(Over[Chosen | None]):
    """The field keeps the focus; dismisses with what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False, id="back"),
        Binding("up", "move('cursor_up')", show=False, id="item_above"),
        Binding("down", "move('cursor_down')", show=False, id="item_below"),
        Binding("pageup", "move('page_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
    ]
    TITLE_WORDS: ClassVar[str]
    """In the border."""
    PLACEHOLDER: ClassVar[str]
    BOX: ClassVar[str]
    """Id of the box."""
    ENTER: ClassVar[str] = "choose"
    """What Enter does, in a word."""

    @abstractmethod
    def options(self, typed: str, width: int) -> Sequence[Option]:
        """What the typed words leave, in so many cells; each with an id."""

    @abstractmethod
    def chosen(self, option_id: str) -> Chosen | None:
        """What an option stands for."""

    def first(self) -> int | None:
        """Place of the option that is highlighted at first."""
        return 0

    def compose(self) -> ComposeResult:
        """A field to type in over a list."""
        if getattr(self.app, "is_ascii", False):
            self.add_class("-ascii")
        with Vertical(id=self.BOX, classes="chooser") as box:
            field = Input(placeholder=self.PLACEHOLDER, compact=True)
            # Nothing blinks: half a kilobyte a second over SSH.
            field.cursor_blink = False
            yield field
            found = OptionList(markup=False, compact=True)
            found.can_focus = False
            yield found
        box.border_title = self.TITLE_WORDS
        box.border_subtitle = f"enter {self.ENTER}, esc close"

    def on_mount(self) -> None:
        """All options, and the first of them."""
        # Closed before it was drawn, it has no list any more.
        for found in self.query(OptionList):
            self._fill("")
            found.highlighted = self.first()
            self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Other words fit now."""
        self.call_after_refresh(self._refill)

    def _refill(self) -> None:
        # Closed before it was drawn, it has no list any more.
        for found in self.query(OptionList):
            place = found.highlighted
            self._fill(self.query_one(Input).value)
            found.highlighted = place

    def _fill(self, typed: str) -> None:
        found = self.query_one(OptionList)
        # The scrollbar and the padding of the box.
        width = found.size.width or self.app.size.width - 8
        found.clear_options()
        found.add_options(self.options(typed, max(10, width - 1)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what has the typed words."""
        self._fill(event.value)
        found = self.query_one(OptionList)
        found.highlighted = 0 if found.option_count else None

    def on_input_submitted(self) -> None:
        """Choose what is highlighted."""
        option = self.query_one(OptionList).highlighted_option
        if option is not None and option.id is not None:
            _ = self.dismiss(self.chosen(option.id))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose what is clicked."""
        if event.option.id is not None:
            _ = self.dismiss(self.chosen(event.option.id))

    def action_move(self, way: str) -> None:
        """Move in the list while the field has the focus."""
        # Before it is laid out it knows no page, and before that there is none.
        for found in self.query(OptionList):
            if found.option_count and found.size.height:
                getattr(found, f"action_{way}")()

    def action_close(self) -> None:
        """Choose nothing."""
        _ = self.dismiss(None)
