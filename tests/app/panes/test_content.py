"""The Content tab: order, filter, groups, posting times, hostile captions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from kpi_tui.app.app import KpiApp
from kpi_tui.app.panes.content import ContentPane
from kpi_tui.app.panes.groups import group_rows, heat_words, lift_cell
from kpi_tui.app.panes.videos import (
    ORDERS,
    columns_for,
    filtered,
    lift_text,
    ordered,
    posted_text,
)
from kpi_tui.app.screens.video import VideoScreen
from kpi_tui.app.widgets.heat import WeekHeat
from kpi_tui.app.widgets.lines import plain
from kpi_tui.app.widgets.table import KeyedTable
from kpi_tui.kpi.content import Group, HeatCell
from tests.app.panes.screen import on_tab, screen_text, through_sizes
from tests.app.snapshots import LAST, FakeMonitor, make_snapshot

HOSTILE = (
    "[/link in bio] [bold red]x[/] [@click=app.quit]",
    "[",
    "👩‍👩‍👧‍👦" * 20,
    "مرحبا بالعالم زيت الزيتون",
    "オリーブの収穫" * 20,
    "e\u0301" * 60,
    "",
)


def table(app: KpiApp) -> KeyedTable:
    return app.query_one("#video-table", KeyedTable)


def captions(app: KpiApp) -> list[str]:
    videos = table(app)
    return [str(videos.get_row_at(i)[1].plain) for i in range(videos.row_count)]


async def test_sorting_keeps_the_cursor_on_the_same_video():
    async with on_tab("3") as (app, pilot):
        await pilot.press("down", "down", "down")
        before = table(app).cursor_key
        for _ in ORDERS:
            await pilot.press("s")
            await pilot.pause()
            assert table(app).cursor_key == before


async def test_videos_without_the_number_come_last():
    rows = make_snapshot().videos
    order = next(order for order in ORDERS if order.column == "completion")
    values = [row.completion_rate for row in ordered(rows, order)]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True)
    assert values[len(known) :] == [None] * (len(values) - len(known))


async def test_the_sorted_column_is_marked_and_always_there():
    async with on_tab("3", size=(60, 20)) as (app, pilot):
        for order in (*ORDERS[1:], ORDERS[0]):
            await pilot.press("s")
            await pilot.pause()
            labels = {c.key.value: c.label.plain for c in table(app).ordered_columns}
            assert labels[order.column].endswith("▼")
            assert sum("▼" in label for label in labels.values()) == 1


async def test_columns_never_need_more_than_the_width():
    rows = make_snapshot().videos
    for width in range(30, 240):
        for order in ORDERS:
            columns = columns_for(width, rows, order)
            needed = sum(column.width + 2 for column in columns)
            assert needed <= width or len(columns) == 3, (width, order)


async def test_the_filter_keeps_captions_with_all_words():
    async with on_tab("3") as (app, pilot):
        await pilot.press("slash", *"RECIPE pie")
        await pilot.pause()
        assert len(captions(app)) == 1
        assert captions(app)[0].startswith("Grandmother")
        assert "1 of 15" in screen_text(app)
        await pilot.press(*"xyz")
        await pilot.pause()
        assert "No caption has" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert len(captions(app)) == 15
        assert app.query_one(Input).has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert not app.query_one(Input).display
        assert app.focused is table(app)


async def test_enter_in_the_filter_goes_to_the_videos_and_keeps_it():
    async with on_tab("3") as (app, pilot):
        await pilot.press("slash", *"tour", "enter")
        await pilot.pause()
        assert app.focused is table(app)
        assert len(captions(app)) == 3


async def test_keys_belong_to_the_filter_while_one_types():
    monitor = FakeMonitor()
    async with on_tab("3", monitor) as (app, pilot):
        before = list(monitor.calls)
        await pilot.press("slash", *"xrp[],.g0", "left", "left", "right", "home")
        await pilot.pause()
        line = app.query_one(Input)
        assert app.pane.id == "content"
        assert (line.value, line.cursor_position) == ("xrp[],.g0", 0)
        assert not line.cursor_blink
        assert monitor.calls == before
        await pilot.press("left", "escape", "escape", "right")
        await pilot.pause()
        assert app.pane.id == "audience"


def test_no_word_keeps_all():
    rows = make_snapshot().videos
    assert filtered(rows, "  ") == list(rows)


async def test_a_new_number_touches_its_cell_only():
    monitor = FakeMonitor()
    async with on_tab("3", monitor) as (app, pilot):
        videos = table(app)
        touched: list[tuple[str, str]] = []
        videos.update_cell = lambda key, column, value: touched.append((key, column))  # type: ignore[method-assign,assignment,misc]
        monitor.publish()
        await pilot.pause()
        assert touched == []
        first, *rest = monitor.snapshot.videos
        monitor.publish(videos=(replace(first, likes=99.0), *rest))
        await pilot.pause()
        assert touched == [(first.id, "likes")]


async def test_a_new_video_comes_on_top_and_the_cursor_stays():
    monitor = FakeMonitor()
    async with on_tab("3", monitor) as (app, pilot):
        await pilot.press("down")
        before = table(app).cursor_key
        first = monitor.snapshot.videos[0]
        new = replace(
            first, id="new", caption="New", posted_at=(first.posted_at or 0) + 60
        )
        monitor.publish(videos=(new, *monitor.snapshot.videos))
        await pilot.pause()
        assert captions(app)[0] == "New"
        assert table(app).cursor_key == before


async def test_hostile_captions_are_shown_as_they_are():
    snapshot = make_snapshot()
    videos = tuple(
        replace(row, caption=caption)
        for row, caption in zip(snapshot.videos, HOSTILE, strict=False)
    )
    monitor = FakeMonitor(replace(snapshot, videos=videos))
    async with on_tab("3", monitor, size=(150, 40)) as (app, pilot):
        text = screen_text(app)
        assert "[/link in bio] [bold red]x[/]" in text
        assert "(no caption)" in text
        widths = {c.key.value: c.width for c in table(app).ordered_columns}
        assert all(cell_len(shown) <= widths["caption"] for shown in captions(app))
        for _ in HOSTILE[:3]:
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, VideoScreen)
            await pilot.press("escape", "down")
            await pilot.pause()


async def test_enter_opens_the_video_under_the_cursor():
    monitor = FakeMonitor()
    async with on_tab("3", monitor) as (_, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert ("video_page", monitor.snapshot.videos[1].id) in monitor.calls


async def test_groups_go_round_and_say_too_few():
    async with on_tab("3") as (app, pilot):
        assert "too few" in screen_text(app)
        assert "3.2 x (2.1-4.6)" in screen_text(app)
        await pilot.press("g")
        await pilot.pause()
        assert "#howto" in screen_text(app)
        await pilot.press("g", "g", "g")
        await pilot.pause()
        assert app.query_one(WeekHeat).size.height > 0
        assert "Best so far" in screen_text(app)
        await pilot.press("g")
        await pilot.pause()
        assert "Recipes" in screen_text(app)


async def test_without_themes_the_groups_start_at_hashtags():
    groups = tuple(g for g in make_snapshot().groups if g.dimension != "theme")
    async with on_tab("3", FakeMonitor(make_snapshot(groups=groups))) as (app, pilot):
        assert "#howto" in screen_text(app)
        for _ in range(4):
            await pilot.press("g")
        await pilot.pause()
        assert "themes are rules in the config" in screen_text(app)


async def test_on_a_low_terminal_there_is_one_thing_at_a_time():
    async with on_tab("3", size=(80, 24)) as (app, pilot):
        assert "Behind the scenes" not in screen_text(app)
        await pilot.press("g")
        await pilot.pause()
        text = screen_text(app)
        assert "Behind the scenes" in text
        assert "Olive oil cake" not in text
        await pilot.press("escape")
        await pilot.pause()
        assert "Olive oil cake" in screen_text(app)


async def test_on_a_wide_terminal_groups_and_times_stand_together():
    async with on_tab("3", size=(200, 60)) as (app, _):
        text = screen_text(app)
        assert "Behind the scenes" in text
        assert "Best so far" in text


async def test_nothing_yet_is_said():
    empty = make_snapshot(videos=(), groups=(), heat=())
    async with on_tab("3", FakeMonitor(empty)) as (app, pilot):
        text = screen_text(app)
        assert "No source has reported a video yet." in text
        assert "the Sources tab" in text
        assert "views" not in text.splitlines()[4]
        assert "Hashtags" not in text
        await pilot.press("enter", "s")
        await pilot.resize_terminal(80, 24)
        for words in (
            "a hashtag yet",
            "a format yet",
            "a duration yet",
            "time of",
            "are rules",
        ):
            await pilot.press("g")
            await pilot.pause()
            assert words in screen_text(app)
        assert app.query_one(ContentPane).text_under_cursor() is None


def test_only_an_interval_without_one_is_coloured():
    def group(videos: int, low: float, high: float) -> Group:
        return Group("theme", "x", videos, 1.0, None, None, 2.0, (low, high))

    assert lift_cell(group(9, 1.2, 3.0)).tone == "good"
    assert lift_cell(group(9, 0.8, 3.0)).tone == ""
    assert lift_cell(group(9, 0.2, 0.9)).tone == "bad"
    few = lift_cell(replace(group(4, 1.2, 3.0), interval=None))
    assert (few.text, few.tone) == ("too few", "muted")
    assert group_rows([]) == []


def test_one_video_at_an_hour_is_not_the_best_hour():
    lucky, steady = HeatCell(0, 8, 1, 9.0), HeatCell(3, 23, 6, 2.1)
    text = plain(heat_words((lucky, steady), "")[1])
    assert "Thu 23-00 h, 2.1 x" in text
    assert "too few" not in text
    assert "No hour has two videos" in plain(heat_words((lucky,), "")[1])


def test_a_day_label_is_not_shifted_into_another_zone():
    row = replace(
        make_snapshot().videos[0], posted_at=1774224000, posted_precision="day"
    )
    zone = ZoneInfo("America/Los_Angeles")
    assert posted_text(row, zone, LAST, 20) == "23 Mar"
    exact = replace(row, posted_precision="second")
    assert posted_text(exact, zone, LAST, 20) == "22 Mar 17:00"
    assert posted_text(replace(row, posted_at=None), zone, LAST, 20) == "–"


def test_days_of_posting_look_alike():
    first, *_ = make_snapshot().videos
    zone, today = ZoneInfo("Europe/Athens"), date(2026, 10, 15)
    fourth, fourteenth, last_year = (
        replace(
            first,
            id=str(at),
            posted_at=int(datetime(*at, 16, 45, tzinfo=UTC).timestamp()),
        )
        for at in ((2026, 10, 4), (2026, 10, 14), (2025, 12, 28))
    )
    assert posted_text(fourth, zone, today, 12) == "4 Oct 19:45"
    assert posted_text(fourteenth, zone, today, 12) == "14 Oct 19:45"
    assert posted_text(last_year, zone, today, 12) == "28 Dec 2025"
    assert posted_text(last_year, zone, today, 20) == "28 Dec 2025 18:45"
    for width in range(3, 12):
        assert posted_text(fourth, zone, today, width) == "4 Oct"
        assert posted_text(fourteenth, zone, today, width) == "14 Oct"
    for width in range(40, 200):
        column, *_ = columns_for(width, (fourth, last_year), ORDERS[0])
        assert column.width in {11, 12}


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_every_size(is_ascii):
    async with on_tab("3", is_ascii=is_ascii) as (app, pilot):
        async for _ in through_sizes(pilot, is_ascii=is_ascii):
            await pilot.press("s", "g", "g")
            await pilot.pause()
            cells = "".join(captions(app))
            assert cells
            assert cells.isascii() or not is_ascii


async def test_a_video_that_breaks_out_has_a_mark_with_a_name():
    snapshot = make_snapshot()
    videos = (replace(snapshot.videos[0], breakout=4.1), *snapshot.videos[1:])
    for size in ((120, 40), (80, 24)):
        monitor = FakeMonitor(replace(snapshot, videos=videos))
        async with on_tab("3", monitor, size=size) as (app, _):
            text = screen_text(app)
            (line,) = [row for row in text.splitlines() if "Olive oil cake" in row]
            assert "4.1 x" in line
            assert " breakout " in text
            assert "1 breaking out" in text
    async with on_tab("3") as (app, _):
        assert "breakout" not in screen_text(app)


def test_a_lift_that_is_not_nothing_is_not_shown_as_nothing():
    assert lift_text(0.01) == "<0.1 x"
    assert lift_text(0.0) == "0.0 x"


async def test_a_short_grouping_leaves_its_room_to_the_videos():
    async with on_tab("3", size=(120, 40)) as (app, pilot):
        pane = app.query_one(ContentPane)
        heights = []
        for _ in range(5):
            groups, videos = (
                pane.query_one("#content-groups"),
                pane.query_one("#video-table"),
            )
            assert groups.size.height + videos.size.height >= pane.size.height - 3
            heights.append(groups.size.height)
            await pilot.press("g")
            await pilot.pause()
        assert min(heights) < max(heights) <= pane.size.height * 0.45
