"""From the config to connectors: one for each source, each with a name of its own.

The only place that knows all source types. A source that cannot be built stands in
the list all the same and says why.
"""

import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import (
    Account,
    AdsSource,
    AnySource,
    BusinessSource,
    Competitor,
    CsvSource,
    DemoSource,
    DisplaySource,
    HttpJsonSource,
    ManualSource,
    ResearchSource,
    Settings,
    StudioSource,
)
from kpi_tui.sources.base import BrokenConnector, Identity
from kpi_tui.sources.budget import Budgets, quota_file
from kpi_tui.sources.business_calls import business_budget
from kpi_tui.sources.csv_table import CsvConnector
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.http_json import HttpJsonConnector
from kpi_tui.sources.manual import ManualConnector
from kpi_tui.sources.port import Connector, SourceError
from kpi_tui.sources.tiktok_business import BusinessConnector
from kpi_tui.sources.tiktok_display import DisplayConnector
from kpi_tui.sources.tiktok_research import ResearchConnector
from kpi_tui.sources.tiktok_research_quota import ResearchQuota

if TYPE_CHECKING:
    from kpi_tui.sources.demo import DemoWorld

_T = TypeVar("_T")
_S = TypeVar("_S")


def build_connectors(
    settings: Settings,
    *,
    demo: "DemoWorld | None" = None,
    budgets: Budgets | None = None,
) -> tuple[Connector, ...]:
    """A connector for every source in the config, in its order, competitors last.

    With ``demo`` all HTTP goes to that world, and every connector says that it is a
    demo. ``budgets`` are those of the connectors that these replace: an API goes on
    counting when the config is read again. Raises nothing: what is wrong is said at
    that source's first fetch.
    """
    builder = _Builder(settings, demo, budgets or Budgets())
    entries: tuple[Account | Competitor, ...] = (
        *settings.account,
        *settings.competitor,
    )
    return tuple(
        builder.connector(entry, source) for entry in entries for source in entry.source
    )


class _Builder:
    """What the connectors of one config share."""

    def __init__(
        self, settings: Settings, demo: "DemoWorld | None", budgets: Budgets
    ) -> None:
        self._settings = settings
        self._is_demo = demo is not None
        self._client = HttpClient(None if demo is None else demo.transport())
        self._budgets = budgets
        self._names: Counter[str] = Counter()
        self._demo_clients: dict[int, HttpClient] = {}

    def connector(self, entry: Account | Competitor, source: AnySource) -> Connector:
        """The connector of one source of one account."""
        identity = self._identity(entry, source)
        try:
            if isinstance(source, DemoSource):
                return self._demo(entry, identity, source)
            return self._plain(identity, _with_industry(entry, source))
        except SourceError as error:
            return BrokenConnector(identity, error)

    def _identity(self, entry: Account | Competitor, source: AnySource) -> Identity:
        name = f"{entry.handle}/{source.type}"
        self._names[name] += 1
        nth = self._names[name]
        refresh = source.refresh or self._settings.monitor.refresh
        return Identity(
            name=name if nth == 1 else f"{name}-{nth}",
            account=entry.handle,
            kind=source.type,
            interval=None if isinstance(source, ManualSource) else refresh,
            zone=ZoneInfo(self._settings.zone_of(entry.handle)),
            is_demo=self._is_demo or isinstance(source, DemoSource),
        )

    def _plain(
        self,
        identity: Identity,
        source: StudioSource
        | DisplaySource
        | BusinessSource
        | AdsSource
        | ResearchSource
        | HttpJsonSource
        | CsvSource
        | ManualSource,
    ) -> Connector:
        if isinstance(source, AdsSource):
            return self._ads(identity, source)
        if isinstance(source, DisplaySource):
            return DisplayConnector(identity, source, self._client, self._budgets)
        if isinstance(source, ResearchSource):
            return self._research(identity, source)
        if isinstance(source, BusinessSource):
            return self._business(identity, source, self._client)
        if isinstance(source, HttpJsonSource):
            return HttpJsonConnector(identity, source, self._client)
        if isinstance(source, CsvSource):
            return CsvConnector(identity, source)
        if isinstance(source, ManualSource):
            return ManualConnector(identity)
        from kpi_tui.sources.tiktok_studio import StudioConnector

        path = source.path.expanduser()
        return StudioConnector(identity.name, identity.account, path, identity.interval)

    def _business(
        self, identity: Identity, source: BusinessSource, client: HttpClient
    ) -> Connector:
        """Accounts of one app share its budget; in the demo each has its own, so
        that a demo of a hundred accounts is not held back."""
        counted_by = identity.name if identity.is_demo else source.app_id or ""
        budget = self._budgets.shared(
            source.base_url, counted_by, "", partial(business_budget, identity.is_demo)
        )
        return BusinessConnector(identity, source, client, budget)

    def _ads(self, identity: Identity, source: AdsSource) -> Connector:
        """One advertiser an account: two would overwrite each other's days."""
        if identity.name != f"{identity.account}/{source.type}":
            raise SourceError(
                "an account can have one tiktok-ads source",
                fault="config",
                hint="Give the other advertiser an [[account]] of its own.",
            )
        from kpi_tui.sources.tiktok_ads import AdsConnector

        budget = self._budgets.shared(
            source.base_url, source.app_id or "", "", business_budget
        )
        return AdsConnector(identity, source, self._client, budget)

    def _research(self, identity: Identity, source: ResearchSource) -> Connector:
        """All that one project asks for counts against its quota of the day."""
        at = (source.base_url, source.client_key)
        quota = self._budgets.shared(*at, "day", lambda: ResearchQuota(quota_file(*at)))
        return ResearchConnector(identity, source, self._client, quota)

    def _demo(
        self, entry: Account | Competitor, identity: Identity, source: DemoSource
    ) -> Connector:
        """A part of the demo's world under this account's name.

        An own account gets the brand's numbers, each competitor another rival's.
        """
        from kpi_tui.sources.demo import DemoWorld, demo_settings

        if source.seed not in self._demo_clients:
            transport = DemoWorld(source.seed, time.time).transport()
            self._demo_clients[source.seed] = HttpClient(transport)
        client = self._demo_clients[source.seed]
        world = demo_settings()
        if isinstance(entry, Account):
            business = _first(world.account[0].source, BusinessSource)
            return self._business(identity, business, client)
        at = self._settings.competitor.index(entry) % len(world.competitor)
        stats = _first(world.competitor[at].source, HttpJsonSource)
        return HttpJsonConnector(identity, stats, client)


def _with_industry(entry: Account | Competitor, source: _S) -> _S:
    """A source that names no industry of its own is of its account's."""
    if not isinstance(source, BusinessSource) or not isinstance(entry, Account):
        return source
    return source.model_copy(update={"category": source.category or entry.industry})


def _first(sources: Iterable[object], kind: type[_T]) -> _T:
    return next(source for source in sources if isinstance(source, kind))
