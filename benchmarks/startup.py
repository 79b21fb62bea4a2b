"""The whole program's start: process to first useful frame, from a real file.

Baseline: a one-label Textual app that starts beside it in the same terminal.
"""

import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.screen import LABEL_APP
from kpi_tui.kpi.readings import Batch, Reading, day_start
from kpi_tui.store.store import Store
from tests.app.terminal import Terminal

ROUNDS = 9
DAYS = 730
MANY = 1000
METRICS = (
    "video_views", "profile_views", "likes", "comments", "shares", "followers",
    "viewers", "new_viewers", "website_visits", "bounces", "conversions", "reach",
)  # fmt: skip


def run() -> list[tuple[str, float, str]]:
    """Ratios, each with what it must be."""
    with tempfile.TemporaryDirectory() as folder:
        one, many = Path(folder, "one.db"), Path(folder, "many.db")
        _fill(one, 1)
        _fill(many, MANY)
        label, single, thousand = _medians(one, many)
    return [
        ("startup: first frame of 12 panels (at most 2.2)", single / label,
         "x a one-label Textual app"),
        (f"startup: the same with {MANY:,} accounts in the file (at most 1.3)",
         thousand / single, "x with one account"),
        ("startup: first frame", single, "s, median"),
    ]  # fmt: skip


def _fill(path: Path, accounts: int) -> None:
    store = Store.open(path)
    last = datetime.now(UTC).date() - timedelta(days=1)
    for number in range(accounts):
        store.ingest(f"a{number}/http-json", _account(f"a{number}", last))
    store.close()


def _account(handle: str, last: date) -> Batch:
    ats = [day_start(last - timedelta(days=back)) for back in range(DAYS)]
    return Batch(
        tuple(
            Reading(handle, "", metric, "day", at, 100.0 + at // 86400 % 97, at)
            for metric in METRICS
            for at in ats
        ),
        data_until=last,
    )


def _medians(one: Path, many: Path) -> tuple[float, float, float]:
    """Seconds of the label app and of both files, measured in turn."""
    rounds = [
        (
            _seconds_until(["-c", LABEL_APP], b"Hello there"),
            _seconds_until(_program(one), b"Bounce rate"),
            _seconds_until(_program(many), b"Bounce rate"),
        )
        for _ in range(ROUNDS + 1)
    ][1:]
    label, single, thousand = (statistics.median(t) for t in zip(*rounds, strict=True))
    return label, single, thousand


def _program(data: Path) -> list[str]:
    return ["-m", "kpi_tui", "--data", str(data), "--account", "a0"]


def _seconds_until(arguments: list[str], words: bytes) -> float:
    """From the start of the process to the first bytes that hold the words."""
    with Terminal(arguments, starts_python=True) as terminal:
        terminal.read_until(lambda _: words in terminal.raw)
        return time.monotonic() - terminal.started
