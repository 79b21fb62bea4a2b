"""The Audience tab: shares, hours, viewers, and what would give the missing ones."""

from dataclasses import replace

import pytest
from textual.widget import Widget

from kpi_tui.app.panes.audience import (
    MAX_BARS,
    AudiencePane,
    bars_of,
    change_text,
    hours_title,
    viewer_sparks,
)
from kpi_tui.app.widgets.bars import Bars
from kpi_tui.app.widgets.heat import HourColumns
from kpi_tui.app.widgets.lines import Line, plain
from kpi_tui.app.widgets.sparks import Sparks
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.audience import Audience, Breakdown, Share
from tests.app.panes.screen import on_tab, screen_text, through_sizes
from tests.app.snapshots import LAST, FakeMonitor, make_snapshot


def told(parts: list[Line]) -> str:
    """A title's parts as one text."""
    return "".join(plain(part) for part in parts)


async def test_every_part_has_its_day_and_source_and_countries_have_names():
    async with on_tab("4") as (app, pilot):
        for _ in range(100):
            if "Greece" in screen_text(app):
                break
            await pilot.pause(0.02)
        text = screen_text(app)
        for words in ("Greece", "25-34", "Female", "Thessaloniki", "38.0 % +2.0 pt"):
            assert words in text
        assert text.count("24 Mar · acme/tiktok-studio") == 4
        assert "busiest 18-20 h" in text
        assert "returning" in text
        copied = app.query_one(AudiencePane).text_under_cursor()
        assert copied is not None
        assert "Countries Greece: 61.0 %" in copied


async def test_missing_parts_say_what_gives_them_in_one_line():
    empty = make_snapshot(audience=Audience())
    async with on_tab("4", FakeMonitor(empty)) as (app, _):
        text = screen_text(app)
        assert text.count("no source yet") == 6
        assert text.count("no source yet · Studio Followers download") == 3
        assert "━" not in "".join(text.splitlines()[3:])
        assert app.query_one(AudiencePane).text_under_cursor() is None


async def test_only_a_changed_dimension_is_drawn_again():
    monitor = FakeMonitor()
    async with on_tab("4", monitor) as (app, pilot):
        await pilot.pause(0.2)
        pane = app.query_one(AudiencePane)
        drawn = {part.id: part.query_one(Bars).bars for part in bar_parts(pane)}
        audience = monitor.snapshot.audience
        gender = replace(
            audience.breakdowns[1], shares=(Share("Female", 0.7), Share("Male", 0.3))
        )
        parts = (audience.breakdowns[0], gender, *audience.breakdowns[2:])
        monitor.publish(audience=replace(audience, breakdowns=parts))
        await pilot.pause()
        changed = [
            part.id
            for part in bar_parts(pane)
            if part.query_one(Bars).bars is not drawn[part.id]
        ]
        assert changed == ["audience-gender"]


def bar_parts(pane: AudiencePane) -> list[Widget]:
    return [part for part in pane.query(".audience-part") if part.query(Bars)]


def test_a_long_tail_is_one_line():
    shares = tuple(Share(f"C{i}", 0.2 - i / 100) for i in range(MAX_BARS + 4))
    bars = bars_of(Breakdown("city", shares, LAST, None), {})
    assert len(bars) == MAX_BARS + 1
    assert bars[-1].label == "4 more"


def test_an_unknown_or_unchanged_share_has_no_change():
    assert change_text(Share("x", 0.5)) == ""
    assert change_text(Share("x", 0.5, 0.5001)) == ""
    assert change_text(Share("x", 0.5, 0.55)) == "-5.0 pt"


def test_hours_name_their_days_and_a_day_without_hours_has_no_peak():
    title = told(hours_title(Audience(active_hours=(1.0,) * 24, active_hours_days=1)))
    assert "busiest 00-02 h" in title
    assert "one day" in title
    assert "busiest" not in told(hours_title(Audience(active_hours=(0.0,) * 24)))


def test_a_day_without_one_half_takes_no_part_in_the_shares():
    days = ((LAST, 30.0, 10.0), (LAST, 500.0, None), (LAST, None, None))
    new, known = viewer_sparks(Audience(viewers_by_day=days))
    assert (new.note, known.note) == ("75.0 %", "25.0 %")
    assert new.values == (30.0, 500.0, None)
    none = viewer_sparks(Audience(viewers_by_day=((LAST, None, None),)))
    assert [spark.note for spark in none] == ["–", "–"]


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_every_size(is_ascii):
    async with on_tab("4", is_ascii=is_ascii) as (app, pilot):
        async for _ in through_sizes(pilot, is_ascii=is_ascii):
            await pilot.press("down", "up")
            for bars in app.query_one(AudiencePane).query(Bars):
                lines = bars.build(bars.size.width, bars.size.height)
                drawn = "".join(plain(line) for line in lines)
                assert drawn.isascii() or not is_ascii


@pytest.mark.parametrize("size", [(200, 60), (200, 50), (120, 40), (100, 32)])
async def test_hours_and_viewers_take_the_rows_that_are_left(size):
    async with on_tab("4", size=size) as (app, _):
        page = app.query_one("AudiencePane VerticalScroll")
        assert page.max_scroll_y <= 1 or size[1] < 40
        hours = app.query_one(HourColumns).size.height
        assert 6 <= hours <= 20
        assert app.query_one(Sparks).size.height == max(3, hours if hours > 6 else 3)
        assert "…" not in screen_text(app)


@pytest.mark.usefixtures("every_frame")
async def test_a_title_loses_its_source_whole():
    async with on_tab("4", size=(120, 40)) as (app, _):
        words = app.query_one("#audience-hours Words", Words)
        assert "mean of 6 days" in words.plain_text()
        assert words.plain_text() == words.said or "tiktok" not in words.plain_text()
