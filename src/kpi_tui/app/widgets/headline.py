"""A strip of numbers in big digits; it knows neither tabs nor KPIs."""

from collections.abc import Sequence

from kpi_tui.app.headline import Big
from kpi_tui.app.states import MUTED, TONE_STYLES
from kpi_tui.app.widgets.digits import ROWS, big
from kpi_tui.app.widgets.lines import Line, Lines, Piece, fit, line_width
from kpi_tui.kpi.format import ASCII_TONE_GLYPHS, TONE_GLYPHS

_NARROWEST = 26
"""A column for a number and its change."""
HEIGHT = ROWS + 3
"""Label, digits, note, and a blank line."""


class Headline(Lines):
    """Hidden until there is something to say."""

    DEFAULT_CSS = f"""
    Headline {{ height: {HEIGHT}; }}
    """

    def __init__(self, *, is_ascii: bool) -> None:
        """Nothing to say yet."""
        super().__init__(id="headline")
        self._is_ascii = is_ascii
        self._bigs: tuple[Big, ...] = ()
        self.display = False

    def show(self, bigs: Sequence[Big]) -> None:
        """Say these; none hides it."""
        if tuple(bigs) != self._bigs:
            self._bigs = tuple(bigs)
            self.display = bool(bigs)
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """As many numbers beside each other as fit."""
        room = width - 2
        count = max(1, min(len(self._bigs), room // _NARROWEST))
        cells = room // count
        columns = [self._column(one, cells) for one in self._bigs[:count]]
        return [
            ((" ", ""), *(piece for line in row for piece in line))
            for row in zip(*columns, strict=True)
        ]

    def _column(self, one: Big, width: int) -> list[Line]:
        glyphs = ASCII_TONE_GLYPHS if self._is_ascii else TONE_GLYPHS
        *rows, last = big(one.value, is_ascii=self._is_ascii)
        change: Piece = ("", "")
        if one.change:
            words = f"  {glyphs[one.tone]} {one.change}"
            change = (words, TONE_STYLES[one.tone])
        note = (one.note, "$warning" if one.needs_you else MUTED)
        lines: list[Line] = [
            ((one.label, MUTED),),
            *rows,
            (*last, change),
            (note,),
        ]
        return [self._padded(line, width) for line in lines]

    def _padded(self, line: Line, width: int) -> Line:
        if line_width(line) <= width - 2:
            return (*line, (" " * (width - line_width(line)), ""))
        cut = fit(line[0][0], width - 2, is_ascii=self._is_ascii)
        return ((cut, line[0][1]), ("  ", ""))
