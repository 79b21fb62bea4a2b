"""Commands and services are told for real, in time, and again after they failed."""

import asyncio
import json
import logging
import os
import shlex
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kpi_tui.config.section import Secret
from kpi_tui.config.settings import NotifySection, Settings
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.alerts_messages import Message
from kpi_tui.monitor import notify
from kpi_tui.monitor.alerting import MOST_TRIES, RETRY_SECONDS, AlertDesk
from kpi_tui.monitor.alerting_book import (
    MOST_RETRIES,
    Book,
    Retry,
    read_book,
    write_book,
)
from kpi_tui.monitor.notify import send, sinks_of
from kpi_tui.store.store import Store
from tests.monitor.parts import until
from tests.monitor.test_alerting import ATHENS, LOW, ingest, settings_of, settled
from tests.servers.loopback import Request, answer, serving

ALERT = Alert(
    id="ab12cd34",
    account="acme",
    kpi="reach",
    rule="Unique viewers below 5",
    text="Unique viewers are 3, below 5.",
    state="raised",
    raised_at=100,
    changed_at=100,
    until=None,
    note="",
    value=3.0,
    evidence=(("value", "3"),),
)
MESSAGE = Message(
    "raised", "acme", "@acme: it's $(low)", "one\ntwo\x1b]0;x\x07", (ALERT,)
)


def python(*lines: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "\n".join(("import json, os, sys, time", *lines)))


def by_command(*command: str) -> NotifySection:
    return NotifySection(command=command)


async def test_a_command_finds_the_alert_in_its_environment_and_on_its_input(
    tmp_path: Path,
) -> None:
    place = tmp_path / "told"
    script = python(
        "found = {k: v for k, v in os.environ.items() if k.startswith('KPI_TUI')}",
        "found['in'] = json.load(sys.stdin)",
        f"open({str(place)!r}, 'w').write(json.dumps(found))",
    )
    config = by_command(*script)

    assert await send(MESSAGE, config, sinks_of(config)) == {}

    found = json.loads(place.read_text())
    assert found.pop("in") == {
        "state": "raised",
        "account": "acme",
        "title": MESSAGE.title,
        "text": MESSAGE.text,
        "alerts": [
            {
                "id": "ab12cd34",
                "kpi": "reach",
                "rule": ALERT.rule,
                "text": ALERT.text,
                "state": "raised",
                "raised_at": 100,
                "value": 3.0,
                "evidence": {"value": "3"},
            }
        ],
    }
    assert found == {
        "KPI_TUI_ALERT_STATE": "raised",
        "KPI_TUI_ALERT_ACCOUNT": "acme",
        "KPI_TUI_ALERT_TITLE": "@acme: it's $(low)",
        "KPI_TUI_ALERT_TEXT": "one\ntwo]0;x",
        "KPI_TUI_ALERT_COUNT": "1",
    }


async def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    place = tmp_path / "$(touch x); *"
    config = by_command("touch", str(place))
    assert await send(MESSAGE, config, ("command",)) == {}
    found = [one.name for one in await asyncio.to_thread(lambda: [*tmp_path.iterdir()])]
    assert found == ["$(touch x); *"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("/no/such/thing", "token"), "the alert command /no/such/thing cannot be run"),
        (("a\0b",), "the alert command ab cannot be run"),
        (
            python("sys.exit(3)"),
            f"the alert command {sys.executable} ended with code 3",
        ),
    ],
)
async def test_a_command_that_fails_is_told_without_its_arguments(
    command: tuple[str, ...], why: str
) -> None:
    assert await send(MESSAGE, by_command(*command), ("command",)) == {"command": why}


async def test_a_command_that_reads_nothing_is_no_failure() -> None:
    big = Message("raised", "acme", "t", "x" * 2_000_000, (ALERT,) * 1000)
    # What is too much for an environment is still on the input.
    config = by_command(*python("sys.stdin.close()"))
    found = await send(big, config, ("command",))
    assert found in (
        {},
        {"command": f"the alert command {sys.executable} cannot be run"},
    )


async def test_a_command_that_hangs_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "SINK_SECONDS", 0.5)
    place = tmp_path / "alive"
    os.mkfifo(place)
    alive = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    child = f"(echo x; exec sleep 60) > {shlex.quote(str(place))}"
    config = by_command("sh", "-c", f"{child} & {child}")
    assert await send(MESSAGE, config, ("command",)) == {
        "command": "the alert command sh did not end within 0.5 s"
    }
    said = []

    def have_ended() -> bool:
        """Whether nobody holds the other end any more."""
        try:
            said.append(os.read(alive, 100))
        except BlockingIOError:
            return False
        return said[-1] == b""

    await until(have_ended)
    assert b"x" in b"".join(said)
    os.close(alive)


# Services.


async def test_without_apprise_the_trouble_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # to import it is an ImportError
    config = NotifySection(apprise=(Secret(env="NO_SUCH_VARIABLE"),))
    assert await send(MESSAGE, config, sinks_of(config)) == {
        "apprise 1": "apprise is not installed: pip install 'kpi-tui[notify]'"
    }


