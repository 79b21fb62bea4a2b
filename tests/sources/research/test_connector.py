"""The tiktok-research connector against the stand-in, over real HTTP."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_research import (
    ELIGIBILITY,
    LAG,
    ResearchConnector,
    spans,
)
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.servers.research import (
    DAY,
    NOW,
    TOKEN,
    VIDEOS,
    Research,
    post,
)
from tests.sources.research.parts import HOUR, Clock, connected, made, values


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
