"""The alerts' own task: judges when something is new, and tells without being waited for.

Knows no rule and no screen (see :mod:`kpi_tui.monitor.alerting`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kpi_tui.config.settings import Settings
from kpi_tui.monitor.port import AlertAction, AlertListener, Ring
from kpi_tui.monitor.snapshot import SourceHealth
from kpi_tui.store.store import Store, StoreError

if TYPE_CHECKING:
    from kpi_tui.kpi.alerts import Alert
    from kpi_tui.kpi.alerts_messages import Message
    from kpi_tui.monitor.alerting import AlertDesk


ROUND_SECONDS = 30.0
"""Between two rounds at most: snoozes and quiet hours end while nothing else happens."""
SPACING_SECONDS = 2.0
"""Between two rounds at least, however often something is new."""


@dataclass(frozen=True, slots=True)
class AlertSurroundings:
    """What the watch asks of the monitor, each time anew."""

    settings: Callable[[], Settings]
    sources: Callable[[], Sequence[SourceHealth]]
    is_polling: Callable[[], bool]
    """Whether this process judges and tells; else it shows what another one stored."""
    changed: Callable[[], None]
    """Told when the alerts are others than before."""
    clock: Callable[[], float]
    """UTC epoch seconds."""


class AlertWatch:
    """Alerts beside the monitor's other tasks; one slow command holds up only these."""

    def __init__(self, store: Store, around: AlertSurroundings) -> None:
        """Nothing is read yet."""
        self._store = store
        self._around = around
        self._opened: AlertDesk | None = None
        self._listeners: list[AlertListener] = []
        self._news = asyncio.Event()
        self._trouble: str | None = None
        self._seen: tuple[object, ...] | None = None
        """What a watch that does not judge has shown last."""

    @property
    def alerts(self) -> "tuple[Alert, ...]":
        """Open ones before those that are over, newest first."""
        return self._opened.alerts if self._opened else ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What keeps somebody from being told, one sentence each."""
        troubles = self._opened.troubles if self._opened else ()
        return (*filter(None, (self._trouble,)), *troubles)

    @property
    def _desk(self) -> "AlertDesk":
        if self._opened is None:
            # 10 ms to import, which a first paint without alerts need not wait for.
            from kpi_tui.monitor.alerting import AlertDesk

            self._opened = AlertDesk(self._store)
        return self._opened

    def subscribe(self, listener: AlertListener) -> None:
        """Call ``listener`` with every message."""
        self._listeners.append(listener)

    def load(self) -> None:
        """The stored alerts, blocking: what the first frame shows."""
        settings = self._around.settings()
        if settings.alert:
            self._desk.load(settings, self._around.clock())
            self._desk.forget()

    def wake(self) -> None:
        """There may be something to judge."""
        self._news.set()

    async def run(self) -> None:
        """Judge and tell until cancelled."""
        while True:
            self._news.clear()
            if await self.round():
                self._news.set()
            await asyncio.sleep(SPACING_SECONDS)
            # Not wait_for: Python 3.11's forgets a cancellation that comes together
            # with the news, and the program then never ended.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ROUND_SECONDS):
                    await self._news.wait()

    async def round(self) -> bool:
        """Judge what is new and tell it; whether there is more to judge at once."""
        shown = (self.alerts, self.notices)
        is_more = False
        try:
            if self._around.is_polling():
                is_more = await self._judge()
            else:
                await asyncio.to_thread(self._follow)
            self._trouble = None
        except StoreError as error:
            self._trouble = f"alerts are not judged: {error}"
        if shown != (self.alerts, self.notices):
            self._around.changed()
        return is_more

    async def answer(
        self, alert_id: str, action: AlertAction, note: str, seconds: float | None
    ) -> None:
        """Keep an answer, and let a round take it."""
        keep = partial(
            self._desk.answer,
            alert_id,
            action,
            note=note,
            seconds=seconds,
            now=self._around.clock(),
        )
        if await asyncio.to_thread(keep):
            self._around.changed()
            self.wake()

    async def _judge(self) -> bool:
        settings, now = self._around.settings(), self._around.clock()
        # A thousand sources take the loop 10 ms, so only where somebody asks for them.
        is_asked = any(alert.no_data_for is not None for alert in settings.alert)
        sources = self._around.sources() if is_asked else ()
        shown = self.alerts
        is_more = await asyncio.to_thread(self._desk.evaluate, settings, sources, now)
        if shown != self.alerts:
            self._around.changed()
        await self._desk.tell(settings, now, partial(self._ring, settings))
        self._seen = None
        return is_more

    def _follow(self) -> None:
        """Another process judges: show what it stored."""
        settings = self._around.settings()
        seen = (self._store.data_version(), settings)
        if settings.alert and seen != self._seen:
            self._desk.load(settings, self._around.clock())
            self._seen = seen
        self._desk.forget()

    def _ring(self, settings: Settings, message: "Message") -> None:
        is_raised = message.kind == "raised"
        notify = settings.notify
        ring = Ring(message, notify.bell and is_raised, notify.desktop and is_raised)
        for listener in self._listeners:
            listener(ring)