# It imports modules that later Pythons lack, where they are there.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_services_are_told_and_their_addresses_are_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    got: list[Request] = []

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        got.append(request)
        is_good = "good" in request.path
        writer.write(answer(200 if is_good else 500, b"", {}))

    async with serving(handle) as base:
        host = base.removeprefix("http://")
        monkeypatch.setenv("GOOD", f"json://{host}/good-token-123")
        monkeypatch.setenv("BAD", f"json://{host}/bad-token-456")
        monkeypatch.setenv("ODD", "no-such-service-token-789://x")
        names = ("GOOD", "BAD", "ODD", "NONE")
        config = NotifySection(apprise=tuple(Secret(env=name) for name in names))
        failed = await send(MESSAGE, config, sinks_of(config))
    assert failed == {
        "apprise 2": "apprise 2 did not take the message",
        "apprise 3": "apprise 3 is not an address that Apprise knows",
        "apprise 4": "notify: apprise 4: the environment variable NONE is not set "
        "(export NONE=... before kpi-tui starts)",
    }
    good = next(request for request in got if "good" in request.path)
    assert json.loads(good.body)["title"] == MESSAGE.title
    assert "token" not in caplog.text


# Again.


class Office:
    """A desk whose command fails until a file is there."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.mended = folder / "mended"
        self.tries = folder / "tries"
        script = f"echo x >> {self.tries}; test -e {self.mended}"
        self.command = ["sh", "-c", script]
        self.config = settings_of(LOW, notify={"command": self.command})
        self.rung: list[Message] = []
        self.desk = AlertDesk(store)

    async def round(self, now: float) -> None:
        self.desk.evaluate(self.config, (), now)
        await self.desk.tell(self.config, now, self.rung.append)

    @property
    def count(self) -> int:
        return len(self.tries.read_text().splitlines()) if self.tries.exists() else 0


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    ingest(store, [50, 50, 500])
    yield store
    store.close()


async def test_a_failed_command_is_tried_again_also_after_a_restart(
    store: Store, tmp_path: Path
) -> None:
    office = Office(store, tmp_path)
    now = settled(0)
    await office.round(now)
    assert office.desk.troubles == ("the alert command sh ended with code 1",)
    await office.round(now + RETRY_SECONDS - 1)
    assert office.count == 1
    office.desk = AlertDesk(store)
    await office.round(now + RETRY_SECONDS)
    assert office.count == 2
    office.mended.touch()
    await office.round(now + RETRY_SECONDS * 5)
    assert (office.count, office.desk.troubles) == (3, ())
    await office.round(now + 86_400 / 2)
    assert office.count == 3
    # The bell rang once.
    assert len(office.rung) == 1


async def test_it_is_given_up_after_six_tries(store: Store, tmp_path: Path) -> None:
    office = Office(store, tmp_path)
    now = settled(0)
    for minutes in range(0, 40 * 60, 10):
        await office.round(now + minutes * 60)
    assert office.count == MOST_TRIES
    assert read_book(store).retries == ()


async def test_nobody_is_tried_again_in_quiet_hours(
    store: Store, tmp_path: Path
) -> None:
    office = Office(store, tmp_path)
    now = settled(0)
    await office.round(now)
    start = datetime.fromtimestamp(now, ATHENS)
    end = start + timedelta(hours=3)
    office.config = settings_of(
        LOW, notify={"command": office.command, "quiet": f"{start:%H:%M}-{end:%H:%M}"}
    )
    for minutes in (5, 60, 179):
        await office.round(now + minutes * 60)
    assert office.count == 1
    await office.round(now + 3 * 3600 + 60)
    assert office.count == 2


async def test_what_is_over_is_not_told_any_more(store: Store, tmp_path: Path) -> None:
    office = Office(store, tmp_path)
    await office.round(settled(1))
    assert [retry.kind for retry in read_book(store).retries] == ["raised"]
    await office.round(settled(2))
    assert [retry.kind for retry in read_book(store).retries] == ["cleared"]
    assert office.count == 2


def test_messages_that_wait_are_bounded(store: Store) -> None:
    retries = tuple(
        Retry("raised", "acme", str(n), "", ("a",), ("command",), 1, 1)
        for n in range(MOST_RETRIES + 3)
    )
    write_book(store, Book(retries=retries), 1.0)
    kept = read_book(store).retries
    assert [retry.title for retry in kept][:1] == ["3"]
    assert len(kept) == MOST_RETRIES


def test_sinks_are_named_in_the_order_of_the_config() -> None:
    config = Settings.model_validate(
        {"notify": {"command": ["x"], "apprise": [{"env": "A"}, {"env": "B"}]}}
    ).notify
    assert sinks_of(config) == ("command", "apprise 1", "apprise 2")
    assert sinks_of(NotifySection()) == ()
