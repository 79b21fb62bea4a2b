"""The days of an account: flows, end-of-day levels, the last day of data."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.kpi.readings import Batch, day_start
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Poll, Store
from tests.store.build import ATHENS, UTC_ZONE, at, day, keep, now, post

D24 = date(2026, 3, 24)
WEEK = Window(D24, 7)


def history(store: Store, window: Window = WEEK, as_of: date | None = None):
    return store.history("acme", ATHENS, window, as_of)


def test_flows_cover_both_windows_and_four_days_for_a_source_behind(store):
    for label in ("2026-03-06", "2026-03-07", "2026-03-24", "2026-03-25"):
        keep(store, day(label, 5), day(label, 0.4, metric="bounce_share"))
    found = history(store).flows
    assert found["video_views"] == {date(2026, 3, 7): 5, D24: 5}
    assert found["bounce_share"] == {date(2026, 3, 7): 0.4, D24: 0.4}


def test_another_account_does_not_leak(store):
    keep(store, day("2026-03-24", 5), day("2026-03-24", 9, account="acme2"))
    assert history(store).flows == {"video_views": {D24: 5}}
    assert store.history("acm", ATHENS, WEEK, None).flows == {}


def test_an_unknown_account_has_nothing(store):
    found = history(store)
    assert (found.flows, found.levels, found.videos, found.latest) == ({}, {}, (), {})
    assert found.until == {}
    assert last_day(store) is None
    assert store.first_day("acme") is None


def test_levels_have_the_days_of_window_baselines_and_one_older(store):
    for label, value in {
        "2026-02-01": 1,
        "2026-03-01": 2,
        "2026-03-06": 3,
        "2026-03-17": 4,
        "2026-03-24": 5,
        "2026-03-25": 6,
    }.items():
        keep(store, day(label, value, metric="followers"))
    assert history(store).levels["followers"] == {
        date(2026, 3, 1): 2,  # older than four days before the earlier baseline
        date(2026, 3, 6): 3,
        date(2026, 3, 17): 4,
        D24: 5,
    }


def test_a_days_level_is_its_daily_value_else_the_last_instant_of_the_local_day(store):
    keep(
        store,
        now("2026-03-22T21:59", 10),  # 23:59 in Athens, the 22nd
        now("2026-03-22T22:00", 11),  # 00:00 in Athens, the 23rd
        now("2026-03-23T21:59:59", 12),
        now("2026-03-24T12:00", 13),
        day("2026-03-24", 14, metric="followers"),
    )
    assert history(store).levels["followers"] == {
        date(2026, 3, 22): 10,
        date(2026, 3, 23): 12,
        D24: 14,
    }


def test_days_without_an_observation_of_their_own_have_no_level(store):
    keep(store, now("2026-03-20T10:00", 10), now("2026-03-23T10:00", 11))
    assert history(store).levels["followers"] == {
        date(2026, 3, 20): 10,
        date(2026, 3, 23): 11,
    }


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        ("2026-03-29T00:30", date(2026, 3, 29)),  # the day of 23 hours
        ("2026-03-29T20:59:59", date(2026, 3, 29)),  # it ends at 21:00 UTC
        ("2026-03-29T21:00", date(2026, 3, 30)),
        ("2025-10-26T21:59:59", date(2025, 10, 26)),  # 25 hours, to 22:00 UTC
        ("2025-10-25T20:59:59", date(2025, 10, 25)),
        ("2025-10-25T21:00", date(2025, 10, 26)),
        ("2025-10-26T22:00", date(2025, 10, 27)),
    ],
)
def test_days_of_23_and_25_hours(store, moment, label):
    keep(store, now(moment, 10))
    found = history(store, Window(label, 7))
    assert found.levels["followers"] == {label: 10}


def test_the_older_observation_is_the_newer_of_daily_and_instant(store):
    keep(
        store,
        day("2026-03-01", 1, metric="followers"),
        now("2026-03-02T12:00", 2),
        now("2026-02-02T12:00", 3, metric="likes_total"),
        day("2026-02-03", 4, metric="likes_total"),
    )
    levels = history(store).levels
    assert levels["followers"] == {date(2026, 3, 2): 2}
    assert levels["likes_total"] == {date(2026, 2, 3): 4}


def test_a_metric_of_ones_own_is_a_flow_by_day_and_a_level_when_polled(store):
    keep(
        store,
        day("2026-03-24", 9, metric="nps"),
        now("2026-03-24T12:00", 3, metric="orders_open"),
        now("2026-03-24T12:00", 3, metric="video_views"),  # a flow is never polled
    )
    found = history(store)
    assert found.flows == {"nps": {D24: 9}}
    assert found.levels == {"orders_open": {D24: 3}}
    assert set(found.latest) == {"orders_open"}


def test_as_of_hides_what_came_later(store):
    keep(
        store,
        day("2026-03-20", 1),
        day("2026-03-21", 2),
        now("2026-03-20T12:00", 10),
        now("2026-03-20T23:00", 11),  # the 21st in Athens
        day("2026-03-22", 12, metric="likes_total"),
    )
    as_of = date(2026, 3, 20)
    found = history(store, WEEK, as_of)
    assert found.flows["video_views"] == {as_of: 1}
    assert found.levels == {"followers": {as_of: 10}}
    assert found.latest == {"followers": (at("2026-03-20T12:00"), 10)}
    assert last_day(store, as_of) == as_of


def test_as_of_ends_with_the_days_last_second(store):
    midnight = at("2026-03-20T22:00")  # in Athens
    keep(store, now(midnight - 1, 10), now(midnight, 11))
    found = history(store, as_of=date(2026, 3, 20))
    assert found.latest == {"followers": (midnight - 1, 10)}
    assert found.levels == {"followers": {date(2026, 3, 20): 10}}


def test_latest_is_the_newest_to_the_second_and_renewed_by_repeats(store):
    keep(store, now("2026-03-24T12:00", 10), now("2026-03-24T12:05", 10))
    assert history(store).latest["followers"] == (at("2026-03-24T12:05"), 10)
    capped = history(store, as_of=D24).latest["followers"]
    assert capped == (at("2026-03-24T12:05"), 10)
    earlier = history(store, as_of=date(2026, 3, 23)).latest
    assert earlier == {}


def test_latest_of_a_daily_level_dates_from_the_days_last_second(store):
    keep(store, day("2026-03-24", 9, metric="followers", seen=at("2026-03-26")))
    assert history(store).latest["followers"] == (at("2026-03-24T21:59:59"), 9)
    keep(store, day("2026-03-25", 8, metric="followers", seen=at("2026-03-25T10:00")))
    assert history(store).latest["followers"] == (at("2026-03-25T10:00"), 8)
    keep(store, now("2026-03-25T10:30", 7))
    assert history(store).latest["followers"] == (at("2026-03-25T10:30"), 7)


def test_sources_name_the_last_writer_of_each_metric(store):
    keep(store, day("2026-03-24", 5), source="acme/one")
    keep(store, now("2026-03-24T12:00", 5), source="acme/two")
    views = now("2026-03-24T12:00", 5, metric="video_total_views", entity="video:1")
    keep(store, views, source="acme/three")
    assert history(store).sources == {
        "video_views": "acme/one",
        "followers": "acme/two",
        "video_total_views": "acme/three",
    }


def last_day(store: Store, as_of: date | None = None) -> date | None:
    return store.last_data_day("acme", ATHENS, as_of)


def test_the_last_data_day_is_the_newest_flows(store):
    keep(store, day("2026-03-20", 1), day("2026-03-24", 1, metric="followers"))
    assert last_day(store) == date(2026, 3, 20)
    keep(store, day("2026-03-21", 1, metric="website_visits"))
    assert last_day(store) == date(2026, 3, 21)
    assert last_day(store, date(2026, 3, 20)) == date(2026, 3, 20)
    assert last_day(store, date(2026, 3, 10)) is None


def test_a_metric_ends_with_what_its_own_source_calls_complete(store):
    days = (day("2026-03-23", 1), day("2026-03-24", 1, seen=at("2026-03-24T20:00")))
    store.ingest("acme/a", Batch(days, data_until=date(2026, 3, 23)))
    assert last_day(store) == date(2026, 3, 23)
    spend = (day("2026-03-24", 1, metric="spend"), day("2026-03-25", 1, metric="spend"))
    store.ingest("acme/b", Batch(spend, data_until=D24))
    store.ingest("rival/b", Batch(data_until=date(2026, 3, 31)))
    assert history(store).until == {"video_views": date(2026, 3, 23), "spend": D24}
    assert last_day(store) == D24
    assert history(store, as_of=date(2026, 3, 20)).until == {}


def test_a_running_value_is_no_day_where_its_source_says_so(store):
    """The program slept through an evening: what it last saw then is no whole day."""
    evening = day("2026-03-23", 7, seen=at("2026-03-23T16:00"))
    batch = Batch((day("2026-03-22", 9), evening), data_until=date(2026, 3, 22))
    store.ingest("acme/http-json", batch)
    store.ingest(
        "acme/http-json", Batch((day("2026-03-24", 1, seen=at("2026-03-24")),))
    )
    assert last_day(store) == date(2026, 3, 22)
    # Typed in without a word about days: they are what they are.
    keep(store, day("2026-03-24", 5, metric="revenue", seen=at("2026-03-24T10:00")))
    assert history(store).until["revenue"] == D24


def test_an_older_download_does_not_take_back_a_day_that_another_source_told(store):
    told = day("2026-03-24", 2, seen=at("2026-03-26T08:00"))
    store.ingest("acme/business", Batch((told,), data_until=D24))
    old = (day("2026-03-10", 1, seen=at("2026-03-12")),)
    store.ingest("acme/studio", Batch(old, data_until=date(2026, 3, 10)))
    assert last_day(store) == D24


def test_flows_that_have_stopped_do_not_hold_polled_levels_back(store):
    keep(store, day("2026-03-20", 9), now("2026-03-01T10:00", 1))
    keep(store, now("2026-03-25T10:00", 2))
    assert last_day(store) == date(2026, 3, 20)  # four days behind the 24th
    keep(store, now("2026-03-26T10:00", 3))
    assert last_day(store) == date(2026, 3, 25)
    # Typed in beside a download: that one's days stay on the screen.
    store.record_poll(Poll("acme/test", "acme", "manual", 1.0, "ok", "typed"))
    assert last_day(store) == date(2026, 3, 20)


def test_what_is_typed_in_leads_only_where_nothing_else_is_told(store):
    store.record_poll(Poll("acme/manual", "acme", "manual", 1.0, "ok", "typed"))
    revenue = day("2026-03-24", 450, metric="revenue")
    keep(store, revenue, source="acme/manual")
    assert last_day(store) == D24
    keep(store, day("2026-03-02", 9), source="acme/tiktok-studio")
    assert last_day(store) == date(2026, 3, 2)


def test_without_flows_the_last_data_day_is_that_of_levels(store):
    keep(store, day("2026-03-20", 1, metric="followers"))
    assert last_day(store) == date(2026, 3, 20)
    keep(store, now("2026-03-20T10:00", 1), now("2026-03-24T22:30", 2))
    # 00:30 in Athens on the 25th: the 24th is over.
    assert last_day(store) == D24
    # Only that much is known of the 24th's end.
    assert last_day(store, D24) == date(2026, 3, 20)


def test_the_first_day_of_polling_counts_though_it_is_not_over(store):
    keep(store, now("2026-03-20T10:00", 1))
    assert last_day(store) == date(2026, 3, 20)


def test_posts_alone_make_no_data_day(store):
    store.ingest("acme/a", Batch(videos=(post("1", "2026-03-20T10:00"),)))
    assert last_day(store) is None


def test_the_first_day_is_that_of_the_accounts_oldest_point(store):
    keep(store, now("2026-01-05T10:00", 1, metric="video_reach", entity="video:1"))
    assert store.first_day("acme") == date(2026, 1, 5)
    keep(store, day("2026-03-20", 1), now("2026-03-19T10:00", 1))
    assert store.first_day("acme") == date(2026, 3, 19)


def test_a_level_gains_from_the_last_value_before(store):
    keep(
        store,
        now("2026-03-23T10:00", 100),
        now("2026-03-23T21:00", 103),
        now("2026-03-24T10:00", 110),
    )
    midnight = at("2026-03-23T22:00")
    assert store.level_gain("acme", "followers", midnight) == 7
    assert store.level_gain("acme", "followers", at("2026-03-25")) == 0
    assert store.level_gain("acme", "followers", at("2026-03-01")) is None
    assert store.level_gain("acme", "likes_total", midnight) is None


def test_days_are_those_of_the_zone_that_asks(store):
    keep(store, now("2026-03-24T22:30", 10))
    utc = store.history("acme", UTC_ZONE, WEEK, None)
    assert utc.levels["followers"] == {D24: 10}
    auckland = store.history("acme", ZoneInfo("Pacific/Auckland"), WEEK, None)
    assert auckland.levels == {}  # there it is the 25th already


def test_labels_before_1970_are_days_too(store):
    keep(store, day("1969-12-31", 4))
    (point,) = store.points("acme", (), None)
    assert point.at == day_start(date(1969, 12, 31))
    assert store.first_day("acme") == date(1969, 12, 31)
