"""Thinning old instants without losing what a day ended with."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.readings import Batch, instant
from kpi_tui.kpi.windows import Window, day_end
from kpi_tui.store.store import Store
from tests.examples import at_most
from tests.store.build import ATHENS, DAY, at, day, keep, now, table, values

NOW = at("2026-03-24T12:00")
KOLKATA = ZoneInfo("Asia/Kolkata")  # half an hour off the hour


def roll(store: Store, moment: float = NOW, **more: object) -> int:
    """Everything that there is to do; how many points went."""
    removed = 0
    while step := store.roll_up(moment, **more):  # type: ignore[arg-type]
        removed += step
    return removed


def test_old_instants_thin_to_hours_and_older_ones_to_days(store):
    keep(
        store,
        now("2026-03-20T10:05", 1),
        now("2026-03-20T10:55", 2),  # young: as polled
        now("2026-02-01T10:05", 3),
        now("2026-02-01T10:55", 4),
        now("2026-02-01T11:05", 5),
        now("2025-01-01T10:05", 6),
        now("2025-01-01T11:05", 7),
        now("2025-01-02T11:05", 8),
        day("2025-01-01", 9),
        day("2025-01-02", 10),
    )
    assert roll(store) == 2
    assert values(table(store)) == [7, 8, 4, 5, 1, 2, 9, 10]
    assert roll(store) == 0


def test_later_days_are_thinned_when_they_are_old_enough(store):
    keep(store, now("2026-03-20T10:05", 1), now("2026-03-20T10:55", 2))
    assert roll(store, NOW) == 0
    assert roll(store, NOW + 40 * DAY) == 1
    keep(store, now("2026-03-20T09:05", 3))
    keep(store, now("2026-03-20T09:55", 4))
    # Late arrivals behind the mark are thinned as well.
    assert roll(store, NOW + 41 * DAY) == 1
    assert roll(store, NOW + 500 * DAY) == 1
    assert values(table(store)) == [2]


def test_a_day_that_was_cut_in_two_keeps_one_point(store):
    """A day of Athens has 22:00 to 24:00 UTC in one run, and the rest in the next."""
    keep(
        store,
        now("2026-03-19T21:00", 1),  # 23:00 on the 19th
        now("2026-03-19T22:30", 2),  # 00:30 on the 20th
        now("2026-03-20T10:00", 3),
    )

    def athens(_: str) -> ZoneInfo:
        return ATHENS

    first = at("2026-03-20T00:00") + 365 * DAY
    assert roll(store, first, zone_of=athens) == 0
    assert roll(store, first + DAY, zone_of=athens) == 1
    assert values(table(store)) == [1, 3]


def test_retention_can_be_set(store):
    keep(store, now("2026-03-20T10:05", 1), now("2026-03-20T10:55", 2))
    assert roll(store, raw_days=2, hourly_days=3) == 1


@pytest.mark.parametrize("zone", [ATHENS, KOLKATA, ZoneInfo("UTC")])
def test_the_end_of_each_local_day_survives(store, zone):
    start = at("2024-10-20")
    polls = [(start + 1700 * i, i) for i in range(16 * 51)]  # 16 days, autumn's change
    keep(store, *(now(when, value) for when, value in polls))
    window = Window(date(2024, 11, 3), 7)
    before = store.history("acme", zone, window, None).levels
    assert roll(store, zone_of=lambda _: zone, limit=7) > 700
    assert store.history("acme", zone, window, None).levels == before
    assert len(before["followers"]) == 15
    assert len(table(store)) <= 17


def test_a_step_looks_at_few_points_and_the_steps_come_to_an_end(store):
    rows = [now(at("2026-01-01") + 60 * i, i) for i in range(600)]
    keep(store, *rows, *(r._replace(metric="likes_total") for r in rows))
    steps = 0
    while removed := store.roll_up(NOW, limit=50):
        assert removed <= 100
        steps += 1
    assert steps > 10
    assert len(table(store)) == 20


@at_most(20)
@given(
    minutes=st.lists(st.integers(0, 900 * 24 * 60), min_size=1, max_size=60),
    limit=st.integers(1, 20),
)
def test_the_last_instant_of_each_kept_slot_stays(minutes, limit):
    """Whatever the gaps and the step size: exactly the last of each slot is left."""
    store = Store.open(None)
    whens = sorted({NOW - 60 * minute for minute in minutes})
    keep(store, *(now(when, i, entity="video:1") for i, when in enumerate(whens)))
    roll(store, limit=limit)
    left = {row[4] for row in table(store)}
    store.close()

    def slot(when: int) -> tuple[int, int]:
        today = NOW // DAY * DAY
        if when < today - 365 * DAY:
            return (DAY, when // DAY)
        return (3600, when // 3600) if when < today - 30 * DAY else (1, when)

    assert left == set({slot(when): when for when in whens}.values())


def test_a_year_of_polls_stays_small(path: Path):
    """20 metrics polled every 5 minutes for a year, scaled: 1 metric, 73 days.

    A tenth of the time, with a tenth of each retention: 3 days raw, 36.5 hourly. The
    whole is 20 metrics x 5 (the hourly part scales with time, as all of it does).
    """
    store = Store.open(path)
    begin = at("2026-01-01")
    for number in range(73):
        base = begin + number * DAY
        readings = [
            reading
            for i in range(288)
            for reading in instant(
                "acme", [("followers", 10_000.0 + number * 288 + i)], base + 300 * i
            )
        ]
        store.ingest("acme/a", Batch(tuple(readings)))
        roll(store, base + DAY, raw_days=6, hourly_days=73)
    count = len(table(store))
    store.close()
    assert count <= 6 * 288 + 288 + 67 * 24
    assert path.stat().st_size * 20 * 5 < 50_000_000


def test_days_ends_are_where_the_zone_says(store):
    end = day_end(date(2024, 10, 27), ATHENS)  # 25 hours
    keep(store, now(end - 60, 1), now(end, 2), now(end + 3600, 3))
    roll(store, zone_of=lambda _: ATHENS)
    window = Window(date(2024, 10, 28), 2)
    found = store.history("acme", ATHENS, window, None).levels["followers"]
    assert found == {date(2024, 10, 27): 1, date(2024, 10, 27) + timedelta(days=1): 3}
