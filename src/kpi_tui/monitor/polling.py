"""One poller per source while this process may poll, and what is known of each source.

Knows no number and no screen.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

from kpi_tui.config.settings import Settings
from kpi_tui.monitor.health import Health
from kpi_tui.monitor.poller import Poller
from kpi_tui.monitor.snapshot import SourceHealth
from kpi_tui.sources.port import Connector
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import Store

LOCK_RETRY_SECONDS = 5.0
"""How soon a viewer notices new data, and that the polling process has gone."""

ConnectorFactory = Callable[[Settings], Sequence[Connector]]
Changed = Callable[[str | None, bool], None]
"""Something is new: of which account (None: of all), and whether it has numbers."""


class Polling:
    """Polls while this process holds the lock, and watches the file while not."""

    def __init__(
        self,
        store: Store,
        connectors: ConnectorFactory,
        settings: Callable[[], Settings],
        changed: Changed,
        *,
        lock: PollingLock | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``connectors`` is called in :meth:`run` only; None for ``lock``: no other
        process polls. ``clock`` gives UTC epoch seconds."""
        self._store = store
        self._connectors = connectors
        self._settings = settings
        self._changed = changed
        self._lock = lock
        self._clock = clock
        self._pollers: dict[str, Poller] = {}
        self._healths = self._stored_healths()
        self.is_paused = False
        self.is_viewer = False
        """Whether another process polls."""
        self.is_polling = False
        """Whether this one does."""

    @property
    def healths(self) -> Sequence[Health]:
        """Every source that is polled, or was once."""
        return tuple(self._healths.values())

    def frozen(self) -> tuple[SourceHealth, ...]:
        """How all of them do, whether the timers are stopped or not."""
        now = self._clock()
        return tuple(h.frozen(now, is_paused=False) for h in self.healths)

    def ask(self, source: str | None = None) -> None:
        """Poll one source, or all, as soon as their limits allow."""
        for name, poller in self._pollers.items():
            if source in (None, name):
                poller.ask()

    def set_paused(self, is_paused: bool) -> None:
        """Stop or resume the timers."""
        self.is_paused = is_paused
        for poller in self._pollers.values():
            poller.set_paused(is_paused)
        self._changed(None, False)

    def forget_polled(self) -> None:
        """Other sources than these are configured now."""
        self._healths = {
            name: health
            for name, health in self._healths.items()
            if name not in self._pollers
        }

    async def run(self) -> None:
        """Until cancelled; other settings make other pollers."""
        while True:
            await self._become_poller()
            settings = self._settings()
            await self._start_pollers(settings)
            self.is_polling = True
            self._changed(None, False)
            polls = [asyncio.ensure_future(p.run()) for p in self._pollers.values()]
            try:
                await self._until_settings_change(settings, polls)
            finally:
                for poll in polls:
                    poll.cancel()
                await asyncio.gather(*polls, return_exceptions=True)
                await self.close()

    async def poll_once(self) -> None:
        """Ask every source once, side by side; :meth:`close` comes after it."""
        await self._start_pollers(self._settings())
        await asyncio.gather(*(p.poll_if_welcome() for p in self._pollers.values()))
        self.is_polling = True

    def polled(self) -> tuple[SourceHealth, ...]:
        """How the sources that are polled do."""
        now = self._clock()
        return tuple(
            poller.health.frozen(now, is_paused=False)
            for poller in self._pollers.values()
        )

    async def close(self) -> None:
        """Close every connector."""
        for poller in self._pollers.values():
            await poller.connector.close()

    async def _until_settings_change(
        self, settings: Settings, polls: Sequence["asyncio.Future[None]"]
    ) -> None:
        while self._settings() is settings:
            await asyncio.sleep(1.0)
            for poll in polls:
                if poll.done():
                    poll.result()

    async def _become_poller(self) -> None:
        seen = self._store.data_version()
        while self._lock is not None and not self._lock.try_acquire():
            if not self.is_viewer:
                self.is_viewer = True
                self._changed(None, False)
            await asyncio.sleep(LOCK_RETRY_SECONDS)
            if (version := self._store.data_version()) != seen:
                seen = version
                self._healths = self._stored_healths()
                self._changed(None, True)
        if self.is_viewer:
            self.is_viewer = False
            self._changed(None, False)

    def _stored_healths(self) -> dict[str, Health]:
        rows = self._store.source_rows()
        return {name: Health.of_row(row) for name, row in rows.items()}

    async def _start_pollers(self, settings: Settings) -> None:
        # Not on the loop, which would hear no key: httpx behind it takes 150 ms.
        connectors = await asyncio.to_thread(self._connectors, settings)
        stored = self._store.source_rows()
        self._pollers = {}
        for connector in connectors:
            health = Health.of(connector, stored.get(connector.name))
            poller = Poller(
                connector,
                self._store,
                health,
                changed=partial(self._changed, connector.account),
                clock=self._clock,
            )
            poller.set_paused(self.is_paused)
            self._pollers[connector.name] = poller
            self._healths[connector.name] = health
