"""The living whole: pollers, the store, the present view, and its listeners.

Knows no screen; what it publishes is a Snapshot, and only ever the newest.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.monitor.alerting_watch import AlertSurroundings, AlertWatch
from kpi_tui.monitor.away import Away
from kpi_tui.monitor.benchmarks import BenchmarkBook, BenchmarkReader
from kpi_tui.monitor.compute import cast_of, compute
from kpi_tui.monitor.health import Health
from kpi_tui.monitor.histories import Histories
from kpi_tui.monitor.pages import export_view, read_video_page
from kpi_tui.monitor.poller import Poller
from kpi_tui.monitor.port import AlertAction, AlertListener, Listener
from kpi_tui.monitor.snapshot import (
    LogLine,
    Snapshot,
    SourceHealth,
    SourceState,
    VideoPage,
    View,
)
from kpi_tui.monitor.upkeep import Upkeep
from kpi_tui.sources.port import Connector
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import PollRow, Store, StoreError

log = logging.getLogger(__name__)

PUBLISH_SPACING_SECONDS = 0.25
"""A burst of answers becomes one Snapshot."""
LOG_LINES = 100
LOCK_RETRY_SECONDS = 5.0
"""How soon a viewer notices new data, and that the polling process has gone."""
REREAD_SECONDS = 2.0
FIRST_FRAME_ACCOUNTS = 20
"""Above this the first frame comes without the leaderboard."""

ConnectorFactory = Callable[[Settings], Sequence[Connector]]
SettingsReader = Callable[[Settings], tuple[Settings, str | None]]
"""Given the settings in force: the ones to use now, and what is wrong with the file."""


@dataclass(slots=True)
class _Dirty:
    """What changed since the last publication."""

    data: bool = True
    health: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the monitor takes from outside; every part has a sensible absence."""

    lock: PollingLock | None = None
    """Taken when this process may poll; None: always."""
    reread: SettingsReader | None = None
    """Asked now and then whether the config changed."""
    is_demo: bool = False
    notices: tuple[str, ...] = ()
    clock: Callable[[], float] = time.time
    """UTC epoch seconds."""
    published: Sequence[Benchmark] | BenchmarkReader = ()
    """Benchmarks of others; a reader is asked after the first frame."""


