"""The year before the start, as connectors would have stored it."""

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import Account, Competitor
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.readings import Batch, Reading, day_of
from kpi_tui.kpi.windows import local_day
from kpi_tui.sources.demo import demo_settings
from tests.examples import at_most
from tests.sources.demo.desk import DAY, START, Desk

DAILY = {
    *("video_views", "reach", "profile_views", "likes", "comments", "shares"),
    *("followers", "new_followers", "lost_followers", "net_followers"),
    *("engaged_audience", "link_clicks"),
}
WEB = {
    *("website_visits", "bounces", "conversions", "revenue", "viewers"),
    *("new_viewers", "returning_viewers", "spend", "impressions", "clicks"),
}


@pytest.fixture(name="batches", scope="module")
def fixture_batches() -> dict[str, Batch]:
    return dict(Desk().world.history())


def days(readings: Iterable[Reading], metric: str) -> dict[int, float]:
    return {
        r.at: r.value
        for r in readings
        if r.metric == metric and r.grain == "day" and not r.entity
    }


def test_sources_are_those_of_the_config(batches: dict[str, Batch]) -> None:
    config = demo_settings()
    entries: tuple[Account | Competitor, ...] = (*config.account, *config.competitor)
    expected = {
        f"{entry.handle}/{source.type}" for entry in entries for source in entry.source
    }
    assert set(batches) == expected
    assert {b.data_until.isoformat() for b in batches.values() if b.data_until} == {
        "2026-03-18"
    }


def test_readings_are_sound_and_said_once(batches: dict[str, Batch]) -> None:
    for batch in batches.values():
        keys = {r[:5] for r in batch.readings}
        assert len(keys) == len(batch.readings)
        for reading in batch.readings:
            assert reading.metric in METRICS
            assert math.isfinite(reading.value)
            assert isinstance(reading.value, float)
            assert reading.at <= reading.seen < START
            assert reading.grain == "instant" or reading.at % DAY == 0


def test_a_year_of_days_is_there(batches: dict[str, Batch]) -> None:
    own, web = batches["acme/tiktok-business"], batches["acme/http-json"]
    for metric in DAILY:
        assert len(days(own.readings, metric)) == 365
    for metric in WEB:
        # One day is missing: the counter was down.
        assert len(days(web.readings, metric)) == 364
    rival = batches["rival/http-json"]
    assert len(days(rival.readings, "followers")) == 365


def test_days_agree_over_the_year(batches: dict[str, Batch]) -> None:
    readings = batches["acme/tiktok-business"].readings
    followers = days(readings, "followers")
    net = days(readings, "net_followers")
    new, lost = days(readings, "new_followers"), days(readings, "lost_followers")
    views, reach = days(readings, "video_views"), days(readings, "reach")
    ordered = sorted(followers)
    for before, after in pairwise(ordered):
        assert followers[after] == followers[before] + net[after]
        assert net[after] == new[after] - lost[after]
        assert 0 < reach[after] < views[after]
    dips = [at for at in ordered if net[at] < 0]
    assert 1 <= len(dips) <= 20
    assert followers[ordered[-1]] > 1.7 * followers[ordered[0]]


def test_videos_grow_and_reach_the_present(batches: dict[str, Batch]) -> None:
    batch = batches["acme/tiktok-business"]
    points: dict[str, dict[str, list[tuple[int, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for r in batch.readings:
        if r.entity.startswith("video:"):
            points[r.entity][r.metric].append((r.at, r.value))
    assert len(batch.videos) == len(points) == 60
    live = {v["item_id"]: v for v in Desk().videos()}
    for video in batch.videos:
        metrics = points[f"video:{video.id}"]
        assert video.posted_at is not None
        for metric in ("video_total_views", "video_total_likes"):
            values = [value for _, value in sorted(metrics[metric])]
            assert values == sorted(values)
            assert min(at for at, _ in metrics[metric]) > video.posted_at
        views = max(value for _, value in metrics["video_total_views"])
        assert 0.9 * live[video.id]["video_views"] <= views
        assert views <= live[video.id]["video_views"]
        assert video.caption == live[video.id]["caption"]
        is_photo = video.duration is None
        assert is_photo == (live[video.id]["media_type"] == "PHOTO")
        is_told = video.posted_at < START // DAY * DAY
        assert ("video_reach" in metrics) == is_told
        assert ("video_completion_rate" in metrics) == (is_told and not is_photo)


def test_each_day_has_its_end_in_the_accounts_zone(batches: dict[str, Batch]) -> None:
    zone = ZoneInfo("Europe/Athens")
    batch = batches["acme/tiktok-business"]
    # Young enough that every day brings views.
    young = max(
        (v for v in batch.videos if (v.posted_at or 0) < START - 10 * DAY),
        key=lambda v: v.posted_at or 0,
    )
    found = {
        local_day(r.at, zone)
        for r in batch.readings
        if r.entity == f"video:{young.id}" and r.metric == "video_total_views"
    }
    assert young.posted_at is not None
    first = local_day(young.posted_at, zone)
    assert len(found) == (local_day(int(START), zone) - first).days + 1


def test_the_outage_is_a_gap_of_an_hour(batches: dict[str, Batch]) -> None:
    readings = batches["acme/tiktok-business"].readings
    ats = sorted(
        r.at for r in readings if (r.metric, r.grain) == ("followers", "instant")
    )
    gaps = [after - before for before, after in pairwise(ats)]
    assert max(gaps) == 7200
    assert gaps.count(7200) == 1
    assert START - 3 * DAY < ats[0] < START - 1.9 * DAY


def test_audience_shares_sum_to_one_each_week(batches: dict[str, Batch]) -> None:
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for r in batches["acme/tiktok-business"].readings:
        if r.metric == "audience_share":
            sums[r.at, r.entity.partition(":")[0]] += r.value
    assert len(sums) >= 4 * 50
    assert all(whole == pytest.approx(1) for whole in sums.values())
    newest = day_of(max(at for at, _ in sums)).isoformat()
    assert newest == "2026-03-18"


def test_active_hours_are_of_the_accounts_zone(batches: dict[str, Batch]) -> None:
    hours: dict[str, list[float]] = defaultdict(list)
    for r in batches["acme/tiktok-business"].readings:
        if r.metric == "active_followers":
            hours[r.entity].append(r.value)
    assert sorted(hours) == [f"hour:{hour:02d}" for hour in range(24)]
    means = {entity: sum(v) / len(v) for entity, v in hours.items()}
    assert max(means, key=lambda entity: means[entity]) == "hour:21"


def test_the_first_poll_continues_the_history(batches: dict[str, Batch]) -> None:
    views = days(batches["acme/tiktok-business"].readings, "video_views")
    for row in Desk().days():
        at = next(at for at in views if day_of(at).isoformat() == row["date"])
        assert views[at] == row["video_views"]
    visits = days(batches["acme/http-json"].readings, "website_visits")
    for day in Desk().stats("web")["daily"]:
        at = next(at for at in visits if day_of(at).isoformat() == day["date"])
        assert visits[at] == day["visits"]


@at_most(4)
@given(start=st.floats(1.1e9, 2.6e9), seed=st.integers(0, 10**6))
def test_any_date_has_a_history(start: float, seed: int) -> None:
    for _, batch in Desk(seed, start).world.history():
        assert batch.readings
        assert all(math.isfinite(r.value) for r in batch.readings)
        assert all(r.seen <= start for r in batch.readings)
