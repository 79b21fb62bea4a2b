"""What ingest keeps, counts and refuses."""

import math
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi_tui.kpi.readings import Batch, Reading, Video
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store
from tests.examples import at_most
from tests.store.build import (
    ATHENS,
    DAY,
    at,
    day,
    keep,
    now,
    post,
    table,
    total,
    values,
)


def test_a_batch_twice_changes_nothing(store):
    batch = Batch(
        (
            day("2026-03-01", 5),
            day("2026-03-02", 7),
            now("2026-03-02T10:00", 100),
            now("2026-03-02T10:05", 101),
        )
    )
    assert store.ingest("acme/a", batch) == (4, 0, 0, 0, 0)
    before = table(store)
    assert store.ingest("acme/a", batch) == (0, 0, 4, 0, 0)
    assert table(store) == before
    assert len(before) == 4


def test_a_later_statement_replaces_and_an_older_one_does_not(store):
    keep(store, day("2026-03-01", 5, seen=at("2026-03-03")))
    later = Batch((day("2026-03-01", 6, seen=at("2026-03-04")),))
    assert store.ingest("acme/a", later) == (0, 1, 0, 0, 0)
    older = Batch((day("2026-03-01", 4, seen=at("2026-03-02")),))
    assert store.ingest("acme/a", older) == (0, 0, 0, 1, 0)
    equal = Batch((day("2026-03-01", 8, seen=at("2026-03-04")),))
    assert store.ingest("acme/a", equal) == (0, 1, 0, 0, 0)
    assert values(table(store)) == [8]


def test_restating_renews_seen_once_a_day_only(store):
    first = at("2026-03-03")
    keep(store, day("2026-03-01", 5, seen=first))
    keep(store, day("2026-03-01", 5, seen=first + DAY - 1))
    assert table(store)[0][6] == first
    keep(store, day("2026-03-01", 5, seen=first + DAY))
    assert table(store)[0][6] == first + DAY


def test_within_a_batch_later_seen_wins_and_then_later_position(store):
    seen = at("2026-03-05")
    batch = Batch(
        (
            day("2026-03-01", 1, seen=seen + 9),
            day("2026-03-01", 2, seen=seen),
            day("2026-03-02", 3, seen=seen),
            day("2026-03-02", 4, seen=seen),
        )
    )
    assert store.ingest("acme/a", batch) == (2, 0, 0, 2, 0)
    assert values(table(store)) == [1, 4]


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, -math.inf, 10**400], ids=["nan", "inf", "-inf", "big"]
)
def test_values_that_are_no_numbers_are_refused(store, bad):
    batch = Batch((day("2026-03-01", 5), day("2026-03-02", bad), day("2026-03-03", 6)))
    assert store.ingest("acme/a", batch) == (2, 0, 0, 1, 0)
    assert values(table(store)) == [5, 6]


def test_a_count_beyond_64_bits_is_kept_as_a_float(store):
    keep(store, day("2026-03-01", 10**30))
    assert values(table(store)) == [1e30]


def test_instants_are_stored_where_the_value_changes(store):
    polls = [100, 100, 100, 101, 101, 100]
    start = at("2026-03-02T10:00")
    batch = Batch(tuple(now(start + 300 * i, v) for i, v in enumerate(polls)))
    assert store.ingest("acme/a", batch) == (3, 0, 3, 0, 0)
    assert [row[4] for row in table(store)] == [start, start + 900, start + 1500]


def test_polled_one_by_one_the_same_is_stored(store):
    polls = [100, 100, 100, 101, 101, 100]
    start = at("2026-03-02T10:00")
    for i, value in enumerate(polls):
        keep(store, now(start + 300 * i, value))
    assert values(table(store)) == [100, 101, 100]


def test_a_level_that_stands_still_is_observed_on_each_day(store):
    start = at("2026-03-01T00:10")
    for i in range(0, 5 * DAY, 3600):
        keep(store, now(start + i, 100), total(start + i, "1", 7))
    history = store.history("acme", ATHENS, Window(date(2026, 3, 5)), None)
    assert set(history.levels["followers"]) == {date(2026, 3, d) for d in range(1, 6)}
    # A video's total needs none of that: its last known value is enough.
    assert len(store.video_series("acme", "1", "video_total_views")) == 2


def test_a_late_instant_does_not_undo_a_repeat_that_was_not_stored(store):
    keep(store, now("2026-03-02T13:00", 5))
    keep(store, now("2026-03-02T15:00", 5))
    keep(store, now("2026-03-02T14:00", 7))
    assert values(table(store)) == [5, 7, 5]


def test_late_instants_find_their_place(store):
    keep(store, now("2026-03-02T10:00", 1), now("2026-03-02T12:00", 2))
    batch = Batch(
        (
            now("2026-03-02T11:30", 1),  # repeats 10:00
            now("2026-03-02T12:00", 3, seen=at("2026-03-02T12:01")),
            now("2026-03-02T11:00", 1),  # repeats 10:00
            now("2026-03-02T09:00", 9),
        )
    )
    assert store.ingest("acme/a", batch) == (1, 1, 2, 0, 0)
    assert values(table(store)) == [9, 1, 3]


