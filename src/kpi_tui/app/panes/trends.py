"""The Trends tab: one KPI day by day, against the days before and its goal.

It draws what the Snapshot holds; it computes no KPI.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import DataTable

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.states import MUTED, TONE_STYLES
from kpi_tui.app.widgets.chart import (
    Chart,
    ChartData,
    is_goal_shown,
    is_others_shown,
)
from kpi_tui.app.widgets.chart import Line as ChartLine
from kpi_tui.app.widgets.lines import Line
from kpi_tui.app.widgets.table import Cell, KeyedTable, Row, TableColumn
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.format import (
    ASCII_TONE_GLYPHS,
    NOTHING,
    TONE_GLYPHS,
    change_tone,
    format_change,
    format_coverage,
    format_day,
    format_kpi,
)
from kpi_tui.kpi.goals import GOAL_DAYS, goal_a_day, is_summed, pace_on
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import GoalStatus, Snapshot

_COLUMNS = (
    TableColumn("name", "KPI", 22, "left"),
    TableColumn("value", "value", 10),
    TableColumn("change", "change", 10),
)
_DAY_STEPS = (1, 2, 7, 14, 28, 91)


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
        """The columns never change."""
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
            self._say_empty(_no_kpis(snapshot))
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
            self._say_empty(_no_days(kpi))
            return
        self.remove_class("-empty")
        name: Line = ((kpi.definition.name, "bold"),)
        data = chart_data(kpi, trend, picture.goal)
        lines = legend(kpi, trend, picture.goal, is_ascii=self.is_ascii)
        if picture.benchmark is not None:
            # A day of a sum is no window of it: that one is only told.
            if not is_summed(kpi.definition):
                data = replace(data, others=picture.benchmark.value)
            is_drawn = is_others_shown(data)
            others = _others(picture.benchmark, is_drawn, is_ascii=self.is_ascii)
            lines = (*lines, others)
        # Narrow, the one-line list above already says the name.
        is_wide = self._table.size.height > 1
        self.query_one("#trend-legend", Words).put(*([name] if is_wide else []), lines)
        self.query_one(Chart).put(data)
        self.query_one("#trend-facts", Words).put(
            *facts(kpi, trend, is_ascii=self.is_ascii)
        )

    def _say_empty(self, lines: tuple[Line, ...]) -> None:
        self.add_class("-empty")
        self.query_one("#trend-empty", Words).put(*lines)


def kpi_rows(snapshot: Snapshot, *, is_ascii: bool) -> list[Row]:
    """KPIs with a value in the dictionary's order, then the ones without."""
    order = {kpi: place for place, kpi in enumerate(snapshot.definitions)}
    kpis = sorted(
        snapshot.kpis.values(),
        key=lambda kpi: (kpi.value is None, order.get(kpi.id, len(order))),
    )
    return [(kpi.id, _cells(kpi, is_ascii=is_ascii)) for kpi in kpis]


def _cells(kpi: KpiValue, *, is_ascii: bool) -> tuple[Cell, ...]:
    name = kpi.definition.short
    if kpi.value is None:
        return Cell(name, "muted"), Cell(NOTHING, "muted"), Cell("")
    tone = change_tone(kpi)
    change = format_change(kpi)
    glyphs = ASCII_TONE_GLYPHS if is_ascii else TONE_GLYPHS
    return (
        Cell(name),
        Cell(format_kpi(kpi, kpi.value), "strong"),
        Cell(f"{glyphs[tone]} {change}" if change else "", tone),
    )


def chart_data(kpi: KpiValue, trend: Trend, goal: GoalStatus | None) -> ChartData:
    """The chart of a KPI's days; days are counted from the window's first."""
    lines = [ChartLine(_points(trend.values))]
    if any(value is not None for value in trend.previous):
        lines.append(ChartLine(_points(trend.previous), "previous"))
    days = [trend.first + timedelta(days=i) for i in range(len(trend.values))]
    data = ChartData(
        tuple(lines),
        kpi.unit,
        tuple((float(i), format_day(day)) for i, day in enumerate(days)),
        is_from_last=True,
        steps=_DAY_STEPS,
        goal=goal_a_day(goal).target if goal is not None else None,
    )
    pace = _pace_line(goal, days)
    known = [y for _, y in pace if y is not None]
    # Far below or above, a line of pace would flatten what it is compared with.
    if not known or not all(
        is_goal_shown(replace(data, goal=end)) for end in (known[0], known[-1])
    ):
        return data
    return replace(data, lines=(*data.lines, ChartLine(pace, "goal")))


