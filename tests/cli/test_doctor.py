"""doctor says what is wrong and what to do, and makes nothing."""

from pathlib import Path

import pytest

from kpi_tui.cli.findings import terminal
from tests.cli.runs import kpi_tui


def test_a_fresh_machine_is_all_right(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "doctor", TERM="xterm-256color")

    assert (run.code, run.err) == (0, ""), run.out
    for word in ("python", "textual", "httpx", "sqlite-utils", "plotext", "sqlite "):
        assert word in run.out
    assert f"none at {tmp_path}/config/kpi-tui/config.toml" in run.out
    assert f"none at {tmp_path}/data/kpi-tui/kpi.db" in run.out
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_good_health(tmp_path: Path) -> None:
    data = tmp_path / "my.db"
    record = ("record", "followers", "1,200", "--account", "acme", "--data", data)
    assert kpi_tui(tmp_path, *record).code == 0

    run = kpi_tui(tmp_path, "doctor", "--data", data)

    assert run.code == 0, run.out
    assert "1 point, 1 series, 0 videos, since 20" in run.out
    assert "ok    integrity        ok" in run.out


def test_a_damaged_database_is_wrong(tmp_path: Path) -> None:
    data = tmp_path / "my.db"
    data.write_bytes(b"\0this is no database" * 500)

    run = kpi_tui(tmp_path, "doctor", "--data", data)

    assert run.code == 1
    wrong = [line for line in run.out.splitlines() if line.startswith("wrong")]
    assert len(wrong) == 1
    assert "damaged" in wrong[0]
    assert f"Next: look into {tmp_path}" in run.out


def test_a_wrong_config_and_a_bad_place_for_data(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text("[monitor]\nrefrsh = 1\nrefresh = 2\n")
    (tmp_path / "file").write_text("")

    run = kpi_tui(
        tmp_path, "doctor", "--config", config, "--data", tmp_path / "file/x.db"
    )

    assert run.code == 1
    assert f"{config}:2: monitor: unknown key `refrsh`" in run.out
    assert "(and more)" in run.out
    assert f"{tmp_path}/file is not a folder" in run.out
    assert "Traceback" not in run.err


def test_crash_files_are_mentioned(tmp_path: Path) -> None:
    folder = tmp_path / "state/kpi-tui/log"
    folder.mkdir(parents=True)
    (folder / "crash-20260324-101112-000001.txt").write_text("x")

    run = kpi_tui(tmp_path, "doctor")

    assert "1 crash file, the newest" in run.out


GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("environment", "encoding", "size", "state", "text"),
    [
        (GOOD, "utf-8", (120, 40), "ok", "24-bit colour"),
        ({"TERM": "xterm-256color"}, "UTF-8", (120, 40), "ok", "256 colours"),
        ({"TERM": "linux"}, "utf-8", (80, 25), "ok", "16 colours"),
        ({"TERM": "dumb"}, "utf-8", (80, 25), "wrong", "TERM=dumb"),
        ({}, "utf-8", (80, 25), "wrong", "TERM=unset"),
        ({}, "utf-8", None, "note", "none here"),
        (GOOD, "ascii", (80, 25), "note", "ascii is not UTF-8"),
        (GOOD, "utf-8", (30, 25), "wrong", "30 x 25 is too small"),
        (GOOD, "utf-8", (0, 0), "note", "does not tell its size"),
        ({**GOOD, "NO_COLOR": "1"}, "utf-8", (80, 25), "note", "no colours"),
        ({**GOOD, "TMUX": "x"}, "utf-8", (80, 25), "ok", "with 24-bit colour"),
        ({"TERM": "screen", "TMUX": "x"}, "utf-8", (80, 25), "note", "without 24-bit"),
    ],
)
def test_terminals(
    environment: dict[str, str],
    encoding: str,
    size: tuple[int, int] | None,
    state: str,
    text: str,
) -> None:
    found = list(terminal(environment, encoding, size))

    assert any(one.state == state and text in one.text for one in found)
    if state == "wrong":
        assert all(one.next_step for one in found if one.state == "wrong")
