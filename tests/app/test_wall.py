"""The wall: what is big, what turns the pages, and that any key ends it."""

from dataclasses import replace

import pytest

from kpi_tui.app.headline import headline, worth_showing
from kpi_tui.app.tabs import TABS
from kpi_tui.app.widgets.digits import ROWS, big, digits
from kpi_tui.kpi.audience import Audience
from kpi_tui.kpi.leaderboard import Leaderboard
from kpi_tui.monitor.snapshot import Snapshot
from tests.app.decisions import deciding
from tests.app.panes.screen import screen_text, until
from tests.app.play import make_app
from tests.app.snapshots import FakeMonitor, make_snapshot

BIG_3352 = digits("3,352")


def empty() -> Snapshot:
    """Nothing has come yet."""
    return make_snapshot(
        kpis={},
        trends={},
        videos=(),
        goals={},
        sources=(),
        audience=Audience(),
        leaderboard=Leaderboard("followers", ()),
        window=None,
    )


@pytest.mark.parametrize("is_ascii", [False, True])
def test_digits_are_three_rows_of_one_width(is_ascii: bool) -> None:
    for text in ("3,352", "+13,867", "-0.11", "0", "–", ""):
        rows = digits(text, is_ascii=is_ascii)
        assert len(rows) == ROWS
        assert len({len(row) for row in rows}) == 1
        if is_ascii and text.isascii():
            assert "".join(rows).isascii()
    assert [line[-1][0] for line in big("5.1 %")][-1] == " %"


def test_every_tab_has_something_to_say_or_is_passed_over() -> None:
    full, none = make_snapshot(), empty()
    assert all(worth_showing(tab.id, full) for tab in TABS)
    assert [tab.id for tab in TABS if worth_showing(tab.id, none)] == ["overview"]
    assert headline("overview", none) == []


def test_the_leaderboards_headline_is_in_the_order_of_ranks() -> None:
    bigs = headline("leaderboard", make_snapshot())
    assert [big.value for big in bigs] == ["1", "2", "3"]
    assert "you" in bigs[0].label
    assert bigs[0].note == "of 3"


def test_trouble_is_told_on_the_sources_page() -> None:
    labels = [
        big.label for big in headline("sources", make_snapshot()) if big.needs_you
    ]
    assert "Failed" in labels


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_the_pages_turn_until_a_key_is_pressed(is_ascii: bool) -> None:
    app = make_app(deciding(), is_ascii=is_ascii)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert app.wall.is_on
        rows = digits("3,352", is_ascii=is_ascii)
        assert all(row.strip() in screen_text(app) for row in rows)
        assert "What moved" not in screen_text(app)
        assert "any key ends it" in screen_text(app)
        seen = [app.pane.id]
        for _ in TABS[1:]:
            await app.wall._turn()
            await pilot.pause()
            seen.append(app.pane.id)
        assert seen == [tab.id for tab in TABS]
        await pilot.press("3")
        await pilot.pause()
        # The key ended it and did nothing else.
        assert (app.wall.is_on, app.pane.id) == (False, TABS[-1].id)
        assert "any key ends it" not in screen_text(app)
        await pilot.press("1")
        await pilot.pause()
        assert "What moved" in screen_text(app)


async def test_each_round_shows_another_trend() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w")
        drawn = []
        for _ in range(2 * len(TABS)):
            await app.wall._turn()
            await pilot.pause()
            if app.pane.id == "trends":
                drawn.append(app.pane.kpi_under_cursor())
        assert len(drawn) == 2
        assert drawn[0] != drawn[1]


async def test_tabs_with_nothing_to_say_are_passed_over() -> None:
    monitor = FakeMonitor(replace(make_snapshot(), videos=(), goals={}))
    app = make_app(monitor)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("w")
        seen = []
        for _ in range(5):
            await app.wall._turn()
            await pilot.pause()
            seen.append(app.pane.id)
        assert "content" not in seen
        monitor.publish(
            **{
                name: getattr(empty(), name)
                for name in ("kpis", "trends", "sources", "audience", "leaderboard")
            }
        )
        await pilot.pause()
        await app.wall._turn()
        assert app.pane.id == "overview"


async def test_a_terminal_that_shrinks_takes_the_big_digits_away() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert all(row.strip() in screen_text(app) for row in BIG_3352)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "3,352" in screen_text(app)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert all(row.strip() in screen_text(app) for row in BIG_3352)


async def test_the_program_starts_on_the_wall_where_it_is_asked_to() -> None:
    app = make_app()
    app.wall.is_wanted, app.wall.seconds = True, 0.5
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(200):
            await pilot.pause(0.01)
            if app.pane.id != "overview":
                break
        assert app.wall.is_on
        assert app.pane.id == "trends"
        # It must not turn once more while the test takes it down.
        await pilot.press("x")
        await until(pilot, lambda: not app.wall.is_on)
