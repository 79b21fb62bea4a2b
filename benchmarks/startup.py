"""The whole program's start: process to first useful frame, from a real file.

Baseline: a one-label Textual app that starts beside it in the same terminal. The
fastest start of each counts: the slower ones measure what else the machine does.
"""

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.screen import LABEL_APP
from kpi_tui.kpi.readings import Batch, Reading, day_start
from kpi_tui.store.store import Store
from tests.app.terminal import Terminal

ROUNDS = 11
CONFIG = """
[[account]]
handle = "a0"
[[goal]]
kpi = "followers"
target = 190000
by = {year}-12-31
[[goal]]
kpi = "video_views"
target = 500000
by = {year}-12-31
[[alert]]
kpi = "bounce_rate"
above = "42%"
for = "2d"
"""
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
        config = Path(folder, "config.toml")
        year = datetime.now(UTC).year
        config.write_text(CONFIG.format(year=year), encoding="utf-8")
        label, single, thousand, configured = _fastest(folder, one, many, config)
    return [
        ("startup: first frame of 12 panels (at most 2.2)", single / label,
         "x a one-label Textual app"),
        ("startup: the same with a config, goals and an alert (at most 2.2)",
         configured / label, "x a one-label Textual app"),
        (f"startup: the same with {MANY:,} accounts in the file (at most 1.3)",
         thousand / single, "x with one account"),
        ("startup: first frame", single, "s, the fastest"),
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


def _fastest(home: str, one: Path, many: Path, config: Path) -> list[float]:
    """Seconds of the label app, of both files, and with a config, measured in turn."""
    starts = (
        (["-c", LABEL_APP], b"Hello there"),
        (_program(one), b"Bounce rate"),
        (_program(many), b"Bounce rate"),
        ([*_program(one), "--config", str(config)], b"Bounce rate"),
    )
    seconds: list[list[float]] = [[] for _ in starts]
    for number in range(ROUNDS + 1):
        # In another order each time: what came before leaves the machine warm or busy.
        for place in range(len(starts)):
            which = (number + place) % len(starts)
            seconds[which].append(_seconds_until(*starts[which], home))
    return [min(times[1:]) for times in seconds]


def _program(data: Path) -> list[str]:
    return ["-m", "kpi_tui", "--data", str(data), "--account", "a0"]


def _seconds_until(arguments: list[str], words: bytes, home: str) -> float:
    """From the start of the process to the first bytes that hold the words.

    At home nowhere: a config of the user's own would be another program.
    """
    with Terminal(arguments, starts_python=True, HOME=home) as terminal:
        terminal.read_until(lambda _: words in terminal.raw)
        return time.monotonic() - terminal.started
