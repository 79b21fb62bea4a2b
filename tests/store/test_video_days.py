"""What all posts gained per day, from polled totals; checked by hand and at random."""

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.readings import Batch, Reading, Video, day_start, video_entity
from kpi_tui.kpi.trends import trends
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store
from tests.examples import at_most
from tests.store.build import ATHENS, at, day, keep, now, post, total

D24 = date(2026, 3, 24)
WEEK = Window(D24, 7)
DAY = timedelta(days=1)
FLOWS = ("views", "likes", "comments", "shares")


def views(store: Store, as_of: date | None = None) -> dict[int, float]:
    """Day of March to the gain in views, over the fortnight up to the 24th."""
    found = store.history("acme", ATHENS, WEEK, as_of).video_flows
    return {one.day: value for one, value in found.get("video_views", {}).items()}


def polls(store: Store, moments: Sequence[str], video: str, values: Sequence[float]):
    keep(store, *(total(m, video, v) for m, v in zip(moments, values, strict=True)))


def test_a_day_is_its_evening_less_the_one_before(store: Store):
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    polls(
        store,
        ["2026-03-20T12:00", "2026-03-21T12:00", "2026-03-21T21:59", "2026-03-21T22:00",
         "2026-03-22T12:00", "2026-03-23T12:00", "2026-03-25T12:00"],
        "1",
        [100, 130, 140, 145, 150, 148, 190],
    )  # fmt: skip
    # 22:00 UTC is the 22nd in Athens. The 23rd corrects by -2. Nobody looked on the
    # 24th, so neither it nor the 25th is known.
    assert views(store) == {21: 40, 22: 10, 23: -2}


def test_a_new_post_starts_at_nothing_and_an_old_one_is_left_out(store: Store):
    videos = (
        *(post(str(n), "2026-03-01T10:00") for n in range(4)),
        post("new", "2026-03-22T15:00"),
        post("late", "2026-03-22T21:50"),  # ten minutes before midnight in Athens
        post("old", "2026-02-01T10:00"),
    )
    store.ingest("acme/x", Batch(videos=videos))
    days = [f"2026-03-{d}T20:00" for d in (20, 21, 22, 23, 24)]
    for n in range(4):
        polls(store, days, str(n), [10, 20, 30, 40, 50])
    polls(store, days[2:], "new", [7, 9, 9])
    polls(store, days[3:], "late", [5, 6])
    polls(store, days[3:], "old", [900, 901])
    # 22: 4 x 10 + 7; 23: 40 + 2 + 5, the old post's 900 belong to no day; 24: 40 + 1 + 1.
    assert views(store) == {21: 40, 22: 47, 23: 47, 24: 42}


def test_a_day_with_too_many_posts_without_a_baseline_is_missing(store: Store):
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    polls(store, [f"2026-03-{d}T20:00" for d in (21, 22, 23, 24)], "1", [1, 2, 3, 4])
    polls(store, [f"2026-03-{d}T20:00" for d in (23, 24)], "unseen", [500, 501])
    assert views(store) == {22: 1, 24: 2}


def test_a_rest_is_covered_where_the_number_of_posts_was_told(store: Store):
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    days = [f"2026-03-{d}T20:00" for d in (20, 21, 22, 23, 24)]
    polls(store, days, "1", [5, 5, 5, 8, 8])
    # The 24th is known by its repeat; 21 and 22 by nothing.
    assert views(store) == {24: 0}
    for moment in days:
        keep(store, now(moment, 1, metric="videos_total"))
    assert views(store) == {21: 0, 22: 0, 23: 3, 24: 0}


def test_another_sources_count_of_posts_vouches_for_nothing(store: Store):
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    days = [f"2026-03-{d}T20:00" for d in (20, 21, 22, 23, 24)]
    polls(store, days, "1", [5, 5, 5, 8, 8])
    for moment in days:
        keep(store, now(moment, 1, metric="videos_total"), source="acme/manual")
    assert views(store) == {24: 0}


def test_who_has_days_gets_no_other_ones(store: Store):
    polls(store, ["2026-03-23T20:00", "2026-03-24T20:00"], "1", [5, 8])
    assert views(store) == {24: 3}
    for metric in ("likes_total", "comments_total", "shares_total", "views_total"):
        keep(store, now("2026-03-20T10:00", 5, metric=metric))
    assert views(store) == {}


def test_daily_flows_of_the_account_come_first(store: Store):
    polls(store, ["2026-03-23T20:00", "2026-03-24T20:00"], "1", [5, 8])
    for metric in ("video_views", "likes", "comments", "shares"):
        keep(store, day("2026-03-24", 70, metric=metric))
    assert views(store) == {}


