"""A sparkline of several rows: a small filled curve of one colour.

Textual's own sparkline sends an escape per cell; here a row is one run.
"""

from collections.abc import Sequence

from kpi_tui.kpi.format import sparkline

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_ASCII = " .:#"


def area(
    values: Sequence[float | None], width: int, rows: int, *, is_ascii: bool = False
) -> list[str]:
    """``rows`` strings of ``width`` cells, top first; a missing value is a blank.

    The lowest value keeps one eighth, so that it does not look like a missing one.
    """
    if rows <= 1 or width < 1:
        return [sparkline(values, width, is_ascii=is_ascii)] * max(0, rows)
    steps = _ASCII if is_ascii else _EIGHTHS
    per_row = len(steps) - 1
    cells = [_mean(part) for part in _parts(values, width)]
    known = [cell for cell in cells if cell is not None]
    if not known:
        return [" " * width] * rows
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    most = rows * per_row
    levels = [
        0 if cell is None else 1 + round((cell - low) / span * (most - 1))
        for cell in cells
    ]
    return [
        "".join(steps[min(per_row, max(0, level - row * per_row))] for level in levels)
        for row in reversed(range(rows))
    ]


def _parts(values: Sequence[float | None], width: int) -> list[Sequence[float | None]]:
    """The values that fall into each cell: several, or one that is repeated."""
    count = len(values)
    if count <= width:
        return [
            values[i * count // width : i * count // width + 1] for i in range(width)
        ]
    edges = [i * count // width for i in range(width + 1)]
    return [values[edges[i] : edges[i + 1]] for i in range(width)]


def _mean(part: Sequence[float | None]) -> float | None:
    known = [value for value in part if value is not None]
    return sum(known) / len(known) if known else None
