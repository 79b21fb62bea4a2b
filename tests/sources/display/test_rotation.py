"""Which videos a poll asks for, and what it says of those that are gone."""

import json

from tests.servers.display import (
    DAY,
    HOUR,
    LIST,
    NOW,
    QUERY,
    Display,
    posts,
)
from tests.servers.display import post as video_post
from tests.sources.display.parts import connected, values

SOON = 60.0


def asked(api: Display, path: str) -> list[dict[str, object]]:
    """The JSON bodies of the requests for a path, in order."""
    return [json.loads(c.body) for c in api.calls if c.path == path and c.body]


async def test_later_polls_ask_for_the_newest_and_for_older_ones_in_rotation() -> None:
    api = Display(videos=posts(130), short_pages={})
    async with connected(api) as connector:
        await connector.fetch(NOW)
        assert (api.count(LIST), api.count(QUERY)) == (7, 0)
        api.calls.clear()
        batch = await connector.fetch(NOW + 300)
        assert (api.count(LIST), api.count(QUERY)) == (3, 0)
        assert len(batch.videos) == 60
        api.calls.clear()
        for one in api.videos.values():
            one["view_count"] += 5000
        batch = await connector.fetch(NOW + 6 * HOUR)
        assert (api.count(LIST), api.count(QUERY)) == (3, 4)
        assert {one.id for one in batch.videos} == set(api.videos)
        oldest = batch.videos[-1].id
        assert values(batch, f"video:{oldest}")["video_total_views"] > 6000
        chunks = [len(b["filters"]["video_ids"]) for b in asked(api, QUERY)]  # type: ignore[index]
        assert chunks == [20, 20, 20, 10]
        api.calls.clear()
        await connector.fetch(NOW + 6 * HOUR + 300)
        assert (api.count(LIST), api.count(QUERY)) == (3, 0)
        api.calls.clear()
        await connector.fetch(NOW + DAY)
        assert (api.count(LIST), api.count(QUERY)) == (7, 0)


async def test_a_young_video_off_the_newest_pages_is_asked_for_each_time() -> None:
    videos = [video_post(n, NOW - 60 * n) for n in range(70)]
    api = Display(videos={one["id"]: one for one in videos}, short_pages={})
    async with connected(api) as connector:
        await connector.fetch(NOW)
        batch = await connector.fetch(NOW + SOON)
    assert len(batch.videos) == 70
    assert api.count(QUERY) == 1


async def test_one_fetch_looks_up_a_bounded_number_the_rest_comes_next() -> None:
    api = Display(videos=posts(400), short_pages={})
    async with connected(api) as connector:
        await connector.fetch(NOW)
        first = await connector.fetch(NOW + 7 * HOUR)
        second = await connector.fetch(NOW + 7 * HOUR + 300)
    assert len(first.videos) == 60 + 300
    assert len(second.videos) == 60 + 40
    assert {one.id for one in (*first.videos, *second.videos)} == set(api.videos)


async def test_a_list_longer_than_one_fetch_goes_on_with_the_next() -> None:
    api = Display(videos=posts(1100), short_pages={})
    async with connected(api) as connector:
        first = await connector.fetch(NOW)
        second = await connector.fetch(NOW + SOON)
        third = await connector.fetch(NOW + 2 * SOON)
    assert len(first.videos) == 1000
    assert first.notes == ("The list of older videos goes on with the next poll.",)
    assert len(second.videos) == 160
    assert second.notes == ()
    assert len(third.videos) == 60


async def test_a_video_that_vanished_is_said_once_and_asked_for_no_more() -> None:
    api = Display(videos=posts(70), short_pages={})
    async with connected(api) as connector:
        await connector.fetch(NOW)
        newest, *_, oldest = list(api.videos)
        del api.videos[newest], api.videos[oldest]
        batch = await connector.fetch(NOW + 7 * HOUR)
        assert batch.notes == (
            "2 videos are no longer there or not public; the last numbers stay.",
        )
        assert not {newest, oldest} & {one.id for one in batch.videos}
        later = await connector.fetch(NOW + 14 * HOUR)
    assert later.notes == ()
    assert all(newest not in str(body) for body in asked(api, QUERY)[1:])
