"""Plain tables and lists on a terminal or in a pipe.

Knows no command; writes nothing itself.
"""

from collections.abc import Iterable, Sequence

GAP = "  "


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()
) -> str:
    """Aligned columns under their heads; ``right`` are the columns of numbers.

    The last column is as long as it needs to be. A row's cell may have several
    lines in the last column; the others are empty beside the further ones.
    """
    cells = [list(heads)]
    for row in rows:
        first, *more = row[-1].split("\n")
        cells.append([*row[:-1], first])
        cells += [[*([""] * (len(row) - 1)), line] for line in more]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    numbers = set(right)
    lines = (
        GAP.join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 account``, ``2 accounts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
