"""Alerts in the running monitor: judged beside the polls, shown, answered, told."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.readings import Batch
from kpi_tui.monitor import alerting_watch
from kpi_tui.monitor.alerting import AlertDesk
from kpi_tui.monitor.alerting_watch import AlertSurroundings, AlertWatch
from kpi_tui.monitor.monitor import Monitor, Surroundings
from kpi_tui.monitor.port import Ring
from kpi_tui.monitor.snapshot import View
from kpi_tui.sources.port import SourceError
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import Store
from tests.monitor.parts import ScriptedConnector, days_batch, until
from tests.monitor.test_monitor import LAST, NOW, running

SETTLED = LAST - timedelta(2)
SETTINGS = Settings.model_validate(
    {
        "account": [
            {
                "handle": "acme",
                "source": [{"type": "http-json", "url": "http://x/", "metrics": {"a": "a"}}],
            },
            {"handle": "side"},
        ],
        "alert": [{"kpi": "video_views", "below": 5600}, {"no_data_for": "2h"}],
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting_watch, "ROUND_SECONDS", 0.2)
    monkeypatch.setattr(alerting_watch, "SPACING_SECONDS", 0.05)


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


def monitor_of(store: Store, source: ScriptedConnector, **around) -> Monitor:
    around.setdefault("clock", lambda: NOW)
    return Monitor(
        SETTINGS, store, View("side"), lambda _: [source], Surroundings(**around)
    )


def views(value: float = 100.0) -> Batch:
    return days_batch(LAST, 60, video_views=value)


def by_kpi(monitor: Monitor, store: Store) -> list[tuple[str | None, str]]:
    del monitor
    snapshot = Monitor(
        SETTINGS, store, View("acme"), lambda _: [], Surroundings(clock=lambda: NOW)
    ).whole_snapshot()
    return [(alert.kpi, alert.state) for alert in snapshot.alerts]


async def test_an_account_that_nobody_looks_at_is_judged_too(store: Store):
    monitor = monitor_of(store, ScriptedConnector(views()))
    rings: list[Ring] = []
    monitor.subscribe_alerts(rings.append)
    async with running(monitor) as seen:
        await until(lambda: seen and seen[-1].alerts)
        await until(lambda: rings)
        (alert,) = seen[-1].alerts
        assert alert.text == "Video views are 2,800, below 5,600."
        assert ("days", f"28 to {SETTLED.day} Mar") in alert.evidence
        await monitor.answer_alert(alert.id, "acknowledge", note="known")
        await until(lambda: seen[-1].alerts[0].state == "acknowledged")
        await asyncio.sleep(0.5)
        assert seen[-1].alerts[0].note == "known"
        await monitor.answer_alert("no such alert", "acknowledge")
    assert [ring.message.title for ring in rings] == ["@acme: Video views below 5,600"]
    assert (rings[0].is_bell, rings[0].is_desktop) == (True, True)
    assert by_kpi(monitor, store) == [("video_views", "acknowledged")]


async def test_a_second_run_tells_nothing_again(store: Store):
    for expected in (1, 0):
        monitor = monitor_of(store, ScriptedConnector(views()))
        rings: list[Ring] = []
        monitor.subscribe_alerts(rings.append)
        async with running(monitor) as seen:
            assert monitor.whole_snapshot().alerts if not expected else True
            await until(lambda: seen and seen[-1].alerts)
            await asyncio.sleep(0.5)
        assert len(rings) == expected


async def test_a_failing_source_raises_what_its_age_says(store: Store):
    now = [NOW]
    source = ScriptedConnector(views(6000.0), SourceError("answered 502"))
    monitor = monitor_of(store, source, clock=lambda: now[0])
    rings: list[Ring] = []
    monitor.subscribe_alerts(rings.append)
    async with running(monitor):
        await until(lambda: source.fetches >= 1)
        await asyncio.sleep(0.2)
        now[0] += 7300
        source.change.set()
        await until(lambda: rings)
    assert rings[0].message.text == "acme/http-json has failed for 2 h: 1 KPI is stale."


async def test_a_viewer_shows_and_answers_and_tells_nobody(
    store: Store, tmp_path: Path
):
    path = tmp_path / "kpi.db"
    lock = PollingLock(path)
    assert lock.try_acquire()
    other = Store.open(path)
    poller = monitor_of(other, ScriptedConnector(views()), lock=lock)
    viewer = monitor_of(store, ScriptedConnector(views()), lock=PollingLock(path))
    told: list[str] = []
    poller.subscribe_alerts(lambda _: told.append("poller"))
    viewer.subscribe_alerts(lambda _: told.append("viewer"))
    async with running(viewer) as shown:
        await until(lambda: shown and shown[-1].notices)
        async with running(poller) as seen:
            await until(lambda: shown[-1].alerts)
            alert = shown[-1].alerts[0]
            await viewer.answer_alert(alert.id, "snooze", seconds=3600.0)
            await until(lambda: shown[-1].alerts[0].until == int(NOW + 3600))
            await until(lambda: seen[-1].alerts[0].state == "snoozed")
    assert told == ["poller"]
    lock.release()
    other.close()


async def test_who_takes_over_knows_what_the_other_told_last(store: Store):
    store.ingest("acme/http-json", views())
    is_polling, rings = [False], list[Ring]()
    watch = AlertWatch(
        store,
        AlertSurroundings(
            settings=lambda: SETTINGS,
            sources=lambda: (),
            is_polling=lambda: is_polling[0],
            changed=lambda: None,
            clock=lambda: NOW,
        ),
    )
    watch.subscribe(rings.append)
    await watch.round()
    other = AlertDesk(store)
    other.evaluate(SETTINGS, (), NOW)
    await other.tell(SETTINGS, NOW, lambda _: None)
    is_polling[0] = True
    await watch.round()
    assert ([alert.state for alert in watch.alerts], rings) == (["raised"], [])


async def test_news_that_come_with_the_end_do_not_undo_it(store: Store):
    around = AlertSurroundings(
        settings=lambda: SETTINGS,
        sources=lambda: (),
        is_polling=lambda: False,
        changed=lambda: None,
        clock=lambda: NOW,
    )
    watch = AlertWatch(store, around)
    task = asyncio.ensure_future(watch.run())
    await asyncio.sleep(0.15)  # in the wait between two rounds
    watch.wake()
    task.cancel()
    await asyncio.wait([task], timeout=20)
    assert task.cancelled()


async def test_collecting_once_judges_and_tells(store: Store):
    monitor = monitor_of(store, ScriptedConnector(views()))
    rings: list[Ring] = []
    monitor.subscribe_alerts(rings.append)
    await monitor.collect_once()
    assert [ring.message.kind for ring in rings] == ["raised"]
    assert by_kpi(monitor, store) == [("video_views", "raised")]


async def test_a_command_that_fails_is_a_notice(store: Store):
    config = SETTINGS.model_copy(
        update={"notify": SETTINGS.notify.model_copy(update={"command": ("false",)})}
    )
    source = ScriptedConnector(views())
    around = Surroundings(clock=lambda: NOW)
    monitor = Monitor(config, store, View("acme"), lambda _: [source], around)
    async with running(monitor) as seen:
        await until(lambda: seen and seen[-1].notices)
        assert seen[-1].notices == ("the alert command false ended with code 1",)


async def test_a_store_that_cannot_be_read_is_told_and_judged_later(store: Store):
    monitor = monitor_of(store, ScriptedConnector(views()))
    monitor._polling.is_polling = True
    store.close()
    assert await monitor._alerts.round() is False
    assert monitor._alerts.notices[0].startswith("alerts are not judged: ")
