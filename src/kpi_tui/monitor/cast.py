"""Who is watched.

Knows the config's and the store's accounts; none of their numbers.
"""

from dataclasses import dataclass

from kpi_tui.config.settings import Settings
from kpi_tui.monitor.snapshot import AccountRef
from kpi_tui.store.store import Store

NOBODY = AccountRef("", "", "own", "UTC")


@dataclass(frozen=True, slots=True)
class Cast:
    """The accounts that are watched: from the config, else whoever is in the store."""

    own: tuple[AccountRef, ...]
    competitors: tuple[AccountRef, ...]

    @property
    def everyone(self) -> tuple[AccountRef, ...]:
        """Own accounts first."""
        return (*self.own, *self.competitors)

    def find(self, handle: str) -> AccountRef:
        """The account of that handle, else the first own one, else nobody."""
        for account in self.everyone:
            if account.handle == handle:
                return account
        return self.own[0] if self.own else NOBODY


def cast_of(settings: Settings, store: Store) -> Cast:
    """Who is watched. Without accounts in the config, all that the store knows."""
    zone_of = settings.zone_of
    own = tuple(
        AccountRef(a.handle, a.name, "own", zone_of(a.handle)) for a in settings.account
    )
    competitors = tuple(
        AccountRef(c.handle, c.name, "competitor", zone_of(c.handle))
        for c in settings.competitor
    )
    if not own:
        known = {c.handle for c in competitors}
        own = tuple(
            AccountRef(handle, "", "own", settings.monitor.timezone)
            for handle in store.handles()
            if handle not in known
        )
    return Cast(own, competitors)
