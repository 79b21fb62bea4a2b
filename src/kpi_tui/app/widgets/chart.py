"""A line chart that is built only when its data, size or colours changed.

It draws lines with numbered ticks; it knows neither KPIs nor videos.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from textual.content import Content
from textual_plotext import PlotextPlot

from kpi_tui.app.widgets.ansi import recoloured
from kpi_tui.app.widgets.area import area
from kpi_tui.app.widgets.fit import aligned
from kpi_tui.app.widgets.lines import Line as Pieces
from kpi_tui.app.widgets.lines import to_content
from kpi_tui.app.widgets.ticks import short_enough, value_ticks
from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.metrics import Unit

LineTone = Literal["current", "previous", "goal", "others"]

_CODES: dict[LineTone, int] = {"current": 1, "previous": 2, "goal": 3, "others": 4}
_STYLES = {1: "$primary", 2: "$text-muted", 3: "$text-muted", 4: "$secondary"}
_MIN_WIDTH, _MIN_HEIGHT = 24, 5
"""Below this plotext's axes leave no room for a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points in ascending x; a y of None is a gap."""

    points: tuple[tuple[float, float | None], ...]
    tone: LineTone = "current"


@dataclass(frozen=True, slots=True)
class ChartData:
    """All that a chart shows. Equal data is not drawn again."""

    lines: tuple[Line, ...]
    unit: Unit
    ticks: tuple[tuple[float, str], ...] = ()
    """Every place on the x axis that could be named, ascending; as many are named as
    fit."""
    is_from_last: bool = False
    """Names are counted back from the last place: the newest day has one."""
    steps: tuple[int, ...] = (1, 2, 5, 10, 15, 30, 60, 120, 240)
    """How many places may lie between two names."""
    goal: float | None = None
    """A level across the whole width."""
    others: float | None = None
    """What others reach: another level, in other dashes."""


