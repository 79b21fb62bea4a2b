"""When a Snapshot is due, and who is given it: a burst of news becomes one.

Knows neither sources nor what a Snapshot holds.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from kpi_tui.monitor.port import Listener
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.monitor.threads import one_thread
from kpi_tui.monitor.viewing import Viewing
from kpi_tui.store.store import StoreError

PUBLISH_SPACING_SECONDS = 0.25
"""A burst of answers becomes one Snapshot."""
REST_SHARE = 9.0
"""A computation is followed by nine times as long without one: a thousand sources that
answer all the time take a tenth of a core, not all of it."""
MOST_REST_SECONDS = 5.0
CROWD = 20
"""With more accounts another view comes without its leaderboard first: that of a
thousand takes a second."""

Finish = Callable[[Snapshot], Snapshot]
"""Adds the monitor's own state to what was computed."""
Told = Callable[[Snapshot, bool], Awaitable[None]]
"""Follows every publication; whether its numbers were computed anew."""


class Publisher:
    """Publishes the present view until cancelled, and only ever the newest."""

    def __init__(
        self,
        viewing: Viewing,
        finish: Finish,
        told: Told,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is computed yet. ``clock`` gives UTC epoch seconds."""
        self._viewing = viewing
        self._finish = finish
        self._told = told
        self._clock = clock
        self._listeners: list[Listener] = []
        self._has_data = True
        """Whether the numbers, too, changed since the last publication."""
        self._wake = asyncio.Event()
        self._asked = asyncio.Event()
        """Somebody waits for the next one."""
        self._version = 0
        self.last: Snapshot | None = None
        """The newest one."""
        self.told: Snapshot | None = None
        """The newest one that was published, which is whole."""
        self.trouble: str | None = None
        """Why the newest numbers could not be read."""

    @property
    def has_listeners(self) -> bool:
        """Whether somebody looks."""
        return bool(self._listeners)

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` on the event loop with every newer Snapshot."""
        self._listeners.append(listener)

    def ask(self) -> None:
        """Somebody looks at something else, and waits."""
        self.mark(has_data=True)
        self._asked.set()

    def mark(self, *, has_data: bool = False) -> None:
        """Something is new: the numbers, or only how the sources do."""
        self._has_data = self._has_data or has_data
        self._wake.set()

    def stored(self, *, is_whole: bool) -> Snapshot:
        """The view, blocking; nobody is told. See :meth:`Viewing.compute`.

        One that is not whole is followed by one that is as soon as :meth:`run` runs.
        """
        if not is_whole:
            self.mark(has_data=True)
        return self._newest(self._viewing.compute(is_whole=is_whole))

    async def run(self) -> None:
        """Publish what is new until cancelled."""
        thread = one_thread("kpi-view")
        try:
            await self._publish(thread)
        finally:
            thread.shutdown(wait=False, cancel_futures=True)

    async def _publish(self, thread: Executor) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._asked.clear()
            began = time.monotonic()
            has_data, self._has_data = self._has_data, False
            if has_data or self.last is None:
                view = self._viewing.view
                await self._hurry(thread, view)
                snapshot = await self._computed(thread)
                if view != self._viewing.view:
                    self.mark(has_data=True)
                    continue
            else:
                now = datetime.fromtimestamp(self._clock(), UTC)
                snapshot = replace(self.last, taken_at=now)
            self.told = snapshot = self._newest(snapshot)
            self._tell(snapshot)
            spent = time.monotonic() - began
            await self._told(snapshot, has_data)
            rest = min(MOST_REST_SECONDS, REST_SHARE * spent)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(PUBLISH_SPACING_SECONDS, rest)):
                    await self._asked.wait()

    async def _hurry(self, thread: Executor, view: View) -> None:
        """The panels of a view that was not shown yet, where the rest takes long."""
        last = self.last
        if last is None or last.view == view or len(last.accounts) <= CROWD:
            return
        found = await self._computed(thread, is_whole=False)
        if found.view == view == self._viewing.view:
            if replace(view, account=last.view.account) == last.view:
                found = replace(found, leaderboard=last.leaderboard)
            self._tell(self._newest(found))

    def _tell(self, snapshot: Snapshot) -> None:
        for listener in self._listeners:
            listener(snapshot)

    async def _computed(self, thread: Executor, *, is_whole: bool = True) -> Snapshot:
        """The view's numbers; the last ones, which say how old they are, if the store
        can't be read."""
        try:
            loop = asyncio.get_running_loop()
            compute = partial(self._viewing.compute, is_whole=is_whole)
            snapshot = await loop.run_in_executor(thread, compute)
        except StoreError as error:
            self.trouble = str(error)
            if self.last is None:
                raise
            return self.last
        self.trouble = None
        return snapshot

    def _newest(self, snapshot: Snapshot) -> Snapshot:
        self._version += 1
        self.last = replace(self._finish(snapshot), version=self._version)
        return self.last
