"""Asks one source again and again, keeps what it says, and tells how it went."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from kpi_tui.kpi.faults import traced
from kpi_tui.kpi.readings import Batch
from kpi_tui.monitor.health import Health
from kpi_tui.monitor.schedule import OPEN_SECONDS, Schedule
from kpi_tui.sources.port import Connector, Fault, SourceError
from kpi_tui.store.store import Poll, Store

log = logging.getLogger(__name__)

FETCH_SECONDS = 120.0
"""Total time of one fetch, all pages included: a source that drips must end."""
MIN_SPACING_SECONDS = 2.0
"""Between two polls of one source, however often ``r`` is pressed or files change."""


class Poller:
    """One source's task. It never overlaps itself and never dies of its source."""

    def __init__(
        self,
        connector: Connector,
        store: Store,
        health: Health,
        *,
        changed: Callable[[bool], None],
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``changed(has_new_data)`` is called after every try; ``clock`` is UTC epoch
        seconds, ``sleep`` waits between tries."""
        self.connector = connector
        self.health = health
        self._store = store
        self._changed = changed
        self._clock = clock
        self._sleep = sleep
        self._schedule = Schedule(connector.interval, health.failures)
        self._asked = asyncio.Event()
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._first = True
        self._floor = self._closed()
        """Seconds after the last try in which the source is left alone."""
        if self._floor:
            connector.hold(self._floor)

    def ask(self) -> None:
        """Poll as soon as the source's limits allow."""
        self._asked.set()

    def set_paused(self, is_paused: bool) -> None:
        """Stop or resume the timer; :meth:`ask` works all the same."""
        if is_paused:
            self._resumed.clear()
        else:
            self._resumed.set()

    async def run(self) -> None:
        """Poll until cancelled."""
        wait: float | None = max(self._floor, self._trial())
        if wait:
            self._announce_next(wait)
        while True:
            await self._wait(wait)
            wait = await self.poll()
            self._announce_next(wait)

    async def poll_if_welcome(self) -> None:
        """Fetch and keep once, unless the server still wants to be left alone."""
        if not self._closed():
            await self.poll()

    async def poll(self) -> float | None:
        """Fetch and keep once; seconds until the next try, None for no timer."""
        at = self._clock()
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                batch = await self.connector.fetch(at)
        except SourceError as error:
            return await self._failed(
                at, error.fault, error.message, error.hint, error.retry_after
            )
        except TimeoutError:
            return await self._failed(
                at, "failed", f"gave no whole answer in {FETCH_SECONDS:.0f} s"
            )
        # The one broad except: a connector's bug must not take the screen down.
        except Exception as error:  # noqa: BLE001  see above
            name = self.connector.name
            log.error("%s: unexpected %s", name, traced(error))  # noqa: TRY400  masked
            return await self._failed(
                at,
                "failed",
                f"an answer that kpi-tui did not understand ({type(error).__name__})",
                "please report this with the log",
            )
        return await self._keep(at, batch)

    async def _keep(self, at: float, batch: Batch) -> float | None:
        count = await asyncio.wrap_future(
            self._store.submit(self.connector.name, batch)
        )
        points = count.new + count.updated
        self.health.succeeded(
            at, points=points, until=batch.data_until, notes=batch.notes
        )
        text = f"{points} new or changed" if points else "nothing new"
        wait = self._settled(self._schedule.after_success())
        await self._record(at, text)
        self._changed(points > 0 or bool(batch.videos) or self._first)
        self._first = False
        return wait

    async def _failed(
        self,
        at: float,
        fault: Fault,
        message: str,
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> float | None:
        self.health.failed(at, fault, message, hint)
        wait = self._settled(
            self._schedule.after_failure(fault, retry_after, random.random)
        )
        await self._record(at, message)
        self._changed(False)
        return wait

    async def _record(self, at: float, text: str) -> None:
        health = self.health
        poll = Poll(
            health.name,
            health.account,
            health.kind,
            at,
            health.state,
            text,
            points=health.points,
            data_until=health.data_until,
            failures=health.failures,
            notes=health.notes,
            hint=health.hint,
            closed_until=health.closed_until,
            circuit_until=health.circuit_until,
        )
        await asyncio.wrap_future(self._store.submit_poll(poll))

    def _closed(self) -> float:
        """Seconds in which the server wants no request, as told here or stored."""
        now, health = self._clock(), self.health
        if (health.polled_at or 0.0) > now:
            return 0.0  # told by a clock that was ahead, perhaps by years
        return max(0.0, (health.closed_until or 0.0) - now)

    def _trial(self) -> float:
        """Seconds until an open circuit that was stored may be tried.

        Not all of its wait: whoever mended what was wrong has just started again.
        """
        now, health = self._clock(), self.health
        tried = health.polled_at or 0.0
        if not self._schedule.is_open or tried > now:
            return 0.0
        return max(0.0, min(tried + OPEN_SECONDS, health.circuit_until or 0.0) - now)

    def _settled(self, wait: float | None) -> float | None:
        """Note until when the source is left alone, before the try is written down."""
        now, closed = self._clock(), self._schedule.closed_seconds
        self._floor = max(MIN_SPACING_SECONDS, closed)
        is_open = self._schedule.is_open and wait is not None
        self.health.closed_until = now + closed if closed else None
        self.health.circuit_until = now + (wait or 0.0) if is_open else None
        return wait

    def _announce_next(self, wait: float | None) -> None:
        health = self.health
        health.next_at = None if wait is None else self._clock() + wait
        health.circuit_until = health.next_at if self._schedule.is_open else None
        self._changed(False)

    async def _wait(self, seconds: float | None) -> None:
        """Until the timer is over, the user asks, or a watched file changes.

        What the source's limits forbid is slept through first, whoever asks.
        """
        floor = min(self._floor, seconds) if seconds is not None else self._floor
        if floor:
            await self._sleep(floor)
        waits = [
            asyncio.ensure_future(self._asked.wait()),
            asyncio.ensure_future(self._change()),
        ]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._timer(seconds - floor)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self._asked.clear()

    async def _change(self) -> None:
        try:
            await self.connector.wait_for_change()
        # A watch that cannot be kept (inotify limits) must not become a hot loop.
        except OSError as error:
            log.warning("%s: cannot watch for changes: %s", self.health.name, error)
            await asyncio.Event().wait()

    async def _timer(self, seconds: float) -> None:
        await self._sleep(max(0.0, seconds))
        await self._resumed.wait()
