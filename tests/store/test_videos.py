"""Posts with their totals, and one post in full."""

from datetime import date

from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.readings import Batch
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store
from tests.store.build import ATHENS, at, day, keep, now, post, total

D24 = date(2026, 3, 24)
WEEK = Window(D24, 7)
BASELINE = date(2026, 3, 17)
OLDER = date(2026, 3, 10)


def videos(store: Store, as_of: date | None = None) -> dict[str, VideoHistory]:
    found = store.history("acme", ATHENS, WEEK, as_of).videos
    return {one.video.id: one for one in found}


def test_totals_at_the_ends_of_both_windows(store):
    keep(
        store,
        total("2026-03-09T10:00", "1", 10),
        total("2026-03-17T21:59", "1", 20),  # the last minute of the 17th in Athens
        total("2026-03-17T22:00", "1", 25),
        total("2026-03-25T10:00", "1", 40),
    )
    one = videos(store)["1"]
    assert one.at_day == {
        OLDER: {"video_total_views": 10},
        BASELINE: {"video_total_views": 20},
        D24: {"video_total_views": 25},
    }
    assert one.now == {"video_total_views": 40}
    assert one.now_at == at("2026-03-25T10:00")


def test_a_total_not_yet_known_is_absent(store):
    keep(store, total("2026-03-20T10:00", "1", 10))
    keep(store, now("2026-03-20T10:00", 5, metric="video_reach", entity="video:1"))
    one = videos(store)["1"]
    assert one.at_day == {D24: {"video_total_views": 10}}
    assert one.now == {"video_total_views": 10, "video_reach": 5}


def test_as_of_takes_the_last_value_by_then_else_the_first_after(store):
    keep(
        store,
        total("2026-03-18T10:00", "1", 10),
        total("2026-03-20T10:00", "1", 20),
        total("2026-03-22T10:00", "2", 7),
        total("2026-03-23T10:00", "2", 8),
    )
    then = videos(store, date(2026, 3, 19))
    assert then["1"].now == {"video_total_views": 10}
    assert then["1"].now_at == at("2026-03-18T10:00")
    assert then["2"].now == {"video_total_views": 7}
    assert then["2"].at_day == {}


def test_an_exported_total_counts_at_its_label_and_the_later_telling_wins(store):
    exported = day(
        "2026-03-24",
        50,
        metric="video_total_views",
        entity="video:1",
        seen=at("2026-03-24T10:00"),
    )
    keep(store, total("2026-03-24T08:00", "1", 40), exported)
    assert videos(store)["1"].now == {"video_total_views": 50}
    assert videos(store)["1"].now_at == at("2026-03-24T10:00")
    assert videos(store, date(2026, 3, 23))["1"].now == {"video_total_views": 40}
    keep(store, total("2026-03-24T12:00", "1", 45))  # a correction, and newer
    one = videos(store)["1"]
    assert one.now == {"video_total_views": 45}
    assert one.at_day == {D24: {"video_total_views": 45}}


def test_a_repeat_keeps_a_total_fresh(store):
    keep(store, total("2026-03-20T10:00", "1", 10))
    keep(store, total("2026-03-24T10:00", "1", 10))
    assert videos(store)["1"].now_at == at("2026-03-24T10:00")


def test_posts_are_newest_first_and_those_of_later_are_left_out(store):
    batch = Batch(
        videos=(
            post("1", "2026-03-20T10:00"),
            post("2", "2026-03-22T21:30"),
            post("3", "2026-03-23T00:00", posted_precision="day"),
        )
    )
    store.ingest("acme/a", batch)
    keep(store, total("2026-03-20T10:00", "4", 1))  # described by nobody
    assert list(videos(store)) == ["3", "2", "1", "4"]
    assert set(videos(store, date(2026, 3, 22))) == {"2", "1", "4"}
    assert set(videos(store, date(2026, 3, 21))) == {"1", "4"}
    assert videos(store)["1"].now == {}
    assert videos(store)["1"].now_at == 0


def test_buckets_of_a_video_are_no_videos(store):
    keep(
        store,
        day("2026-03-24", 0.5, metric="video_retention", entity="video:1|second:3"),
    )
    assert videos(store) == {}


def test_a_videos_growth_is_in_order_and_reaches_to_the_last_repeat(store):
    keep(
        store,
        total("2026-03-20T10:00", "1", 10),
        total("2026-03-20T12:00", "1", 20),
        day("2026-03-21", 30, metric="video_total_views", entity="video:1"),
        total("2026-03-22T12:00", "1", 40),
        total("2026-03-22T15:00", "1", 40),
    )
    assert store.video_series("acme", "1", "video_total_views") == [
        (at("2026-03-20T10:00"), 10),
        (at("2026-03-20T12:00"), 20),
        (at("2026-03-21"), 30),
        (at("2026-03-22T12:00"), 40),
        (at("2026-03-22T15:00"), 40),
    ]
    assert store.video_series("acme", "2", "video_total_views") == []


def test_buckets_are_those_of_the_newest_telling(store):
    def bucket(label: str, name: str, value: float):
        return day(label, value, metric="video_x", entity=f"video:1|{name}")

    keep(
        store,
        bucket("2026-03-20", "second:1", 0.9),
        bucket("2026-03-21", "second:10", 0.2),
        bucket("2026-03-21", "second:2", 0.7),
        bucket("2026-03-21", "impressions:Search", 0.3),
        bucket("2026-03-21", "impressions:For You", 0.6),
        day("2026-03-21", 1, metric="video_x", entity="video:11|second:2"),
        day("2026-03-21", 1, metric="video_x", entity="video:1"),
    )
    assert store.video_buckets("acme", "1") == {
        "second": [("2", 0.7), ("10", 0.2)],
        "impressions": [("For You", 0.6), ("Search", 0.3)],
    }


def test_a_polled_bucket_that_stood_still_belongs_to_the_newest_telling(store):
    for hour, search in ((10, 0.3), (12, 0.4)):
        keep(
            store,
            now(f"2026-03-20T{hour}:00", 0.6, metric="x", entity="video:1|from:You"),
            now(f"2026-03-20T{hour}:00", search, metric="x", entity="video:1|from:S"),
        )
    keep(store, now("2026-03-19T10:00", 0.1, metric="x", entity="video:1|from:Old"))
    assert store.video_buckets("acme", "1") == {"from": [("You", 0.6), ("S", 0.4)]}


def test_gains_since_midnight(store):
    midnight = at("2026-03-23T22:00")
    batch = Batch(
        videos=(
            post("old", "2026-03-01T10:00"),
            post("young", "2026-03-24T08:00"),
            post("unknown", "2026-03-01T10:00"),
        )
    )
    store.ingest("acme/a", batch)
    keep(
        store,
        total("2026-03-23T21:00", "old", 100),
        total("2026-03-24T09:00", "old", 130),
        total("2026-03-24T11:00", "old", 150),
        total("2026-03-24T09:00", "young", 11),
        total("2026-03-24T09:00", "unknown", 5000),  # nobody knows since when
        now("2026-03-24T09:00", 9, metric="video_reach", entity="video:young"),
    )
    gains = store.video_total_gains("acme", midnight, at("2026-03-24T10:00"))
    assert gains == {"video_total_views": 41}
