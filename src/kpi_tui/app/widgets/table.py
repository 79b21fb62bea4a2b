"""A table whose rows have keys: it changes only the cells that changed.

It knows cells and columns, and nothing of what they mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widgets import DataTable

from kpi_tui.app.widgets.fit import fit
from kpi_tui.app.widgets.lines import harmless

CellTone = Literal["", "strong", "muted", "good", "bad", "neutral", "spark"]
MAX_ROWS = 300
"""More rows cost a quarter of a second to measure and are read by nobody."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and a muted tail after it."""

    text: str
    tone: CellTone = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column, as wide as it says and never wider."""

    key: str
    label: str
    width: int
    """In cells, without the padding."""
    align: Literal["left", "right"] = "right"
    mark: str = ""
    """After the label: the direction of the order."""


Row = tuple[str, Sequence[Cell]]
"""Key and one cell per column."""


class KeyedTable(DataTable[Text]):
    """Rows by key, diffed; the cursor stays on its row when the order changes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--strong",
        "table--muted",
        "table--good",
        "table--bad",
        "table--neutral",
        "table--spark",
    }

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start without columns and rows."""
        super().__init__(
            id=id,
            classes=classes,
            cursor_type="row",
            cursor_foreground_priority="renderable",
        )
        self._columns: tuple[TableColumn, ...] = ()
        self._shown: dict[str, tuple[Cell, ...]] = {}
        self._order: tuple[str, ...] = ()
        self._tones: dict[CellTone, Style] = {}
        self._kept_cursor: str | None = None
        """Where the cursor was before the columns took all rows with them."""

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor; None in an empty table."""
        if not self._order or not 0 <= self.cursor_row < len(self._order):
            return None
        return self._order[self.cursor_row]

    def cells_of(self, key: str) -> tuple[Cell, ...]:
        """The cells of a row as they were set; empty when there is no such row."""
        return self._shown.get(key, ())

    def move_to(self, key: str | None) -> None:
        """Put the cursor on a row, if it is there."""
        if key in self._shown and key != self.cursor_key:
            self.move_cursor(row=self._order.index(key), animate=False)

    def set_columns(self, columns: Sequence[TableColumn]) -> None:
        """Replace the columns; the rows come back with the next ``set_rows``.

        Columns that differ only in their mark keep the rows.
        """
        wanted = tuple(columns)
        if wanted == self._columns:
            return
        bare = [(c.key, c.label, c.width, c.align) for c in wanted]
        if bare == [(c.key, c.label, c.width, c.align) for c in self._columns]:
            self._columns = wanted
            for column, wish in zip(self.ordered_columns, wanted, strict=True):
                column.label = self._header(wish)
            self._clear_caches()
            self.refresh()
            return
        self._columns = wanted
        self._kept_cursor = self.cursor_key or self._kept_cursor
        self._shown, self._order = {}, ()
        self.clear(columns=True)
        for wish in wanted:
            self.add_column(self._header(wish), key=wish.key, width=wish.width)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows in this order, at most ``MAX_ROWS``.

        Only rows that came or went, and cells that differ, are touched.
        """
        wanted = {key: tuple(cells) for key, cells in rows[:MAX_ROWS]}
        order = tuple(wanted)
        cursor, was_order = self.cursor_key or self._kept_cursor, self._order
        self._kept_cursor = None
        for key in [key for key in self._shown if key not in wanted]:
            self.remove_row(key)
            del self._shown[key]
        for key, cells in wanted.items():
            self._set_row(key, cells)
        self._order = order
        if order != was_order:
            self._arrange(cursor)

    def _set_row(self, key: str, cells: tuple[Cell, ...]) -> None:
        shown = self._shown.get(key)
        self._shown[key] = cells
        if shown is None:
            texts = [
                self._text(cell, column)
                for cell, column in zip(cells, self._columns, strict=True)
            ]
            self.add_row(*texts, key=key)
            return
        for column, old, new in zip(self._columns, shown, cells, strict=True):
            if old != new:
                self.update_cell(key, column.key, self._text(new, column))

    def _arrange(self, cursor: str | None) -> None:
        """Sort the rows as asked and bring the cursor back to its row.

        ``sort`` leaves the cursor on the index, so on another video or competitor.
        """
        if not self._order:
            return
        present = [row.key.value for row in self.ordered_rows]
        if tuple(present) != self._order:
            first = self._columns[0].key
            # A cell's identity tells its row: the sort key is given the cell only.
            place = {
                id(self.get_cell(key, first)): index
                for index, key in enumerate(self._order)
            }
            self.sort(first, key=lambda cell: place[id(cell)])
        if cursor in self._shown:
            self.move_cursor(row=self._order.index(cursor), animate=False)

    def notify_style_update(self) -> None:
        """Colour every cell anew where the theme changed.

        It is also called at each focus and blur, when the tones stay as they are:
        recolouring 300 rows then took 270 ms.
        """
        super().notify_style_update()
        # Of 16 colours few can be read on the cursor's own: there it takes them all.
        is_ansi = self.app.current_theme.ansi
        self.cursor_foreground_priority = "css" if is_ansi else "renderable"
        before, self._tones = self._tones, {}
        if all(self._style(tone) == style for tone, style in before.items()):
            return
        for key, cells in self._shown.items():
            for column, cell in zip(self._columns, cells, strict=True):
                if cell.tone or cell.tail:
                    self.update_cell(key, column.key, self._text(cell, column))

    def _text(self, cell: Cell, column: TableColumn) -> Text:
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        text = Text(no_wrap=True, end="")
        # Once more after the door: a line break here would shift every row below.
        words = fit(harmless(cell.text), column.width, is_ascii=is_ascii)
        tail, left = harmless(cell.tail), column.width - cell_len(words)
        tail = fit(tail, left, is_ascii=is_ascii) if tail and left > 2 else ""
        if column.align == "right":
            # Not by Rich: it drops the blanks that bring points under each other.
            text.append(" " * (left - cell_len(tail)))
        text.append(words, self._style(cell.tone))
        text.append(tail, self._style("muted"))
        return text

    def _header(self, column: TableColumn) -> Text:
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        text = f"{column.label}{column.mark}"
        return Text(
            fit(text, column.width, is_ascii=is_ascii),
            style=self._style("strong" if column.mark else ""),
            justify=column.align,
            no_wrap=True,
            end="",
        )

    def _style(self, tone: CellTone) -> Style:
        style = self._tones.get(tone)
        if style is None:
            style = self._tones[tone] = self._computed(tone)
        return style

    def _computed(self, tone: CellTone) -> Style:
        if not tone:
            return Style.null()
        style = self.get_component_rich_style(f"table--{tone}")
        # The whole style, not the partial one, whose "auto" colours are always white;
        # without its background, which belongs to the cursor.
        return Style(color=style.color, bold=style.bold)
