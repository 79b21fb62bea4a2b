"""Windows of days and the zone's own day borders."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.readings import day_of, day_start
from kpi_tui.kpi.windows import Window, day_end, local_day

DATES = st.dates(date(1971, 1, 1), date(2099, 12, 31))
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Athens",
            "America/St_Johns",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Chatham",
        )
    ]
)


@given(DATES, st.integers(1, 400))
def test_a_window_and_the_one_before_touch_and_never_overlap(last: date, days: int):
    window = Window(last, days)
    inside = list(window)
    assert len(inside) == len(set(inside)) == days
    assert inside[0] == window.first
    assert inside[-1] == window.last
    assert window.baseline == window.first - timedelta(days=1) == window.previous.last
    assert len(list(window.previous)) == days
    assert not set(inside) & set(window.previous)


@given(DATES, st.integers(1, 400), st.integers(-500, 500))
def test_membership_agrees_with_iteration(last: date, days: int, shift: int):
    window = Window(last, days)
    day = last + timedelta(days=shift)
    assert (day in window) == (day in set(window))


@pytest.mark.parametrize("days", [0, -1])
def test_a_window_needs_a_day(days: int):
    with pytest.raises(ValueError, match="at least one day"):
        Window(date(2026, 3, 24), days)


def test_a_window_over_a_leap_day_and_a_year_end():
    assert date(2024, 2, 29) in Window(date(2024, 3, 1), 2)
    assert Window(date(2024, 3, 1), 366).first == date(2023, 3, 2)
    assert list(Window(date(2026, 1, 1), 2)) == [date(2025, 12, 31), date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)],
)
def test_a_day_of_the_clock_change_has_its_own_length(day: date, hours: int):
    zone = ZoneInfo("Europe/Athens")
    before = day_end(day - timedelta(days=1), zone)
    assert day_end(day, zone) - before == hours * 3600


@given(DATES, ZONES)
def test_a_day_ends_where_the_next_label_begins(day: date, zone: ZoneInfo):
    end = day_end(day, zone)
    assert local_day(end - 1, zone) == day
    assert local_day(end, zone) == day + timedelta(days=1)
    assert 23 * 3600 <= end - day_end(day - timedelta(days=1), zone) <= 25 * 3600


@given(st.integers(0, 4_000_000_000), ZONES)
def test_every_moment_lies_inside_its_own_day(at: int, zone: ZoneInfo):
    day = local_day(at, zone)
    assert day_end(day - timedelta(days=1), zone) <= at < day_end(day, zone)


@given(DATES)
def test_a_label_keeps_its_date_whatever_the_zone(day: date):
    assert day_of(day_start(day)) == day
    assert datetime.fromtimestamp(day_start(day), UTC).hour == 0
