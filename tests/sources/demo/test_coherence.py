"""The numbers agree with each other, whatever the date."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.demo.rivals import RIVALS
from tests.examples import at_most
from tests.sources.demo.desk import DAY, START, Desk

YEARS = st.floats(min_value=1.1e9, max_value=2.6e9)
"""2004 to 2052."""
COUNTERS = ("video_views", "likes", "comments", "shares", "favorites")


def test_followers_are_yesterdays_and_the_net_change() -> None:
    rows = Desk().days()
    for before, after in pairwise(rows):
        net = after["daily_new_followers"] - after["daily_lost_followers"]
        assert after["daily_total_followers"] == net
        assert after["followers_count"] == before["followers_count"] + net


def test_a_days_views_are_the_gains_of_its_videos() -> None:
    desk = Desk()
    midnight = desk.at // DAY * DAY
    gains = {}
    for counter in ("video_views", "likes", "comments", "shares"):
        sums = []
        for at in (midnight, midnight + DAY):
            desk.at = at
            sums.append(sum(v[counter] for v in desk.videos(("item_id", counter))))
        gains[counter] = sums[1] - sums[0]
    desk.at = midnight + 4 * DAY
    row = next(r for r in desk.days() if r["date"] == "2026-03-19")
    for counter, gain in gains.items():
        # Sixty videos, each rounded down on its own.
        assert row[counter] == pytest.approx(gain, abs=61)
    assert gains["video_views"] > 30_000


def test_counters_never_fall_and_move_within_seconds() -> None:
    desk = Desk()
    fields = ("item_id", *COUNTERS)
    before = {v["item_id"]: v for v in desk.videos(fields)}
    likes = desk.data("business/get/", fields=["total_likes"])["total_likes"]
    for step in (5, 5, 50, 600, 3600, 40_000, 100_000):
        desk.at += step
        after = {v["item_id"]: v for v in desk.videos(fields)}
        assert set(before) <= set(after)
        for item, old in before.items():
            assert all(after[item][c] >= old[c] for c in COUNTERS)
        views = sum(v["video_views"] for v in after.values())
        gained = views - sum(v["video_views"] for v in before.values())
        assert gained > 0.3 * step
        total = desk.data("business/get/", fields=["total_likes"])["total_likes"]
        assert total >= likes
        before, likes = after, total


def test_followers_move_within_minutes_and_meet_the_days_end() -> None:
    desk = Desk()
    counts = []
    for _ in range(6):
        data = desk.data("business/get/", fields=["followers_count"])
        counts.append(data["followers_count"])
        desk.at += 60
    assert counts[-1] > counts[0]
    desk.at = desk.at // DAY * DAY + DAY
    data = desk.data("business/get/", fields=["followers_count"])
    assert data["metrics"][-1]["followers_count"] == data["followers_count"]


def test_days_stand_still_between_midnights_but_for_those_that_settle() -> None:
    desk = Desk(start=START // DAY * DAY + 60)
    mornings = []
    for hours in (0, 6.5, 12.5):
        desk.at = START // DAY * DAY + 60 + hours * 3600
        mornings.append(desk.days())
    assert mornings[0][:-2] == mornings[1][:-2] == mornings[2][:-2]
    settling = [rows[-1]["video_views"] for rows in mornings]
    assert settling[0] < settling[1] < settling[2]
    assert settling[2] < 1.1 * settling[0]
    followers = {rows[-1]["followers_count"] for rows in mornings}
    assert len(followers) == 1


def test_rates_are_plausible() -> None:
    desk = Desk()
    for row in desk.days():
        assert 0 < row["unique_video_views"] < row["video_views"]
        parts = row["likes"] + row["comments"] + row["shares"]
        assert 0.025 < parts / row["video_views"] < 0.12
        assert row["engaged_audience"] <= parts
        assert 0 < row["bio_link_clicks"] < row["profile_views"] < row["video_views"]
    for video in desk.videos():
        views = video["video_views"]
        parts = video["likes"] + video["comments"] + video["shares"]
        assert 0.025 < parts / views < 0.12
        assert video.get("reach", 0) < views


def test_short_videos_are_watched_to_the_end_more_often() -> None:
    watched = [v for v in Desk().videos() if "full_video_watched_rate" in v]

    def mean(low: float, high: float) -> float:
        rates = [
            v["full_video_watched_rate"]
            for v in watched
            if low <= v["video_duration"] < high
        ]
        return float(sum(rates) / len(rates))

    assert mean(8, 15) > mean(15, 30) > mean(30, 60) > mean(60, 90.1)
    looped = 0
    for video in watched:
        assert 8 <= video["video_duration"] <= 90
        average = video["average_time_watched"]
        assert average > 0
        assert video["total_time_watched"] == pytest.approx(
            average * video["video_views"], rel=0.9
        )
        looped += average > video["video_duration"]
    assert looped < len(watched) / 4


def test_retention_falls_to_the_completion_rate() -> None:
    for video in Desk().videos():
        curve = [e["percentage"] for e in video.get("video_view_retention", ())]
        if not curve:
            continue
        assert curve[0] == 1
        assert all(after <= before for before, after in pairwise(curve))
        if "full_video_watched_rate" in video:
            assert curve[-1] == pytest.approx(
                video["full_video_watched_rate"], abs=0.02
            )


def test_shares_of_a_video_sum_to_one() -> None:
    names = ("impression_sources", "audience_countries", "audience_genders")
    seen = 0
    for video in Desk().videos():
        for name in (*names, "audience_cities"):
            if name in video:
                seen += 1
                whole = sum(entry["percentage"] for entry in video[name])
                assert whole == pytest.approx(1)
        if "audience_types" in video:
            types = {e["type"]: e["percentage"] for e in video["audience_types"]}
            assert types["NEW_VIEWER"] + types["RETURN_VIEWER"] == pytest.approx(1)
            follow = types["FOLLOWER_PERCENT"] + types["NON_FOLLOWER_PERCENT"]
            assert follow == pytest.approx(1)
    assert seen > 100


def test_the_shop_agrees_with_itself_and_the_clicks() -> None:
    desk = Desk()
    clicks = {row["date"]: row["bio_link_clicks"] for row in desk.days()}
    for day in desk.stats("web")["daily"]:
        assert day["new_viewers"] + day["returning_viewers"] == day["viewers"]
        assert 0 < day["bounces"] < day["visits"]
        assert 0 <= day["conversions"] <= day["visits"] - day["bounces"]
        assert (day["revenue"] > 0) == (day["conversions"] > 0)
        assert day["clicks"] < day["impressions"]
        assert day["visits"] > 0.5 * clicks[day["date"]]


@at_most(10)
@given(start=YEARS, seed=st.integers(0, 2**31), later=st.floats(0, 40 * DAY))
def test_any_date_and_seed_gives_sound_json(
    start: float, seed: int, later: float
) -> None:
    desk = Desk(seed, start)
    desk.at = start + later
    videos, days = desk.videos(), desk.days()
    assert len(videos) >= 60
    assert len(days) == 60
    assert min(row["video_views"] for row in days) > 0
    assert all(int(v["create_time"]) <= desk.at for v in videos)
    for handle in RIVALS:
        if handle != "oldmill":
            data = desk.stats(f"tiktok/{handle}")
            assert all(d["followers"] > 0 for d in data["daily"])
            assert data["stats"]["followerCount"] > 0
    assert len(desk.stats("web")["daily"]) in {59, 60}
