"""How numbers, changes, times and sparklines read."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.definitions import DEFINITIONS, Definition, Good
from kpi_tui.kpi.format import (
    ASCII_TONE_GLYPHS,
    TONE_GLYPHS,
    Tone,
    change_tone,
    format_age,
    format_change,
    format_countdown,
    format_coverage,
    format_day,
    format_value,
    sparkline,
)
from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.values import KpiValue

FINITE = st.floats(-1e15, 1e15)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "count", "–"),
        (math.nan, "percent", "–"),
        (math.inf, "ratio", "–"),
        (0, "count", "0"),
        (-0.0, "count", "0"),
        (3352, "count", "3,352"),
        (9999, "count", "9,999"),
        (9999.6, "count", "10.0 k"),
        (32467, "count", "32.5 k"),
        (999_949, "count", "999.9 k"),
        (999_960, "count", "1.0 M"),
        (1_234_567, "count", "1.2 M"),
        (3.4e9, "count", "3.4 B"),
        (9999.5, "count", "10.0 k"),
        (5e15, "count", "5,000.0 T"),
        (-12_345, "count", "-12.3 k"),
        (4.5, "count", "4.5"),
        (0.051, "percent", "5.1 %"),
        (0.0042, "percent", "0.42 %"),
        (0.00996, "percent", "1.0 %"),
        (9.9994, "percent", "999.9 %"),
        (9.9996, "percent", "1,000 %"),
        (138.667, "percent", "13,867 %"),
        (0, "percent", "0 %"),
        (-0.0000001, "percent", "0.00 %"),
        (0.000153, "percent", "0.015 %"),
        (0.000994, "percent", "0.099 %"),
        (0.000996, "percent", "0.10 %"),
        (12.34, "seconds", "12.3 s"),
        (59.96, "seconds", "1:00 min"),
        (65, "seconds", "1:05 min"),
        (-65, "seconds", "-1:05 min"),
        (2.414, "ratio", "2.41"),
        (3.5, "per_week", "3.5"),
        (12.5, "currency", "12.50 EUR"),
        (1_234_567.0, "currency", "1.2 M EUR"),
    ],
)
def test_a_value_reads_in_its_unit(value: float | None, unit: Unit, shown: str):
    assert format_value(value, unit, currency="EUR") == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (1_234_567, "count", "1,234,567"),
        (4.5, "count", "4.50"),
        (0.051234, "percent", "5.1234 %"),
        (0.000012345, "percent", "0.001234 %"),
        (65.25, "seconds", "65.2500 s"),
        (2.41421, "ratio", "2.4142"),
        (3.5, "per_week", "3.5000"),
        (123_456.789, "currency", "123,456.79"),
    ],
)
def test_an_exact_value_keeps_its_digits(value: float, unit: Unit, shown: str):
    assert format_value(value, unit, is_exact=True) == shown


@given(FINITE, st.sampled_from(["count", "percent", "seconds", "currency", "ratio"]))
def test_no_value_is_shown_as_minus_nothing(value: float, unit: Unit):
    shown = format_value(value, unit)
    assert not shown.startswith("-") or any(c in "123456789" for c in shown)
    assert "e" not in shown


@given(st.floats(10_000, 1e12))
def test_a_shortened_count_is_within_one_step_of_the_truth(value: float):
    number, suffix = format_value(value, "count").split()
    scale = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}[suffix]
    assert abs(float(number.replace(",", "")) * scale - value) <= 0.051 * scale
    assert float(number.replace(",", "")) < 1000


def kpi(id_: str, value: float | None, previous: float | None) -> KpiValue:
    definition = DEFINITIONS[id_]
    return KpiValue(id_, value, definition.unit, previous=previous)


@pytest.mark.parametrize(
    ("id_", "value", "previous", "shown", "tone"),
    [
        ("followers", 3352, 3170, "+182", "good"),
        ("follower_growth", 20_000, 40_000, "-20.0 k", "bad"),
        ("video_views", 39, 100, "-61 %", "bad"),
        ("video_views", 105, 100, "+5.0 %", "good"),
        ("video_views", 5, 0, "new", "good"),
        ("video_views", 0, 0, "0 %", "neutral"),
        ("video_views", 50, -100, "+150 %", "good"),
        ("video_views", 1.0, 5e-324, "new", "good"),
        ("revenue", 150.0, 100.0, "+50 %", "good"),
        ("spend", 150.0, 100.0, "+50 %", "neutral"),
        ("engagement_rate", 0.051, 0.039, "+1.2 pt", "good"),
        ("engagement_rate", 0.0510, 0.0506, "+0.04 pt", "good"),
        ("conversion_rate", 0.000153, 0.000119, "+0.003 pt", "good"),
        ("engagement_rate", 0.05, 0.05, "0 pt", "neutral"),
        ("engagement_rate", 0.05, 0.05 + 1e-9, "0.00 pt", "neutral"),
        ("follower_growth_rate", 138.667, 0.5, "+13,817 pt", "good"),
        ("bounce_rate", 0.40, 0.48, "-8.0 pt", "good"),
        ("bounce_rate", 0.48, 0.40, "+8.0 pt", "bad"),
        ("average_watch_time", 10.0, 12.5, "-2.5 s", "bad"),
        ("posting_frequency", 3.5, 2.0, "+1.5", "neutral"),
        ("roas", 2.5, 2.0, "+0.50", "good"),
        ("roas", 2.5, None, "", "neutral"),
        ("roas", None, 2.0, "", "neutral"),
        ("roas", math.inf, 2.0, "", "neutral"),
    ],
)
def test_a_change_says_how_much_and_whether_it_is_good(
    id_: str, value: float | None, previous: float | None, shown: str, tone: str
):
    measured = kpi(id_, value, previous)
    assert format_change(measured) == shown
    assert change_tone(measured) == tone


@pytest.mark.parametrize(
    ("good", "tone"), [("up", "good"), ("down", "bad"), ("none", "neutral")]
)
def test_a_kpi_of_ones_own_says_itself_what_is_good(good: Good, tone: Tone):
    own = Definition("nps", "Score", "Score", "ratio", good, "nps", "own")
    assert change_tone(KpiValue("nps", 2.0, "ratio", 1.0, custom=own)) == tone


@given(st.sampled_from(sorted(DEFINITIONS)), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_the_sign_of_a_change_never_lies(id_: str, value: float, previous: float):
    shown = format_change(kpi(id_, value, previous))
    assert not shown.startswith("+") or value > previous
    assert not shown.startswith("-") or value < previous


def test_each_tone_has_a_glyph_of_its_own():
    for glyphs in (TONE_GLYPHS, ASCII_TONE_GLYPHS):
        assert set(glyphs) == {"good", "bad", "neutral"}
        assert len(set(glyphs.values())) == 3
    assert all(glyph.isascii() for glyph in ASCII_TONE_GLYPHS.values())


@pytest.mark.parametrize(
    ("covered", "shown"),
    [(27, "27 of 28 days"), (0, "0 of 28 days"), (28, ""), (None, "")],
)
def test_coverage_is_said_only_when_days_are_missing(covered: int | None, shown: str):
    assert format_coverage(KpiValue("x", 1.0, "count", covered_days=covered)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-30, "just now"),
        (4.9, "just now"),
        (12, "12 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (12 * 60, "12 min ago"),
        (3 * 3600 + 5, "3 h ago"),
        (30 * 3600, "30 h ago"),
        (48 * 3600, "2 d ago"),
        (50 * 3600, "2 d ago"),
    ],
)
def test_an_age_reads_as_one_would_say_it(seconds: float, shown: str):
    assert format_age(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-3, "0:00"), (9, "0:09"), (252, "4:12"), (3600, "1 h 00"), (3900, "1 h 05")],
)
def test_a_countdown_ends_at_zero(seconds: float, shown: str):
    assert format_countdown(seconds) == shown


def test_a_day_names_its_year_only_when_it_differs():
    day = date(2026, 3, 24)
    assert format_day(day) == "24 Mar"
    assert format_day(day, with_weekday=True) == "Tue 24 Mar"
    assert format_day(day, year_of=date(2026, 12, 31)) == "24 Mar"
    assert format_day(day, year_of=date(2027, 1, 1)) == "24 Mar 2026"


@pytest.mark.parametrize(
    ("values", "width", "shown"),
    [
        ([], 3, "   "),
        ([1.0, 2.0], 0, ""),
        ([3.0, 3.0], 4, "▁▁▁▁"),
        ([0.0, 7.0], 4, "▁▁██"),
        ([0.0, None, 7.0], 3, "▁ █"),
        ([0.0, math.nan, 7.0], 3, "▁ █"),
        ([None, None, 0.0, 0.0, 6.0, 8.0], 3, " ▁█"),
        ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8, "▁▂▃▄▅▆▇█"),
        ([-1e308, 1e308], 2, "▁█"),
    ],
)
def test_a_sparkline_draws_the_shape(
    values: list[float | None], width: int, shown: str
):
    assert sparkline(values, width) == shown


@given(st.lists(st.none() | FINITE, max_size=80), st.integers(0, 50), st.booleans())
def test_a_sparkline_is_as_wide_as_asked(
    values: list[float | None], width: int, is_ascii: bool
):
    drawn = sparkline(values, width, is_ascii=is_ascii)
    assert len(drawn) == width
    assert drawn.isascii() or not is_ascii
    if width >= len(values) > 0:
        gaps = [cell == " " for cell in drawn]
        assert gaps == [values[i * len(values) // width] is None for i in range(width)]
