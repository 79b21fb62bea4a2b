"""Textual's command palette in the house's look; it knows no command."""

from contextlib import suppress

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandInput, CommandPalette, SearchIcon
from textual.widgets import LoadingIndicator

from kpi_tui.app.screens.over import ClosesOnce


class Palette(CommandPalette, ClosesOnce[None]):
    """Nothing in it blinks or turns: open and idle it writes nothing."""

    def compose(self) -> ComposeResult:
        """The palette's own parts, without the picture of a glass."""
        if getattr(self.app, "is_ascii", False):
            self.add_class("-ascii")
        yield from super().compose()

    def on_mount(self) -> None:
        """Still the cursor; a looking glass is two cells in few fonts."""
        self.query_one(CommandInput).cursor_blink = False
        self.query_one(CommandInput).placeholder = "a command, a KPI or an account"
        self.query_one(SearchIcon).icon = ">"
        self.query_one(LoadingIndicator).display = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close; one that has no parts yet gets them first, which it looks for."""
        if self.is_mounted:
            return super().dismiss(result)
        self.call_later(self._close)
        return AwaitComplete()

    def _close(self) -> None:
        # What a callback returns is awaited, and a screen cannot await its own end.
        _ = self.dismiss()

    def _action_command_list(self, action: str) -> None:
        """Move in the list; a page down before it is laid out is a KeyError there."""
        with suppress(KeyError):
            super()._action_command_list(action)
