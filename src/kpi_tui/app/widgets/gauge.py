"""A bar from nothing to a target, with a mark where it should be by now.

It draws shares and knows no goal.
"""

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line

FULL, EMPTY, MARK = "━", "─", "┃"
_ASCII = str.maketrans({FULL: "=", EMPTY: "-", MARK: "|"})


def gauge(
    share: float | None, width: int, *, mark: float | None = None, is_ascii: bool
) -> Line:
    """``width`` cells, ``share`` (0-1) of them heavy; more than 1 is full."""
    if width < 1:
        return ()
    filled = 0 if share is None else min(width, max(0, int(share * width + 1e-9)))
    cells = FULL * filled + EMPTY * (width - filled)
    if is_ascii:
        cells = cells.translate(_ASCII)
    if mark is None or not 0 < mark <= 1:
        return _parts(cells, filled)
    at = min(width - 1, int(mark * width))
    tick = MARK.translate(_ASCII) if is_ascii else MARK
    before, after = cells[:at], cells[at + 1 :]
    return (
        *_parts(before, min(filled, at)),
        (tick, MUTED),
        *_parts(after, max(0, filled - at - 1)),
    )


def _parts(cells: str, filled: int) -> Line:
    pieces = ((cells[:filled], "$spark"), (cells[filled:], "$rule"))
    return tuple(piece for piece in pieces if piece[0])
