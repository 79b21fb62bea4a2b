"""The API for Business: its shapes, delays and refusals."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from kpi_tui.sources.demo.business import BUSINESS_ID, TOKEN
from kpi_tui.sources.demo.posts import FIELDS, PERISHABLE
from tests.sources.demo.desk import BUSINESS_URL, DAY, Desk


def test_answers_in_an_envelope_with_http_200() -> None:
    response = Desk().ask(
        BUSINESS_URL + "business/get/", {"business_id": BUSINESS_ID}, TOKEN
    )
    body = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    assert (body["code"], body["message"]) == (0, "OK")
    assert response.headers["x-tt-logid"] == body["request_id"]
    assert set(body["data"]) == {"display_name", "profile_image"}
    assert body["data"]["display_name"] == "Acme Olive Oil"


@pytest.mark.parametrize(
    ("token", "code"), [(None, 40104), ("", 40104), ("Bearer demo", 40105)]
)
def test_wants_the_access_token(token: str | None, code: int) -> None:
    url = BUSINESS_URL + "business/get/"
    response = Desk().ask(url, {"business_id": BUSINESS_ID}, token)
    assert (response.status_code, response.json()["code"]) == (200, code)
    assert response.json()["data"] == {}


@pytest.mark.parametrize(
    ("route", "params", "code"),
    [
        ("business/nothing/", {}, 40400),
        ("business/get/", {"business_id": "somebody"}, 40001),
        ("business/get/", {"fields": "username,likes"}, 40002),
        ("business/get/", {"fields": ["follower_count"]}, 40002),
        ("business/get/", {"fields": [1]}, 40002),
        ("business/get/", {"start_date": "19.03.2026"}, 40002),
        ("business/get/", {"start_date": "20260301"}, 40002),
        ("business/video/list/", {"fields": ["caption"]}, 40002),
        ("business/video/list/", {"fields": ["item_id", "play_count"]}, 40002),
        ("business/video/list/", {"fields": ["item_id"], "max_count": 21}, 40002),
        ("business/video/list/", {"fields": ["item_id"], "max_count": 0}, 40002),
        ("business/video/list/", {"fields": ["item_id"], "cursor": "x"}, 40002),
        ("business/video/list/", {"fields": ["item_id"], "filters": "[]"}, 40002),
        (
            "business/video/list/",
            {"fields": ["item_id"], "filters": {"video_ids": 7}},
            40002,
        ),
    ],
)
def test_refuses_with_a_code(route: str, params: dict[str, Any], code: int) -> None:
    assert Desk().business(route, **params)["code"] == code


def test_refuses_a_missing_account_and_another_method() -> None:
    url = BUSINESS_URL + "business/get/"
    assert Desk().ask(url, {}, TOKEN).json()["code"] == 40002
    assert Desk().ask(url, {}, TOKEN, "POST").json()["code"] == 40400


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(-60, -1, 0), (-61, -1, 40002), (-3, 0, 40002), (-3, -4, 40002), (-5, -5, 0)],
)
def test_looks_back_sixty_days_and_not_at_today(
    first: int, last: int, code: int
) -> None:
    desk = Desk()
    answer = desk.business(
        "business/get/",
        fields=["likes"],
        start_date=(desk.today + timedelta(days=first)).isoformat(),
        end_date=(desk.today + timedelta(days=last)).isoformat(),
    )
    assert answer["code"] == code
    if not code:
        dates = [row["date"] for row in answer["data"]["metrics"]]
        wanted = range(first, last + 1)
        assert dates == [(desk.today + timedelta(days=d)).isoformat() for d in wanted]


def test_looks_at_the_last_week_by_default() -> None:
    desk = Desk()
    rows = desk.data("business/get/", fields=["likes"])["metrics"]
    assert [row["date"] for row in rows] == [
        (desk.today - timedelta(days=back)).isoformat() for back in range(7, 0, -1)
    ]


def test_tells_only_what_is_asked() -> None:
    data = Desk().data("business/get/", fields=["username", "likes", "followers_count"])
    assert set(data) == {"username", "followers_count", "metrics"}
    assert isinstance(data["followers_count"], int)
    for row in data["metrics"]:
        assert set(row) == {"date", "likes", "followers_count"}


def test_hours_are_strings_and_the_evening_is_full() -> None:
    row = Desk().data("business/get/", fields=["audience_activity"])["metrics"][0]
    activity = row["audience_activity"]
    assert [entry["hour"] for entry in activity] == [str(hour) for hour in range(24)]
    counts = [entry["count"] for entry in activity]
    # 19 UTC is 21 in Athens in winter; three in the morning there is the quietest.
    assert 17 <= counts.index(max(counts)) <= 20
    assert 0 <= counts.index(min(counts)) <= 3


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("audience_ages", "age"),
        ("audience_genders", "gender"),
        ("audience_countries", "country"),
        ("audience_cities", "city_name"),
    ],
)
def test_audience_shares_sum_to_one(field: str, key: str) -> None:
    buckets = Desk().data("business/get/", fields=[field])[field]
    assert sum(bucket["percentage"] for bucket in buckets) == pytest.approx(1)
    assert all(0 < bucket["percentage"] < 1 for bucket in buckets)
    assert len({bucket[key] for bucket in buckets}) == len(buckets)


def test_the_video_list_has_the_real_types() -> None:
    desk = Desk()
    for video in desk.videos():
        assert video["item_id"].isdecimal()
        assert video["create_time"].isdecimal()
        assert video["media_type"] in {"VIDEO", "PHOTO"}
        assert isinstance(video["video_duration"], float)
        assert isinstance(video["video_views"], int)
        # The id holds the time of upload: minutes before the post, days if planned.
        uploaded = int(video["item_id"]) >> 32
        assert 0 < int(video["create_time"]) - uploaded <= 5 * DAY
        if "video_view_retention" in video:
            seconds = [entry["second"] for entry in video["video_view_retention"]]
            assert seconds == [str(second) for second in range(len(seconds))]


def test_the_video_list_tells_only_what_is_asked() -> None:
    wanted = {"item_id", "likes"}
    assert all(set(v) == wanted for v in Desk().videos(("item_id", "likes")))


def test_pages_walk_back_in_time_without_loss() -> None:
    desk = Desk()
    ids = [video["item_id"] for video in desk.videos(("item_id",))]
    assert len(ids) == len(set(ids)) == 60
    times = [int(v["create_time"]) for v in desk.videos(("item_id", "create_time"))]
    assert times == sorted(times, reverse=True)
    first = desk.data("business/video/list/", fields=["item_id", "create_time"])
    assert len(first["videos"]) == 10
    assert first["cursor"] == 1000 * int(first["videos"][-1]["create_time"])
    assert first["has_more"] is True


def test_a_page_is_empty_now_and_then_and_the_walk_goes_on() -> None:
    desk = Desk()
    empty = 0
    for _ in range(30):
        desk.at += 300
        cursor = desk.data("business/video/list/", fields=["item_id"])["cursor"]
        page = desk.data("business/video/list/", fields=["item_id"], cursor=cursor)
        if not page["videos"]:
            empty += 1
            assert page["has_more"] is True
            assert page["cursor"] < cursor
            after = desk.data(
                "business/video/list/", fields=["item_id"], cursor=page["cursor"]
            )
            assert len(after["videos"]) == 10
    assert 0 < empty < 20


def test_filters_by_id() -> None:
    desk = Desk()
    wanted = [v["item_id"] for v in desk.videos(("item_id",))][3:5]
    page = desk.data(
        "business/video/list/", fields=["item_id"], filters={"video_ids": wanted}
    )
    assert [v["item_id"] for v in page["videos"]] == wanted
    assert page["has_more"] is False
    ads = {"ad_post_only": True}
    assert not desk.data("business/video/list/", fields=["item_id"], filters=ads)[
        "videos"
    ]


def test_perishable_fields_vanish_from_posts_that_rest() -> None:
    desk = Desk()
    videos = desk.videos()
    resting = [v for v in videos if not set(PERISHABLE) & set(v)]
    awake = [v for v in videos if v["media_type"] == "VIDEO" and v not in resting]
    assert len(resting) >= 3
    assert len(awake) >= 30
    week_ago = desk.at - 7 * DAY
    for video in resting:
        is_new = int(video["create_time"]) > desk.at - DAY
        assert is_new or int(video["create_time"]) < week_ago
        assert video["video_views"] > 0
        assert video["likes"] > 0
    for video in awake:
        assert set(PERISHABLE) <= set(video)


def test_insights_come_after_midnight_and_counters_at_once() -> None:
    desk = Desk()
    fresh = desk.videos()[0]
    assert int(fresh["create_time"]) > desk.at - 3600
    assert fresh["video_views"] > 500
    assert "reach" not in fresh
    desk.at += DAY
    assert (
        0
        < next(v for v in desk.videos() if v["item_id"] == fresh["item_id"])["reach"]
        < fresh["video_views"] * 500
    )


def test_photos_have_no_watch_time() -> None:
    photos = [v for v in Desk().videos() if v["media_type"] == "PHOTO"]
    assert 3 <= len(photos) <= 8
    for photo in photos:
        assert photo["video_duration"] == 0
        assert "average_time_watched" not in photo
        assert "video_view_retention" not in photo


def test_every_field_can_be_had() -> None:
    told: set[str] = set()
    for video in Desk().videos():
        told |= set(video)
    assert told == set(FIELDS)


def test_nobody_else_can_be_reached() -> None:
    with pytest.raises(httpx.ConnectError, match="nobody but itself"):
        Desk().ask("https://www.tiktok.com/@acme")
