"""KPIs that add up and divide daily flows."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.formulas import RATIOS, SUMS
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window
from tests.kpi.build import LAST, MONTH, WEEK, Days, back, ending, every, history

COUNTS = st.integers(0, 10**7).map(float)
MONTHS = st.lists(st.none() | COUNTS, min_size=28, max_size=28)
FULL_MONTHS = st.lists(st.integers(1, 10**7).map(float), min_size=28, max_size=28)


def kpis(
    flows: Mapping[str, Days], window: Window = MONTH, **levels: Days
) -> dict[str, KpiValue]:
    return account_kpis(history(flows, levels=levels), window)


def engagement(likes: float, comments: float, shares: float) -> dict[str, Days]:
    return {
        "likes": every(likes),
        "comments": every(comments),
        "shares": every(shares),
    }


def test_engagements_are_likes_comments_and_shares_but_no_saves():
    found = kpis(engagement(5, 2, 1) | {"saves": every(100)}, WEEK)["engagements"]
    assert found.value == 56
    assert found.inputs == (("likes", 35), ("comments", 14), ("shares", 7))


def test_a_day_counts_for_engagements_when_all_three_are_known():
    flows = engagement(5, 2, 1) | {"comments": {LAST: 2.0, back(3): 9.0}}
    found = kpis(flows, WEEK)["engagements"]
    assert (found.value, found.covered_days) == (5 + 2 + 1 + 5 + 9 + 1, 2)


def test_the_three_engagement_rates_name_their_denominator():
    flows = engagement(6, 3, 1) | {"video_views": every(200), "reach": every(50)}
    found = kpis(flows, WEEK, followers=every(350))
    assert found["engagement_rate"].value == pytest.approx(70 / 350)
    assert found["engagement_rate_by_views"].value == pytest.approx(10 / 200)
    assert found["engagement_rate_by_reach"].value == pytest.approx(10 / 50)
    assert found["engagement_rate_by_reach"].note == "sum of daily uniques"
    assert found["like_rate"].value == pytest.approx(6 / 200)
    assert found["comment_rate"].value == pytest.approx(3 / 200)
    assert found["share_rate"].value == pytest.approx(1 / 200)


def test_a_rate_never_mixes_days():
    """Ten days of likes without views would make the rate a multiple of itself."""
    flows = {"likes": ending([10.0] * 28), "video_views": ending([100.0] * 18)}
    found = kpis(flows)["like_rate"]
    assert found.value == pytest.approx(0.1)
    assert found.covered_days == 18
    assert not found.is_covered


@given(MONTHS)
def test_a_sum_takes_the_known_days_and_counts_them(values: list[float | None]):
    known = [value for value in values if value is not None]
    found = kpis({"video_views": ending(values)})["video_views"]
    if known:
        assert found.value == pytest.approx(sum(known))
        assert found.covered_days == len(known)
        assert found.as_of is not None
        assert found.is_covered == (len(known) >= 23)
    else:
        assert found.value is None
        assert found.reason == "not measured"


@given(MONTHS, st.integers(1, 27))
def test_sums_of_two_halves_add_up(values: list[float | None], cut: int):
    flows = {"profile_views": ending(values)}
    whole = kpis(flows)["profile_views"]
    head = kpis(flows, Window(back(cut), 28 - cut))["profile_views"]
    tail = kpis(flows, Window(LAST, cut))["profile_views"]
    assert (whole.value or 0) == (head.value or 0) + (tail.value or 0)
    assert (whole.covered_days or 0) == (head.covered_days or 0) + (
        tail.covered_days or 0
    )


@given(MONTHS, st.integers(-40_000, 10_000))
def test_only_the_distance_to_the_last_day_matters(
    values: list[float | None], days: int
):
    shift = timedelta(days=days)
    flow = ending(values)
    moved = {day + shift: value for day, value in flow.items()}
    here = kpis({"video_views": flow})["video_views"]
    there = kpis({"video_views": moved}, Window(LAST + shift))["video_views"]
    assert (here.value, here.covered_days) == (there.value, there.covered_days)


@given(FULL_MONTHS, FULL_MONTHS, st.sampled_from(sorted(RATIOS)), st.integers(2, 50))
def test_rates_scale_with_their_numerator(
    top: list[float], bottom: list[float], kpi: str, factor: int
):
    ratio = RATIOS[kpi]
    names = {"ad_conversions": "conversions"}
    flows = {names.get(name, name): ending(top) for name in ratio.top}
    flows[ratio.bottom] = ending(bottom)
    larger = flows | {
        names.get(name, name): ending([value * factor for value in top])
        for name in ratio.top
    }
    one, many = kpis(flows)[kpi].value, kpis(larger)[kpi].value
    assert one is not None
    assert many is not None
    assert many - ratio.offset == pytest.approx(factor * (one - ratio.offset))


@given(st.permutations(list(range(28))), FULL_MONTHS, FULL_MONTHS)
def test_the_order_of_days_does_not_matter(
    order: list[int], likes: list[float], views: list[float]
):
    one = kpis({"likes": ending(likes), "video_views": ending(views)})
    other = kpis(
        {
            "likes": ending([likes[i] for i in order]),
            "video_views": ending([views[i] for i in order]),
        }
    )
    assert one["like_rate"].value == pytest.approx(other["like_rate"].value)


@given(FULL_MONTHS, st.lists(st.floats(0, 1), min_size=28, max_size=28))
def test_a_weighted_bounce_rate_lies_between_its_days(
    visits: list[float], shares: list[float]
):
    flows = {"website_visits": ending(visits), "bounce_share": ending(shares)}
    found = kpis(flows)["bounce_rate"]
    assert found.value is not None
    assert min(shares) - 1e-9 <= found.value <= max(shares) + 1e-9
    assert found.note == "daily rates, weighted by visits"


def test_counted_bounces_beat_daily_rates():
    flows = {
        "website_visits": every(10),
        "bounces": every(4),
        "bounce_share": every(0.9),
    }
    assert kpis(flows)["bounce_rate"].value == pytest.approx(0.4)


def test_a_bounce_rate_needs_visits():
    assert kpis({"bounce_share": every(0.4)})["bounce_rate"].reason == "not measured"
    days = {"bounce_share": {LAST: 0.4}, "website_visits": {back(1): 5.0}}
    assert kpis(days)["bounce_rate"].reason == "covered 0 of 28 days"


@pytest.mark.parametrize("kpi", sorted(RATIOS))
def test_nothing_is_divided_by_zero(kpi: str):
    ratio = RATIOS[kpi]
    names = {"ad_conversions": "conversions"}
    flows = {names.get(name, name): every(3) for name in ratio.top}
    found = kpis(flows | {ratio.bottom: every(0)})[kpi]
    assert found.value is None
    assert found.reason == ratio.empty
    assert found.inputs
    assert found.covered_days is None


@pytest.mark.parametrize("kpi", sorted(SUMS))
def test_a_measured_metric_without_days_in_the_window_is_not_zero(kpi: str):
    flows = {name: {back(400): 5.0} for name in SUMS[kpi]}
    found = kpis(flows)[kpi]
    assert found.value is None
    assert found.reason == "covered 0 of 28 days"


def test_a_zero_is_a_value():
    assert kpis({"spend": every(0)})["spend"].value == 0.0


def test_viewers_stand_in_for_reach_and_say_so():
    found = kpis({"viewers": every(30)}, WEEK)["reach"]
    assert found.value == 210
    assert found.note == "sum of daily uniques, reach = viewers of the day"


def test_new_viewers_are_a_share_of_all():
    both = kpis({"viewers": every(40), "new_viewers": every(10)})
    assert both["new_viewer_share"].value == pytest.approx(0.25)
    added = kpis({"new_viewers": every(10), "returning_viewers": every(40)})
    assert added["new_viewer_share"].value == pytest.approx(0.2)
    assert added["new_viewer_share"].note == "new viewers + returning viewers"
    alone = kpis({"new_viewers": every(10)})
    assert alone["new_viewer_share"].reason == "not measured"


def test_conversions_fall_back_on_link_clicks():
    found = kpis({"link_clicks": every(2), "website_visits": every(10)}, WEEK)
    assert found["conversions"].value == 14
    assert found["conversions"].note == "conversions = link clicks on the profile"
    assert found["conversion_rate_by_visit"].value == pytest.approx(0.2)
    assert found["conversion_rate_by_click"].reason == "not measured"
    beaten = kpis({"link_clicks": every(2), "conversions": every(1)}, WEEK)
    assert (beaten["conversions"].value, beaten["conversions"].note) == (7, None)


def test_a_conversion_rate_says_whose():
    flows: dict[str, Days] = {"conversions": every(2), "video_views": every(100)}
    by_views = kpis(flows)["conversion_rate"]
    assert by_views.value == pytest.approx(0.02)
    assert by_views.note == "viewers = video views"
    by_reach = kpis(flows | {"reach": every(50)})["conversion_rate"]
    assert by_reach.value == pytest.approx(0.04)
    assert by_reach.note == "viewers = unique viewers; sum of daily uniques"


def test_ads_pay_back_or_not():
    flows = {
        "spend": every(10),
        "revenue": every(25),
        "conversions": every(2),
        "clicks": every(40),
        "impressions": every(1000),
    }
    found = kpis(flows)
    assert found["roas"].value == pytest.approx(2.5)
    assert found["roi"].value == pytest.approx(1.5)
    assert found["cost_per_conversion"].value == pytest.approx(5)
    assert found["click_through_rate"].value == pytest.approx(0.04)
    assert found["conversion_rate_by_click"].value == pytest.approx(0.05)


def test_a_web_conversion_per_ad_click_says_that_two_sources_counted():
    flows = {"conversions": every(2), "clicks": every(40)}
    one = history(flows, sources={"conversions": "acme/ads", "clicks": "acme/ads"})
    two = history(flows, sources={"conversions": "acme/web", "clicks": "acme/ads"})
    assert account_kpis(one, WEEK)["conversion_rate_by_click"].note is None
    found = account_kpis(two, WEEK)["conversion_rate_by_click"]
    assert found.note == "ads conversions from acme/web, clicks from acme/ads"


def test_website_growth_compares_two_covered_windows():
    found = kpis({"website_visits": ending([10.0] * 7 + [12.0] * 7)}, WEEK)
    assert found["website_visits_growth"].value == pytest.approx(0.2)
    assert found["website_visits_growth"].previous is None
    assert found["website_visits"].previous == 70


@pytest.mark.parametrize(
    ("visits", "reason"),
    [
        ([12.0] * 7, "no baseline: days before missing"),
        (
            [None, None, 1.0, 1.0, 1.0, 1.0, 1.0] + [12.0] * 7,
            "no baseline: days before missing",
        ),
        ([0.0] * 7 + [12.0] * 7, "baseline is 0"),
        ([5.0] * 7 + [None] * 7, "covered 0 of 7 days"),
    ],
)
def test_website_growth_says_why_not(visits: list[float | None], reason: str):
    found = kpis({"website_visits": ending(visits)}, WEEK)["website_visits_growth"]
    assert found.value is None
    assert found.reason == reason


def test_website_growth_has_a_change_of_its_own_after_three_windows():
    visits = ending([10.0] * 7 + [20.0] * 7 + [30.0] * 7)
    found = kpis({"website_visits": visits}, WEEK)["website_visits_growth"]
    assert found.value == pytest.approx(0.5)
    assert found.previous == pytest.approx(1.0)


@given(st.integers(0, 28))
def test_a_thin_previous_window_is_no_previous_value(covered: int):
    values = [1.0] * covered + [None] * (28 - covered) + [2.0] * 28
    found = kpis({"video_views": ending(values)})["video_views"]
    assert found.previous == (covered if covered >= 23 else None)


@given(st.lists(st.integers(-1000, 10**6).map(float), min_size=29, max_size=29))
def test_flows_from_a_running_total_telescope(steps: list[float]):
    """Falls are corrections: they count, and the window is the difference of its ends."""
    level, running = [], 1e9
    for step in steps:
        running += step
        level.append(running)
    found = kpis({}, MONTH, views_total=ending(level))["video_views"]
    assert found.value == pytest.approx(level[-1] - level[0])
    assert found.covered_days == 28
    assert found.note == "from running totals"


def test_a_gap_in_a_running_total_costs_two_days():
    level: list[float | None] = [100.0 + 10 * i for i in range(29)]
    level[10] = None
    found = kpis({}, MONTH, likes_total=ending(level))
    assert found["like_rate"].value is None
    flows = kpis({"video_views": every(100)}, MONTH, likes_total=ending(level))
    assert flows["like_rate"].covered_days == 26
    assert flows["like_rate"].value == pytest.approx(0.1)


def test_reported_days_beat_running_totals():
    found = kpis({"video_views": every(3)}, WEEK, views_total=every(9))
    assert found["video_views"].value == 21


def test_the_source_of_the_leading_input_and_the_last_day_are_named():
    known = history(
        {"likes": ending([5.0, 5.0, None]), "video_views": every(10)},
        sources={"likes": "acme/studio", "video_views": "acme/ads"},
    )
    found = account_kpis(known, WEEK)["like_rate"]
    assert found.source == "acme/studio"
    assert found.as_of == back(1)
    total = history(
        levels={"views_total": every(9)}, sources={"views_total": "acme/login"}
    )
    assert account_kpis(total, WEEK)["video_views"].source == "acme/login"


def test_fewer_kpis_can_be_asked_for():
    known = history({"likes": every(5)})
    assert list(account_kpis(known, WEEK, ["followers", "like_rate"])) == [
        "followers",
        "like_rate",
    ]
    with pytest.raises(KeyError):
        account_kpis(known, WEEK, ["nonsense"])


def test_a_window_over_a_year_end_and_a_leap_day_has_all_its_days():
    days = {date(2023, 12, 20) + timedelta(days=i): 1.0 for i in range(100)}
    window = Window(date(2024, 3, 5), 70)
    assert kpis({"video_views": days}, window)["video_views"].value == 70
