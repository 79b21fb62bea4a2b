"""Lines of styled pieces that repaint only the pieces that changed.

Textual repaints a whole widget at each update, about 1 kB for a small panel; here a
changed number costs some tens of bytes. It knows no KPI, and takes no markup.
"""

import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content, Span
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from kpi_tui.kpi.text import clean

Piece = tuple[str, str]
"""(text, style in theme variables)."""
Line = tuple[Piece, ...]
_ASCII = {
    "\u2013": "-",
    "\u2014": "-",
    "·": "-",
    "…": ".",
    "\u2019": "'",
    "\u00d7": "x",
    "→": ">",
}


class Lines(Widget):
    """Draws what :meth:`build` returns; call :meth:`redraw` when its data changed."""

    ALLOW_SELECT = False
    # Textual repaints and lays out once more for each widget that learns its size:
    # three frames of 17 kB at start-up for what is already on the screen.
    virtual_size = Reactive(Size(0, 0), repaint=False)
    DEFAULT_CSS = """
    Lines { height: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        """Nothing is built before the size is known."""
        super().__init__(id=id, classes=classes)
        self._built: tuple[Line, ...] = ()
        self._built_size = Size(-1, -1)
        self._styles: dict[str, RichStyle] = {}
        """By the pieces' styles; as many as there are names in the code."""
        self._styles_key: object = None

    def build(self, width: int, height: int) -> Sequence[Line]:
        """The lines for this content size, in cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Build again and repaint the pieces that differ."""
        if self._built_size != self.size:
            # Hidden, it has no size; shown again it may have the one it was built for.
            self._built_size = Size(-1, -1)
            # What had no line had no height, and is asked for one here.
            self.refresh(layout=self.styles.is_auto_height)
            return
        before = self._built
        self._built = tuple(self.build(*self.size))
        if len(before) != len(self._built) and self.styles.is_auto_height:
            self.refresh(layout=True)
            return
        width = self.size.width
        regions = [
            region
            for y in range(max(len(before), len(self._built)))
            if (region := changed_region(_at(before, y), _at(self._built, y), y, width))
        ]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """One row as few runs as possible: each run costs 40 bytes over the wire."""
        self._build_for_size()
        style_of = self._style_of
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        segments = [
            Segment(harmless(text, is_ascii=is_ascii), style_of(style))
            for text, style in merged(_at(self._built, y))
        ]
        strip = Strip(segments)
        return strip.adjust_cell_length(self.size.width, style_of(""))

    def render(self) -> Content:
        """All lines as one Content: for Textual's measuring, not for the screen."""
        self._build_for_size()
        return to_content(self._built)

    def _build_for_size(self) -> None:
        if self._built_size != self.size:
            self._built = tuple(self.build(*self.size))
            self._built_size = self.size

    def _style_of(self, style: str) -> RichStyle:
        base = self.visual_style
        key = (self.app.theme, base)
        if key != self._styles_key:
            self._styles_key = key
            self._styles.clear()
        found = self._styles.get(style)
        if found is None:
            own = base + Style.parse(style) if style else base
            found = self._styles[style] = own.rich_style
        return found

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """With ``height: auto`` as many rows as there are lines."""
        return len(self.build(width, 0))

    def plain_text(self) -> str:
        """What is drawn, without styles."""
        return "\n".join(plain(line).rstrip() for line in self._built)


def _at(lines: Sequence[Line], y: int) -> Line:
    return lines[y] if y < len(lines) else ()


def harmless(text: str, *, is_ascii: bool = False) -> str:
    """Without control characters, whatever the door let through; ASCII if asked."""
    shown = text if text.isprintable() else clean(text)
    return ascii_cells(shown) if is_ascii and not shown.isascii() else shown


def merged(line: Line) -> Line:
    """Blanks join the run before them: without a background they have no colour."""
    runs: list[Piece] = []
    for text, style in line:
        if runs and (style == runs[-1][1] or (text.isspace() and " on " not in style)):
            before, style_before = runs[-1]
            if " on " not in style_before or style == style_before:
                runs[-1] = (before + text, style_before)
                continue
        if text:
            runs.append((text, style))
    return tuple(runs)


def to_content(lines: Sequence[Line]) -> Content:
    """Styled text that is never parsed as markup and holds no control character."""
    texts: list[str] = []
    spans: list[Span] = []
    position = 0
    for number, line in enumerate(lines):
        if number:
            texts.append("\n")
            position += 1
        for text, style in line:
            shown = harmless(text)
            if style and shown:
                spans.append(Span(position, position + len(shown), style))
            texts.append(shown)
            position += len(shown)
    return Content("".join(texts), spans)


def ascii_cells(text: str) -> str:
    """The text in ASCII, as many cells wide: accents dropped, the rest ``?``.

    Names and sentences from outside; what is drawn here is ASCII already.
    """
    out: list[str] = []
    for char in text:
        width = cell_len(char)
        bare = unicodedata.normalize("NFKD", _ASCII.get(char, char))
        kept = bare.encode("ascii", "ignore").decode("ascii")
        out.append(kept[:width].ljust(width, "?") if width else "")
    return "".join(out)


def changed_region(before: Line, after: Line, y: int, width: int) -> Region | None:
    """The cells of row ``y`` that differ; None when none do."""
    if before == after:
        return None
    left = 0
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        left += cell_len(after[start][0])
        start += 1
    old_width, new_width = line_width(before), line_width(after)
    right = width
    if old_width == new_width:
        right = new_width
        end = 1
        while (
            end <= min(len(before), len(after)) - start and before[-end] == after[-end]
        ):
            right -= cell_len(after[-end][0])
            end += 1
    right = max(right, left + 1)
    return Region(left, y, max(1, min(right, width) - left), 1)


def plain(line: Line) -> str:
    """The text of a line."""
    return "".join(text for text, _ in line)


def line_width(line: Line) -> int:
    """Width in cells."""
    return sum(cell_len(text) for text, _ in line)


def fit(text: str, width: int, *, is_ascii: bool = False) -> str:
    """Exactly ``width`` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    mark = "..."[:width] if is_ascii else "…"
    return set_cell_size(set_cell_size(text, width - len(mark)).rstrip() + mark, width)


def spread(left: Line, right: Line, width: int) -> Line:
    """Left pieces at the left edge, right pieces at the right one."""
    gap = width - line_width(left) - line_width(right)
    return (*left, (" " * max(1, gap), ""), *right)


def join(lines: Sequence[Line], separator: Piece) -> Line:
    """Lines after each other with a separator between."""
    pieces: list[Piece] = []
    for number, line in enumerate(line for line in lines if line):
        if number:
            pieces.append(separator)
        pieces.extend(line)
    return tuple(pieces)


def wrap(words: str, width: int) -> list[str]:
    """Words broken at spaces into lines of at most ``width`` cells."""
    lines: list[str] = []
    current = ""
    for word in words.split():
        longer = f"{current} {word}" if current else word
        if current and cell_len(longer) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    return [*lines, current] if current else lines
