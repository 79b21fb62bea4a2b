"""Formulas as text: what they may hold, and that nothing else is ever run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.expressions import MOST_CHARS, parse_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", 6.0),
        ("a / b", 3.0),
        ("a + b * c", 16.0),
        ("(a + b) * c", 40.0),
        ("a - b - c", -1.0),
        ("-a + +b", -4.0),
        ("a / 4 / .5", 3.0),
        ("1e2 * b", 200.0),
        ("\n a /\n\t b ", 3.0),
    ],
)
def test_arithmetic_is_that_of_school(text: str, value: float):
    assert parse_expression(text).value({"a": 6.0, "b": 2.0, "c": 5.0}) == value


def test_as_deep_as_it_may_be():
    assert parse_expression("(" * 149 + "a" + ")" * 149).value({"a": 1.0}) == 1.0
    assert parse_expression("-" * 298 + "a").value({"a": 1.0}) == 1.0


def test_names_come_once_and_in_order():
    assert parse_expression("b / (a + b) - a").names == ("b", "a")


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("a / b", {"a": 1.0, "b": 0.0}),
        ("a / (b - b)", {"a": 1.0, "b": 3.0}),
        ("a * b", {"a": 1e200, "b": 1e200}),
    ],
)
def test_what_has_no_number_has_none(text: str, of: dict[str, float]):
    assert parse_expression(text).value(of) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "3 + 4",
        "a b",
        "a +",
        "a ** 2",
        "a // 2",
        "a % 2",
        "a @ b",
        "a < b",
        "a if b else c",
        "a and b",
        "not a",
        "~a",
        "a.b",
        "a[0]",
        "a()",
        "__import__('os').system('id')",
        "(lambda: a)()",
        "[a]",
        "{a}",
        "(a, b)",
        "a := 3",
        "a = 3",
        "f'{a}'",
        "'text'",
        "a + True",
        "a + None",
        "a + 3j",
        "a + 1e999",
        "a + " + "9" * 250 + "**9",
        "ａ / b",
        "a; b",
        "a #",
        "\0",
        "(" * 150 + "a" + ")" * 150,
        "a" + "+a" * MOST_CHARS,
    ],
)
def test_nothing_else_is_a_formula(text: str):
    with pytest.raises(ValueError, match="expected"):
        parse_expression(text)


@given(st.text(alphabet="ab+-*/(). 0123456789e_[]'\n:=%", max_size=60))
def test_any_text_is_a_formula_or_a_value_error(text: str):
    try:
        found = parse_expression(text)
    except ValueError:
        return
    found.value(dict.fromkeys(found.names, 2.0))
