"""Hours as pictures: a week of posting hours in shades, a day of hours in columns.

It draws numbers per hour; what they mean is its caller's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Lines

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SHADES = "░▒▓█"
_ASCII_SHADES = ".-+#"
_STEPS = (0.5, 1.0, 2.0)
"""Lift below which each shade ends; the last one has no end."""
_HOUR_NAMES = (0, 3, 6, 9, 12, 15, 18, 21)
_LABEL_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """One hour of one weekday."""

    count: int
    strength: float | None
    """1.0 is the usual; None where nothing is known."""


def shade(strength: float | None, *, is_ascii: bool = False) -> str:
    """One glyph: the fuller, the stronger."""
    shades = _ASCII_SHADES if is_ascii else _SHADES
    if strength is None:
        return "?"
    return shades[sum(strength >= step for step in _STEPS)]


def legend(*, is_ascii: bool = False) -> str:
    """What the shades mean."""
    a, b, c, d = tuple(_ASCII_SHADES if is_ascii else _SHADES)
    return f"{a} under 0.5 x   {b} to 1 x   {c} to 2 x   {d} over 2 x"


class WeekHeat(Lines):
    """Seven lines of 24 hours; a shade for the strength, a digit for the count."""

    DEFAULT_CSS = """
    WeekHeat { height: 8; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start empty."""
        super().__init__(id=id, classes=classes)
        self._spots: dict[tuple[int, int], Spot] = {}

    @property
    def spots(self) -> Mapping[tuple[int, int], Spot]:
        """(weekday, hour) to what is drawn there."""
        return self._spots

    def put(self, spots: Mapping[tuple[int, int], Spot]) -> None:
        """Draw these; the same again cost nothing."""
        if spots != self._spots:
            self._spots = dict(spots)
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """Hours above, then Monday to Sunday."""
        cell = max(1, min(4, (width - _LABEL_WIDTH) // 24))
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        rows = [hour_line(cell, _LABEL_WIDTH)]
        rows += [self._day(day, cell, is_ascii=is_ascii) for day in range(7)]
        return rows[:height]

    def _day(self, weekday: int, cell: int, *, is_ascii: bool) -> Line:
        text = "".join(
            self._spot(self._spots.get((weekday, hour)), cell, is_ascii=is_ascii)
            for hour in range(24)
        )
        return ((f"{WEEKDAYS[weekday]:<{_LABEL_WIDTH}}", MUTED), (text, "$spark"))

    def _spot(self, spot: Spot | None, cell: int, *, is_ascii: bool) -> str:
        """``▓3``: strength and number of posts; one cell has room for one of them."""
        if spot is None or spot.count < 1:
            return ("." if is_ascii else "·").ljust(cell) if cell > 2 else " " * cell
        glyph = shade(spot.strength, is_ascii=is_ascii)
        if cell == 1:
            return glyph
        count = str(spot.count) if spot.count < 10 else "+"
        return (glyph * max(1, cell - 2) + count).ljust(cell)


def hour_line(cell: int, indent: int) -> Line:
    """Names of every third hour over cells of this width."""
    text = " " * indent
    for hour in _HOUR_NAMES:
        text = text.ljust(indent + hour * cell) + f"{hour:02d}"
    return ((text.ljust(indent + 24 * cell), MUTED),)


class HourColumns(Lines):
    """24 columns, one an hour."""

    DEFAULT_CSS = """
    HourColumns { height: 6; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start empty."""
        super().__init__(id=id, classes=classes)
        self._values: tuple[float | None, ...] = ()

    @property
    def values(self) -> tuple[float | None, ...]:
        """What is drawn."""
        return self._values

    def put(self, values: Sequence[float | None]) -> None:
        """Draw these; the same again cost nothing."""
        if tuple(values) != self._values:
            self._values = tuple(values)
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """Columns from zero to the highest, the hours below them."""
        if not self._values:
            return ()
        cell = max(1, min(6, width // 24))
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        rows = column_rows(self._values, max(1, height - 1), cell, is_ascii=is_ascii)
        pieces: list[Line] = [((row, "$spark"),) for row in rows]
        return [*pieces, hour_line(cell, 0)]


def column_rows(
    values: Sequence[float | None], height: int, cell: int, *, is_ascii: bool
) -> list[str]:
    """Columns of ``height`` rows, to an eighth of a row; a missing value is a blank."""
    top = max((value for value in values if value is not None), default=0.0)
    levels = [
        0 if value is None or top <= 0 else max(1, round(value / top * height * 8))
        for value in values
    ]
    gap = 1 if cell > 1 else 0
    rows = []
    for row in reversed(range(height)):
        cells = [_eighth(level - row * 8, is_ascii=is_ascii) for level in levels]
        rows.append("".join(glyph * (cell - gap) + " " * gap for glyph in cells))
    return rows


def _eighth(level: int, *, is_ascii: bool) -> str:
    if level <= 0:
        return " "
    if is_ascii:
        return "#" if level >= 4 else "."
    return "▁▂▃▄▅▆▇█"[min(level, 8) - 1]


def peak(values: Sequence[float | None], hours: int = 2) -> tuple[int, int] | None:
    """First hour and hour after the last of the busiest ``hours`` in a row.

    Past midnight it wraps. None when no such run of hours is known.
    """
    count = len(values)
    best: tuple[float, int] | None = None
    for start in range(count):
        run = [values[(start + step) % count] for step in range(hours)]
        known = [value for value in run if value is not None]
        if len(known) == hours and (best is None or sum(known) > best[0]):
            best = (sum(known), start)
    if best is None or best[0] <= 0:
        return None
    return best[1], (best[1] + hours) % count
