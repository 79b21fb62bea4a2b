"""The monitor on a real store, with connectors that a test scripts."""

import asyncio
import contextlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.readings import Batch
from kpi_tui.monitor import settings_watch
from kpi_tui.monitor.monitor import Monitor, Surroundings
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.sources.port import SourceError
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import Store
from tests.monitor.parts import ScriptedConnector, days_batch, until

LAST = date(2026, 3, 24)
NOW = 1_774_450_000.0  # 2026-03-25 14:46 UTC
SETTINGS = Settings.model_validate(
    {
        "account": [{"handle": "acme", "name": "Acme"}],
        "competitor": [{"handle": "rival"}],
        "goal": [{"kpi": "video_views", "target": 5600}],
    }
)


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


@contextlib.asynccontextmanager
async def running(monitor: Monitor):
    """The monitor's run(), and the Snapshots it published."""
    seen: list[Snapshot] = []
    monitor.subscribe(seen.append)
    task = asyncio.ensure_future(monitor.run())
    try:
        yield seen
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def monitor_of(store: Store, *connectors: ScriptedConnector, **around) -> Monitor:
    around.setdefault("clock", lambda: NOW)
    return Monitor(
        SETTINGS, store, View("acme"), lambda _: connectors, Surroundings(**around)
    )


def flows(value: float = 100.0) -> Batch:
    return days_batch(LAST, 28, video_views=value, likes=7, comments=2, shares=1)


async def test_what_a_source_says_reaches_the_snapshot(store: Store):
    async with running(monitor_of(store, ScriptedConnector(flows()))) as seen:
        await until(lambda: seen and seen[-1].window is not None)
        snapshot = seen[-1]
    assert snapshot.window is not None
    assert snapshot.window.last == LAST
    assert snapshot.kpis["video_views"].value == 2800
    assert snapshot.kpis["engagement_rate_by_views"].value == pytest.approx(0.1)
    assert snapshot.goals["video_views"].attainment == pytest.approx(0.5)
    assert [health.state for health in snapshot.sources] == ["ok"]
    assert {row.handle for row in snapshot.leaderboard.rows} == {"acme", "rival"}


async def test_the_first_snapshot_needs_no_source(store: Store):
    store.ingest("acme/http-json", flows())

    def connectors(_: Settings):
        raise AssertionError("the first frame asked for connectors")

    monitor = Monitor(SETTINGS, store, View("acme"), connectors)
    assert monitor.stored_snapshot().kpis["video_views"].value == 2800


async def test_what_takes_long_follows_the_first_frame(store: Store):
    store.ingest("acme/http-json", flows())
    monitor = monitor_of(store)
    first = monitor.stored_snapshot()
    assert first.kpis["video_views"].value == 2800
    assert (first.goals, first.insights, first.leaderboard.rows) == ({}, (), ())
    async with running(monitor) as seen:
        await until(lambda: seen)
    assert seen[0].version > first.version
    assert set(seen[0].goals) == {"video_views"}
    assert {row.handle for row in seen[0].leaderboard.rows} == {"acme", "rival"}


async def test_an_account_without_news_is_not_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    store.ingest("acme/http-json", flows())
    numbers: dict[str, Any] = {
        "video_views": 10.0,
        "likes": 1.0,
        "comments": 0.0,
        "shares": 0.0,
    }
    store.ingest("rival/csv", days_batch(LAST, 28, account="rival", **numbers))
    monitor = monitor_of(store)
    monitor.whole_snapshot()
    read: list[str] = []
    history = Store.history

    def reading(self: Store, handle: str, *rest: Any) -> AccountHistory:
        read.append(handle)
        return history(self, handle, *rest)

    monkeypatch.setattr(Store, "history", reading)
    monitor.whole_snapshot()
    assert read == []
    store.ingest(
        "rival/csv", days_batch(LAST, 1, account="rival", seen=2_000, likes=50)
    )
    monitor._mark("rival", True)
    rows = {row.handle: row for row in monitor.whole_snapshot().leaderboard.rows}
    assert set(read) == {"rival"}
    assert rows["rival"].value == pytest.approx((27 + 50) / 280)


async def test_a_failing_source_keeps_its_last_good_values_and_its_age(store: Store):
    fault = SourceError("answered 500", hint="try later")
    source = ScriptedConnector(flows(), fault)
    async with running(monitor_of(store, source)) as seen:
        await until(lambda: seen and seen[-1].sources[0].state == "failed")
        snapshot = seen[-1]
    health = snapshot.sources[0]
    assert (health.error, health.hint, health.failures) == (
        "answered 500",
        "try later",
        1,
    )
    assert health.good_at is not None
    assert snapshot.kpis["video_views"].value == 2800


async def test_a_connectors_bug_is_told_and_does_not_stop_the_others(
    store: Store, caplog: pytest.LogCaptureFixture
):
    broken = ScriptedConnector(KeyError("secret-token"), kind="csv")
    good = ScriptedConnector(flows())
    async with running(monitor_of(store, broken, good)) as seen:
        await until(
            lambda: seen and {h.state for h in seen[-1].sources} == {"ok", "failed"}
        )
        failed = next(h for h in seen[-1].sources if h.state == "failed")
    assert failed.error == "an answer that kpi-tui did not understand (KeyError)"
    assert "acme/csv" in caplog.text


