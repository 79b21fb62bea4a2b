"""Cells and tables with arbitrary content."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.cells import cell_number, is_absent
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.table import read_table


@given(
    st.integers(-(10**12), 10**12), st.sampled_from([",", ".", " ", "\u202f", "'", "_"])
)
def test_counts_with_any_thousands_separator(value: int, separator: str) -> None:
    text = f"{value:,}".replace(",", separator)
    assert cell_number(text, is_count=True) == value


@given(st.decimals(0, 999, places=2), st.booleans())
def test_decimals_with_a_point_or_a_comma(value: float, is_count: bool) -> None:
    for text in (f"{value:.2f}", f"{value:.2f}".replace(".", ",")):
        assert cell_number(text, is_count=is_count) == float(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.56", 1234.56),
        ("1.234,56", 1234.56),
        ("0,123", 0.123),
        ("12,34", 12.34),
        ("\u22125", -5),
        ("34 %", 0.34),
        ("1.2K", None),
        ("(12)", None),
        ("1,23,4", None),
        ("1.234.5", None),
        ("0x10", None),
        ("٣", None),
        ("%", None),
        ("inf", None),
    ],
)
def test_cells(text: str, value: float | None) -> None:
    assert cell_number(text, is_count=False) == value


@given(st.text(max_size=20), st.booleans())
def test_any_cell_is_a_finite_number_or_none(text: str, is_count: bool) -> None:
    found = cell_number(text, is_count=is_count)
    assert found is None or abs(found) < float("inf")
    if is_absent(text):
        assert found is None


@given(st.binary(max_size=200), st.sampled_from([None, ",", ";"]))
def test_any_bytes_are_a_table_or_a_source_error(
    data: bytes, delimiter: str | None
) -> None:
    try:
        table = read_table(data, ("a",), delimiter)
        rows = list(table.rows())
    except SourceError:
        return
    assert table.index("A") is not None
    assert all(line > 1 for line, _ in rows)


@given(
    st.lists(
        st.lists(
            st.text(max_size=8).filter(lambda t: "\x00" not in t),
            min_size=2,
            max_size=2,
        ),
        max_size=5,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read(
    rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["date", "value"])
    writer.writerows(rows)
    data = out.getvalue().encode(encoding, errors="replace")
    table = read_table(data, ("date", "value"), None)
    read = [cells for _, cells in table.rows()]
    said = [
        [cell.encode("utf-8", errors="replace").decode() for cell in row]
        for row in rows
        if any(cell.strip() for cell in row)
    ]
    assert table.delimiter == delimiter
    assert read == said
