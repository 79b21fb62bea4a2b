"""The tiktok-research connector against the stand-in, over real HTTP."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_tui.config.settings import ResearchSource, Secret
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity
from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_research import (
    ELIGIBILITY,
    LAG,
    ResearchConnector,
    spans,
)
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.servers.loopback import serving
from tests.servers.research import (
    CLIENT_KEY,
    CLIENT_SECRET,
    DAY,
    NOW,
    TOKEN,
    USER,
    VIDEOS,
    Research,
    post,
)

NAME = "rival/tiktok-research"
HOUR = 3600.0
MIDNIGHT = datetime(2026, 3, 25, tzinfo=UTC).timestamp()


class Clock:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def made(
    base: str,
    clock: Clock,
    quota: ResearchQuota,
    *,
    secret: Path,
    refresh: float | None = 300,
) -> ResearchConnector:
    source = ResearchSource(
        type="tiktok-research",
        client_key=CLIENT_KEY,
        client_secret=Secret(file=secret),
        username="rival",
        eligible=True,
        base_url=base,
    )
    identity = Identity(NAME, "rival", "tiktok-research", refresh)
    return ResearchConnector(identity, source, HttpClient(), quota, clock=clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(CLIENT_SECRET)
    path.chmod(0o600)
    return path


@pytest.fixture
def api() -> Research:
    return Research()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quotas" / "one.json"


@pytest.fixture
async def connector(
    api: Research, clock: Clock, secret: Path, file: Path
) -> AsyncIterator[ResearchConnector]:
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        yield one


@asynccontextmanager
async def connected(
    api: Research, clock: Clock, secret: Path, quota: ResearchQuota
) -> AsyncIterator[ResearchConnector]:
    async with serving(api.handle) as base:
        one = made(base + api.prefix, clock, quota, secret=secret)
        yield one
        await one.close()


def put(path: Path, text: str) -> None:
    """Write a file, with its folder."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def used(file: Path, **counts: int) -> None:
    """Have a file say what was counted today."""
    days = {
        f"{name} a day": {"day": "2026-03-24", "used": count}
        for name, count in counts.items()
    }
    put(file, json.dumps(days))


def values(batch: Batch, entity: str = "") -> dict[str, float]:
    """Metric to value of one entity."""
    return {r.metric: r.value for r in batch.readings if r.entity == entity}


async def test_the_first_contact_brings_the_account_and_three_months_of_videos(
    connector: ResearchConnector, api: Research
) -> None:
    batch = await connector.fetch(NOW)
    assert batch.notes == (ELIGIBILITY, LAG)
    assert batch.data_until is None
    assert values(batch) == {
        "followers": 9100,
        "following": 3,
        "likes_total": 270_000,
        "videos_total": 44,
    }
    assert len(batch.videos) == 250
    # Every other id came as a bare int64: no digit is lost.
    assert {one.id for one in batch.videos} == {str(one["id"]) for one in api.videos}
    first = batch.videos[1]
    assert values(batch, f"video:{first.id}") == {
        "video_total_views": 2001,
        "video_total_likes": 50,
        "video_total_comments": 4,
        "video_total_shares": 3,
        "video_total_saves": 6,
    }
    assert first.caption == "Rival 1 #oil[31m"
    assert first.url == f"https://www.tiktok.com/@rival/video/{first.id}"
    assert (first.posted_at, first.duration) == (int(NOW - DAY), 31)
    assert {(r.account, r.grain, r.at) for r in batch.readings} == {
        ("rival", "instant", int(NOW))
    }


async def test_requests_are_shaped_as_documented(
    connector: ResearchConnector, api: Research
) -> None:
    await connector.fetch(NOW)
    sign_in, user, *_ = api.calls
    assert sign_in.path == TOKEN
    assert sign_in.headers["content-type"] == "application/x-www-form-urlencoded"
    assert b"grant_type=client_credentials" in sign_in.body
    assert user.headers["authorization"] == f"Bearer {api.tokens[0]}"
    assert json.loads(user.body) == {"username": "rival"}
    assert set(user.query["fields"].split(",")) == {
        "follower_count",
        "following_count",
        "likes_count",
        "video_count",
    }
    first, second, *_ = api.bodies(VIDEOS)
    assert first == {
        "query": {
            "and": [
                {
                    "operation": "EQ",
                    "field_name": "username",
                    "field_values": ["rival"],
                }
            ]
        },
        "start_date": "20260222",
        "end_date": "20260324",
        "max_count": 100,
        "cursor": 0,
    }
    # The first page was short, with has_more: the index goes with the search.
    assert (second["cursor"], second["search_id"]) == (
        10,
        "search-2026-02-22-2026-03-24",
    )
    assert second["start_date"] == first["start_date"]


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)))
@settings(max_examples=50)
def test_spans_touch_and_are_no_longer_than_allowed(today: date) -> None:
    found = list(spans(today))
    assert found[0][1] == today
    for start, end in found:
        assert start <= end <= start + timedelta(days=30)
    for (newer, _), (_, older) in pairwise(found):
        assert newer - older == timedelta(days=1)
    assert (today - found[-1][0]).days == 92


async def test_the_newer_spelling_of_favorites_is_found_and_kept(
    connector: ResearchConnector, api: Research
) -> None:
    api.saves_field = "favorites_count"
    batch = await connector.fetch(NOW)
    one = batch.videos[0]
    assert values(batch, f"video:{one.id}")["video_total_saves"] == 6
    refused = [c for c in api.calls if "favourites_count" in c.query.get("fields", "")]
    assert len(refused) == 1


