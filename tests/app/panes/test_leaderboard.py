"""The Leaderboard tab: ranks, words, and asking for other ranks."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.app.panes.leaderboard import LeaderboardPane, next_kpi, nobody, title_line
from kpi_tui.app.panes.ranks import (
    as_of_text,
    board_columns,
    board_rows,
    details,
    kpi_name,
    overtake_words,
    rank_change,
)
from kpi_tui.app.screens.rank import VOICE, RankScreen, rank_entries
from kpi_tui.app.widgets.chart import Chart
from kpi_tui.app.widgets.lines import plain
from kpi_tui.app.widgets.table import KeyedTable
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.leaderboard import RANKABLE, Leaderboard
from kpi_tui.monitor.snapshot import View
from tests.app.panes.screen import on_tab, screen_text, through_sizes, until
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot

ROWS = {row.handle: row for row in make_snapshot().leaderboard.rows}
ATHENS = ZoneInfo("Europe/Athens")


async def test_ranks_own_row_rounded_counters_and_reasons():
    async with on_tab("5") as (app, _):
        lines = {
            handle: line
            for line in screen_text(app).splitlines()[5:10]
            for handle in ROWS
            if f"@{handle} " in line
        }
        assert lines["acme"].split()[:4] == ["1", "▲1", "@acme", "you"]
        assert "1.2 M ~" in lines["rival"]
        assert "▼1" in lines["rival"]
        assert "17:53" in lines["oldmill"]
        assert lines["newcomer"].split()[0] == "–"
        assert "no views yet" in lines["newcomer"]


async def test_the_row_under_the_cursor_is_put_in_words():
    async with on_tab("5") as (app, pilot):
        assert "number 1 of 3 by engagement rate by views" in screen_text(app)
        await pilot.press("down")
        await pilot.pause()
        text = app.query_one(LeaderboardPane).text_under_cursor()
        assert text is not None
        assert "0.39 pt behind @acme · at today's pace level in 41 days" in text
        assert "7.0 posts a week · 31.0 s long (median) · #tour · 100 % video" in text
        assert "followers 12 min ago · ~ counters rounded by the platform" in text
        assert text in screen_text(app).replace("\n ", "\n")


@pytest.mark.parametrize("key", ["enter", "i"])
async def test_enter_and_i_open_what_is_behind_a_rank(key):
    async with on_tab("leaderboard") as (app, pilot):
        await pilot.press("down", key)
        await until(pilot, lambda: "@rival Rival Oils" in screen_text(app))
        assert isinstance(app.screen, RankScreen)
        text = screen_text(app)
        for words in (
            "@rival Rival Oils",
            "8.7200 %",
            "number 2 of 3 by engagement rate by views",
            "down 1 on the days before",
            "0.39 pt behind @acme",
            "engagements / video views",
            "1,200,000 (rounded by the platform)",
            "31.0 s",
            "#tour",
            "100 % video",
            "answered 502 Bad Gateway",
        ):
            assert words in text
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, RankScreen)


def test_a_rank_without_a_value_is_explained_too():
    entries = rank_entries(make_snapshot(), ROWS["newcomer"])
    text = "\n".join(f"{label}: {words}" for label, words, _ in entries)
    assert "Value: none: no views yet" in text
    assert "Gap:" not in text
    assert "Formats: not known" in text
    voice = make_snapshot(view=View("acme", rank_by="share_of_voice"))
    entries = rank_entries(voice, voice.leaderboard.rows[0])
    assert ("Formula", VOICE, "") in list(entries)


async def test_s_asks_for_the_next_ranks_and_says_so_until_they_come():
    monitor = FakeMonitor()
    async with on_tab("5", monitor) as (app, pilot):
        await pilot.press("s")
        await pilot.pause()
        wanted = next_kpi("engagement_rate_by_views")
        assert ("look", View("acme", rank_by=wanted)) in monitor.calls
        assert f"Ranked by {kpi_name(wanted)}" in screen_text(app)


def test_what_was_asked_for_is_named_while_it_is_computed():
    assert "Ranking by share of voice" in plain(
        title_line(make_snapshot(), "share_of_voice")
    )


def test_every_kpi_can_be_reached():
    seen, kpi = set(), RANKABLE[0]
    for _ in RANKABLE:
        seen.add(kpi)
        kpi = next_kpi(kpi)
    assert seen == set(RANKABLE)
    assert next_kpi("nonsense") == RANKABLE[0]


async def test_the_cursor_follows_its_account_to_another_rank():
    monitor = FakeMonitor()
    async with on_tab("5", monitor) as (app, pilot):
        await pilot.press("down")
        first, second, *rest = monitor.snapshot.leaderboard.rows
        swapped = (replace(second, rank=1), replace(first, rank=2), *rest)
        monitor.publish(leaderboard=Leaderboard("engagement_rate_by_views", swapped))
        await pilot.pause()
        table = app.query_one(LeaderboardPane).query_one(KeyedTable)
        assert table.cursor_key == "rival"
        assert table.cursor_row == 0


async def test_a_minute_later_the_table_is_left_alone():
    monitor = FakeMonitor()
    async with on_tab("5", monitor) as (app, pilot):
        table = app.query_one(LeaderboardPane).query_one(KeyedTable)
        touched = []
        table.update_cell = lambda *args: touched.append(args)  # type: ignore[method-assign]
        monitor.publish(taken_at=NOW + timedelta(minutes=1))
        await pilot.pause()
        assert touched == []
        assert "followers 13 min ago" in screen_text(app)


async def test_nobody_to_compare_with_is_said():
    empty = make_snapshot(leaderboard=Leaderboard("followers", ()), accounts=())
    async with on_tab("5", FakeMonitor(empty)) as (app, pilot):
        assert "Nobody to compare with yet." in screen_text(app)
        await pilot.press("down", "y")
        await pilot.pause()
        assert app.query_one(LeaderboardPane).text_under_cursor() is None


def test_silent_competitors_are_not_taken_for_none():
    one = plain(nobody(make_snapshot())[0])
    assert one == "No ranks yet: nothing has come from @rival."
    own = tuple(ref for ref in make_snapshot().accounts if ref.role == "own")
    assert "[[competitor]]" in plain(nobody(make_snapshot(accounts=own))[1])


def test_pace_in_words():
    assert overtake_words(None) == "never"
    assert overtake_words(0.2) == "in a day"
    assert overtake_words(12.4) == "in 12 days"
    assert overtake_words(1500) == "in 4 years"
    assert overtake_words(99999) == "in more than 10 years"


def test_unranked_words_give_the_reason():
    lines = [plain(line) for line in details(ROWS["newcomer"], make_snapshot())]
    assert "not ranked: no views yet" in lines[0]
    assert lines[2] == "Its videos are not known."


def test_rank_changes_have_a_glyph_a_number_and_a_tone():
    assert rank_change(ROWS["acme"], is_ascii=False).text == "▲1"
    assert rank_change(ROWS["rival"], is_ascii=True).text == "v1"
    assert rank_change(ROWS["rival"], is_ascii=True).tone == "bad"
    assert rank_change(ROWS["newcomer"], is_ascii=False).text == ""


def test_a_number_of_today_has_a_time_and_an_older_one_its_day():
    row = ROWS["rival"]
    assert as_of_text(row, NOW, ATHENS) == "17:53"
    assert as_of_text(row, NOW + timedelta(days=1), ATHENS) == "24 Mar"
    without = replace(row, as_of=None)
    assert as_of_text(without, NOW + timedelta(days=1), ATHENS) == "25 Mar"
    assert as_of_text(replace(without, age_at=None), NOW, ATHENS) == "–"


def test_columns_fit_and_the_ranking_kpi_is_not_shown_twice():
    for kpi in RANKABLE:
        snapshot = make_snapshot(view=View("acme", rank_by=kpi))
        for width in range(40, 220):
            columns = board_columns(width, snapshot)
            assert sum(column.width + 2 for column in columns) <= width
            labels = [column.label for column in columns]
            assert len(set(labels)) == len(labels)
        rows = board_rows(snapshot, 220, is_ascii=True)
        assert {len(cells) for _, cells in rows} == {len(board_columns(220, snapshot))}


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_every_size(is_ascii):
    async with on_tab("5", is_ascii=is_ascii) as (app, pilot):
        table = app.query_one(LeaderboardPane).query_one(KeyedTable)
        async for _ in through_sizes(pilot, is_ascii=is_ascii):
            await pilot.press("down")
            assert table.row_count == 4
            cells = "".join(cell.plain for cell in table.get_row("rival"))
            assert "@rival" in cells
            assert cells.isascii() or not is_ascii


async def test_a_reason_is_told_whole_or_without_its_when():
    text = "no views in these days"
    for size, words in (((120, 40), text), ((80, 24), "no views")):
        snapshot = make_snapshot()
        board = snapshot.leaderboard
        rows = tuple(
            replace(row, reason=text) if row.rank is None else row for row in board.rows
        )
        monitor = FakeMonitor(replace(snapshot, leaderboard=replace(board, rows=rows)))
        async with on_tab("5", monitor, size=size) as (app, _):
            assert f"  {words}  " in screen_text(app)
            assert "no views i…" not in screen_text(app)


async def test_where_rows_are_left_the_row_is_drawn_beside_ones_own():
    async with on_tab("5", size=(120, 40)) as (app, pilot):
        pane = app.query_one(LeaderboardPane)
        assert "━━ @acme   ·· @rival" in screen_text(app)
        await pilot.press("down", "down")
        await until(pilot, lambda: "━━ @acme   ·· @oldmill" in screen_text(app))
        data = pane.query_one(Chart).data
        assert data is not None
        assert [line.tone for line in data.lines] == ["current", "previous"]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not pane.query_one("#board-chart").display


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (60, 20), (40, 10)])
async def test_no_word_above_or_below_the_table_is_cut(size):
    async with on_tab("5", size=size) as (app, pilot):
        pane = app.query_one(LeaderboardPane)
        for _ in range(4):
            for part in ("#board-title", "#board-details"):
                words = pane.query_one(part, Words)
                assert "…" not in words.plain_text(), size
            await pilot.press("down")
