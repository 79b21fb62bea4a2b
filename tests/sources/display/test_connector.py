"""The tiktok-display connector against the stand-in, over real HTTP."""

import asyncio
import json
from collections import Counter

import pytest

from kpi_tui.sources.budget import Budgets
from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.port import SourceError
from tests.servers.display import (
    DAY,
    HOUR,
    LIST,
    NOW,
    QUERY,
    TOKEN,
    USER,
    Display,
    posts,
)
from tests.servers.loopback import serving
from tests.sources.display.parts import connected, made, values

SOON = 60.0


async def test_the_first_contact_brings_the_account_and_every_video() -> None:
    api = Display()
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
    assert batch.notes == ()
    assert batch.data_until is None
    assert values(batch) == {
        "followers": 3352,
        "following": 12,
        "likes_total": 88_000,
        "videos_total": 45,
    }
    assert {one.id for one in batch.videos} == set(api.videos)
    assert len(batch.videos) == 45
    newest = batch.videos[0]
    assert values(batch, f"video:{newest.id}") == {
        "video_total_views": 1045,
        "video_total_likes": 90,
        "video_total_comments": 8,
        "video_total_shares": 7,
    }
    assert all(
        (r.account, r.grain, r.at, r.seen) == ("acme", "instant", int(NOW), int(NOW))
        for r in batch.readings
    )


async def test_a_video_is_told_cleanly_and_without_the_apps_key() -> None:
    api = Display(videos=posts(1))
    async with connected(api) as connector:
        (one,) = (await connector.fetch(NOW)).videos
    assert one.caption == "Post [1] #olive]0;oil"
    assert one.url == f"https://www.tiktok.com/@acme/video/{one.id}"
    assert (one.posted_at, one.posted_precision) == (int(NOW - HOUR), "second")
    assert (one.duration, one.format, one.is_ad) == (20, None, None)


async def test_requests_are_shaped_as_documented() -> None:
    api = Display(prefix="/display")
    async with connected(api) as connector:
        await connector.fetch(NOW)
    user, first, second = api.calls[:3]
    assert (user.method, user.path) == ("GET", "/display" + USER)
    assert user.headers["authorization"] == f"Bearer {TOKEN}"
    assert "follower_count" in user.query["fields"].split(",")
    assert (first.method, first.path) == ("POST", "/display" + LIST)
    assert "view_count" in first.query["fields"].split(",")
    # Addresses of covers and embeds expire: nobody asks for them.
    assert not {"cover_image_url", "embed_link"} & set(first.query["fields"].split(","))
    assert json.loads(first.body) == {"max_count": 20}
    oldest = sorted(int(i) for i in api.videos)[-20]
    cursor = api.videos[str(oldest)]["create_time"] * 1000
    assert json.loads(second.body) == {"max_count": 20, "cursor": cursor}


async def test_only_has_more_ends_the_list() -> None:
    api = Display(videos=posts(61), short_pages={0: 1, 1: 0, 2: 3})
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
    assert len(batch.videos) == 61
    assert batch.notes == ()
    assert api.count(LIST) == 6


async def test_a_repeated_video_counts_once() -> None:
    api = Display(videos=posts(3))
    twin = dict(next(iter(api.videos.values())), view_count=1)
    twin["create_time"] -= 1
    api.videos["twin"] = twin
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
    assert len(batch.videos) == 3
    assert max(Counter((r.entity, r.metric) for r in batch.readings).values()) == 1
    assert values(batch, f"video:{twin['id']}")["video_total_views"] == 1003


async def test_a_cursor_that_does_not_move_ends_the_list() -> None:
    api = Display(is_stuck=True)
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
    assert api.count(LIST) == 2
    assert batch.notes == (
        "The list of videos stopped: TikTok's cursor does not move.",
    )
    assert len(batch.videos) == 27  # the second page was a short one


async def test_a_fault_of_tiktoks_own_is_only_a_failure() -> None:
    api = Display(faults=[(USER, "internal_error")])
    async with connected(api) as connector:
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
    assert caught.value.fault == "failed"
    assert "TikTok has a fault of its own" in caught.value.message
    assert TOKEN not in caught.value.message


async def test_a_list_that_breaks_off_goes_on_from_there() -> None:
    api = Display(videos=posts(65), short_pages={})
    async with connected(api) as connector:
        api.accepts = lambda token: api.count(LIST) != 3  # the third page fails
        batch = await connector.fetch(NOW)
        assert len(batch.videos) == 40
        assert "The list of videos broke off: nobody is signed in." in batch.notes[0]
        api.accepts = lambda token: True
        api.calls.clear()
        batch = await connector.fetch(NOW + SOON)
        assert len(batch.videos) == 65
        assert batch.notes == ()


async def test_older_videos_that_cannot_be_had_are_left_out_with_a_note() -> None:
    api = Display(videos=posts(70), short_pages={})
    async with connected(api) as connector:
        await connector.fetch(NOW)
        api.faults = [(QUERY, "internal_error")]
        batch = await connector.fetch(NOW + 7 * HOUR)
        assert len(batch.videos) == 60
        assert batch.notes[0].startswith("Older videos were left out: TikTok has a")
        batch = await connector.fetch(NOW + 7 * HOUR + SOON)
        assert len(batch.videos) == 70


async def test_a_cancelled_fetch_has_brought_nothing() -> None:
    api = Display(videos=posts(70), short_pages={}, delay=0.05)
    async with connected(api) as connector:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.12):
                await connector.fetch(NOW)
        api.delay = 0.0
        assert len((await connector.fetch(NOW + SOON)).videos) == 70


async def test_gauges_tell_the_minutes_requests_and_the_tokens_end() -> None:
    api = Display()
    async with connected(api, clock=lambda: NOW) as connector:
        await connector.fetch(NOW)
        gauges = connector.gauges()
    user, listing, query = gauges.budgets
    assert (user.label, user.used, user.limit) == ("user/info a minute", 1, 600)
    assert user.resets_at is not None
    assert NOW < user.resets_at <= NOW + 60
    assert (listing.label, listing.used) == ("video/list a minute", api.count(LIST))
    assert query == Budget("video/query a minute", 0, 600, None)
    assert (gauges.token_until, gauges.sign_in_until) == (7200.0, 86_400.0)


async def test_accounts_of_one_app_share_its_budget() -> None:
    api, budgets = Display(videos={}), Budgets()
    async with serving(api.handle) as base:
        one, other = (made(base, budgets=budgets) for _ in range(2))
        await one.fetch(NOW)
        await other.fetch(NOW)
        assert one.gauges().budgets[0].used == 2
        await one.close()
        await other.close()


async def test_what_the_server_said_to_one_before_holds_for_all_of_its_app() -> None:
    api, budgets = Display(videos={}), Budgets()
    async with serving(api.handle) as base:
        one, other = (made(base, budgets=budgets) for _ in range(2))
        one.hold(600)
        with pytest.raises(SourceError, match="left alone") as caught:
            await other.fetch(NOW)
        assert caught.value.fault == "rate limited"
        assert 599 < (caught.value.retry_after or 0) <= 600
        await other.close()
    assert api.calls == []


async def test_after_the_clock_went_back_everything_is_asked_for() -> None:
    api = Display(videos=posts(70), short_pages={})
    async with connected(api) as connector:
        await connector.fetch(NOW)
        api.calls.clear()
        assert len((await connector.fetch(NOW - DAY)).videos) == 70
    assert api.count(LIST) == 4
