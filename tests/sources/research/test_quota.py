"""What a day may be asked, counted over restarts and accounts."""

from datetime import timedelta
from pathlib import Path

import pytest

from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_research import (
    ResearchConnector,
)
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.servers.loopback import serving
from tests.servers.research import (
    NOW,
    USER,
    VIDEOS,
    Research,
)
from tests.sources.research.parts import (
    HOUR,
    MIDNIGHT,
    Clock,
    connected,
    made,
    used,
    values,
)


async def test_requests_and_records_of_the_day_are_counted(
    connector: ResearchConnector, api: Research
) -> None:
    await connector.fetch(NOW)
    requests, records = connector.gauges().budgets
    asked = api.count(USER) + api.count(VIDEOS)
    assert requests == Budget("requests a day", asked, 1000, MIDNIGHT)
    # The account is one record; of each answer only what came counts.
    assert records == Budget("records a day", 251, 100_000, MIDNIGHT)


async def test_a_used_up_day_asks_nothing_and_says_when_it_goes_on(
    api: Research, clock: Clock, secret: Path, file: Path
) -> None:
    used(file, requests=1000)
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        with pytest.raises(SourceError) as caught:
            await one.fetch(NOW)
        assert (api.count(USER), api.count(VIDEOS)) == (0, 0)
        assert caught.value.fault == "rate limited"
        assert caught.value.message == "its limit (1,000 requests a day) is used up"
        assert caught.value.retry_after == MIDNIGHT - NOW
        assert "00:00 UTC" in (caught.value.hint or "")
        clock.now = MIDNIGHT + 1
        api.today += timedelta(days=1)
        assert len((await one.fetch(clock.now)).videos) == 250


async def test_the_last_requests_of_a_day_are_used_and_no_more(
    api: Research, clock: Clock, secret: Path, file: Path
) -> None:
    used(file, requests=997)
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        batch = await one.fetch(NOW)
    assert api.count(USER) + api.count(VIDEOS) == 3
    assert values(batch)["followers"] == 9100
    assert "its limit (1,000 requests a day) is used up" in batch.notes[2]


async def test_a_restart_knows_what_was_asked(
    api: Research, clock: Clock, secret: Path, file: Path
) -> None:
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        await one.fetch(NOW)
        before = one.gauges().budgets
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        assert one.gauges().budgets == before


async def test_records_are_kept_below_their_limit_too(
    api: Research, clock: Clock, secret: Path, file: Path
) -> None:
    used(file, records=99_950)
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        batch = await one.fetch(NOW)
    assert api.count(VIDEOS) == 0
    assert "its limit (100,000 records a day) is used up" in batch.notes[2]


async def test_a_quota_that_others_used_up_is_left_alone_for_an_hour(
    connector: ResearchConnector, api: Research, clock: Clock
) -> None:
    api.used = api.requests_a_day
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert (caught.value.fault, caught.value.retry_after) == ("rate limited", HOUR)
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert (api.count(USER), caught.value.retry_after) == (1, HOUR)
    clock.now = MIDNIGHT - 60
    with pytest.raises(SourceError) as caught:
        await connector.fetch(clock.now)
    assert (api.count(USER), caught.value.retry_after) == (2, 60)  # not past the reset


async def test_several_accounts_of_one_project_share_its_quota(
    api: Research, clock: Clock, secret: Path
) -> None:
    quota = ResearchQuota(None, clock)
    async with serving(api.handle) as base:
        one, other = (made(base, clock, quota, secret=secret) for _ in range(2))
        await one.fetch(NOW)
        await other.fetch(NOW)
        counted = other.gauges().budgets[0].used
        await one.close()
        await other.close()
    assert counted == api.count(USER) + api.count(VIDEOS)


async def test_what_is_given_back_after_midnight_makes_no_day_longer(
    clock: Clock,
) -> None:
    quota = ResearchQuota(None, clock)
    await quota.spend(100)
    clock.now = MIDNIGHT + 1
    await quota.give_back(80)
    assert [one.used for one in quota.gauge(clock.now)] == [0, 0]
