import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.goal_periods import Aim, period_of
from kpi_tui.kpi.goals import GoalStatus, assess
from tests.kpi.build import LAST, back, ending, every, history, totals, video

YEAR_END = date(2026, 12, 31)


def after(days: int) -> date:
    return LAST + timedelta(days=days)


def views(values: list[float], target: float, **says: object) -> GoalStatus:
    account = history({"video_views": ending(values)})
    return assess(Aim("video_views", target, **says), account, LAST)  # type: ignore[arg-type]


def noisy(level: float, days: int = 200) -> list[float]:
    rng = random.Random(8)
    return [level * rng.uniform(0.8, 1.2) for _ in range(days)]


# Status.


def test_a_target_that_is_passed_is_reached_whatever_comes():
    found = views(noisy(100), 2500, by=after(60))
    assert found.status == "reached"
    assert not found.needs_you
    assert found.distance is not None
    assert found.distance < 0
    assert found.attainment is not None
    assert found.attainment > 1
    assert found.forecast is not None


def test_behind_when_the_whole_range_lies_short():
    found = views(noisy(100), 5000, by=after(60))
    assert found.status == "behind"
    assert found.needs_you
    assert found.forecast is not None
    low, high = found.forecast
    assert found.expected is not None
    assert low < found.expected < high < 5000


def test_at_risk_when_the_target_lies_within_the_range():
    found = views(noisy(100), 2870, by=after(60))
    assert found.status == "at risk"
    assert found.needs_you
    assert found.forecast is not None
    assert found.forecast[0] < 2870 <= found.forecast[1]


def test_on_pace_when_the_whole_range_lies_beyond():
    growing = [100.0 + i for i in range(200)]
    account = history({"video_views": ending(growing)})
    found = assess(Aim("video_views", 8200, by=after(60)), account, LAST)
    assert found.status == "on pace"
    assert not found.needs_you


def test_too_early_to_call_anybody_behind():
    found = views(noisy(100), 5000, start=back(9), by=after(60))
    assert found.status == "too early"
    assert found.forecast is not None
    # Ten days of fifty are a fifth: judged.
    judged = views(noisy(100), 5000, start=back(9), by=after(40))
    assert judged.status == "behind"
    assert views(noisy(100), 5000, start=back(9), by=after(41)).status == "too early"
    assert views(noisy(100), 5000, start=after(3), by=after(41)).status == "too early"


def test_without_an_end_it_is_short_until_it_is_reached():
    found = views(noisy(100), 5000)
    assert (found.status, found.by, found.pace, found.forecast) == ("short",) + (
        None,
    ) * 3
    assert found.needs_you
    assert views(noisy(100), 2000).status == "reached"


def test_a_goal_whose_day_is_over_is_judged_on_that_day():
    values = [100.0] * 100 + [500.0] * 20
    found = views(values, 5000, by=back(20))
    assert (found.status, found.value) == ("behind", 2800.0)
    assert found.as_of == back(20)
    assert found.reason == "its day is over"
    assert views(values, 2800, by=back(20)).status == "reached"


def test_less_is_more_for_a_bounce_rate():
    flows = {
        "website_visits": every(100.0, 200),
        "bounces": ending(noisy(50)),
    }
    account = history(flows)
    at_most = assess(Aim("bounce_rate", 0.45, by=after(60)), account, LAST)
    assert at_most.is_at_most
    assert at_most.status == "behind"
    assert at_most.value is not None
    assert at_most.attainment == pytest.approx(0.45 / at_most.value)
    assert at_most.distance == pytest.approx(at_most.value - 0.45)
    assert (
        assess(Aim("bounce_rate", 0.6, by=after(60)), account, LAST).status == "reached"
    )


def test_a_window_that_lacks_days_is_not_judged():
    found = views([100.0] * 20, 5000, by=after(60))
    assert (found.status, found.reason) == ("not covered", "covered 20 of 28 days")
    assert found.value == 2000
    assert found.attainment is None
    nothing = assess(Aim("reach", 10, by=after(60)), history(), LAST)
    assert (nothing.status, nothing.reason) == ("not covered", "not measured")


