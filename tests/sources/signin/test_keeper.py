"""Tokens as connectors get them: in time, once, and in a process that lives on."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from kpi_tui.config.settings import (
    AdsSource,
    BusinessSource,
    DisplaySource,
    Secret,
    Settings,
)
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.registry import build_connectors
from kpi_tui.sources.signin.apps import app_of, signed_sources
from kpi_tui.sources.signin.helper import Order
from kpi_tui.sources.signin.keeper import StaticToken, StoredToken, keeper_of
from kpi_tui.sources.signin.renewal import passed_on, renew
from kpi_tui.sources.signin.tokens import ConsentError
from tests.servers.loopback import answer
from tests.servers.oauth import CLIENT_ID, SECRET, OAuth, secrets_of
from tests.sources.signin.scene import Scene

DAY = 86_400.0
NAME = "acme/tiktok-display"
AUTH = f"kpi-tui auth {NAME}"


async def test_a_young_token_needs_no_request(scene: Scene, oauth: OAuth) -> None:
    grant = scene.signed_in(age=0.79 * DAY)
    keeper = scene.keeper()
    assert keeper.until() == (None, None)  # nobody has looked yet
    assert await keeper.access_token() == grant.access
    assert await keeper.subject() == grant.open_id
    # Its sign-in goes on after the access token; TikTok did not say how long.
    assert keeper.until() == (scene.now + 0.21 * DAY, None)
    assert keeper.notes(scene.now) == ()
    assert oauth.requests == []


@pytest.mark.parametrize("kind", ["tiktok-display", "tiktok-business"])
async def test_it_is_refreshed_in_time_and_once_for_all(
    kind: str, scene: Scene, oauth: OAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[Order] = []

    async def counted(order: Order) -> None:
        orders.append(order)
        await renew(order)

    monkeypatch.setattr("kpi_tui.sources.signin.keeper.renew", counted)
    grant = scene.signed_in(kind, age=0.8 * DAY)
    old = grant.access
    one, other = scene.keeper(kind), scene.keeper(kind)  # as two processes have
    got = await asyncio.gather(
        *(keeper.access_token() for keeper in (one, other) for _ in range(8))
    )
    assert set(got) == {grant.access} != {old}
    assert (oauth.refreshes, len(oauth.requests)) == (1, 1)
    assert len(orders) <= 2  # a helper for each of the two, however many wait for it
    # What was handed out was on the disk before.
    assert scene.record(kind).tokens.access == grant.access
    assert await one.access_token() == grant.access
    assert len(oauth.requests) == 1


async def test_a_refresh_that_fails_early_costs_nothing(
    scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in(age=0.9 * DAY)
    keeper = scene.keeper()
    oauth.refusals = [answer(503), answer(503)]
    assert await keeper.access_token() == grant.access
    (note,) = keeper.notes(scene.now)
    assert note.startswith("Not refreshed: 127.0.0.1:")
    assert "a fault of its own (503)" in note
    assert await keeper.access_token() == grant.access
    assert len(oauth.requests) == 1  # not again at once
    scene.now += 61
    assert await keeper.access_token() == grant.access
    assert len(oauth.requests) == 2
    scene.now += 61
    old = grant.access
    assert await keeper.access_token() == grant.access != old
    assert keeper.notes(scene.now) == ()


async def test_once_it_has_ended_a_failure_is_a_failure(
    scene: Scene, oauth: OAuth
) -> None:
    scene.signed_in(age=DAY)
    oauth.refusals = [answer(503)]
    with pytest.raises(SourceError, match="a fault of its own") as caught:
        await scene.keeper().access_token()
    assert caught.value.fault == "failed"


@pytest.mark.parametrize("kind", ["tiktok-display", "tiktok-business"])
async def test_a_refresh_token_that_is_refused_asks_for_the_user(
    kind: str, scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in(kind, age=0.9 * DAY)
    oauth.grants.clear()
    keeper = scene.keeper(kind)
    assert await keeper.access_token() == grant.access  # as long as it lives
    assert f"kpi-tui auth acme/{kind}" in keeper.notes(scene.now)[0]
    scene.now += 100
    assert await keeper.access_token() == grant.access
    assert len(oauth.requests) == 1  # a refusal is not asked for again every minute
    scene.now += DAY
    with pytest.raises(ConsentError) as caught:
        await keeper.access_token()
    assert caught.value.hint == f"kpi-tui auth acme/{kind}"
    assert caught.value.fault == "unauthorised"
    shown = f"{caught.value!r} {caught.value.message}"
    assert not any(secret in shown for secret in (grant.access, grant.refresh, SECRET))


async def test_days_before_the_end_a_note_has_the_date(scene: Scene) -> None:
    scene.now = 1_774_353_600.0  # 2026-03-24 12:00 UTC
    keeper = scene.keeper()
    scene.signed_in(refresh_until=scene.now + 7 * DAY + 60)
    await keeper.access_token()
    assert keeper.until()[1] == scene.now + 7 * DAY + 60
    assert keeper.notes(scene.now) == ()
    assert keeper.notes(scene.now + 61) == (f"Sign in again by 2026-03-31: {AUTH}",)


async def test_without_a_refresh_token_the_sign_in_ends_with_the_access_token(
    scene: Scene,
) -> None:
    scene.now = 1_774_353_600.0
    scene.signed_in(life=3 * DAY)
    scene.change(refresh=None)
    keeper = scene.keeper()
    await keeper.access_token()
    assert keeper.until() == (scene.now + 3 * DAY, scene.now + 3 * DAY)
    assert keeper.notes(scene.now) == (f"Sign in again by 2026-03-27: {AUTH}",)


async def test_after_the_end_nobody_is_asked(scene: Scene, oauth: OAuth) -> None:
    scene.signed_in(age=2 * DAY, refresh_until=scene.now - 1)
    with pytest.raises(ConsentError, match="has ended"):
        await scene.keeper().access_token()
    assert oauth.requests == []


async def test_a_refused_token_is_replaced(scene: Scene, oauth: OAuth) -> None:
    grant = scene.signed_in(age=3600)
    keeper = scene.keeper()
    old = await keeper.access_token()
    got = await asyncio.gather(*(keeper.refused(old) for _ in range(5)))
    assert set(got) == {grant.access} != {old}
    assert oauth.refreshes == 1
    # One that another process has replaced already is only read.
    assert await keeper.refused(old) == grant.access
    assert oauth.refreshes == 1
    # A new one that is refused as well would be refreshed for ever.
    with pytest.raises(ConsentError, match="refuses even a new token"):
        await keeper.refused(grant.access)
    assert oauth.refreshes == 1


async def test_a_token_without_a_refresh_is_the_users(
    scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in("tiktok-ads", age=900 * DAY, life=None)
    keeper = scene.keeper("tiktok-ads")
    assert await keeper.access_token() == grant.access
    assert keeper.until() == (None, None)
    with pytest.raises(ConsentError, match="no longer accepts") as caught:
        await keeper.refused(grant.access)
    assert caught.value.hint == "kpi-tui auth acme/tiktok-ads"
    assert oauth.requests == []


async def test_who_has_not_signed_in_is_told_how(scene: Scene) -> None:
    with pytest.raises(ConsentError, match="nobody has signed in yet") as caught:
        await scene.keeper().access_token()
    assert caught.value.hint == AUTH
    scene.signed_in()
    other = StoredToken(NAME, scene.app(client_id="another-app"), scene.vault)
    with pytest.raises(ConsentError, match="given to another app"):
        await other.access_token()


async def test_a_secret_that_cannot_be_read_stops_the_refresh(
    scene: Scene, oauth: OAuth
) -> None:
    scene.signed_in(age=DAY)
    scene.secret.unlink()
    with pytest.raises(SourceError, match="there is no file"):
        await scene.keeper().access_token()
    assert oauth.requests == []


def helpers() -> dict[int, Path]:
    """The processes that this one started, by their id."""
    found = {}
    for place in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            command = (place / "cmdline").read_bytes()
            if int(parent) == os.getpid() and b"signin.helper" in command:
                found[int(place.name)] = place
    return found


@pytest.fixture
async def slow(scene: Scene, oauth: OAuth) -> AsyncIterator[None]:
    """A server that answers so late that its callers can be looked at."""
    oauth.delay_seconds = 1.0
    yield
    async with asyncio.timeout(20):
        while helpers():
            await asyncio.sleep(0.05)


async def begun(oauth: OAuth) -> int:
    """Wait until the server has rotated; the helper's id."""
    async with asyncio.timeout(20):
        while not oauth.refreshes:
            await asyncio.sleep(0.01)
    (pid,) = helpers()
    return pid


