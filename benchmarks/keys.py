"""From a key to the repaint of another tab, in a real terminal on the demo.

Baseline: a key in a one-label Textual app that changes its label, the least that a key
can do there. Bytes are looked for as they come; nothing is drawn from them meanwhile.
"""

import os
import select
import statistics
import time

from tests.app.terminal import Terminal

ROUNDS = 5
SETTLE_SECONDS = 6.0
PATIENCE_SECONDS = 20.0
KEY_APP = """
from textual.app import App, ComposeResult
from textual.widgets import Label

class OneLabel(App[None]):
    count = 0

    def compose(self) -> ComposeResult:
        yield Label("Hello there")

    def on_key(self) -> None:
        self.count += 1
        self.query_one(Label).update(f"pressed {self.count}")

OneLabel().run()
"""
TABS = (
    ("1", b"What moved"),
    ("2", b"lowest day"),
    ("3", b"newest first"),
    ("4", b"Countries"),
    ("5", b"Ranked by"),
    ("6", b"What to improve"),
    ("7", b"Last polls"),
)
"""Key and words that only this tab draws."""


def run() -> list[tuple[str, float, str]]:
    """Milliseconds at the median, each with what it must be, and the ratio."""
    first, seen, label = [], [], []
    for _ in range(ROUNDS):
        label += _label_keys()
        opened, opened_again = _tab_keys()
        first += opened
        seen += opened_again
    seen_ms, label_ms = statistics.median(seen), statistics.median(label)
    return [
        ("keys: a tab for the first time (at most 150)", statistics.median(first),
         "ms, median"),
        ("keys: a tab already seen (at most 80)", seen_ms, "ms, median"),
        ("keys: the same", seen_ms / label_ms, "x a key in a one-label Textual app"),
    ]  # fmt: skip


def _label_keys() -> list[float]:
    with Terminal(["-c", KEY_APP], starts_python=True) as terminal:
        terminal.read_until(lambda text: "Hello there" in text)
        terminal.read(0.5)
        return [
            _milliseconds(terminal, "x", f"pressed {number}".encode())
            for number in range(1, 15)
        ]


def _tab_keys() -> tuple[list[float], list[float]]:
    """Every tab but the first, which is open; then all of them again."""
    with Terminal(["-m", "kpi_tui", "demo"], starts_python=True) as terminal:
        terminal.read_until(lambda text: "What moved" in text)
        terminal.read(SETTLE_SECONDS)
        first = [_milliseconds(terminal, key, words) for key, words in TABS[1:]]
        seen = [_milliseconds(terminal, key, words) for key, words in TABS * 2]
        return first, seen


def _milliseconds(terminal: Terminal, key: str, words: bytes) -> float:
    """From the key to the words; what was still on its way is let pass before."""
    while select.select([terminal.master], [], [], 0.3)[0]:
        os.read(terminal.master, 65536)
    came = b""
    started = time.monotonic()
    terminal.type(key)
    while words not in came:
        if not select.select([terminal.master], [], [], PATIENCE_SECONDS)[0]:
            raise TimeoutError(f"{words!r} did not come after the key {key!r}")
        came += os.read(terminal.master, 65536)
    return (time.monotonic() - started) * 1000