def _pace_line(
    goal: GoalStatus | None, days: Sequence[date]
) -> tuple[tuple[float, float | None], ...]:
    """Where the KPI should be on each of the days that the goal's line crosses."""
    if goal is None:
        return ()
    paces = (pace_on(goal_a_day(goal), day) for day in days)
    return tuple((float(i), pace) for i, pace in enumerate(paces))


def _points(values: tuple[float | None, ...]) -> tuple[tuple[float, float | None], ...]:
    return tuple((float(i), value) for i, value in enumerate(values))


def legend(
    kpi: KpiValue, trend: Trend, goal: GoalStatus | None, *, is_ascii: bool
) -> Line:
    """Which line is which."""
    last = trend.first + timedelta(days=len(trend.values) - 1)
    solid, dots, dashes = ("**", "..", "--") if is_ascii else ("━━", "··", "╌╌")
    line: list[tuple[str, str]] = [
        (f"{solid} ", "$primary"),
        (f"{format_day(trend.first)} - {format_day(last)}", MUTED),
    ]
    if any(value is not None for value in trend.previous):
        line.append((f"   {dots} {len(trend.previous)} days before", MUTED))
    if goal is not None:
        most = "at most " if goal.is_at_most else ""
        target = format_kpi(kpi, goal.target)
        data = chart_data(kpi, trend, goal)
        where = "" if is_goal_shown(data) else ", far off this chart"
        days = f" in {GOAL_DAYS} days" if is_summed(goal.definition) else ""
        line.append((f"   {dashes} goal {most}{target}{days}{where}", MUTED))
        if any(one.tone == "goal" for one in data.lines):
            line.append((", and its pace", MUTED))
    return tuple(line)


def _others(benchmark: Benchmark, is_drawn: bool, *, is_ascii: bool) -> tuple[str, str]:
    """What others reach: ``┈┈ industry 2.6 %``."""
    dashes = f"{'~~' if is_ascii else '┈┈'} " if is_drawn else ""
    return (f"   {dashes}{short_words(benchmark)}", MUTED)


def facts(kpi: KpiValue, trend: Trend, *, is_ascii: bool) -> tuple[Line, ...]:
    """Value and change of the window; lowest and highest day; where it comes from."""
    tone = change_tone(kpi)
    change = format_change(kpi)
    glyphs = ASCII_TONE_GLYPHS if is_ascii else TONE_GLYPHS
    first: list[tuple[str, str]] = [
        (format_kpi(kpi, kpi.value), "bold"),
        (f" in {kpi.days} days" if kpi.covered_days is not None else "", MUTED),
    ]
    if change:
        first.append((f"   {glyphs[tone]} {change}", TONE_STYLES[tone]))
        first.append(
            (
                f" from {format_kpi(kpi, kpi.previous)}",
                MUTED,
            )
        )
    notes = [format_coverage(kpi), kpi.note or "", kpi.reason or ""]
    first += [(f"   {note}", MUTED) for note in notes if note]
    return tuple(first), _extremes(kpi, trend), _origin(kpi)


def _extremes(kpi: KpiValue, trend: Trend) -> Line:
    known = [(value, i) for i, value in enumerate(trend.values) if value is not None]
    low, high = min(known), max(known, key=lambda pair: (pair[0], -pair[1]))
    words = [
        f"lowest day {format_kpi(kpi, low[0])} on {_day(trend.first, low[1])}",
        f"highest {format_kpi(kpi, high[0])} on {_day(trend.first, high[1])}",
    ]
    return ((" · ".join(words), MUTED),)


def _origin(kpi: KpiValue) -> Line:
    words = [f"as of {format_day(kpi.as_of)}"] if kpi.as_of is not None else []
    if kpi.source:
        words.append(kpi.source)
    return ((" · ".join(words), MUTED),)


def _day(first: date, number: int) -> str:
    return format_day(first + timedelta(days=number))


def _no_kpis(snapshot: Snapshot) -> tuple[Line, ...]:
    if snapshot.window is None:
        why = "No source has given a complete day yet."
    else:
        why = "No KPI is known yet."
    return ((why, ""),), (("The Sources tab says how each source is doing.", MUTED),)


def _no_days(kpi: KpiValue) -> tuple[Line, ...]:
    if kpi.value is None:
        why = f"No line for {kpi.definition.name}: {kpi.reason or 'not measured'}."
        then = "A source that reports it draws it here."
    else:
        value = format_kpi(kpi, kpi.value)
        why = f"{kpi.definition.name} is {value}, but it is not known day by day."
        then = ""
    return ((why, ""),), ((then, MUTED),)
