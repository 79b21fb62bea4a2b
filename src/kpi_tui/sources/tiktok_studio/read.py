"""Reads TikTok Studio downloads: files and folders in, one result per file out.

Stores nothing; which files have changed is the connector's to know.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.tiktok_studio.archive import Budget
from kpi_tui.sources.tiktok_studio.build import (
    activity_batch,
    audience_batch,
    daily_batch,
)
from kpi_tui.sources.tiktok_studio.content import content_batch
from kpi_tui.sources.tiktok_studio.evidence import (
    GIVEN,
    Export,
    at_noon,
    exports,
    stamp_of,
)
from kpi_tui.sources.tiktok_studio.files import Found, Piece, find, read
from kpi_tui.sources.tiktok_studio.refusal import RefusedError
from kpi_tui.sources.tiktok_studio.sheets import Sheet, settle, to_sheet
from kpi_tui.sources.tiktok_studio.tables import Table, read_csv
from kpi_tui.sources.tiktok_studio.workbooks import read_workbook

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file, or of one member of an archive."""

    path: str
    """Relative to the folder that was given; ``Overview_x.zip: Overview.csv``."""
    kind: str | None
    """``Overview`` … ``Content`` or ``Business Suite``; None when refused unread."""
    batch: Batch | None
    refused: str | None
    """Why nothing was taken in, as a sentence without the file's name."""
    exported: date | None
    """The day on which the download was made."""
    exported_from: str | None
    """``given``, ``zip name``, ``newest post`` or ``file time``."""
    rows: int
    source: str = ""
    """The file itself: ``path`` without the member's or sheet's name."""
    is_damaged: bool = False
    """Whether a file that is still being written would be refused like this."""


def read_downloads(
    paths: Sequence[Path], account: str, *, exported: date | None, now: float
) -> list[FileResult]:
    """Reads files and folders for an account, in the given order, then by name.

    ``exported`` is the day of the download where the user knows it; else it is
    found out from each folder's or archive's own evidence. ``now`` is UTC epoch
    seconds. Raises nothing for bad input: each file that is not taken in is a
    result with its reason.
    """
    return read_found(find(paths), account, exported=exported, now=now)


def read_found(
    found: Iterable[Found], account: str, *, exported: date | None, now: float
) -> list[FileResult]:
    """As :func:`read_downloads`, for files that were found already."""
    reader = _Reader(account, exported, now)
    groups: dict[str, _Group] = {}
    entries: list[Sheet | FileResult] = []
    for file in found:
        # Opened one by one, so that a folder of foreign files is not held in memory.
        for piece in read(file):
            group = groups.setdefault(piece.group, _Group(piece.container, []))
            opened = list(reader.open(piece))
            group.sheets.extend(entry for entry in opened if isinstance(entry, Sheet))
            entries += opened
    taken: dict[int, FileResult] = {}
    for group in groups.values():
        taken |= reader.read(group)
    return [
        taken[id(entry)] if isinstance(entry, Sheet) else entry for entry in entries
    ]


def _refused(
    label: str, source: str, refusal: RefusedError, kind: str | None = None
) -> FileResult:
    reason, is_damaged = refusal.reason, refusal.is_damaged
    return FileResult(label, kind, None, reason, None, None, 0, source, is_damaged)


def _tables(piece: Piece) -> list[Table]:
    """What is in the piece, by its first bytes; raises RefusedError."""
    if piece.data.startswith(b"PK"):
        return read_workbook(piece.data, piece.budget or Budget())
    return [read_csv(piece.data)]


@dataclass(frozen=True, slots=True)
class _Group:
    """What was downloaded together, as far as its place tells."""

    container: str
    """Name of the folder or archive."""
    sheets: list[Sheet]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads for one account."""

    account: str
    exported: date | None
    now: float

    def read(self, group: _Group) -> dict[int, FileResult]:
        """The result of each sheet, by the sheet's ``id()``."""
        settle(group.sheets)
        made = self._exports(group.sheets, group.container)
        last_days: dict[Export, date] = {}
        taken: dict[int, FileResult] = {}
        # Shares have no day of their own: they go to the last day of their export.
        for has_days in (True, False):
            for sheet, export in zip(group.sheets, made, strict=True):
                if bool(sheet.table.kind.date_column) != has_days:
                    continue
                result = self._take(sheet, export, last_days.get(export))
                taken[id(sheet)] = result
                if result.batch is not None and result.batch.data_until is not None:
                    until = result.batch.data_until
                    last_days[export] = max(until, last_days.get(export, until))
        return taken

    def open(self, piece: Piece) -> Iterator[Sheet | FileResult]:
        """The piece's tables, or why there are none."""
        if piece.reason is not None:
            refusal = RefusedError(piece.reason, is_damaged=piece.is_damaged)
            yield _refused(piece.label, piece.source, refusal)
            return
        written_at = max(0.0, min(piece.written_at, self.now))
        written_on = datetime.fromtimestamp(written_at, UTC).date()
        try:
            tables = _tables(piece)
        except RefusedError as refusal:
            yield _refused(piece.label, piece.source, refusal)
            return
        for table in tables:
            separator = ": " if table.sheet else ""
            label = f"{piece.label}{separator}{table.sheet}"
            try:
                yield to_sheet(label, piece.source, table, written_on)
            except RefusedError as refusal:
                yield _refused(label, piece.source, refusal, table.kind.name)

    def _exports(self, sheets: Sequence[Sheet], container: str) -> list[Export]:
        if self.exported is not None:
            return [at_noon(self.exported, GIVEN)] * len(sheets)
        clues = [sheet.clue(self.now) for sheet in sheets]
        return exports(clues, stamp_of(container, self.now))

    def _take(self, sheet: Sheet, export: Export, last_day: date | None) -> FileResult:
        kind, rows = sheet.table.kind.name, len(sheet.table.rows)
        try:
            batch = self._batch(sheet, export, last_day)
        except RefusedError as refusal:
            return _refused(sheet.label, sheet.source, refusal, kind)
        day, origin = export.day, export.origin
        return FileResult(
            sheet.label, kind, batch, None, day, origin, rows, sheet.source
        )

    def _batch(self, sheet: Sheet, export: Export, last_day: date | None) -> Batch:
        if export.seen > self.now + 2 * _DAY.total_seconds():
            raise RefusedError(f"the day of the export, {export.day}, is still to come")
        table, kind = sheet.table, sheet.table.kind
        if kind.name == "Content":
            return content_batch(
                table, sheet.links, sheet.posted(), export, self.account
            )
        if kind.name == "FollowerActivity":
            days = sheet.dates(export.day)
            return activity_batch(table, days, export, self.account)
        if kind.is_daily:
            return daily_batch(table, sheet.dates(export.day), export, self.account)
        day = last_day or export.day - _DAY
        return audience_batch(table, day, export, self.account)
