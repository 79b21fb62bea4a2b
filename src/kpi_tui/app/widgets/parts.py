"""Where a line is too long for its room: parts that go whole, words that break.

A sentence that was cut is a riddle; what does not fit goes to another line or goes.
"""

import re
from collections.abc import Sequence

from rich.cells import cell_len

from kpi_tui.app.widgets.lines import Line, Piece, line_width

_WORD = re.compile(r"\s*\S+")


def parted(parts: Sequence[Line], width: int, *, gap: str = "   ") -> list[Line]:
    """Parts beside each other in as many lines as they need; none is broken."""
    lines: list[Line] = []
    for part in parts:
        if lines and line_width(lines[-1]) + len(gap) + line_width(part) <= width:
            lines[-1] = (*lines[-1], (gap, ""), *part)
        else:
            lines.append(part)
    return lines


def kept(parts: Sequence[Line], width: int) -> Line:
    """The first parts that fit whole, after each other; at worst the first alone."""
    line: Line = ()
    for part in parts:
        if line and line_width(line) + line_width(part) > width:
            break
        line = (*line, *part)
    return line


def wrapped(line: Line, width: int) -> list[Line]:
    """The line's words in as many lines as they need, each in its own style."""
    lines: list[Line] = []
    current: list[Piece] = []
    used = 0
    for text, style in line:
        for word in _WORD.findall(text):
            shown = word
            if current and used + cell_len(shown) > width:
                lines.append(tuple(current))
                current, used, shown = [], 0, word.lstrip()
            current.append((shown, style))
            used += cell_len(shown)
    return [*lines, tuple(current)] if current else lines
