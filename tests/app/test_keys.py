"""Every key of the table does what the table says."""

from datetime import date

import pytest
from textual.widgets import Input, OptionList

from kpi_tui.app.app import KpiApp
from kpi_tui.app.commands import palette_entries
from kpi_tui.app.keys import (
    BY_ID,
    COMMANDS,
    FOOTER_KEYS,
    footer_items,
    key_name,
    keys_of,
)
from kpi_tui.app.tabs import TABS
from kpi_tui.app.themes import THEMES
from kpi_tui.monitor.snapshot import View
from tests.app.panes.screen import screen_text, tab_key
from tests.app.play import make_app
from tests.app.snapshots import FakeMonitor, make_snapshot


def test_the_table_is_whole() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(set(ids)) == len(ids)
    keys = [key for command in COMMANDS for key in keys_of(command, {})]
    assert len(set(keys)) == len(keys)
    for command in COMMANDS:
        name = command.action.partition("(")[0]
        assert hasattr(KpiApp, f"action_{name}"), command.id


@pytest.mark.parametrize(
    "offered", [frozenset[str](), frozenset({"open", "filter", "sort", "why", "copy"})]
)
def test_the_footer_has_at_most_seven_places_and_help_last(
    offered: frozenset[str],
) -> None:
    items = footer_items(offered, {})
    assert len(items) <= FOOTER_KEYS
    assert items[0][:2] == ("← →", "tabs")
    assert items[-1][:2] == ("?", "help")
    assert ("[ ]", "range") in [item[:2] for item in items]


def test_keys_are_written_for_people() -> None:
    assert key_name("full_stop") == "."
    assert key_name("left") == "←"
    assert key_name("left", is_ascii=True) == "left"
    assert keys_of(BY_ID["poll"], {"poll": "f5, ctrl+r"}) == ("f5", "ctrl+r")


async def test_numbers_and_arrows_show_tabs() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        for place, tab in enumerate(TABS):
            await pilot.press(str(place + 1))
            await pilot.pause()
            assert app.pane.id == tab.id
            assert [pane.id for pane in app.query("#panes > *") if pane.display] == [
                tab.id
            ]
        await pilot.press("right")
        await pilot.pause()
        assert app.pane.id == "overview"
        await pilot.press("left")
        await pilot.pause()
        assert app.pane.id == "sources"
        await pilot.press("left", "left")
        await pilot.pause()
        assert app.pane.id == TABS[-3].id


async def test_a_tab_comes_back_with_its_focus() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("down", tab_key("sources"))
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()
        assert app.focused is not None
        assert app.focused.id == "kpi-engagement_rate_by_views"


async def test_ranges_add_up_before_an_answer_comes() -> None:
    class SlowMonitor(FakeMonitor):
        def look(self, view: View) -> None:
            self.calls.append(("look", view))

    monitor = SlowMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("right_square_bracket", "right_square_bracket")
        await pilot.pause()
        assert monitor.calls == [
            ("look", View("acme", days=60)),
            ("look", View("acme", days=90)),
        ]
        monitor.publish(view=View("acme", days=90))
        await pilot.pause()
        await pilot.press("left_square_bracket")
        assert monitor.calls[-1] == ("look", View("acme", days=60))


def day_of(monitor: FakeMonitor) -> date | None:
    """The day that is looked at; None for now."""
    return monitor.snapshot.view.as_of


def is_paused(monitor: FakeMonitor) -> bool:
    """Whether the timers stand still."""
    return monitor.snapshot.is_paused


async def test_time_goes_back_day_by_day_and_home_again() -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("comma", "comma")
        await pilot.pause()
        assert day_of(monitor) == date(2026, 3, 22)
        assert "the past" in screen_text(app).splitlines()[0]
        await pilot.press("full_stop", "full_stop", "full_stop")
        await pilot.pause()
        assert day_of(monitor) is None
        for way_home in ("0", "escape"):
            await pilot.press("comma", way_home)
            await pilot.pause()
            assert day_of(monitor) is None


async def test_poll_pause_export_and_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    copied: list[str] = []
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("r")
        assert monitor.calls == [("poll_now", None)]
        await pilot.press("p")
        await pilot.pause()
        assert is_paused(monitor)
        assert "paused" in screen_text(app).splitlines()[0]
        await pilot.press("p")
        await pilot.pause()
        assert not is_paused(monitor)
        await pilot.press("e")
        await pilot.pause(0.05)
        assert monitor.calls[-1] == ("export", View("acme"))
        await pilot.press("y")
        await pilot.pause()
        assert copied == ["Followers: 3,352 (+182)"]
        text = screen_text(app)
        assert "Exported to kpi-tui-acme.csv" in text
        assert "Copied: Followers: 3,352" in text


