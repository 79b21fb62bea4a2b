"""No request before the server's time: a poller, real HTTP, and a clock of the test's."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from kpi_tui.config.settings import HttpJsonSource, Settings
from kpi_tui.kpi.readings import Batch
from kpi_tui.monitor.health import Health
from kpi_tui.monitor.monitor import Monitor, Surroundings
from kpi_tui.monitor.poller import Poller
from kpi_tui.monitor.schedule import CIRCUIT_FAILURES
from kpi_tui.monitor.snapshot import RequestsLeft, Snapshot, View
from kpi_tui.sources.base import Identity
from kpi_tui.sources.gauges import Budget, Gauges
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.http_json import HttpJsonConnector
from kpi_tui.sources.port import Connector, SourceError
from kpi_tui.store.store import Poll, Store
from tests.monitor.parts import ScriptedConnector, until
from tests.servers.loopback import Request, answer, serving
from tests.servers.unruly import unruly
from tests.sources.budget.timeline import Timeline

NOON = 1_774_353_600.0
"""2026-03-24 12:00 UTC."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


@dataclass
class Server:
    """The unruly server, which tells how often it was asked, and a mood for dates."""

    line: Timeline
    asked: list[float] = field(default_factory=list)
    """On the test's clock."""

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(self.line.now)
        if request.path == "/date-of-the-test":
            date = datetime.fromtimestamp(self.line.now + 90, UTC)
            when = format_datetime(date, usegmt=True)
            writer.write(answer(429, b"", {"Retry-After": when}))
        else:
            await unruly(request, writer)


@contextlib.asynccontextmanager
async def polling(
    store: Store, connector: Connector, line: Timeline
) -> AsyncIterator[Poller]:
    health = Health.of(connector, store.source_rows().get(connector.name))
    poller = Poller(
        connector,
        store,
        health,
        changed=lambda _: None,
        clock=line.clock,
        sleep=line.sleep,
    )
    task = asyncio.ensure_future(poller.run())
    try:
        yield poller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await connector.close()


async def after_failure(poller: Poller, line: Timeline, count: int) -> None:
    """Wait until a try has failed and the next one has its time."""
    health = poller.health
    await until(lambda: health.failures == count and (health.next_at or 0) > line.now)


async def to_the_next(poller: Poller, line: Timeline) -> None:
    """Let the time pass until the next try."""
    await line.advance((poller.health.next_at or 0) - line.now + 0.01)


async def press_and_wait(poller: Poller, line: Timeline, seconds: float) -> None:
    """Press ``r`` again and again over so much time of the test's clock."""
    for _ in range(5):
        poller.ask()
        await line.advance(seconds / 5)
        await asyncio.sleep(0.01)  # what was sent by mistake would arrive now
    poller.ask()


@pytest.mark.parametrize(
    ("path", "seconds", "state"),
    [
        ("/slow-down", 30.0, "rate limited"),
        ("/date-of-the-test", 90.0, "rate limited"),
        ("/busy", 7.0, "failed"),
        ("/slow-down-plain", 60.0, "rate limited"),  # no header: a minute
    ],
)
async def test_retry_after_holds_for_the_user_too(
    store: Store, path: str, seconds: float, state: str
) -> None:
    line = Timeline(NOON)
    server = Server(line)
    async with serving(server.handle) as base:
        source = HttpJsonSource(type="http-json", url=base + path, metrics={"a": "a"})
        identity = Identity("acme/http-json", "acme", "http-json", 5.0)
        connector = HttpJsonConnector(identity, source, HttpClient(clock=line.clock))
        async with polling(store, connector, line) as poller:
            await until(lambda: poller.health.next_at is not None)
            assert poller.health.state == state
            await press_and_wait(poller, line, seconds - 0.1)
            assert server.asked == [NOON]
            await line.advance(0.2)
            await until(lambda: len(server.asked) == 2)
            assert server.asked[1] >= NOON + seconds