class Monitor:
    """Implements :class:`kpi_tui.monitor.port.MonitorPort` on a real store."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        view: View,
        connectors: ConnectorFactory,
        around: Surroundings | None = None,
    ) -> None:
        """``connectors`` is called in :meth:`run` only: it imports httpx, which the
        first paint does not wait for."""
        around = around or Surroundings()
        self._settings = settings
        self._store = store
        self._connectors = connectors
        self._lock = around.lock
        self._reread = around.reread
        self._is_demo = around.is_demo
        self._own_notices = around.notices
        self._config_trouble: str | None = None
        self._store_trouble: str | None = None
        self._clock = around.clock
        self._view = view
        self._listeners: list[Listener] = []
        self._pollers: dict[str, Poller] = {}
        self._healths = {
            name: Health.of_row(row) for name, row in store.source_rows().items()
        }
        self._is_paused = False
        self._is_viewer = False
        self._version = 0
        self._last: Snapshot | None = None
        self._histories = Histories(store)
        self._benchmarks = BenchmarkBook(around.published)
        self._away = Away(store)
        self._stale_handles: set[str | None] = set()
        """Accounts with something new since the last computation; None: all."""
        self._dirty = _Dirty()
        self._wake = asyncio.Event()
        self._is_polling = False
        self._alerts = AlertWatch(
            store,
            AlertSurroundings(
                settings=lambda: self._settings,
                sources=self._frozen_sources,
                is_polling=lambda: self._is_polling,
                changed=self._mark,
                clock=self._clock,
            ),
        )

    # What a screen asks.

    def stored_snapshot(self) -> Snapshot:
        """From stored data only, blocking: what the first frame shows."""
        is_whole = len(cast_of(self._settings, self._store).everyone) <= (
            FIRST_FRAME_ACCOUNTS
        )
        snapshot = self._compute(is_whole=is_whole)
        self._alerts.load()
        return self._finished(snapshot)

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` on the event loop with every newer Snapshot."""
        self._listeners.append(listener)

    def subscribe_alerts(self, listener: AlertListener) -> None:
        """Call ``listener`` on the event loop with every message about alerts."""
        self._alerts.subscribe(listener)

    async def answer_alert(
        self,
        alert_id: str,
        action: AlertAction,
        *,
        note: str = "",
        seconds: float | None = None,
    ) -> None:
        """Answer an open alert; a Snapshot that shows it follows."""
        await self._alerts.answer(alert_id, action, note, seconds)

    def look(self, view: View) -> None:
        """Show something else; a Snapshot for it follows. The newest call wins."""
        if view != self._view:
            self._view = view
            self._mark(has_data=True)

    def poll_now(self, source: str | None = None) -> None:
        """Ask one source, or all, as soon as their limits allow."""
        for name, poller in self._pollers.items():
            if source in (None, name):
                poller.ask()

    def set_paused(self, is_paused: bool) -> None:
        """Stop or resume the timers; a Snapshot that says so follows."""
        self._is_paused = is_paused
        for poller in self._pollers.values():
            poller.set_paused(is_paused)
        self._mark()

    async def video_page(self, video_id: str) -> VideoPage | None:
        """One video in full; None when it is not known."""
        row = next(
            (v for v in (self._last.videos if self._last else ()) if v.id == video_id),
            None,
        )
        if row is None:
            return None
        handle = self._view.account
        return await asyncio.to_thread(read_video_page, self._store, handle, row)

    async def export(self, view: View) -> str:
        """Write the view's points to a CSV in the working directory; its path."""
        path = Path.cwd() / f"kpi-tui-{view.account}-{view.days}d.csv"
        snapshot = self._last
        window = snapshot.window if snapshot else None
        await asyncio.to_thread(export_view, self._store, view, window, path)
        return str(path)

    # Running.

    async def run(self) -> None:
        """Poll and publish until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish_for_ever())
                tasks.create_task(self._keep_up())
                tasks.create_task(self._watch_settings())
                tasks.create_task(self._poll_for_ever())
                tasks.create_task(self._alerts.run())
        finally:
            if self._last is not None and self._listeners:
                with contextlib.suppress(StoreError):
                    self._away.note(self._last, self._clock())

    async def collect_once(self) -> tuple[SourceHealth, ...]:
        """Ask every source once, side by side; how each one did."""
        self._start_pollers()
        try:
            await asyncio.gather(*(p.poll() for p in self._pollers.values()))
            self._is_polling = True
            while await self._alerts.round():
                pass
        finally:
            await self._close_connectors()
        now = self._clock()
        return tuple(
            poller.health.frozen(now, is_paused=False)
            for poller in self._pollers.values()
        )

    async def _poll_for_ever(self) -> None:
        """Poll while this process holds the lock, watch the file while it does not."""
        while True:
            await self._become_poller()
            settings = self._settings
            self._start_pollers()
            self._is_polling = True
            self._alerts.wake()
            self._mark()
            polls = [asyncio.ensure_future(p.run()) for p in self._pollers.values()]
            try:
                await self._until_settings_change(settings, polls)
            finally:
                for poll in polls:
                    poll.cancel()
                await asyncio.gather(*polls, return_exceptions=True)
                await self._close_connectors()

    async def _until_settings_change(
        self, settings: Settings, polls: Sequence["asyncio.Future[None]"]
    ) -> None:
        while self._settings is settings:
            await asyncio.sleep(1.0)
            for poll in polls:
                if poll.done():
                    poll.result()

    async def _become_poller(self) -> None:
        seen = self._store.data_version()
        while self._lock is not None and not self._lock.try_acquire():
            if not self._is_viewer:
                self._is_viewer = True
                self._mark()
            await asyncio.sleep(LOCK_RETRY_SECONDS)
            if (version := self._store.data_version()) != seen:
                seen = version
                self._healths = {
                    name: Health.of_row(row)
                    for name, row in self._store.source_rows().items()
                }
                self._mark_all()
        if self._is_viewer:
            self._is_viewer = False
            self._mark()

    def _start_pollers(self) -> None:
        stored = self._store.source_rows()
        before, self._pollers = self._pollers, {}
        for connector in self._connectors(self._settings):
            health = Health.of(connector, stored.get(connector.name))
            if (old := before.get(connector.name)) is not None:
                health.closed_until = old.health.closed_until
            poller = Poller(
                connector,
                self._store,
                health,
                changed=partial(self._mark_account, connector.account),
                clock=self._clock,
            )
            poller.set_paused(self._is_paused)
            self._pollers[connector.name] = poller
            self._healths[connector.name] = health

    async def _close_connectors(self) -> None:
        for poller in self._pollers.values():
            await poller.connector.close()

    async def _keep_up(self) -> None:
        def zone_of(handle: str) -> ZoneInfo:
            return ZoneInfo(self._settings.zone_of(handle))

        # Days end and settle while nothing new arrives, hence the hourly mark.
        await Upkeep(self._store, zone_of, self._clock).run(
            lambda: not self._is_viewer, self._mark_all
        )

    async def _watch_settings(self) -> None:
        """Take an edited config; a wrong one leaves the old in force, and is told."""
        if self._reread is None:
            return
        while True:
            await asyncio.sleep(REREAD_SECONDS)
            settings, trouble = await asyncio.to_thread(self._reread, self._settings)
            if settings is self._settings and trouble == self._config_trouble:
                continue
            self._settings = settings
            self._config_trouble = trouble
            self._healths = {
                name: health
                for name, health in self._healths.items()
                if name not in self._pollers
            }
            self._mark_all()

    # Publishing.

    def _mark_account(self, handle: str, has_data: bool) -> None:
        if has_data:
            self._stale_handles.add(handle)
        self._mark(has_data=has_data)

    def _mark_all(self) -> None:
        self._stale_handles.add(None)
        self._mark(has_data=True)

    def _mark(self, *, has_data: bool = False) -> None:
        self._dirty.health = True
        self._dirty.data = self._dirty.data or has_data
        self._wake.set()

    async def _publish_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            dirty, self._dirty = self._dirty, _Dirty(data=False, health=False)
            if dirty.data or self._last is None:
                view = self._view
                try:
                    snapshot = await asyncio.to_thread(self._compute)
                    self._store_trouble = None
                except StoreError as error:
                    # What is on the screen stays, and says how old it is.
                    self._store_trouble = str(error)
                    if self._last is None:
                        raise
                    snapshot = self._last
                if view != self._view:
                    self._mark(has_data=True)
                    continue
            else:
                now = datetime.fromtimestamp(self._clock(), UTC)
                snapshot = replace(self._last, taken_at=now)
            self._publish(self._finished(snapshot))
            if dirty.data:
                self._alerts.wake()
            await self._note_look()
            await asyncio.sleep(PUBLISH_SPACING_SECONDS)

    async def _note_look(self) -> None:
        """Somebody looks: what they see is compared with when they come back."""
        now = self._clock()
        if self._last is not None and self._listeners and self._away.is_due(now):
            await asyncio.to_thread(self._away.note, self._last, now)

    def _publish(self, snapshot: Snapshot) -> None:
        for listener in self._listeners:
            listener(snapshot)

    def _compute(self, *, is_whole: bool = True) -> Snapshot:
        stale, self._stale_handles = self._stale_handles, set()
        for handle in stale:
            self._histories.forget(handle)
        snapshot = compute(
            self._store,
            self._settings,
            self._view,
            self._clock(),
            histories=self._histories,
            is_whole=is_whole,
        )
        handle = snapshot.account.handle
        found = self._benchmarks.of(self._store, self._settings, handle)
        return replace(snapshot, benchmarks=found)

    def _finished(self, snapshot: Snapshot) -> Snapshot:
        """With the monitor's own state: sources, log, notices, version."""
        now = self._clock()
        watched = {account.handle for account in snapshot.accounts}
        healths = [h for h in self._healths.values() if h.account in watched]
        nexts = [h.next_at for h in healths if h.next_at is not None]
        self._version += 1
        self._last = replace(
            snapshot,
            version=self._version,
            is_demo=self._is_demo or any(h.is_demo for h in healths),
            sources=tuple(
                h.frozen(now, is_paused=self._is_paused)
                for h in sorted(healths, key=lambda h: h.name)
            ),
            away=self._away.sentences(snapshot, now),
            log=tuple(_log_line(p) for p in self._store.polls(LOG_LINES)),
            alerts=self._alerts.alerts,
            notices=self._notices(),
            is_paused=self._is_paused,
            next_poll_at=datetime.fromtimestamp(min(nexts), UTC)
            if nexts and not self._is_paused
            else None,
        )
        return self._last

    def _frozen_sources(self) -> tuple[SourceHealth, ...]:
        now = self._clock()
        return tuple(h.frozen(now, is_paused=False) for h in self._healths.values())

    def _notices(self) -> tuple[str, ...]:
        notices = [*self._own_notices, *self._store.notices]
        notices += filter(None, (self._store_trouble, self._config_trouble))
        notices += self._alerts.notices
        notices += self._benchmarks.notices
        if self._is_viewer:
            notices.append(
                "another kpi-tui polls for this file; this one shows what it stores"
            )
        return tuple(notices)


def _log_line(row: PollRow) -> LogLine:
    # A state in the log was written by a Health, so it is one of its states.
    state = cast("SourceState", row.state)
    return LogLine(datetime.fromtimestamp(row.at, UTC), row.source, state, row.text)
