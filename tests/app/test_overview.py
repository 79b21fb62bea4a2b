"""The Overview at every size, and what repaints when numbers change."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.geometry import Region, Size
from textual.pilot import Pilot

from kpi_tui.app.app import KpiApp
from kpi_tui.app.facts import OVERVIEW, Move
from kpi_tui.app.panes.overview import NowLine, arranged, whole_sentences
from kpi_tui.app.panes.overview_below import Below
from kpi_tui.app.widgets.header import Header, Notices
from kpi_tui.app.widgets.lines import plain
from kpi_tui.app.widgets.panel import KpiPanel
from kpi_tui.monitor.snapshot import AccountRef, SourceState
from tests.app.panes.screen import screen_text, tab_key
from tests.app.play import make_app
from tests.app.snapshots import LAST, FakeMonitor, make_snapshot

EVIL = "a\x1b]52;c;QUFB\x07[link in bio]\u202e[/red]"


def shown_panels(app: KpiApp) -> list[KpiPanel]:
    """The panels that are displayed."""
    return [panel for panel in app.query(KpiPanel) if panel.display]


FORMS = {
    (200, 60): (4, 11),
    (200, 50): (6, 9),
    (160, 40): (4, 6),
    (120, 50): (4, 9),
    (120, 40): (4, 6),
    (120, 28): (1, 1),
    (80, 24): (1, 1),
    (60, 20): (1, 1),
    (40, 10): (1, 1),
}
"""Size of the terminal: columns of panels, and the lines of one."""


@pytest.mark.parametrize("first", [(200, 60), (80, 24)])
async def test_panels_where_there_is_room_and_rows_where_not(
    first: tuple[int, int],
) -> None:
    app = make_app()
    async with app.run_test(size=first) as pilot:
        await pilot.pause()
        assert_form(app, first)
        for size in FORMS if first == (80, 24) else ():
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert_form(app, size)


def assert_form(app: KpiApp, size: tuple[int, int]) -> None:
    """The panels stand as they should at this size, and nothing sticks out."""
    panels = shown_panels(app)
    assert len(panels) == 11
    columns, rows = FORMS[size]
    assert panels[0].size.height == rows, size
    assert len({panel.region.x for panel in panels}) == columns, size
    text = screen_text(app)
    assert "3,352" in text
    assert "+182" in text
    assert all(len(line) <= size[0] for line in text.splitlines())
    assert text.splitlines()[-1].strip().endswith("help")


@pytest.mark.parametrize("size", [(39, 20), (80, 9)])
async def test_too_small_a_terminal_is_told_so(size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert "at least 40x10" in " ".join(screen_text(app).split())
        assert "3,352" not in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "3,352" in screen_text(app)
        assert "at least" not in screen_text(app)


async def test_one_screen_says_everything() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        lines = text.splitlines()
        assert "@acme  Acme Olive Oil" in lines[0]
        assert "28 days to Tue 24 Mar" in lines[0]
        assert "settling" in lines[0]
        assert "1 of 5 sources ok" in lines[0]
        assert "next poll in 4 min" in lines[0]
        assert lines[0].endswith("18:05")
        assert "DEMO" not in text
        for words in (
            "1 Overview",
            f"{tab_key('sources')} Sources",
            "Now  Engagement is 5.1 %",
            "─ Followers ─",
            "goal 5,000",
            "67 %",
            "reached",
            "stale 4 d",
            "+1,210 today",
            "Not measured: Conversion (viewers)",
            "What moved  28 days against the 28 before",
            "Needs you",
            "set OLDMILL_TOKEN",
        ):
            assert words in text
        # Beside how the goal stands, which comes first.
        await pilot.resize_terminal(148, 40)
        await pilot.pause()
        assert "27 of 28 days" in screen_text(app)


async def test_the_demo_is_loud_at_every_width() -> None:
    app = make_app(FakeMonitor(make_snapshot(is_demo=True)))
    async with app.run_test(size=(120, 40)) as pilot:
        for width in (200, 120, 80, 60, 40):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert screen_text(app).splitlines()[0].strip().startswith("DEMO")


async def test_outside_text_is_neither_markup_nor_escapes() -> None:
    snapshot = make_snapshot(
        account=AccountRef("acme", EVIL, "own", "Europe/Athens"),
        now=(EVIL,),
        notices=(EVIL,),
    )
    sources = tuple(
        replace(source, error=EVIL, hint=EVIL, notes=(EVIL,))
        for source in snapshot.sources
    )
    app = make_app(FakeMonitor(replace(snapshot, sources=sources)))
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("1", tab_key("sources"), "i", "question_mark"):
            await pilot.press(key)
            await pilot.pause()
            text = screen_text(app)
            assert text.replace("\n", "").isprintable()
        await pilot.press("escape", "1")
        await pilot.pause()
        assert "[link in bio]" in screen_text(app)
        assert "[/red]" in screen_text(app)


@pytest.mark.usefixtures("every_frame")
async def test_a_change_repaints_only_its_panel_and_is_bold_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        asked: list[tuple[str, tuple[Region, ...]]] = []
        for kind in (KpiPanel, Header, NowLine, Below, Notices):
            original = kind.refresh

            def refresh(self, *regions, _original=original, **options):
                asked.append((str(self.id), regions))
                return _original(self, *regions, **options)

            monkeypatch.setattr(kind, "refresh", refresh)
        monitor.publish()
        await pilot.pause()
        assert asked == []

        # A small change, so that "What moved" keeps its order and its words.
        kpis = dict(monitor.snapshot.kpis)
        kpis["profile_views"] = replace(kpis["profile_views"], value=1205.0)
        monitor.publish(kpis=kpis)
        await pilot.pause()
        assert {name for name, _ in asked} == {"kpi-profile_views"}
        panel = app.query_one("#kpi-profile_views", KpiPanel)
        assert {region.y for _, regions in asked for region in regions} == {1}
        assert is_bold(panel, "1,205")

        asked.clear()
        monitor.publish()
        await pilot.pause()
        assert {name for name, _ in asked} == {"kpi-profile_views"}
        assert not is_bold(panel, "1,205")


def is_bold(panel: KpiPanel, words: str) -> bool:
    """Whether the panel's first line draws these words in bold."""
    return any(
        words in segment.text and bool(segment.style and segment.style.bold)
        for segment in panel.render_line(1)
    )


