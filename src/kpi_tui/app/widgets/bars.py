"""Horizontal bars: a label, a bar, a value and its change per line.

It draws shares and knows neither audiences nor videos.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Size

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.fit import aligned, padded
from kpi_tui.app.widgets.lines import Line, Lines, Piece

_MIN_BAR = 6
"""A shorter bar says nothing; its cells go to the label."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line."""

    label: str
    share: float | None
    """Sets the bar's length, against the longest of its group."""
    value: str
    change: str = ""


def bar(share: float, width: int, *, is_ascii: bool = False) -> str:
    """A bar of ``share`` (0-1) of ``width`` cells, to half a cell.

    A line and no block: blocks under each other run together and outshine their
    numbers. Something that is not zero shows at least its shortest mark.
    """
    share = min(1.0, max(0.0, share))
    if is_ascii:
        cells = round(share * width) or (1 if share > 0 else 0)
        return "#" * min(width, cells)
    halves = round(share * width * 2) or (1 if share > 0 else 0)
    whole, half = divmod(min(width * 2, halves), 2)
    return "━" * whole + "╸" * half


class Bars(Lines):
    """Bars under each other, their numbers aligned."""

    DEFAULT_CSS = """
    Bars { height: auto; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start without bars."""
        super().__init__(id=id, classes=classes)
        self._bars: tuple[Bar, ...] = ()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is drawn."""
        return self._bars

    def put(self, bars: Sequence[Bar]) -> None:
        """Draw these; the same bars again cost nothing."""
        wanted = tuple(bars)
        if wanted == self._bars:
            return
        is_other_height = len(wanted) != len(self._bars)
        self._bars = wanted
        if is_other_height:
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """One line a bar."""
        return len(self._bars)

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - as tall as it has bars
        """Label, bar, value, change."""
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        return bar_lines(self._bars, width, is_ascii=is_ascii)


def bar_lines(bars: Sequence[Bar], width: int, *, is_ascii: bool) -> list[Line]:
    """Each bar's line, ``width`` cells together.

    Narrow, the change goes first and then the bar: the number stays.
    """
    values = aligned([each.value for each in bars])
    value_width = max((len(value) for value in values), default=0)
    change_width = max((len(each.change) for each in bars), default=0)
    label_width = max((cell_len(each.label) for each in bars), default=0)
    label_width = max(3, min(label_width, width * 2 // 5))
    room = width - label_width - value_width - 2
    if change_width and room - change_width - 1 >= _MIN_BAR:
        room -= change_width + 1
    else:
        change_width = 0
    longest = max((each.share or 0.0 for each in bars), default=0.0)
    drawn: list[Line] = []
    for each, value in zip(bars, values, strict=True):
        share = (each.share or 0.0) / longest if longest > 0 else 0.0
        parts: list[Piece] = [
            (padded(each.label, label_width, is_ascii=is_ascii) + " ", "")
        ]
        if room >= _MIN_BAR:
            body = bar(share, room, is_ascii=is_ascii)
            parts.append((f"{body:<{room}} ", "$spark"))
        number = padded(value.rjust(value_width), value_width, is_ascii=is_ascii)
        parts.append((number, "bold"))
        if change_width:
            parts.append((f" {each.change:>{change_width}}", MUTED))
        drawn.append(tuple(parts))
    return drawn
