"""One video's page: exact numbers at once, the rest when it comes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from kpi_tui.app.screens.video import (
    VideoScreen,
    age_ticks,
    fastest_fall,
    numbers_of,
)
from kpi_tui.app.widgets.chart import Chart
from kpi_tui.monitor.snapshot import VideoPage
from tests.app.panes.screen import on_tab, screen_text, through_sizes
from tests.app.snapshots import FakeMonitor, make_snapshot


class Slow(FakeMonitor):
    """Answers when it is told to."""

    def __init__(self, page: VideoPage | None) -> None:
        super().__init__()
        self.page = page
        self.may_answer = asyncio.Event()

    async def video_page(self, video_id: str) -> VideoPage | None:
        await self.may_answer.wait()
        return self.page


async def opened(pilot: Any) -> None:
    await pilot.press("enter")
    await pilot.pause()


async def test_numbers_are_exact_and_there_before_the_page():
    monitor = Slow(None)
    async with on_tab("3", monitor) as (app, pilot):
        await pilot.press("down", "down", "down", "down", "down", "down")
        await opened(pilot)
        text = screen_text(app)
        assert "183,414" in text
        assert "Salad dressing in 20 seconds #recipe" in text
        assert "12 min ago" in text
        monitor.may_answer.set()
        await pilot.pause()
        assert "nothing more is stored of this video" in screen_text(app)


async def test_the_page_draws_growth_retention_sources_and_viewers():
    async with on_tab("3") as (app, pilot):
        await opened(pilot)
        text = screen_text(app)
        assert "since posting" in text
        assert "falls fastest at 1 s" in text
        assert "  1 h  1,240 views   more than 92 % of 23 others at that age, " in text
        assert "at that age, 2.1 x their median" in text
        assert "  6 h     12 views   3 of 5 other videos to compare with" in text
        assert "For You" in text
        assert "81.0 %" in text
        assert "Female" in text
        assert all(chart.data is not None for chart in app.screen.query(Chart))


async def test_a_page_that_cannot_be_read_says_so_and_ends_nothing():
    class Locked(FakeMonitor):
        async def video_page(self, video_id: str) -> VideoPage | None:
            raise OSError("database is locked")

    async with on_tab("3", Locked()) as (app, pilot):
        await opened(pilot)
        assert "could not be read: database is locked" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.crash is None
        assert not isinstance(app.screen, VideoScreen)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (3599, "compared with the others from its first hour on"),
        (3600, "nobody polled it at 1, 6, 24 or 48 hours"),
    ],
)
async def test_why_nothing_is_compared(age: int, words: str):
    row = make_snapshot().videos[0]
    posted = row.posted_at or 0
    monitor = Slow(VideoPage(row, growth=((posted, 0.0), (posted + age, 5.0))))
    monitor.may_answer.set()
    async with on_tab("3", monitor) as (app, pilot):
        await opened(pilot)
        assert words in screen_text(app)


async def test_parts_that_are_missing_say_so():
    row = make_snapshot().videos[0]
    monitor = Slow(VideoPage(row, growth=((row.posted_at or 0, 5.0),)))
    monitor.may_answer.set()
    async with on_tab("3", monitor) as (app, pilot):
        await opened(pilot)
        text = screen_text(app)
        assert text.count("not reported for this video") == 3
        assert "known from its second poll on" in text
        assert not any(
            chart.display and chart.size for chart in app.screen.query(Chart)
        )


async def test_escape_goes_back_and_y_copies_the_link():
    async with on_tab("3") as (app, pilot):
        await opened(pilot)
        await pilot.press("y")
        assert app.clipboard == app.snapshot.videos[0].url
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, VideoScreen)


async def test_a_page_that_comes_after_it_was_closed_is_dropped():
    monitor = Slow(None)
    async with on_tab("3", monitor) as (app, pilot):
        await opened(pilot)
        await pilot.press("escape")
        monitor.may_answer.set()
        await pilot.pause()
        assert not isinstance(app.screen, VideoScreen)


async def test_a_video_without_link_caption_or_numbers():
    snapshot = make_snapshot()
    bare = replace(
        snapshot.videos[0],
        caption="",
        url=None,
        posted_at=None,
        duration=None,
        views=None,
        engagement_rate_by_views=None,
    )
    async with on_tab("3", FakeMonitor(replace(snapshot, videos=(bare,)))) as (
        app,
        pilot,
    ):
        await opened(pilot)
        await pilot.press("y")
        await pilot.pause()
        assert app.clipboard == ""
        assert "(no caption)" in screen_text(app)
        assert "posted –" in screen_text(app)


def test_what_is_not_measured_is_a_dash_and_not_a_zero():
    row = replace(make_snapshot().videos[0], views=0.0, saves=None, lift=None)
    numbers = dict(numbers_of(row))
    assert numbers["Views"] == "0"
    assert numbers["Saves"] == "–"
    assert numbers["Against the median"] == "–"
    assert numbers["Engagement by views"] == "5.79 %"


def test_the_second_of_the_fastest_fall():
    assert (
        fastest_fall(((0, 1.0), (1, 0.9), (2, 0.5), (3, 0.45)))
        == "falls fastest at 2 s"
    )
    assert fastest_fall(((0, 1.0), (1, 1.0))) == ""
    assert fastest_fall(()) == ""


def test_the_axis_counts_hours_and_then_days():
    assert [label for _, label in age_ticks(13)] == ["0 h", "6 h", "12 h"]
    assert [label for _, label in age_ticks(73)] == ["0 d", "1 d", "2 d", "3 d"]


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_every_size(is_ascii):
    async with on_tab("3", is_ascii=is_ascii) as (app, pilot):
        await opened(pilot)
        async for _ in through_sizes(pilot, is_ascii=is_ascii):
            await pilot.press("down", "pagedown")
            charts = "".join(chart.render().plain for chart in app.screen.query(Chart))
            assert charts.isascii() or not is_ascii
