"""The page behind a number, and the help."""

import pytest

from kpi_tui.app.facts import OVERVIEW
from kpi_tui.app.keys import COMMANDS, key_name, keys_of
from kpi_tui.app.screens.help import help_entries
from kpi_tui.app.screens.page import Page
from kpi_tui.app.screens.why import WhyScreen, why_entries
from kpi_tui.kpi.carried import Carried
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.split import Carrier
from kpi_tui.kpi.text import clean
from kpi_tui.kpi.values import KpiValue
from tests.app.panes.screen import screen_text
from tests.app.play import make_app
from tests.app.snapshots import NOW, make_snapshot

AT = NOW.timestamp()


def page(kpi: str, **changes: object) -> str:
    """The why-page of a KPI as text."""
    entries = why_entries(make_snapshot(**changes), kpi, AT)
    return "\n".join(f"{label}: {text}" for label, text, _ in entries)


def test_a_number_is_explained_in_full() -> None:
    text = page("engagement_rate")
    for words in (
        "Value: 5.1000 %",
        "Before: 5.9000 %",
        "Change: -0.8 pt",
        "Formula: engagements / followers at the end",
        "Direction: more is better",
        "likes  141",
        "followers  3,352",
        "Days: 25 Feb to 24 Mar 2026 (28 days)",
        "Against: 28 Jan to 24 Feb 2026",
        "Coverage: 28 of 28 days",
        "As of: Tue 24 Mar",
        "settling: the platform may still restate the last day",
        "Source: acme/tiktok-studio",
        "ok, last good answer 1 min ago",
        "Goal: at least 15.0 % by 31 Dec 2026",
        "9.9 points short",
    ):
        assert words in text


def test_a_number_that_is_missing_says_why() -> None:
    text = page("conversion_rate")
    assert "Value: none: not measured" in text
    assert DEFINITIONS["conversion_rate"].formula in text


def test_a_reached_goal_and_a_stale_source() -> None:
    text = page("bounce_rate")
    assert "Goal: at most 45.0 %" in text
    assert "reached" in text
    assert "stale, last good answer 3 h ago" in text
    assert "its newest day is 21 March" in text


def test_followers_are_also_known_now() -> None:
    assert "Now: 3,389, 2 min ago" in page("followers")
    assert "Now:" not in page("followers", live={})


@pytest.mark.parametrize("kpi", DEFINITIONS)
def test_every_kpi_has_a_page_with_and_without_data(kpi: str) -> None:
    assert DEFINITIONS[kpi].formula in page(kpi)
    empty = page(kpi, kpis={}, window=None, goals={}, sources=(), live={})
    assert "Value: none" in empty
    assert "no source has given a complete day yet" in empty


def test_a_number_that_is_not_in_the_dictionary_has_a_page_too() -> None:
    kpis = {"share_of_voice": KpiValue("share_of_voice", 0.25, "percent", days=28)}
    screen = WhyScreen(make_snapshot(kpis=kpis), "share_of_voice", AT)
    assert screen._title == "share_of_voice"
    assert "Value: 25.0000 %" in page("share_of_voice", kpis=kpis)
    assert "Value: none: not measured" in page("share_of_voice")


async def test_i_opens_the_page_and_escape_closes_it() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "i")
        await pilot.pause()
        assert DEFINITIONS[OVERVIEW[2]].name in screen_text(app)
        assert "Formula" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert app.focused is app.query_one(f"#kpi-{OVERVIEW[2]}")


async def test_a_page_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    copied: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("i", "y")
        await pilot.pause()
    assert copied
    assert copied[0].startswith("Followers\nValue: 3,352\n")


def test_the_help_lists_every_key() -> None:
    rows = list(help_entries({}, is_ascii=False))
    for command in COMMANDS:
        keys = [key_name(key) for key in keys_of(command, {})]
        assert any(
            all(key in label.split() for key in keys) and command.title in text
            for label, text, _ in rows
        ), command.id
    ids = next(text for _, text, _ in rows if "previous_tab" in text)
    assert all(command.id in ids for command in COMMANDS)


@pytest.mark.parametrize("size", [(120, 40), (40, 10)])
async def test_the_help_fits_and_scrolls(size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Previous tab" in screen_text(app)
        await pilot.press("end")
        await pilot.pause()
        assert "interrupt" in screen_text(app)
        await pilot.press("question_mark")
        await pilot.pause()
        assert len(app.screen_stack) == 1


def test_a_sum_names_the_videos_and_days_that_carried_it() -> None:
    one = Carried(
        (Carrier("Lemon potatoes", 1200.0, 13_500.0),),
        (Carrier("Sat 21 Mar", 900.0, 5200.0), Carrier("Sun 22 Mar", 800.0, 1000.0)),
    )
    text = page("video_views", carried={"video_views": one})
    assert (
        "Videos that did it: +12.3 k  Lemon potatoes (1,200 before, 13.5 k now)" in text
    )
    assert "Days that did it: +4,300  Sat 21 Mar (900 before, 5,200 now)" in text
    assert "\n: +200  Sun 22 Mar" in text
    assert "did it" not in page("engagement_rate", carried={"video_views": one})


@pytest.mark.parametrize(
    "title",
    ["[/link in bio]", "[bold red]x[/] [@click=app.quit]", "\x1b]52;c;QQ==\x07a[", ""],
)
async def test_a_title_from_outside_is_shown_as_it_is(title: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Page(title, (("Label", "words", ""),)))
        await pilot.pause()
        assert "words" in screen_text(app)
        shown = app.screen.query_one("#page")._border_title
        assert shown is not None
        assert shown.plain == clean(title)
        assert not shown.spans
        await pilot.press("escape")
