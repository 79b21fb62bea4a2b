"""Turns a table of a known kind with known dates into readings and videos.

Knows no file and no export day of its own; both are given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kpi_tui.kpi.readings import Batch, Reading, daily, day_start
from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.evidence import Export
from kpi_tui.sources.tiktok_studio.numbers import (
    is_missing,
    parse_number,
    parse_shares,
)
from kpi_tui.sources.tiktok_studio.tables import Row, Table

MAX_NOTES = 5
"""A broken column must not fill the screen."""


@dataclass(slots=True)
class Notes:
    """What was left out of one file, the first few by line."""

    lines: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, row: Row, text: str) -> None:
        """Remember it, or count it when there are enough."""
        if len(self.lines) < MAX_NOTES:
            self.lines.append(f"line {row.line}: {text}")
        else:
            self.more += 1

    def all(self) -> tuple[str, ...]:
        """As sentences."""
        rest = [f"{self.more:,} more lines like these"] if self.more else []
        return (*self.lines, *rest)


def number(table: Table, row: Row, column: str, notes: Notes) -> float | None:
    """The cell's number; a bad cell is noted and counts as missing."""
    text = table.cell(row, column)
    try:
        return parse_number(text)
    except ValueError:
        notes.add(row, f'"{clean(text, 30)}" in "{column}" is not a number')
        return None


def daily_batch(
    table: Table, days: Sequence[date], export: Export, account: str
) -> Batch:
    """Readings of a file in which each row is a day of the account."""
    notes = Notes()
    columns = [name for name in table.kind.metrics if name in table.places]
    readings: list[Reading] = []
    unequal = 0
    for row, day in zip(table.rows, days, strict=True):
        if len(row.cells) < len(table.places):
            notes.add(row, "has fewer values than the header has columns")
        if table.kind.drops_undefined_rows and any(
            is_missing(table.cell(row, name)) for name in columns
        ):
            continue
        values = {
            table.kind.metrics[name]: value
            for name in columns
            if (value := number(table, row, name, notes)) is not None
        }
        unequal += _is_unequal(values)
        readings += daily(account, values.items(), day, seen=export.seen)
    said = notes.all()
    if unequal:
        said += (
            f"on {unequal} of {len(table.rows)} days total viewers are not new and"
            " returning viewers together",
        )
    if not table.rows:
        said += ("it has no rows",)
    return Batch(tuple(readings), (), _data_until(readings, export), said)


def _is_unequal(values: dict[str, float]) -> bool:
    parts = ("viewers", "new_viewers", "returning_viewers")
    if any(part not in values for part in parts):
        return False
    return values["viewers"] != values["new_viewers"] + values["returning_viewers"]


def _data_until(readings: Sequence[Reading], export: Export) -> date | None:
    """The last day with data, never the day of the export: that is not over."""
    if not readings:
        return None
    last = max(reading.at for reading in readings)
    before = export.day - timedelta(days=1)
    return min(date(1970, 1, 1) + timedelta(seconds=last), before)


def activity_batch(
    table: Table, days: Sequence[date], export: Export, account: str
) -> Batch:
    """Active followers by hour, without a last day that is filled up with zeros."""
    notes = Notes()
    found: dict[date, dict[int, float]] = {}
    for row, day in zip(table.rows, days, strict=True):
        hour = number(table, row, "hour", notes)
        value = number(table, row, "active followers", notes)
        if hour is None or value is None:
            continue
        if hour not in range(24):
            notes.add(row, f"there is no hour {hour:g}")
            continue
        found.setdefault(day, {})[int(hour)] = value
    if found and _is_padded(found):
        del found[max(found)]
    readings = [
        reading
        for day, hours in found.items()
        for hour, value in hours.items()
        for reading in daily(
            account,
            [("active_followers", value)],
            day,
            seen=export.seen,
            entity=f"hour:{hour:02d}",
        )
    ]
    return Batch(tuple(readings), notes=notes.all())


def _is_padded(found: dict[date, dict[int, float]]) -> bool:
    """Whether most hours of the last day are 0, more than on any day before."""
    zeros = {day: list(hours.values()).count(0) for day, hours in found.items()}
    last = max(found)
    earlier = max((zeros[day] for day in zeros if day != last), default=0)
    return zeros[last] > max(len(found[last]) / 2, earlier)


def audience_batch(table: Table, day: date, export: Export, account: str) -> Batch:
    """Shares of the audience by gender or place, as of the given day."""
    is_gender = table.kind.name == "FollowerGender"
    column, prefix = (
        ("gender", "gender") if is_gender else ("top territories", "country")
    )
    notes = Notes()
    readings: list[Reading] = []
    shares = parse_shares([table.cell(row, "distribution") for row in table.rows])
    for row, share in zip(table.rows, shares, strict=True):
        bucket = clean(table.cell(row, column), 40)
        if isinstance(share, ValueError):
            text = clean(table.cell(row, "distribution"), 30)
            notes.add(row, f'"{text}" is not a share')
        elif share is not None and not is_missing(bucket):
            readings.append(
                Reading(
                    account,
                    f"{prefix}:{bucket}",
                    "audience_share",
                    "day",
                    day_start(day),
                    share,
                    export.seen,
                )
            )
    return Batch(tuple(readings), notes=notes.all())
