"""Envelopes, account data and posts with arbitrary JSON, and the documented shapes."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.readings import day_start
from kpi_tui.sources.business_codes import opened
from kpi_tui.sources.business_fields import FIELD_SETS, profile, shares
from kpi_tui.sources.business_videos import (
    VIDEO_FIELD_SETS,
    video,
    video_id,
    video_readings,
)
from kpi_tui.sources.port import SourceError

NOW = datetime(2021, 8, 3, 7, tzinfo=UTC).timestamp()

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=12)
    | st.sampled_from(["-", "12", "0.5", "2021-08-01", "18-24", "1e999"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["percentage", "hour", "count", "age"]), inner
        )
    ),
    max_leaves=8,
)
METRIC_DAYS = st.lists(
    st.dictionaries(
        st.sampled_from(["date", "video_views", "likes", "audience_activity"]), JSON
    ),
    max_size=3,
)
ACCOUNT = st.dictionaries(st.sampled_from([*FIELD_SETS[0]]), JSON, max_size=6).flatmap(
    lambda data: METRIC_DAYS.map(lambda days: data | {"metrics": days})
)
POST = st.dictionaries(st.sampled_from([*VIDEO_FIELD_SETS[0]]), JSON, max_size=10)


@given(JSON | st.dictionaries(st.sampled_from(["code", "message", "data"]), JSON))
def test_any_envelope_is_data_or_a_source_error(answer: object) -> None:
    try:
        data = opened(answer, "user.insights", ())
    except SourceError:
        return
    assert isinstance(answer, dict)
    assert data == answer["data"]


@given(st.sampled_from(["ok", "OK", "", "Error", None, 3]))
def test_the_message_decides_nothing(message: object) -> None:
    assert opened({"code": 0, "message": message, "data": {"a": 1}}, "s", ()) == {
        "a": 1
    }
    with pytest.raises(SourceError):
        opened({"code": 40002, "message": message, "data": {"a": 1}}, "s", ())


def test_tiktoks_own_words_are_cleaned_and_lose_the_token() -> None:
    answer = {"code": 40002, "message": "bad\x1b[31m\nact.tok\u202een" + "x" * 500}
    with pytest.raises(SourceError) as caught:
        opened(answer, "s", ("act.token",))
    message = caught.value.message
    assert message.startswith("TikTok refuses a parameter (40002): “bad[31m …xxx")
    assert len(message) < 200


@given(ACCOUNT)
def test_any_account_gives_finite_readings(data: dict[str, Any]) -> None:
    found = profile(data, "acme", NOW, ZoneInfo("Asia/Kolkata"))
    for reading in found.readings:
        assert abs(reading.value) < float("inf")
        assert reading.at <= NOW
    assert found.until is None or found.until < date(2021, 8, 3)


@given(POST)
def test_any_post_gives_finite_readings(item: dict[str, Any]) -> None:
    identity = video_id(item)
    post = video(item, identity or "1", "acme")
    assert post.duration is None or 0 < post.duration <= 86_400
    for reading in video_readings(item, "1", "acme", NOW):
        assert abs(reading.value) < float("inf")


def test_the_documented_account_gives_the_values_it_holds() -> None:
    # The shape of the official example: few metrics, three days, two audience lists.
    text = """{"username": "flame", "followers_count": 1124,
      "audience_countries": [{"percentage": 0.1797, "country": "MY"}],
      "audience_genders": [{"percentage": 0.2283, "gender": "Other"}],
      "metrics": [
        {"date": "2021-07-31", "followers_count": 6, "video_views": 312, "likes": 15},
        {"date": "2021-08-01", "followers_count": 8, "video_views": 283, "shares": 0}]}"""
    found = profile(json.loads(text), "flame", NOW, UTC)
    saturday, sunday = day_start(date(2021, 7, 31)), day_start(date(2021, 8, 1))
    assert [(r.entity, r.metric, r.grain, r.at, r.value) for r in found.readings] == [
        ("", "followers", "instant", int(NOW), 1124),
        ("", "video_views", "day", saturday, 312),
        ("", "likes", "day", saturday, 15),
        ("", "followers", "day", saturday, 6),
        ("", "video_views", "day", sunday, 283),
        ("", "shares", "day", sunday, 0),
        ("", "followers", "day", sunday, 8),
        ("gender:Other", "audience_share", "day", sunday, 0.2283),
        ("country:MY", "audience_share", "day", sunday, 0.1797),
    ]
    assert found.until == date(2021, 8, 1)


def test_today_and_the_future_complete_no_day() -> None:
    days = [{"date": f"2021-08-0{n}", "likes": n} for n in range(1, 6)]
    found = profile({"metrics": days}, "acme", NOW, UTC)
    assert found.until == date(2021, 8, 2)
    assert max(r.at for r in found.readings) == day_start(date(2021, 8, 3))


def test_a_day_of_followers_alone_is_not_complete() -> None:
    days = [
        {"date": "2021-08-01", "likes": 3},
        {"date": "2021-08-02", "followers_count": 3, "likes": "-"},
    ]
    assert profile({"metrics": days}, "acme", NOW, UTC).until == date(2021, 8, 1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Kolkata", "2021-08-01", {5: 0, 6: 1, 4: 23}),  # +5:30
        ("America/New_York", "2021-08-01", {20: 0, 0: 4, 19: 23}),
        # Clocks go back at 01:00 UTC: 0 and 1 UTC are both 03 in Athens.
        ("Europe/Athens", "2020-10-25", {3: 0.5, 4: 2, 1: 23}),
        # Clocks go forward: no 03, and the UTC day holds 02 of two local days.
        ("Europe/Athens", "2021-03-28", {2: 11.5, 4: 1, 3: None, 5: 2}),
    ],
)
def test_hours_in_zones_with_halves_and_clock_changes(
    zone: str, day: str, hours: dict[int, float | None]
) -> None:
    activity = [{"hour": str(h), "count": h} for h in range(24)]
    data = {"metrics": [{"date": day, "audience_activity": activity}]}
    found = profile(data, "acme", NOW, ZoneInfo(zone))
    by_hour = {r.entity: r.value for r in found.readings}
    assert {h: by_hour.get(f"hour:{h:02d}") for h in hours} == hours


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([1, 0.5, 0.02], [1, 0.5, 0.02]),
        ([100, 50, 2.5], [1, 0.5, 0.025]),
        ([1.02, 1, 0.4], [1.02, 1, 0.4]),  # a fraction with a rounding error
        (["0.5", "-", None, -3, 400], [0.5]),
    ],
)
def test_shares_are_fractions(given: list[object], expected: list[float]) -> None:
    items = [{"second": str(n), "percentage": v} for n, v in enumerate(given)]
    found = [value for _, value in shares(items, "second")]
    assert found == pytest.approx(expected)


def test_labels_cannot_break_an_entity() -> None:
    items = [{"city": "A|second:3\u202e\n b", "percentage": 0.5}]
    assert shares(items, "city") == [("A/second:3 b", 0.5)]


@pytest.mark.parametrize(
    ("average", "total", "views", "expected"),
    [
        (3.862, 587.024, 152, (3.862, 587.024)),
        (3862, 587_024, 152, (3.862, 587.024)),
        (59, 590, 10, (59, 590)),  # three loops of a short post
        (900_000, 1, 10, (900_000, 1)),  # absurd either way: left as it is
        (3862, 587_024, 0, (3.862, 587_024)),  # no views to tell by
    ],
)
def test_seconds_or_milliseconds(
    average: float, total: float, views: float, expected: tuple[float, float]
) -> None:
    item = {
        "video_duration": 20,
        "video_views": views,
        "average_time_watched": average,
        "total_time_watched": total,
    }
    found = {r.metric: r.value for r in video_readings(item, "1", "acme", NOW)}
    assert (
        found["video_average_watch_time"],
        found["video_watch_time"],
    ) == expected


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0.0395, 0.0395), (1, 1), (39.5, 0.395), (-1, None), ("-", None)],
)
def test_completion_is_a_fraction(rate: object, expected: float | None) -> None:
    found = video_readings({"full_video_watched_rate": rate}, "1", "acme", NOW)
    assert [r.value for r in found] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("6995316737801538821", "6995316737801538821"),
        (6995316737801538821, "6995316737801538821"),
        ("a|b", None),
        ("", None),
        (True, None),
        (None, None),
        ("9" * 65, None),
    ],
)
def test_ids(raw: object, expected: str | None) -> None:
    assert video_id({"item_id": raw}) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1628461703", 1628461703),
        (1628461703, 1628461703),
        (1628461703000, 1628461703),
        ("0", None),
        ("soon", None),
        (1e300, None),
    ],
)
def test_when_it_was_posted(raw: object, expected: int | None) -> None:
    assert video({"create_time": raw}, "1", "acme").posted_at == expected


def test_a_link_must_be_one() -> None:
    item = {"share_url": "javascript:alert(1)", "media_type": "photo", "is_ad": "no"}
    post = video(item, "1", "acme")
    assert (post.url, post.format, post.is_ad, post.caption) == (
        None,
        "photo",
        None,
        None,
    )


@pytest.mark.parametrize("name", FIELD_SETS[0])
def test_every_field_asked_for_is_read(name: str) -> None:
    # A field without a reader is a scope asked for in vain.
    bucket = {"age": "x", "gender": "x", "country": "x", "city_name": "x"}
    items = [{**bucket, "percentage": 0.5, "hour": "1", "count": 2}]
    value = items if name.startswith("audience_") else 1
    data = {name: value, "metrics": [{"date": "2021-08-01", name: value}]}
    assert profile(data, "acme", NOW, UTC).readings


def test_days_are_asked_for_within_tiktoks_limit() -> None:
    from kpi_tui.sources import tiktok_business

    assert timedelta(days=tiktok_business._LOOK_BACK_DAYS) < timedelta(days=60)


@pytest.mark.parametrize("name", [*VIDEO_FIELD_SETS[0]])
def test_every_field_of_a_post_asked_for_is_read(name: str) -> None:
    bucket = {"gender": "x", "country": "x", "city_name": "x", "type": "x"}
    items = [
        {**bucket, "impression_source": "x", "second": "2", "percentage": 0.5},
    ]
    is_list = name.startswith(("audience_", "impression_", "video_view_", "engagement"))
    value: Any = items if is_list else {"create_time": "1628461703"}.get(name, 1)
    value = {"caption": "x", "share_url": "https://x", "is_ad": True}.get(name, value)
    value = {"media_type": "VIDEO"}.get(name, value)
    item = {name: value}
    nothing = video({}, "1", "acme")
    is_described = video(item, "1", "acme") != nothing or name == "item_id"
    assert is_described or video_readings(item, "1", "acme", NOW)


@pytest.mark.parametrize(
    ("curve", "held"),
    [
        ([("0", 1), ("1", 0.5), ("2", 0.25)], 0.25),
        ([("2.0", 0.25)], 0.25),
        ([("1", 100), ("2", 40)], 0.4),  # a list of percentages
        ([("1", 0.5), ("3", 0.2)], None),  # nothing is guessed between two seconds
        ([("2", "-")], None),
        ([("two", 0.5)], None),
        (None, None),
    ],
)
def test_who_is_held_past_two_seconds(curve: Any, held: float | None) -> None:
    points = [{"second": s, "percentage": p} for s, p in curve or ()]
    found = video_readings({"video_view_retention": points}, "1", "acme", NOW)
    told = {r.entity: r.value for r in found if r.metric == "video_hold_2s"}
    assert told == ({} if held is None else {"video:1": held})
