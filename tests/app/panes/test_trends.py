"""The Trends tab: the list chooses, the chart follows, nothing is made up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kpi_tui.app.app import KpiApp
from kpi_tui.app.panes.trend_words import chart_data, facts, legend
from kpi_tui.app.panes.trends import TrendsPane
from kpi_tui.app.widgets.chart import Chart, ChartData
from kpi_tui.app.widgets.lines import Line, plain
from kpi_tui.app.widgets.table import KeyedTable
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.trends import Trend
from tests.app.panes.screen import on_tab, screen_text, through_sizes, until
from tests.app.snapshots import LAST, FakeMonitor, make_snapshot


def told(parts: Sequence[Line]) -> str:
    """The parts of a legend as one text."""
    return "   ".join(plain(part) for part in parts)


def shown(app: KpiApp) -> ChartData | None:
    return app.query_one(TrendsPane).query_one(Chart).data


async def test_moving_in_the_list_draws_the_kpi_under_the_cursor():
    async with on_tab("2") as (app, pilot):
        first = shown(app)
        await pilot.press("down", "down")
        await pilot.pause()
        assert app.query_one(TrendsPane).kpi_under_cursor() == "follower_growth_rate"
        assert shown(app) != first
        assert "Follower growth rate" in screen_text(app)


async def test_the_chart_has_both_windows_the_goal_and_named_days():
    snapshot = make_snapshot()
    kpi, trend = snapshot.kpis["engagement_rate"], snapshot.trends["engagement_rate"]
    data = chart_data(kpi, trend, snapshot.goals["engagement_rate"])
    assert [line.tone for line in data.lines] == ["current", "previous"]
    # A day brings a 28th of what 28 days do.
    assert data.goal == pytest.approx(0.15 / 28)
    assert data.ticks[-1] == (27.0, "24 Mar")
    words = told(legend(kpi, trend, snapshot.goals["engagement_rate"], is_ascii=False))
    assert "25 Feb - 24 Mar" in words
    assert "28 days before" in words
    assert "goal 15 % in 28 days" in words


async def test_the_pace_crosses_the_days_from_the_baseline_on():
    snapshot = make_snapshot()
    kpi, trend = snapshot.kpis["engagement_rate"], snapshot.trends["engagement_rate"]
    goal = replace(
        snapshot.goals["engagement_rate"],
        target=0.056,
        baseline=0.028,
        baseline_day=LAST - timedelta(days=10),
        by=LAST + timedelta(days=10),
    )
    *_, pace = chart_data(kpi, trend, goal).lines
    assert pace.tone == "goal"
    assert pace.points[16] == (16.0, None)
    assert pace.points[17][1] == pytest.approx(0.001)
    assert pace.points[27][1] == pytest.approx(0.0015)
    assert "and its pace" in told(legend(kpi, trend, goal, is_ascii=False))
    # Far off it is left out, and so is its word.
    far = replace(goal, target=900.0, baseline=800.0)
    assert {line.tone for line in chart_data(kpi, trend, far).lines} == {
        "current",
        "previous",
    }
    assert "pace" not in told(legend(kpi, trend, far, is_ascii=False))


async def test_a_goal_far_off_is_told_and_not_drawn():
    snapshot = make_snapshot()
    kpi, trend = snapshot.kpis["followers"], snapshot.trends["followers"]
    words = told(legend(kpi, trend, snapshot.goals["followers"], is_ascii=False))
    assert "goal 5,000, far off this chart" in words


async def test_the_facts_name_extremes_coverage_and_source():
    kpi = replace(make_snapshot().kpis["follower_growth_rate"], note="so and so")
    trend = Trend(kpi.id, LAST.replace(day=1), (0.03, None, 0.01, 0.05))
    text = "\n".join(plain(line) for line in facts(kpi, trend, is_ascii=False))
    assert "lowest day 1.0 % on 3 Mar" in text
    assert "highest 5.0 % on 4 Mar" in text
    assert "27 of 28 days" in text
    assert "so and so" in text
    assert "as of 24 Mar · acme/tiktok-studio" in text


async def test_a_kpi_without_days_says_why():
    async with on_tab("2") as (app, pilot):
        app.query_one(TrendsPane).show_kpi("conversions")
        await pilot.pause()
        text = screen_text(app)
        assert "No line for Conversions: not measured." in text
        app.query_one(TrendsPane).show_kpi("followers")
        await pilot.pause()
        assert "No line" not in screen_text(app)


async def test_no_complete_day_yet_is_said():
    empty = make_snapshot(kpis={}, trends={}, window=None)
    async with on_tab("2", FakeMonitor(empty)) as (app, _):
        assert "No source has given a complete day yet." in screen_text(app)
        assert app.query_one(TrendsPane).kpi_under_cursor() is None
        assert app.query_one(TrendsPane).text_under_cursor() is None


@pytest.mark.usefixtures("every_frame")
async def test_a_snapshot_with_the_same_kpi_draws_nothing_anew():
    monitor = FakeMonitor()
    async with on_tab("2", monitor) as (app, pilot):
        chart = app.query_one(TrendsPane).query_one(Chart)
        drawn = chart._drawn
        monitor.publish()
        await pilot.pause()
        assert chart._drawn is drawn
        trends = dict(monitor.snapshot.trends)
        trends["followers"] = replace(trends["followers"], values=(1.0, 2.0))
        monitor.publish(trends=trends)
        await pilot.pause()
        assert chart._drawn is not drawn


async def test_the_cursor_keeps_its_kpi_when_values_come_and_go():
    monitor = FakeMonitor()
    async with on_tab("2", monitor) as (app, pilot):
        pane = app.query_one(TrendsPane)
        pane.show_kpi("engagements")
        await pilot.pause()
        kpis = dict(monitor.snapshot.kpis)
        kpis["followers"] = replace(kpis["followers"], value=None, reason="no baseline")
        monitor.publish(kpis=kpis)
        await pilot.pause()
        assert pane.kpi_under_cursor() == "engagements"
        table = pane.query_one(KeyedTable)
        assert table.cells_of("followers")[1].text.strip() == "–"


async def test_below_100_columns_the_list_is_one_line():
    async with on_tab("2", size=(80, 24)) as (app, pilot):
        pane = app.query_one(TrendsPane)
        assert pane.query_one(KeyedTable).size.height == 1
        await pilot.press("down")
        await pilot.pause()
        text = screen_text(app)
        assert "Follower growth  " in text
        assert "2 of 36" in text
        assert pane.query_one("#trend-legend", Words).said.count("\n") == 0


async def test_a_smaller_terminal_still_names_the_kpi_that_is_drawn():
    async with on_tab("2") as (app, pilot):
        await pilot.press("down", "down", "down")
        for size in ((80, 24), (40, 10)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "Video views  " in screen_text(app))
            assert "32.5 k" in screen_text(app)


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_every_size(is_ascii):
    async with on_tab("2", is_ascii=is_ascii) as (app, pilot):
        pane = app.query_one(TrendsPane)
        async for width, height in through_sizes(pilot, is_ascii=is_ascii):
            await pilot.press("down", "down")
            await pilot.pause()
            drawn = pane.query_one(Chart).render().plain
            assert drawn.isascii() or not is_ascii
            assert bool(drawn) == (width >= 40 and height >= 10)


@pytest.mark.usefixtures("every_frame")
@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (60, 20), (40, 10)])
async def test_the_legend_is_never_cut(size):
    async with on_tab("2", size=size) as (app, pilot):
        pane = app.query_one(TrendsPane)
        for kpi in ("followers", "engagement_rate", "video_views", "bounce_rate"):
            pane.show_kpi(kpi)
            await pilot.pause()
            words = pane.query_one("#trend-legend", Words)
            assert words.plain_text().split() == words.said.split()
            assert "…" not in words.plain_text()