def test_what_arrives_late_changes_days_that_were_read(store: Store):
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    polls(store, [f"2026-03-{d}T12:00" for d in (21, 22, 25)], "1", [10, 30, 60])
    assert views(store) == {22: 20}
    keep(store, total("2026-03-22T20:00", "1", 50))
    assert views(store) == {22: 40}
    polls(store, ["2026-03-23T12:00", "2026-03-24T12:00"], "1", [51, 59])
    assert views(store) == {22: 40, 23: 1, 24: 8}


def test_a_day_that_is_not_over_is_looked_at_again(store: Store):
    polls(store, ["2026-03-23T12:00", "2026-03-24T12:00"], "1", [10, 30])
    assert views(store) == {24: 20}
    polls(store, ["2026-03-24T13:00"], "1", [31])
    assert views(store) == {24: 21}


def test_as_of_stops_at_its_day(store: Store):
    polls(store, [f"2026-03-{d}T12:00" for d in (21, 22, 23, 24)], "1", [1, 2, 4, 8])
    assert views(store, date(2026, 3, 23)) == {22: 1, 23: 2}
    assert views(store) == {22: 1, 23: 2, 24: 4}


def test_trends_show_the_days_and_a_rate_has_one_basis(store: Store):
    moments = ["2026-03-23T12:00", "2026-03-24T12:00"]
    for metric, values in (("views", (100, 300)), ("likes", (10, 20)),
                           ("comments", (1, 3)), ("shares", (0, 8))):  # fmt: skip
        keep(
            store,
            *(
                total(m, "1", v, metric=f"video_total_{metric}")
                for m, v in zip(moments, values, strict=True)
            ),
        )
    # The account's own likes (deleted videos, live) grew by more than those of posts.
    keep(
        store,
        *(
            now(m, v, metric="likes_total")
            for m, v in zip(moments, (50, 90), strict=True)
        ),
    )
    keep(store, *(now(m, v) for m, v in zip(moments, (500, 1000), strict=True)))
    found = trends(store.history("acme", ATHENS, WEEK, None), WEEK)
    assert found["video_views"].values[-1] == 200
    assert found["engagements"].values[-1] == 10 + 2 + 8
    assert found["like_rate"].values[-1] == 10 / 200
    assert found["engagement_rate_by_views"].values[-1] == 20 / 200
    assert found["engagement_rate"].values[-1] == 20 / 1000
    assert found["followers_per_1000_views"].values[-1] == 500 / 200 * 1000
    assert found["video_views"].values[:-1] == (None,) * 6


steps = st.lists(st.integers(-3, 40), min_size=15, max_size=15)


@at_most(25)
@given(
    st.lists(
        st.tuples(st.integers(0, 14), st.tuples(steps, steps, steps, steps)),
        min_size=1,
        max_size=4,
    )
)
def test_the_days_sum_to_the_window(
    posts: list[tuple[int, tuple[list[int], ...]]],
):
    """Every post is seen on its first day; day 0 is the window's eve."""
    window = Window(D24, 14)
    eve = window.baseline
    readings: list[Reading] = []
    videos = []
    # One post from long before, so that every evening has a total.
    for number, (first, gains) in enumerate([(0, ([1] * 15,) * 4), *posts]):
        posted = eve + timedelta(days=first or -30)
        name = str(number)
        videos.append(Video("acme", name, day_start(posted) + 36_000))
        for flow, steps_of in zip(FLOWS, gains, strict=True):
            running = 0
            for back, step in enumerate(steps_of[first:]):
                running += step
                moment = day_start(eve + timedelta(days=first + back)) + 43_200
                readings.append(_total(name, flow, moment, running))
    store = Store.open(None)
    try:
        store.ingest("acme/x", Batch(tuple(readings), tuple(videos)))
        history = store.history("acme", ATHENS, window, None)
    finally:
        store.close()
    kpis = account_kpis(history, window, ("video_views", "engagements"))
    gains_of = history.video_flows
    assert sorted(gains_of["video_views"]) == list(window)
    assert sum(gains_of["video_views"].values()) == kpis["video_views"].value
    parts = (gains_of[name] for name in ("likes", "comments", "shares"))
    assert sum(sum(days.values()) for days in parts) == kpis["engagements"].value
    daily = trends(history, window)["video_views"].values
    assert list(daily) == [gains_of["video_views"][one] for one in window]


