"""One table with the ways to read its days, and the choice among them.

Knows languages; the years come from :mod:`.years`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.content import Link, newest_post, read_link
from kpi_tui.sources.tiktok_studio.evidence import Clue
from kpi_tui.sources.tiktok_studio.labels import (
    Column,
    MonthDay,
    columns,
    first_unreadable,
)
from kpi_tui.sources.tiktok_studio.numbers import is_missing
from kpi_tui.sources.tiktok_studio.refusal import RefusedError
from kpi_tui.sources.tiktok_studio.tables import Table
from kpi_tui.sources.tiktok_studio.years import dated, latest

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Sheet:
    """A table of known kind on its way to readings."""

    label: str
    source: str
    """The file's own label, when it is a member or a workbook's sheet."""
    table: Table
    written_on: date
    ways: list[Column] = field(default_factory=list)
    """Every way to read its days; empty for tables without days or rows."""
    post_labels: tuple[str, ...] = ()
    """Content: the posts' days as written; the ways read them after the rows' own."""
    links: tuple[Link | None, ...] = ()
    """Content: the posts' addresses."""

    @property
    def column(self) -> Column | None:
        """The chosen way, once settled."""
        return self.ways[0] if self.ways else None

    def clue(self, now: float) -> Clue:
        """What this file says about its export."""
        kind = self.table.kind.name
        return Clue(
            self._newest(),
            self._last_by,
            kind in {"Content", "FollowerActivity"},
            newest_post(self.links, now),
            self.written_on,
        )

    def _newest(self) -> MonthDay | None:
        if self.column is None:
            return None
        found = dated(self.column, self.written_on + _DAY)
        if found is None or self.table.kind.name == "Content":
            return self.column.days[0]
        return self.column.days[found.index(max(found))]

    def _last_by(self, limit: date) -> date:
        found = dated(self.column, limit) if self.column is not None else None
        return max(found) if found is not None else limit

    def dates(self, last_by: date) -> list[date]:
        """The rows' days; raises RefusedError when they are after that day."""
        if self.column is None:
            return []
        found = dated(self.column, last_by)
        if found is None or max(found) > last_by:
            raise RefusedError(
                f"its days reach beyond {last_by}, the day of the export"
            )
        return found

    def posted(self) -> tuple[MonthDay | None, ...]:
        """Content: each post's day and month."""
        if self.column is None:
            return (None,) * len(self.table.rows)
        days = self.column.days[len(self.table.rows) :]
        by_label = dict(zip(self.post_labels, days, strict=True))
        return tuple(
            by_label.get(self.table.cell(row, "post time")) for row in self.table.rows
        )


def to_sheet(label: str, source: str, table: Table, written_on: date) -> Sheet:
    """The table with every way to read its days; raises RefusedError when there is none."""
    sheet = Sheet(label, source, table, written_on)
    name = table.kind.date_column
    if not name or not table.rows:
        return sheet
    labels = [table.cell(row, name) for row in table.rows]
    if table.kind.name == "Content":
        sheet.links = tuple(
            read_link(table.cell(row, "video link")) for row in table.rows
        )
        sheet.ways, sheet.post_labels = _content_ways(table, labels)
    else:
        sheet.ways = columns(labels)
    if not sheet.ways:
        raise _unreadable(table, labels)
    if table.kind.name != "Content":
        in_order = [way for way in sheet.ways if dated(way, written_on + _DAY)]
        if not in_order:
            raise RefusedError("its dates are in no order")
        sheet.ways = in_order
    return sheet


def _content_ways(
    table: Table, labels: Sequence[str]
) -> tuple[list[Column], tuple[str, ...]]:
    """Ways to read the export's and the posts' days together, in one language."""
    cells = (table.cell(row, "post time") for row in table.rows)
    posts = tuple(dict.fromkeys(cell for cell in cells if not is_missing(cell)))
    ways = columns([*labels, *posts])
    if not ways:
        posts = tuple(post for post in posts if columns([labels[0], post]))
        ways = columns([*labels, *posts])
    return (ways, posts) if ways else (columns(labels), ())


def _unreadable(table: Table, labels: Sequence[str]) -> RefusedError:
    place = first_unreadable(labels)
    if place is None:
        return RefusedError("its dates are not all in one language")
    text = clean(labels[place], 40)
    return RefusedError(f'line {table.rows[place].line}: cannot read the date "{text}"')


def settle(sheets: Sequence[Sheet]) -> None:
    """Puts the likeliest way of each sheet first.

    Files that lie together are mostly in one language; without gaps is likelier
    than with; and of two equal ones the later days.
    """
    spoken: Counter[str] = Counter()
    for sheet in sheets:
        if len(sheet.ways) == 1:
            spoken.update(sheet.ways[0].languages)
    for sheet in sheets:
        is_daily = sheet.table.kind.name != "Content"
        sheet.ways.sort(
            key=lambda way, sheet=sheet, is_daily=is_daily: (  # type: ignore[misc]
                way.gaps if is_daily else 0,
                -max((spoken[language] for language in way.languages), default=0),
                sheet.written_on - latest(way.days[0], sheet.written_on + _DAY),
                sorted(way.languages),
            )
        )
