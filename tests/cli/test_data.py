"""import, record, report, export and status, on one home."""

import csv
import io
import json
import sqlite3
import struct
import zipfile
import zlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import Ended
from tests.cli.runs import kpi_tui_here as kpi_tui
from tests.sources.tiktok_studio import downloads as studio

LAST = date(2026, 3, 24)
EXPORTED = LAST + timedelta(days=1)
DAYS = studio.days_until(LAST, 28)
POSTS = [(date(2026, 3, 2), date(2026, 3, 3)), (date(2026, 3, 9), date(2026, 3, 9))]
FILES = {
    "Overview.csv": studio.overview(DAYS),
    "FollowerHistory.csv": studio.history(DAYS),
    "Viewers.csv": studio.viewers(DAYS),
    "Content.csv": studio.content(EXPORTED, POSTS),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def folder(home: Path) -> Path:
    for name, data in FILES.items():
        studio.write(home / "download" / name, data)
    return home / "download"


def imported(home: Path, *paths: Path | str) -> Ended:
    return kpi_tui(home, "import", *paths, "--account", "acme", "--data", "x.db")


def report(home: Path, *words: str) -> dict[str, Any]:
    ended = kpi_tui(home, "report", "--format", "json", "--data", "x.db", *words)
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_an_import_and_its_numbers(home: Path, folder: Path):
    first = imported(home, folder)
    assert first.code == 0, first.err
    assert f"exported {EXPORTED}, from the newest post" in first.out
    found = report(home, "--as-of", "2026-03-24")
    assert found["window"] == {"days": 28, "from": "2026-02-25", "to": "2026-03-24"}
    account = found["accounts"][0]
    kpis = account["kpis"]
    views = sum(day.toordinal() for day in DAYS)
    assert kpis["followers"]["value"] == 127
    assert kpis["follower_growth"]["value"] == 27
    assert kpis["follower_growth"]["covered_days"] == 27
    assert kpis["video_views"]["value"] == views
    assert kpis["engagements"]["value"] == 28 * (5 - 1 + 2)
    assert kpis["engagement_rate_by_views"]["value"] == pytest.approx(168 / views)
    assert kpis["new_viewer_share"]["value"] == pytest.approx(2 / 3)
    assert kpis["spend"] == {**kpis["spend"], "value": None, "reason": "not measured"}
    assert [video["shares"] for video in account["videos"]] == [1002, 1002]


def test_a_second_import_changes_nothing(home: Path, folder: Path):
    imported(home, folder)
    before = rows(home)
    again = imported(home, folder)
    assert again.out.splitlines()[-1].split()[1:] == [
        "0",
        "new,",
        "0",
        "updated,",
        "260",
        "unchanged",
    ]
    assert rows(home) == before


def test_a_later_export_wins_whichever_comes_first(home: Path):
    restated = studio.table(studio.OVERVIEW, [(studio.english(LAST), 999, 7, 5, 1, 2)])
    later = studio.write(home / "b" / "Overview.csv", restated)
    for order in ([later, home / "a"], [home / "a", later]):
        (home / "x.db").unlink(missing_ok=True)
        studio.write(home / "a" / "Overview.csv", studio.overview(DAYS))
        for path in order:
            exported = "2026-03-27" if path == later else "2026-03-25"
            ended = kpi_tui(
                home, "import", path, "--account", "acme", "--data", "x.db",
                "--exported", exported,
            )  # fmt: skip
            assert ended.code == 0, ended.err
        assert (
            report(home, "--days", "1")["accounts"][0]["kpis"]["video_views"]["value"]
            == 999
        )


def test_bad_files_are_refused_by_name_and_the_rest_goes_in(home: Path, folder: Path):
    (folder / "page.csv").write_text("<!DOCTYPE html><html><body>Sign in</body></html>")
    (folder / "latin.csv").write_bytes('"Date","Vidéo"\n"1 août","3"'.encode("latin-1"))
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and nothing more")
    with zipfile.ZipFile(folder / "outside.zip", "w") as archive:
        archive.writestr("../../evil.csv", FILES["Overview.csv"])
    ended = imported(home, folder)
    assert ended.code == 1
    for name in ("page.csv", "latin.csv", "broken.zip", "outside.zip"):
        assert any(
            name in line and "refused" in line for line in ended.err.splitlines()
        ), ended.err
    assert "Traceback" not in ended.err
    assert not (home.parent / "evil.csv").exists()
    assert report(home)["accounts"][0]["kpis"]["followers"]["value"] == 127


def two_gigabytes(name: bytes) -> bytes:
    """A zip of some 2 MB that says, truly, that it unpacks to 2 GB of zeros.

    One flushed block of a megabyte stands in it 2,048 times: packing 2 GB would
    take half a minute.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * 2048 + packer.flush()
    sizes = struct.pack("<III", 0, len(packed), 2048 << 20)
    common = struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local = b"PK\x03\x04" + common + struct.pack("<HH", len(name), 0) + name
    central = (
        b"PK\x01\x02\x14\x00" + common
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    )  # fmt: skip
    start = len(local) + len(packed)
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), start, 0)
    return local + packed + central + b"PK\x05\x06" + end


def test_a_bomb_is_refused_at_once(home: Path):
    path = home / "Overview_acme.zip"
    path.write_bytes(two_gigabytes(b"Overview.csv"))
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].file_size == 2 << 30
    ended = imported(home, path)
    assert ended.code == 1
    assert "Overview_acme.zip: refused: unpacks to more than 64 MB" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("import", "nothing-here.zip", "--account", "acme"), 2, "nothing-here.zip"),
        (("import", ".",), 2, "--account"),
        (("record", "folowers", "12", "--account", "acme"), 2, "did you mean followers"),
        (("record", "followers", "many", "--account", "acme"), 2, "many"),
        (("record", "followers", "12"), 2, "--account"),
        (("record", "followers", "1", "--account", "a", "--at", "2999-01-01"), 2, "future"),
        (("record", "followers", "1", "--account", "a", "--at", "0206-01-01"), 2, "--at"),
        (("record", "followers", "-5", "--account", "a"), 2, "cannot be below 0"),
        (("record", "followers", "15%", "--account", "a"), 2, "whole number"),
        (("record", "bounce_share", "45", "--account", "a"), 2, '"45%" or 0.45'),
        (("record", "engagement_rate", "5%", "--account", "a"), 2, "works it out"),
        (("record", "followers", "1", "--account", "tiktok.com/@a"), 2, "handle"),
        (("report", "--as-of", "yesterday"), 2, "2026-03-24"),
        (("report", "--as-of", "9999-12-31"), 2, "2026-03-24"),
        (("report", "--days", "0"), 2, "--days"),
        (("report",), 1, "no data yet"),
        (("export",), 1, "no data yet"),
        (("status",), 2, "no data yet"),
        (("collect",), 2, "kpi-tui init"),
        ((), 2, "kpi-tui report"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_the_next_step(home: Path, words, code: int, says: str):
    ended = kpi_tui(home, *words)
    assert ended.code == code, ended
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert not ended.out


def test_handles_have_no_case(home: Path, folder: Path):
    imported(home, folder)
    typed = kpi_tui(
        home, "record", "followers", "7", "--account", "ACME", "--data", "x.db"
    )
    assert typed.out == "@acme followers = 7 as of now\n"
    again = kpi_tui(home, "import", folder, "--account", "@Acme", "--data", "x.db")
    assert again.out.splitlines()[-1].split()[1:3] == ["0", "new,"]
    config = home / "c.toml"
    config.write_text(
        '[[account]]\nhandle = "Acme"\n[[competitor]]\nhandle = "Rival"\n'
    )
    words = ("--config", config, "--data", "y.db")
    typed = kpi_tui(home, "record", "followers", "9", "--account", "rival", *words)
    assert typed.out.startswith("@Rival followers = 9")


def test_an_import_of_nothing_makes_no_database(home: Path):
    (home / "notes.csv").write_text("milk,eggs\n")
    assert imported(home, home / "notes.csv").code == 1
    assert not (home / "x.db").exists()


def test_a_recorded_number_ranks_a_competitor(home: Path, folder: Path):
    imported(home, folder)
    (home / "c.toml").write_text(
        '[[account]]\nhandle = "acme"\n[[competitor]]\nhandle = "rival"\n'
    )
    for value, day in ((5000, "2026-02-24"), (6000, "2026-03-24")):
        ended = kpi_tui(
            home, "record", "followers", str(value), "--account", "@rival",
            "--at", day, "--data", "x.db", "--config", "c.toml",
        )  # fmt: skip
        assert ended.code == 0, ended.err
    found = report(home, "--config", "c.toml", "--rank-by", "followers")
    rows = found["leaderboard"]
    assert [(row["handle"], row["rank"], row["value"]) for row in rows] == [
        ("rival", 1, 6000),
        ("acme", 2, 127),
    ]
    assert rows[0]["follower_growth_rate"] == pytest.approx(0.2)


def test_text_and_markdown_hold_hostile_captions_harmlessly(home: Path):
    hostile = "free \x1b]52;c;ZXZpbA==\x07 \u202egnp.exe [/link in bio] <b>|x|"
    content = studio.table(
        studio.CONTENT,
        [("March 25", hostile, "https://www.tiktok.com/@acme/video/7612545815780805904",
          "March 2", 40, 3, 2, 100)],
    )  # fmt: skip
    studio.write(home / "d" / "Content.csv", content)
    studio.write(home / "d" / "Overview.csv", studio.overview(DAYS))
    imported(home, home / "d")
    for layout in ("text", "markdown", "json"):
        out = kpi_tui(home, "report", "--format", layout, "--data", "x.db").out
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "link in bio" in out
    markdown = kpi_tui(home, "report", "--format", "markdown", "--data", "x.db").out
    assert "\\[/link in bio\\] \\<b\\>" in markdown
    config = home / "c.toml"
    config.write_text('[[account]]\nhandle = "acme"\nname = "<script>x_y</script>"\n')
    words = ("report", "--format", "markdown", "--data", "x.db", "--config", config)
    assert kpi_tui(home, *words).out.startswith(
        "# @acme \\<script\\>x\\_y\\</script\\>\n"
    )


def test_export_gives_every_point_back(home: Path, folder: Path):
    imported(home, folder)
    out = kpi_tui(home, "export", "--metric", "followers", "--data", "x.db").out
    points = list(csv.DictReader(io.StringIO(out)))
    assert [float(point["value"]) for point in points] == [100.0 + i for i in range(28)]
    assert points[0]["at"].startswith("2026-02-25")
    since = kpi_tui(
        home, "export", "--format", "json", "--since", "2026-03-20", "--data", "x.db",
        "--metric", "video_views", "--account", "acme",
    )  # fmt: skip
    assert len(json.loads(since.out)) == 5
    nothing = kpi_tui(
        home, "export", "--format", "json", "--metric", "revenue", "--data", "x.db"
    )
    assert json.loads(nothing.out) == []
    typo = kpi_tui(home, "export", "--metric", "folowers", "--data", "x.db")
    assert (typo.code, typo.out) == (2, "")
    assert "did you mean followers?" in typo.err


def test_status_is_one_line_with_a_code(home: Path, folder: Path):
    imported(home, folder)
    ended = kpi_tui(home, "status", "--data", "x.db")
    assert ended.code == 0, ended
    assert ended.out.startswith("@acme 127")
    assert ended.out.count("\n") == 1
    assert kpi_tui(home, "status", "--ascii", "--data", "x.db").out.isascii()
    (home / "c.toml").write_text(
        '[[account]]\nhandle = "acme"\n[[goal]]\nkpi = "followers"\ntarget = 5000\n'
    )
    missed = kpi_tui(home, "status", "--json", "--data", "x.db", "--config", "c.toml")
    assert missed.code == 1
    assert json.loads(missed.out)["state"] == "goal"


def test_a_read_only_data_folder_loses_nothing_that_is_stored(home: Path):
    ended = kpi_tui(
        home, "record", "followers", "7", "--account", "a", "--data", "/proc/x.db"
    )
    assert (ended.code, ended.out) == (1, "")
    assert "/proc/x.db can't be written" in ended.err
    assert "so nothing was stored\nNext: kpi-tui doctor" in ended.err


def test_a_database_that_cannot_be_written_is_read_and_told(home: Path, folder: Path):
    imported(home, folder)
    before = rows(home)
    # For root too: its write-ahead log cannot be made.
    (home / "x.db-wal").mkdir()
    for words in (("report",), ("export",), ("status",)):
        ended = kpi_tui(home, *words, "--data", "x.db")
        assert "acme" in ended.out, words
        assert "x.db can't be written" in ended.err
    refused = imported(home, folder)
    assert (refused.code, refused.out) == (1, "")
    assert "nothing was stored" in refused.err
    (home / "x.db-wal").rmdir()
    assert rows(home) == before


def test_a_database_that_cannot_even_be_read_is_no_empty_one(home: Path):
    for words in (("report",), ("export",), ("alerts",), ("status",)):
        ended = kpi_tui(home, *words, "--data", ".")
        assert (ended.code, ended.out) == (2 if words == ("status",) else 1, "")
        assert "and nothing could be read" in ended.err


def test_an_import_that_fills_the_disk_says_what_was_not_stored(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("kpi_tui.store.ingest.Ingester.ingest", full)
    ended = imported(home, folder)
    assert ended.code == 1
    assert "(the disk is full): what is new was not stored\nNext: kpi" in ended.err


@pytest.mark.parametrize("option", ["--data", "--config"])
@pytest.mark.parametrize("name", ["x" * 300, "~no.such.user/x"])
def test_a_name_that_no_file_can_have_is_a_usage_error(
    home: Path, option: str, name: str
):
    for words in (("report",), ("doctor",), ("check",)):
        ended = kpi_tui(home, *words, option, name)
        assert (ended.code, ended.out) == (2, "")
        assert f"Invalid value for '{option}'" in ended.err


def rows(home: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "x.db") as connection:
        found = connection.execute("select * from points order by 1, 2").fetchall()
    connection.close()
    return found


def test_typed_money_has_the_currency_of_the_manual_source(home: Path):
    config = home / "c.toml"
    config.write_text(
        '[[account]]\nhandle = "acme"\n'
        '[[account.source]]\ntype = "manual"\ncurrency = "SEK"\n'
    )
    words = ("--config", config, "--data", "x.db")
    record = ("record", "revenue", "450", "--account", "acme", "--at", "2026-03-24")
    assert kpi_tui(home, *record, *words).code == 0
    export = kpi_tui(home, "export", *words).out.splitlines()
    assert export[0].endswith("source,seen,currency,name")
    assert export[1].endswith(",SEK,")
    report = kpi_tui(home, "report", "--as-of", "2026-03-24", *words).out
    assert "450.00 SEK" in report