async def test_a_slow_source_is_never_asked_twice_at_once(store: Store):
    slow = ScriptedConnector(flows(), interval=0.01)
    slow.delay = 0.1
    monitor = monitor_of(store, slow)
    async with running(monitor) as seen:
        for _ in range(20):
            monitor.poll_now()
            await asyncio.sleep(0.02)
        await until(lambda: seen)
    assert slow.most_running == 1
    assert slow.fetches >= 2


async def test_pause_stops_the_timers_but_not_a_poll_that_is_asked_for(store: Store):
    source = ScriptedConnector(flows(), flows(200), interval=1.0)
    monitor = monitor_of(store, source)
    async with running(monitor) as seen:
        await until(lambda: source.fetches == 1)
        monitor.set_paused(True)
        await until(lambda: seen and seen[-1].is_paused)
        await asyncio.sleep(1.3)
        assert source.fetches == 1
        assert seen[-1].next_poll_at is None
        monitor.poll_now()
        await until(lambda: source.fetches == 2)
        await until(lambda: seen[-1].kpis["video_views"].value == 5600)


async def test_a_file_that_appears_is_read_before_the_interval_is_over(store: Store):
    source = ScriptedConnector(Batch(), flows(), kind="tiktok-studio", interval=300.0)
    async with running(monitor_of(store, source)) as seen:
        await until(lambda: source.fetches == 1)
        source.change.set()
        await until(lambda: seen and seen[-1].window is not None)


async def test_looking_elsewhere_gives_a_snapshot_of_it(store: Store):
    monitor = monitor_of(store, ScriptedConnector(flows(), interval=300.0))
    async with running(monitor) as seen:
        await until(lambda: seen and seen[-1].window is not None)
        monitor.look(View("acme", days=90))
        monitor.look(View("acme", days=7))
        await until(lambda: seen[-1].view.days == 7)
        assert seen[-1].kpis["video_views"].value == 700
        monitor.look(View("acme", days=7, as_of=date(2026, 3, 10)))
        await until(
            lambda: seen[-1].window and seen[-1].window.last == date(2026, 3, 10)
        )
    versions = [snapshot.version for snapshot in seen]
    assert versions == sorted(set(versions))


async def test_an_unchanged_poll_recomputes_nothing(store: Store):
    source = ScriptedConnector(flows(), interval=0.02)
    async with running(monitor_of(store, source)) as seen:
        await until(lambda: source.fetches > 2)
        await until(lambda: len(seen) > 1)
        first = next(s for s in seen if s.window is not None)
        await asyncio.sleep(0.6)
        assert seen[-1].kpis is first.kpis


async def test_a_second_process_views_and_takes_over(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kpi_tui.monitor.polling.LOCK_RETRY_SECONDS", 0.2)
    path = tmp_path / "kpi.db"
    first = PollingLock(path)
    assert first.try_acquire()
    source = ScriptedConnector(flows())
    monitor = monitor_of(store, source, lock=PollingLock(path))
    async with running(monitor) as seen:
        await until(
            lambda: seen and any("another kpi-tui" in n for n in seen[-1].notices)
        )
        assert source.fetches == 0
        other = Store.open(path)
        other.ingest("acme/http-json", flows())
        other.close()
        await until(lambda: seen[-1].window is not None)
        assert source.fetches == 0
        first.release()
        await until(lambda: source.fetches > 0)
        await until(lambda: not seen[-1].notices)


async def test_an_edited_config_is_taken_and_a_wrong_one_is_not(store: Store):
    edits: list[tuple[Settings, str | None]] = []

    def reread(current: Settings) -> tuple[Settings, str | None]:
        return edits.pop(0) if edits else (current, None)

    source = ScriptedConnector(flows(), interval=300.0)
    monitor = monitor_of(store, source, reread=reread)
    async with running(monitor) as seen:
        await until(lambda: seen and seen[-1].window is not None)
        edited = SETTINGS.model_copy(update={"competitor": ()})
        edits += [(edited, None)]
        await until(lambda: len(seen[-1].accounts) == 1)
        await until(lambda: source.fetches == 2)
    assert source.is_closed


async def test_a_wrong_config_is_told_and_every_source_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settings_watch, "REREAD_SECONDS", 0.01)
    trouble: str | None = None
    source = ScriptedConnector(flows(), interval=300.0)
    monitor = monitor_of(store, source, reread=lambda current: (current, trouble))
    async with running(monitor) as seen:
        await until(lambda: seen and seen[-1].window is not None)
        before = seen[-1].sources
        trouble = "it is wrong"
        await until(lambda: "it is wrong" in seen[-1].notices)
        assert seen[-1].sources == before
        trouble = None
        await until(lambda: not seen[-1].notices)
        assert seen[-1].sources == before
        assert source.fetches == 1


async def test_collecting_once_asks_each_source_once(store: Store):
    good, bad = (
        ScriptedConnector(flows()),
        ScriptedConnector(SourceError("no"), kind="csv"),
    )
    healths = await monitor_of(store, good, bad).collect_once()
    assert {h.name: h.error for h in healths} == {
        "acme/http-json": None,
        "acme/csv": "no",
    }
    assert (good.fetches, bad.fetches, good.is_closed) == (1, 1, True)


async def test_what_the_store_knows_of_sources_survives_a_restart(store: Store):
    await monitor_of(store, ScriptedConnector(flows())).collect_once()
    health = monitor_of(store).stored_snapshot().sources[0]
    assert (health.name, health.state) == ("acme/http-json", "ok")
    assert health.data_until == LAST


async def test_an_account_without_data_says_so(store: Store):
    snapshot = monitor_of(store).whole_snapshot()
    assert snapshot.window is None
    assert snapshot.now
    assert snapshot.kpis == {}
