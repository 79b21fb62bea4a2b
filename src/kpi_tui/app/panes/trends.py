"""The Trends tab: one KPI day by day, against the days before and its goal.

It draws what the Snapshot holds; it computes no KPI.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import DataTable

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.panes.trend_words import (
    chart_data,
    facts,
    kpi_rows,
    legend,
    no_days,
    no_kpis,
    others,
)
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.chart import Chart, is_others_shown
from kpi_tui.app.widgets.lines import Line
from kpi_tui.app.widgets.parts import parted
from kpi_tui.app.widgets.table import KeyedTable, TableColumn
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.format import format_change, format_kpi
from kpi_tui.kpi.goals import GoalStatus, is_summed
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot

_COLUMNS = (
    TableColumn("name", "KPI", 22, "left"),
    TableColumn("value", "value", 13),
    TableColumn("change", "change", 11),
)
_NARROW = (
    TableColumn("name", "KPI", 14, "left"),
    TableColumn("value", "value", 9),
    TableColumn("change", "change", 9),
)
NARROW = 60
LOW = 16
"""Rows under which there is a curve and no chart."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """All that the right-hand side depends on; an equal one is not drawn again."""

    kpi: KpiValue
    trend: Trend | None
    goal: GoalStatus | None
    benchmark: Benchmark | None


class TrendsPane(Pane):
    """A list of KPIs, and the chart of the one under the cursor."""

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset({"why"})

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Nothing is drawn before the first Snapshot."""
        super().__init__(id=id)
        self._snapshot: Snapshot | None = None
        self._wanted: str | None = None
        self._picture: _Picture | None = None

    def compose(self) -> ComposeResult:
        """The list, and the chart between its legend and its facts."""
        table = KeyedTable(id="trend-list")
        table.show_header = False
        with Horizontal(id="trend-pick"):
            yield table
            yield Words(id="trend-place")
        with Vertical(id="trend-main"):
            yield Words(id="trend-legend")
            yield Chart(id="trend-chart")
            yield Words(id="trend-empty")
            yield Words(id="trend-facts")

    def on_mount(self) -> None:
        """As wide as the widest name and number, where there is room."""
        self._table.set_columns(_COLUMNS)

    @property
    def _table(self) -> KeyedTable:
        return self.query_one("#trend-list", KeyedTable)

    def first_focus(self) -> Widget | None:
        """The list: up and down choose the KPI."""
        return self._table

    def show(self, snapshot: Snapshot) -> None:
        """Update the list and, where it changed, the chart."""
        self._snapshot = snapshot
        self._table.set_rows(kpi_rows(snapshot, is_ascii=self.is_ascii))
        if self._wanted is not None:
            self._table.move_to(self._wanted)
            self._wanted = None
        self._draw(self._table.cursor_key)

    def show_kpi(self, kpi: str) -> None:
        """Put the cursor on this KPI, now or when the list is filled."""
        if self._snapshot is None:
            self._wanted = kpi
        else:
            self._table.move_to(kpi)

    def kpi_under_cursor(self) -> str | None:
        """The KPI that is drawn."""
        return self._table.cursor_key

    def text_under_cursor(self) -> str | None:
        """Its name, value and change."""
        if self._picture is None:
            return None
        kpi = self._picture.kpi
        words = [kpi.definition.name, format_kpi(kpi, kpi.value, is_exact=True)]
        return " ".join([*words, format_change(kpi)]).strip()

    def on_resize(self) -> None:
        """Say the name where the list is one line, and not where it is long."""
        self._table.set_columns(_NARROW if self.app.size.width < NARROW else _COLUMNS)
        if self._snapshot is not None:
            rows = kpi_rows(self._snapshot, is_ascii=self.is_ascii)
            self._table.set_rows(rows)
        self.call_after_refresh(self._show_cursor)
        self._picture = None
        self._draw(self._table.cursor_key)

    def _show_cursor(self) -> None:
        """In a lower list too: one line would name another KPI than is drawn."""
        table = self._table
        if not table.scroll_y <= table.cursor_row < table.scroll_y + table.size.height:
            table.scroll_to(y=table.cursor_row, animate=False)

    @on(DataTable.RowHighlighted)
    def _kpi_chosen(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        self._draw(event.row_key.value)

    def _draw(self, kpi_id: str | None) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        self.set_class(not snapshot.kpis, "-none")
        kpi = snapshot.kpis.get(kpi_id or "")
        if kpi is None:
            self._picture = None
            self._say_empty(no_kpis(snapshot))
            return
        self.query_one("#trend-place", Words).put(
            ((f"{self._table.cursor_row + 1} of {len(snapshot.kpis)}", MUTED),)
        )
        picture = _Picture(
            kpi,
            snapshot.trends.get(kpi.id),
            snapshot.goals.get(kpi.id),
            snapshot.benchmarks.get(kpi.id),
        )
        if picture == self._picture:
            return
        self._picture = picture
        trend = picture.trend
        if trend is None or all(value is None for value in trend.values):
            self._say_empty(no_days(kpi))
            return
        self.remove_class("-empty")
        data = chart_data(kpi, trend, picture.goal)
        parts = legend(kpi, trend, picture.goal, is_ascii=self.is_ascii)
        if picture.benchmark is not None:
            # A day of a sum is no window of it: that one is only told.
            if not is_summed(kpi.definition):
                data = replace(data, others=picture.benchmark.value)
            is_drawn = is_others_shown(data)
            parts.append(
                others(picture.benchmark, is_drawn=is_drawn, is_ascii=self.is_ascii)
            )
        self._say_legend(kpi.definition.name, parts)
        self.query_one(Chart).put(data)
        self.query_one("#trend-facts", Words).put(
            *facts(kpi, trend, is_ascii=self.is_ascii)
        )

    def _say_legend(self, name: str, parts: Sequence[Line]) -> None:
        words = self.query_one("#trend-legend", Words)
        width = words.size.width or self.size.width
        # Low, the curve stands alone, without any other line.
        is_low = self.app.size.height < LOW
        lines = parted(parts[:1] if is_low else parts, width)
        # Narrow, the one-line list above already says the name.
        if self._table.size.height > 1:
            lines.insert(0, ((name, "bold"),))
        words.styles.height = len(lines)
        words.put(*lines)

    def _say_empty(self, lines: tuple[Line, ...]) -> None:
        self.add_class("-empty")
        self.query_one("#trend-empty", Words).put(*lines)
