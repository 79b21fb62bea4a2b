"""The living whole: polling, the store, the present view, alerts, and its listeners.

Knows no screen; what it publishes is a Snapshot, and only ever the newest.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.monitor.alerting_watch import AlertSurroundings, AlertWatch
from kpi_tui.monitor.away import Away
from kpi_tui.monitor.benchmarks import BenchmarkReader
from kpi_tui.monitor.health import signing_in_by
from kpi_tui.monitor.pages import export_view, read_video_page
from kpi_tui.monitor.polling import ConnectorFactory, Polling
from kpi_tui.monitor.port import AlertAction, AlertListener, Listener
from kpi_tui.monitor.publisher import Publisher
from kpi_tui.monitor.settings_watch import SettingsReader, SettingsWatch
from kpi_tui.monitor.snapshot import (
    SIGN_IN,
    LogLine,
    Snapshot,
    SourceHealth,
    SourceState,
    VideoPage,
    View,
)
from kpi_tui.monitor.threads import make_threads
from kpi_tui.monitor.upkeep import Upkeep
from kpi_tui.monitor.viewing import Viewing
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import PollRow, Store, StoreError

__all__ = ["ConnectorFactory", "Monitor", "SettingsReader", "Surroundings"]

LOG_LINES = 100


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
    sign_in: str = SIGN_IN
    """What a user types to sign a source in, before its name."""


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
        self._around = around = around or Surroundings()
        self._store = store
        self._clock = around.clock
        self._settings = SettingsWatch(settings, around.reread)
        self._viewing = Viewing(
            store,
            self._settings_now,
            view,
            published=around.published,
            clock=self._clock,
        )
        self._publisher = Publisher(
            self._viewing, self._finished, self._follow_up, self._clock
        )
        self._polling = Polling(
            store,
            connectors,
            self._settings_now,
            self._mark,
            lock=around.lock,
            clock=self._clock,
        )
        self._away = Away(store)
        self._alerts = AlertWatch(
            store,
            AlertSurroundings(
                settings=self._settings_now,
                sources=self._polling.frozen,
                is_polling=lambda: self._polling.is_polling,
                changed=self._publisher.mark,
                clock=self._clock,
            ),
        )

    # What a screen asks.

    def stored_snapshot(self) -> Snapshot:
        """From stored data only, blocking: what the first frame shows."""
        return self._publisher.stored(is_whole=False)

    def whole_snapshot(self) -> Snapshot:
        """The same with goals, insights, alerts and the leaderboard; it takes longer."""
        self._alerts.load()
        return self._publisher.stored(is_whole=True)

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` on the event loop with every newer Snapshot."""
        self._publisher.subscribe(listener)

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
        if view != self._viewing.view:
            self._viewing.view = view
            self._publisher.ask()

    def poll_now(self, source: str | None = None) -> None:
        """Ask one source, or all, as soon as their limits allow."""
        self._polling.ask(source)

    def set_paused(self, is_paused: bool) -> None:
        """Stop or resume the timers; a Snapshot that says so follows."""
        self._polling.set_paused(is_paused)

    async def video_page(self, video_id: str) -> VideoPage | None:
        """One video in full; None when it is not known."""
        last = self._publisher.last
        videos = last.videos if last else ()
        row = next((video for video in videos if video.id == video_id), None)
        if row is None:
            return None
        handle = self._viewing.view.account
        return await asyncio.to_thread(
            read_video_page, self._store, handle, row, videos
        )

    async def export(self, view: View) -> str:
        """Write the view's points to a CSV in the working directory; its path."""
        path = Path.cwd() / f"kpi-tui-{view.account}-{view.days}d.csv"
        last = self._publisher.last
        window = last.window if last else None
        await asyncio.to_thread(export_view, self._store, view, window, path)
        return str(path)

    # Running.

    async def run(self) -> None:
        """Poll and publish until cancelled."""
        make_threads()
        try:
            await asyncio.to_thread(self._store.open_readers)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publisher.run())
                tasks.create_task(self._keep_up())
                tasks.create_task(self._settings.run(self._settings_changed))
                tasks.create_task(self._polling.run())
                tasks.create_task(self._alerts.run())
        finally:
            told = self._publisher.told
            if told is not None and self._publisher.has_listeners:
                with contextlib.suppress(StoreError):
                    self._away.note(told, self._clock())

    async def collect_once(self) -> tuple[SourceHealth, ...]:
        """Ask every source once, side by side; how each one did."""
        try:
            await self._polling.poll_once()
            while await self._alerts.round():
                pass
        finally:
            await self._polling.close()
        by = self._around.sign_in
        return tuple(signing_in_by(source, by) for source in self._polling.polled())

    async def _keep_up(self) -> None:
        def zone_of(handle: str) -> ZoneInfo:
            return ZoneInfo(self._settings.current.zone_of(handle))

        # Days end and settle while nothing new arrives, hence the hourly mark.
        await Upkeep(self._store, zone_of, self._clock).run(
            lambda: not self._polling.is_viewer, lambda: self._mark(None, True)
        )

    def _settings_now(self) -> Settings:
        return self._settings.current

    def _settings_changed(self, is_new: bool) -> None:
        if is_new:
            self._polling.forget_polled()
        self._mark(None, is_new)

    def _mark(self, handle: str | None, has_data: bool) -> None:
        if has_data:
            self._viewing.forget(handle)
        elif handle is None:
            # It may be this process's turn to judge.
            self._alerts.wake()
        self._publisher.mark(has_data=has_data)

    # Publishing.

    async def _follow_up(self, snapshot: Snapshot, has_data: bool) -> None:
        if has_data:
            self._alerts.wake()
        now = self._clock()
        if self._publisher.has_listeners and self._away.is_due(now):
            # Somebody looks: what they see is compared with when they come back.
            await asyncio.to_thread(self._away.note, snapshot, now)

    def _finished(self, snapshot: Snapshot) -> Snapshot:
        """With the monitor's own state: sources, log, alerts, notices."""
        now = self._clock()
        is_paused = self._polling.is_paused
        watched = {account.handle for account in snapshot.accounts}
        healths = [h for h in self._polling.healths if h.account in watched]
        nexts = [h.next_at for h in healths if h.next_at is not None]
        return replace(
            snapshot,
            is_demo=self._around.is_demo or any(h.is_demo for h in healths),
            sources=tuple(
                signing_in_by(h.frozen(now, is_paused=is_paused), self._around.sign_in)
                for h in sorted(healths, key=lambda h: h.name)
            ),
            away=self._away.sentences(snapshot, now),
            log=tuple(_log_line(p) for p in self._store.polls(LOG_LINES)),
            alerts=self._alerts.alerts,
            notices=self._notices(),
            is_paused=is_paused,
            next_poll_at=datetime.fromtimestamp(min(nexts), UTC)
            if nexts and not is_paused
            else None,
        )

    def _notices(self) -> tuple[str, ...]:
        notices = [*self._around.notices, *self._store.notices]
        notices += filter(None, (self._publisher.trouble, self._settings.trouble))
        notices += self._alerts.notices
        notices += self._viewing.notices
        if self._polling.is_viewer:
            notices.append(
                "another kpi-tui polls for this file; this one shows what it stores"
            )
        return tuple(notices)


def _log_line(row: PollRow) -> LogLine:
    # A state in the log was written by a Health, so it is one of its states.
    state = cast("SourceState", row.state)
    return LogLine(datetime.fromtimestamp(row.at, UTC), row.source, state, row.text)
