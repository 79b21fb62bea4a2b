"""The one line: its words, what goes where it is narrow, and the line that stays."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from kpi_tui.app.live_line import painted
from kpi_tui.app.status_line import line, pieces
from kpi_tui.monitor.snapshot import AccountRef, Snapshot
from tests.app.snapshots import ACME, make_snapshot
from tests.app.terminal import Terminal

SCRIPT = """
import sys
from kpi_tui.app.live_line import run_line
from tests.app.snapshots import FakeMonitor
class Monitor(FakeMonitor):
    async def run(self):
        self.publish(goals={}, sources=())
        await super().run()
sys.exit(run_line(Monitor(), is_ascii=False, has_colour=True))
"""


def seen(snapshot: Snapshot, width: int) -> str:
    """What is drawn in so many cells."""
    return "".join(text for text, _ in pieces(snapshot, width))


def test_the_line_says_how_many_how_well_where_and_how_fresh() -> None:
    assert line(make_snapshot()) == (
        "@acme 3,352 ▲ on pace for 5,000 · eng 5.1 % ▼ behind 15 % · "
        "views 32.5 k ▼61 % · #1 of 3 · 24 Mar stale · "
        "2 sources are down"
    )


def test_without_a_goal_the_change_is_told_by_its_arrow() -> None:
    snapshot = make_snapshot(goals={}, sources=())
    assert line(snapshot).startswith("@acme 3,352 ▲182 · eng 5.1 % ▼0.8 pt · views")
    assert line(make_snapshot(is_demo=True)).startswith("DEMO @acme 3,352")
    assert line(snapshot, is_ascii=True).isascii()
    assert " - views 32.5 k v61 % - " in line(snapshot, is_ascii=True)


def test_old_numbers_and_none_say_so() -> None:
    sources = make_snapshot().sources
    old = replace(sources[0], state="stale", account="acme")
    assert line(make_snapshot(sources=(old,))).endswith("24 Mar stale")
    dead = replace(sources[0], name="acme/csv", state="failed")
    assert line(make_snapshot(sources=(dead,))).endswith(" · acme/csv is down")
    nothing = make_snapshot(
        account=AccountRef("", "", "own", "UTC"), window=None, kpis={}, sources=()
    )
    assert "no account · " in line(nothing)
    assert line(nothing).endswith("no complete day of data yet")


@pytest.mark.parametrize("width", [10, 20, 40, 60, 80, 120])
def test_where_it_is_narrow_whole_parts_go_and_trouble_stays(width: int) -> None:
    snapshot = make_snapshot(goals={})
    whole, text = line(snapshot).split(" · "), seen(snapshot, width)
    assert all(part in whole for part in text.split(" · "))
    assert cell_len(text) <= width or text == whole[0]
    if width >= 60:
        assert "2 sources are down" in text


def test_an_escape_in_a_name_stays_out_of_the_terminal() -> None:
    snapshot = make_snapshot(account=replace(ACME, handle="a\x1b]52;c;x\x07"))
    drawn = painted(pieces(snapshot, 200), has_colour=False)
    assert "\x1b" not in drawn
    assert "\x07" not in drawn
    assert "\x1b[1m3,352\x1b[0m" in painted(pieces(snapshot, 200), has_colour=True)


@pytest.mark.parametrize(
    ("end", "code"), [("q", 0), (signal.SIGTERM, 143), ("gone", 129)]
)
def test_a_line_that_stays_follows_and_gives_the_terminal_back(
    tmp_path: Path, end: str | signal.Signals, code: int
) -> None:
    script = tmp_path / "line.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with Terminal([str(script)], size=(110, 5), starts_python=True) as terminal:
        first = terminal.read_until(lambda text: "▲182 · " in text).splitlines()
        assert first[0].startswith("@acme 3,352")
        assert not "".join(first[1:])
        if end == "gone":
            terminal.close_own_slave()
            os.close(terminal.master)
            terminal.master = -1
            assert terminal.wait(30) == code
            return
        terminal.type(end) if isinstance(end, str) else terminal.kill(end)
        assert terminal.wait(30) == code
        assert terminal.attributes() == terminal.before
        raw = bytes(terminal.raw)
        assert raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l") > -1
        assert raw.rfind(b"\x1b[?7h") > raw.rfind(b"\x1b[?7l") > -1
        assert "Traceback" not in terminal.text


def test_a_status_bar_does_not_wait_for_textual() -> None:
    code = "import kpi_tui.app.live_line, sys; print('textual' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