def test_the_series_belongs_to_its_last_writer(store):
    keep(store, day("2026-03-01", 5), source="acme/one")
    keep(store, day("2026-03-01", 5), source="acme/two")  # writes nothing
    assert [row.source for row in store.series_list("acme")] == ["acme/one"]
    keep(store, day("2026-03-02", 5), source="acme/two")
    assert [row.source for row in store.series_list("acme")] == ["acme/two"]


def test_a_video_never_forgets(store):
    full = post("1", "2026-03-01T10:00", caption="Oil", duration=12.5, is_ad=False)
    store.ingest("acme/a", Batch(videos=(full,)))
    store.ingest("acme/b", Batch(videos=(Video("acme", "1", caption="Oil!"),)))
    day_only = post("1", "2026-03-02T00:00", posted_precision="day", format="video")
    store.ingest("acme/c", Batch(videos=(day_only,)))
    (known,) = store.history("acme", ATHENS, Window(date(2026, 3, 5)), None).videos
    assert known.video == Video(
        "acme",
        "1",
        at("2026-03-01T10:00"),
        "second",
        caption="Oil!",
        duration=12.5,
        format="video",
        is_ad=False,
    )


def test_a_day_of_posting_gives_way_to_the_second(store):
    rough = post("1", "2026-03-01T00:00", posted_precision="day")
    store.ingest("acme/a", Batch(videos=(Video("acme", "1"), rough)))
    store.ingest("acme/a", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    (known,) = store.history("acme", ATHENS, Window(date(2026, 3, 5)), None).videos
    assert known.video.posted_at == at("2026-03-01T10:00")
    assert known.video.posted_precision == "second"


def test_data_until_only_moves_forward(store):
    for until in (date(2026, 3, 5), date(2026, 3, 2)):
        store.ingest("acme/a", Batch((day("2026-03-01", 5),), data_until=until))
    assert store.source_rows()["acme/a"].data_until == date(2026, 3, 5)
    assert store.source_rows()["acme/a"].account == "acme"


def test_many_rows_fill_whole_statements_and_the_rest(store):
    readings = tuple(now(1_000_000 + 60 * i, i) for i in range(1000))
    assert store.ingest("acme/a", Batch(readings)).new == 1000
    assert values(table(store)) == list(range(1000))


def test_an_empty_batch_is_fine(store):
    assert store.ingest("acme/a", Batch()) == (0, 0, 0, 0, 0)


# Statements are at least a day apart, so that each one renews ``seen``.
_statements = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["video_views", "followers"]),
            st.integers(1, 4),
            st.integers(0, 3),
        ),
        max_size=6,
    ),
    max_size=5,
)


@at_most(25)
@given(statements=_statements, data=st.data())
def test_the_order_of_batches_does_not_matter(statements, data):
    batches = []
    for number, rows in enumerate(statements):
        seen = at("2026-04-01") + number * DAY
        readings = (
            day(f"2026-03-0{label}", value, metric=metric, seen=seen)
            for metric, label, value in rows
        )
        batches.append(Batch(tuple(readings)))
    shuffled = data.draw(st.permutations(batches))
    assert _table_of(batches) == _table_of(shuffled)
    assert _table_of(batches) == _table_of([*shuffled, *batches])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    polls=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), max_size=12),
    cuts=st.lists(st.integers(1, 4), min_size=12, max_size=12),
)
def test_stored_changes_say_what_every_poll_said(polls, cuts):
    """In order, and cut into batches anywhere: each poll's value can be told."""
    said = dict(sorted(polls))
    readings = [total(1_700_000_000 + 600 * i, "1", v) for i, v in said.items()]
    store = Store.open(None)
    start = 0
    for cut in cuts:
        keep(store, *readings[start : start + cut])
        start += cut
    stored = store.video_series("acme", "1", "video_total_views")
    for reading in readings:
        assert _value_at(stored, reading.at) == reading.value
    store.close()


def _value_at(stored: list[tuple[int, float]], moment: int) -> float | None:
    return next((v for when, v in reversed(stored) if when <= moment), None)


def _table_of(batches: list[Batch]) -> list[tuple[object, ...]]:
    store = Store.open(None)
    for batch in batches:
        store.ingest("acme/test", batch)
    rows: list[tuple[object, ...]] = list(table(store))
    store.close()
    return rows


def test_two_programs_on_one_file_see_each_others_points(filed, path):
    other = Store.open(path)
    keep(filed, now("2026-03-02T10:00", 1))
    keep(other, now("2026-03-02T10:05", 2))
    # The first must not believe that 1 is still the newest value.
    keep(filed, now("2026-03-02T10:10", 1))
    assert values(table(other)) == [1, 2, 1]
    other.close()


def test_readings_are_kept_as_they_came(store):
    reading = Reading(
        "acme", "age:18-24", "audience_share", "day", DAY * 20000, 0.25, 7
    )
    keep(store, reading)
    assert table(store) == [tuple(reading)]
