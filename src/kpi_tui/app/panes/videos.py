"""Videos as table rows: which columns fit, how they are ordered and filtered.

Pure: it knows cells, not widgets.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from kpi_tui.app.widgets.fit import aligned
from kpi_tui.app.widgets.table import Cell, CellTone, Row, TableColumn
from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.format import NOTHING, format_day, format_value
from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.windows import local_day

_PADDING = 2
"""Cells that the table adds to each column."""
_MIN_CAPTION = 20
_MAX_CAPTION = 90
_DAY, _DAY_OF_YEAR, _TIME = len("14 Oct"), len("14 Oct 2025"), len(" 19:45")


@dataclass(frozen=True, slots=True)
class Number:
    """A column of numbers."""

    key: str
    label: str
    width: int
    value: Callable[[VideoRow], float | None]
    unit: Unit = "count"
    words: str = ""
    """The order by this column, in words."""
    tone: CellTone = ""


NUMBERS: tuple[Number, ...] = (
    Number("breakout", "breakout", 8, lambda v: v.breakout, "ratio", "", "good"),
    Number(
        "views", "views", 8, lambda v: v.views, "count", "most views first", "strong"
    ),
    Number(
        "engagement",
        "eng./views",
        11,
        lambda v: v.engagement_rate_by_views,
        "percent",
        "highest engagement by views first",
    ),
    Number(
        "completion",
        "completed",
        10,
        lambda v: v.completion_rate,
        "percent",
        "highest completion first",
    ),
    Number("lift", "lift", 7, lambda v: v.lift, "ratio", "highest lift first"),
    Number("likes", "likes", 8, lambda v: v.likes, "count", "most likes first"),
    Number(
        "comments", "comments", 9, lambda v: v.comments, "count", "most comments first"
    ),
    Number("shares", "shares", 8, lambda v: v.shares, "count", "most shares first"),
    Number("saves", "saves", 8, lambda v: v.saves, "count", "most saves first"),
    Number(
        "watch",
        "watched",
        9,
        lambda v: v.average_watch_time,
        "seconds",
        "longest watched first",
    ),
    Number(
        "duration", "length", 9, lambda v: v.duration, "seconds", "longest video first"
    ),
    Number(
        "followers",
        "new foll.",
        10,
        lambda v: v.new_followers,
        "count",
        "most new followers first",
    ),
)
"""In the order in which they are given room."""
_BY_KEY = {number.key: number for number in NUMBERS}


@dataclass(frozen=True, slots=True)
class Order:
    """How the list is ordered."""

    column: str
    words: str


ORDERS: tuple[Order, ...] = (
    Order("posted", "newest first"),
    *(
        Order(number.key, number.words)
        for number in NUMBERS
        if number.words and number.key != "duration"
    ),
)
"""What ``s`` goes through."""


def columns_for(
    width: int, rows: Sequence[VideoRow], order: Order, *, is_ascii: bool = False
) -> list[TableColumn]:
    """The columns that fit ``width`` cells; the caption takes what is left.

    The one that orders the list is always among them.
    """
    posted = _posted_width(rows, width)
    # A third of the line; below 60 cells less, so that the views keep their column.
    caption = max(_MIN_CAPTION if width >= 60 else 14, min(50, width * 3 // 10))
    left = width - 1 - (posted + _PADDING) - (caption + _PADDING)
    # A mark that no video has needs no column.
    is_rising = any(row.breakout is not None for row in rows)
    numbers = [n for n in NUMBERS if n.key != "breakout" or is_rising]
    wanted = sorted(numbers, key=lambda number: number.key != order.column)
    kept: set[str] = set()
    for number in wanted:
        if number.width + _PADDING <= left:
            kept.add(number.key)
            left -= number.width + _PADDING
        elif number.key != order.column and len(kept) > 1:
            break
    mark = "*" if is_ascii else "▼"

    def marked(key: str) -> str:
        return mark if key == order.column else ""

    return [
        TableColumn("posted", "posted", posted, "left", marked("posted")),
        TableColumn(
            "caption", "caption", min(_MAX_CAPTION, caption + max(0, left)), "left"
        ),
        *(
            TableColumn(n.key, n.label, n.width, mark=marked(n.key))
            for n in NUMBERS
            if n.key in kept
        ),
    ]


def video_rows(
    rows: Sequence[VideoRow], columns: Sequence[TableColumn], zone: ZoneInfo
) -> list[Row]:
    """One table row a video, its numbers aligned down the column."""
    newest = max((row.posted_at or 0 for row in rows), default=0)
    year_of = datetime.fromtimestamp(newest, UTC).date()
    by_column: list[list[Cell]] = []
    for column in columns:
        if column.key == "posted":
            texts = [posted_text(row, zone, year_of, column.width) for row in rows]
            # Flush right among themselves, so that days and months stand in columns.
            longest = max(map(len, texts), default=0)
            by_column.append([Cell(text.rjust(longest), "muted") for text in texts])
        elif column.key == "caption":
            by_column.append([Cell(row.caption or "(no caption)") for row in rows])
        else:
            by_column.append(_number_cells(rows, _BY_KEY[column.key]))
    return [
        (row.id, tuple(cells[place] for cells in by_column))
        for place, row in enumerate(rows)
    ]


def _number_cells(rows: Sequence[VideoRow], number: Number) -> list[Cell]:
    values = [number.value(row) for row in rows]
    texts = [lift_text(value) for value in values]
    if number.key == "breakout":
        texts = [lift_text(value) if value is not None else "" for value in values]
    elif number.key != "lift":
        texts = [format_value(value, number.unit) for value in values]
    return [
        Cell(text, "muted" if value is None else number.tone)
        for value, text in zip(values, aligned(texts), strict=True)
    ]


def lift_text(lift: float | None) -> str:
    """``3.2 x``: times the account's median."""
    if lift is None:
        return NOTHING
    if 0 < lift < 0.05:
        # A video of an hour has not none of the median's views.
        return "<0.1 x"
    return f"{lift:,.1f} x" if lift < 99.95 else f"{lift:,.0f} x"


