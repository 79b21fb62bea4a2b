"""Draws every tab of the demo, and the wall, at 120x40: ``make pictures``.

The demo's clock stands still and so does the screen once every source has answered:
the same code draws the same pictures.
"""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from kpi_tui.app.app import KpiApp
from kpi_tui.app.messages import SnapshotTaken
from kpi_tui.app.tabs import TABS
from kpi_tui.cli.wiring import build_demo
from kpi_tui.monitor.snapshot import Snapshot

FOLDER = Path(__file__).parent
SIZE = (120, 40)
NOW = datetime(2026, 10, 14, 15, 20, tzinfo=UTC).timestamp()
# Rich's SVG loads a web font; a picture in a repository should load nothing.
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
PATIENCE_SECONDS = 60.0
SETTLE_SECONDS = 3.0
"""For what is computed from the last answers."""


class StillApp(KpiApp):
    """Shows the sources as they were when every one had answered for the first time."""

    def on_snapshot_taken(self, message: SnapshotTaken) -> None:
        """How often a source is asked again depends on the machine's speed."""
        if is_whole(self.snapshot):
            message.snapshot = replace(
                message.snapshot,
                sources=self.snapshot.sources,
                log=self.snapshot.log,
                next_poll_at=self.snapshot.next_poll_at,
            )
        super().on_snapshot_taken(message)


def is_whole(snapshot: Snapshot) -> bool:
    """Whether every source was asked and has answered."""
    return bool(snapshot.sources and snapshot.benchmarks) and all(
        source.good_at is not None and source.next_at is not None
        for source in snapshot.sources
    )


async def draw() -> list[Path]:
    """Write one SVG per tab and one of the wall; their paths. TimeoutError if a source never answers."""
    monitor, store = build_demo(clock=lambda: NOW)
    app = StillApp(monitor, theme="kpi-dark", version="", clock=lambda: NOW)
    drawn = []
    try:
        # The breakpoints' classes come with a resize, which a test's start is not.
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.resize_terminal(*SIZE)
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not is_whole(app.snapshot):
                    await pilot.pause(0.1)
            await pilot.pause(SETTLE_SECONDS)
            # Once more the same, so that nothing is bold for having changed.
            app.pane.show(app.snapshot)
            for place, tab in enumerate(TABS):
                await pilot.press(str(place + 1))
                await _settle(app, pilot)
                drawn.append(_save(app, tab.id))
            await pilot.press("w")
            await _settle(app, pilot)
            drawn.append(_save(app, "wall"))
    finally:
        store.close()
    return drawn


async def _settle(app: KpiApp, pilot: Pilot[int]) -> None:
    """Until what a tab loads late, such as the countries' names, is there."""
    late = [worker for worker in app.workers if worker.group != "monitor"]
    if late:
        await app.workers.wait_for_complete(late)
    await pilot.pause(0.3)


def _save(app: KpiApp, name: str) -> Path:
    path = FOLDER / f"{name}.svg"
    svg = FONT_FACE.sub("", app.export_screenshot(title=f"kpi-tui · {name} · demo"))
    # Some viewers drop the blanks at the start of a run.
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    path.write_text(svg, encoding="utf-8")
    return path


if __name__ == "__main__":
    for picture in asyncio.run(draw()):
        print(picture)  # noqa: T201
