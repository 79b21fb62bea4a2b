"""Years of days that were written without one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.tiktok_studio.labels import MonthDay, columns
from kpi_tui.sources.tiktok_studio.years import dated, earliest, latest
from tests.sources.tiktok_studio.downloads import days_until, english, said_in

LOCALES = (
    "en", "en_GB", "el", "pt", "pt_BR", "ru", "ja", "ko", "vi", "id", "sv", "de",
    "fr", "tr", "ar", "pl", "hr", "eu", "mn", "th", "he", "zh_Hant", "hu", "lt",
)  # fmt: skip
DAYS = st.dates(date(2017, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(LOCALES), DAYS, st.integers(1, 500), st.integers(1, 3))
def test_every_series_of_days_comes_back(
    locale: str, exported: date, count: int, lag: int
) -> None:
    days = days_until(exported - timedelta(days=lag), count)
    ways = columns([said_in(locale)(day) for day in days])
    assert days in [dated(way, exported) for way in ways]
    # One way, unless a short series lies in a name that two languages share.
    assert len(ways) == 1 or count <= 31


@given(DAYS, st.sets(st.integers(1, 364), min_size=1, max_size=40), st.booleans())
def test_days_with_gaps_come_back_in_both_orders(
    exported: date, back: set[int], is_up: bool
) -> None:
    days = [exported - timedelta(days=n) for n in sorted(back, reverse=is_up)]
    near = abs((days[0] - days[-1]).days)
    (way,) = columns([english(day) for day in days])
    found = dated(way, exported)
    # Two or three rows a year apart read better the other way round.
    assert found == days or near > 182


def test_a_year_of_days_wraps_to_the_same_month() -> None:
    days = days_until(date(2026, 3, 24), 365)
    (way,) = columns([english(day) for day in days])
    found = dated(way, date(2026, 3, 25))
    assert found is not None
    assert found[0] == date(2025, 3, 25)
    assert found[-1] == date(2026, 3, 24)


def test_the_new_year_is_crossed() -> None:
    (way,) = columns(["30 décembre", "31 décembre", "1 janvier"])
    assert dated(way, date(2026, 1, 3)) == [
        date(2025, 12, 30),
        date(2025, 12, 31),
        date(2026, 1, 1),
    ]


def test_29_february_falls_in_leap_years() -> None:
    assert latest(MonthDay(2, 29), date(2026, 3, 1)) == date(2024, 2, 29)
    assert earliest(MonthDay(2, 29), date(2026, 3, 1)) == date(2028, 2, 29)
    assert latest(MonthDay(2, 29), date(2103, 3, 1)) == date(2096, 2, 29)
    (way,) = columns(["February 28", "February 29", "March 1"])
    assert dated(way, date(2026, 1, 5)) == [date(2024, 2, 28 + i) for i in (0, 1)] + [
        date(2024, 3, 1)
    ]


def test_days_in_no_order_are_not_dated() -> None:
    (way,) = columns(["May 5", "March 1", "April 7", "January 3", "May 5"])
    assert dated(way, date(2026, 6, 1)) is None


@pytest.mark.parametrize("year", [2019, 2026])
def test_a_written_year_stays(year: int) -> None:
    assert latest(MonthDay(5, 6, year), date(2022, 1, 1)) == date(year, 5, 6)
