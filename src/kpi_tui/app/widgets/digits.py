"""Numbers three rows high, to be read from across a room.

The shapes are Textual's own Digits; without UTF-8 a calculator's.
"""

from functools import cache
from io import StringIO

from rich.console import Console
from textual.renderables.digits import Digits

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line

ROWS = 3
_WIDEST = 400
_ASCII_ROWS = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", "  |", "  |"),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "-": ("   ", " _ ", "   "),
    "+": ("   ", " + ", "   "),
    " ": ("  ", "  ", "  "),
}
_POINTS = str.maketrans({"•": "."})


def big(value: str, *, is_ascii: bool = False) -> tuple[Line, ...]:
    """``182.1 k``: the number large, its unit small and quiet at its foot."""
    number, space, unit = value.partition(" ")
    rows = digits(number, is_ascii=is_ascii)
    return (
        *(((row + " " * (len(unit) + 1), "bold"),) for row in rows[:-1]),
        ((rows[-1], "bold"), (f"{space}{unit}", MUTED)),
    )


@cache
def digits(text: str, *, is_ascii: bool = False) -> tuple[str, ...]:
    """``ROWS`` strings of the same width; a letter stands small on the last one."""
    if is_ascii:
        shapes = [_ASCII_ROWS.get(char, (" ", " ", char)) for char in text]
        return tuple("".join(shape[row] for shape in shapes) for row in range(ROWS))
    drawn = Console(width=_WIDEST, file=StringIO()).render(Digits(text, "bold"))
    # Its own point is a bullet that stands as high as a minus.
    whole = "".join(segment.text for segment in drawn).translate(_POINTS)
    rows = whole.split("\n")[:ROWS]
    width = max(map(len, rows))
    return tuple(row.ljust(width) for row in rows)