async def test_another_range_is_not_a_change_worth_bold() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("right_square_bracket")
        await pilot.pause()
        panel = app.query_one("#kpi-followers", KpiPanel)
        assert not is_bold(panel, "3,352")


async def test_a_kpi_that_gets_its_first_value_gets_its_panel() -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        kpis = dict(monitor.snapshot.kpis)
        kpis["conversion_rate"] = replace(kpis["conversion_rate"], value=0.021)
        monitor.publish(kpis=kpis)
        await pilot.pause()
        assert len(shown_panels(app)) == 12
        text = screen_text(app)
        assert "2.1 %" in text
        assert "Not measured" not in text


async def test_without_any_data_it_says_where_numbers_come_from() -> None:
    nobody = AccountRef("", "", "own", "UTC")
    empty = make_snapshot(
        account=nobody, accounts=(), window=None, kpis={}, trends={}, sources=(), now=()
    )
    app = make_app(FakeMonitor(empty))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "no account yet" in text
        assert "no sources" in text
        assert "kpi-tui import" in " ".join(text.split())
        assert shown_panels(app) == []
        # None of these has anything to act on.
        await pilot.press("enter", "i", "y", "down", "up", "a", "comma")
        await pilot.pause()
        assert "no account yet" in screen_text(app)


async def test_arrows_move_by_rows_and_enter_opens_the_trend() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.focused is app.query_one(f"#kpi-{OVERVIEW[0]}")
        await pilot.press("down")
        assert app.focused is app.query_one(f"#kpi-{OVERVIEW[4]}")
        await pilot.press("tab")
        assert app.focused is app.query_one(f"#kpi-{OVERVIEW[5]}")
        await pilot.press("up", "up")
        assert app.focused is app.query_one(f"#kpi-{OVERVIEW[1]}")
        await pilot.press("enter")
        await pilot.pause()
        assert app.pane.id == "trends"
        assert app.pane.kpi_under_cursor() == OVERVIEW[1]


async def test_what_is_below_the_rows_can_be_reached() -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "Needs you" not in screen_text(app)
        await move(pilot, "down", 12)
        assert "Needs you" in screen_text(app)
        await move(pilot, "down", 4)
        assert "What moved" in screen_text(app)
        await move(pilot, "up", 16)
        assert "Engagement is" in screen_text(app)


async def move(pilot: Pilot[int], key: str, times: int) -> None:
    """Press a key many times, without the pilot's wait of 20 ms before and after."""
    for _ in range(times):
        pilot.app.simulate_key(key)
        await pilot.pause()


async def test_notices_take_a_line_each_and_give_it_back() -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        monitor.publish(notices=("The store is read-only.", "The config has an error."))
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert lines[1].strip() == "! The store is read-only."
        assert lines[2].strip() == "! The config has an error."
        monitor.publish(notices=())
        await pilot.pause()
        assert "1 Overview" in screen_text(app).splitlines()[1]


