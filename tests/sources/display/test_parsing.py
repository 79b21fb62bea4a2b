"""Envelopes and video objects: the documented shapes, and arbitrary JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.readings import Video
from kpi_tui.kpi.text import clean
from kpi_tui.sources.answers import Answer
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.v2_envelope import Needs, V2Error, opened
from kpi_tui.sources.v2_videos import (
    DISPLAY_FIELDS,
    RESEARCH_FIELDS,
    identity,
    numbers,
    video,
    video_readings,
)

NOW = 1_774_353_600.0
NEEDS = Needs("video.list", "Sign in.", "Allow it.")
TOKEN = "act.hidden-token-123"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["ok", "12", "-", "1e999", 10**400, "https://[x", -3]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "message", "error", "data"]), inner)
    ),
    max_leaves=8,
)
STATUS = st.sampled_from([200, 204, 301, 400, 401, 404, 429, 500, 503])
ITEM = st.dictionaries(
    st.sampled_from([*DISPLAY_FIELDS, *RESEARCH_FIELDS]), JSON, max_size=10
)


def answered(
    status: int, body: object, headers: dict[str, str] | None = None
) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("open.example", status, headers or {}, raw, (TOKEN,))


def refused(
    status: int, code: str, message: str = "", headers: dict[str, str] | None = None
) -> V2Error:
    body = {"data": {}, "error": {"code": code, "message": message, "log_id": "1"}}
    with pytest.raises(V2Error) as caught:
        opened(answered(status, body, headers), NEEDS, NOW)
    return caught.value


def test_success_comes_with_an_error_whose_code_is_ok() -> None:
    body = {"data": {"a": 1}, "error": {"code": "ok", "message": "", "log_id": "1"}}
    assert opened(answered(200, body), NEEDS, NOW) == {"a": 1}


@pytest.mark.parametrize(
    ("status", "code", "fault", "hint"),
    [
        (401, "access_token_invalid", "unauthorised", "Sign in."),
        (401, "scope_not_authorized", "unauthorised", "Allow it."),
        (400, "scope_permission_missed", "unauthorised", "Allow it."),
        (400, "invalid_params", "failed", "It is asked again by itself."),
        (500, "internal_error", "failed", "It is asked again by itself."),
        (200, "internal_error", "failed", "It is asked again by itself."),
        (503, "brand_new", "failed", "It is asked again by itself."),
    ],
)
def test_each_code_says_what_to_do(
    status: int, code: str, fault: str, hint: str
) -> None:
    error = refused(status, code, "Because")
    assert (error.code, error.fault, error.hint) == (code, fault, hint)
    assert error.is_about_scope == code.startswith("scope_")


def test_too_many_requests_wait_a_minute_or_as_long_as_told() -> None:
    error = refused(429, "rate_limit_exceeded")
    assert (error.fault, error.retry_after) == ("rate limited", 60.0)
    error = refused(429, "rate_limit_exceeded", headers={"retry-after": "7"})
    assert error.retry_after == 7.0


def test_what_tiktok_says_is_cleaned_and_holds_no_token() -> None:
    error = refused(400, "invalid_params", f"bad \x1b[31m{TOKEN}\u202e here")
    assert error.message == (
        "TikTok refuses the request (invalid_params): “bad [31m… here”"
    )


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, {"code": 0, "data": {}}, "no answer of TikTok's API"),
        (200, [], "no answer of TikTok's API"),
        (200, {"data": None, "error": {"code": "ok"}}, "without data"),
        (200, b"<html>", "a web page instead of JSON"),
        (200, b'{"data"', "breaks off"),
        (401, b"", "refused the sign-in (401)"),
        (429, b"<html>", "asked too often (429)"),
        (500, {"error": {"code": "ok"}}, "a fault of its own (500)"),
        (502, b"[" * 200_000, "a fault of its own (502)"),
        (302, b"", "redirect"),
    ],
)
def test_other_answers_are_told_apart(status: int, body: object, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        opened(answered(status, body), NEEDS, NOW)
    assert words in caught.value.message


def outcome(call: Callable[[], object]) -> object:
    """What a call gives, or the SourceError that it raises; nothing else passes."""
    try:
        return call()
    except SourceError as error:
        return error


@given(STATUS, JSON | st.fixed_dictionaries({"error": JSON, "data": JSON}))
def test_any_answer_is_data_or_a_source_error(status: int, body: object) -> None:
    answer = answered(status, body)
    data = outcome(lambda: opened(answer, NEEDS, NOW))
    if isinstance(data, SourceError):
        assert clean(data.message) == data.message
    else:
        assert isinstance(body, dict)
        assert (status // 100, data) == (2, body["data"])


@given(st.binary(max_size=40), STATUS)
def test_any_body_is_a_source_error(body: bytes, status: int) -> None:
    with pytest.raises(SourceError):
        opened(answered(status, body), NEEDS, NOW)


@given(ITEM)
def test_any_item_is_a_video_or_none(item: dict[str, object]) -> None:
    video_id = identity(item)
    if video_id is None:
        return
    one = video(item, video_id, "acme")
    assert one.caption is None or clean(one.caption) == one.caption
    assert one.url is None or one.url.startswith("http")
    for reading in video_readings(item, video_id, "acme", int(NOW)):
        assert reading.entity == f"video:{video_id}"
        assert reading.value >= 0


@pytest.mark.parametrize(
    ("raw", "video_id"),
    [
        ("7123456789012345678", "7123456789012345678"),
        (7123456789012345679, "7123456789012345679"),
        (7.1e18, None),
        ("a|b", None),
        ("", None),
        (True, None),
        (None, None),
        pytest.param(10**5000, None, id="huge"),
    ],
)
def test_an_id_is_kept_digit_for_digit(raw: object, video_id: str | None) -> None:
    assert identity({"id": raw}) == video_id


def test_what_is_not_one_object_has_no_id() -> None:
    assert identity(["id"]) is None


@pytest.mark.parametrize(
    ("item", "caption"),
    [
        ({"title": "Short", "video_description": "Short and more"}, "Short and more"),
        ({"title": "Short", "video_description": ""}, "Short"),
        ({"title": "", "video_description": " \n"}, ""),
        ({"title": "Short"}, "Short"),
        ({"title": None}, None),
        ({}, None),
    ],
)
def test_the_description_is_the_caption_the_title_stands_in(
    item: dict[str, object], caption: str | None
) -> None:
    assert video(item, "1", "acme").caption == caption


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"share_url": "https://a.example/v/1?key=k#x"}, "https://a.example/v/1"),
        ({"share_url": "javascript:alert(1)"}, None),
        ({"share_url": "https://[broken"}, None),
        ({"username": "joe_1.x"}, "https://www.tiktok.com/@joe_1.x/video/1"),
        ({"username": "joe/../x"}, None),
        ({}, None),
    ],
)
def test_a_link_holds_no_key(item: dict[str, object], url: str | None) -> None:
    assert video(item, "1", "acme").url == url


def test_what_the_documents_show_is_read() -> None:
    item: dict[str, Any] = {
        "id": "7012345678901234567",
        "title": "first",
        "video_description": "A first one",
        "duration": 2,
        "cover_image_url": "https://cdn.example/1?x-expires=1",
        "share_url": "https://www.tiktok.com/@u/video/7012345678901234567?utm=k",
        "embed_link": "https://www.tiktok.com/static/profile-video?id=1",
    }
    assert video(item, "7012345678901234567", "acme") == Video(
        account="acme",
        id="7012345678901234567",
        caption="A first one",
        url="https://www.tiktok.com/@u/video/7012345678901234567",
        duration=2,
    )
    assert video_readings(item, "7012345678901234567", "acme", 1) == []


def test_creation_is_in_seconds_and_a_photo_has_no_duration() -> None:
    one = video({"create_time": 1_646_883_959, "duration": 0}, "1", "acme")
    assert (one.posted_at, one.duration) == (1_646_883_959, None)
    assert video({"create_time": "1646883959"}, "1", "acme").posted_at == 1_646_883_959
    assert video({"create_time": 0}, "1", "acme").posted_at is None


def test_either_spelling_of_favorites_is_a_save() -> None:
    for name in ("favourites_count", "favorites_count"):
        (reading,) = video_readings({name: 3}, "1", "acme", 9)
        assert (reading.metric, reading.value) == ("video_total_saves", 3)
    both = video_readings({"favourites_count": 3, "favorites_count": 3}, "1", "acme", 9)
    assert len(both) == 1


def test_a_negative_or_missing_count_is_no_number() -> None:
    found = dict(
        numbers({"a": -1, "b": None, "c": "7", "d": True}, {k: k for k in "abcde"})
    )
    assert found == {"c": 7}
