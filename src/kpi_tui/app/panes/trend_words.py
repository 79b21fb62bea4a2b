"""One KPI day by day as rows, chart and words.

Pure: it draws what the Snapshot holds and computes no KPI.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from kpi_tui.app.states import MUTED, TONE_STYLES
from kpi_tui.app.widgets.chart import ChartData, is_goal_shown
from kpi_tui.app.widgets.chart import Line as ChartLine
from kpi_tui.app.widgets.fit import at_point
from kpi_tui.app.widgets.lines import Line
from kpi_tui.app.widgets.table import Cell, Row
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.format import (
    ASCII_TONE_GLYPHS,
    TONE_GLYPHS,
    change_tone,
    format_change,
    format_coverage,
    format_day,
    format_kpi,
)
from kpi_tui.kpi.goals import GOAL_DAYS, GoalStatus, goal_a_day, is_summed, pace_on
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot

_DAY_STEPS = (1, 2, 7, 14, 28, 91)


def kpi_rows(snapshot: Snapshot, *, is_ascii: bool) -> list[Row]:
    """KPIs with a value in the dictionary's order, then the ones without."""
    order = {kpi: place for place, kpi in enumerate(snapshot.definitions)}
    kpis = sorted(
        snapshot.kpis.values(),
        key=lambda kpi: (kpi.value is None, order.get(kpi.id, len(order))),
    )
    values = at_point([format_kpi(kpi, kpi.value) for kpi in kpis])
    return [
        (kpi.id, _cells(kpi, value, is_ascii=is_ascii))
        for kpi, value in zip(kpis, values, strict=True)
    ]


def _cells(kpi: KpiValue, value: str, *, is_ascii: bool) -> tuple[Cell, ...]:
    name = kpi.definition.short
    if kpi.value is None:
        return Cell(name, "muted"), Cell(value, "muted"), Cell("")
    tone = change_tone(kpi)
    change = format_change(kpi)
    glyphs = ASCII_TONE_GLYPHS if is_ascii else TONE_GLYPHS
    return (
        Cell(name),
        Cell(value, "strong"),
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
) -> list[Line]:
    """Which line is which, a part each."""
    last = trend.first + timedelta(days=len(trend.values) - 1)
    solid, dots, dashes = ("**", "..", "--") if is_ascii else ("━━", "··", "╌╌")
    days = f"{format_day(trend.first)} - {format_day(last)}"
    parts: list[Line] = [((f"{solid} ", "$primary"), (days, MUTED))]
    if any(value is not None for value in trend.previous):
        parts.append(((f"{dots} {len(trend.previous)} days before", MUTED),))
    if goal is not None:
        most = "at most " if goal.is_at_most else ""
        target = format_kpi(kpi, goal.target).replace(".0 ", " ")
        data = chart_data(kpi, trend, goal)
        where = "" if is_goal_shown(data) else ", far off this chart"
        over = f" in {GOAL_DAYS} days" if is_summed(goal.definition) else ""
        pace = " and its pace" if any(o.tone == "goal" for o in data.lines) else ""
        words = f"{dashes} goal {most}{target}{over}{pace}{where}"
        parts.append(((words, MUTED),))
    return parts


def others(benchmark: Benchmark, *, is_drawn: bool, is_ascii: bool) -> Line:
    """What others reach: ``┈┈ industry 2.6 %``."""
    dashes = f"{'~~' if is_ascii else '┈┈'} " if is_drawn else ""
    return ((f"{dashes}{short_words(benchmark)}", MUTED),)


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
        first.append((f" from {format_kpi(kpi, kpi.previous)}", MUTED))
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


def no_kpis(snapshot: Snapshot) -> tuple[Line, ...]:
    if snapshot.window is None:
        why = "No source has given a complete day yet."
    else:
        why = "No KPI is known yet."
    return ((why, ""),), (("The Sources tab says how each source is doing.", MUTED),)


def no_days(kpi: KpiValue) -> tuple[Line, ...]:
    if kpi.value is None:
        why = f"No line for {kpi.definition.name}: {kpi.reason or 'not measured'}."
        then = "A source that reports it draws it here."
    else:
        value = format_kpi(kpi, kpi.value)
        why = f"{kpi.definition.name} is {value}, but it is not known day by day."
        then = ""
    return ((why, ""),), ((then, MUTED),)
