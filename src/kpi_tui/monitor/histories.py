"""Accounts' histories, read again only when their account has something new.

A leaderboard of a thousand accounts reads a thousand histories; one poll changes one.
"""

from collections import OrderedDict
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar
from zoneinfo import ZoneInfo

from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.snapshot import AccountRef
from kpi_tui.store.store import Store

if TYPE_CHECKING:
    from kpi_tui.kpi.leaderboard import Entry

KEPT = 64
"""Histories kept: the view's and its rivals'. A year of one is a megabyte."""
KEPT_ENTRIES = 2000
"""Accounts of a leaderboard; one of 28 days is 4 kB."""

T = TypeVar("T")


class Histories:
    """The newest range asked of each account. For one thread at a time."""

    def __init__(self, store: Store) -> None:
        """Reads from ``store`` what it does not have."""
        self._store = store
        self._kept: _Newest[AccountHistory] = _Newest(KEPT)
        self._entries: _Newest[Entry] = _Newest(KEPT_ENTRIES)

    def get(
        self, handle: str, zone: ZoneInfo, window: Window, as_of: date | None
    ) -> AccountHistory:
        """The account's history for that range, as of its last :meth:`forget`."""
        wanted = (zone.key, window, as_of)
        history = self._kept.get(handle, wanted)
        if history is None:
            history = self._store.history(handle, zone, window, as_of)
            self._kept.put(handle, wanted, history)
        return history

    def entry(
        self, ref: AccountRef, kpi: str, window: Window, as_of: date | None
    ) -> "Entry":
        """The account's line of a leaderboard by that KPI; the history is not kept."""
        # A first frame has no leaderboard.
        from kpi_tui.kpi.leaderboard import Contender, entry_of

        wanted = (ref, kpi, window, as_of)
        entry = self._entries.get(ref.handle, wanted)
        if entry is None:
            zone = ZoneInfo(ref.timezone)
            history = self._kept.get(ref.handle, (zone.key, window, as_of))
            history = history or self._store.history(ref.handle, zone, window, as_of)
            contender = Contender(ref.handle, ref.name, ref.role, history)
            entry = entry_of(contender, kpi, window)
            self._entries.put(ref.handle, wanted, entry)
        return entry

    def forget(self, handle: str | None = None) -> None:
        """This account, or everybody, has something new."""
        self._kept.forget(handle)
        self._entries.forget(handle)


class _Newest(Generic[T]):
    """One value per account, for what was asked last; those used last stay."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[object, T]] = OrderedDict()

    def get(self, handle: str, wanted: object) -> T | None:
        kept = self._kept.get(handle)
        if kept is None or kept[0] != wanted:
            return None
        self._kept.move_to_end(handle)
        return kept[1]

    def put(self, handle: str, wanted: object, value: T) -> None:
        self._kept[handle] = (wanted, value)
        self._kept.move_to_end(handle)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, handle: str | None) -> None:
        if handle is None:
            self._kept.clear()
        else:
            self._kept.pop(handle, None)
