"""Numbers as people and spreadsheets write them: ``1,234``, ``12.5%``, ``-``.

Knows no file. JSON is stricter, see :mod:`kpi_tui.sources.numeric`.
"""

import re

from kpi_tui.sources.numeric import number

_ABSENT = {
    "", "-", "–", "—", "n/a", "na", "nan", "null", "none", "undefined", "#n/a",
}  # fmt: skip
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'\u2019_"))
_COMMA_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?%?")
_DOT_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?%?")
_COMMA_DECIMAL = re.compile(r"[+-]?[0-9]*,[0-9]+%?")


def is_absent(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.strip().casefold() in _ABSENT


def cell_number(cell: str, *, is_count: bool) -> float | None:
    """The number in a cell, a percentage as a fraction; None when it is none.

    ``1,234`` is 1234 and ``0,5`` a half. ``1.234`` is 1234 only where ``is_count``
    (nobody has 1.234 followers), because an average may well be 1.234.
    """
    text = cell.strip().translate(_SPACES).replace("\u2212", "-")
    if _COMMA_GROUPS.fullmatch(text):
        text = text.replace(",", "")
    elif _DOT_GROUPS.fullmatch(text) and (
        is_count or "," in text or text.count(".") > 1
    ):
        text = text.replace(".", "").replace(",", ".")
    elif _COMMA_DECIMAL.fullmatch(text):
        text = text.replace(",", ".")
    if text.endswith("%"):
        value = number(text[:-1])
        return None if value is None else value / 100
    return number(text)