def _total(video: str, flow: str, moment: int, value: float) -> Reading:
    entity = video_entity(video)
    return Reading(
        "acme", entity, f"video_total_{flow}", "instant", moment, value, moment
    )


def test_days_that_were_read_are_not_read_again(path: Path):
    store = Store.open(path)
    store.ingest("acme/x", Batch(_many(200, 60)))
    window = Window(D24, 28)
    first = store.history("acme", ATHENS, window, None).video_flows
    assert len(first["video_views"]) == 56
    asked: list[str] = []
    days = [*window.previous, *window]
    with contextlib.closing(sqlite3.connect(path)) as conn:
        conn.set_trace_callback(asked.append)
        again = store._video_days.read(conn, "acme", ATHENS, days, frozenset())
        assert (again, asked) == (first, [])
        store._video_days.read(
            conn, "acme", ATHENS, [*days, days[-1] + DAY], frozenset()
        )
        assert any("points" in one for one in asked)
    store.close()


def _many(posts: int, days: int) -> tuple[Reading, ...]:
    end = at("2026-03-25T12:00")
    return tuple(
        _total(str(n), "views", end - back * 86_400, 1_000.0 * n - back)
        for n in range(posts)
        for back in range(days)
    )


def test_days_of_the_change_of_clocks_are_days(store: Store):
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    # In Athens the 29th has 23 hours: 22:00 UTC to 21:00 UTC.
    polls(
        store,
        [
            "2026-03-28T21:59",
            "2026-03-29T20:59",
            "2026-03-29T21:00",
            "2026-03-31T12:00",
        ],
        "1",
        [10, 15, 25, 30],
    )
    window = Window(date(2026, 3, 30), 3)
    found = store.history("acme", ATHENS, window, None).video_flows["video_views"]
    assert {one.day: value for one, value in found.items()} == {29: 5, 30: 10}


# What the file keeps.


def kept_days(path: Path) -> list[str]:
    store = Store.open(path)
    state = store.get_state("video-days acme")
    store.close()
    return sorted(state["days"]) if isinstance(state, dict) else []


def begun(path: Path) -> None:
    """A file that somebody read once: 21 to 23 March are over."""
    store = Store.open(path)
    store.ingest("acme/x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    polls(
        store,
        [f"2026-03-{d}T12:00" for d in (20, 21, 22, 23, 24)],
        "1",
        [1, 2, 4, 7, 9],
    )
    assert views(store) == {21: 1, 22: 2, 23: 3, 24: 2}
    store.close()


def test_a_restart_starts_from_what_the_file_keeps(path: Path):
    begun(path)
    assert "2026-03-23" in kept_days(path)
    # The 24th was not over when it was read.
    assert "2026-03-24" not in kept_days(path)
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "UPDATE states SET value = replace(value, '\"video_views\": 3.0', "
            "'\"video_views\": 333.0')"
        )
    store = Store.open(path)
    assert views(store) == {21: 1, 22: 2, 23: 333, 24: 2}
    store.close()


def test_old_totals_make_the_file_forget(path: Path):
    begun(path)
    other = Store.open(path)
    keep(other, total("2026-03-22T20:00", "1", 6))
    other.close()
    assert kept_days(path) == []
    store = Store.open(path)
    assert views(store) == {21: 1, 22: 4, 23: 1, 24: 2}
    store.close()


def test_new_totals_leave_what_the_file_keeps(path: Path):
    begun(path)
    other = Store.open(path)
    keep(other, total("2026-03-25T20:00", "1", 10))
    keep(other, total("2026-03-01T20:00", "9", 10, account="rival"))
    other.close()
    assert "2026-03-23" in kept_days(path)


def test_another_zone_cuts_other_days(path: Path):
    begun(path)
    store = Store.open(path)
    keep(store, total("2026-03-22T22:30", "1", 5))  # the 23rd in Athens, 22nd in UTC
    utc = store.history("acme", ZoneInfo("UTC"), WEEK, None).video_flows["video_views"]
    assert utc[date(2026, 3, 22)] == 3
    assert views(store)[22] == 2
    store.close()


@pytest.mark.parametrize(
    "state", ["x", [1], {}, {"zone": "UTC"}, {"zone": 1, "days": 3}]
)
def test_a_state_of_another_shape_is_worked_out_anew(path: Path, state: object):
    begun(path)
    store = Store.open(path)
    store.set_state("video-days acme", state)
    assert views(store) == {21: 1, 22: 2, 23: 3, 24: 2}
    keep(store, total("2026-03-22T20:00", "1", 6))
    assert views(store)[22] == 4
    store.close()
