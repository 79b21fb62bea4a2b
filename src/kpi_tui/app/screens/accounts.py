"""The list behind ``a``: one's own accounts, narrowed by typing."""

from collections.abc import Sequence

from textual.widgets.option_list import Option

from kpi_tui.app.screens.chooser import Chooser
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import fit, to_content
from kpi_tui.monitor.snapshot import AccountRef


class AccountScreen(Chooser[str]):
    """Dismisses with the chosen handle, or None."""

    TITLE_WORDS = "Account"
    PLACEHOLDER = "type to find"
    BOX = "accounts"

    def __init__(self, accounts: Sequence[AccountRef], current: str) -> None:
        """``current`` is highlighted first."""
        super().__init__()
        self._accounts = tuple(accounts)
        self._current = current

    def first(self) -> int | None:
        """The account that is shown."""
        handles = [account.handle for account in self._accounts]
        return handles.index(self._current) if self._current in handles else None

    def options(self, typed: str, width: int) -> Sequence[Option]:
        """The accounts whose handle or name has the typed word."""
        word = typed.strip().lstrip("@").lower()
        longest = max((len(account.handle) for account in self._accounts), default=0)
        column = min(longest + 3, max(12, width // 2))
        return [
            Option(
                to_content(
                    [((fit(f"@{each.handle}", column), ""), (each.name, MUTED))]
                ),
                id=each.handle,
            )
            for each in self._accounts
            if word in f"{each.handle} {each.name}".lower()
        ]

    def chosen(self, option_id: str) -> str | None:
        """The id is the handle."""
        return option_id
