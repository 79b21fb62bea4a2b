"""The tiktok-ads connector against the stand-in, over real HTTP."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.app.panel_facts import panel_facts
from kpi_tui.app.screens.why import why_entries
from kpi_tui.cli.digest import Digest, to_json
from kpi_tui.cli.report_html import to_html
from kpi_tui.cli.report_tables import campaigns_table
from kpi_tui.cli.report_text import to_text
from kpi_tui.config.settings import AdsSource, Secret, Settings
from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.readings import Batch, day_start
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.compute import compute
from kpi_tui.monitor.snapshot import View
from kpi_tui.sources.base import Identity
from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_ads import AdsConnector
from kpi_tui.sources.tiktok_ads_report import windows
from kpi_tui.store.store import Store
from tests.servers.ads import ADVERTISER, NOW, TODAY, TOKEN, Ads
from tests.servers.loopback import serving

ACCOUNT, CAMPAIGN = "AUCTION_ADVERTISER", "AUCTION_CAMPAIGN"
YESTERDAY = TODAY - timedelta(days=1)
HOUR = 3600.0
ATHENS = ZoneInfo("Europe/Athens")


@pytest.fixture
def api() -> Ads:
    return Ads()


def make(base: str, token: Path, zone: str | None = None) -> AdsConnector:
    source = AdsSource(
        type="tiktok-ads",
        access_token=Secret(file=token),
        advertiser_id=ADVERTISER,
        timezone=zone,
        base_url=f"{base}/v1.3/",
    )
    identity = Identity("acme/tiktok-ads", "acme", "tiktok-ads", 300, ATHENS)
    many = RequestBudget("requests a minute", 10_000, 60.0)
    return AdsConnector(identity, source, HttpClient(), many)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(TOKEN)
    path.chmod(0o600)
    return path


@pytest.fixture
async def connector(api: Ads, token: Path) -> AsyncIterator[AdsConnector]:
    async with serving(api.handle) as base:
        connector = make(base, token)
        yield connector
        await connector.close()


def values(batch: Batch, entity: str, day: date) -> dict[str, float]:
    """Metric to value, of one entity on one day."""
    return {
        r.metric: r.value
        for r in batch.readings
        if (r.entity, r.grain, r.at) == (entity, "day", day_start(day))
    }


def days(batch: Batch, entity: str = "") -> set[date]:
    return {
        datetime.fromtimestamp(r.at, UTC).date()
        for r in batch.readings
        if r.entity == entity
    }


async def test_a_day_of_the_account_and_of_a_campaign(
    connector: AdsConnector,
) -> None:
    batch = await connector.fetch(NOW)
    # Strings and numbers are numbers; "-" and null are missing, a zero is a zero.
    assert values(batch, "", YESTERDAY) == {
        "spend": 63,
        "impressions": 14091,
        "clicks": 156,
        "ad_conversions": 9,
        "plays": 3000,
        "views_2s": 1200,
        "views_p25": 900,
        "views_p50": 600,
        "views_p100": 0,
        "purchases": 6,
        "ad_revenue": 151.5,
    }
    assert values(batch, "campaign:1802", YESTERDAY) == {
        "spend": 21,
        "impressions": 4697,
        "clicks": 52,
        "ad_conversions": 3,
        "plays": 1000,
        "views_2s": 400,
        "views_p25": 300,
        "views_p50": 200,
        "views_p100": 0,
        "purchases": 2,
        "ad_revenue": 50.5,
    }
    assert batch.data_until == YESTERDAY  # today is taken, and completes nothing
    assert max(days(batch)) == TODAY
    assert (batch.notes, batch.currency) == ((), "EUR")
    # One is cleaned, one has none: TikTok's "-" is no name.
    assert dict(batch.names) == {
        "campaign:1801": "Spring [oil]",
        "campaign:1802": "Reach [1mmore",
    }
    assert {r.account for r in batch.readings} == {"acme"}
    counts = Counter((r.entity, r.metric, r.at) for r in batch.readings)
    assert max(counts.values()) == 1


async def test_ninety_days_in_windows_of_thirty_then_seven_then_thirty(
    connector: AdsConnector, api: Ads
) -> None:
    first = await connector.fetch(NOW)
    wanted = [
        ("2026-02-23", "2026-03-24", "1"),
        ("2026-01-24", "2026-02-22", "1"),
        ("2025-12-25", "2026-01-23", "1"),
    ]
    assert api.asked(ACCOUNT) == wanted
    assert api.asked(CAMPAIGN) == wanted
    assert len(days(first)) == len(days(first, "campaign:1801")) == 90
    api.calls.clear()
    second = await connector.fetch(NOW + 300)
    assert api.asked(ACCOUNT) == [("2026-03-18", "2026-03-24", "1")]
    assert len(days(second)) == 7
    assert second.data_until == YESTERDAY
    api.calls.clear()
    await connector.fetch(NOW + 6 * HOUR)
    assert api.asked(ACCOUNT) == [("2026-02-23", "2026-03-24", "1")]
    api.calls.clear()
    await connector.fetch(NOW)  # the clock was set back
    assert api.asked(ACCOUNT) == [("2026-02-23", "2026-03-24", "1")]


async def test_pages_are_walked_to_the_last_one(
    connector: AdsConnector, api: Ads
) -> None:
    api.page_rows = 40  # 90 rows of campaigns a window
    batch = await connector.fetch(NOW)
    pages = [page for _, _, page in api.asked(CAMPAIGN)]
    assert pages == ["1", "2", "3"] * 3
    for campaign in ("1801", "1802", "1803"):
        assert len(days(batch, f"campaign:{campaign}")) == 90


async def test_an_empty_page_in_between_ends_nothing(
    connector: AdsConnector, api: Ads
) -> None:
    api.extra_pages = 1
    batch = await connector.fetch(NOW)
    assert [page for _, _, page in api.asked(ACCOUNT)] == ["1", "2"] * 3
    assert len(days(batch)) == 90


async def test_a_report_without_end_is_cut_and_says_so(
    connector: AdsConnector, api: Ads
) -> None:
    api.page_rows = 1
    batch = await connector.fetch(NOW)
    assert Counter(start for start, _, _ in api.asked(CAMPAIGN)) == {
        "2026-02-23": 20,
        "2026-01-24": 20,
        "2025-12-25": 20,
    }
    assert "only the first 20 of 90 pages were taken" in " ".join(batch.notes)
    api.calls.clear()
    await connector.fetch(NOW + 300)  # and it is not tried again with every poll
    assert api.asked(CAMPAIGN)[0][0] == "2026-03-18"


async def test_no_rows_are_no_zeros(connector: AdsConnector, api: Ads) -> None:
    api.paused = {YESTERDAY, TODAY}
    batch = await connector.fetch(NOW)
    assert batch.data_until == YESTERDAY - timedelta(days=1)
    assert values(batch, "", YESTERDAY) == {}
    api.first_day = TODAY + timedelta(days=1)
    empty = await connector.fetch(NOW + 300)
    assert empty.readings == ()
    assert empty.data_until == batch.data_until


async def test_days_are_the_advertisers(api: Ads, token: Path) -> None:
    at = datetime(2026, 3, 24, 23, tzinfo=UTC).timestamp()  # the 25th in Athens
    api.today = date(2026, 3, 24)
    async with serving(api.handle) as base:
        west = make(base, token, "America/Los_Angeles")
        batch = await west.fetch(at)
        assert api.asked(ACCOUNT)[0][1] == "2026-03-24"
        assert batch.data_until == YESTERDAY
        api.calls.clear()
        api.today = date(2026, 3, 25)
        account = make(base, token)
        assert (await account.fetch(at)).data_until == TODAY
        assert api.asked(ACCOUNT)[0][1] == "2026-03-25"
        await west.close()
        await account.close()


async def test_a_metric_that_is_refused_costs_only_itself(
    connector: AdsConnector, api: Ads
) -> None:
    api.unknown = {"total_complete_payment_rate"}
    batch = await connector.fetch(NOW)
    yesterday = values(batch, "", YESTERDAY)
    assert yesterday["ad_revenue"] == pytest.approx(63 * 2.5)  # return x spend
    assert yesterday["plays"] == 3000
    assert "Invalid metric fields" in batch.notes[0]
    assert "Revenue is spend times TikTok's rounded return on it." in batch.notes
    assert len([n for n in batch.notes if "left out" in n]) == 1
    api.unknown = {"video_watched_6s", "currency", "complete_payment_roas"}
    later = await connector.fetch(NOW + 7 * HOUR)
    assert set(values(later, "", YESTERDAY)) == {
        "spend",
        "impressions",
        "clicks",
        "ad_conversions",
    }
    api.unknown = set()
    api.today += timedelta(days=1)
    again = await connector.fetch(NOW + 14 * HOUR)
    assert (again.notes, again.currency) == ((), "EUR")


@pytest.mark.parametrize(
    ("code", "fault", "words", "hint"),
    [
        (40100, "rate limited", "asked too often (40100)", "longer refresh"),
        (61000, "rate limited", "asked too often (61000)", "longer refresh"),
        (40102, "unauthorised", "token has expired (40102)", "new access token"),
        (40105, "unauthorised", "not accept the access token", "new access token"),
        (40300, "failed", "(40300)", "Check advertiser_id"),
        (60001, "failed", "under maintenance (60001)", "by itself"),
    ],
)
async def test_codes_that_concern_every_call_raise_at_once(
    api: Ads, token: Path, code: int, fault: str, words: str, hint: str
) -> None:
    async with serving(api.handle) as base:
        connector = make(base, token)
        api.faults = [code]
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
        assert len(api.calls) == 1
        assert words in caught.value.message
        assert hint in (caught.value.hint or "")
        assert caught.value.fault == fault
        assert TOKEN not in f"{caught.value.message} {caught.value.hint}"
        await connector.close()
        healthy = make(base, token)
        assert (await healthy.fetch(NOW + 60)).data_until == YESTERDAY
        await healthy.close()


async def test_a_wrong_advertiser_is_told_where_to_look(
    connector: AdsConnector, api: Ads
) -> None:
    api.faults = [40001] * 4
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert caught.value.fault == "unauthorised"
    assert (caught.value.hint or "").startswith("Check advertiser_id, as in Ads")


async def test_an_older_window_that_fails_is_asked_for_again(
    connector: AdsConnector, api: Ads
) -> None:
    api.fault_at = {(ACCOUNT, "2026-01-24"): 50000}
    batch = await connector.fetch(NOW)
    assert len(days(batch)) == 30
    assert len(days(batch, "campaign:1801")) == 90
    assert "from 2026-01-24 to 2026-02-22: it broke off" in batch.notes[0]
    api.fault_at = {}
    api.calls.clear()
    whole = await connector.fetch(NOW + 300)
    assert len(days(whole)) == 90
    assert len(days(whole, "campaign:1801")) == 7


async def test_campaigns_may_fail_by_themselves(
    connector: AdsConnector, api: Ads
) -> None:
    api.fault_at = {(CAMPAIGN, "2026-02-23"): 50002}
    batch = await connector.fetch(NOW)
    assert len(days(batch)) == 90
    assert days(batch, "campaign:1801") == set()
    assert batch.notes[0].startswith("No campaigns: TikTok has a fault of its own")


async def test_requests_are_counted_and_the_token_has_no_end(
    connector: AdsConnector,
) -> None:
    await connector.fetch(NOW)
    gauges = connector.gauges()
    assert gauges.budgets[0].used == 6
    assert (gauges.token_until, gauges.sign_in_until) == (None, None)


async def test_from_the_report_to_the_kpis(
    connector: AdsConnector, tmp_path: Path
) -> None:
    store = Store.open(tmp_path / "kpi.db")
    try:
        for at in (NOW, NOW + 300):  # the second poll doubles nothing
            store.ingest(connector.name, await connector.fetch(at))
        window = Window(YESTERDAY, 7)
        found = account_kpis(store.history("acme", ATHENS, window, None), window)
    finally:
        store.close()
    spend = 3 * sum(20 + n for n in range(1, 8))
    clicks = 3 * sum(51 + n for n in range(1, 8))
    impressions = 3 * sum(4696 + n for n in range(1, 8))
    expected = {
        "spend": spend,
        "revenue": 7 * 151.5,
        "conversions": 63,
        "cost_per_conversion": spend / 63,
        "roas": 7 * 151.5 / spend,
        "roi": 7 * 151.5 / spend - 1,
        "click_through_rate": clicks / impressions,
        "conversion_rate_by_click": 63 / clicks,
        "hook_rate": 0.4,
    }
    assert {kpi: found[kpi].value for kpi in expected} == pytest.approx(expected)
    assert found["hook_rate"].source == "acme/tiktok-ads"
    assert found["spend"].covered_days == 7


async def test_money_and_campaigns_reach_the_screen_and_the_report(
    connector: AdsConnector, tmp_path: Path
) -> None:
    store = Store.open(tmp_path / "kpi.db")
    config = Settings.model_validate({"account": [{"handle": "acme"}]})
    try:
        store.ingest(connector.name, await connector.fetch(NOW))
        seen = compute(store, config, View("acme", 7), NOW)
    finally:
        store.close()
    spend = 3 * sum(20 + n for n in range(1, 8))
    panel = panel_facts(seen, "spend")
    assert panel is not None
    assert (panel.value, panel.unit) == (f"{spend}.00", " EUR")
    why = [f"{label}: {text}" for label, text, _ in why_entries(seen, "roas", NOW)]
    assert "Campaigns: Spring [oil]: 168.00 EUR, 21 conversions at 8.00 EUR" in why
    assert ": 1803: 168.00 EUR, 21 conversions at 8.00 EUR" in why
    assert not [line for line in why_entries(seen, "followers", NOW) if "1803" in line]
    table = campaigns_table(seen)
    assert table.rows[2] == ("1803", "168.00 EUR", "21", "8.00 EUR", "1.2 %", "2.10")
    assert sum(one.sums["spend"] for one in seen.campaigns) == spend
    digest = Digest(None, 7, (seen,), ())
    for text in (to_text(digest), to_html(digest)):
        assert "Spring [oil]" in text
        assert f"{spend}.00 EUR" in text
    (account,) = json.loads(json.dumps(to_json(digest)))["accounts"]
    told = account["kpis"]["spend"]
    assert (told["value"], told["unit"], told["currency"]) == (spend, "currency", "EUR")
    assert [(one["id"], one["name"], one["spend"]) for one in account["campaigns"]] == [
        ("1801", "Spring [oil]", 168), ("1802", "Reach [1mmore", 168), ("1803", None, 168),
    ]  # fmt: skip
    assert account["campaigns"][0]["roas"] == pytest.approx(7 * 50.5 / 168)


@pytest.mark.parametrize("length", [1, 7, 30, 31, 60, 90, 91])
def test_windows_cover_each_day_once(length: int) -> None:
    found = [
        first + timedelta(days=n)
        for first, last in windows(TODAY, length)
        for n in range((last - first).days + 1)
    ]
    assert sorted(found) == [
        TODAY - timedelta(days=n) for n in range(length - 1, -1, -1)
    ]
    assert all((last - first).days < 30 for first, last in windows(TODAY, length))
