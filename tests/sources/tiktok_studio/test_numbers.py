"""Numbers and shares as interfaces write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.tiktok_studio.numbers import parse_number, parse_shares


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("289568", 289568),
        ("5,431", 5431),
        ("5.431", 5431),
        ("1.234.567", 1234567),
        ("12,34,567", 1234567),
        ("5 431", 5431),
        ("5\u00a0431", 5431),
        ("5\u202f431", 5431),
        ("5'431", 5431),
        ("5’431", 5431),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("0.431", 0.431),
        ("5.43", 5.43),
        ("1.2K", 1200),
        ("1,2 M", 1_200_000),
        ("1.234k", 1234),
        ("3B", 3e9),
        ("-3", -3),
        ("\u22123", -3),
        ("+7", 7),
        ("١٢٣", 123),
        ("\u200e42\u200f", 42),
    ],
)
def test_numbers_are_read_in_every_notation(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", " ", "undefined", "NAN", "NaN", "-", "–", "null"])
def test_no_value_is_not_zero(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text", ["x", "1,2,3", "1.2.3", "5 43", "1.234,567.8", "--3", "K", "9" * 60, "1e5"]
)
def test_what_is_no_number_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_number(text)


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", ".", "\u202f", "\u00a0"]))
def test_grouped_numbers_come_back(value: int, separator: str) -> None:
    assert parse_number(f"{value:,}".replace(",", separator)) == value


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_missing_or_refused(text: str) -> None:
    try:
        value = parse_number(text)
    except ValueError:
        return
    assert value is None or abs(value) < 1e50


@pytest.mark.parametrize(
    ("cells", "shares"),
    [
        (["0.56", "0.44", "0"], [0.56, 0.44, 0]),
        (["56%", "43.5 %", "0.5%"], [0.56, 0.435, 0.005]),
        (["56", "43,5", "0.5"], [0.56, 0.435, 0.005]),
        (["1", "0"], [1, 0]),
        (["0,381", "undefined"], [0.381, None]),
    ],
)
def test_shares_become_fractions(cells: list[str], shares: list[float | None]) -> None:
    assert parse_shares(cells) == pytest.approx(shares)


@pytest.mark.parametrize("cell", ["many", "-5%", "130%"])
def test_what_is_no_share_is_marked(cell: str) -> None:
    good, bad = parse_shares(["50%", cell])
    assert good == 0.5
    assert isinstance(bad, ValueError)
