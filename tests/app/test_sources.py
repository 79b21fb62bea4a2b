"""The Sources tab."""

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from kpi_tui.app.panes.sources import Detail, SourceTable
from tests.app.panes.screen import on_tab, screen_text
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot


async def test_what_needs_somebody_comes_first_and_is_explained() -> None:
    async with on_tab("sources") as (app, _):
        text = screen_text(app)
        lines = text.splitlines()
        names = [line.split()[0] for line in lines[4:9]]
        assert names == [
            "oldmill/http-json",
            "rival/http-json",
            "acme/http-json",
            "newcomer/manual",
            "acme/tiktok-studio",
        ]
        assert "✗ unauthorised" in lines[4]
        assert "17:56" in lines[4]
        assert "24 Mar" in lines[8]
        assert "1,204" in lines[8]
        assert "answered 401: the token was refused" in text
        assert "set OLDMILL_TOKEN" in text
        assert "asked 9 min ago · every 15 min · http-json" in text
        assert "Last polls" in text
        assert "18:04  ● acme/tiktok-studio" in text


async def test_the_detail_follows_the_cursor_and_notes_are_told() -> None:
    async with on_tab("sources") as (app, pilot):
        await pilot.press("down", "down", "down", "down")
        await pilot.pause()
        text = screen_text(app)
        assert "Content.csv has no completion rate for 3 videos." in text
        assert "next call in 4 min" in text


async def test_enter_and_r_poll_the_source_under_the_cursor() -> None:
    monitor = FakeMonitor()
    async with on_tab("sources", monitor) as (app, pilot):
        copied: list[str] = []
        app.copy_to_clipboard = copied.append  # type: ignore[assignment]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert monitor.calls == [("poll_now", "rival/http-json")]
        await pilot.press("down", "r")
        await pilot.pause()
        assert monitor.calls[-1] == ("poll_now", "acme/http-json")
        await pilot.press("y")
        assert copied == [
            "acme/http-json: stale\nthe server answers, but its newest day is 21 March"
        ]


async def test_the_cursor_stays_on_its_source_when_the_order_changes() -> None:
    monitor = FakeMonitor()
    async with on_tab("sources", monitor) as (app, pilot):
        await pilot.press("down")
        sources = tuple(
            replace(source, state="ok", error=None)
            if source.name == "rival/http-json"
            else source
            for source in monitor.snapshot.sources
        )
        monitor.publish(sources=sources)
        await pilot.pause()
        assert app.query_one(SourceTable).cursor_key == "rival/http-json"
        assert "● rival/http-json ok" in screen_text(app)


async def test_it_fits() -> None:
    async with on_tab("sources") as (app, pilot):
        for size in ((200, 60), (80, 24), (60, 20), (40, 10)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert ("17:56" in screen_text(app)) == (size[0] >= 60)
            assert "oldmill/http-json" in screen_text(app)
            assert "unauthorised" in screen_text(app)


async def test_without_sources_it_says_so() -> None:
    async with on_tab("sources", FakeMonitor(make_snapshot(sources=(), log=()))) as (
        app,
        pilot,
    ):
        assert "No source is set up" in screen_text(app)
        await pilot.press("r", "y", "enter")


@pytest.mark.usefixtures("every_frame")
async def test_ages_move_by_the_minute() -> None:
    async with on_tab("sources") as (app, pilot):
        detail = app.query_one(Detail)
        source = make_snapshot().sources[0]
        for seconds, words in ((0, "1 min ago"), (50, "1 min ago"), (61, "2 min ago")):
            detail.show(source, NOW.timestamp() + seconds)
            await settled(pilot)
            assert f"asked {words}" in detail.plain_text()
        soon = replace(source, next_at=NOW + timedelta(seconds=20), interval_seconds=90)
        detail.show(soon, NOW.timestamp())
        await settled(pilot)
        assert "next call in < 1 min" in detail.plain_text()
        assert "every 90 s" in detail.plain_text()


async def settled(pilot: Pilot[int]) -> None:
    """A line more or less needs a layout."""
    await pilot.pause()
    await pilot.pause()


async def test_a_thousand_sources_stay_quick() -> None:
    one = make_snapshot().sources[0]
    many = tuple(replace(one, name=f"a{number:04}/http-json") for number in range(1000))
    async with on_tab("sources", FakeMonitor(make_snapshot(sources=many))) as (app, _):
        assert app.query_one(SourceTable).row_count <= 300
        assert "a0000/http-json" in screen_text(app)
