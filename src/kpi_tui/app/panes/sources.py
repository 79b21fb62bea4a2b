"""Where the numbers come from: every source's health, and what the last polls said.

It starts no poll itself; Enter and ``r`` ask the monitor.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import ClassVar, cast
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.widgets import DataTable

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.panes.source_left import (
    lag_words,
    left_lines,
    next_words,
    state_words,
)
from kpi_tui.app.states import MUTED, state_glyph, state_style
from kpi_tui.app.widgets.lines import Line, Lines, fit, harmless, wrap
from kpi_tui.app.widgets.table import Cell, CellTone, KeyedTable, Row, TableColumn
from kpi_tui.kpi.format import NOTHING, format_age, format_day
from kpi_tui.monitor.snapshot import LogLine, Snapshot, SourceHealth

DETAIL_SECONDS = 10.0
"""How often the ages under the table are looked at; they change by the minute."""
_TONES: dict[str, str] = {
    "$text-muted": "muted",
    "$warning": "warning",
    "$error": "bad",
}
_ORDER = ("unauthorised", "failed", "rate limited", "stale", "waiting", "paused", "ok")
"""What needs somebody comes first."""
_COLUMNS = (
    (0, TableColumn("source", "source", 24, "left")),
    (0, TableColumn("state", "state", 14, "left")),
    (70, TableColumn("until", "data until", 10)),
    (56, TableColumn("asked", "asked", 7)),
    (56, TableColumn("next", "next", 7)),
    (84, TableColumn("points", "points", 8)),
    (96, TableColumn("failures", "failures", 8)),
)
"""(least width of the tab, column); what is wrong takes the rest."""
_ERROR_FROM = 120
_UTC = ZoneInfo("UTC")


class SourceTable(KeyedTable):
    """The keyed table with one more colour."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--warning"}


class Detail(Lines):
    """The focused source in sentences; its ages change by the minute."""

    def __init__(self, *, is_ascii: bool) -> None:
        """Empty until a row has the cursor."""
        super().__init__(id="source-detail")
        self._is_ascii = is_ascii
        self._source: SourceHealth | None = None
        self._now = 0.0
        self._zone = _UTC

    def show(
        self, source: SourceHealth | None, now: float, zone: ZoneInfo = _UTC
    ) -> None:
        """Tell about this source as of ``now`` (UTC epoch seconds), in this zone."""
        self._source, self._now, self._zone = source, now, zone
        self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """State and error, what to do, times, what is left, notes."""
        source = self._source
        if source is None:
            return ((("No source is set up. See config.example.toml.", MUTED),),)
        glyph = state_glyph(source.state, is_ascii=self._is_ascii)
        error = f": {source.error}" if source.error else ""
        state = state_words(source, self._now, self._zone)
        words = wrap(f"{source.name} {state}{error}", max(10, width - 2))
        lines: list[Line] = [
            (
                (f"{glyph} " if number == 0 else "  ", state_style(source.state)),
                (row, ""),
            )
            for number, row in enumerate(words)
        ]
        if source.hint:
            lines += [((f"  {row}", ""),) for row in wrap(source.hint, width - 2)]
        dot = " - " if self._is_ascii else " · "
        times = dot.join(_times(source, self._now, self._zone))
        lines += [((f"  {row}", MUTED),) for row in wrap(times, width - 2)]
        lines += [
            (("  ", ""), *line)
            for line in left_lines(
                source, self._now, self._zone, width - 2, is_ascii=self._is_ascii
            )
        ]
        for note in source.notes:
            lines += [((f"  {row}", MUTED),) for row in wrap(note, width - 2)]
        return lines


def _times(source: SourceHealth, now: float, zone: ZoneInfo) -> list[str]:
    asked = "never asked"
    if source.polled_at is not None:
        asked = f"asked {_age(now - source.polled_at.timestamp())}"
    parts = [asked]
    if source.good_at is not None and source.good_at != source.polled_at:
        parts.append(f"last good answer {_age(now - source.good_at.timestamp())}")
    parts += filter(None, (next_words(source, now), lag_words(source, now, zone)))
    if source.interval_seconds is not None:
        parts.append(f"every {_interval(source.interval_seconds)}")
    parts.append(source.kind)
    return parts


def _age(seconds: float) -> str:
    """By the minute: seconds would repaint an idle screen."""
    return "just now" if seconds < 60 else format_age(seconds)


