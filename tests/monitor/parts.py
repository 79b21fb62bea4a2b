"""A connector that says what a test tells it to: a fake at the port."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

from kpi_tui.kpi.readings import Batch, Reading, daily
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.port import SourceError

Answer = Batch | SourceError | Exception


class ScriptedConnector:
    """Answers from a script; repeats its last answer for ever."""

    is_demo = False

    def __init__(
        self,
        *answers: Answer,
        account: str = "acme",
        kind: str = "http-json",
        interval: float | None = 0.05,
    ) -> None:
        self.name = f"{account}/{kind}"
        self.account = account
        self.kind = kind
        self.interval = interval
        self.answers = list(answers) or [Batch()]
        self.fetches = 0
        self.is_closed = False
        self.change = asyncio.Event()
        self.running = 0
        self.most_running = 0
        self.delay = 0.0
        self.left = Gauges()
        self.held = 0.0

    async def fetch(self, now: float) -> Batch:
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.running -= 1
        answer = self.answers[min(self.fetches, len(self.answers) - 1)]
        self.fetches += 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def wait_for_change(self) -> None:
        await self.change.wait()
        self.change.clear()

    def gauges(self) -> Gauges:
        return self.left

    def hold(self, seconds: float) -> None:
        self.held = seconds

    async def close(self) -> None:
        self.is_closed = True


def days_batch(
    last: date, days: int, *, account: str = "acme", seen: int = 1_000, **metrics: float
) -> Batch:
    """The same value of each metric on each of ``days`` days up to ``last``."""
    readings: list[Reading] = []
    for back in range(days):
        readings += daily(
            account, list(metrics.items()), last - timedelta(days=back), seen=seen
        )
    return Batch(tuple(readings), data_until=last)


async def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for a condition; AssertionError when it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
