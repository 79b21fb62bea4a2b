"""The source ``tiktok-ads``: what an advertiser spent on TikTok, and what came of it.

Decides what to ask when; knows no metric (see :mod:`kpi_tui.sources.tiktok_ads_fields`).
"""

import asyncio
import time
from datetime import date
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import AdsSource
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity, Polled
from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.business_calls import Session, business_budget
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.moments import local_today
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.keeper import AccountKeeper, keeper_of
from kpi_tui.sources.tiktok_ads_fields import CAMPAIGN_METRIC_SETS, AdDays, ad_days
from kpi_tui.sources.tiktok_ads_report import AdsSession, Report, Walk


class AdsConnector(Polled):
    """An advertiser's days, and those of each of its campaigns.

    The account's numbers are the advertiser's own report and no sum over campaigns:
    that has one row a day whatever the number of campaigns, so that no page that
    fails makes a day too small, and a campaign's ``"-"`` leaves no hole in it.
    """

    def __init__(
        self,
        identity: Identity,
        source: AdsSource,
        client: HttpClient,
        budget: RequestBudget | None = None,
        keeper: AccountKeeper | None = None,
    ) -> None:
        """``budget`` is shared by all that use one app; ``keeper`` has the token, as
        the config says when absent."""
        super().__init__(identity)
        self._source = source
        self._client = client
        self._budget = budget or business_budget()
        self._keeper = keeper or keeper_of(source, identity.name)
        self._cut = ZoneInfo(source.timezone) if source.timezone else identity.zone
        self._totals = Report("AUCTION_ADVERTISER", "advertiser_id")
        self._campaigns = Report(
            "AUCTION_CAMPAIGN", "campaign_id", CAMPAIGN_METRIC_SETS
        )
        self._until: date | None = None
        client.join(self)

    async def fetch(self, now: float) -> Batch:
        """The account's days first, then the campaigns'; those may fail by themselves.

        Days are the advertiser's. Raises SourceError when the newest days of the
        account fail.
        """
        session = await self._session()
        today = local_today(now, self._cut)
        totals = await self._totals.rows(session, now, today)
        try:
            campaigns = await self._campaigns.rows(session, now, today)
        except SourceError as error:
            campaigns = Walk([], f"No campaigns: {error.message}.", is_cut_short=True)
        batch = await asyncio.to_thread(self._batch, totals, campaigns, now, today)
        # Not before: a fetch that is cancelled on the way has brought nothing.
        self._totals.settle(totals, now)
        self._campaigns.settle(campaigns, now)
        return batch

    def gauges(self) -> Gauges:
        """The app's requests, which its sources share, and the token's end."""
        return Gauges(self._budget.gauge(time.time()), *self._keeper.until())

    def hold(self, seconds: float) -> None:
        """The app's sources are all meant."""
        self._budget.hold(seconds)

    async def close(self) -> None:
        """Leave the shared client."""
        await self._client.leave(self)

    async def _session(self) -> AdsSession:
        token = await self._keeper.access_token()
        advertiser = self._source.advertiser_id or await self._keeper.subject()
        if not advertiser:
            raise SourceError(
                "nobody has said which advertiser to read",
                fault="config",
                hint="Set advertiser_id of this source, as in Ads Manager.",
            )
        session = Session(
            client=self._client,
            base_url=self._source.base_url,
            business_id="",
            keeper=self._keeper,
            token=token,
            source=self.name,
            budget=self._budget,
        )
        return AdsSession(session, advertiser)

    def _batch(self, totals: Walk, campaigns: Walk, now: float, today: date) -> Batch:
        whole = ad_days(totals.rows, self.account, now, today)
        parts = ad_days(campaigns.rows, self.account, now, today, "campaign_id")
        if whole.until is not None:
            self._until = max(whole.until, self._until or whole.until)
        return Batch(
            readings=(*whole.readings, *parts.readings),
            data_until=self._until,
            notes=(
                *self._keeper.notes(now),
                *self._notes(totals, campaigns, whole),
            ),
            currency=_only(whole.currencies),
            names=tuple(parts.names.items()),
        )

    def _notes(self, totals: Walk, campaigns: Walk, whole: AdDays) -> list[str]:
        refusals = dict.fromkeys((self._totals.refusal, self._campaigns.refusal))
        notes = [*refusals, totals.problem, campaigns.problem]
        if len(whole.currencies) > 1:
            codes = ", ".join(sorted(whole.currencies))
            notes.append(f"Money is in several currencies ({codes}): sums mix them.")
        if whole.is_revenue_rounded:
            notes.append("Revenue is spend times TikTok's rounded return on it.")
        return [note for note in notes if note]


def _only(codes: set[str]) -> str | None:
    """The code where there is just one: sums over two have none."""
    return next(iter(codes)) if len(codes) == 1 else None
