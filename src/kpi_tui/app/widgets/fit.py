"""Makes text fit its cells: cut by display width, aligned at the decimal, plain ASCII.

Knows no widget; the text was cleaned of control characters where it came in.
"""

import re
import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

_ASCII = str.maketrans(
    {
        "–": "-",
        "…": "...",
        "·": ".",
        "×": "x",
        "±": "+-",
        "▲": "^",
        "▼": "v",
        "◆": "=",
        "█": "#",
        "→": "->",
    }
)
_NUMBER = re.compile(r"(?P<whole>[-+]?[\d,]+)(?P<decimals>\.\d+)?(?P<unit>\s.*)?")


def plain(text: str, *, is_ascii: bool) -> str:
    """The text as it is, or with every non-ASCII character replaced.

    Accents are dropped and what has no ASCII form becomes ``?``: a terminal without
    UTF-8 would show several wrong characters for it and shift the rest of the line.
    """
    if not is_ascii or text.isascii():
        return text
    bare = unicodedata.normalize("NFKD", text.translate(_ASCII))
    kept = "".join(char for char in bare if not unicodedata.combining(char))
    return kept.encode("ascii", "replace").decode("ascii")


def fit(text: str, width: int, *, is_ascii: bool = False) -> str:
    """At most ``width`` cells, an ellipsis where something was cut.

    Cut between graphemes: half an emoji would shift every column to its right.
    """
    text = plain(text, is_ascii=is_ascii)
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    mark = "..." if is_ascii else "…"
    if width <= len(mark):
        return mark[:width]
    return set_cell_size(text, width - len(mark)).rstrip() + mark


def padded(text: str, width: int, *, is_ascii: bool = False) -> str:
    """Exactly ``width`` cells."""
    return set_cell_size(fit(text, width, is_ascii=is_ascii), max(0, width))


def at_point(texts: Sequence[str]) -> list[str]:
    """Numbers of several units, padded so that, flush right, their points are in one
    column: ``8.5 %`` under ``180.3 k``, ``345`` under both. A unit stays at its number.
    """
    matches = [_NUMBER.fullmatch(text) for text in texts]
    tails = [
        f"{match['decimals'] or ''}{match['unit'] or ''}" if match else ""
        for match in matches
    ]
    longest = max(map(len, tails), default=0)
    return [
        f"{match['whole']}{tail:<{longest}}"
        if match
        else text.ljust(len(text) + longest)
        for match, tail, text in zip(matches, tails, texts, strict=True)
    ]


def aligned(texts: Sequence[str]) -> list[str]:
    """Numbers padded so that, set flush right, their decimals stand in one column.

    ``61 k`` under ``4.1 k`` becomes ``61   k``. Whole numbers without a unit, and
    what is not a number, stay as they are.
    """
    matches = [_NUMBER.fullmatch(text) for text in texts]
    fractional = [
        match for match in matches if match and (match["unit"] or match["decimals"])
    ]
    decimals = max((len(match["decimals"] or "") for match in fractional), default=0)
    unit = max((len(match["unit"] or "") for match in fractional), default=0)
    return [
        f"{match['whole']}{match['decimals'] or '':<{decimals}}{match['unit'] or '':<{unit}}"
        if match and (match["unit"] or match["decimals"])
        else text
        for text, match in zip(texts, matches, strict=True)
    ]
