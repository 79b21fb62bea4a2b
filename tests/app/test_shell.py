"""Snapshots on their way to the visible tab; the monitor's own life."""

import asyncio
from functools import partial

import pytest

from kpi_tui.app.app import KpiApp
from kpi_tui.app.messages import SnapshotTaken
from kpi_tui.app.panes.overview import OverviewPane
from kpi_tui.app.tabs import TABS
from kpi_tui.app.themes import THEMES
from kpi_tui.app.widgets.header import Header
from kpi_tui.monitor.snapshot import Snapshot, View
from tests.app.panes.screen import screen_text, tab_key, until
from tests.app.play import make_app
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot


async def test_the_first_frame_is_whole_before_the_monitor_runs() -> None:
    seen: list[str] = []

    class Watching(FakeMonitor):
        async def run(self) -> None:
            seen.append(screen_text(app))
            await super().run()

    monitor = Watching()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: monitor.is_running)
        worker = next(worker for worker in app.workers if worker.name == "monitor")
        assert worker.group == "monitor"
        assert worker.node is app
    assert not monitor.is_running
    assert "3,352" in seen[0]
    assert "What moved" in seen[0]


async def test_a_burst_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown: list[int] = []
        original = OverviewPane.show

        def show(self: OverviewPane, snapshot: Snapshot) -> None:
            shown.append(snapshot.version)
            original(self, snapshot)

        monkeypatch.setattr(OverviewPane, "show", show)
        for _ in range(100):
            monitor.publish()
        await pilot.pause()
        assert shown[-1] == 101
        assert len(shown) <= 2


def test_only_its_own_kind_replaces_a_message() -> None:
    message = SnapshotTaken(make_snapshot())
    assert message.can_replace(SnapshotTaken(make_snapshot()))


async def test_an_overtaken_snapshot_is_dropped() -> None:
    monitor = FakeMonitor(make_snapshot(version=7))
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.post_message(SnapshotTaken(make_snapshot(version=6, is_demo=True)))
        app.post_message(SnapshotTaken(make_snapshot(version=7, is_demo=True)))
        await pilot.pause()
        assert "DEMO" not in screen_text(app)
        monitor.publish(is_demo=True)
        await pilot.pause()
        assert "DEMO" in screen_text(app)


async def test_hidden_tabs_are_not_shown_snapshots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(tab_key("sources"))
        await pilot.pause()
        shown: list[int] = []

        def show(_: OverviewPane, snapshot: Snapshot) -> None:
            shown.append(snapshot.version)

        monkeypatch.setattr(OverviewPane, "show", show)
        monitor.publish()
        await pilot.pause()
        assert shown == []
        await pilot.press("1")
        await pilot.pause()
        assert shown == [2]


async def test_tabs_are_imported_and_mounted_only_when_opened() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert len(app.query("#panes > *")) == 1
        await pilot.press("5")
        await pilot.pause()
        assert len(app.query("#panes > *")) == 2


@pytest.mark.parametrize("key", ["2", "3", "4", "5"])
async def test_the_later_style_sheets_style_the_first_tab_opened(key: str) -> None:
    app = make_app()
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        before = repr(app.pane.styles.layout)
        app.refresh_css(animate=False)
        await pilot.pause()
        assert repr(app.pane.styles.layout) == before
        if key == "2":
            assert before == "<horizontal>"


async def test_the_clock_moves_by_the_minute_and_only_then_repaints(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [NOW.timestamp()]
    app = KpiApp(FakeMonitor(), version="1", clock=lambda: now[0])
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        asked = []
        original = Header.refresh

        def refresh(self: Header, *regions: object, **options: bool) -> Header:
            asked.append(regions)
            return original(self, *regions, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(Header, "refresh", refresh)
        for _ in range(59):
            now[0] += 1
            app._tick()
        assert asked == []
        now[0] += 1
        app._tick()
        assert len(asked) == 1
        await pilot.pause()
        assert screen_text(app).splitlines()[0].endswith("18:06")


async def test_a_bug_in_the_monitor_ends_the_app_loudly() -> None:
    class Broken(FakeMonitor):
        async def run(self) -> None:
            await asyncio.sleep(0)
            raise ZeroDivisionError("a bug")

    app = make_app(Broken())
    with pytest.raises(Exception, match="a bug"):
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.2)
    # The error itself and not Textual's wrapper, which has no traceback.
    assert isinstance(app.crash, ZeroDivisionError)
    assert app.return_code == 1


async def test_a_view_that_is_shown_already_is_not_asked_for() -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.look(View("acme"))
        assert monitor.calls == []
        app.rank_by("followers")
        assert monitor.calls == [("look", View("acme", rank_by="followers"))]


async def test_every_theme_draws_every_tab() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for theme in THEMES:
            app.theme = theme.name
            for place, tab in enumerate(TABS):
                await pilot.press(str(place + 1))
                await until(pilot, partial(_shows, app, tab.id))
            await until(pilot, lambda: "tiktok-studio" in screen_text(app))


def _shows(app: KpiApp, tab: str) -> bool:
    return app.pane.id == tab
