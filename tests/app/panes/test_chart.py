"""The chart builds only when something changed, and draws gaps as gaps."""

from typing import Any

import pytest
from textual.app import App, ComposeResult

from kpi_tui.app.widgets.ansi import recoloured
from kpi_tui.app.widgets.chart import (
    Chart,
    ChartData,
    Line,
    bucketed,
    dotted,
    is_goal_shown,
)
from kpi_tui.app.widgets.lines import plain

BRAILLE = {chr(code) for code in range(0x2801, 0x2900)}


class Counting(Chart):
    """Counts how often the figure is computed."""

    builds: int = 0

    def _build(self, *args: Any, **named: Any) -> Any:
        self.builds += 1
        return super()._build(*args, **named)


class Host(App[None]):
    is_ascii = False

    def compose(self) -> ComposeResult:
        yield Counting()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"spark": "#808080"}


def data(*values: float | None, goal: float | None = None) -> ChartData:
    points = tuple((float(i), value) for i, value in enumerate(values))
    return ChartData((Line(points),), "count", goal=goal)


def drawn(app: App[None]) -> list[str]:
    return app.query_one(Counting).render().plain.split("\n")


@pytest.mark.usefixtures("every_frame")
async def test_the_figure_is_computed_only_when_data_or_size_changed():
    app = Host()
    async with app.run_test(size=(60, 16)) as pilot:
        chart = app.query_one(Counting)
        chart.put(data(1, 2, 3))
        await pilot.pause()
        assert chart.builds == 1
        chart.put(data(1, 2, 3))
        chart.refresh()
        await pilot.pause()
        assert chart.builds == 1
        chart.put(data(1, 2, 4))
        await pilot.pause()
        assert chart.builds == 2
        await pilot.resize_terminal(50, 16)
        await pilot.pause()
        assert chart.builds == 3


async def test_a_gap_stays_a_gap():
    app = Host()
    async with app.run_test(size=(60, 16)) as pilot:
        chart = app.query_one(Counting)
        chart.put(data(5, 5, None, None, None, None, 5, 5))
        await pilot.pause()
        row = next(line for line in drawn(app) if set(line) & BRAILLE)
        line = row.split("│")[-1].split("┤")[-1].strip()
        assert "    " in line


async def test_a_lone_day_between_gaps_is_a_dot():
    app = Host()
    async with app.run_test(size=(60, 16)) as pilot:
        app.query_one(Counting).put(data(1, 2, None, 7, None, 3, 4))
        await pilot.pause()
        assert "•" in "\n".join(drawn(app))


async def test_ascii_draws_nothing_else():
    app = Host()
    app.is_ascii = True
    async with app.run_test(size=(60, 16)) as pilot:
        previous = Line(tuple((float(i), 4.0) for i in range(5)), "previous")
        line = data(1, 2, 9, 4, 5, goal=8)
        app.query_one(Counting).put(
            ChartData((*line.lines, previous), "count", goal=8.0)
        )
        await pilot.pause()
        text = "\n".join(drawn(app))
        assert text.isascii()
        assert "*" in text
        assert "-----" in text


@pytest.mark.usefixtures("every_frame")
async def test_tiny_and_empty_charts_do_not_crash():
    app = Host()
    async with app.run_test(size=(60, 16)) as pilot:
        chart = app.query_one(Counting)
        for width, height in ((20, 3), (5, 2), (2, 1), (24, 5)):
            await pilot.resize_terminal(width, height)
            for given in (data(), data(None, None), data(3), data(-1, 0), data(1, 2)):
                chart.put(given if given.lines[0].points else None)
                await pilot.pause()
        assert chart.builds > 0


async def test_a_far_goal_does_not_flatten_the_line():
    assert is_goal_shown(data(0, 5, 10, goal=15))
    assert not is_goal_shown(data(3170, 3352, goal=5000))
    assert not is_goal_shown(data(1, 2))


def test_buckets_are_means_and_a_bucket_of_gaps_is_a_gap():
    points = [(float(i), None if i < 10 else float(i)) for i in range(100)]
    buckets = bucketed(points, 10)
    assert len(buckets) == 10
    assert buckets[0][1] is None
    assert buckets[1][1] == 14.5
    assert bucketed(points[:5], 10) == points[:5]


def test_dots_follow_the_line():
    dots = dotted([(0.0, 0.0), (4.0, 4.0)], (2.0, 100.0))
    assert dots == [(0.0, 0.0), (2.0, 2.0), (4.0, 4.0)]
    steep = dotted([(0.0, 0.0), (1.0, 10.0)], (2.0, 2.0))
    assert len(steep) == 6


def test_only_the_asked_colours_are_kept_and_blanks_join_their_run():
    text = "9┤ \x1b[0m\x1b[38;5;1m⡠\x1b[0m   \x1b[0m\x1b[38;5;1m⠔\x1b[0m\n"
    lines = recoloured(text, {1: "$spark"}, is_ascii=False)
    assert lines == [(("9┤ ", "$text-muted"), ("⡠   ⠔", "$spark"))]
    assert plain(lines[0]) == "9┤ ⡠   ⠔"
