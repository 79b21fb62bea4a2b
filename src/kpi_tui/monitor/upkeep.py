"""What the store needs now and then: thinning and a backup."""

import asyncio
from collections.abc import Callable
from zoneinfo import ZoneInfo

from kpi_tui.store.store import Store

CHECK_SECONDS = 60.0
ROLL_UP_SECONDS = 3600.0
BACKUP_SECONDS = 86400.0


class Upkeep:
    """Thins old points every hour and backs the file up every day."""

    def __init__(
        self,
        store: Store,
        zone_of: Callable[[str], ZoneInfo],
        clock: Callable[[], float],
    ) -> None:
        """``zone_of`` a handle: days end there. ``clock`` gives UTC epoch seconds."""
        self._store = store
        self._zone_of = zone_of
        self._clock = clock

    async def run(
        self, is_ours: Callable[[], bool], hour_passed: Callable[[], None]
    ) -> None:
        """Until cancelled; ``is_ours`` says whether this process may write."""
        next_roll_up = next_backup = self._clock() + CHECK_SECONDS
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = self._clock()
            if now >= next_roll_up:
                next_roll_up = now + ROLL_UP_SECONDS
                if is_ours():
                    await asyncio.to_thread(self._roll_up, now)
                hour_passed()
            if now >= next_backup and is_ours():
                next_backup = now + BACKUP_SECONDS
                await asyncio.to_thread(self._store.backup)

    def _roll_up(self, now: float) -> None:
        """Step by step; each step is a short write of its own."""
        while self._store.roll_up(now, zone_of=self._zone_of):
            pass
