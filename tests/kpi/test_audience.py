"""Who follows and watches."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.audience import Audience, AudiencePoint, audience
from tests.kpi.build import LAST, MONTH, WEEK, back, every, history


def share(entity: str, value: float, day: date = LAST) -> AudiencePoint:
    return AudiencePoint(entity, "audience_share", day, value)


def hours(day: date, values: list[float]) -> list[AudiencePoint]:
    return [
        AudiencePoint(f"hour:{hour}", "active_followers", day, value)
        for hour, value in enumerate(values)
    ]


def seen(*points: AudiencePoint) -> Audience:
    return audience(points, history(), MONTH, {})


def test_nothing_measured_is_an_empty_audience():
    assert seen() == Audience()


def test_ages_stand_in_order_and_the_rest_by_size():
    found = seen(
        share("age:55+", 0.5),
        share("age:unknown", 0.1),
        share("age:18-24", 0.1),
        share("age:25-34", 0.3),
        share("gender:Male", 0.4),
        share("gender:Female", 0.6),
        share("city:Athens", 0.2),
        share("country:GR", 0.2),
        share("country:CY", 0.2),
    )
    assert [one.dimension for one in found.breakdowns] == [
        "age",
        "gender",
        "country",
        "city",
    ]
    labels = [[bucket.label for bucket in one.shares] for one in found.breakdowns]
    assert labels[0] == ["18-24", "25-34", "55+", "unknown"]
    assert labels[1] == ["Female", "Male"]
    assert labels[2] == ["CY", "GR"]


def test_previous_shares_are_at_least_four_weeks_older():
    found = seen(
        share("gender:Female", 0.6),
        share("gender:Male", 0.4),
        share("gender:Female", 0.1, back(27)),
        share("gender:Female", 0.5, back(28)),
        share("gender:Female", 0.2, back(90)),
    )
    (gender,) = found.breakdowns
    assert [(one.label, one.previous) for one in gender.shares] == [
        ("Female", 0.5),
        ("Male", None),
    ]
    assert gender.as_of == LAST


def test_each_dimension_has_its_own_newest_day():
    found = seen(share("age:18-24", 1.0, back(5)), share("gender:Female", 1.0))
    assert [one.as_of for one in found.breakdowns] == [back(5), LAST]


def test_sources_are_named_by_dimension_and_else_by_metric():
    points = [
        share("age:18-24", 1.0),
        share("city:Athens", 1.0),
        *hours(LAST, [5.0] * 24),
    ]
    found = audience(
        points,
        history(),
        MONTH,
        {"age": "acme/studio", "audience_share": "acme/api", "hour": "acme/studio"},
    )
    assert [one.source for one in found.breakdowns] == ["acme/studio", "acme/api"]
    assert found.active_hours_source == "acme/studio"


def test_active_hours_are_means_over_whole_days():
    found = seen(
        *hours(back(2), [float(hour) for hour in range(24)]),
        *hours(back(1), [float(hour + 10) for hour in range(24)]),
        *hours(LAST, [900.0] * 23),
        *hours(MONTH.baseline, [900.0] * 24),
    )
    assert found.active_hours == tuple(hour + 5 for hour in range(24))
    assert found.active_hours_days == 2


@pytest.mark.parametrize(("zeros", "days"), [(0, 1), (12, 1), (13, 0), (24, 0)])
def test_days_of_placeholder_zeros_are_left_out(zeros: int, days: int):
    found = seen(*hours(LAST, [0.0] * zeros + [7.0] * (24 - zeros)))
    assert found.active_hours_days == days
    assert len(found.active_hours) == 24 * days
    assert found.active_hours_source is None


def test_active_hours_begin_with_the_windows_first_day():
    assert seen(*hours(MONTH.first, [5.0] * 24)).active_hours_days == 1


def test_what_is_no_hour_is_ignored():
    odd = [
        AudiencePoint("hour:24", "active_followers", LAST, 9.0),
        AudiencePoint("hour:noon", "active_followers", LAST, 9.0),
        AudiencePoint("hour:3", "audience_share", LAST, 9.0),
        AudiencePoint("age:18-24", "active_followers", LAST, 9.0),
    ]
    assert seen(*odd) == Audience()
    assert seen(*hours(LAST, [5.0] * 25)).active_hours_days == 1


@given(
    st.lists(st.floats(1, 1e6), min_size=24, max_size=24), st.permutations(range(24))
)
def test_the_order_of_points_does_not_matter(values: list[float], order: list[int]):
    points = hours(LAST, values)
    assert seen(*(points[i] for i in order)) == seen(*points)


def test_viewers_by_day_leave_gaps_open():
    known = history({"new_viewers": {LAST: 5.0}, "returning_viewers": every(2, 3)})
    found = audience([], known, WEEK, {}).viewers_by_day
    assert len(found) == 7
    assert found[-1] == (LAST, 5.0, 2.0)
    assert found[-2] == (back(1), None, 2.0)
    assert found[0] == (back(6), None, None)


def test_viewers_outside_the_window_are_no_viewers():
    known = history({"new_viewers": {back(30): 5.0}})
    assert audience([], known, WEEK, {}).viewers_by_day == ()
