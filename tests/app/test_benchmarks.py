"""What others reach, in a panel, in Trends, over the ranks, and behind a number."""

from dataclasses import replace

import pytest

from kpi_tui.app.panes.leaderboard import title_line, with_benchmark
from kpi_tui.app.widgets.chart import Chart, ChartData, Line, is_others_shown
from kpi_tui.app.widgets.lines import line_width, plain
from kpi_tui.kpi.benchmarks import Benchmark
from tests.app.panes.screen import on_tab, screen_text
from tests.app.play import make_app
from tests.app.snapshots import FakeMonitor, make_snapshot

FOOD = Benchmark(
    "engagement_rate_by_views", 0.026, "views", "Rival IQ", "FOOD_AND_BEVERAGE", 2024
)
FOLLOWERS = Benchmark("followers", 3300.0, "", "TikTok", "FOOD_AND_BEVERAGE", 2025)
SNAPSHOT = make_snapshot(
    benchmarks={FOOD.kpi: FOOD, FOLLOWERS.kpi: FOLLOWERS},
)


async def test_a_panel_says_it_quietly() -> None:
    app = make_app(FakeMonitor(SNAPSHOT))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "was 14.7 %  industry 2.6 %" in text
        assert text.count("industry") == 1, "beside a goal there is no room for it"
        await pilot.resize_terminal(200, 60)
        await pilot.pause()
        assert "before 14.7 %" in screen_text(app)


@pytest.mark.parametrize(("is_ascii", "dashes"), [(False, "┈┈"), (True, "~~")])
async def test_trends_draws_a_line_and_names_it(is_ascii: bool, dashes: str) -> None:
    monitor = FakeMonitor(SNAPSHOT)
    async with on_tab("trends", monitor, is_ascii=is_ascii) as (app, pilot):
        app.pane.show_kpi(FOOD.kpi)
        await pilot.pause()
        data = app.query_one(Chart).data
        assert data is not None
        assert data.others == 0.026
        assert f"{dashes} industry 2.6 %" in screen_text(app)


def test_a_level_far_off_is_told_and_not_drawn() -> None:
    line = Line(tuple((float(i), 3300.0 + i) for i in range(10)))
    near = ChartData((line,), "count", others=3303.0)
    assert is_others_shown(near)
    assert not is_others_shown(replace(near, others=90_000.0))
    assert not is_others_shown(replace(near, others=None))


async def test_the_leaderboards_title_has_it_at_the_right_edge() -> None:
    async with on_tab("leaderboard", FakeMonitor(SNAPSHOT)) as (app, pilot):
        title = screen_text(app).splitlines()[3]
        assert title.rstrip().endswith("benchmark food & beverage 2.6 %")
        assert "s to change" in title
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "benchmark" not in screen_text(app).splitlines()[3]


def test_the_title_never_loses_its_own_words() -> None:
    title = title_line(SNAPSHOT, None)
    for width in range(20, 200):
        line = with_benchmark(title, FOOD, width)
        assert plain(line).startswith("Ranked by engagement rate by views")
        assert line == title or line_width(line) == width


async def test_behind_a_number_stand_source_and_year() -> None:
    app = make_app(FakeMonitor(SNAPSHOT))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", "i")
        await pilot.pause()
        text = screen_text(app)
        assert "2.6 % in food & beverage" in text
        assert "Rival IQ, 2024; divided by views, as here" in text
