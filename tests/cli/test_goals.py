"""Goals in the report, in status and its exit code."""

import json
from datetime import date
from pathlib import Path

import pytest

from kpi_tui.app.status_line import line
from kpi_tui.cli.digest import Digest, to_json
from kpi_tui.cli.report_text import to_text
from kpi_tui.cli.status import exit_code
from kpi_tui.config.settings import Settings
from kpi_tui.monitor.compute import compute
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.store.store import Store
from tests.monitor.parts import days_batch

LAST = date(2026, 3, 24)
NOW = 1_774_450_000.0


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    store.ingest("acme/csv", days_batch(LAST, 200, video_views=100.0))
    yield store
    store.close()


def seen(store: Store, **goal: object) -> Snapshot:
    settings = Settings.model_validate(
        {"account": [{"handle": "acme"}], "goal": [{"kpi": "video_views", **goal}]}
    )
    return compute(store, settings, View("acme"), NOW)


def test_the_report_says_status_needs_and_forecast(store: Store):
    snapshot = seen(store, target=5600, by="2026-12-31")
    text = to_text(Digest(None, 28, (snapshot,), ()))
    assert "Goals (28 days)" in text
    assert "behind" in text
    assert "needs 200 views a day, now 100" in text
    assert "on 31 Dec 2026" in text


def test_the_json_has_the_goals_numbers(store: Store):
    snapshot = seen(store, target=5600, by="2026-12-31")
    (account,) = json.loads(json.dumps(to_json(Digest(None, 28, (snapshot,), ()))))[
        "accounts"
    ]
    (goal,) = account["goals"]
    assert (goal["kpi"], goal["status"], goal["target"]) == (
        "video_views",
        "behind",
        5600,
    )
    assert goal["pace"] == pytest.approx(2800 + 2800 * 83 / 365)
    low, high = goal["forecast"]
    assert low <= 2800 <= high < 5600
    assert goal["needed_per_day"] == 200
    assert account["changes"] == []


@pytest.mark.parametrize(
    ("goal", "code", "words"),
    [
        ({"target": 5600, "by": "2026-12-31"}, 1, "behind 5,600"),
        ({"target": 2000, "by": "2026-12-31"}, 0, "past 2,000"),
        ({"target": 5600}, 1, "short of 5,600"),
        ({"target": 5600, "start": "2026-03-20", "by": "2026-12-31"}, 0, "of 5,600"),
    ],
)
def test_status_ends_with_1_while_a_goal_needs_somebody(
    store: Store, goal: dict[str, object], code: int, words: str
):
    snapshot = seen(store, **goal)
    assert exit_code(snapshot) == code
    assert f"views 2,800 {words}" in line(snapshot)
