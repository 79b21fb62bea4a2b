"""kpi-tui auth as users run it: a browser, a terminal, or neither."""

import asyncio
import re
import signal
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from kpi_tui.cli import auth
from kpi_tui.cli.errors import Failure
from kpi_tui.cli.pasting import browser_is_here
from kpi_tui.config.load import load
from kpi_tui.sources.signin.apps import app_of, signed_sources
from tests.cli.desk import ADS, BUSINESS, DISPLAY, Desk
from tests.servers.loopback import serving
from tests.servers.oauth import ADVERTISERS, CLIENT_ID, SECRET, OAuth


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    oauth = OAuth()
    async with serving(oauth.handle) as base:
        found = Desk(tmp_path, oauth, base)
        found.write()
        yield found


async def visited(address: str) -> str:
    """Where a browser elsewhere ends: at an address that it cannot load."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(address)
        assert answer.status_code == 302
        return answer.headers["location"]


async def test_with_a_browser_it_is_one_command(desk: Desk) -> None:
    ended = await desk.ran(DISPLAY, **desk.browser())
    assert ended.code == 0, ended.err
    (grant,) = desk.oauth.grants
    assert ended.out.startswith(f"{DISPLAY} is signed in as {grant.open_id}, until 20")
    assert "Traceback" not in ended.err
    assert desk.shows_no_secret(ended)
    record = desk.vault.record(DISPLAY)
    assert record is not None
    assert (record.tokens.access, record.client_id) == (grant.access, CLIENT_ID)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in desk.vault.folder.iterdir()}
    assert modes == {0o600}
    async with asyncio.timeout(10):  # the browser may still be reading
        while not (desk.home / "page").exists():
            await asyncio.sleep(0.01)
    page = (desk.home / "page").read_text()
    assert "go back to the terminal" in page
    assert "code" not in page

    listed = await desk.ran("--list")
    assert listed.code == 0
    assert desk.shows_no_secret(listed)
    rows = [re.split(" {2,}", line) for line in listed.out.splitlines()]
    states = {row[0]: row[1] for row in rows}
    assert states == {
        "SOURCE": "STATE",
        DISPLAY: "signed in",
        BUSINESS: "not signed in",
        ADS: "not signed in",
        f"{ADS}-2": "token in the config",
    }

    forgotten = await desk.ran("--forget", DISPLAY)
    assert forgotten.code == 0
    assert "signed out, here and at TikTok" in forgotten.out
    assert not desk.oauth.accepts(grant.access)
    assert desk.vault.names() == []


async def test_the_accounts_api_brings_its_business_id(desk: Desk) -> None:
    desk.oauth.access_seconds, desk.oauth.refresh_seconds = 7200, 200_000
    ended = await desk.ran(BUSINESS, **desk.browser())
    assert ended.code == 0, ended.err
    (grant,) = desk.oauth.grants
    record = desk.vault.record(BUSINESS)
    assert record is not None
    assert record.tokens.subject == grant.open_id
    life = (record.tokens.access_until or 0) - record.tokens.obtained_at
    assert life == 7200
    # It granted less than was asked for, and that is said.
    assert "TikTok granted no user.info.username" in ended.err
    listed = await desk.ran("--list")
    assert "ends soon: sign in again" in listed.out


async def test_over_ssh_the_address_is_pasted_back(desk: Desk) -> None:
    ssh = {"SSH_CONNECTION": "1", "DISPLAY": ":0"}
    async with desk.run(DISPLAY, is_terminal=True, **ssh) as run:
        address = await run.address()
        assert "&code_challenge_method=S256" in address
        place = await visited(address)
        for wrong in ("yes", place.replace("&state=", "&state=x")):
            run.type(wrong + "\n")
        run.type(f'  "{place}"\n')
        ended = await run.ended()
    assert ended.code == 0, ended.err
    assert "Your browser opens" not in ended.err
    assert "this is not the address that the browser ended at" in ended.err
    assert "does not belong to this sign-in" in ended.err
    assert desk.vault.record(DISPLAY) is not None
    assert desk.shows_no_secret(ended)


async def test_a_redirect_address_elsewhere_is_pasted_too(desk: Desk) -> None:
    elsewhere = 'redirect_uri = "https://acme.example/tiktok/"'
    desk.write(business=elsewhere)
    alone = await desk.ran(BUSINESS, **desk.browser())
    assert (alone.code, "its address must be pasted" in alone.err) == (2, True)
    async with desk.run(BUSINESS, is_terminal=True) as run:
        place = await visited(await run.address())
        assert place.startswith("https://acme.example/tiktok/?code=")
        run.type(place + "\n")
        ended = await run.ended()
    assert ended.code == 0, ended.err


async def test_a_loopback_address_with_a_port_is_listened_on(desk: Desk) -> None:
    async with serving(desk.oauth.handle) as taken:  # a port that is free afterwards
        port = taken.rpartition(":")[2]
        desk.write(business=f'redirect_uri = "http://localhost:{port}/back"')
        refused = await desk.ran(BUSINESS, **desk.browser())
        assert (refused.code, f"port {port}" in refused.err) == (2, True)
    ended = await desk.ran(BUSINESS, **desk.browser())
    assert ended.code == 0, ended.err


async def test_without_browser_and_terminal_it_says_what_to_do(desk: Desk) -> None:
    ended = await desk.ran(DISPLAY)
    assert ended.code == 2
    assert "needs a browser here, or a terminal" in ended.err
    assert f"Next: run it in a terminal: kpi-tui auth {DISPLAY}" in ended.err
    refused = await desk.ran(DISPLAY, "--no-browser", **desk.browser())
    assert refused.code == 2
    assert desk.oauth.requests == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "lambda a: a.replace('&state=', '&state=x')",
            "does not belong to this sign-in",
        ),
        ("lambda a: a", "TikTok gave no consent (access_denied): “User said no”"),
    ],
)
async def test_a_strangers_answer_and_a_no_end_it(
    change: str, words: str, desk: Desk
) -> None:
    desk.oauth.is_denied = "replace" not in change
    ended = await desk.ran(DISPLAY, **desk.browser(change))
    assert (ended.code, words in ended.err) == (1, True), ended.err
    assert "Traceback" not in ended.err
    assert desk.vault.names() == []


async def test_a_code_that_tiktok_does_not_take(desk: Desk) -> None:
    ended = await desk.ran(DISPLAY, **desk.browser() | {"APP_SECRET": "wrong-secret"})
    assert ended.code == 2
    assert "does not accept the app (invalid_client)" in ended.err
    assert "wrong-secret" not in ended.err
    nobody = await desk.ran(DISPLAY, **desk.browser() | {"APP_SECRET": ""})
    assert nobody.code == 1
    assert "the app's secret" in nobody.err


async def test_advertisers_are_listed_to_choose_from(desk: Desk) -> None:
    ended = await desk.ran(ADS, **desk.browser())
    assert ended.code == 2
    assert "there are several advertisers" in ended.err
    assert "7001        Acme [31mOils" in ended.out
    async with desk.run(ADS, is_terminal=True) as run:
        run.type(await visited(await run.address()) + "\n")
        await run.asks("Which one:")
        run.type("7003\n")
        await run.asks("Which one:")
        run.type("7002\n")
        chosen = await run.ended()
    assert chosen.code == 0, chosen.err
    assert f"{ADS} reads advertiser 7002" in chosen.out
    record = desk.vault.record(ADS)
    assert record is not None
    assert (record.tokens.subject, record.tokens.refresh) == ("7002", None)
    assert record.tokens.subjects == tuple(ADVERTISERS)
    desk.write(ads='advertiser_id = "7001"')
    assert (await desk.ran(ADS, **desk.browser())).code == 0
    desk.write(ads='advertiser_id = "7007"')
    other = await desk.ran(ADS, **desk.browser())
    assert (other.code, "7007 of the config gave no consent" in other.err) == (2, True)


async def test_ctrl_c_and_the_end_of_input_end_it_cleanly(desk: Desk) -> None:
    async with desk.run(DISPLAY, is_terminal=True) as run:
        await run.address()
        run.program.send_signal(signal.SIGINT)
        stopped = await run.ended()
    async with desk.run(DISPLAY, is_terminal=True) as run:
        await run.address()
        run.type("\x04")
        ended = await run.ended()
    assert (stopped.code, ended.code) == (130, 1)
    assert "no address was pasted" in ended.err
    assert "Traceback" not in stopped.err + ended.err


async def test_nobody_is_waited_for_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "WAIT_SECONDS", 0.1)
    monkeypatch.setenv("BROWSER", "true %s")
    monkeypatch.setenv("APP_SECRET", SECRET)
    app = app_of(signed_sources(load(desk.home / "my.toml"))[DISPLAY], DISPLAY)
    assert app is not None
    with pytest.raises(Failure, match="no answer came within") as caught:
        await auth._asked(app, has_browser=True, has_terminal=False)
    assert (caught.value.exit_code, caught.value.hint) == (1, f"kpi-tui auth {DISPLAY}")


async def test_signing_out_works_also_where_tiktok_cannot_be_told(desk: Desk) -> None:
    await desk.ran(DISPLAY, **desk.browser())
    ended = await desk.ran("--forget", DISPLAY, APP_SECRET="wrong-secret")
    assert ended.code == 1
    assert "is signed out here, but TikTok was not told" in ended.err
    assert desk.vault.names() == []
    again = await desk.ran("--forget", DISPLAY)
    assert (again.code, "is not signed in; signed in: none" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "which source?"),
        (("acme/tiktok-displai",), "did you mean acme/tiktok-display?"),
        (("acme/manual",), "no source 'acme/manual' can be signed in"),
        ((f"{ADS}-2",), "has its token in the config"),
    ],
)
async def test_what_cannot_be_signed_in_is_said(
    words: tuple[str, ...], said: str, desk: Desk
) -> None:
    ended = await desk.ran(*words, **desk.browser())
    assert (ended.code, said in ended.err) == (2, True), ended.err


async def test_a_config_without_such_sources(desk: Desk) -> None:
    (desk.home / "my.toml").write_text("[[account]]\nhandle = 'acme'\n")
    ended = await desk.ran(DISPLAY)
    assert (ended.code, "no source to sign in" in ended.err) == (2, True)
    listed = await desk.ran("--list")
    assert (listed.code, "No source" in listed.out) == (0, True)


def is_here(**given: str) -> bool:
    return browser_is_here(given)


def test_where_a_browser_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.get", object)
    assert is_here(DISPLAY=":0")
    assert is_here(WAYLAND_DISPLAY="wayland-0")
    assert is_here(BROWSER="firefox", SSH_TTY="/dev/pts/1")
    assert not is_here(DISPLAY=":0", SSH_CONNECTION="1")
    monkeypatch.setattr("sys.platform", "linux")
    assert not is_here()
    monkeypatch.setattr("sys.platform", "darwin")
    assert is_here()


def test_a_screen_without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser._tryorder", [])
    assert not is_here(DISPLAY=":0")
