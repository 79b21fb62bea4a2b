"""Writes downloads as TikTok Studio does, and reads them back for tests."""

import io
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from babel.dates import format_skeleton

from kpi_tui.kpi.readings import Reading, day_of
from kpi_tui.sources.tiktok_studio import FileResult, read_downloads

Say = Callable[[date], str]

OVERVIEW = ("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares")
HISTORY = ("Date", "Followers", "Difference in followers from previous day")
ACTIVITY = ("Date", "Hour", "Active followers")
GENDER = ("Gender", "Distribution")
PLACES = ("Top territories", "Distribution")
VIEWERS = ("Date", "Total Viewers", "New Viewers", "Returning Viewers")
CONTENT = (
    "Time", "Video title", "Video link", "Post time",
    "Total likes", "Total comments", "Total shares", "Total views",
)  # fmt: skip
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC).timestamp()
EXPORTED = date(2026, 3, 25)


def english(day: date) -> str:
    return f"{day:%B} {day.day}"


def said_in(locale: str) -> Say:
    return lambda day: format_skeleton("MMMMd", day, locale=locale)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Every field quoted, a byte order mark, no newline at the end."""
    lines = [header, *rows]
    quoted = (
        ",".join('"' + str(cell).replace('"', '""') + '"' for cell in line)
        for line in lines
    )
    return ("\ufeff" + "\n".join(quoted)).encode()


def days_until(last: date, count: int) -> list[date]:
    return [last - timedelta(days=count - 1 - i) for i in range(count)]


def overview(days: Sequence[date], say: Say = english) -> bytes:
    """Views are the ordinal of the day, so that a wrong year shows in the value."""
    return table(OVERVIEW, [(say(d), d.toordinal(), 7, 5, -1, 2) for d in days])


def history(days: Sequence[date], say: Say = english) -> bytes:
    return table(HISTORY, [(say(d), 100 + i, -9999) for i, d in enumerate(days)])


def viewers(days: Sequence[date], say: Say = english) -> bytes:
    return table(VIEWERS, [(say(d), 30, 20, 10) for d in days])


def activity(days: Sequence[date], say: Say = english, padded: int = 22) -> bytes:
    return table(
        ACTIVITY,
        [
            (say(d), hour, 0 if d == days[-1] and hour >= 24 - padded else 50 + hour)
            for d in days
            for hour in range(24)
        ],
    )


def video_id(made: date, number: int = 1, hour: int = 12) -> int:
    moment = datetime(made.year, made.month, made.day, hour, tzinfo=UTC)
    return (int(moment.timestamp()) << 32) + number


def content(
    exported: date,
    posts: Sequence[tuple[date, date]],
    say: Say = english,
    handle: str = "acme",
) -> bytes:
    """``posts`` are (uploaded, published)."""
    return table(
        CONTENT,
        [
            (
                say(exported),
                f"Video {i}",
                f"https://www.tiktok.com/@{handle}/video/{video_id(made, i)}",
                say(published),
                40,
                3,
                "1,002",
                "5.4K",
            )
            for i, (made, published) in enumerate(posts, start=1)
        ],
    )


def write(path: Path, data: bytes, day: date = date(2026, 11, 20)) -> Path:
    """A file whose time stamp is noon of the day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()
    os.utime(path, (at, at))
    return path


def zipped(
    members: Mapping[str, bytes],
    method: int = zipfile.ZIP_DEFLATED,
    day: date = date(1980, 1, 1),
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 12, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An XLSX with inline ``t="str"`` cells, as the real ones; numbers as numbers."""
    ns = "http://schemas.openxmlformats.org"
    main = f'xmlns="{ns}/spreadsheetml/2006/main"'
    rels = f"{ns}/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{ns}/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{ns}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{rels}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{rels}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{i}" r:id="s{i}"/>'
            for i, name in enumerate(sheets, start=1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{ns}/package/2006/'
        'relationships">'
        + "".join(
            f'<Relationship Id="s{i}" Type="{rels}/worksheet"'
            f' Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(sheets) + 1)
        )
        + "</Relationships>",
    }
    for i, rows in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{i}.xml"] = _sheet(main, rows)
    return zipped({k: v.encode() for k, v in parts.items()}, zipfile.ZIP_STORED)


def _sheet(main: str, rows: Sequence[Sequence[object]]) -> str:
    lines = []
    for r, row in enumerate(rows, start=1):
        cells = []
        for c, value in enumerate(row):
            kind = "n" if isinstance(value, int | float) else "str"
            cells.append(f'<c r="{chr(65 + c)}{r}" t="{kind}"><v>{value}</v></c>')
        lines.append(f'<row r="{r}">{"".join(cells)}</row>')
    return f"<worksheet {main}><sheetData>{''.join(lines)}</sheetData></worksheet>"


def take(*paths: Path, exported: date | None = None) -> list[FileResult]:
    return read_downloads(paths, "acme", exported=exported, now=NOW)


def one(path: Path, exported: date | None = None) -> FileResult:
    (result,) = take(path, exported=exported)
    return result


def readings(result: FileResult, metric: str) -> dict[date, float]:
    """The account's values of a metric by day."""
    assert result.refused is None
    assert result.batch is not None
    found = [r for r in result.batch.readings if r.metric == metric and not r.entity]
    assert all(r.grain == "day" and r.account == "acme" for r in found)
    return {day_of(r.at): r.value for r in found}


def all_readings(results: Iterable[FileResult]) -> list[Reading]:
    return [r for f in results if f.batch is not None for r in f.batch.readings]


def reason(result: FileResult) -> str:
    assert result.batch is None
    assert result.refused is not None
    return result.refused
