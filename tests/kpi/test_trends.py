"""KPIs day by day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.formulas import SUMS
from kpi_tui.kpi.trends import trend, trends
from kpi_tui.kpi.windows import Window
from tests.kpi.build import (
    LAST,
    MONTH,
    WEEK,
    at,
    back,
    ending,
    every,
    history,
    totals,
    video,
)

DAYS = st.lists(st.none() | st.integers(0, 10**6).map(float), min_size=28, max_size=28)


@given(DAYS, st.sampled_from(sorted(set(SUMS) - {"engagements"})))
def test_the_days_of_a_sum_add_up_to_it(values: list[float | None], kpi: str):
    known = history({SUMS[kpi][0]: ending(values)})
    found = trend(kpi, known, MONTH)
    whole = account_kpis(known, MONTH)[kpi]
    if found is None:
        assert all(value is None for value in values)
        return
    assert found.first == MONTH.first
    assert list(found.values) == values
    assert sum(value or 0 for value in found.values) == whole.value
    assert found.previous == ()


@pytest.mark.parametrize("kpi", sorted(DEFINITIONS))
def test_a_day_of_a_trend_is_the_kpi_of_that_day_alone(kpi: str):
    """Except what needs whole videos, every day equals a one-day window."""
    flows = {
        name: ending([float(7 + 3 * i % 11 + len(name)) for i in range(20)])
        for name in (
            *("likes", "comments", "shares", "saves", "video_views", "reach"),
            *("profile_views", "viewers", "new_viewers", "website_visits", "bounces"),
            *("conversions", "clicks", "impressions", "spend", "revenue"),
        )
    }
    known = history(
        flows,
        followers=ending([100.0 + i * i for i in range(20)]),
        videos=[video("a", back(9)), video("b", back(3)), video("c", back(3))],
    )
    found = trend(kpi, known, WEEK)
    daily = [account_kpis(known, Window(day, 1))[kpi].value for day in WEEK]
    if kpi == "website_visits_growth" or all(value is None for value in daily):
        assert found is None
    else:
        assert found is not None
        assert found.values == pytest.approx(daily)
        assert len(found.previous) == 7


def test_followers_are_drawn_only_where_they_were_counted():
    known = history(followers={back(9): 90.0, back(5): 95.0, LAST: 99.0})
    found = trend("followers", known, WEEK)
    assert found is not None
    assert found.values == (None, 95.0, None, None, None, None, 99.0)
    assert found.previous == (None, None, None, None, 90.0, None, None)


def test_growth_over_a_gap_is_not_booked_on_one_day():
    known = history(followers={back(6): 90.0, back(5): 95.0, LAST: 199.0})
    growth = trend("follower_growth", known, WEEK)
    assert growth is not None
    assert growth.values == (None, 5.0, None, None, None, None, None)
    rate = trend("follower_growth_rate", known, WEEK)
    assert rate is not None
    assert rate.values[1] == pytest.approx(5 / 90)
    assert rate.values[-1] is None


def test_growth_from_net_flows_has_no_rate():
    known = history({"net_followers": every(4)})
    growth = trend("follower_growth", known, WEEK)
    assert growth is not None
    assert growth.values == (4.0,) * 7
    assert trend("follower_growth_rate", known, WEEK) is None


def test_an_engagement_rate_needs_both_sides():
    flows = {"likes": every(5), "comments": every(1), "shares": every(1)}
    assert trend("engagement_rate", history(flows), WEEK) is None
    assert trend("engagement_rate", history(followers=every(9)), WEEK) is None
    zero = history(flows, followers={back(9): 0.0, back(2): 70.0})
    found = trend("engagement_rate", zero, WEEK)
    assert found is not None
    assert found.values == (None, None, None, None, 0.1, 0.1, 0.1)


def test_days_without_views_have_no_rate():
    flows = {"likes": every(5), "video_views": ending([0.0, 50.0])}
    found = trend("like_rate", history(flows), WEEK)
    assert found is not None
    assert found.values == (None,) * 6 + (0.1,)


def test_posts_are_unknown_before_the_oldest_known_post():
    known = history(videos=[video("a", back(4)), video("b", back(2)), video("c", None)])
    found = trend("posting_frequency", known, WEEK)
    assert found is not None
    assert found.values == (None, None, 7.0, 0.0, 7.0, 0.0, 0.0)
    assert trend("posting_frequency", history(videos=[video("c", None)]), WEEK) is None


@pytest.mark.parametrize("kpi", ["views_per_video", "completion_rate", "hook_rate"])
def test_whole_videos_have_no_daily_value(kpi: str):
    known = history(videos=[video("a", views=5, completion_rate=0.5)])
    assert trend(kpi, known, WEEK) is None


def test_totals_per_video_have_no_daily_value():
    ends = {back(7): totals(1, 1, 1, 1), LAST: totals(9, 9, 9, 9)}
    known = history(videos=[video("a", back(30), ends=ends, seen=at(LAST))])
    assert account_kpis(known, WEEK)["video_views"].value == 8
    assert trend("video_views", known, WEEK) is None


def test_all_trends_are_those_that_have_a_day():
    known = history({"likes": every(5), "video_views": every(50)})
    found = trends(known, WEEK)
    assert list(found) == ["video_views", "like_rate"]
    assert found["like_rate"] == trend("like_rate", known, WEEK)
