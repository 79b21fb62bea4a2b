"""What the screen costs: the time to its first useful frame, and bytes over the wire.

Everything runs in a real pseudo-terminal of 120x40 on a hand-made Snapshot, so that
only the screen is measured; see ``startup`` for the whole program.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kpi_tui.app.app import KpiApp
from kpi_tui.app.facts import OVERVIEW
from kpi_tui.app.lifeline import run_app
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot
from tests.app.terminal import Terminal

ROUNDS = 7
IDLE_SECONDS = 60.0
SETTLE_SECONDS = 1.5
LABEL_APP = """
from textual.app import App, ComposeResult
from textual.widgets import Label

class OneLabel(App[None]):
    def compose(self) -> ComposeResult:
        yield Label("Hello there")

OneLabel().run()
"""


def run() -> list[tuple[str, float, str]]:
    """Ratios and bytes, each with what it must be."""
    with tempfile.TemporaryDirectory() as folder:
        ratio, seconds = _first_frame(folder)
        first, idle, processor, one, every = _bytes(folder)
    return [
        (
            "screen: first useful frame (at most 2.2)",
            ratio,
            "x a one-label Textual app",
        ),
        ("screen: the same", seconds, "s, median"),
        ("screen: to the first whole screen (under 60,000)", first, "bytes"),
        ("screen: an idle minute (under 1,000)", idle, "bytes"),
        ("screen: an idle minute (under 0.5)", processor, "% of a core"),
        ("screen: one of 12 panels changes (under 1,000)", one, "bytes"),
        ("screen: all 12 panels change (under 6,000)", every, "bytes"),
    ]


def _first_frame(folder: str) -> tuple[float, float]:
    """Median ratio of pairs measured in turn, and the app's own median."""
    pairs = [
        (
            _seconds_until(["-c", LABEL_APP], b"Hello there"),
            _seconds_until(["-m", "benchmarks.screen", folder], b"What moved"),
        )
        for _ in range(ROUNDS)
    ]
    ratios = [own / label for label, own in pairs]
    return statistics.median(ratios), statistics.median(own for _, own in pairs)


def _seconds_until(arguments: list[str], words: bytes) -> float:
    with Terminal(arguments, starts_python=True) as terminal:
        terminal.read_until(lambda _: words in terminal.raw)
        return time.monotonic() - terminal.started


def _bytes(folder: str) -> tuple[int, int, float, int, int]:
    with Terminal(["-m", "benchmarks.screen", folder], starts_python=True) as terminal:
        terminal.read_until(lambda text: "What moved" in text)
        terminal.read(SETTLE_SECONDS)
        first = len(terminal.raw)
        busy = _processor_seconds(terminal.process.pid)
        idle = terminal.read(IDLE_SECONDS)
        busy = _processor_seconds(terminal.process.pid) - busy
        one = _after(terminal, folder, "one")
        every = _after(terminal, folder, "all")
        return first, idle, busy / IDLE_SECONDS * 100, one, every


def _after(terminal: Terminal, folder: str, command: str) -> int:
    """Bytes of one change; what was bold before is let fade first."""
    (Path(folder) / "same").touch()
    terminal.read(SETTLE_SECONDS)
    (Path(folder) / command).touch()
    return terminal.read(SETTLE_SECONDS)


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class ScriptedMonitor(FakeMonitor):
    """Publishes a change when a file of that name appears in a folder."""

    def __init__(self, folder: Path) -> None:
        """All 12 panels have a value."""
        super().__init__(_full(make_snapshot()))
        self._folder = folder

    async def run(self) -> None:
        """Look for files twice a second: not often enough to be seen as load."""
        changes: dict[str, Callable[[Snapshot], Snapshot]] = {
            "same": lambda snapshot: snapshot,
            "one": lambda snapshot: _moved(snapshot, OVERVIEW[3:4]),
            "all": lambda snapshot: _moved(snapshot, OVERVIEW),
        }
        while True:
            await asyncio.sleep(0.5)
            for name, change in changes.items():
                if (self._folder / name).exists():
                    (self._folder / name).unlink()
                    changed = change(self.snapshot)
                    self.publish(kpis=changed.kpis, trends=changed.trends)


def _full(snapshot: Snapshot) -> Snapshot:
    kpis = dict(snapshot.kpis)
    for kpi in OVERVIEW:
        if kpis[kpi].value is None:
            source = kpis["bounce_rate"]
            kpis[kpi] = KpiValue(
                kpi, 0.021, "percent", previous=0.018, source=source.source
            )
    return replace(snapshot, kpis=kpis)


def _moved(snapshot: Snapshot, names: tuple[str, ...]) -> Snapshot:
    """A new value and a new last day of these."""
    kpis, trends = dict(snapshot.kpis), dict(snapshot.trends)
    for kpi in names:
        value = (kpis[kpi].value or 1.0) * 1.013
        kpis[kpi] = replace(kpis[kpi], value=value)
        if kpi in trends:
            days = (*trends[kpi].values[:-1], (trends[kpi].values[0] or 0.0) * 1.3)
            trends[kpi] = Trend(kpi, trends[kpi].first, days)
    return replace(snapshot, kpis=kpis, trends=trends)


def _play(folder: str) -> int:
    """The program inside the terminal; its clock runs on from the Snapshot's moment."""
    offset = NOW.timestamp() - time.time()
    app = KpiApp(
        ScriptedMonitor(Path(folder)),
        version="",
        clock=lambda: time.time() + offset,
    )
    return run_app(app)


if __name__ == "__main__":
    sys.exit(_play(sys.argv[1]))