async def test_an_export_that_fails_is_told_and_nothing_ends() -> None:
    class FullDisk(FakeMonitor):
        async def export(self, view: View) -> str:
            raise OSError(28, "No space left on device")

    app = make_app(FullDisk())
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("e")
        await pilot.pause(0.1)
        assert "Nothing was exported: No space left" in screen_text(app)


async def test_accounts_are_chosen_by_arrows_or_by_typing() -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert "@acme.kitchen  Acme Kitchen" in screen_text(app)
        assert "@rival" not in app.screen.query_one(OptionList).render_line(0).text
        await pilot.press("down", "enter")
        await pilot.pause()
        assert monitor.snapshot.view.account == "acme.kitchen"
        await pilot.press("a", "k", "i", "t", "x")
        await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == 0
        # Arrows and numbers belong to the field while it is open.
        await pilot.press("backspace", "left", "right", "1", "backspace", "enter")
        await pilot.pause()
        assert monitor.snapshot.view.account == "acme.kitchen"
        await pilot.press("a", "escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert app.pane.id == "overview"


async def test_with_one_account_there_is_nothing_to_choose() -> None:
    app = make_app(FakeMonitor(make_snapshot(accounts=make_snapshot().accounts[:1])))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert "only one account" in " ".join(screen_text(app).split())


async def test_the_theme_key_goes_round() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        seen = []
        for _ in THEMES:
            seen.append(app.theme)
            await pilot.press("t")
            await pilot.pause()
        assert seen == [theme.name for theme in THEMES]
        assert app.theme == seen[0]


async def test_an_unknown_theme_is_the_default_one() -> None:
    app = make_app(theme="no-such-theme")
    async with app.run_test(size=(80, 24)):
        assert app.theme == "kpi-dark"
    assert make_app(theme="nord").theme == "nord"


async def test_keys_can_be_remapped() -> None:
    monitor = FakeMonitor()
    app = KpiApp(monitor, version="1", keymap={"poll": "f5", "help": "f1"})
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.press("r")
        assert monitor.calls == []
        await pilot.press("f5")
        assert monitor.calls == [("poll_now", None)]
        footer = screen_text(app).splitlines()[-1]
        assert "f5 poll" in footer
        assert "f1 help" in footer
        await pilot.press("f1")
        await pilot.pause()
        assert any(
            "f5" in line and "Poll now" in line
            for line in screen_text(app).splitlines()
        )


async def test_offered_keys_work_only_where_they_are_offered() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "/ filter" not in screen_text(app).splitlines()[-1]
        assert app.check_action("ask_pane", ("start_filter",)) is False
        assert app.check_action("ask_pane", ("open_under_cursor",)) is True
        await pilot.press("3")
        await pilot.pause()
        assert "/ filter" in screen_text(app).splitlines()[-1]
        await pilot.press("slash", "q", "6")
        await pilot.pause()
        # Typed, not obeyed.
        assert isinstance(app.focused, Input)
        assert app.focused.value == "q6"
        assert app.pane.id == "content"


async def test_the_palette_finds_every_command() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        titles = {entry.title for entry in palette_entries(app)}
        for command in COMMANDS:
            is_there = not command.is_offered or command.id in app.pane.OFFERS
            if command.id not in {"palette", "interrupt"}:
                assert (command.title in titles) == is_there, command.id
        assert "Trend: Follower growth rate" in titles
        assert "Account: @acme.kitchen" in titles
        assert "Account: @rival" not in titles
        await pilot.press("ctrl+p", *"sources")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.pane.id == "sources"


@pytest.mark.parametrize(
    "keys", [("q",), ("ctrl+c",), ("a", "ctrl+c"), ("i", "ctrl+q")]
)
async def test_quitting_from_anywhere(keys: tuple[str, ...]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert app._exit
    assert app.return_code == 0


async def test_keys_that_ctrl_c_overtook_move_nothing() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown, app.pane = app.pane, TABS[4].make_pane()  # as a tab opened too late
        await app.run_action("move(-1)")
        await app.run_action("move(1)")
        app.pane = shown


async def test_the_mouse_works_too() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click("#tabs", offset=(15, 0))
        await pilot.pause()
        assert app.pane.id == "trends"
        await pilot.click("#tabs", offset=(2, 0))
        await pilot.pause()
        assert app.pane.id == "overview"
        line = screen_text(app).splitlines()[-1]
        await pilot.click("#footer", offset=(line.index("help"), 0))
        await pilot.pause()
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await pilot.click("#kpi-video_views", times=2)
        await pilot.pause()
        assert app.pane.id == "trends"
