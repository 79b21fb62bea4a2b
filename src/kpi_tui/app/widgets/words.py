"""A few lines of styled words that a pane sets; only the pieces that differ repaint.

Never parses markup: captions and names from outside go through here.
"""

from collections.abc import Sequence

from kpi_tui.app.widgets.fit import fit, plain
from kpi_tui.app.widgets.lines import Line, Lines, line_width
from kpi_tui.app.widgets.parts import kept


class Words(Lines):
    """Lines that are given, not computed; too long ones lose their last pieces."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start empty."""
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._parts: tuple[Line, ...] = ()

    @property
    def said(self) -> str:
        """What it says now, without styles and before any cut."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def put(self, *lines: Line) -> None:
        """Say something. The same words in the same styles cost nothing."""
        if lines != self._lines:
            self._lines, self._parts = lines, ()
            self.redraw()

    def put_parts(self, *parts: Line) -> None:
        """Say one line of parts, of which the last ones go whole where it is narrow."""
        self.put(tuple(piece for part in parts for piece in part))
        if parts != self._parts:
            self._parts = parts
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """The lines, each cut to the width with an ellipsis."""
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        lines = (kept(self._parts, width),) if self._parts else self._lines
        return [cut(line, width, is_ascii=is_ascii) for line in lines[: max(0, height)]]


def cut(line: Line, width: int, *, is_ascii: bool) -> Line:
    """The line in at most ``width`` cells; what is after the cut is dropped."""
    shown: Line = tuple((plain(text, is_ascii=is_ascii), style) for text, style in line)
    if line_width(shown) <= width:
        return shown
    pieces: list[tuple[str, str]] = []
    left = width
    for text, style in shown:
        piece = fit(text, left, is_ascii=is_ascii)
        pieces.append((piece, style))
        left -= line_width((pieces[-1],))
        if piece != text:
            break
    return tuple(pieces)