@pytest.mark.usefixtures("slow")
async def test_nothing_secret_is_in_the_helpers_arguments_or_environment(
    scene: Scene, oauth: OAuth, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.signed_in(age=DAY)
    for name in ("TIKTOK_APP_SECRET", "BROWSER_X"):
        monkeypatch.setenv(name, SECRET)
    before = secrets_of(oauth)
    asked = asyncio.create_task(scene.keeper().access_token())
    place = Path("/proc") / str(await begun(oauth))
    seen = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
    assert b"PATH=" in seen
    for secret in (*before, *secrets_of(oauth)):
        assert secret.encode() not in seen
    assert oauth.accepts(await asked)


@pytest.mark.usefixtures("slow")
async def test_who_stops_waiting_does_not_stop_the_refresh(
    scene: Scene, oauth: OAuth
) -> None:
    grant = scene.signed_in(age=DAY)
    asked = asyncio.create_task(scene.keeper().access_token())
    pid = await begun(oauth)
    assert os.getsid(pid) == pid != os.getsid(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    # A closed terminal, Ctrl-C and a stopped service reach it as little.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        os.kill(pid, number)
    # The next one waits for it, and asks for nothing of its own.
    assert await scene.keeper().access_token() == grant.access
    assert oauth.refreshes == 1


async def test_a_killed_helper_is_survived_where_the_server_is_patient(
    scene: Scene, oauth: OAuth
) -> None:
    oauth.mode, oauth.delay_seconds = "grace", 0.1
    scene.signed_in()
    for number in range(3):
        scene.change(obtained_at=scene.now - 2 * DAY, access_until=scene.now)
        asked = asyncio.create_task(scene.keeper().access_token())
        async with asyncio.timeout(20):
            while not helpers():
                await asyncio.sleep(0.001)
        await asyncio.sleep(random.uniform(0, 0.6) if number else 0.3)
        for pid in helpers():
            os.kill(pid, signal.SIGKILL)
        with suppress(SourceError):
            await asked
        assert oauth.accepts(await scene.keeper().access_token())


async def test_a_helper_that_cannot_start(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.signed_in()
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(SourceError, match="could not start: No such file"):
        await renew(scene.order())


async def test_a_helper_that_ends_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.signed_in()
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(SourceError, match="ended without a word"):
        await renew(scene.order())


def test_what_the_helper_needs_is_passed_on() -> None:
    given = {"PATH": "/bin", "https_proxy": "http://p", "LC_ALL": "C", "TOKEN": "x"}
    assert passed_on(given | {"XDG_DATA_HOME": "/d", "AWS_SECRET": "y"}) == {
        "PATH": "/bin",
        "https_proxy": "http://p",
        "LC_ALL": "C",
        "XDG_DATA_HOME": "/d",
    }


async def test_a_token_of_the_config_is_read_at_each_call(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text("act.one")
    keeper = StaticToken(Secret(file=path), "acme/tiktok-ads, access_token", "7001")
    assert await keeper.access_token() == "act.one"
    path.write_text("act.two")
    assert await keeper.access_token() == "act.two"
    assert (await keeper.subject(), keeper.until()) == ("7001", (None, None))
    assert keeper.notes(0) == ()
    with pytest.raises(SourceError, match="does not accept") as caught:
        await keeper.refused("act.two")
    assert caught.value.fault == "unauthorised"
    path.unlink()
    with pytest.raises(SourceError, match="there is no file"):
        await keeper.access_token()


APP = {"app_id": CLIENT_ID, "app_secret": {"env": "S"}}
DISPLAY = {"type": "tiktok-display", "client_key": "k", "client_secret": {"env": "S"}}


def test_each_source_has_the_keeper_that_its_config_asks_for() -> None:
    token = {"access_token": {"env": "T"}}
    business = BusinessSource.model_validate(
        {"type": "tiktok-business", "business_id": "b"} | token
    )
    ads = AdsSource.model_validate({"type": "tiktok-ads", "advertiser_id": "7"} | token)
    for source in (business, ads):
        assert app_of(source, "x") is None
        assert isinstance(keeper_of(source, "x"), StaticToken)
    display = DisplaySource.model_validate(DISPLAY)
    signed = BusinessSource.model_validate({"type": "tiktok-business"} | APP)
    for one in (display, signed):
        assert isinstance(keeper_of(one, "x"), StoredToken)
    app = app_of(signed, "acme/tiktok-business")
    assert app is not None
    assert (app.client_id, app.kind) == (CLIENT_ID, "tiktok-business")
    assert app.authorize_url.startswith("https://www.tiktok.com/")


def test_names_are_those_of_the_connectors() -> None:
    ads = {"type": "tiktok-ads"} | APP
    settings = Settings.model_validate(
        {
            "account": [
                {"handle": "acme", "source": [DISPLAY, {"type": "manual"}, DISPLAY]},
                {"handle": "mill", "source": [ads, {"type": "tiktok-business"} | APP]},
            ],
            "competitor": [{"handle": "mill", "source": [ads]}],
        }
    )
    names = list(signed_sources(settings))
    assert names == [
        "acme/tiktok-display",
        "acme/tiktok-display-2",
        "mill/tiktok-ads",
        "mill/tiktok-business",
        "mill/tiktok-ads-2",
    ]
    built = [connector.name for connector in build_connectors(settings)]
    assert [name for name in built if "manual" not in name] == names


async def test_times_are_those_of_the_answer(scene: Scene, oauth: OAuth) -> None:
    oauth.access_seconds = 100
    scene.signed_in(age=DAY)
    keeper = scene.keeper()
    began = time.time()
    await keeper.access_token()
    end = keeper.until()[0]
    assert end is not None
    assert began + 100 <= end <= time.time() + 100
    scene.keep(replace(scene.record(), asked_at=None))
