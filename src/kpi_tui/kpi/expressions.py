"""Arithmetic over named numbers: ``revenue / (followers + 1)``.

Knows + - * / with parentheses, and no name's meaning. Nothing is run: the text becomes
a tree in which every kind of node that is not named here is refused.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

MOST_CHARS = 300
"""Longer ones are split into KPIs of their own; it also bounds how deep one nests."""
_PLAIN = re.compile(r"[A-Za-z0-9_+*/(). -]*", re.ASCII)
_EXPECTED = "expected + - * / ( ) over numbers and ids of metrics and KPIs"

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SIGNS: dict[type[ast.unaryop], Callable[[float], float]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked formula."""

    text: str
    names: tuple[str, ...]
    """Each once, in the order in which they are read."""
    _tree: ast.expr

    def value(self, of: Mapping[str, float]) -> float | None:
        """The result with those numbers; None where it divides by zero or overflows."""
        try:
            found = _value(self._tree, of)
        except (ZeroDivisionError, OverflowError):
            return None
        return found if math.isfinite(found) else None


def parse_expression(text: str) -> Expression:
    """Check a formula; ValueError says what it may hold."""
    if len(text) > MOST_CHARS:
        raise ValueError(f"expected at most {MOST_CHARS} characters")
    # Not of the text as it is: a line break ends a Python expression, not a formula.
    one_line = " ".join(text.split())
    if not _PLAIN.fullmatch(one_line):
        raise ValueError(_EXPECTED)
    try:
        tree = ast.parse(one_line, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(_EXPECTED) from None
    names = dict.fromkeys(_names(tree))
    if not names:
        raise ValueError("expected an id of a metric or KPI in it")
    return Expression(one_line, tuple(names), tree)


def _names(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            yield from _names(left)
            yield from _names(right)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
            yield from _names(operand)
        case ast.Name(id=name):
            yield name
        case ast.Constant(value=value) if type(value) in {int, float}:
            _check_number(value)
        case _:
            raise ValueError(_EXPECTED)


def _check_number(value: object) -> None:
    assert isinstance(value, int | float)  # noqa: S101 - the pattern said so
    try:
        is_finite = math.isfinite(value)
    except OverflowError:
        is_finite = False
    if not is_finite:
        raise ValueError("expected numbers that are not as large as that")


def _value(node: ast.expr, of: Mapping[str, float]) -> float:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, of), _value(right, of))
        case ast.UnaryOp(op=op, operand=operand):
            return _SIGNS[type(op)](_value(operand, of))
        case ast.Name(id=name):
            return of[name]
        case ast.Constant(value=value) if isinstance(value, int | float):
            return float(value)
    raise AssertionError(node)
