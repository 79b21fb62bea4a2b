"""Signed-in connectors, as the registry builds them, over a refresh in the middle."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi_tui.config.paths import default_signin_path
from kpi_tui.config.settings import Settings
from kpi_tui.sources.port import Connector, SourceError
from kpi_tui.sources.registry import build_connectors
from kpi_tui.sources.signin.vault import Vault
from tests.servers.business import BUSINESS_ID, Business
from tests.servers.loopback import Request, answer, serving
from tests.servers.oauth import CLIENT_ID, SECRET, OAuth
from tests.sources.signin.scene import Scene, make_scene

NAME = "acme/tiktok-business"
DAY = 86_400.0


class Both:
    """The Accounts API, with the insights behind it."""

    def __init__(self, oauth: OAuth) -> None:
        self.oauth = oauth
        self.api = Business(today=datetime.now(UTC).date(), token="none yet")

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        if "oauth2" in request.path:
            await self.oauth.handle(request, writer)
            return
        given = request.headers.get("access-token", "")
        if self.oauth.accepts(given):
            self.api.token = given
        path = request.path.removeprefix("/open_api")
        await self.api.handle(replace(request, path=path), writer)


@pytest.fixture
def both(oauth: OAuth) -> Both:
    return Both(oauth)


@pytest.fixture
async def scene(
    oauth: OAuth, both: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Scene]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    async with serving(both.handle) as base:
        scene = make_scene(base, oauth, tmp_path)
        scene.vault = Vault(default_signin_path())
        yield scene


@pytest.fixture
async def connector(scene: Scene) -> AsyncIterator[Connector]:
    source = {
        "type": "tiktok-business",
        "app_id": CLIENT_ID,
        "app_secret": {"file": str(scene.secret)},
        "base_url": f"{scene.base}/open_api/v1.3",
    }
    settings = {"account": [{"handle": "acme", "source": [source]}]}
    (built,) = build_connectors(Settings.model_validate(settings))
    assert built.name == NAME
    yield built
    await built.close()


async def test_a_signed_in_source_has_its_own_business_id(
    scene: Scene, oauth: OAuth, connector: Connector
) -> None:
    with pytest.raises(SourceError, match="nobody has signed in yet") as caught:
        await connector.fetch(time.time())
    assert (caught.value.fault, caught.value.hint) == (
        "unauthorised",
        f"kpi-tui auth {NAME}",
    )
    scene.signed_in("tiktok-business", refresh_until=time.time() + 3 * DAY)
    scene.change("tiktok-business", subject=BUSINESS_ID)
    batch = await connector.fetch(time.time())
    assert batch.readings
    assert batch.notes[0].startswith("Sign in again by ")
    assert batch.notes[0].endswith(f": kpi-tui auth {NAME}")
    gauges = connector.gauges()
    assert gauges.token_until is not None
    assert gauges.sign_in_until is not None


@pytest.mark.parametrize("code", [40102, 40105])
async def test_a_token_that_is_refused_on_the_way_is_replaced(
    code: int, scene: Scene, oauth: OAuth, both: Both, connector: Connector
) -> None:
    grant = scene.signed_in("tiktok-business", age=3600)
    scene.change("tiktok-business", subject=BUSINESS_ID)
    both.api.faults = [code]
    assert (await connector.fetch(time.time())).readings
    assert oauth.refreshes == 1
    assert both.api.token == grant.access
    record = scene.record("tiktok-business")
    assert (record.tokens.access, record.tokens.subject) == (
        grant.access,
        grant.open_id,
    )


async def test_what_only_the_user_can_mend_has_the_command(
    scene: Scene, oauth: OAuth, both: Both, connector: Connector
) -> None:
    grant = scene.signed_in("tiktok-business", age=3600)
    scene.change("tiktok-business", subject=BUSINESS_ID)
    for code in (40103, 40104, 40107):
        both.api.faults = [code]
        with pytest.raises(SourceError) as caught:
            await connector.fetch(time.time())
        assert caught.value.hint == f"kpi-tui auth {NAME}"
    refused = {"code": 40103, "message": f"for {grant.refresh}", "data": {}}
    oauth.refusals = [answer(200, json.dumps(refused).encode())]
    both.api.faults = [40102]
    with pytest.raises(SourceError) as caught:
        await connector.fetch(time.time())
    assert caught.value.hint == f"kpi-tui auth {NAME}"
    assert "has expired (40103)" in caught.value.message
    for secret in (grant.access, grant.refresh, SECRET):
        assert secret not in f"{caught.value!r} {caught.value.message}"
