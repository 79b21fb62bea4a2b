"""Rows of a CSV file with their line numbers, or why there are none.

Knows encodings and separators; what a cell means is decided elsewhere.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.kinds import (
    UNKNOWN_KIND,
    Kind,
    fold_header,
    recognise,
)
from kpi_tui.sources.tiktok_studio.refusal import RefusedError

MAX_ROWS = 20_000
"""Far more than 365 days of 24 hours; what comes after is not a download."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_LONGEST_LINE = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file."""

    line: int
    """As an editor counts; in a workbook the row."""
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file of a known kind."""

    sheet: str
    """Name of the workbook's sheet; empty for CSV and single sheets."""
    kind: Kind
    places: dict[str, int]
    """Folded column name to its place."""
    rows: tuple[Row, ...]

    def cell(self, row: Row, column: str) -> str:
        """The cell, or ``undefined`` where the file has no such column or cell."""
        place = self.places.get(column)
        if place is None or place >= len(row.cells):
            return "undefined"
        return row.cells[place]


def read_csv(data: bytes) -> Table:
    """The table of known kind in a CSV file; raises RefusedError."""
    if data.startswith(_OLD_EXCEL):
        raise RefusedError(
            "an old or encrypted Excel file: save it as CSV or plain XLSX"
        )
    return _csv_table(_decode(data))


def _decode(data: bytes) -> str:
    """Text of UTF-8, or of UTF-16 with a byte order mark."""
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if is_wide:
            raise RefusedError(
                "broken UTF-16: save it as UTF-8", is_damaged=True
            ) from None
        bad = error.object[error.start]
        line = error.object.count(b"\n", 0, error.start) + 1
        raise RefusedError(
            f"not UTF-8 (byte 0x{bad:02X} at position {error.start}, line {line}):"
            " save it as UTF-8"
        ) from None
    if not text.strip():
        raise RefusedError("the file is empty", is_damaged=True)
    if "\0" in text:
        raise RefusedError("not a text file")
    if text.lstrip().startswith("<"):
        raise RefusedError(
            "a web page and not a CSV: sign in to TikTok Studio and download it again"
        )
    if text.count('"') % 2:
        raise RefusedError("the file ends inside a quoted value", is_damaged=True)
    return text


def _csv_table(text: str) -> Table:
    for delimiter in ",;\t":
        reader = _numbered(text, delimiter)
        header = next(reader, None)
        if header is not None and recognise(header.cells):
            return make_table("", header.cells, reader)
    first = next((line for line in _lines(text) if line.strip()), "")
    raise RefusedError(f"{UNKNOWN_KIND}; it starts with: {clean(first, 80)}")


def _lines(text: str) -> Iterator[str]:
    """The lines as the csv module wants them; raises RefusedError at a huge one."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > _LONGEST_LINE:
            raise RefusedError(f"line {number} is longer than any download's")
        yield line


def _numbered(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that are not empty; raises RefusedError where the CSV breaks."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, tuple(cell.strip() for cell in cells))
    except csv.Error as error:
        reason = f"line {reader.line_num}: {clean(str(error), 80)}"
        raise RefusedError(reason) from None


def make_table(sheet: str, header: Sequence[str], rows: Iterable[Row]) -> Table:
    """A table of known kind; raises RefusedError for others, and for too many rows."""
    kind = recognise(header)
    if kind is None:
        columns = clean(", ".join(header), 80)
        raise RefusedError(f"{UNKNOWN_KIND}; its columns: {columns}")
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(fold_header(cell), place)
    taken: list[Row] = []
    for row in rows:
        if len(taken) == MAX_ROWS:
            raise RefusedError(f"more than {MAX_ROWS:,} rows")
        taken.append(row)
    return Table(sheet, kind, places, tuple(taken))
