"""Through every tab and everything that opens over them: ASCII, stillness, any key."""

import random

import pytest
from textual.widgets import Input, OptionList

from kpi_tui.app.keys import COMMANDS
from kpi_tui.app.tabs import TABS
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.monitor.snapshot import AccountRef
from tests.app.panes.screen import screen_text, until
from tests.app.play import make_app
from tests.app.snapshots import FakeMonitor, make_snapshot
from tests.app.terminal import Terminal

OVERLAYS = {
    "why": ("1", "i"),
    "help": ("question_mark",),
    "accounts": ("a",),
    "video": ("3", "enter"),
    "palette": ("ctrl+p",),
}


async def test_ascii_is_all_there_is_on_every_tab_and_over_it() -> None:
    name = AccountRef("acme", "Ελιά & Café 油", "own", "Europe/Athens")
    said = ("Ελιά – “quoted” · 3 × …",)
    snapshot = make_snapshot(account=name, now=said, notices=said)
    app = make_app(FakeMonitor(snapshot), is_ascii=True)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        for size in ((120, 40), (60, 20)):
            await pilot.resize_terminal(*size)
            for place, tab in enumerate(TABS):
                await pilot.press(str(place + 1))
                await pilot.pause()
                assert_ascii(screen_text(app), f"{tab.id} at {size}")
            for overlay, keys in OVERLAYS.items():
                await pilot.press(*keys)
                await until(pilot, lambda: len(app.screen_stack) == 2)
                await pilot.pause()
                if overlay == "palette":
                    await until(pilot, lambda: "Audience   " in screen_text(app))
                assert_ascii(screen_text(app), f"{overlay} at {size}")
                await pilot.press("escape")
                await until(pilot, lambda: len(app.screen_stack) == 1)
        app.say("Ελιά – …")
        await pilot.pause()
        assert_ascii(screen_text(app), "a notice")


def assert_ascii(text: str, where: str) -> None:
    """Say which characters are not, and where."""
    assert not {char for char in text if not char.isascii()}, f"{where}:\n{text}"


async def test_every_kpi_can_be_asked_why_from_where_it_is_drawn() -> None:
    kpis = dict(make_snapshot().kpis)
    assert set(kpis) == set(DEFINITIONS)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.explain("no_such_kpi")
        await pilot.pause()
        assert "not in the dictionary" in screen_text(app)


async def test_the_palette_stands_still_and_runs_what_is_chosen() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        (line,) = [
            row for row in screen_text(app).splitlines() if "Audience    " in row
        ]
        assert "Show who follows and watches." in line
        assert line.split("│")[1].split()[-1] == "4"
        assert not app.screen.query_one(Input).cursor_blink
        await pilot.press("ctrl+p", *"leaderb")
        await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == 1
        await pilot.press("enter")
        await pilot.pause()
        assert app.pane.id == "leaderboard"


async def test_the_palette_finds_a_kpi_and_an_account_once_a_word_is_typed() -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert "Trend:" not in screen_text(app)
        await pilot.press(*"bounce")
        await pilot.pause()
        assert "Trend: Bounce rate" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert (app.pane.id, app.pane.kpi_under_cursor()) == ("trends", "bounce_rate")
        await pilot.press("ctrl+p", *"@kitchen", "enter")
        await pilot.pause()
        assert app.view.account == "acme.kitchen"


async def test_a_page_down_in_a_palette_that_is_not_laid_out_moves_nothing() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        app.action_command_palette()
        await app.screen.run_action("move('page_down')")
        await pilot.press("pagedown", "pagedown", "up")
        await pilot.pause()
        highlighted = app.screen.query_one(OptionList).highlighted
        assert highlighted is not None
        assert highlighted > 0


async def test_a_palette_closed_before_it_is_drawn_opens_again() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            app.action_command_palette()
            await app.screen.run_action("close")
            await until(pilot, lambda: len(app.screen_stack) == 1)
        app.action_command_palette()
        await until(pilot, lambda: "Audience" in screen_text(app))


KEYS = {
    "left": "\x1b[D", "right": "\x1b[C", "up": "\x1b[A", "down": "\x1b[B",
    "left_square_bracket": "[", "right_square_bracket": "]", "comma": ",",
    "full_stop": ".", "slash": "/", "question_mark": "?", "enter": "\r",
    "escape": "\x1b\x1b", "ctrl+p": "\x10",
}  # fmt: skip


@pytest.mark.parametrize("size", [(120, 40), (60, 20)])
def test_no_order_of_keys_ends_it(size: tuple[int, int]) -> None:
    keys = [
        key
        for command in COMMANDS
        if command.id not in {"quit", "interrupt"}
        for key in command.keys.split(",")
    ]
    typed = [KEYS.get(key, key) for key in keys] + ["\t", "\x1b[Z", "\x1b[6~", "b"]
    assert all(len(key) == 1 or key[0] == "\x1b" for key in typed)
    dice = random.Random(size[0])
    with Terminal(("-m", "tests.app.play"), size=size) as terminal:
        terminal.read_until(lambda text: "@acme" in text and "help" in text)
        for _ in range(10):
            terminal.type("".join(dice.choices(typed, k=30)))
            terminal.read(0.05)
        terminal.type("\x03")
        assert terminal.wait(60) == 0, terminal.text
        assert b"unexpected error" not in terminal.raw