def test_slipping_says_what_it_was_a_week_before():
    # Growth that would have been enough until a week ago, and then a standstill.
    grown = [1000.0 + 10 * i for i in range(193)]
    account = history(followers=ending([*grown, *[grown[-1]] * 7]))
    aim = Aim("followers", 3200, by=after(22))
    found = assess(aim, account, LAST)
    assert (found.status, found.was) == ("behind", "on pace")
    assert assess(aim, account, back(7)).was is None


def test_without_days_the_straight_line_judges():
    # Totals per video say what a window brought, not what each day did.
    def account(now: float) -> GoalStatus:
        ends = {LAST: totals(now, 0, 0, 0), back(28): totals(1000, 0, 0, 0)}
        posts = [video("1", back(90), ends=ends, views=now)]
        return assess(
            Aim("video_views", 5000, by=after(60)), history(videos=posts), LAST
        )

    found = account(2000)
    assert (found.value, found.forecast, found.pace) == (1000.0, None, None)
    assert found.status == "no baseline"
    assert account(6100).status == "reached"


# Pace, needs, the day it is reached.


def test_pace_is_a_straight_line_from_the_eve_of_the_start():
    followers = history(followers=ending([1000.0 + i for i in range(120)]))
    aim = Aim("followers", 2000, start=back(49), by=after(50))
    found = assess(aim, followers, LAST)
    # The eve was 50 days ago, and there are 50 to come.
    assert (found.baseline, found.baseline_day) == (1069, back(50))
    assert found.pace == pytest.approx((1069 + 2000) / 2)
    assert found.needed is not None
    assert found.needed.per_day == pytest.approx((2000 - 1119) / 50)
    assert (found.needed.noun, found.needed.now) == ("followers", 1)
    assert found.reaches == after(2000 - 1119)


def test_a_line_begins_where_the_data_does():
    followers = history(followers=ending([1000.0 + i for i in range(40)]))
    found = assess(Aim("followers", 2000, by=YEAR_END), followers, LAST)
    assert found.start == date(2026, 1, 1)
    assert (found.baseline, found.baseline_day) == (1000, back(39))
    # A sum over the few first days would be a low place to start from.
    found = views([100.0] * 40, 5000, by=YEAR_END)
    assert (found.baseline, found.baseline_day) == (2800, back(12))
    assert views([100.0] * 25, 5000, by=YEAR_END).baseline is None


def test_what_a_day_must_bring():
    found = views([100.0] * 90, 5600, by=after(60))
    assert found.needed is not None
    assert (found.needed.per_day, found.needed.noun) == (200, "views")
    assert found.needed.now == 100
    # In ten days, eighteen of the twenty-eight are already what they are.
    near = views([100.0] * 90, 5600, by=after(10)).needed
    assert near is not None
    assert near.per_day == pytest.approx((5600 - 1800) / 10)
    standing = views([100.0] * 90, 5600).needed
    assert standing is not None
    assert standing.per_day == 200


def test_engagement_by_followers_needs_engagements():
    flows = {name: every(10.0, 100) for name in ("likes", "comments", "shares")}
    account = history(flows, followers=every(4000.0, 100))
    found = assess(Aim("engagement_rate", 0.42, by=after(60)), account, LAST)
    assert found.value == pytest.approx(0.21)
    assert found.needed is not None
    assert found.needed.per_day == pytest.approx(0.42 * 4000 / 28)
    assert (found.needed.noun, found.needed.now) == ("engagements", 30)


def test_it_is_not_reached_by_going_away_from_it():
    shrinking = [200.0 - i for i in range(100)]
    assert views(shrinking, 9000, by=after(60)).reaches is None
    assert views([100.0] * 100, 9000, by=after(60)).reaches is None


# Growth.


def test_growth_per_quarter_is_on_the_days_before_it():
    # 2026's first quarter: its eve is 31 December, 83 days before the last.
    account = history({"revenue": ending([10.0] * 117 + [20.0] * 83)})
    found = assess(Aim("revenue", growth=0.1, period="quarter"), account, LAST)
    assert (found.start, found.by) == (date(2026, 1, 1), date(2026, 3, 31))
    assert found.baseline == 280
    assert found.target == pytest.approx(308)
    assert (found.value, found.status) == (560, "reached")


