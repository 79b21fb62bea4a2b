"""What is turned away: by name, with the reason, and alone."""

import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.tiktok_studio import read_downloads
from kpi_tui.sources.tiktok_studio.archive import Budget
from kpi_tui.sources.tiktok_studio.refusal import RefusedError
from kpi_tui.sources.tiktok_studio.tables import read_csv
from kpi_tui.sources.tiktok_studio.workbooks import read_workbook
from tests.sources.tiktok_studio.downloads import (
    HISTORY,
    OVERVIEW,
    days_until,
    english,
    one,
    overview,
    reason,
    said_in,
    table,
    take,
    workbook,
    write,
    zipped,
)

DAYS = days_until(date(2026, 3, 24), 5)
GOOD = overview(DAYS)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("empty.csv", b"", "the file is empty"),
        ("blank.csv", b"\xef\xbb\xbf \n\n", "the file is empty"),
        ("empty.zip", b"", "the file is empty"),
        ("other.csv", b"a,b\n1,2\n", "none of TikTok Studio's seven files"),
        (
            "french.csv",
            b"Date,Vues,Audience atteinte\n2026/03/24,1,2\n",
            "Business Suite file in English or Swedish",
        ),
        ("ads.csv", b'"Date","Campaign name","Cost (EUR)"\n', "it starts with: "),
        ("page.csv", b"\n<!DOCTYPE html><html></html>", "a web page and not a CSV"),
        ("page2.csv", b"<html><body>Log in</body></html>", "sign in to TikTok Studio"),
        ("binary.csv", b"a\0b\0c", "not a text file"),
        ("cut.csv", GOOD[:-8] + b'"12', "ends inside a quoted value"),
        ("wide.csv", "Date".encode("utf-16") + b"x", "broken UTF-16"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "old or encrypted Excel file"),
        ("long.csv", GOOD + b"\n" + b'"' + b"x\n" * 70_000 + b'"', "field larger than"),
        ("text.zip", b"this is not a zip", "the archive is damaged"),
        ("half.zip", zipped({"o.csv": GOOD})[:100], "the archive is damaged"),
        ("none.zip", zipped({"readme.txt": b"hello"}), "holds no CSV or XLSX file"),
        ("half.xlsx", workbook({"a": [list(OVERVIEW)]})[:300], "damaged"),
        ("no.xlsx", workbook({"a": []}), "the workbook is empty"),
        ("other.xlsx", workbook({"a": [["x"]]}), "its columns: x"),
    ],
)
def test_each_has_its_reason(
    tmp_path: Path, name: str, data: bytes, expected: str
) -> None:
    write(tmp_path / name, data)
    write(tmp_path / "zz_good.csv", GOOD)
    bad, good = take(tmp_path)
    assert bad.path == name
    assert expected in reason(bad)
    assert (bad.exported, bad.exported_from, bad.rows) == (None, None, 0)
    assert good.kind == "Overview"


def test_latin_1_is_told_with_its_first_byte(tmp_path: Path) -> None:
    text = overview(DAYS, said_in("fr")).decode("utf-8-sig").replace("mars", "août")
    result = one(write(tmp_path / "o.csv", text.encode("latin-1")))
    assert "not UTF-8 (byte 0xFB at position 71, line 2): save it as UTF-8" in reason(
        result
    )


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Foo 5", 'line 4: cannot read the date "Foo 5"'),
        ("", 'line 4: cannot read the date ""'),
        ("6 января", "its dates are not all in one language"),
        ("May 5", "its dates are in no order"),
    ],
)
def test_a_bad_date_refuses_the_file(tmp_path: Path, label: str, expected: str) -> None:
    labels = [english(day) for day in DAYS]
    labels[2] = label
    data = table(HISTORY, [(label, 5, 0) for label in labels])
    result = one(write(tmp_path / "f.csv", data))
    assert reason(result) == expected
    assert result.kind == "FollowerHistory"


def test_what_is_missing_or_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone.csv")
    assert [(r.path, r.refused) for r in take(tmp_path, tmp_path / "no.csv")] == [
        ("link.csv", "no such file"),
        ("pipe.csv", "not a regular file"),
        ("no.csv", "no such file"),
    ]
    assert reason(one(Path("a\0b"))) == "cannot be read: bad name"


def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "o.csv", GOOD)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert "change its permissions" in reason(one(path))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(65 << 20)
    assert "larger than 64 MB" in reason(one(path))


def test_names_are_made_harmless(tmp_path: Path) -> None:
    write(tmp_path / "a\x1b[31m\u202eb.csv", b"x")
    write(tmp_path / os.fsdecode(b"b\xff.csv"), b"x")
    assert [r.path for r in take(tmp_path)] == ["a[31mb.csv", "b\ufffd.csv"]


def test_only_downloads_that_are_not_hidden_are_looked_at(tmp_path: Path) -> None:
    for name in (".o.csv", ".git/o.csv", "~$o.xlsx", "notes.txt", "o.csv.part"):
        write(tmp_path / name, GOOD)
    write(tmp_path / "deep" / "er" / "O.CSV", GOOD)
    write(tmp_path / "n.txt", GOOD)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [r.path for r in take(tmp_path)] == ["deep/er/O.CSV"]
    # A file that is named is read whatever its name.
    assert one(tmp_path / "n.txt").kind == "Overview"


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "o.csv", GOOD)
    assert len(take(path, tmp_path, path)) == 1


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    data = table(HISTORY, [("May 5", 1, 1)] * 20_001)
    assert "more than 20,000 rows" in reason(one(write(tmp_path / "o.csv", data)))


def test_an_endless_line_is_refused(tmp_path: Path) -> None:
    for data in (b"x," * 100_000, GOOD + b"\n" + b"x," * 100_000):
        path = write(tmp_path / "o.csv", data)
        assert "is longer than any download's" in reason(one(path))


def _mangled(data: bytes, at: int, byte: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([byte]) + data[at + 1 :]


SEEDS = (
    GOOD,
    zipped({"o.csv": GOOD}),
    zipped({"o.csv": GOOD}, zipfile.ZIP_STORED),
    workbook({"a": [list(OVERVIEW), [english(DAYS[0]), 1, 2, 3, 4, 5]]}),
)
BYTES = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=100).map(lambda tail: GOOD + tail),
    st.builds(
        _mangled, st.sampled_from(SEEDS), st.integers(0, 10**6), st.integers(0, 255)
    ),
    st.builds(
        lambda data, end: data[: end % len(data)],
        st.sampled_from(SEEDS),
        st.integers(0, 10**6),
    ),
    st.text(max_size=200).map(lambda text: ("Date,Followers\n" + text).encode()),
    st.text("0123456789 Mayμ月,.\n\"'-", max_size=200).map(
        lambda text: ("Time,Video link,Post time,Total views\n" + text).encode()
    ),
)


@given(data=BYTES)
def test_any_bytes_are_taken_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.zip"
    for suffix in (".zip", ".csv"):
        file = path.with_suffix(suffix)
        file.write_bytes(data)
        for result in read_downloads([file], "acme", exported=None, now=1.8e9):
            assert (result.batch is None) == (result.refused is not None)


@given(st.binary(max_size=400))
def test_tables_of_any_bytes(data: bytes) -> None:
    for prefix in (b"", b"\xff\xfe"):
        with pytest.raises(RefusedError):
            read_csv(prefix + data)
    with pytest.raises(RefusedError):
        read_workbook(b"PK\x03\x04" + data, Budget())
