"""Accounts' histories, read again only when their account has something new.

A leaderboard of a thousand accounts reads a thousand histories; one poll changes one.
"""

from collections import OrderedDict
from datetime import date
from zoneinfo import ZoneInfo

from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store

KEPT = 2000
"""Histories kept; one of 28 days without videos is about 20 kB."""

_Range = tuple[str, Window, date | None]


class Histories:
    """The newest range asked of each account. For one thread at a time."""

    def __init__(self, store: Store) -> None:
        """Reads from ``store`` what it does not have."""
        self._store = store
        self._kept: OrderedDict[str, tuple[_Range, AccountHistory]] = OrderedDict()

    def get(
        self, handle: str, zone: ZoneInfo, window: Window, as_of: date | None
    ) -> AccountHistory:
        """The account's history for that range, as of its last :meth:`forget`."""
        wanted = (zone.key, window, as_of)
        kept = self._kept.get(handle)
        if kept is not None and kept[0] == wanted:
            self._kept.move_to_end(handle)
            return kept[1]
        history = self._store.history(handle, zone, window, as_of)
        self._kept[handle] = (wanted, history)
        self._kept.move_to_end(handle)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return history

    def forget(self, handle: str | None = None) -> None:
        """This account, or everybody, has something new."""
        if handle is None:
            self._kept.clear()
        else:
            self._kept.pop(handle, None)
