"""The program as people run it: in a terminal, by keys, until a signal or `q`."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

SIGNALS = [signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose config, data and logs are all in the test's folder."""
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    return {"HOME": str(tmp_path), **{name: str(tmp_path / name) for name in names}}


@pytest.fixture
def demo(home: dict[str, str], tmp_path: Path):
    terminal = Terminal("demo", env=home, cwd=tmp_path)
    terminal.wait_for("Followers")
    yield terminal
    terminal.close()


def test_tabs_range_and_quit_by_key(demo: Terminal):
    screen = demo.wait_for("Engagement")
    assert "DEMO" in screen.upper()
    assert "28 days" in screen
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
    demo.press("]")
    demo.wait_for("60 days")
    demo.press("[", "[")
    demo.wait_for("14 days")
    demo.press("?")
    demo.wait_for("Keys, kpi-tui")
    demo.press("escape")
    demo.wait_until_gone("Keys, kpi-tui")
    demo.press("q")
    assert demo.wait(5.0) == 0
    assert demo.is_restored


def test_the_demo_is_alive(demo: Terminal):
    demo.press("7")
    demo.wait_for("ok")
    demo.press("3")
    first = demo.wait_for("views")
    end = time.monotonic() + 30
    while demo.text == first and time.monotonic() < end:
        demo.read(0.5)
    assert demo.text != first, "nothing moved in 30 seconds"


def test_every_size_on_every_tab(demo: Terminal):
    for columns, lines in [(80, 24), (200, 60), (60, 20), (40, 10), (20, 5)]:
        demo.resize(columns, lines)
        demo.press("1")
        demo.wait_for("Followers" if columns > 20 else "40")
        for key in "234567":
            demo.press(key)
        demo.read(0.2)
        assert demo.process.poll() is None
    demo.press("q")
    assert demo.wait(5.0) == 0


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_within_two_seconds(demo: Terminal, number: signal.Signals):
    demo.kill(number)
    assert demo.wait(2.0) == 128 + number
    assert demo.is_restored


def test_a_terminal_that_vanishes_ends_it_although_hangup_is_ignored(
    home: dict[str, str], tmp_path: Path
):
    terminal = Terminal("demo", env=home, cwd=tmp_path, ignores_hangup=True)
    try:
        terminal.wait_for("Followers")
        terminal.vanish()
        start = time.monotonic()
        terminal.process.wait(timeout=2.0)
        assert time.monotonic() - start < 2.0
    finally:
        terminal.close()


def test_the_database_is_closed_after_a_signal(home: dict[str, str], tmp_path: Path):
    data = tmp_path / "kpi.db"
    config = tmp_path / "config.toml"
    (tmp_path / "downloads").mkdir()
    config.write_text(
        '[[account]]\nhandle = "acme"\n[[account.source]]\n'
        'type = "tiktok-studio"\npath = "downloads"\n'
    )
    terminal = Terminal("--config", str(config), "--data", str(data), env=home)
    try:
        terminal.wait_for("acme")
        terminal.read(1.0)
        terminal.kill(signal.SIGTERM)
        assert terminal.wait(2.0) == 128 + signal.SIGTERM
    finally:
        terminal.close()
    assert not Path(f"{data}-wal").exists(), "the WAL was not folded in"
    with sqlite3.connect(data) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


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
