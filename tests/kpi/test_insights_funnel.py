"""Where the funnel leaks, and what is no leak."""

from dataclasses import replace
from datetime import date

from kpi_tui.kpi.insights_funnel import funnel, funnel_rule
from tests.kpi.build import ending, every, history
from tests.kpi.insights_cases import case_of, months, one

FUNNEL = {
    "video_views": every(10_000),
    "profile_views": every(200),
    "website_visits": every(80),
    "conversions": every(8),
}


def noisy(now: float, before: float) -> dict[date, float]:
    """Those values, each day a twentieth above or below."""
    return ending(
        [
            value * (1.05 if n % 2 else 0.95)
            for n, value in enumerate([before] * 28 + [now] * 28)
        ]
    )


def test_the_funnel_names_the_step_that_fell_most():
    visits = noisy(40, 80)
    leaking = {**FUNNEL, "website_visits": visits, "conversions": noisy(4, 8)}
    found = one(funnel_rule(case_of(history(leaking))))
    assert found.text == (
        "The funnel leaks between profile views and website visits: 20 website visits "
        "per 100 profile views, 40 in the 28 days before: look at the call to action "
        "and the link in the profile."
    )
    proof = dict(found.evidence)
    assert (
        proof["profile views per 100 video views"] == "2, before 2 (5,600 of 280.0 k)"
    )
    assert proof["conversions per 100 website visits"] == "10, before 10 (112 of 1,120)"
    assert found.kpi == "website_visits"


def test_a_leak_at_the_end_tells_who_bounces():
    leaking = {
        **FUNNEL,
        "conversions": months(4, 8),
        "bounces": months(48, 32),
    }
    found = one(funnel_rule(case_of(history(leaking))))
    assert found.text.endswith(
        "5 conversions per 100 website visits, 10 in the 28 days before; 60.0 % of the "
        "visits bounce, 40.0 % before: look at the landing page."
    )


def test_a_small_or_shaky_fall_is_no_leak():
    assert list(funnel_rule(case_of(history(FUNNEL)))) == []
    small = {**FUNNEL, "website_visits": months(73, 80)}
    assert list(funnel_rule(case_of(history(small)))) == []
    # A third less, but one day in seven brings it all: it may be chance.
    shaky = ending([560, 0, 0, 0, 0, 0, 0] * 4 + [0, 1480, 0, 0, 0, 0, 0] + [0] * 21)
    chance = {**FUNNEL, "website_visits": shaky}
    assert list(funnel_rule(case_of(history(chance)))) == []


def test_a_leak_of_the_last_two_days_may_yet_settle():
    late = ending([80.0] * 54 + [0.0, 0.0])
    # 26 x 80 of 28 x 200: 37 instead of 40 per 100 is no leak; ten days would be.
    assert list(funnel_rule(case_of(history({**FUNNEL, "website_visits": late})))) == []
    gone = {**FUNNEL, "website_visits": noisy(40, 80)}
    settling = case_of(history(gone), is_settling=True)
    assert one(funnel_rule(settling)).kind == "conversion"
    week = case_of(history(gone), is_settling=True)
    short = replace(week, window=type(week.window)(week.window.last, 2))
    assert list(funnel_rule(short)) == []


def test_link_clicks_that_stand_in_for_conversions_are_one_step():
    flows = {
        "video_views": every(1000),
        "profile_views": every(100),
        "link_clicks": months(5, 10),
    }
    steps = funnel(case_of(history(flows)))
    assert [step.end for step in steps] == ["profile_views", "link_clicks"]
    assert funnel(case_of(history({"website_visits": every(5)}))) == []
    half = {**FUNNEL, "profile_views": ending([200] * 20)}
    assert [step.end for step in funnel(case_of(history(half)))] == ["conversions"]


def test_few_per_hundred_are_counted_per_ten_thousand():
    rare = {"video_views": every(100_000), "profile_views": noisy(10, 50)}
    found = one(funnel_rule(case_of(history(rare))))
    assert (
        "1 profile views per 10,000 video views, 5 in the 28 days before" in found.text
    )
