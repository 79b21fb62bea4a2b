"""The list behind ``a``: one's own accounts, narrowed by typing."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from kpi_tui.app.screens.over import Over
from kpi_tui.app.widgets.lines import to_content
from kpi_tui.monitor.snapshot import AccountRef


class AccountScreen(Over[str | None]):
    """Dismisses with the chosen handle, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    def __init__(self, accounts: Sequence[AccountRef], current: str) -> None:
        """``current`` is highlighted first."""
        super().__init__()
        self._accounts = tuple(accounts)
        self._current = current

    def compose(self) -> ComposeResult:
        """A field to type in over a list; the field keeps the focus."""
        if getattr(self.app, "is_ascii", False):
            self.add_class("-ascii")
        with Vertical(id="accounts") as box:
            field = Input(placeholder="type to find", compact=True)
            # Nothing blinks: half a kilobyte a second over SSH.
            field.cursor_blink = False
            yield field
            names = OptionList(*self._options(""), markup=False, compact=True)
            names.can_focus = False
            yield names
        box.border_title = "Account"
        box.border_subtitle = "enter choose, esc close"

    def on_mount(self) -> None:
        """Start at the account that is shown."""
        names = self.query_one(OptionList)
        handles = [account.handle for account in self._accounts]
        if self._current in handles:
            names.highlighted = handles.index(self._current)
        self.query_one(Input).focus()

    def _options(self, typed: str) -> list[Option]:
        word = typed.strip().lstrip("@").lower()
        return [
            Option(_label(account), id=account.handle)
            for account in self._accounts
            if word in f"{account.handle} {account.name}".lower()
        ]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the accounts whose handle or name has the typed word."""
        names = self.query_one(OptionList)
        names.clear_options()
        names.add_options(self._options(event.value))
        names.highlighted = 0 if names.option_count else None

    def on_input_submitted(self) -> None:
        """Choose the highlighted account."""
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            _ = self.dismiss(option.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the clicked account."""
        _ = self.dismiss(event.option.id)

    def action_move(self, step: int) -> None:
        """Up or down the list while the field has the focus."""
        names = self.query_one(OptionList)
        if step < 0:
            names.action_cursor_up()
        else:
            names.action_cursor_down()

    def action_close(self) -> None:
        """Choose nothing."""
        _ = self.dismiss(None)


def _label(account: AccountRef) -> Content:
    return to_content(
        [((f"@{account.handle}", ""), (f"  {account.name}", "$text-muted"))]
    )