class Chart(PlotextPlot):
    """One figure of its own, not plotext's global one."""

    DEFAULT_CSS = """
    Chart { width: 1fr; height: 1fr; text-wrap: nowrap; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start empty."""
        super().__init__(id=id, classes=classes)
        # Plain, so that plotext writes no background; the few colours are ours.
        self.theme = "clear"
        self._data: ChartData | None = None
        self._drawn_for: tuple[ChartData, int, int] | None = None
        self._drawn = Content()

    @property
    def data(self) -> ChartData | None:
        """What is drawn."""
        return self._data

    def put(self, data: ChartData | None) -> None:
        """Draw this. The same data again costs nothing."""
        if data != self._data:
            self._data = data
            self.refresh()

    def render(self) -> Content:
        """The figure as it was built last, or a new one when something differs."""
        width, height = self.size
        if self._data is None or width < 1 or height < 1:
            return Content()
        wanted = (self._data, width, height)
        if wanted != self._drawn_for:
            self._drawn = to_content(self._build(self._data, width, height))
            self._drawn_for = wanted
        return self._drawn

    def _build(self, data: ChartData, width: int, height: int) -> list[Pieces]:
        """Compute the figure: 7 ms at 100x15, 50 ms at 120x40 for long lines."""
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        known = [y for line in data.lines for _, y in line.points if y is not None]
        if not known:
            return []
        if width < _MIN_WIDTH or height < _MIN_HEIGHT:
            ys = [y for _, y in data.lines[0].points]
            rows = area(ys, width, height, is_ascii=is_ascii)
            return [((row, _STYLES[1]),) for row in rows]
        self._draw(data, known, width, height, is_ascii=is_ascii)
        return recoloured(self.plt.build(), _STYLES, is_ascii=is_ascii)

    def _draw(
        self,
        data: ChartData,
        known: Sequence[float],
        width: int,
        height: int,
        *,
        is_ascii: bool,
    ) -> None:
        plt = self.plt
        plt.clear_figure()
        plt.theme("clear")
        plt.plotsize(width, height)
        # Without this a plot that was resized keeps its old size (textual-plotext).
        plt._set_size(width, height)  # noqa: SLF001
        plt.xaxes(True, False)
        plt.yaxes(True, False)
        goal = data.goal if is_goal_shown(data) else None
        others = data.others if is_others_shown(data) else None
        low, high = _limits([*known, *([others] if others is not None else [])], goal)
        marks = value_ticks(low, high, max(2, height // 4))
        low, high = min(low, marks[0]), max(high, marks[-1])
        plt.ylim(low, high)
        plt.yticks(list(marks), _labels(marks, data.unit))
        first, last = _x_limits(data)
        plt.xlim(first, last)
        ticks = short_enough(
            data.ticks, data.steps, width - 10, is_from_last=data.is_from_last
        )
        plt.xticks([at for at, _ in ticks], [label for _, label in ticks])
        across = [first + (last - first) * i / max(1, width - 1) for i in range(width)]
        levels: tuple[tuple[float | None, LineTone, str], ...] = (
            (others, "others", "~" if is_ascii else "┈"),
            (goal, "goal", "-" if is_ascii else "╌"),
        )
        for level, tone, marker in levels:
            if level is not None:
                ys = [level] * width
                plt.scatter(across, ys, marker=marker, color=_CODES[tone])
        spacing = (2 * (last - first) / width, (high - low) / height)
        for line in sorted(data.lines, key=lambda each: -_CODES[each.tone]):
            for run in _runs(bucketed(line.points, 2 * width)):
                self._draw_run(run, line.tone, spacing, is_ascii=is_ascii)

    def _draw_run(
        self,
        run: list[tuple[float, float]],
        tone: LineTone,
        spacing: tuple[float, float],
        *,
        is_ascii: bool,
    ) -> None:
        xs, ys = [x for x, _ in run], [y for _, y in run]
        color = _CODES[tone]
        if tone == "previous":
            # Single dots, so that it is told apart without colours.
            dots = dotted(run, spacing)
            marker = "." if is_ascii else "braille"
            self.plt.scatter(*zip(*dots, strict=True), marker=marker, color=color)
        elif tone == "goal":
            dashes = dotted(run, (2 * spacing[0], 4 * spacing[1]))
            marker = "-" if is_ascii else "╌"
            self.plt.scatter(*zip(*dashes, strict=True), marker=marker, color=color)
        elif len(run) == 1:
            self.plt.scatter(xs, ys, marker="*" if is_ascii else "•", color=color)
        else:
            if not is_ascii:
                # There and, a dot lower, back again: single dots are fainter than the
                # labels. Two plots would not share a cell: plotext overwrites it.
                xs, ys = xs + xs[::-1], ys + [y - spacing[1] / 4 for y in ys[::-1]]
            self.plt.plot(xs, ys, marker="*" if is_ascii else "braille", color=color)


def is_goal_shown(data: ChartData) -> bool:
    """Whether the goal is near enough to be drawn without flattening the line.

    Near: the data keeps a quarter of the height, measured from zero where the axis
    starts there.
    """
    known = [y for line in data.lines for _, y in line.points if y is not None]
    if data.goal is None or not known:
        return False
    low, high = _limits(known, data.goal)
    own_low, own_high = _limits(known, None)
    return own_high - own_low >= (high - low) / 4


def is_others_shown(data: ChartData) -> bool:
    """The same of what others reach."""
    return is_goal_shown(replace(data, goal=data.others))


def bucketed(
    points: Sequence[tuple[float, float | None]], most: int
) -> list[tuple[float, float | None]]:
    """At most ``most`` points, each the mean of its bucket; a bucket of gaps is one."""
    if len(points) <= most:
        return list(points)
    buckets: list[tuple[float, float | None]] = []
    for index in range(most):
        part = points[index * len(points) // most : (index + 1) * len(points) // most]
        known = [y for _, y in part if y is not None]
        mean = math.fsum(known) / len(known) if known else None
        buckets.append((part[len(part) // 2][0], mean))
    return buckets


def dotted(
    run: Sequence[tuple[float, float]], spacing: tuple[float, float]
) -> list[tuple[float, float]]:
    """Points on the straight lines between the run's points, about ``spacing`` apart
    in x, or in y where the line is steep."""
    dots = [run[0]]
    for (x0, y0), (x1, y1) in pairwise(run):
        far = max((x1 - dots[-1][0]) / spacing[0], abs(y1 - y0) / spacing[1])
        count = int(far + 1e-9)
        dots += [
            (x0 + (x1 - x0) * step / count, y0 + (y1 - y0) * step / count)
            for step in range(1, count + 1)
        ]
    return dots


def _runs(
    points: Sequence[tuple[float, float | None]],
) -> list[list[tuple[float, float]]]:
    """The points between gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _limits(known: Sequence[float], goal: float | None) -> tuple[float, float]:
    """Lowest and highest value to show: from zero unless that would flatten the line."""
    low, high = min(known), max(known)
    if goal is not None:
        low, high = min(low, goal), max(high, goal)
    if 0 <= low < high * 0.6:
        low = 0.0
    if low == high:
        margin = abs(low) * 0.1 or 1.0
        return (low if low == 0 else low - margin), high + margin
    return low, high


def _x_limits(data: ChartData) -> tuple[float, float]:
    xs = [line.points[i][0] for line in data.lines if line.points for i in (0, -1)]
    first, last = min(xs), max(xs)
    return (first, last) if last > first else (first - 1, last + 1)


def _labels(marks: Sequence[float], unit: Unit) -> list[str]:
    """Tick labels, exact where the short forms could not be told apart."""
    labels = [format_value(mark, unit) for mark in marks]
    if len(set(labels)) < len(labels):
        labels = [format_value(mark, unit, is_exact=True) for mark in marks]
    if all("." not in label or ".0 " in label for label in labels):
        labels = [label.replace(".0 ", " ") for label in labels]
    return aligned(labels)
