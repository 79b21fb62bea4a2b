"""Goals and reasons from a real store into the Snapshot."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpi_tui.app.screens.why import why_entries
from kpi_tui.cli.report_tables import kpis_table
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.readings import Batch, Video, day_start, instant, video_entity
from kpi_tui.monitor.compute import compute
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.store.store import Store
from tests.monitor.parts import days_batch

LAST = date(2026, 3, 24)
NOW = 1_774_450_000.0  # 2026-03-25 14:46 UTC


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


def seen(
    store: Store, *goals: Mapping[str, object], days: int = 28, **more
) -> Snapshot:
    settings = Settings.model_validate(
        {"account": [{"handle": "acme"}], "goal": list(goals), **more}
    )
    return compute(store, settings, View("acme", days), NOW)


def test_a_goal_reaches_back_further_than_the_screen(store: Store):
    store.ingest("acme/csv", days_batch(LAST, 300, video_views=100.0))
    goal = {"kpi": "video_views", "growth": "+10% per quarter"}
    found = seen(store, goal).goals["video_views"]
    assert (found.baseline, found.baseline_day) == (2800, date(2025, 12, 31))
    assert found.target == pytest.approx(3080)
    assert found.status == "behind"
    assert found.forecast is not None
    # The range on the screen changes the panels' numbers, not the goal's.
    week = seen(store, goal, days=7)
    assert week.kpis["video_views"].value == 700
    assert week.goals["video_views"] == found


def test_a_source_that_is_behind_is_judged_on_its_own_days(store: Store):
    """The ads report is a day ahead of the insights: neither lacks a day."""
    settled = LAST - timedelta(days=1)
    store.ingest("acme/tiktok-business", days_batch(settled, 80, video_views=100.0))
    store.ingest("acme/tiktok-ads", days_batch(LAST, 80, spend=5.0))
    goal = {"kpi": "video_views", "target": 2800, "by": date(2026, 4, 20)}
    found = seen(store, goal, {"kpi": "spend", "target": 140})
    assert found.window is not None
    assert found.window.last == LAST
    views, spend = found.kpis["video_views"], found.kpis["spend"]
    assert (views.value, views.covered_days, views.ends) == (2800, 28, settled)
    assert (spend.value, spend.covered_days, spend.ends) == (140, 28, None)
    # The forecast stands on days that are known: 28 x 100 whatever is missing.
    judged = found.goals["video_views"]
    assert (judged.as_of, judged.value) == (settled, 2800)
    assert judged.expected == pytest.approx(2800, rel=0.01)
    assert found.goals["spend"].as_of == LAST
    # The day before its last one has settled already; the last one has not.
    assert found.settles(spend)
    assert found.settles(views)
    remarks = {row[0]: row[3] for row in kpis_table(found).rows}
    assert (remarks["Video views"], remarks["Ad spend"]) == ("to 23 Mar", "")
    why = [
        f"{label}: {text}" for label, text, _ in why_entries(found, "video_views", NOW)
    ]
    assert "Days: 24 Feb to 23 Mar 2026 (28 days)" in why
    assert ": its source is behind the account's others" in why
    assert "Against: 27 Jan to 23 Feb 2026" in why
    assert "As of: Mon 23 Mar" in why
    assert "Days: 25 Feb to 24 Mar 2026 (28 days)" in [
        f"{label}: {text}" for label, text, _ in why_entries(found, "spend", NOW)
    ]
    later = replace(found, taken_at=found.taken_at + timedelta(hours=20))
    assert later.settles(spend)
    assert not later.settles(views)


def test_a_goal_of_the_account_stands_before_one_of_all(store: Store):
    store.ingest("acme/csv", days_batch(LAST, 60, video_views=100.0))
    own = {"kpi": "video_views", "target": 2000, "account": "acme"}
    everybody = {"kpi": "video_views", "target": 9000}
    for goals in ((own, everybody), (everybody, own)):
        assert seen(store, *goals).goals["video_views"].target == 2000
    others = seen(store, {**own, "account": "other"})
    assert others.goals == {}


def test_an_old_start_is_read_as_far_as_it_goes(store: Store):
    store.ingest("acme/csv", days_batch(LAST, 800, video_views=100.0))
    start = LAST - timedelta(days=700)
    goal = {"kpi": "video_views", "target": 9000, "start": start, "by": "2026-12-31"}
    found = seen(store, goal).goals["video_views"]
    assert found.baseline_day == start - timedelta(days=1)


def test_days_are_read_without_posts_and_as_of_a_day(store: Store):
    store.ingest("acme/csv", days_batch(LAST, 90, video_views=100.0))
    from zoneinfo import ZoneInfo

    from kpi_tui.kpi.windows import BEHIND_DAYS, Window

    zone = ZoneInfo("UTC")
    flows, levels = store.days("acme", zone, Window(LAST, 60), None)
    assert levels == {}
    assert min(flows["video_views"]) == LAST - timedelta(days=59 + BEHIND_DAYS)
    assert max(flows["video_views"]) == LAST
    then = LAST - timedelta(days=10)
    flows, _ = store.days("acme", zone, Window(LAST, 60), then)
    assert max(flows["video_views"]) == then


def test_a_rate_that_fell_says_which_part_is_mix(store: Store):
    store.ingest(
        "acme/csv",
        days_batch(LAST, 28, video_views=1000.0, likes=60.0, comments=0.0, shares=0.0),
    )
    store.ingest(
        "acme/csv",
        days_batch(
            LAST - timedelta(days=28),
            28,
            video_views=1000.0,
            likes=160.0,
            comments=0.0,
            shares=0.0,
        ),
    )
    videos, readings = [], []
    for number in range(8):
        day = LAST - timedelta(days=(35 if number < 4 else 5) + number)
        likes = 160.0 if number < 4 else 60.0
        at = day_start(day) + 3600
        videos.append(
            Video("acme", str(number), at, caption="#a" if number < 4 else "#b")
        )
        totals = (
            ("video_total_views", 1000.0),
            ("video_total_likes", likes),
            ("video_total_comments", 0.0),
            ("video_total_shares", 0.0),
        )
        readings += instant("acme", totals, at + 60, entity=video_entity(str(number)))
    store.ingest("acme/http-json", Batch(tuple(readings), tuple(videos)))
    themes = [{"name": "A", "match": ["#a"]}, {"name": "B", "match": ["#b"]}]
    change = seen(store, theme=themes).changes["engagement_rate_by_views"]
    assert change.split is not None
    assert change.split.total == pytest.approx(-0.1)
    assert change.lines[0].word == "mix"
    assert change.lines[0].text in {"fewer A (4 → 0)", "more B (0 → 4)"}
