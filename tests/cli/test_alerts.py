"""``kpi-tui alerts``, and alerts in ``status``, ``collect`` and ``report``."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.runs import Ended, kpi_tui

TODAY = datetime.now(UTC).date()


LOW = """
[[alert]]
kpi = "video_views"
below = 5600
for = "2d"
"""


def config(home: Path, *, alerts: str = LOW, notify: str = "") -> Path:
    """An account that reads its views from a table of the last 60 days."""
    rows = [f"{TODAY - timedelta(back)},100" for back in range(1, 61)]
    (home / "views.csv").write_text("Date,Views\n" + "\n".join(rows) + "\n")
    path = home / "config.toml"
    path.write_text(
        f"""
        [[account]]
        handle = "acme"
        [[account.source]]
        type = "csv"
        path = "views.csv"
        date = "Date"
        metrics = {{ video_views = "Views" }}
        {alerts}
        {notify}
        """
    )
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config(tmp_path)
    return tmp_path


def run(home: Path, *words: str) -> Ended:
    return kpi_tui(
        home, "--config", home / "config.toml", "--data", home / "kpi.db", *words
    )


def test_from_the_first_collection_to_an_answer(home: Path) -> None:
    assert run(home, "alerts").code == 1  # no data yet

    collected = run(home, "collect", "--once")
    assert collected.code == 0
    line = "@acme: Video views below 5,600: raised: Video views are 2,800, below 5,600"
    assert line in collected.out
    assert "raised" not in run(home, "collect", "--once").out

    listed = run(home, "alerts")
    assert listed.code == 1
    head, row = listed.out.splitlines()
    assert head.split() == ["id", "state", "since", "account", "what"]
    alert = row.split()[0]
    assert "raised" in row
    assert row.endswith("@acme    Video views are 2,800, below 5,600 for 2 days.")

    status = run(home, "status")
    assert (status.code, status.out.strip().endswith("· 1 alert")) == (1, True)
    found = json.loads(run(home, "status", "--json").out)
    assert (found["state"], len(found["alerts"])) == ("alert", 1)
    report = json.loads(run(home, "report", "--format", "json").out)
    (told,) = report["accounts"][0]["alerts"]
    assert (told["id"], told["state"], told["value"]) == (alert, "raised", 2800)

    answered = run(home, "alerts", "--ack", alert[:4], "--note", "holidays")
    assert (answered.code, answered.err) == (0, "")
    assert answered.out.startswith(f"{alert} acknowledged: Video views below 5,600")
    listed = run(home, "alerts")
    assert listed.code == 0
    assert "acknowledged" in listed.out
    assert listed.out.splitlines()[-1].strip() == "holidays"
    assert run(home, "status").code == 0

    assert run(home, "alerts", "--snooze", alert, "2d").code == 0
    assert "snoozed to " in run(home, "alerts").out
    assert run(home, "alerts", "--unsnooze", alert).code == 0
    assert run(home, "alerts").code == 1


def test_the_past_under_the_present_rules(home: Path) -> None:
    run(home, "collect", "--once")
    found = run(home, "alerts", "--replay", "10d")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0].split() == ["day", "what", "account", "why"]
    assert "raised" in lines[1]
    assert "Video views are 2,800, below 5,600 for 2 days." in lines[1]
    assert lines[-1] == "1 alert in 10 days of settled data"
    config(home, alerts="[[alert]]\nkpi = 'video_views'\nbelow = 5")
    quiet = run(home, "alerts", "--replay", "10d")
    assert (quiet.code, quiet.out) == (0, "0 alerts in 10 days of settled data\n")
    config(home, alerts="[[alert]]\nno_data_for = '2d'")
    said = run(home, "alerts", "--replay", "10d").out.splitlines()
    assert said[-1].startswith("no_data_for is judged by the days that are missing:")


def test_commands_are_told_when_collecting(home: Path) -> None:
    place = home / "told"
    config(
        home,
        notify=f"[notify]\ncommand = ['sh', '-c', 'cat > {place}']",
    )
    assert run(home, "collect", "--once").code == 0
    assert json.loads(place.read_text())["state"] == "raised"


def test_what_is_not_there_is_said(home: Path) -> None:
    run(home, "collect", "--once")
    wrong = run(home, "alerts", "--ack", "zz")
    assert (wrong.code, wrong.out) == (1, "")
    assert wrong.err.startswith("no open alert has an id that begins with 'zz'")
    both = run(home, "alerts", "--ack", "a", "--unsnooze", "a")
    assert both.code == 2
    assert run(home, "alerts", "--replay", "soon").code == 2
    config(home, alerts="# none")
    none = run(home, "alerts")
    assert (none.code, none.out) == (0, "")
    assert "no [[alert]]" in none.err
    assert run(home, "alerts", "--replay", "3d").code == 1


def test_rules_that_nobody_judged_yet_are_no_peace(home: Path) -> None:
    run(home, "record", "followers", "5", "--account", "acme")
    found = run(home, "alerts")
    assert (found.code, found.out) == (0, "")
    assert "no alert was ever judged" in found.err
    run(home, "collect", "--once")
    config(home, alerts="[[alert]]\nkpi = 'video_views'\nbelow = 5")
    run(home, "collect", "--once")
    assert run(home, "alerts").out == "no alerts\n"
