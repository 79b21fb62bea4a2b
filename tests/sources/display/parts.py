"""What the tests of tiktok-display share: a token's keeper, and a connector."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import DisplaySource, Secret
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity
from kpi_tui.sources.budget import Budgets
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_display import DisplayConnector
from tests.servers.display import TOKEN, Display
from tests.servers.loopback import serving

NAME = "acme/tiktok-display"


class Keeper:
    """Gives one token after the other, each time that one is refused."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens or (TOKEN,))
        self.refusals: list[str] = []
        self.said: tuple[str, ...] = ()

    async def access_token(self) -> str:
        return self.tokens[0]

    async def refused(self, token: str) -> str:
        self.refusals.append(token)
        if len(self.tokens) > 1 and token == self.tokens[0]:
            self.tokens.pop(0)
            return self.tokens[0]
        raise SourceError(
            "nobody is signed in", fault="unauthorised", hint=f"kpi-tui auth {NAME}"
        )

    async def subject(self) -> str:
        return "open-id-1"

    def notes(self, now: float) -> tuple[str, ...]:
        return self.said

    def until(self) -> tuple[float | None, float | None]:
        return 7200.0, 86_400.0


def made(
    base: str,
    keeper: Keeper | None = None,
    *,
    zone: str = "UTC",
    clock: Callable[[], float] = lambda: 0.0,
    budgets: Budgets | None = None,
) -> DisplayConnector:
    """A connector to the stand-in at that address."""
    source = DisplaySource(
        type="tiktok-display",
        client_key="app-key",
        client_secret=Secret(env="UNUSED"),
        base_url=f"{base}/",
    )
    identity = Identity(NAME, "acme", "tiktok-display", 300, ZoneInfo(zone))
    return DisplayConnector(
        identity,
        source,
        HttpClient(),
        budgets or Budgets(),
        keeper or Keeper(),
        clock=clock,
    )


@asynccontextmanager
async def connected(
    api: Display,
    keeper: Keeper | None = None,
    *,
    zone: str = "UTC",
    clock: Callable[[], float] = lambda: 0.0,
) -> AsyncIterator[DisplayConnector]:
    """A connector to the stand-in, closed afterwards."""
    async with serving(api.handle) as base:
        connector = made(base + api.prefix, keeper, zone=zone, clock=clock)
        yield connector
        await connector.close()


def values(batch: Batch, entity: str = "") -> dict[str, float]:
    """Metric to value of one entity."""
    return {r.metric: r.value for r in batch.readings if r.entity == entity}
