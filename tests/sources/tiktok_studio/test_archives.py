"""Archives and workbooks: nothing leads out, nothing fills the memory."""

import io
import stat
import struct
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.sources.tiktok_studio.downloads import (
    OVERVIEW,
    days_until,
    one,
    overview,
    reason,
    take,
    workbook,
    write,
    zipped,
)

DAYS = days_until(date(2026, 3, 24), 5)
GOOD = overview(DAYS)


@pytest.mark.parametrize(
    "name",
    [
        "../o.csv",
        "a/../../o.csv",
        "/etc/o.csv",
        "..\\o.csv",
        "C:\\o.csv",
        "C:o.csv",
        "\\\\server\\o.csv",
        "../../.ssh/config",
    ],
)
def test_members_that_lead_out_are_refused_alone(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "x.zip", zipped({name: GOOD, "zz.csv": GOOD}))
    bad, good = sorted(take(path), key=lambda r: r.refused is None)
    assert reason(bad) == "its path leads out of the archive"
    assert bad.path.startswith("x.zip: ")
    assert good.path == "x.zip: zz.csv"
    assert [p.name for p in tmp_path.iterdir()] == ["x.zip"]


def test_links_in_archives_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("o.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    result = one(write(tmp_path / "x.zip", out.getvalue()))
    assert reason(result) == "a symbolic link inside the archive"


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"o.csv": GOOD}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in reason(one(write(tmp_path / "x.zip", bytes(data))))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(tmp_path: Path, method: int) -> None:
    path = write(tmp_path / "x.zip", zipped({"o.csv": GOOD}, method))
    assert "zip it again" in reason(one(path))


def test_a_damaged_member_is_refused_alone(tmp_path: Path) -> None:
    data = zipped({"a.csv": GOOD, "b.csv": GOOD}, zipfile.ZIP_STORED)
    bad, good = take(write(tmp_path / "x.zip", data.replace(b"Video", b"Vodei", 1)))
    assert "damaged inside the archive" in reason(bad)
    assert good.kind == "Overview"


def test_archives_are_opened_one_level_deep(tmp_path: Path) -> None:
    inner = zipped({"o.csv": GOOD})
    deep = zipped({"b.zip": zipped({"c.zip": inner})})
    result = one(write(tmp_path / "a.zip", zipped({"x.zip": deep})))
    assert "too deep" in reason(result)


def bomb(megabytes: int, claimed: int | None = None) -> bytes:
    """Zeros behind a few bytes; ``claimed`` is the size that the directory tells."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("o.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(megabytes):
            member.write(bytes(1 << 20))
    data = bytearray(out.getvalue())
    if claimed is not None:
        at = data.rindex(b"PK\x01\x02") + 24
        data[at : at + 4] = struct.pack("<I", claimed)
    return bytes(data)


@pytest.fixture(scope="module")
def big() -> bytes:
    return bomb(300)


@pytest.mark.parametrize("is_nested", [False, True])
def test_a_bomb_is_refused_without_its_memory(
    tmp_path: Path, big: bytes, is_nested: bool
) -> None:
    data = zipped({"x.zip": big}) if is_nested else big
    path = write(tmp_path / "x.zip", data)
    tracemalloc.start()
    result = one(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "unpacks to more than 64 MB" in reason(result)
    assert peak < 10 << 20


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.zip", bomb(80, claimed=1000))
    tracemalloc.start()
    refused = reason(one(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "damaged" in refused
    assert peak < 10 << 20


def test_many_members_together_are_a_bomb(tmp_path: Path) -> None:
    filler = bytes(16 << 20)
    inner = zipped({"a.csv": filler, "b.csv": filler})
    members = {f"{i}.zip": inner for i in range(3)}
    results = take(write(tmp_path / "x.zip", zipped(members)))
    assert "unpacks to more than 64 MB" in reason(results[-1])


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    data = zipped({f"{i}.csv": b"x" for i in range(1001)})
    assert "more than 1,000 files" in reason(one(write(tmp_path / "x.zip", data)))


@pytest.mark.parametrize("cell", [b'r="XFD1048576"', b"r = '\nA1048576'", b'r="BN2"'])
def test_a_sheet_that_would_fill_the_memory_is_refused(
    tmp_path: Path, cell: bytes
) -> None:
    book = workbook({"a": [list(OVERVIEW)]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="F1"', cell)
    assert "larger than any download" in reason(
        one(write(tmp_path / "x.xlsx", zipped(parts)))
    )
    parts[sheet] = parts[sheet].decode().encode("utf-16")
    assert reason(one(write(tmp_path / "x.xlsx", zipped(parts))))


def test_a_shared_text_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    book = workbook({"a": [list(OVERVIEW), *[["x"] * 6] * 3000]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b't="str"><v>x', b't="s"><v>0')
    text = "x" * 5000
    parts["xl/sharedStrings.xml"] = f"<sst><si><t>{text}</t></si></sst>".encode()
    assert "larger than any download" in reason(
        one(write(tmp_path / "x.xlsx", zipped(parts)))
    )


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook({"a": [list(OVERVIEW)]}))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/media/a.bin"] = bytes(70 << 20)
    data = zipped(parts)
    assert "unpacks to more than 64 MB" in reason(one(write(tmp_path / "x.xlsx", data)))


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin"])
def test_other_spreadsheets_are_refused(tmp_path: Path, part: str) -> None:
    data = zipped({"[Content_Types].xml": b"<Types/>", part: b"<x/>"})
    assert reason(one(write(tmp_path / "x.xlsx", data))) == "not an XLSX workbook"