def _interval(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


class PollLog(Lines):
    """The newest polls, newest first, as many as fit."""

    def __init__(self, *, is_ascii: bool) -> None:
        """Empty until the first Snapshot."""
        super().__init__(id="poll-log")
        self._is_ascii = is_ascii
        self._log: tuple[LogLine, ...] = ()
        self._zone = _UTC
        self._past: date | None = None

    def show(
        self, log: tuple[LogLine, ...], zone: ZoneInfo, past: date | None = None
    ) -> None:
        """Tell these, with times in this zone; ``past`` is the day looked at."""
        if (log, zone, past) != (self._log, self._zone, self._past):
            self._log, self._zone, self._past = log, zone, past
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """A heading, then a line per poll."""
        if not self._log and self._past is None:
            return ()
        lines: list[Line] = [(("Last polls", "bold"),)]
        if self._past is not None:
            # A source's state is not kept by day: it must not pass for that day's.
            words = f"  to {format_day(self._past)}; the sources above are as of now"
            shown = fit(words, max(0, width - 10), is_ascii=self._is_ascii).rstrip()
            lines = [(("Last polls", "bold"), (shown, "$warning"))]
        for entry in self._log[: max(0, height - 1)]:
            clock = entry.at.astimezone(self._zone).strftime("%H:%M")
            glyph = state_glyph(entry.state, is_ascii=self._is_ascii)
            name = 24 if width >= 70 else 16
            room = max(0, width - 9 - name - 2)
            lines.append(
                (
                    (f"{clock}  ", MUTED),
                    (f"{glyph} ", state_style(entry.state)),
                    (fit(entry.source, name, is_ascii=self._is_ascii), ""),
                    ("  ", ""),
                    (fit(entry.text, room, is_ascii=self._is_ascii).rstrip(), MUTED),
                )
            )
        return lines


class SourcesPane(Pane):
    """The table of sources, the focused one in words, the poll log."""

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset({"copy"})

    def compose(self) -> ComposeResult:
        """Table, detail, log."""
        yield SourceTable(id="source-table")
        yield Detail(is_ascii=self.is_ascii)
        yield PollLog(is_ascii=self.is_ascii)

    def on_mount(self) -> None:
        """Look at the ages now and then."""
        self._sources: dict[str, SourceHealth] = {}
        self._zone = _UTC
        self._shown: tuple[object, ...] = ()
        self._wanted: str | None = None
        self.set_interval(DETAIL_SECONDS, self._show_detail)

    def show(self, snapshot: Snapshot) -> None:
        """Sources that need somebody first, then by name."""
        ordered = sorted(
            snapshot.sources, key=lambda s: (_ORDER.index(s.state), s.name)
        )
        self._sources = {source.name: source for source in ordered}
        self._zone = ZoneInfo(snapshot.account.timezone)
        self._fill()
        past = snapshot.view.as_of
        self.query_one(PollLog).show(snapshot.log, self._zone, past)
        self._show_detail()

    def on_resize(self) -> None:
        """Other columns may fit now."""
        self._fill()

    def _fill(self) -> None:
        width = self.size.width
        today = datetime.fromtimestamp(self.kpi_app.now(), UTC).astimezone(self._zone)
        key = (tuple(self._sources.values()), width, today.date())
        if width == 0 or key == self._shown:
            return
        self._shown = key
        columns = [column for least, column in _COLUMNS if width >= least]
        if width >= _ERROR_FROM:
            taken = sum(column.width + 2 for column in columns)
            columns.append(TableColumn("error", "", width - taken - 3, "left"))
        table = self.query_one(SourceTable)
        table.set_columns(columns)
        table.set_rows([self._row(s, columns, today) for s in self._sources.values()])
        self._go()

    def _row(
        self, source: SourceHealth, columns: Sequence[TableColumn], today: datetime
    ) -> Row:
        glyph = state_glyph(source.state, is_ascii=self.is_ascii)
        tone = cast("CellTone", _TONES[state_style(source.state)])
        cells = {
            "source": Cell(harmless(source.name)),
            "state": Cell(f"{glyph} {source.state}", tone),
            "until": Cell(_until(source), "muted"),
            "asked": Cell(self._moment(source.polled_at, today), "muted"),
            "next": Cell(self._moment(source.next_at, today), "muted"),
            "points": Cell(f"{source.points:,}"),
            "failures": Cell(str(source.failures or ""), "bad"),
            "error": Cell(harmless(source.error or ""), "muted"),
        }
        return (source.name, [cells[column.key] for column in columns])

    def _moment(self, at: datetime | None, today: datetime) -> str:
        """A clock time, which does not change while nothing happens; or a day."""
        if at is None:
            return NOTHING
        local = at.astimezone(self._zone)
        if local.date() == today.date():
            return local.strftime("%H:%M")
        return format_day(local.date())

    def _show_detail(self) -> None:
        if self.display:
            key = self.query_one(SourceTable).cursor_key
            source = self._sources.get(key) if key else None
            self.query_one(Detail).show(source, self.kpi_app.now(), self._zone)

    def on_data_table_row_highlighted(self) -> None:
        """The cursor moved."""
        self._show_detail()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter: poll this source."""
        event.stop()
        self.kpi_app.action_poll()

    def show_item(self, key: str) -> None:
        """Put the cursor on the source of that name, now or when the table is filled."""
        self._wanted = key
        self._go()

    def _go(self) -> None:
        table = self.query_one(SourceTable)
        table.move_to(self._wanted)
        if table.cursor_key == self._wanted:
            self._wanted = None

    def source_under_cursor(self) -> str | None:
        """The source of the row under the cursor."""
        return self.query_one(SourceTable).cursor_key

    def text_under_cursor(self) -> str | None:
        """The focused source's state, error and hint."""
        source = self._sources.get(self.source_under_cursor() or "")
        if source is None:
            return None
        parts = (f"{source.name}: {source.state}", source.error, source.hint)
        return "\n".join(part for part in parts if part)


def _until(source: SourceHealth) -> str:
    return format_day(source.data_until) if source.data_until else NOTHING