async def test_without_any_spelling_the_rest_still_comes(
    connector: ResearchConnector, api: Research
) -> None:
    api.saves_field = "bookmark_count"
    batch = await connector.fetch(NOW)
    assert len(batch.videos) == 250
    assert "video_total_saves" not in values(batch, f"video:{batch.videos[0].id}")


async def test_numbers_that_may_be_days_old_are_asked_for_hourly_at_most(
    connector: ResearchConnector, api: Research, clock: Clock, secret: Path
) -> None:
    assert connector.interval == 3600
    slow = made("http://127.0.0.1:1", clock, ResearchQuota(None), secret=secret,
                refresh=7200)  # fmt: skip
    assert slow.interval == 7200
    never = made("http://127.0.0.1:1", clock, ResearchQuota(None), secret=secret,
                 refresh=None)  # fmt: skip
    assert never.interval is None


async def test_videos_are_asked_for_twice_a_day(
    connector: ResearchConnector, api: Research, clock: Clock
) -> None:
    await connector.fetch(NOW)
    asked = api.count(VIDEOS)
    batch = await connector.fetch(NOW + HOUR)
    assert (api.count(VIDEOS), batch.videos) == (asked, ())
    assert values(batch)["followers"] == 9100
    api.today += timedelta(days=1)
    batch = await connector.fetch(NOW + 12 * HOUR)
    assert len(batch.videos) == 250
    asked = api.count(VIDEOS)
    await connector.fetch(NOW - HOUR)  # the clock was set back
    assert api.count(VIDEOS) > asked


async def test_one_token_serves_all_until_most_of_its_life_is_over(
    connector: ResearchConnector, api: Research, clock: Clock
) -> None:
    await asyncio.gather(*(connector.fetch(NOW) for _ in range(5)))
    assert api.count(TOKEN) == 1
    assert connector.gauges().token_until == NOW + 7200
    clock.now = NOW + 0.79 * 7200
    await connector.fetch(clock.now)
    assert api.count(TOKEN) == 1
    clock.now = NOW + 0.81 * 7200
    await connector.fetch(clock.now)
    assert api.count(TOKEN) == 2


async def test_a_refused_token_is_replaced_once(
    connector: ResearchConnector, api: Research
) -> None:
    await connector.fetch(NOW)
    api.tokens[-1] = "clt.somebody-elses"  # TikTok took it back
    await connector.fetch(NOW + HOUR)
    assert api.count(TOKEN) == 2
    api.faults = [(USER, "access_token_invalid")] * 2
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW + 2 * HOUR)
    assert (caught.value.fault, api.count(TOKEN)) == ("unauthorised", 3)
    assert "client_key and client_secret" in (caught.value.hint or "")


async def test_a_wrong_secret_is_told_and_never_shown(
    api: Research, clock: Clock, secret: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    put(secret, "wrong-secret-9")
    async with connected(api, clock, secret, ResearchQuota(None, clock)) as one:
        with pytest.raises(SourceError) as caught:
            await one.fetch(NOW)
        assert "does not accept the app (invalid_client)" in caught.value.message
        assert "client_key and client_secret" in (caught.value.hint or "")
        put(secret, CLIENT_SECRET)  # read anew at each sign-in
        await one.fetch(NOW)
        shown = f"{caught.value!r} {caplog.text} {one.__dict__}"
    for hidden in ("wrong-secret-9", CLIENT_SECRET, api.tokens[0]):
        assert hidden not in shown


async def test_a_secret_that_cannot_be_read_is_the_users_to_put_right(
    api: Research, clock: Clock, secret: Path
) -> None:
    nowhere = secret.with_name("nowhere")
    async with connected(api, clock, nowhere, ResearchQuota(None, clock)) as one:
        with pytest.raises(SourceError) as caught:
            await one.fetch(NOW)
    assert caught.value.fault == "unauthorised"
    assert NAME in caught.value.message


async def test_a_project_without_approval_is_told_what_is_missing(
    connector: ResearchConnector, api: Research
) -> None:
    api.is_approved = False
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert caught.value.fault == "unauthorised"
    assert "research.data.basic" in caught.value.message
    assert "approve" in (caught.value.hint or "")


async def test_an_unknown_name_is_told_in_tiktoks_words(
    connector: ResearchConnector, api: Research
) -> None:
    api.users.clear()
    with pytest.raises(SourceError, match="username rival is not found"):
        await connector.fetch(NOW)


async def test_videos_that_cannot_be_had_are_a_note_and_tried_again(
    connector: ResearchConnector, api: Research
) -> None:
    api.faults = [(VIDEOS, "internal_error")]
    batch = await connector.fetch(NOW)
    assert values(batch)["followers"] == 9100
    assert batch.notes[2].startswith("Videos are missing: TikTok has a fault of its")
    assert len((await connector.fetch(NOW + HOUR)).videos) == 250


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


async def test_it_works_under_a_path(clock: Clock, secret: Path) -> None:
    api = Research(prefix="/research", videos=[post(1, NOW - 3 * DAY)])
    async with connected(api, clock, secret, ResearchQuota(None, clock)) as one:
        assert len((await one.fetch(NOW)).videos) == 1


@pytest.mark.parametrize("cursor", [None, 0, -5, "x", 1e300])
async def test_an_index_that_does_not_grow_ends_the_list(
    api: Research, clock: Clock, secret: Path, cursor: object
) -> None:
    class Circling(Research):
        def _videos(self, request: object) -> dict[str, object]:
            return {
                "videos": [post(1, NOW)], "cursor": cursor, "has_more": True,
            }  # fmt: skip

    api = Circling()
    async with connected(api, clock, secret, ResearchQuota(None, clock)) as one:
        batch = await one.fetch(NOW)
    assert len(batch.videos) == 1
    assert api.count(VIDEOS) == 3  # one for each span
