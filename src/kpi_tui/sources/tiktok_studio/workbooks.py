"""Rows of an XLSX workbook, after it was found small enough to read.

Knows the format's ways to grow; what a cell means is decided elsewhere.
"""

import codecs
import io
import re
from collections.abc import Sequence
from datetime import date, datetime

from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.archive import MAX_UNPACKED, Budget, unpack
from kpi_tui.sources.tiktok_studio.refusal import RefusedError
from kpi_tui.sources.tiktok_studio.tables import MAX_ROWS, Row, Table, make_table

# calamine allocates the rectangle between the first and last cell, so that one
# cell at XFD1048576 asks for 17 billion.
_MAX_COLUMNS = 64
_CELL = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
# It also copies a shared text into each cell that refers to it: 32 MB by a million.
_REFERENCE = re.compile(rb"\bt\s*=\s*[\"']\s*s\s*[\"']")
_SHARED = re.compile(rb"<(?:[\w.-]+:)?si\b")


def read_workbook(data: bytes, budget: Budget) -> list[Table]:
    """The sheets of known kind in an XLSX file; raises RefusedError."""
    _check(data, budget)
    sheets = [(name, rows) for name, rows in _sheets(data) if rows]
    tables: list[Table] = []
    reason = "the workbook is empty"
    for name, rows in sheets:
        try:
            tables.append(
                make_table(
                    clean(name, 40) if len(sheets) > 1 else "", rows[0].cells, rows[1:]
                )
            )
        except RefusedError as refusal:
            reason = refusal.reason
    if not tables:
        raise RefusedError(reason)
    return tables


def _check(data: bytes, budget: Budget) -> None:
    """Raises RefusedError for a workbook that would fill the memory when read."""
    names: set[str] = set()
    references, longest = 0, 0
    for member in unpack(data, budget):
        if member.data is None:
            raise RefusedError(f"the workbook's part {member.name}: {member.refused}")
        names.add(member.name)
        # Any part may be declared a sheet, and UTF-16 hides from the expressions.
        if member.data[:2] in {
            codecs.BOM_UTF16_LE,
            codecs.BOM_UTF16_BE,
            b"<\0",
            b"\0<",
        }:
            raise RefusedError("not an XLSX workbook")
        _check_size(member.data)
        references += sum(1 for _ in _REFERENCE.finditer(member.data))
        longest = max(longest, _longest_shared(member.data))
    # Only XLSX: in the other formats a few bytes can repeat a row a million times.
    if "xl/workbook.xml" not in names or "content.xml" in names:
        raise RefusedError("not an XLSX workbook")
    if references * longest > MAX_UNPACKED:
        raise _too_large()


def _check_size(xml: bytes) -> None:
    for match in _CELL.finditer(xml):
        column = 0
        for letter in match[1].upper():
            column = column * 26 + letter - 64
        if int(match[2][:9]) > MAX_ROWS + 1 or column > _MAX_COLUMNS:
            raise _too_large()


def _longest_shared(xml: bytes) -> int:
    """Bytes of the longest text in the table that cells refer to."""
    starts = [match.start() for match in _SHARED.finditer(xml)]
    ends = [*starts[1:], len(xml)]
    return max((b - a for a, b in zip(starts, ends, strict=False)), default=0)


def _too_large() -> RefusedError:
    return RefusedError("the workbook's sheet is larger than any download")


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
