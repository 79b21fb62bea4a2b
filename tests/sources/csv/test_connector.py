"""The csv connector on real files: encodings, delimiters, numbers, bad rows, watching."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.config.settings import CsvSource
from kpi_tui.kpi.readings import Batch, day_start
from kpi_tui.sources.base import Identity
from kpi_tui.sources.csv_table import CsvConnector
from kpi_tui.sources.port import SourceError

NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
WRITTEN = int(NOW) - 3600
IDENTITY = Identity("acme/csv", "acme", "csv", 300, ZoneInfo("Europe/Athens"))
PLAIN = "Date,Followers\n2026-03-22,10\n2026-03-23,12\n"

Write = Callable[[str | bytes], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.csv"


@pytest.fixture
def write(path: Path) -> Write:
    def writing(content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        os.utime(path, (WRITTEN, WRITTEN))

    return writing


def connector(path: Path, **more: Any) -> CsvConnector:
    settings = {"date": "Date", "metrics": {"followers": "Followers"}, **more}
    return CsvConnector(IDENTITY, CsvSource(type="csv", path=path, **settings))


def points(batch: Batch) -> list[tuple[str, str, str, float]]:
    """(metric, grain, ISO time, value)."""
    found: list[tuple[str, str, str, float]] = []
    for r in batch.readings:
        when = datetime.fromtimestamp(r.at, UTC)
        shown = f"{when:%Y-%m-%d}" if r.grain == "day" else f"{when:%Y-%m-%dT%H:%M}"
        found.append((r.metric, r.grain, shown, r.value))
    return found


EXPECTED = [
    ("followers", "day", "2026-03-22", 10),
    ("followers", "day", "2026-03-23", 12),
]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        "sep=,\n" + PLAIN,
        "sep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        "\n\n" + PLAIN + "\n  \n,\n",
        "\ufeff" + PLAIN,
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-16-le"),
        ("sep=\t\n" + PLAIN.replace(",", "\t")).encode("utf-16"),
        '"date ", "FOLLOWERS"\n"2026-03-22","10"\n"2026-03-23", "12"\n',
        'Note,Followers,Date\n"a, b\nc\u2028d",10,2026-03-22\n,12,20260323\n',
        "Name: x;y,Date,Followers\na;b;c,2026-03-22,10\na;b;c,2026-03-23,12\n",
    ],
)
async def test_the_same_table_in_many_dresses(
    path: Path, write: Write, content: str | bytes
) -> None:
    write(content)
    batch = await connector(path).fetch(NOW)
    assert points(batch) == EXPECTED
    assert batch.notes == ()
    assert batch.data_until == date(2026, 3, 23)
    assert {r.seen for r in batch.readings} == {WRITTEN}


async def test_a_clock_that_is_behind_the_file(path: Path, write: Write) -> None:
    write(PLAIN)
    batch = await connector(path).fetch(WRITTEN - 600)
    assert {r.seen for r in batch.readings} == {WRITTEN - 600}


async def test_numbers_as_people_write_them(path: Path, write: Write) -> None:
    write(
        "Date;Followers;Time;Rate;Share\n"
        "2026-03-19;1,234;1.234;12.5%;50\n"
        "2026-03-20;1.234;12,5;0,5;-\n"
        "2026-03-21;1 234 567;1.234,5;n/a;NaN\n"
        "2026-03-22;1.234.567;0,123;;undefined\n"
        "2026-03-23;-12;1,234.5;–;100%\n"
    )
    metrics = {
        "followers": "Followers",
        "average": "time",
        "rate": "Rate",
        "bounce_share": "Share",
    }
    source = connector(path, metrics=metrics, scale={"bounce_share": "percent"})
    batch = await source.fetch(NOW)
    assert batch.notes == ()
    found: dict[str, list[float]] = {}
    for metric, _, _, value in points(batch):
        found.setdefault(metric, []).append(value)
    assert found == {
        "followers": [1234, 1234, 1_234_567, 1_234_567, -12],
        "average": [1.234, 12.5, 1234.5, 0.123, 1234.5],
        "rate": [0.125, 0.5],
        "bounce_share": [0.5, 1.0],
    }


@pytest.mark.parametrize(
    ("layout", "cell", "expected"),
    [
        (None, "2026-03-22", ("day", "2026-03-22")),
        (None, "2026-03-22 14:30", ("instant", "2026-03-22T14:30")),
        (None, "2026-03-22T14:30:00+02:00", ("instant", "2026-03-22T12:30")),
        ("%d.%m.%Y", "22.03.2026", ("day", "2026-03-22")),
        ("%d/%m/%y %H:%M", "22/03/26 14:30", ("instant", "2026-03-22T14:30")),
        ("%d %b %Y", "22 Mar 2026", ("day", "2026-03-22")),
    ],
)
async def test_dates(
    path: Path, write: Write, layout: str | None, cell: str, expected: tuple[str, str]
) -> None:
    write(f"Date,Followers\n{cell},7\n")
    batch = await connector(path, date_format=layout).fetch(NOW)
    assert points(batch) == [("followers", *expected, 7)]


async def test_a_flow_with_a_time_belongs_to_its_day(path: Path, write: Write) -> None:
    write("Date,Visits\n2026-03-22 23:59,7\n2026-03-24,3\n")
    source = connector(path, metrics={"website_visits": "Visits"})
    batch = await source.fetch(NOW)
    assert points(batch)[0] == ("website_visits", "day", "2026-03-22", 7)
    assert batch.data_until == date(2026, 3, 22)  # today is not complete


async def test_the_last_row_of_a_day_stands(path: Path, write: Write) -> None:
    write(PLAIN + "2026-03-23,99\n")
    batch = await connector(path).fetch(NOW)
    assert points(batch)[-1] == ("followers", "day", "2026-03-23", 99)
    assert len(batch.readings) == 2


async def test_bad_rows_cost_themselves_and_a_note(path: Path, write: Write) -> None:
    bad = "".join(f"2026-03-{n:02d},many\n" for n in range(1, 11))
    write(PLAIN + "soon\x1b[1m,5\n2036-01-01,5\n2026-03-24\n" + bad)
    batch = await connector(path).fetch(NOW)
    assert points(batch) == EXPECTED
    assert batch.notes == (
        "Line 4: “soon[1m” is no date; row skipped.",
        "Line 5: 2036-01-01 lies in the future; row skipped.",
        "Line 7, Followers: “many” is no number; skipped.",
        "Line 8, Followers: “many” is no number; skipped.",
        "Line 9, Followers: “many” is no number; skipped.",
        "7 more cells or rows were skipped.",
    )


async def test_line_numbers_count_all_lines_of_the_file(
    path: Path, write: Write
) -> None:
    write('sep=,\n\nNote,Date,Followers\n"a\nb",2026-03-22,10\n,?,1\n')
    batch = await connector(path).fetch(NOW)
    assert batch.notes == ("Line 6: “?” is no date; row skipped.",)


@pytest.mark.parametrize(
    ("content", "words", "hint"),
    [
        ("", "the file is empty", "CSV UTF-8"),
        (b"\xff\xfe", "the file is empty", "CSV UTF-8"),
        ("  \n \n", "the file is empty", "CSV UTF-8"),
        ("sep=;\n", "the file holds no table", "CSV UTF-8"),
        ("<!DOCTYPE html><html>", "is a web page, not a CSV", "CSV UTF-8"),
        (b"PK\x03\x04rest", "is a spreadsheet or an archive", "CSV UTF-8"),
        (b"%PDF-1.7", "is a PDF", "CSV UTF-8"),
        (
            "Date,Ville\n2026-03-22,Orléans\n".encode("latin-1"),
            "not UTF-8 (line 2)",
            "CSV",
        ),
        (
            "Date,Followerz\n",
            "no column 'Followers'; the file has: Date, Foll",
            "'Followerz'",
        ),
        ("Day;Reach\n", "no column 'Date'; the file has: Day, Reach", "in the config"),
        (
            "Date,Followers\nx,1\n",
            "none of its 1 rows could be used. Line 2",
            "date_format",
        ),
        ("Date,Followers\n2026-03-22,\n", "Every value is empty", "metrics"),
        (PLAIN + '2026-03-24,"' + "x" * 200_000, "cannot be read", "quotation mark"),
    ],
)
async def test_what_is_no_table(
    path: Path, write: Write, content: str | bytes, words: str, hint: str
) -> None:
    write(content)
    with pytest.raises(SourceError) as caught:
        await connector(path).fetch(NOW)
    error = caught.value
    assert error.message.startswith("shop.csv: ")
    assert words in error.message
    assert hint in (error.hint or "")
    assert error.fault == "config"


async def test_a_header_without_rows_is_no_fault(path: Path, write: Write) -> None:
    write("Date,Followers\n")
    batch = await connector(path).fetch(NOW)
    assert batch.readings == ()
    assert batch.notes == ("shop.csv has a header and no rows yet.",)


async def test_a_given_delimiter_is_obeyed(path: Path, write: Write) -> None:
    write(PLAIN.replace(",", ";"))
    with pytest.raises(SourceError, match="no column 'Date'; the file has: Date;Foll"):
        await connector(path, delimiter=",").fetch(NOW)
    assert points(await connector(path, delimiter=";").fetch(NOW)) == EXPECTED


async def test_no_file_no_folder_no_permission(path: Path, write: Write) -> None:
    with pytest.raises(SourceError, match="there is no file at "):
        await connector(path).fetch(NOW)
    with pytest.raises(SourceError, match="is a folder"):
        await connector(path.parent).fetch(NOW)
    loop = path.parent / "loop.csv"
    loop.symlink_to(loop)
    with pytest.raises(SourceError, match="cannot be read"):
        await connector(loop).fetch(NOW)


async def changed(source: CsvConnector, seconds: float) -> bool:
    """Whether the connector reports a change within that time."""
    try:
        await asyncio.wait_for(source.wait_for_change(), seconds)
    except TimeoutError:
        return False
    return True


async def test_a_change_is_noticed(path: Path, write: Write) -> None:
    write(PLAIN)
    source = connector(path)
    await source.fetch(NOW)
    (path.parent / "other.csv").write_text("x")
    waiting = asyncio.create_task(changed(source, 30))
    await asyncio.sleep(0.2)
    (path.parent / "another.csv").write_text("x")
    await asyncio.sleep(0.7)
    assert not waiting.done()  # other files are none of its business
    replacement = path.parent / "new.tmp"
    replacement.write_text(PLAIN + "2026-03-21,9\n")
    replacement.replace(path)
    assert await waiting
    assert len((await source.fetch(NOW)).readings) == 3


async def test_a_change_before_the_wait_is_noticed_at_once(
    path: Path, write: Write
) -> None:
    source = connector(path)
    with pytest.raises(SourceError):
        await source.fetch(NOW)
    write(PLAIN)
    assert await changed(source, 0.2)
    assert points(await source.fetch(NOW)) == EXPECTED
    path.rename(path.parent / "gone.csv")  # noqa: ASYNC240  a test's own file
    assert await changed(source, 0.2)


async def test_waiting_ends_at_once_when_cancelled(path: Path, write: Write) -> None:
    write(PLAIN)
    source = connector(path)
    await source.fetch(NOW)
    waiting = asyncio.create_task(source.wait_for_change())
    await asyncio.sleep(0.3)
    waiting.cancel()
    began = asyncio.get_running_loop().time()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.get_running_loop().time() - began < 4  # a look takes five


async def test_a_folder_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    source = connector(tmp_path / "later" / "shop.csv")
    assert not await changed(source, 0.2)


async def test_a_day_is_a_label(path: Path, write: Write) -> None:
    write(PLAIN)
    batch = await connector(path).fetch(NOW)
    assert batch.readings[0].at == day_start(date(2026, 3, 22))


async def test_a_tables_money_has_the_currency_of_the_config(
    path: Path, write: Write
) -> None:
    write(PLAIN)
    assert (await connector(path, currency="SEK").fetch(NOW)).currency == "SEK"
    assert (await connector(path).fetch(NOW)).currency is None
