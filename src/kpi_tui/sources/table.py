"""From a file's bytes to the rows of a table: encoding, delimiter, header.

Knows no metric and no date.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kpi_tui.kpi.text import clean
from kpi_tui.sources.port import SourceError

if TYPE_CHECKING:
    from _csv import Reader as CsvReader  # its type has no public name

_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAVE_AS = "Save the table as “CSV UTF-8”."


@dataclass(frozen=True, slots=True)
class Table:
    """A header and what stands below it."""

    columns: tuple[str, ...]
    """Cleaned names, as written."""
    delimiter: str
    lines: tuple[str, ...] = field(repr=False)
    """From the header on."""
    skipped: int
    """Lines of the file before the header."""

    def index(self, name: str) -> int | None:
        """Which column has that name, small and capital letters alike."""
        wanted = _folded(name)
        for at, column in enumerate(self.columns):
            if _folded(column) == wanted:
                return at
        return None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line number in the file, cells) of every row that is not blank.

        Raises SourceError where a row cannot be read at all.
        """
        reader = _reader(self.lines, self.delimiter)
        try:
            next(reader, None)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num + self.skipped, cells
        except csv.Error as error:
            line = reader.line_num + self.skipped
            raise SourceError(
                f"line {line} cannot be read: {clean(str(error), 80)}",
                fault="config",
                hint="Look for a quotation mark that is never closed.",
            ) from None


def read_table(data: bytes, wanted: Iterable[str], delimiter: str | None) -> Table:
    """The table in a file's bytes.

    ``wanted`` are the columns that it should have: where no delimiter is given, the
    one that yields most of them is taken. Raises SourceError (``config``) when it is
    no table, or a wanted column is missing.
    """
    # Not splitlines(): it also breaks at U+2028 and at form feeds inside a caption.
    lines = list(io.StringIO(_text(data), newline=""))
    skipped = 0
    first = lines[0].rstrip("\r\n") if lines else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        delimiter = delimiter or first[4]
        lines, skipped = lines[1:], 1
    while lines and not lines[0].strip():
        lines, skipped = lines[1:], skipped + 1
    if not lines:
        raise SourceError("the file holds no table", fault="config", hint=_SAVE_AS)
    if delimiter is not None and len(delimiter) != 1:
        raise SourceError(
            f"the delimiter {clean(delimiter, 20)!r} is not one character",
            fault="config",
            hint='Set delimiter to "," or ";" or "\\t", or leave it out.',
        )
    names = tuple(wanted)
    tables = [
        Table(_columns(lines, mark), mark, tuple(lines), skipped)
        for mark in ([delimiter] if delimiter else _DELIMITERS)
    ]
    table = max(
        tables,
        key=lambda t: (sum(t.index(n) is not None for n in names), len(t.columns)),
    )
    for name in names:
        if table.index(name) is None:
            raise _missing(name, table.columns)
    return table


def _text(data: bytes) -> str:
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise SourceError("the file is empty", fault="config", hint=_SAVE_AS)
    _refuse_other_kinds(data)
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    if encoding is None:  # every second byte of UTF-16 in a western table is 0
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-8"
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceError(
            f"the file is not UTF-8 (line {line}); it may be Latin-1",
            fault="config",
            hint=_SAVE_AS,
        ) from None
    return text.replace("\x00", "")


def _refuse_other_kinds(data: bytes) -> None:
    kind = None
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        kind = "a spreadsheet or an archive"
    elif data.startswith(b"%PDF"):
        kind = "a PDF"
    elif data[:4096].removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<":
        kind = "a web page"
    if kind is not None:
        raise SourceError(
            f"the file is {kind}, not a CSV", fault="config", hint=_SAVE_AS
        )


def _columns(lines: list[str], delimiter: str) -> tuple[str, ...]:
    try:
        header = next(_reader(lines[:50], delimiter), [])
        return tuple(clean(cell, 80) for cell in header)
    except csv.Error:
        return ()


def _reader(lines: Iterable[str], delimiter: str) -> "CsvReader":
    # Spaces after a comma are skipped, else a quotation mark behind them is data.
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _missing(name: str, columns: tuple[str, ...]) -> SourceError:
    listed = ", ".join(c for c in columns[:12] if c) or "none"
    more = ", …" if len(columns) > 12 else ""
    folded = {_folded(column): column for column in columns}
    near = get_close_matches(_folded(name), folded, n=1)
    hint = (
        f"Did you mean {folded[near[0]]!r}?" if near else "Set the name in the config."
    )
    return SourceError(
        f"there is no column {clean(name, 80)!r}; the file has: {listed}{more}",
        fault="config",
        hint=hint,
    )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
