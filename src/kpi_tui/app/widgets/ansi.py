"""Turns what plotext wrote into lines of styled pieces in the theme's own few colours.

It reads the colour codes that the chart asked for and no others.
"""

import re
from collections.abc import Mapping

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Piece

_ESCAPE = re.compile(r"\x1b\[([\d;]*)m")
_ASCII_LINES = str.maketrans("│┤├┬└┴┼─╌·•", "|++++++--.*")


def recoloured(text: str, styles: Mapping[int, str], *, is_ascii: bool) -> list[Line]:
    """The figure with its colour numbers replaced by styles; the rest is muted.

    Blanks take the style to their left: a blank has no colour to see, and every
    change of colour is ten bytes to the terminal.
    """
    if is_ascii:
        text = text.translate(_ASCII_LINES)
    return [_line(line, styles) for line in text.rstrip("\n").split("\n")]


def _line(line: str, styles: Mapping[int, str]) -> Line:
    pieces: list[Piece] = []
    run, style, wanted = "", MUTED, MUTED
    for index, piece in enumerate(_ESCAPE.split(line.rstrip())):
        if index % 2:
            wanted = _style(piece, styles)
        elif not piece.strip() or wanted == style:
            run += piece
        else:
            pieces.append((run, style))
            run, style = piece, wanted
    pieces.append((run, style))
    return tuple(piece for piece in pieces if piece[0])


def _style(codes: str, styles: Mapping[int, str]) -> str:
    number = codes.rpartition(";")[2]
    return styles.get(int(number), MUTED) if "38;5" in codes else MUTED