@pytest.mark.parametrize("path", ["/slow-down", "/date-of-the-test", "/busy"])
async def test_the_timer_never_comes_before_retry_after(
    store: Store, path: str
) -> None:
    line = Timeline(NOON)
    server = Server(line)
    # A date has whole seconds: one that is 90 s ahead may say 89 and a bit.
    least = {"/slow-down": 30, "/date-of-the-test": 89, "/busy": 7}[path]
    async with serving(server.handle) as base:
        source = HttpJsonSource(type="http-json", url=base + path, metrics={"a": "a"})
        identity = Identity("acme/http-json", "acme", "http-json", 5.0)
        connector = HttpJsonConnector(identity, source, HttpClient(clock=line.clock))
        async with polling(store, connector, line) as poller:
            for count in range(1, 5):
                await after_failure(poller, line, count)
                await to_the_next(poller, line)
    gaps = [b - a for a, b in pairwise(server.asked)]
    assert len(gaps) >= 3
    assert min(gaps) >= least


async def test_an_open_circuit_says_when_it_tries_again_and_closes_with_an_answer(
    store: Store,
) -> None:
    line = Timeline(NOON)
    faults = [SourceError("out of order")] * CIRCUIT_FAILURES
    source = ScriptedConnector(*faults, Batch(), interval=300.0)
    async with polling(store, source, line) as poller:
        health = poller.health
        for count in range(1, CIRCUIT_FAILURES):
            await after_failure(poller, line, count)
            assert health.circuit_until is None
            await to_the_next(poller, line)
        await after_failure(poller, line, CIRCUIT_FAILURES)
        shown = health.frozen(line.now, is_paused=False)
        assert shown.circuit_until == shown.next_at is not None
        assert health.frozen(line.now, is_paused=True).circuit_until is None
        assert 60 <= (health.circuit_until or 0) - line.now <= 3600

        # `r` tries at once: two seconds after the last try, no sooner.
        poller.ask()
        await line.advance(1.9)
        assert source.fetches == CIRCUIT_FAILURES
        await line.advance(0.2)
        await until(lambda: health.state == "ok")
        assert (health.circuit_until, health.failures) == (None, 0)
    assert source.most_running == 1


async def test_an_open_circuit_makes_one_trial_at_a_time(store: Store) -> None:
    line = Timeline(NOON)
    source = ScriptedConnector(SourceError("out of order"), interval=5.0)
    async with polling(store, source, line) as poller:
        for count in range(1, 12):
            await after_failure(poller, line, count)
            wait = (poller.health.next_at or 0) - line.now
            if count >= CIRCUIT_FAILURES:
                assert 60 <= wait <= 3600
                await line.advance(wait - 0.1)
            assert source.fetches == count
            await to_the_next(poller, line)
    assert source.most_running == 1


async def test_what_the_server_said_holds_when_the_config_is_read_again(
    store: Store,
) -> None:
    made: list[ScriptedConnector] = []

    def connectors(_: Settings) -> list[ScriptedConnector]:
        fault = SourceError("too often", fault="rate limited", retry_after=600)
        made.append(ScriptedConnector(fault, interval=5.0))
        return made[-1:]

    first = Settings.model_validate({"account": [{"handle": "acme"}]})
    second = Settings.model_validate({"account": [{"handle": "acme", "name": "A"}]})
    now = [first]
    around = Surroundings(clock=lambda: NOON, reread=lambda _: (now[0], None))
    monitor = Monitor(first, store, View("acme"), connectors, around)
    seen: list[Snapshot] = []
    monitor.subscribe(seen.append)
    task = asyncio.ensure_future(monitor.run())
    try:
        await until(lambda: made and made[0].fetches == 1)
        now[0] = second
        await until(lambda: len(made) == 2, 10)
        then = datetime(2026, 3, 24, 12, 10, tzinfo=UTC)
        await until(lambda: [s.next_at for s in seen[-1].sources] == [then])
        monitor.poll_now()
        await asyncio.sleep(0.2)
        assert [connector.fetches for connector in made] == [1, 0]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


TOO_OFTEN = SourceError(
    "too often", fault="rate limited", hint="it is asked again", retry_after=600
)


