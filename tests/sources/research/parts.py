"""What the tests of tiktok-research share: a clock, a quota's file, a connector."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from kpi_tui.config.settings import ResearchSource, Secret
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.tiktok_research import (
    ResearchConnector,
)
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.servers.loopback import serving
from tests.servers.research import (
    CLIENT_KEY,
    NOW,
    Research,
)

NAME = "rival/tiktok-research"
HOUR = 3600.0
MIDNIGHT = datetime(2026, 3, 25, tzinfo=UTC).timestamp()


class Clock:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def made(
    base: str,
    clock: Clock,
    quota: ResearchQuota,
    *,
    secret: Path,
    refresh: float | None = 300,
) -> ResearchConnector:
    source = ResearchSource(
        type="tiktok-research",
        client_key=CLIENT_KEY,
        client_secret=Secret(file=secret),
        username="rival",
        eligible=True,
        base_url=base,
    )
    identity = Identity(NAME, "rival", "tiktok-research", refresh)
    return ResearchConnector(identity, source, HttpClient(), quota, clock=clock)


@asynccontextmanager
async def connected(
    api: Research, clock: Clock, secret: Path, quota: ResearchQuota
) -> AsyncIterator[ResearchConnector]:
    async with serving(api.handle) as base:
        one = made(base + api.prefix, clock, quota, secret=secret)
        yield one
        await one.close()


def put(path: Path, text: str) -> None:
    """Write a file, with its folder."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def used(file: Path, **counts: int) -> None:
    """Have a file say what was counted today."""
    days = {
        f"{name} a day": {"day": "2026-03-24", "used": count}
        for name, count in counts.items()
    }
    put(file, json.dumps(days))


def values(batch: Batch, entity: str = "") -> dict[str, float]:
    """Metric to value of one entity."""
    return {r.metric: r.value for r in batch.readings if r.entity == entity}
