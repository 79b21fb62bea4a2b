"""Followers, their growth, and what is divided by them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window
from tests.kpi.build import (
    LAST,
    MONTH,
    WEEK,
    Days,
    at,
    back,
    ending,
    every,
    history,
    totals,
    video,
)

LEVELS = st.dictionaries(
    st.integers(0, 60).map(back), st.integers(0, 10**6).map(float), max_size=30
)


def kpis(
    followers: Days | None, window: Window = MONTH, **flows: Days
) -> dict[str, KpiValue]:
    return account_kpis(history(flows, followers=followers), window)


def test_followers_are_the_last_known_on_or_before_the_end():
    found = kpis({back(9): 90.0, back(3): 100.0})["followers"]
    assert found.value == 100
    assert found.as_of == back(3)
    assert found.covered_days is None
    assert found.is_covered


def test_followers_before_the_first_observation_are_not_known():
    late = {LAST + timedelta(days=1): 100.0}
    found = kpis(late)
    assert found["followers"].reason == "no value up to these days"
    assert found["follower_growth"].reason == "covered 0 of 28 days"


def test_previous_followers_are_those_of_the_baseline_day():
    found = kpis({back(30): 80.0, back(28): 90.0, LAST: 100.0})["followers"]
    assert (found.value, found.previous, found.change) == (100, 90, 10)


def test_growth_starts_on_the_evening_before_the_window():
    found = kpis({back(29): 50.0, back(28): 60.0, back(27): 70.0, LAST: 100.0})
    assert found["follower_growth"].value == 40
    assert found["follower_growth"].covered_days == 28
    assert found["follower_growth_rate"].value == pytest.approx(40 / 60)
    assert found["follower_growth"].inputs == (
        ("followers on 24 Mar", 100.0),
        ("followers on 24 Feb", 60.0),
    )


def test_growth_of_one_download_covers_all_but_its_first_day():
    found = kpis(ending([24.0] + [100.0] * 27))
    assert found["follower_growth"].value == 76
    assert found["follower_growth"].covered_days == 27
    assert found["follower_growth_rate"].value == pytest.approx(76 / 24)


def test_growth_that_ends_early_covers_the_days_up_to_its_end():
    found = kpis({back(28): 60.0, back(8): 90.0})["follower_growth"]
    assert (found.value, found.covered_days, found.as_of) == (30, 20, back(8))
    assert not found.is_covered


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        ({LAST: 100.0}, "no baseline"),
        ({back(5): 100.0}, "no baseline"),
        ({back(40): 100.0}, "covered 0 of 28 days"),
    ],
)
def test_one_observation_is_no_growth(levels: Days, reason: str):
    found = kpis(levels)
    assert found["follower_growth"].value is None
    assert found["follower_growth"].reason == reason
    assert found["follower_growth_rate"].reason == reason
    assert found["followers_per_1000_views"].reason == reason


def test_nobody_to_grow_from_is_no_infinite_rate():
    found = kpis({back(28): 0.0, LAST: 50.0})
    assert found["follower_growth"].value == 50
    assert found["follower_growth_rate"].value is None
    assert found["follower_growth_rate"].reason == "baseline is 0"


@given(LEVELS, st.integers(1, 30))
def test_growth_is_between_the_extremes_and_covers_no_more_than_the_window(
    levels: dict[date, float], days: int
):
    found = kpis(levels, Window(LAST, days))["follower_growth"]
    if found.value is None:
        assert found.reason
        return
    assert abs(found.value) <= max(levels.values()) - min(levels.values())
    assert found.covered_days is not None
    assert 1 <= found.covered_days <= days


@given(
    st.lists(st.integers(0, 10**6).map(float), min_size=57, max_size=57),
    st.integers(1, 27),
)
def test_growth_of_two_halves_adds_up(levels: list[float], cut: int):
    days = ending(levels)
    whole = kpis(days)["follower_growth"].value
    head = kpis(days, Window(back(cut), 28 - cut))["follower_growth"].value
    tail = kpis(days, Window(LAST, cut))["follower_growth"].value
    assert head is not None
    assert tail is not None
    assert whole == pytest.approx(head + tail)


@given(
    st.lists(st.integers(1, 10**6).map(float), min_size=29, max_size=29),
    st.integers(2, 100),
)
def test_a_growth_rate_does_not_depend_on_the_size(levels: list[float], factor: int):
    one = kpis(ending(levels))["follower_growth_rate"].value
    many = kpis(ending([v * factor for v in levels]))["follower_growth_rate"].value
    assert one is not None
    assert one >= -1
    assert one == pytest.approx(many)


def test_net_flows_stand_in_where_no_level_is_known():
    found = kpis(None, net_followers=ending([3.0] * 20 + [None] * 8))
    assert found["follower_growth"].value == 60
    assert found["follower_growth"].covered_days == 20
    assert found["follower_growth"].note == "sum of daily net followers"
    assert found["follower_growth"].inputs == (("net followers", 60.0),)
    assert found["follower_growth_rate"].reason == "no baseline"


def test_won_and_lost_followers_stand_in_for_net_ones():
    won, lost = every(5), every(2)
    found = kpis(None, WEEK, new_followers=won, lost_followers=lost)
    assert found["follower_growth"].value == 21
    assert found["follower_growth"].note == "new followers - lost followers"


def test_an_engagement_rate_needs_followers():
    flows = {"likes": every(5), "comments": every(1), "shares": every(1)}
    assert kpis(None, MONTH, **flows)["engagement_rate"].reason == "followers not known"
    assert kpis(every(0), MONTH, **flows)["engagement_rate"].reason == "no followers"
    assert kpis(every(9))["engagement_rate"].reason == "not measured"


def test_an_engagement_rate_divides_by_the_followers_of_its_end():
    flows = {"likes": every(5), "comments": every(1), "shares": every(1)}
    found = kpis({back(10): 10.0, LAST: 70.0}, WEEK, **flows)["engagement_rate"]
    assert found.value == pytest.approx(49 / 70)
    assert found.inputs[-1] == ("followers", 70.0)


def test_new_followers_per_thousand_views_takes_the_same_days():
    levels = ending([100.0] + [200.0] * 6)
    views = ending([9000.0] + [100.0] * 6)
    found = kpis(levels, WEEK, video_views=views)["followers_per_1000_views"]
    assert found.value == pytest.approx(100 / 600 * 1000)
    assert found.covered_days == 6


def test_new_followers_per_thousand_views_leaves_out_days_without_views():
    levels = ending([100.0 + 10 * i for i in range(8)])
    views: list[float | None] = [100.0] * 8
    views[4] = None
    found = kpis(levels, WEEK, video_views=ending(views))["followers_per_1000_views"]
    assert found.value == pytest.approx(100.0)
    assert found.covered_days == 6


def test_new_followers_per_thousand_views_from_net_flows():
    found = kpis(None, WEEK, net_followers=every(2), video_views=every(100))
    assert found["followers_per_1000_views"].value == pytest.approx(20.0)


def test_new_followers_need_views():
    found = kpis(every(100), WEEK, video_views=every(0))["followers_per_1000_views"]
    assert found.value is None
    assert found.reason == "no views in these days"
    assert kpis(every(9))["followers_per_1000_views"].reason == "not measured"


@pytest.mark.parametrize(
    ("followers", "seen", "value", "reason"),
    [
        ({back(7): 100.0, LAST: 150.0}, LAST, 250.0, None),
        ({back(5): 100.0, LAST: 150.0}, LAST, None, "covered 5 of 7 days"),
        ({back(7): 100.0, LAST: 150.0}, back(2), None, "covered 5 of 7 days"),
    ],
)
def test_new_followers_per_thousand_views_of_video_totals_need_the_whole_window(
    followers: Days, seen: date, value: float | None, reason: str | None
):
    ends = {back(7): totals(100, 0, 0, 0), LAST: totals(300, 0, 0, 0)}
    known = history(
        followers=followers,
        videos=[video("a", back(40), ends=ends, seen=at(seen))],
    )
    found = account_kpis(known, WEEK)["followers_per_1000_views"]
    assert (found.value, found.reason) == (value, reason)
