"""The program in a real terminal: it starts, it ends, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi_tui.app.lifeline import NEEDS_TERMINAL
from tests.app.terminal import ROOT, Terminal, promptly

PLAY = ("-m", "tests.app.play")


def is_whole(text: str) -> bool:
    """The Overview is there, from the first line to the last."""
    return "@acme" in text and "What moved" in text and "? help" in text


def run_script(tmp_path: Path, body: str) -> list[str]:
    """Arguments that run the player with a monitor of one's own."""
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio, signal, sys, time\n"
        "from pathlib import Path\n"
        "from kpi_tui.app.app import KpiApp\n"
        "from kpi_tui.app.lifeline import run_app\n"
        "from tests.app.snapshots import FakeMonitor\n"
        f"{body}\n"
        f"sys.exit(run_app(app, crash_folder=Path({str(tmp_path / 'log')!r})))\n",
        encoding="utf-8",
    )
    return [str(script)]


def assert_restored(terminal: Terminal) -> None:
    """Modes, screen, cursor, mouse, paste, focus reports and keyboard as before."""
    assert terminal.attributes() == terminal.before
    raw = bytes(terminal.raw)
    for on, off in (
        (b"\x1b[?1049h", b"\x1b[?1049l"),
        (b"\x1b[?25l", b"\x1b[?25h"),
        (b"\x1b[?1000h", b"\x1b[?1000l"),
        (b"\x1b[?1003h", b"\x1b[?1003l"),
        (b"\x1b[?1006h", b"\x1b[?1006l"),
        (b"\x1b[?2004h", b"\x1b[?2004l"),
        (b"\x1b[?1004h", b"\x1b[?1004l"),
        (b"\x1b[?7l", b"\x1b[?7h"),
    ):
        assert raw.rfind(off) > raw.rfind(on) > -1, (on, off)


def seconds_to_sigterm(words: list[str], is_there: Callable[[str], bool]) -> float:
    """How long it takes to end from when that is there, the terminal as before."""
    with Terminal(words) as terminal:
        terminal.read_until(is_there)
        spent = terminal.seconds_to_end(
            lambda: terminal.kill(signal.SIGTERM), 128 + signal.SIGTERM
        )
        assert_restored(terminal)
        return spent


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]
)
def test_a_signal_ends_it_within_two_seconds(number: signal.Signals) -> None:
    def scene() -> float:
        with Terminal(PLAY) as terminal:
            terminal.read_until(is_whole)
            spent = terminal.seconds_to_end(lambda: terminal.kill(number), 128 + number)
            assert_restored(terminal)
            assert "Traceback" not in terminal.text
            return spent

    promptly(scene)


def test_from_a_small_first_screen_to_q_which_ends_it_with_zero() -> None:
    with Terminal(PLAY) as terminal:
        terminal.read_until(is_whole)
        terminal.settle()
        assert len(terminal.raw) < 60_000
        terminal.type("y")
        terminal.read_until(lambda _: b"\x1b]52;c;" in terminal.raw)
        terminal.type("q")
        assert terminal.wait(30) == 0
        assert_restored(terminal)


@pytest.mark.parametrize("ignore_hangup", [True, False])
def test_a_terminal_that_vanishes_ends_it(ignore_hangup: bool) -> None:
    def scene() -> float:
        with Terminal(PLAY, ignore_hangup=ignore_hangup) as terminal:
            terminal.read_until(is_whole)
            return terminal.seconds_to_end(terminal.vanish, 128 + signal.SIGHUP)

    promptly(scene)


def test_a_stuck_event_loop_is_cut_off(tmp_path: Path) -> None:
    body = """
class Stuck(FakeMonitor):
    async def run(self):
        await asyncio.sleep(0.1)
        Path(__file__).with_suffix(".stuck").touch()
        time.sleep(30)
app = KpiApp(Stuck(), version="1")"""
    stuck = tmp_path / "script.stuck"

    def scene() -> float:
        stuck.unlink(missing_ok=True)
        return seconds_to_sigterm(run_script(tmp_path, body), lambda _: stuck.exists())

    promptly(scene)


def test_a_monitor_that_does_not_stop_is_cut_off(tmp_path: Path) -> None:
    body = """
class Stubborn(FakeMonitor):
    async def run(self):
        while True:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                pass
app = KpiApp(Stubborn(), version="1")"""
    promptly(lambda: seconds_to_sigterm(run_script(tmp_path, body), is_whole))


CRASHES = {
    "in the monitor": """
class Broken(FakeMonitor):
    async def run(self):
        token = "hunter2-" + "secret"
        await asyncio.sleep(0.1)
        raise ZeroDivisionError("a bug")
app = KpiApp(Broken(), version="9.9")""",
    "in the first frame": """
class Broken(FakeMonitor):
    def stored_snapshot(self):
        token = "hunter2-" + "secret"
        raise ZeroDivisionError("a bug")
app = KpiApp(Broken(), version="9.9")""",
    "in a key": """
class Broken(FakeMonitor):
    async def run(self):
        await asyncio.sleep(0.1)
        app.simulate_key("p")
        await asyncio.sleep(30)
    def set_paused(self, is_paused):
        token = "hunter2-" + "secret"
        raise ZeroDivisionError("a bug")
app = KpiApp(Broken(), version="9.9")""",
}


@pytest.mark.parametrize("where", CRASHES)
def test_a_bug_leaves_one_sentence_and_a_file_without_locals(
    where: str, tmp_path: Path
) -> None:
    with Terminal(run_script(tmp_path, CRASHES[where])) as terminal:
        assert terminal.wait(60) == 1
        assert terminal.attributes() == terminal.before
        (crash,) = (tmp_path / "log").iterdir()
        words = "".join(terminal.text.split())
        assert "kpi-tui ended because of an unexpected error".replace(" ", "") in words
        assert str(crash) in words
        assert "Traceback" not in terminal.text
        assert b"hunter2" not in terminal.raw
        report = crash.read_text(encoding="utf-8")
        assert "ZeroDivisionError: a bug" in report
        assert "kpi-tui 9.9" in report
        assert "hunter2-secret" not in report


def test_a_signal_that_was_ignored_stays_ignored(tmp_path: Path) -> None:
    with Terminal(PLAY, ignore_hangup=True) as terminal:
        terminal.read_until(is_whole)
        terminal.kill(signal.SIGHUP)
        terminal.read(0.3)
        assert terminal.process.poll() is None
        terminal.type("q")
        assert terminal.wait(30) == 0


def test_without_a_terminal_it_says_what_to_run_instead() -> None:
    done = subprocess.run(
        [sys.executable, *PLAY],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip() == NEEDS_TERMINAL


def test_no_color_means_no_colour_and_a_narrow_form_comes_at_once() -> None:
    with Terminal(PLAY, size=(80, 24), NO_COLOR="1") as terminal:
        terminal.read_until(lambda text: "Posts per week" in text)
        assert "╭".encode() not in terminal.raw
        colours = {
            cell.fg for row in terminal.screen.buffer.values() for cell in row.values()
        }
        greys = {c for c in colours if c == "default" or c[:2] == c[2:4] == c[4:6]}
        assert colours == greys
