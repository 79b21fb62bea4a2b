"""What happened while nobody looked: a few sentences above the Overview's now line.

It knows no event; it only goes away again, at the first key or after ten minutes.
"""

from collections.abc import Sequence

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, Lines, fit, wrap

SHOWN_SECONDS = 600.0
MOST = 4
TITLE = "While you were away"
_LOW, _SHORT = 16, 32
"""Rows under which there is one line for all of it, and one for each sentence."""


class AwayLines(Lines):
    """Hidden while there is nothing to tell; told once."""

    def __init__(self, *, is_ascii: bool) -> None:
        """Nothing to tell yet."""
        super().__init__(id="away")
        self._is_ascii = is_ascii
        self._sentences: tuple[str, ...] = ()
        self._is_over = False
        self.display = False

    def show(self, sentences: Sequence[str]) -> None:
        """Tell these, unless it was told already."""
        wanted = tuple(sentences[:MOST])
        if self._is_over or wanted == self._sentences:
            return
        if wanted and not self._sentences:
            self.set_timer(SHOWN_SECONDS, self.dismiss)
        self._sentences = wanted
        self.display = bool(wanted)
        self.redraw()

    def dismiss(self) -> None:
        """Somebody has seen it: not again."""
        if self._sentences:
            self._is_over, self._sentences = True, ()
            self.display = False

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - as tall as its sentences
        """The title, then a sentence a line; low, all in one line."""
        if not self._sentences:
            return ()
        if self.app.size.height < _LOW:
            words = f"{TITLE}: {' '.join(self._sentences)}"
            return (((fit(words, width, is_ascii=self._is_ascii), ""),),)
        bullet = "- " if self._is_ascii else "· "
        lines: list[Line] = [((TITLE, "bold"), ("  any key hides this", MUTED))]
        is_short = self.app.size.height < _SHORT
        room = max(10, width - 2)
        for sentence in self._sentences:
            rows = [fit(sentence, room, is_ascii=self._is_ascii).rstrip()]
            for number, row in enumerate(rows if is_short else wrap(sentence, room)):
                lines.append(((bullet if number == 0 else "  ", MUTED), (row, "")))
        return lines if is_short else [*lines, ()]
