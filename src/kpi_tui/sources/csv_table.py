"""The source ``csv``: any table with a date column, read again when it changes.

Knows nothing of how bytes become rows (see :mod:`kpi_tui.sources.table`).
"""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kpi_tui.config.settings import CsvSource
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.readings import Batch, Grain, Reading, day_of
from kpi_tui.kpi.text import clean
from kpi_tui.sources.base import Identity, Polled
from kpi_tui.sources.cells import cell_number, is_absent
from kpi_tui.sources.moments import (
    Moment,
    from_datetime,
    is_future,
    local_today,
    moment,
    placed,
)
from kpi_tui.sources.numeric import scaled
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.table import Table, read_table

_LARGEST_BYTES = 50_000_000
_MOST_NOTES = 5
_LOOK_AGAIN_SECONDS = 5
_DEBOUNCE_MS = 400
_TIME_DIRECTIVES = ("%H", "%I", "%T", "%R", "%X", "%c", "%s")


@dataclass(slots=True)
class _Found:
    """What a table gave."""

    values: dict[tuple[str, Grain, int], float] = field(default_factory=dict)
    """The last row of the file stands where two speak of the same time."""
    problems: list[str] = field(default_factory=list)
    more: int = 0
    """Problems past the first few."""

    def note(self, problem: str) -> None:
        """Keep the first few; count the others."""
        if len(self.problems) < _MOST_NOTES:
            self.problems.append(problem)
        else:
            self.more += 1

    def notes(self) -> tuple[str, ...]:
        """One sentence each."""
        more = (f"{self.more} more cells or rows were skipped.",) if self.more else ()
        return (*self.problems, *more)


class CsvConnector(Polled):
    """One file; a reading's ``seen`` is when the file was last written."""

    def __init__(self, identity: Identity, source: CsvSource) -> None:
        """Open nothing yet."""
        super().__init__(identity)
        self._source = source
        self._path = source.path.expanduser()
        self._read_as: tuple[int, int] | None = None
        """Modification time (ns) and size that the last fetch saw."""

    async def fetch(self, now: float) -> Batch:
        """Read the whole file; SourceError says what is wrong with it, and where.

        A bad row costs itself and a note with its line number, not the file.
        """
        return await asyncio.to_thread(self._fetch, now)

    async def wait_for_change(self) -> None:
        """Return when the file is not the one that the last fetch saw."""
        from watchfiles import awatch

        while _signature(self._path) == self._read_as:
            folder = self._path.parent
            if not folder.is_dir():
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                continue
            # The folder, because a file that is replaced is no longer the one watched.
            # The time-out looks again: a change may fall before the watch begins.
            watch = awatch(
                folder,
                recursive=False,
                debounce=_DEBOUNCE_MS,
                rust_timeout=_LOOK_AGAIN_SECONDS * 1000,
                yield_on_timeout=True,
            )
            async with aclosing(watch) as changes:
                await anext(changes, None)

    def _fetch(self, now: float) -> Batch:
        self._read_as = _signature(self._path)
        data, written = _bytes(self._path)
        source = self._source
        names = (source.date, *source.metrics.values())
        try:
            table = read_table(data, names, source.delimiter)
            found = self._found(table, now)
        except SourceError as error:
            message = f"{self._path.name}: {error.message}"
            raise SourceError(message, fault=error.fault, hint=error.hint) from None
        seen = int(min(written, now))
        readings = tuple(
            Reading(self.account, "", metric, grain, at, value, seen)
            for (metric, grain, at), value in found.values.items()
        )
        today = local_today(now, self._zone)
        days = (day_of(r.at) for r in readings if r.grain == "day")
        until = max((day for day in days if day < today), default=None)
        return Batch(readings, (), until, found.notes(), self._source.currency)

    def _found(self, table: Table, now: float) -> _Found:
        found = _Found()
        date_at = table.index(self._source.date)
        columns = [
            (metric, table.index(name), name)
            for metric, name in self._source.metrics.items()
        ]
        rows = 0
        for line, cells in table.rows():
            rows += 1
            when = self._when(_cell(cells, date_at), line, now, found)
            if when is None:
                continue
            for metric, at, name in columns:
                cell = _cell(cells, at)
                if is_absent(cell):
                    continue
                value = self._value(metric, cell)
                if value is None:
                    where = f"Line {line}, {clean(name, 40)}"
                    found.note(f"{where}: “{clean(cell, 40)}” is no number; skipped.")
                else:
                    found.values[(metric, *placed(metric, when))] = value
        if rows and not found.values:
            first = found.problems[0] if found.problems else "Every value is empty."
            raise SourceError(
                f"none of its {rows} rows could be used. {first}",
                fault="config",
                hint="Check date, date_format and metrics of this source.",
            )
        if not rows:
            found.note(f"{self._path.name} has a header and no rows yet.")
        return found

    def _when(self, cell: str, line: int, now: float, found: _Found) -> Moment | None:
        when = self._moment(cell.strip())
        if when is None:
            found.note(f"Line {line}: “{clean(cell, 40)}” is no date; row skipped.")
        elif is_future(when, now):
            found.note(f"Line {line}: {when.label} lies in the future; row skipped.")
            return None
        return when

    def _moment(self, text: str) -> Moment | None:
        layout = self._source.date_format
        if layout is None:
            return moment(text, self._zone)
        try:
            when = datetime.strptime(text, layout)  # noqa: DTZ007  zone follows
        except (ValueError, OverflowError):
            return None
        if any(directive in layout for directive in _TIME_DIRECTIVES):
            return from_datetime(when)
        return Moment(when.date(), None)

    def _value(self, metric: str, cell: str) -> float | None:
        known = METRICS.get(metric)
        value = cell_number(cell, is_count=known is not None and known.unit == "count")
        scale = self._source.scale.get(metric, 1.0)
        if value is None or (scale == "percent" and cell.strip().endswith("%")):
            return value  # the sign has made a fraction of it already
        return scaled(value, scale)


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


def _bytes(path: Path) -> tuple[bytes, float]:
    """The file's content and when it was written (UTC epoch seconds)."""
    try:
        state = path.stat()
        if state.st_size > _LARGEST_BYTES:
            raise SourceError(
                f"{path} is larger than {_LARGEST_BYTES // 1_000_000} MB",
                fault="config",
                hint="Keep the rows of the last years only.",
            )
        if path.is_dir():
            raise SourceError(
                f"{path} is a folder",
                fault="config",
                hint="Set path to the CSV file itself.",
            )
        return path.read_bytes(), state.st_mtime
    except FileNotFoundError:
        raise SourceError(
            f"there is no file at {path}",
            fault="config",
            hint="Set path to the CSV file; it is read as soon as it appears.",
        ) from None
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}",
            fault="config",
            hint="Check the file's permissions.",
        ) from None
