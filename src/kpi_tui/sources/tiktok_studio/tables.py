"""Rows of a CSV or XLSX file with their line numbers, or why there are none.

Knows encodings and separators; what a cell means is decided elsewhere.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.archive import Budget, unpack
from kpi_tui.sources.tiktok_studio.kinds import (
    UNKNOWN_KIND,
    Kind,
    fold_header,
    recognise,
)
from kpi_tui.sources.tiktok_studio.refusal import RefusedError

MAX_ROWS = 100_000
"""Far more than 365 days of 24 hours; what comes after is not a download."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# calamine allocates the rectangle between the first and last cell, so that one
# cell at XFD1048576 asks for 17 billion.
_MAX_SHEET = (MAX_ROWS, 64)
_CELL = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")


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


def read_tables(data: bytes, budget: Budget) -> list[Table]:
    """The tables of known kind in a CSV or XLSX file; raises RefusedError."""
    if data.startswith(b"PK"):
        return _workbook_tables(data, budget)
    if data.startswith(_OLD_EXCEL):
        raise RefusedError(
            "an old or encrypted Excel file: save it as CSV or plain XLSX"
        )
    return [_csv_table(_decode(data))]


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
            return _table("", header.cells, reader)
    first = next((line for line in text.splitlines() if line.strip()), "")
    raise RefusedError(f"{UNKNOWN_KIND}; it starts with: {clean(first, 80)}")


def _numbered(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that are not empty; raises RefusedError where the CSV breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, tuple(cell.strip() for cell in cells))
    except csv.Error as error:
        raise RefusedError(f"line {reader.line_num}: {clean(str(error), 80)}") from None


def _table(sheet: str, header: Sequence[str], rows: Iterable[Row]) -> Table:
    kind = recognise(header)
    if kind is None:
        raise RefusedError(
            f"{UNKNOWN_KIND}; its columns: {clean(', '.join(header), 80)}"
        )
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        places.setdefault(fold_header(cell), place)
    taken: list[Row] = []
    for row in rows:
        if len(taken) == MAX_ROWS:
            raise RefusedError(f"more than {MAX_ROWS:,} rows")
        taken.append(row)
    return Table(sheet, kind, places, tuple(taken))


def _workbook_tables(data: bytes, budget: Budget) -> list[Table]:
    """The sheets of known kind, after the parts were unpacked within bounds."""
    _check_workbook(data, budget)
    sheets = [(name, rows) for name, rows in _sheets(data) if rows]
    tables: list[Table] = []
    reason = "the workbook is empty"
    for name, rows in sheets:
        try:
            tables.append(
                _table(
                    clean(name, 40) if len(sheets) > 1 else "", rows[0].cells, rows[1:]
                )
            )
        except RefusedError as refusal:
            reason = refusal.reason
    if not tables:
        raise RefusedError(reason)
    return tables


def _check_workbook(data: bytes, budget: Budget) -> None:
    names: set[str] = set()
    for member in unpack(data, budget):
        if member.data is None:
            raise RefusedError(f"the workbook's part {member.name}: {member.refused}")
        names.add(member.name)
        _check_part(member.data)
    # Only XLSX: in the other formats a few bytes can repeat a row a million times.
    if "xl/workbook.xml" not in names or "content.xml" in names:
        raise RefusedError("not an XLSX workbook")


def _check_part(xml: bytes) -> None:
    """Any part may be declared a sheet, and a wide one hides from the expression."""
    if xml[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<"}:
        raise RefusedError("not an XLSX workbook")
    for letters, digits in _CELL.findall(xml):
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        if int(digits[:9]) > _MAX_SHEET[0] or column > _MAX_SHEET[1]:
            raise RefusedError("the workbook's sheet is larger than any download")


def _sheets(data: bytes) -> list[tuple[str, list[Row]]]:
    from python_calamine import CalamineError, load_workbook

    try:
        workbook = load_workbook(io.BytesIO(data))
        return [
            (name, _cells(workbook.get_sheet_by_name(name).to_python(False)))
            for name in workbook.sheet_names[:20]
        ]
    except (CalamineError, OSError, ValueError, KeyError):
        raise RefusedError("the workbook is broken", is_damaged=True) from None
    except BaseException as error:
        # A panic of the Rust reader derives from BaseException alone.
        if type(error).__name__ != "PanicException":
            raise
        raise RefusedError("the workbook is broken", is_damaged=True) from None


def _cells(rows: Sequence[Sequence[object]]) -> list[Row]:
    return [
        Row(line, tuple(_as_text(cell) for cell in cells))
        for line, cells in enumerate(rows, start=1)
        if any(str(cell).strip() for cell in cells)
    ]


def _as_text(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float):
        # More than three decimals, so that 12.345 is not taken for thousands.
        return str(int(cell)) if cell.is_integer() else f"{cell:.9f}"
    return str(cell).strip()