@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (60, 20), (40, 10)])
async def test_the_past_says_so_at_every_size(size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await pilot.press("comma")
        await pilot.pause()
        first = screen_text(app).splitlines()[0]
        assert "the past" in first
        assert "23 Mar" in first


@pytest.mark.parametrize(("width", "most"), [(115, 3), (75, 3), (58, 3), (38, 2)])
def test_sentences_are_shown_whole_or_not_at_all(width: int, most: int) -> None:
    sentences = (
        "Completion rate is 42.5 % against a goal of 55 %: behind.",
        "Videos with #greekfood earn 2.8 x your median video (6 videos, 1.7-5.4 x) "
        "but are none of your 12 posts in these 28 days: post more of them, and soon.",
        "@rival passed you.",
    )
    lines = whole_sentences(sentences, width, most, is_wide=width >= 98)
    assert len(lines) <= most
    said = " ".join(" ".join(lines).split())
    for sentence in sentences:
        said = said.replace(sentence, "")
    assert not said.strip()


async def test_an_urgent_word_takes_the_place_of_a_curve_where_it_is_narrow() -> None:
    app = make_app()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        (line,) = [row for row in screen_text(app).splitlines() if "Bounce" in row]
        assert "stale 4 d" in line
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        app.query_one("#kpi-bounce_rate").scroll_visible(animate=False)
        await pilot.pause()
        (line,) = [row for row in screen_text(app).splitlines() if "Bounce" in row]
        assert "stale 4 d" in line


async def test_sentences_that_come_after_the_first_frame_get_their_lines() -> None:
    snapshot = make_snapshot()
    app = make_app(FakeMonitor(replace(snapshot, now=())))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "Now" not in screen_text(app)
        app.pane.show(snapshot)
        await pilot.pause()
        assert f"Now  {snapshot.now[0]}"[:60] in screen_text(app)


async def test_first_steps_stand_where_nothing_has_come_yet() -> None:
    nothing: dict[str, Any] = {"kpis": {}, "trends": {}, "goals": {}, "window": None}
    app = make_app(FakeMonitor(make_snapshot(**nothing, sources=())))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "kpi-tui import FILE --account HANDLE" in screen_text(app)
        assert "kpi-tui init" in screen_text(app)
    app = make_app(FakeMonitor(make_snapshot(**nothing)))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "rival/http-json" in screen_text(app)
        assert "failed: answered 502 Bad Gateway" in screen_text(app)


@pytest.mark.parametrize(
    ("count", "columns"), [(12, 4), (11, 4), (9, 3), (7, 4), (5, 3), (2, 2), (1, 1)]
)
def test_no_row_of_panels_has_a_hole_that_can_be_avoided(
    count: int, columns: int
) -> None:
    assert arranged(count, Size(120, 40)) == (columns, count)


def test_only_the_longest_change_loses_its_values() -> None:
    moves = (
        Move("Revenue", "8,755.11 EUR", "13,069.55 EUR", "+49 %", "good"),
        Move("Saves per view", "0.72 %", "1.0 %", "+0.3 pt", "good"),
        Move("Return on investment", "443.2 %", "672.5 %", "+229.3 pt", "good"),
    )
    below = Below(is_ascii=False)
    below._moves = moves
    lines = [plain(line) for line in below._moved(55)]
    assert lines[2].endswith("   0.72 % →   1.0 %  ▲ +0.3 pt")
    assert lines[3].endswith("  443.2 % → 672.5 %  ▲ +229.3 pt")
    assert lines[1].index("▲") == lines[2].index("▲")
    assert "8,755" not in lines[1]


@pytest.mark.usefixtures("every_frame")
async def test_every_state_of_a_number_looks_different() -> None:
    snapshot = make_snapshot(goals={})
    known = snapshot.sources[0]
    states: dict[str, SourceState] = {
        "views_per_video": "ok",
        "engagement_rate": "stale",
        "video_views": "failed",
        "profile_views": "unauthorised",
    }
    kpis = dict(snapshot.kpis)
    for kpi, state in states.items():
        kpis[kpi] = replace(kpis[kpi], source=f"acme/{state}", as_of=LAST)
    kpis["views_per_video"] = replace(
        kpis["views_per_video"], as_of=LAST - timedelta(days=1)
    )
    kpis["posting_frequency"] = replace(kpis["posting_frequency"], value=0.0)
    sources = tuple(
        replace(known, name=f"acme/{state}", state=state, good_at=None)
        for state in states.values()
    )
    app = make_app(FakeMonitor(replace(snapshot, kpis=kpis, sources=sources)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        feet = {
            panel.kpi: " ".join(panel.plain_text().splitlines()[-2].strip("│ ").split())
            for panel in shown_panels(app)
        }
        assert feet["views_per_video"] == "23 Mar"
        assert feet["engagement_rate_by_views"] == "settling 24 Mar"
        assert feet["engagement_rate"] == "◐ stale 24 Mar"
        assert feet["video_views"] == "✗ failed 24 Mar"
        assert feet["profile_views"] == "✗ unauthorised 24 Mar"
        zero = app.query_one("#kpi-posting_frequency", KpiPanel)
        assert "│ 0.0 " in zero.plain_text()
        assert "Not measured: Conversion" in screen_text(app)
        await pilot.press("5")
        await pilot.pause()
        assert "1.2 M ~" in screen_text(app)