def test_growth_without_a_base_has_no_baseline():
    account = history({"revenue": every(10.0, 60)})
    found = assess(Aim("revenue", growth=0.1, period="quarter"), account, LAST)
    assert (found.status, found.target) == ("no baseline", None)
    assert found.reason == "nothing from before 2026-01-01 to grow from"
    assert found.attainment is None
    # Nobody said when it began: with the first 28 days, then.
    found = assess(Aim("revenue", growth=0.1, by=YEAR_END), account, LAST)
    assert found.baseline == 280
    assert found.target == pytest.approx(308)
    found = assess(Aim("revenue", growth=0.1), account, LAST)
    assert found.status == "no baseline"


def test_shrinking_costs_are_a_goal_too():
    flows = {"spend": every(100.0, 200), "conversions": every(4.0, 200)}
    found = assess(
        Aim("cost_per_conversion", growth=-0.2, start=back(60), by=after(60)),
        history(flows),
        LAST,
    )
    assert (found.target, found.is_at_most) == (20, True)
    assert found.status == "behind"
    spend = assess(
        Aim("spend", growth=-0.2, start=back(60), by=after(60)), history(flows), LAST
    )
    assert spend.is_at_most


@given(
    st.lists(st.integers(1, 1000).map(float), min_size=48, max_size=70),
    st.integers(1, 40_000),
    st.integers(-20, 90),
)
def test_distance_and_attainment_agree_about_reached(values, target, days):
    found = views(values, target, by=after(days))
    assert found.distance is not None
    assert found.attainment is not None
    assert (
        (found.distance <= 0) == (found.attainment >= 1) == (found.status == "reached")
    )
    assert found == views(values, target, by=after(days))


# Periods.


@pytest.mark.parametrize(
    ("aim", "day", "expected"),
    [
        (Aim("reach", 1), LAST, (None, None)),
        (Aim("reach", 1, start=LAST), LAST, (LAST, None)),
        (Aim("reach", 1, by=YEAR_END), LAST, (date(2026, 1, 1), YEAR_END)),
        (Aim("reach", 1, by=date(2028, 2, 29)), LAST, (LAST, date(2028, 2, 29))),
        (
            Aim("reach", growth=0.1, period="month"),
            date(2026, 12, 31),
            (date(2026, 12, 1), date(2026, 12, 31)),
        ),
        (
            Aim("reach", growth=0.1, period="quarter"),
            date(2026, 11, 2),
            (date(2026, 10, 1), date(2026, 12, 31)),
        ),
        (
            Aim("reach", growth=0.1, period="year"),
            LAST,
            (date(2026, 1, 1), date(2026, 12, 31)),
        ),
        (
            Aim("reach", growth=0.1, period="week"),
            LAST,
            (date(2026, 3, 23), date(2026, 3, 29)),
        ),
        (
            Aim("reach", growth=0.1, period="week", start=date(2026, 3, 4)),
            LAST,
            (date(2026, 3, 18), date(2026, 3, 24)),
        ),
        (
            Aim("reach", growth=0.1, period="month", start=date(2026, 1, 31)),
            date(2026, 3, 30),
            (date(2026, 2, 28), date(2026, 3, 30)),
        ),
        (
            Aim("reach", growth=0.1, period="month", start=date(2026, 1, 31)),
            date(2026, 3, 31),
            (date(2026, 3, 31), date(2026, 4, 29)),
        ),
        (
            Aim("reach", growth=0.1, period="month", start=date(2026, 5, 1)),
            LAST,
            (date(2026, 5, 1), date(2026, 5, 31)),
        ),
        (
            Aim("reach", growth=0.1, period="quarter", by=date(2026, 2, 15)),
            LAST,
            (date(2026, 1, 1), date(2026, 2, 15)),
        ),
    ],
)
def test_periods(aim, day, expected):
    assert period_of(aim, day) == expected


@given(
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.integers(0, 2000),
)
def test_periods_follow_each_other_without_a_gap(period, start, days):
    aim = Aim("reach", growth=0.1, period=period, start=start)
    day = start + timedelta(days=days)
    first, last = period_of(aim, day)
    assert first is not None
    assert last is not None
    assert first <= day <= last
    assert period_of(aim, last + timedelta(days=1))[0] == last + timedelta(days=1)
