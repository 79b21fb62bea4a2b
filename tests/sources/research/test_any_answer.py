"""Whatever TikTok answers, a connector gives a batch or a SourceError."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import DisplaySource, ResearchSource, Secret
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity
from kpi_tui.sources.budget import Budgets
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_display import DisplayConnector
from kpi_tui.sources.tiktok_research import ResearchConnector
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.examples import at_most
from tests.servers.research import NOW
from tests.sources.display.parts import Keeper

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["12", 1_646_883_959, 1_646_883_959_000, 2**63, -1, "1e999"])
)
KEYS = st.sampled_from(
    ["videos", "cursor", "has_more", "search_id", "user", "id", "create_time",
     "view_count", "follower_count", "title", "share_url", "duration"]
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=10,
)
DATA = st.dictionaries(KEYS, JSON) | JSON
PAGES = st.lists(DATA, min_size=1, max_size=4)


def client(pages: list[object]) -> HttpClient:
    """Answers with these data, the last one again and again; a token for a form."""
    rest = list(pages)

    def told(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token/"):
            return httpx.Response(200, json={"access_token": "clt.a", "expires_in": 9})
        data = rest.pop(0) if len(rest) > 1 else rest[0]
        body = {"data": data, "error": {"code": "ok"}}
        return httpx.Response(200, content=json.dumps(body))

    return HttpClient(httpx.MockTransport(told))


def outcome(connector: DisplayConnector | ResearchConnector) -> Batch | SourceError:
    """What a fetch comes to; anything but a SourceError passes through and fails."""

    async def fetched() -> Batch:
        try:
            await connector.fetch(NOW)
            return await connector.fetch(NOW + 7 * 3600)
        finally:
            await connector.close()

    try:
        return asyncio.run(fetched())
    except SourceError as error:
        return error


@given(PAGES)
def test_the_display_connector_takes_any_data(pages: list[object]) -> None:
    source = DisplaySource(
        type="tiktok-display", client_key="k", client_secret=Secret(env="UNUSED")
    )
    identity = Identity("a/tiktok-display", "a", "tiktok-display", 300)
    found = outcome(
        DisplayConnector(identity, source, client(pages), Budgets(), Keeper())
    )
    assert isinstance(found, SourceError) or all(r.value >= 0 for r in found.readings)


@given(PAGES)
@at_most(40)
def test_the_research_connector_takes_any_data(pages: list[object]) -> None:
    with TemporaryDirectory() as folder:
        secret = Path(folder) / "secret"
        secret.write_text("s")
        secret.chmod(0o600)
        source = ResearchSource(
            type="tiktok-research",
            client_key="k",
            client_secret=Secret(file=secret),
            username="rival",
            eligible=True,
        )
        identity = Identity("a/tiktok-research", "a", "tiktok-research", 300)
        quota = ResearchQuota(None, lambda: NOW)
        connector = ResearchConnector(
            identity, source, client(pages), quota, clock=lambda: NOW
        )
        found = outcome(connector)
    assert isinstance(found, SourceError) or all(r.value >= 0 for r in found.readings)
