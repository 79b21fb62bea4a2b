"""How often a post is asked for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.cadence import is_due

HOUR, DAY = 3600.0, 86_400.0


@pytest.mark.parametrize(
    ("age", "since", "expected"),
    [
        (HOUR, 5, True),
        (DAY - 1, 0, True),
        (DAY, 300, False),
        (2 * DAY, HOUR - 31, False),
        (2 * DAY, HOUR - 30, True),
        (7 * DAY - 1, HOUR, True),
        (7 * DAY, HOUR, False),
        (7 * DAY, 6 * HOUR, True),
        (400 * DAY, 6 * HOUR - 60, False),
        (None, HOUR, False),
        (None, 6 * HOUR, True),
        (400 * DAY, None, True),
        (None, None, True),
        (400 * DAY, -1, True),  # the clock was set back
        (-HOUR, 60, True),  # posted in the future, by a clock that is ahead
    ],
)
def test_young_posts_often_old_ones_rarely(
    age: float | None, since: float | None, expected: bool
) -> None:
    assert is_due(age, since) is expected


@given(
    age=st.floats(0, 4000 * DAY),
    older=st.floats(0, 4000 * DAY),
    since=st.floats(0, 30 * DAY),
    longer=st.floats(0, 30 * DAY),
)
def test_longer_ago_is_never_less_due_and_older_never_more(
    age: float, older: float, since: float, longer: float
) -> None:
    if is_due(age, since):
        assert is_due(age, since + longer)
    if is_due(age + older, since):
        assert is_due(age, since)


def test_a_day_of_polls_every_five_minutes_asks_each_age_as_often_as_it_says() -> None:
    def asked(age: float) -> int:
        last, count = -math.inf, 0
        for number in range(288):
            now = number * 300.0
            if is_due(age, now - last):
                last, count = now, count + 1
        return count

    assert (asked(HOUR), asked(3 * DAY), asked(30 * DAY)) == (288, 24, 4)
