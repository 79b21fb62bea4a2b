"""The Leaderboard tab: own accounts and competitors by one KPI.

Ranks, gaps and days come ready with the Snapshot; it only words them.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import DataTable

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.panes.rank_chart import board_chart, board_legend, rival_of
from kpi_tui.app.panes.ranks import (
    board_columns,
    board_rows,
    details,
    kpi_name,
)
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, line_width, spread
from kpi_tui.app.widgets.parts import kept, parted, wrapped
from kpi_tui.app.widgets.table import MAX_ROWS, KeyedTable
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.benchmark_words import industry_words, short_words, value_words
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.leaderboard import RANKABLE, LeaderboardRow
from kpi_tui.monitor.snapshot import Snapshot

LOW = 16
"""Rows under which the row in words has one line."""
_TAKEN, _LEAST_CHART = 7, 9
"""Rows of titles and gaps; under so many left a chart says nothing."""


class LeaderboardPane(Pane):
    """The table, and the row under the cursor in words."""

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset({"open", "sort", "why"})

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Nothing is drawn before the first Snapshot."""
        super().__init__(id=id)
        self._snapshot: Snapshot | None = None
        self._asked: str | None = None
        """The KPI that was asked for and has not come yet."""
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """What it is ranked by, the ranks, the words."""
        yield Words(id="board-title")
        yield KeyedTable(id="board-table")
        yield Words(id="board-none")
        yield Words(id="board-details")
        with Vertical(id="board-chart"):
            yield Words(id="board-legend")

    @property
    def _table(self) -> KeyedTable:
        return self.query_one(KeyedTable)

    def first_focus(self) -> Widget | None:
        """The table."""
        return self._table

    def show(self, snapshot: Snapshot) -> None:
        """Update the rows that changed."""
        self._snapshot = snapshot
        if snapshot.leaderboard.kpi == self._asked:
            self._asked = None
        self._draw()

    def change_sort(self) -> None:
        """Ask for the ranks by the next KPI; they come with the next Snapshot."""
        if self._snapshot is None:
            return
        self._asked = next_kpi(self._asked or self._snapshot.leaderboard.kpi)
        self._draw_title(self._snapshot)
        self.kpi_app.rank_by(self._asked)

    def open_under_cursor(self) -> None:
        """The page behind the account's rank."""
        row = self._row()
        if row is not None and self._snapshot is not None:
            from kpi_tui.app.screens.rank import RankScreen

            # Not awaited: a pane's handler must not wait for a screen to mount.
            _ = self.kpi_app.push_screen(RankScreen(self._snapshot, row))

    def explain_under_cursor(self) -> bool:
        """``i``: the same page."""
        self.open_under_cursor()
        return self._row() is not None

    def text_under_cursor(self) -> str | None:
        """The row in words."""
        if self._row() is None:
            return None
        return self.query_one("#board-details", Words).said

    def on_resize(self) -> None:
        """Other columns fit now."""
        self._draw()

    @on(DataTable.RowSelected)
    def _row_opened(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.open_under_cursor()

    @on(DataTable.RowHighlighted)
    def _row_chosen(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._draw_details()

    def _row(self) -> LeaderboardRow | None:
        rows = self._snapshot.leaderboard.rows if self._snapshot is not None else ()
        key = self._table.cursor_key
        return next((row for row in rows if row.handle == key), None)

    def _draw(self) -> None:
        snapshot = self._snapshot
        # Hidden it has no size; shown, a resize follows and draws.
        if snapshot is None or not self.size:
            return
        self._draw_title(snapshot)
        board = snapshot.leaderboard
        self._table.display = bool(board.rows)
        self.query_one("#board-none").display = not board.rows
        self.query_one("#board-none", Words).put(*nobody(snapshot))
        # The day, because the table tells today's numbers from older ones.
        width = self.size.width
        wanted = (board, width, snapshot.taken_at.date(), snapshot.account)
        if wanted != self._shown:
            self._shown = wanted
            self._table.set_columns(board_columns(width, snapshot))
            rows = board_rows(snapshot, width, is_ascii=self.is_ascii)
            self._table.set_rows(rows)
        self._draw_details()

    def _draw_title(self, snapshot: Snapshot) -> None:
        line = title_line(snapshot, self._asked)
        found = snapshot.benchmarks.get(snapshot.leaderboard.kpi)
        if found is not None and self._asked is None:
            line = with_benchmark(line, found, self.size.width - 2)
        # Narrow, the last words go whole: a cut one is a riddle.
        parts = [line[:2], *((piece,) for piece in line[2:])]
        self.query_one("#board-title", Words).put(kept(parts, self.size.width - 2))

    def _draw_details(self) -> None:
        row, words = self._row(), self.query_one("#board-details", Words)
        if self._snapshot is None or row is None:
            words.put()
            return
        lines = [
            part
            for line in details(row, self._snapshot)
            for part in wrapped(line, max(20, self.size.width - 2))
        ]
        if self.app.size.height >= LOW:
            words.styles.height = len(lines)
        words.put(*lines)
        self._draw_chart(row, self._snapshot, len(lines))

    def _draw_chart(self, row: LeaderboardRow, snapshot: Snapshot, lines: int) -> None:
        """The account under the cursor against one's own, where rows are left."""
        left = self.size.height - len(snapshot.leaderboard.rows) - lines - _TAKEN
        box, other = self.query_one("#board-chart"), rival_of(row, snapshot)
        box.display = left >= _LEAST_CHART and other is not None
        if not box.display or other is None:
            return
        from kpi_tui.app.widgets.chart import Chart

        chart = next(iter(box.query(Chart)), None)
        if chart is None:
            chart = Chart()
            _ = box.mount(chart)
        found = snapshot.benchmarks.get(snapshot.leaderboard.kpi)
        chart.put(board_chart(snapshot, other, found))
        parts = board_legend(snapshot, other, found, is_ascii=self.is_ascii)
        legend = parted(parts, max(20, self.size.width - 2))
        self.query_one("#board-legend", Words).put(*legend[:1])


def with_benchmark(title: Line, benchmark: Benchmark, width: int) -> Line:
    """What others reach, at the right edge; for its sake ``s`` names no KPI."""
    words = f"benchmark {industry_words(benchmark)} {value_words(benchmark)}"
    short: Line = (*title[:-1], (" · s to change", MUTED))
    bare = title[:-1]
    for line, text in (
        (title, words),
        (short, words),
        (short, short_words(benchmark)),
        (bare, short_words(benchmark)),
    ):
        others: Line = ((text, MUTED),)
        if line_width(line) + 2 + line_width(others) <= width:
            return spread(line, others, width)
    return title


def next_kpi(kpi: str) -> str:
    """The one after it among those that can rank."""
    known: Sequence[str] = RANKABLE
    return known[(known.index(kpi) + 1) % len(known)] if kpi in known else known[0]


def title_line(snapshot: Snapshot, asked: str | None) -> Line:
    """What it is ranked by, over which days, and what ``s`` ranks by."""
    board = snapshot.leaderboard
    if asked is not None:
        return (("Ranking by ", MUTED), (kpi_name(asked), "bold"), (" …", MUTED))
    pieces = [("Ranked by ", MUTED), (kpi_name(board.kpi), "bold")]
    window = snapshot.window
    if window is not None:
        pieces.append((f" · {window.days} days to {format_day(window.last)}", MUTED))
    if len(board.rows) > MAX_ROWS:
        total = len(board.rows)
        pieces.append((f" · the first {MAX_ROWS} of {total:,} are listed", MUTED))
    pieces.append((f" · s for {kpi_name(next_kpi(board.kpi))}", MUTED))
    return tuple(pieces)


def nobody(snapshot: Snapshot) -> tuple[Line, ...]:
    """Why there are no ranks, and what to do: nobody is there, or they are silent."""
    silent = [f"@{each.handle}" for each in snapshot.accounts if each.role != "own"]
    if not silent:
        return (
            (("Nobody to compare with yet.", ""),),
            (("Add a [[competitor]] with a source to the config.", MUTED),),
        )
    names = ", ".join(silent[:3]) + (" and others" if len(silent) > 3 else "")
    return (
        ((f"No ranks yet: nothing has come from {names}.", ""),),
        (("The Sources tab says how each source is doing.", MUTED),),
    )