async def test_what_the_server_said_holds_for_whoever_polls_next(store: Store) -> None:
    """A restart, or another process that takes over: a new poller on the file."""
    line = Timeline(NOON)
    async with polling(
        store, ScriptedConnector(TOO_OFTEN, interval=5.0), line
    ) as first:
        await after_failure(first, line, 1)
    line.now += 100
    again = ScriptedConnector(Batch(), interval=5.0)
    async with polling(store, again, line) as poller:
        await until(lambda: poller.health.next_at == NOON + 600)
        shown = poller.health.frozen(line.now, is_paused=False)
        assert (shown.state, shown.error) == ("rate limited", "too often")
        assert shown.hint == "it is asked again"
        assert again.held == 500  # also by those who share its limits
        await press_and_wait(poller, line, 499.9)
        assert again.fetches == 0
        await line.advance(0.2)
        await until(lambda: again.fetches == 1)
        await until(lambda: (poller.health.next_at or 0) > line.now)
    assert store.source_rows()["acme/http-json"].closed_until is None


async def test_an_open_circuit_keeps_its_minute_over_a_restart(store: Store) -> None:
    line = Timeline(NOON)
    source = ScriptedConnector(SourceError("out of order"), interval=300.0)
    async with polling(store, source, line) as poller:
        for count in range(1, CIRCUIT_FAILURES + 1):
            await after_failure(poller, line, count)
            await to_the_next(poller, line) if count < CIRCUIT_FAILURES else None
        tried = line.now
    line.now += 20
    again = ScriptedConnector(Batch(), interval=300.0)
    async with polling(store, again, line) as poller:
        await until(lambda: poller.health.next_at is not None)
        # As it is stored, in whole seconds.
        assert (poller.health.circuit_until or 0) == pytest.approx(tried + 60, abs=2)
        await line.advance(38)
        assert again.fetches == 0
        await line.advance(3)
        await until(lambda: again.fetches == 1)
    line.now += 1
    third = ScriptedConnector(Batch(), interval=300.0)
    async with polling(store, third, line):
        await until(lambda: third.fetches == 1)


async def test_the_user_may_try_what_an_open_circuit_waits_for(store: Store) -> None:
    line = Timeline(NOON)
    failed = Poll("acme/http-json", "acme", "test", NOON, "failed", "no", failures=9)
    store.record_poll(replace(failed, circuit_until=NOON + 3000))
    source = ScriptedConnector(Batch(), interval=300.0)
    async with polling(store, source, line) as poller:
        await until(lambda: poller.health.next_at == NOON + 60)
        poller.ask()
        await until(lambda: source.fetches == 1)


async def test_waits_that_a_wrong_clock_stored_are_forgotten(store: Store) -> None:
    line = Timeline(NOON)
    ahead = NOON + 10 * 365 * 86_400
    failed = Poll(
        "acme/http-json", "acme", "test", ahead, "rate limited", "no", failures=9
    )
    store.record_poll(
        replace(failed, closed_until=ahead + 600, circuit_until=ahead + 600)
    )
    source = ScriptedConnector(Batch(), interval=300.0)
    async with polling(store, source, line):
        await until(lambda: source.fetches == 1)


async def test_asking_once_from_a_timetable_obeys_as_well(store: Store) -> None:
    """``collect --once`` every five minutes must not ask ten times in the wait."""
    settings = Settings.model_validate({"account": [{"handle": "acme"}]})
    source = ScriptedConnector(TOO_OFTEN, interval=5.0)
    now = [NOON]
    asked = []
    for now[0] in (NOON, NOON + 300, NOON + 599, NOON + 601):
        around = Surroundings(clock=lambda: now[0])
        monitor = Monitor(settings, store, View("acme"), lambda _: [source], around)
        (shown,) = await monitor.collect_once()
        assert (shown.state, shown.error) == ("rate limited", "too often")
        asked.append(source.fetches)
    assert asked == [1, 1, 1, 2]


def test_what_a_source_has_left_reaches_the_screen_as_its_own_type() -> None:
    source = ScriptedConnector()
    health = Health.of(source, None)
    assert health.frozen(NOON, is_paused=False).budgets == ()
    source.left = Gauges(
        (Budget("requests a minute", 212, 600, NOON + 41.3),), NOON + 86_400, None
    )
    shown = health.frozen(NOON, is_paused=False)
    resets = datetime(2026, 3, 24, 12, 0, 41, tzinfo=UTC)
    assert shown.budgets == (RequestsLeft("requests a minute", 212, 600, resets),)
    assert shown.token_until == datetime(2026, 3, 25, 12, tzinfo=UTC)
    assert shown.sign_in_until is None
