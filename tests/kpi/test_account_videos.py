"""KPIs over videos: present totals, and flows from running totals."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.posts import posted_day
from kpi_tui.kpi.readings import Video, day_start
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import (
    LAST,
    MONTH,
    WEEK,
    at,
    back,
    every,
    history,
    totals,
    video,
)

BASE = back(28)
COUNTS = st.integers(0, 10**6).map(float)


def kpis(*videos: VideoHistory) -> dict[str, KpiValue]:
    return account_kpis(history(videos=videos), MONTH)


def test_completion_is_weighted_by_views_over_the_videos_that_report_it():
    found = kpis(
        video("a", views=100, completion_rate=0.5),
        video("b", views=300, completion_rate=0.1),
        video("c", views=10_000),
        video("old", back(28), views=10_000, completion_rate=1.0),
    )["completion_rate"]
    assert found.value == pytest.approx(0.2)
    assert found.inputs[-1] == ("videos", 2.0)
    assert found.covered_days is None


@given(st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 1)), min_size=1))
def test_a_weighted_completion_lies_between_the_videos(
    rates: list[tuple[int, float]],
):
    videos = [
        video(str(i), views=float(views), completion_rate=rate)
        for i, (views, rate) in enumerate(rates)
    ]
    found = kpis(*videos)["completion_rate"].value
    assert found is not None
    lowest, highest = min(r for _, r in rates), max(r for _, r in rates)
    assert lowest - 1e-9 <= found <= highest + 1e-9


def test_watch_time_comes_from_totals_and_else_from_averages():
    found = kpis(
        video("a", views=100, watch_time=1000, average_watch_time=99, duration=20),
        video("b", views=100, average_watch_time=20, duration=20),
        video("c", views=100),
    )
    assert found["average_watch_time"].value == pytest.approx(15)
    assert found["average_watched_share"].value == pytest.approx(15 / 20)


def test_a_watched_share_takes_both_sides_from_the_same_videos():
    found = kpis(
        video("a", views=100, average_watch_time=30, duration=10),
        video("b", views=900, average_watch_time=5),
    )
    assert found["average_watch_time"].value == pytest.approx(7.5)
    assert found["average_watched_share"].value == pytest.approx(3.0)


@pytest.mark.parametrize("kpi", ["completion_rate", "average_watch_time"])
def test_unseen_videos_have_no_rate(kpi: str):
    found = kpis(video("a", views=0, completion_rate=0.0, average_watch_time=0))[kpi]
    assert found.value is None
    assert found.reason == "no views in these days"


@pytest.mark.parametrize(
    ("videos", "reason"),
    [
        ([video("a", views=5)], "not measured"),
        (
            [video("a", back(60), views=5, completion_rate=0.1)],
            "no videos posted in these days",
        ),
        (
            [video("a", back(60), views=5, completion_rate=0.1), video("b", views=5)],
            "not measured for the videos of these days",
        ),
    ],
)
def test_missing_completion_says_why(videos: list[VideoHistory], reason: str):
    assert kpis(*videos)["completion_rate"].reason == reason


def test_the_median_ignores_one_viral_video():
    posts = [video(str(i), views=float(v)) for i, v in enumerate([1, 2, 3, 4, 10**7])]
    found = kpis(*posts)["views_per_video"]
    assert found.value == 3
    assert found.as_of == LAST
    assert kpis(video("a", back(40), views=5))["views_per_video"].value is None


def test_posts_per_week_count_the_windows_posts():
    found = kpis(*(video(str(i), back(i)) for i in range(40)))["posting_frequency"]
    assert found.value == 7.0
    assert found.previous == pytest.approx(12 / 28 * 7)


def test_no_post_is_zero_only_where_older_posts_are_known():
    assert kpis(video("a", back(40)))["posting_frequency"].value == 0.0
    assert kpis(video("a", back(5)))["posting_frequency"].previous is None
    assert kpis(video("a", BASE))["posting_frequency"].previous == 0.25
    assert kpis(video("a", LAST))["posting_frequency"].value == 0.25
    undated = kpis(video("a", None))["posting_frequency"]
    assert undated.reason == "no videos known in these days"
    assert kpis()["posting_frequency"].reason == "not measured"


def test_a_post_belongs_to_the_day_of_the_accounts_zone():
    late = int(datetime(2026, 3, 24, 22, 30, tzinfo=UTC).timestamp())
    assert posted_day(Video("a", "1", late), ZoneInfo("Europe/Athens")) == date(
        2026, 3, 25
    )
    assert posted_day(Video("a", "1", late), ZoneInfo("UTC")) == LAST
    label = Video("a", "1", day_start(LAST), "day")
    assert posted_day(label, ZoneInfo("America/New_York")) == LAST


def test_flows_from_video_totals():
    found = kpis(
        video(
            "old",
            back(60),
            ends={BASE: totals(100, 10, 1, 1), LAST: totals(300, 30, 2, 2)},
        ),
        video("new", back(3), ends={LAST: totals(50, 5, 1, 0)}),
    )
    assert found["video_views"].value == 250
    assert found["engagements"].value == 20 + 1 + 1 + 5 + 1
    assert found["engagement_rate_by_views"].value == pytest.approx(28 / 250)
    assert found["video_views"].covered_days == 28
    assert found["video_views"].note == "from totals per video"
    assert not found["video_views"].is_partial


def test_a_deleted_comment_is_a_correction():
    ends = {BASE: totals(100, 10, 9, 0), LAST: totals(100, 10, 4, 0)}
    assert kpis(video("a", back(60), ends=ends))["engagements"].value == -5


def test_an_old_video_without_a_start_is_left_out_and_counted():
    known = {BASE: totals(100, 0, 0, 0), LAST: totals(300, 0, 0, 0)}
    unknown = {LAST: totals(10_000, 0, 0, 0)}
    videos = [video(str(i), back(60), ends=known) for i in range(4)]
    found = kpis(*videos, video("x", back(60), ends=unknown))["video_views"]
    assert found.value == 800
    assert found.note == "from totals per video, 1 video without a baseline left out"
    assert found.is_covered
    more = [video(name, None, ends=unknown) for name in ("y", "z")]
    found = kpis(*videos, *more)["video_views"]
    assert found.note is not None
    assert "2 videos" in found.note
    assert found.is_partial
    assert not found.is_covered


@pytest.mark.parametrize(
    ("videos", "reason"),
    [
        ([video("a", back(60), ends={LAST: totals(9, 0, 0, 0)})], "no baseline"),
        (
            [video("a", LAST.replace(day=30), ends={LAST: totals(9, 0, 0, 0)})],
            "covered 0 of 28 days",
        ),
        (
            [
                video(
                    "a",
                    back(60),
                    ends={BASE: totals(9, 0, 0, 0), LAST: totals(9, 0, 0, 0)},
                    seen=at(back(30)),
                )
            ],
            "covered 0 of 28 days",
        ),
    ],
)
def test_video_totals_that_prove_nothing_say_why(
    videos: list[VideoHistory], reason: str
):
    found = kpis(*videos)["video_views"]
    assert (found.value, found.reason) == (None, reason)


def test_totals_that_stopped_cover_the_days_before():
    ends = {BASE: totals(100, 0, 0, 0), LAST: totals(300, 0, 0, 0)}
    old = video("a", back(60), ends=ends, seen=at(back(8)))
    found = kpis(old)["video_views"]
    assert (found.covered_days, found.as_of) == (20, back(8))
    just = video("a", back(60), ends=ends, seen=at(back(27)))
    assert kpis(just)["video_views"].covered_days == 1
    unknown_time = video("a", back(60), ends=ends, seen=0)
    assert kpis(unknown_time)["video_views"].covered_days == 28


def test_a_rate_has_one_basis():
    """Daily likes over views from video totals would be two ways of counting."""
    ends = {BASE: totals(0, 0, 0, 0), LAST: totals(1000, 100, 10, 10)}
    known = history({"likes": every(50)}, videos=[video("a", back(60), ends=ends)])
    found = account_kpis(known, MONTH)
    assert found["like_rate"].value == pytest.approx(0.1)
    assert found["engagements"].value == 120


@pytest.mark.parametrize(
    ("days", "value", "reason"),
    [(28, 0.056, None), (20, None, "covered 20 of 28 days")],
)
def test_web_days_over_views_of_video_totals_need_the_whole_window(
    days: int, value: float | None, reason: str | None
):
    ends = {BASE: totals(0, 0, 0, 0), LAST: totals(1000, 100, 10, 10)}
    known = history(
        {"conversions": every(2, days)}, videos=[video("a", back(60), ends=ends)]
    )
    found = account_kpis(known, MONTH)["conversion_rate"]
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.reason == reason


def test_web_days_without_any_views_are_not_measured():
    known = history({"conversions": every(2)}, videos=[video("a", views=5)])
    assert account_kpis(known, MONTH)["conversion_rate"].reason == "not measured"


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=12))
def test_video_flows_add_up_in_any_order(ends: list[tuple[float, float]]):
    videos = [
        video(
            str(i),
            back(60),
            ends={BASE: totals(start, 0, 0, 0), LAST: totals(end, 0, 0, 0)},
        )
        for i, (start, end) in enumerate(ends)
    ]
    found = kpis(*videos)["video_views"].value
    assert found == sum(end - start for start, end in ends)
    assert kpis(*reversed(videos))["video_views"].value == found


def test_the_previous_window_ends_at_the_baseline():
    ends = {
        back(56): totals(100, 0, 0, 0),
        BASE: totals(250, 0, 0, 0),
        LAST: totals(300, 0, 0, 0),
    }
    found = kpis(video("a", back(90), ends=ends))["video_views"]
    assert (found.value, found.previous) == (50, 150)


def test_saves_of_videos_never_meet_daily_views():
    known: AccountHistory = history(
        {"video_views": every(100)}, videos=[video("a", views=5, saves=1)]
    )
    assert account_kpis(known, WEEK)["save_rate"].reason == "not measured"
