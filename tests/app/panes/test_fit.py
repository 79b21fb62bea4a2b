"""Text cut by display width, numbers aligned, ticks and dots of a chart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kpi_tui.app.widgets.bars import Bar, bar, bar_lines
from kpi_tui.app.widgets.fit import aligned, at_point, fit, padded, plain
from kpi_tui.app.widgets.heat import column_rows, peak, shade
from kpi_tui.app.widgets.lines import plain as line_text
from kpi_tui.app.widgets.ticks import short_enough, value_ticks
from kpi_tui.app.widgets.words import cut

OUTSIDE_TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("🥧👩‍👩‍👧オリم"),
    max_size=40,
)


@given(OUTSIDE_TEXT, st.integers(0, 30), st.booleans())
def test_no_text_is_wider_than_asked(text, width, is_ascii):
    assert cell_len(fit(text, width, is_ascii=is_ascii)) <= width
    assert cell_len(padded(text, width, is_ascii=is_ascii)) == width


@given(OUTSIDE_TEXT)
def test_ascii_is_ascii(text):
    assert plain(text, is_ascii=True).isascii()


def test_a_wide_character_is_not_cut_in_half():
    assert fit("オリーブの収穫", 6) == "オリ…"


def test_accents_become_letters_in_ascii():
    assert plain("Türkiye – 3 × …", is_ascii=True) == "Turkiye - 3 x ..."


def test_decimals_stand_in_one_column():
    texts = ["4.1 k", "61 k", "1.2 M", "412", "–"]
    assert aligned(texts) == ["4.1 k", "61   k", "1.2 M", "412", "–"]
    assert aligned(["+5.7 %", "-0.10 %"]) == ["+5.7  %", "-0.10 %"]


def test_a_line_is_cut_at_its_last_pieces():
    line = (("Videos ", "bold"), ("15 · newest first", ""), (" · more", ""))
    shown = cut(line, 12, is_ascii=False)
    assert line_text(shown) == "Videos 15 ·…"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 12))
def test_ticks_are_few_ascending_and_around_the_values(low, span, most):
    high = low + span
    ticks = value_ticks(low, high, most)
    assert 2 <= len(ticks) <= most + 3
    assert all(a < b for a, b in pairwise(ticks))
    slack = (ticks[-1] - ticks[0]) * 1e-6 + abs(high) * 1e-9
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack


def test_names_that_fit_are_counted_from_the_asked_end():
    ticks = [(float(day), f"{day} Mar") for day in range(1, 29)]
    newest = short_enough(ticks, (1, 7, 14), 50, is_from_last=True)
    assert [label for _, label in newest] == ["7 Mar", "14 Mar", "21 Mar", "28 Mar"]
    assert short_enough(ticks, (1, 7, 14), 50)[0][1] == "1 Mar"
    assert short_enough((), (1,), 50) == []


@given(st.floats(0, 1), st.integers(1, 60), st.booleans())
def test_a_bar_never_leaves_its_cells_and_shows_what_is_not_zero(
    share, width, is_ascii
):
    drawn = bar(share, width, is_ascii=is_ascii)
    assert len(drawn) <= width
    assert bool(drawn.strip()) == (share > 0)


def test_narrow_bars_give_up_the_change_and_then_the_bar():
    bars = [Bar("Greece", 0.61, "61.0 %", "+1.0 pt"), Bar("Cyprus", 0.09, "9.0 %")]
    wide, narrow, tiny = (
        line_text(bar_lines(bars, width, is_ascii=False)[0]) for width in (40, 24, 14)
    )
    assert "+1.0 pt" in wide
    assert "━" in wide
    assert "+1.0 pt" not in narrow
    assert "━" in narrow
    assert "━" not in tiny
    assert "61.0 %" in tiny


@pytest.mark.parametrize(
    ("strength", "glyph"), [(0.2, "░"), (0.5, "▒"), (1.0, "▓"), (9.0, "█"), (None, "?")]
)
def test_a_shade_is_a_glyph_and_not_a_colour(strength, glyph):
    assert shade(strength) == glyph


def test_the_busiest_hours_wrap_past_midnight():
    hours = [0.0] * 24
    hours[23], hours[0] = 9.0, 8.0
    assert peak(hours) == (23, 1)
    assert peak([None] * 24) is None
    assert peak([0.0] * 24) is None


def test_columns_leave_missing_hours_blank():
    rows = column_rows((None, 0.0, 8.0), 2, 2, is_ascii=False)
    assert rows == ["    █ ", "  ▁ █ "]


def test_numbers_of_several_units_stand_point_under_point():
    rows = at_point(["180.3 k", "8.5 %", "0.017 %", "345", "–", "1,667.96"])
    shown = [row.rjust(12) for row in rows]
    points = {row.index(".") for row in shown if "." in row}
    assert len(points) == 1
    (point,) = points
    assert shown[3].rstrip().endswith("345")
    assert len(shown[3].rstrip()) == point
    assert "180.3 k" in shown[0]
    assert len({len(row) for row in shown}) == 1