def posted_text(row: VideoRow, zone: ZoneInfo, year_of: date, width: int) -> str:
    """The day of posting in the account's zone, with the time where it fits.

    Room is asked for the longest day of its kind: the 4th of October must not have a
    time where the 14th has none. A day without a time is a label: no zone shifts it.
    """
    if row.posted_at is None:
        return NOTHING
    if row.posted_precision == "day":
        return format_day(
            datetime.fromtimestamp(row.posted_at, UTC).date(), year_of=year_of
        )
    day = format_day(local_day(row.posted_at, zone), year_of=year_of)
    if width < (_DAY if len(day) <= _DAY else _DAY_OF_YEAR) + _TIME:
        return day
    time = datetime.fromtimestamp(row.posted_at, UTC).astimezone(zone)
    return f"{day} {time:%H:%M}"


def filtered(rows: Sequence[VideoRow], word: str) -> list[VideoRow]:
    """Videos whose caption has all the words, upper and lower case alike."""
    words = word.casefold().split()
    return [row for row in rows if all(w in row.caption.casefold() for w in words)]


def ordered(rows: Sequence[VideoRow], order: Order) -> list[VideoRow]:
    """Largest first; videos without the number last, in the order they had."""
    if order.column == "posted":
        return sorted(rows, key=lambda row: -(row.posted_at or 0))
    value = _BY_KEY[order.column].value

    def place(row: VideoRow) -> tuple[bool, float]:
        number = value(row)
        return number is None, -(number or 0.0)

    return sorted(rows, key=place)


def _posted_width(rows: Sequence[VideoRow], width: int) -> int:
    """Day and time, as wide as an older day with its year; narrow only the day."""
    if width >= 100:
        return _DAY + _TIME
    years = {
        datetime.fromtimestamp(row.posted_at, UTC).year for row in rows if row.posted_at
    }
    # "posted" and its mark need one cell more than a day.
    return _DAY + 1 if len(years) < 2 else _DAY_OF_YEAR
