"""One account's program through a year: real pollers, connectors, vault and store.

Only the clock, the network and the process boundary around a refresh are not real.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.config.settings import (
    AdsSource,
    BusinessSource,
    DisplaySource,
    ResearchSource,
    Secret,
)
from kpi_tui.kpi.readings import Batch
from kpi_tui.monitor.health import Health
from kpi_tui.monitor.poller import Poller
from kpi_tui.sources.base import Identity
from kpi_tui.sources.budget import Budgets, RequestBudget
from kpi_tui.sources.http import Bounds, HttpClient
from kpi_tui.sources.port import Connector
from kpi_tui.sources.questions import Question
from kpi_tui.sources.signin import helper, keeper, signing
from kpi_tui.sources.signin.apps import App, SignedSource, app_of
from kpi_tui.sources.signin.consent import Consent
from kpi_tui.sources.signin.helper import Order
from kpi_tui.sources.signin.keeper import StoredToken
from kpi_tui.sources.signin.vault import Vault
from kpi_tui.sources.tiktok_ads import AdsConnector
from kpi_tui.sources.tiktok_business import BusinessConnector
from kpi_tui.sources.tiktok_display import LIST, QUERY, USER, DisplayConnector
from kpi_tui.sources.tiktok_research import ResearchConnector
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from kpi_tui.store.store import Ingested, Poll, Store
from tests.servers import ads, oauth, research
from tests.simulation.clock import VirtualLoop
from tests.simulation.platform import BASE, BUSINESS, Platform

HOUR = 3_600.0
ATHENS = ZoneInfo("Europe/Athens")
NEW_YORK = ZoneInfo("America/New_York")
NAMES = ("acme/tiktok-display", "acme/tiktok-business")
"""The sources that somebody signs in."""
_REDIRECT = "http://127.0.0.1:8912/callback/"


class StoreAtOnce(Store):
    """Written to before the clock goes on: its thread is no part of the loop."""

    def submit(self, source: str, batch: Batch) -> "Future[Ingested]":
        """As the store does, and wait for it."""
        done = super().submit(source, batch)
        done.result()
        return done

    def submit_poll(self, poll: Poll) -> "Future[None]":
        """As the store does, and wait for it."""
        done = super().submit_poll(poll)
        done.result()
        return done


@dataclass(frozen=True)
class Try:
    """How one poll went, as the screen shows it."""

    at: float
    source: str
    state: str
    hint: str
    notes: str


class Year:
    """The program, its user, and the world around both."""

    def __init__(self, platform: Platform, folder: Path, hours: float) -> None:
        """``hours`` between two polls; ``folder`` for database and sign-ins."""
        self.platform = platform
        self.hours = hours
        self.store = StoreAtOnce.open(folder / "kpi.db")
        self.vault = Vault(folder / "signin")
        self.tries: list[Try] = []
        self._folder = folder
        self._secret = folder / "app-secret"
        self._secret.touch(mode=0o600)
        self._secret.write_text(oauth.SECRET)
        self._tasks: list[asyncio.Task[None]] = []
        self._connectors: Sequence[Connector] = ()

    # The program.

    def start(self) -> None:
        """Begin to poll, as a process that was just started does."""
        stored = self.store.source_rows()
        self._connectors = self._made()
        for connector in self._connectors:
            health = Health.of(connector, stored.get(connector.name))
            poller = Poller(
                connector,
                self.store,
                health,
                changed=partial(self._told, health),
                clock=_now,
            )
            self._tasks.append(asyncio.create_task(poller.run()))
        self._tasks.append(asyncio.create_task(self._upkeep()))

    async def restart(self, hours: float | None = None) -> None:
        """End and begin again, perhaps with another ``refresh`` in the config."""
        await self.stop()
        self.hours = hours or self.hours
        self.start()

    async def stop(self) -> None:
        """End at once, whatever is under way."""
        for task in self._tasks:
            task.cancel()
        found = await asyncio.gather(*self._tasks, return_exceptions=True)
        faults = [one for one in found if isinstance(one, Exception)]
        assert not faults, faults
        self._tasks.clear()
        for connector in self._connectors:
            await connector.close()

    def _told(self, health: Health, has_data: bool) -> None:
        if health.polled_at is None:
            return
        frozen = health.frozen(_now(), is_paused=False)
        self.tries.append(
            Try(
                health.polled_at,
                health.name,
                frozen.state,
                frozen.hint or "",
                " ".join(frozen.notes),
            )
        )

    async def _upkeep(self) -> None:
        while True:
            await asyncio.sleep(72 * HOUR)
            while self.store.roll_up(_now(), zone_of=lambda _: ATHENS):
                pass

    # Its parts, on the simulated clock.

    def sources(self) -> dict[str, SignedSource]:
        """The sections of the config that are signed in."""
        secret = Secret(file=self._secret)
        return {
            NAMES[0]: DisplaySource(
                type="tiktok-display",
                client_key=oauth.CLIENT_ID,
                client_secret=secret,
                base_url=BASE,
                authorize_url=f"{BASE}/v2/auth/authorize/",
            ),
            NAMES[1]: BusinessSource(
                type="tiktok-business",
                app_id=oauth.CLIENT_ID,
                app_secret=secret,
                base_url=BUSINESS,
                authorize_url=f"{BASE}/v2/auth/authorize",
            ),
        }

    def _made(self) -> Sequence[Connector]:
        """Connectors of one config, as the registry makes them."""
        client = HttpClient(self.platform, clock=_now)
        budgets = Budgets()
        clock = asyncio.get_running_loop().time
        for path in (USER, LIST, QUERY):
            budget = RequestBudget(f"{path} a minute", 600, 60.0, clock)
            budgets.shared(BASE, oauth.CLIENT_ID, path, partial(_same, budget))
        app = RequestBudget("requests a minute", 600, 60.0, clock)
        app = app.within("requests a second", 10, 1.0)
        display, business = self.sources().values()
        assert isinstance(display, DisplaySource)
        assert isinstance(business, BusinessSource)
        quota = ResearchQuota(self._folder / "quota.json", _now)
        return (
            DisplayConnector(
                self._identity("acme", "tiktok-display"),
                display,
                client,
                budgets,
                self._keeper(NAMES[0]),
                clock=_now,
            ),
            BusinessConnector(
                self._identity("acme", "tiktok-business"),
                business,
                client,
                app,
                self._keeper(NAMES[1]),
            ),
            AdsConnector(
                self._identity("acme", "tiktok-ads", 2), self._ads(), client, app
            ),
            ResearchConnector(
                self._identity("rival", "tiktok-research", 2),
                self._research(),
                client,
                quota,
                clock=_now,
            ),
        )

    def _ads(self) -> AdsSource:
        token = self._folder / "ads-token"
        token.touch(mode=0o600)
        token.write_text(ads.TOKEN)
        return AdsSource(
            type="tiktok-ads",
            advertiser_id=ads.ADVERTISER,
            access_token=Secret(file=token),
            base_url=BUSINESS,
            timezone=NEW_YORK.key,
        )

    def _research(self) -> ResearchSource:
        secret = self._folder / "research-secret"
        secret.touch(mode=0o600)
        secret.write_text(research.CLIENT_SECRET)
        return ResearchSource(
            type="tiktok-research",
            client_key=research.CLIENT_KEY,
            client_secret=Secret(file=secret),
            username="rival",
            eligible=True,
            base_url=BASE,
        )

    def _identity(self, account: str, kind: str, times: float = 1.0) -> Identity:
        seconds = self.hours * HOUR * times
        return Identity(f"{account}/{kind}", account, kind, seconds, ATHENS)

    def _app(self, name: str) -> App:
        app = app_of(self.sources()[name], name)
        assert app is not None
        return app

    def _keeper(self, name: str) -> StoredToken:
        return StoredToken(name, self._app(name), self.vault, _now)

    # Its user.

    async def sign_in(self, name: str) -> None:
        """What ``kpi-tui auth NAME`` does, with a user who says yes."""
        app = self._app(name)
        consent = Consent(app, _REDIRECT)
        client = HttpClient(self.platform, clock=_now)
        page = await client.ask(Question(consent.address), "the browser")
        await client.close()
        code = consent.pasted_code(page.headers["location"])
        tokens = await signing.exchange(consent, code)
        signing.store(self.vault, app, tokens, "file")


def patch(monkeypatch: pytest.MonkeyPatch, platform: Platform, loop: VirtualLoop):
    """Put the simulated clock and network where parts make their own."""

    def client(bounds: Bounds | None = None) -> HttpClient:
        return HttpClient(platform, bounds=bounds or Bounds(), clock=loop.time)

    async def renew(order: Order) -> None:
        # In a thread and not in a process: the simulated clock ends at its border.
        with ThreadPoolExecutor(1) as thread:
            outcome = thread.submit(helper.run, order).result()
        error = outcome.error(order.name)
        if error is not None:
            raise error

    monkeypatch.setattr(time, "time", loop.time)
    monkeypatch.setattr(helper, "HttpClient", client)
    monkeypatch.setattr(signing, "HttpClient", client)
    monkeypatch.setattr(keeper, "renew", renew)
    random.seed(2026)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _same(budget: RequestBudget) -> RequestBudget:
    return budget
