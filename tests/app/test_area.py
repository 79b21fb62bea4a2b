"""The sparkline of several rows."""

from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.app.widgets.area import area

VALUES = st.lists(st.none() | st.floats(-1e6, 1e6), max_size=80)


@given(VALUES, st.integers(1, 40), st.integers(1, 6), st.booleans())
def test_it_is_as_large_as_asked(
    values: list[float | None], width: int, rows: int, is_ascii: bool
) -> None:
    drawn = area(values, width, rows, is_ascii=is_ascii)
    assert [len(row) for row in drawn] == [width] * rows
    if is_ascii:
        assert all(row.isascii() for row in drawn)


def test_the_highest_reaches_the_top_and_the_lowest_is_seen() -> None:
    top, middle, bottom = area([0.0, 1.0, 2.0, None], 4, 3)
    assert top == "  █ "
    assert middle == " ▅█ "
    assert bottom == "▁██ "


def test_a_missing_day_is_blank_in_every_row() -> None:
    rows = area([1.0, None, 2.0], 3, 2)
    assert [row[1] for row in rows] == [" ", " "]


def test_a_flat_line_lies_low_and_nothing_is_empty() -> None:
    assert area([5.0, 5.0], 2, 2) == ["  ", "▁▁"]
    assert area([None], 3, 2) == ["   ", "   "]
    assert area([1.0], 3, 0) == []
