"""The program as people run it: in a terminal, by keys, until a signal or `q`."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.terminal import promptly
from tests.terminal.terminal import Terminal

CONFIG = """
[[account]]
handle = "acme"
[[account.source]]
type = "tiktok-studio"
path = "downloads"
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose config, data and logs are all in the test's folder."""
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    return {"HOME": str(tmp_path), **{name: str(tmp_path / name) for name in names}}


@pytest.fixture
def demo(home: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """The demo as a shell starts it."""
    terminal = Terminal("demo", env=home, cwd=tmp_path, starts_python=True)
    terminal.wait_for("Followers", 60.0)
    yield terminal
    terminal.close()


def test_the_demo_by_key_in_every_size_until_q(demo: Terminal):
    screen = demo.wait_for("Engagement")
    assert "DEMO" in screen.upper()
    assert "28 days" in screen
    _every_tab(demo)
    _ranges_and_help(demo)
    _it_moves(demo)
    _every_size(demo)
    demo.press("q")
    assert demo.wait(30.0) == 0
    assert demo.is_restored


def _every_tab(demo: Terminal) -> None:
    for key, words in [
        ("2", ["Views"]),
        ("3", ["posted", "views"]),
        ("4", ["Female"]),
        ("5", ["@acme", "followers"]),
        ("6", ["Goals", "What to improve", "Alerts"]),
        ("7", ["acme/tiktok-business"]),
        ("1", ["Followers"]),
    ]:
        demo.press(key)
        for word in words:
            demo.wait_for(word)


def _ranges_and_help(demo: Terminal) -> None:
    demo.press("]")
    demo.wait_for("60 days")
    demo.press("[", "[")
    demo.wait_for("14 days")
    demo.press("?")
    demo.wait_for("Keys, kpi-tui")
    demo.press("escape")
    demo.wait_until_gone("Keys, kpi-tui")


def _it_moves(demo: Terminal) -> None:
    demo.press("7")
    demo.wait_for("ok")
    demo.press("3")
    first = demo.wait_for("views")
    end = time.monotonic() + 30
    while demo.text == first and time.monotonic() < end:
        demo.read(0.1)
    assert demo.text != first, "nothing moved in 30 seconds"


def _every_size(demo: Terminal) -> None:
    for columns, lines in [(80, 24), (200, 60), (60, 20), (40, 10), (20, 5)]:
        demo.resize(columns, lines)
        demo.press("1")
        demo.wait_for("Followers" if columns > 20 else "40")
        for key in "234567":
            demo.press(key)
        demo.settle()
        assert demo.process.poll() is None


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "vanished"])
def test_it_ends_within_two_seconds_with_its_database_closed(
    how: str, home: dict[str, str], tmp_path: Path
):
    data = tmp_path / "kpi.db"
    log = tmp_path / "kpi.db-wal"
    config = tmp_path / "config.toml"
    (tmp_path / "downloads").mkdir()
    config.write_text(CONFIG)
    words = ("--config", str(config), "--data", str(data))

    def scene() -> float:
        data.unlink(missing_ok=True)
        terminal = Terminal(*words, env=home, ignores_hangup=how == "vanished")
        with terminal:
            terminal.wait_for("acme")
            # The first poll is in there; an empty one would have nothing to fold.
            terminal.read_until(lambda _: log.exists() and log.stat().st_size > 0)
            if how == "vanished":
                code = 128 + signal.SIGHUP
                return terminal.seconds_to_end(terminal.vanish, code)
            number = signal.Signals[how]
            spent = terminal.seconds_to_end(lambda: terminal.kill(number), 128 + number)
            assert terminal.is_restored
            return spent

    promptly(scene)
    assert not log.exists(), "the WAL was not folded in"
    with closing(sqlite3.connect(data)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_without_a_terminal_it_says_what_to_run(home: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-m", "kpi_tui"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **home},
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "kpi-tui report" in done.stderr
    assert not done.stdout
