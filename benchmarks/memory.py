"""Memory, threads and descriptors after 10,000 refreshes against those after 100.

The whole chain runs: a connector answers anew each time, the store keeps it, the
monitor computes, the app draws all that changed.
"""

import asyncio
import gc
import os
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from kpi_tui.app.app import KpiApp
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.readings import Batch, day_start, instant
from kpi_tui.monitor import poller, publisher
from kpi_tui.monitor.monitor import Monitor, Surroundings
from kpi_tui.monitor.snapshot import View
from kpi_tui.store.store import Store
from tests.monitor.parts import ScriptedConnector, days_batch

EARLY, LATE = 100, 10_000
PATIENCE_SECONDS = 10.0
SETTINGS = Settings.model_validate({"account": [{"handle": "acme"}]})
START = day_start(datetime.now(UTC).date()) + 60


class Restless(ScriptedConnector):
    """Says something else at every poll."""

    async def fetch(self, now: float) -> Batch:
        """A follower count that moves and a last day that is restated."""
        self.fetches += 1
        last = datetime.fromtimestamp(now, UTC).date() - timedelta(days=1)
        day = days_batch(last, 2, seen=int(now), video_views=1000 + self.fetches % 97)
        followers = instant("acme", [("followers", 5000 + self.fetches % 89)], int(now))
        return Batch((*day.readings, *followers), data_until=last)


def run() -> list[tuple[str, float, str]]:
    """Growth between the two counts, each with what it must be."""
    # Ten thousand refreshes as spaced for a person would take six hours.
    with (
        mock.patch.object(poller, "MIN_SPACING_SECONDS", 0.0),
        mock.patch.object(publisher, "PUBLISH_SPACING_SECONDS", 0.0),
        mock.patch.object(publisher, "REST_SHARE", 0.0),
        tempfile.TemporaryDirectory() as folder,
    ):
        early, late = asyncio.run(_measure(Path(folder)))
    assert late[1:] == early[1:], f"threads, descriptors: {early[1:]}, then {late[1:]}"
    return [
        (
            f"memory: growth from {EARLY} to {LATE:,} refreshes (at most 5)",
            (late[0] - early[0]) / 2**20,
            f"MB, from {early[0] / 2**20:.0f} MB",
        ),
        ("memory: threads more (0)", late[1] - early[1], f"from {early[1]}"),
        ("memory: descriptors more (0)", late[2] - early[2], f"from {early[2]}"),
    ]


async def _measure(folder: Path) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    store = Store.open(folder / "kpi.db")
    now = [float(START)]
    connector = Restless(interval=None)
    monitor = Monitor(
        SETTINGS,
        store,
        View("acme"),
        lambda _: (connector,),
        Surroundings(clock=lambda: now[0]),
    )
    app = KpiApp(monitor, version="", clock=lambda: now[0])
    shown = asyncio.Event()
    monitor.subscribe(lambda _: shown.set())
    readings = {}
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1.0)
        for count in range(1, LATE + 1):
            now[0] += 5.0
            polled = connector.fetches
            connector.change.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                while connector.fetches == polled:
                    shown.clear()
                    await shown.wait()
            if count in (EARLY, LATE):
                await pilot.pause(0.5)
                readings[count] = _resources()
    store.close()
    return readings[EARLY], readings[LATE]


def _resources() -> tuple[int, int, int]:
    """Resident bytes, threads, descriptors."""
    gc.collect()
    time.sleep(0.05)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    return pages * os.sysconf("SC_PAGE_SIZE"), threading.active_count(), descriptors
