"""Posts in a JSON answer: found by paths, each once, with what can be believed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import HttpJsonSource, JsonVideos
from kpi_tui.kpi.readings import Batch, Reading, Video
from kpi_tui.sources.base import Identity
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.http_json import HttpJsonConnector
from kpi_tui.sources.json_videos import VideoMapping
from kpi_tui.sources.port import SourceError
from tests.servers.loopback import Handler, Request, serving
from tests.sources.http_json.test_connector import saying

NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
POSTED = datetime(2026, 3, 20, 7, 30, tzinfo=UTC).timestamp()

# As a provider of posts answers (the names of EnsembleData's).
PATHS: dict[str, Any] = {
    "path": "data",
    "id": "aweme_id",
    "posted_at": "create_time",
    "caption": "desc",
    "url": "share_url",
    "duration": {"path": "video.duration", "scale": 0.001},
    "views": "statistics.play_count",
    "likes": "statistics.digg_count",
    "comments": "statistics.comment_count",
    "shares": "statistics.share_count",
    "saves": "statistics.collect_count",
}


def post(post_id: object = "7100000000000000001", **more: object) -> dict[str, object]:
    return {
        "aweme_id": post_id,
        "create_time": int(POSTED),
        "desc": "Harvest\u202e day [/link in bio] #tour",
        "share_url": "https://www.tiktok.com/@rival/video/7100?key=SECRET",
        "video": {"duration": 21_500},
        "statistics": {
            "play_count": 61_000,
            "digg_count": 3_100,
            "comment_count": 80,
            "share_count": "41",
            "collect_count": None,
        },
        **more,
    }


def read(document: object, **paths: Any) -> Batch:
    how = JsonVideos.model_validate({**PATHS, **paths})
    return VideoMapping(how, "rival").read(document, NOW)


def test_a_post_is_a_video_with_its_totals_of_now() -> None:
    batch = read({"data": [post()]})
    assert batch.videos == (
        Video(
            account="rival",
            id="7100000000000000001",
            posted_at=int(POSTED),
            caption="Harvest day [/link in bio] #tour",
            url="https://www.tiktok.com/@rival/video/7100",
            duration=21.5,
        ),
    )
    entity, at = "video:7100000000000000001", int(NOW)
    assert batch.readings == tuple(
        Reading("rival", entity, f"video_total_{name}", "instant", at, value, at)
        for name, value in (
            ("views", 61_000), ("likes", 3_100), ("comments", 80), ("shares", 41)
        )
    )  # fmt: skip
    assert (batch.data_until, batch.notes) == (None, ())


def test_what_is_no_post_is_counted_and_left_out() -> None:
    future = post("2", create_time=int(NOW) + 3 * 86_400)
    batch = read(
        {"data": [post(7), post(7), post(True), future, {"aweme_id": "../x"}, 4]}
    )
    assert [video.id for video in batch.videos] == ["7"]
    assert batch.notes == (
        "5 posts have no id, lie in the future or come twice; skipped.",
    )


@pytest.mark.parametrize(
    ("document", "paths", "note"),
    [
        ({}, {}, "videos = data is null, no list; skipped."),
        ({"data": {"a": 1}}, {}, "videos = data is an object, no list; skipped."),
        ({"data": [post()]}, {"id": "nope"}, "none of the posts has an id"),
        ({"data": [post()]}, {"posted_at": "nope"}, "none of the posts has a time"),
    ],
)
def test_a_wrong_path_is_named(
    document: object, paths: dict[str, Any], note: str
) -> None:
    (found,) = read(document, **paths).notes
    assert found.startswith(note)


def test_no_posts_yet_is_no_fault() -> None:
    assert read({"data": []}) == Batch()


def test_a_list_without_end_is_cut() -> None:
    assert len(read({"data": [post(n) for n in range(4_200)]}).videos) == 4_000


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["i", "t", "c", "n"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANY)
def test_any_document_gives_sound_videos(document: object) -> None:
    how = JsonVideos(
        path="@", id="i", posted_at="t", caption="c", duration="n", views="n", url="c"
    )
    batch = VideoMapping(how, "rival").read(document, NOW)
    assert len({video.id for video in batch.videos}) == len(batch.videos)
    assert all(reading.value >= 0 for reading in batch.readings)
    assert all(v.duration is None or v.duration > 0 for v in batch.videos)


def connector(url: str, **more: Any) -> HttpJsonConnector:
    source = HttpJsonSource.model_validate(
        {"type": "http-json", "url": url, "videos": PATHS, **more}
    )
    identity = Identity("rival/http-json", "rival", "http-json", 60)
    return HttpJsonConnector(identity, source, HttpClient())


async def fetched(handler: Handler, **more: Any) -> Batch:
    async with serving(handler) as url:
        source = connector(f"{url}/posts?depth=1", **more)
        try:
            return await source.fetch(NOW)
        finally:
            await source.close()


async def test_posts_and_metrics_come_from_one_answer() -> None:
    document = {"data": [post()], "n": 5}
    batch = await fetched(saying(document), metrics={"followers": "n"})
    assert [reading.metric for reading in batch.readings][:2] == [
        "followers",
        "video_total_views",
    ]
    assert len(batch.videos) == 1


async def test_a_wrong_path_of_a_metric_does_not_cost_the_posts() -> None:
    batch = await fetched(saying({"data": [post()]}), metrics={"followers": "nope"})
    assert len(batch.videos) == 1
    assert batch.notes == ("followers = nope is null; skipped.",)


async def test_an_answer_without_posts_or_metrics_is_a_fault() -> None:
    with pytest.raises(SourceError, match=r"no posts .*the answer has keys: detail"):
        await fetched(saying({"detail": "no such user"}))


async def test_a_profile_without_posts_is_no_fault() -> None:
    assert await fetched(saying({"data": []})) == Batch()


async def test_a_secret_parameter_joins_those_of_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POSTS_TOKEN", "s3cret-token")
    asked: list[Request] = []
    say = saying({"error": "s3cret-token is not valid"})

    async def handle(request: Request, writer: Any) -> None:
        asked.append(request)
        await say(request, writer)

    with pytest.raises(SourceError) as caught:
        await fetched(handle, params={"token": {"env": "POSTS_TOKEN"}, "n": "3"})
    assert asked[0].query == {"depth": "1", "token": "s3cret-token", "n": "3"}
    assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"


async def test_a_parameter_that_cannot_be_read_is_named() -> None:
    with pytest.raises(SourceError, match="parameter token"):
        await fetched(saying({}), params={"token": {"env": "NOT_THERE_AT_ALL"}})
