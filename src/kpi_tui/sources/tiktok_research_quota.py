"""What a research project may ask TikTok in a day, counted over restarts.

Knows no request. TikTok counts 1,000 requests and 100,000 records from 00:00 UTC on.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from kpi_tui.sources.budget import DayQuota
from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.port import SourceError

REQUESTS_A_DAY = 1_000
RECORDS_A_DAY = 100_000
RECORDS_A_REQUEST = 100
"""The most that one answer holds."""
_DAY_SECONDS = 86_400.0
_MOST_HELD_SECONDS = 3600.0
"""TikTok may count what others asked with the same key; an hour later is soon
enough to see."""


def busy_seconds(now: float) -> float:
    """How long to leave TikTok alone after "asked too often": at most an hour, and not
    past the reset. ``now`` is UTC epoch seconds."""
    return min(_MOST_HELD_SECONDS, _DAY_SECONDS - now % _DAY_SECONDS)


class ResearchQuota:
    """Requests and records of one project, shared by all accounts that it asks for."""

    def __init__(
        self, path: Path | None, clock: Callable[[], float] = time.time
    ) -> None:
        """``path`` is the file that remembers; ``clock`` is UTC epoch seconds."""
        self._clock = clock
        self._requests = DayQuota("requests a day", REQUESTS_A_DAY, path, clock)
        self._records = DayQuota("records a day", RECORDS_A_DAY, path, clock)
        self._turn = asyncio.Lock()
        self._held_until = 0.0

    async def spend(self, records: int) -> None:
        """Count one request that may bring so many records.

        Raises SourceError "rate limited", with the time until 00:00 UTC, when the day
        has not enough left; nothing is asked then.
        """
        now = self._clock()
        if now < self._held_until <= now + _DAY_SECONDS:
            raise SourceError(
                "TikTok says that this project has asked enough for now",
                fault="rate limited",
                hint="It is asked again by itself, after 00:00 UTC at the latest.",
                retry_after=self._held_until - now,
            )
        async with self._turn:  # both quotas share a file
            await self._requests.spend()
            await self._records.spend(records)

    async def give_back(self, records: int) -> None:
        """Take back what an answer did not bring."""
        async with self._turn:
            used = await asyncio.to_thread(self._records.used, self._clock())
            # Midnight may have passed since they were counted.
            await self._records.spend(-min(records, used))

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long: TikTok refused a request as one too many."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def gauge(self, wall: float) -> tuple[Budget, ...]:
        """What is used of the day; ``wall`` is now in UTC epoch seconds."""
        return (*self._requests.gauge(wall), *self._records.gauge(wall))


class Allowance:
    """The quota as one kind of request sees it."""

    def __init__(self, quota: ResearchQuota, records: int) -> None:
        """``records`` is the most that such a request may bring."""
        self._quota = quota
        self._records = records

    async def spend(self) -> None:
        """Count one request; see :meth:`ResearchQuota.spend`."""
        await self._quota.spend(self._records)

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long."""
        self._quota.hold(seconds)
