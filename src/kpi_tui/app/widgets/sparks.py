"""Sparklines under each other, on one axis of days.

It draws rows of numbers and knows not what is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.area import area
from kpi_tui.app.widgets.fit import aligned, padded
from kpi_tui.app.widgets.lines import Line, Lines


@dataclass(frozen=True, slots=True)
class Spark:
    """One row."""

    label: str
    values: tuple[float | None, ...]
    value: str
    note: str = ""


class Sparks(Lines):
    """Label, sparkline, value and note; the first and last day below."""

    DEFAULT_CSS = """
    Sparks { height: 3; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start empty."""
        super().__init__(id=id)
        self._sparks: tuple[Spark, ...] = ()
        self._ends = ("", "")

    @property
    def sparks(self) -> tuple[Spark, ...]:
        """What is drawn."""
        return self._sparks

    def put(self, sparks: Sequence[Spark], first: str, last: str) -> None:
        """Draw these over an axis from ``first`` to ``last``."""
        wanted = (tuple(sparks), (first, last))
        if wanted != (self._sparks, self._ends):
            self._sparks, self._ends = wanted
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """As wide as the days ask for, at most; two cells a day where there is room."""
        if not self._sparks:
            return ()
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        label = max(len(each.label) for each in self._sparks) + 2
        values = aligned([each.value for each in self._sparks])
        value = max(map(len, values)) + 2
        note = max(len(each.note) for each in self._sparks) + 2
        days = max(len(each.values) for each in self._sparks)
        room = max(1, width - label - value - note)
        cells = min(room, max(days, days * (room // max(1, days))))
        lines: list[Line] = []
        # A blank row between them, where there are rows to spare.
        gap = 1 if height >= 4 * len(self._sparks) else 0
        rows = max(1, (height - 1) // len(self._sparks) - gap)
        for each, number in zip(self._sparks, values, strict=True):
            *above, drawn = area(each.values, cells, rows, is_ascii=is_ascii)
            lines += [((" " * label, ""), (row, "$spark")) for row in above]
            lines.append(
                (
                    (padded(each.label, label, is_ascii=is_ascii), ""),
                    (drawn, "$spark"),
                    (padded(number.rjust(value), value, is_ascii=is_ascii), "bold"),
                    (each.note.rjust(note), MUTED),
                )
            )
            lines += [()] * gap
        lines = lines[: len(lines) - gap]
        first, last = self._ends
        axis = first + last.rjust(max(0, cells - len(first)))
        return [*lines, ((" " * label + axis, MUTED),)][:height]
