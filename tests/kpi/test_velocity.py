"""Views by age, and which post breaks out among the account's own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.content import VideoRow, video_rows
from kpi_tui.kpi.velocity import (
    MIN_COMPARABLE,
    Look,
    Looks,
    Question,
    breakouts,
    is_breakout,
    paces,
    questions,
    views_at,
)
from tests.kpi.build import at, back, history, video

HOUR = 3600
DAY = 24 * HOUR
POSTED = at(back(3))


def row(name: str, posted: int, views: float | None = 10, now: int | None = None):
    (found,) = video_rows(
        history(videos=[video(name, back(3), caption=f"Video {name}")])
    )
    newest = at(back(0)) if now is None else now
    return replace(found, posted_at=posted, views=views, as_of_at=newest)


ONE = row("1", POSTED)


@pytest.mark.parametrize(
    ("before", "after", "age", "views"),
    [
        # Half-way between 10:00 with 100 and 11:00 with 300 views.
        ((5 * HOUR, 100), (6 * HOUR, 300), 5.5 * HOUR, 200),
        ((HOUR, 70), (HOUR, 70), HOUR, 70),
        # The first look, ten minutes after posting: from nothing, in a line.
        (None, (600, 60), 300, 30),
        (None, (901, 60), 300, None),
        # Around one hour the looks may be an hour apart, at 24 twelve.
        ((HOUR // 2, 50), (3 * HOUR // 2, 150), HOUR, 100),
        ((HOUR // 2, 50), (3 * HOUR // 2 + 1, 150), HOUR, None),
        ((18 * HOUR, 50), (30 * HOUR, 150), 24 * HOUR, 100),
        ((18 * HOUR - 1, 50), (30 * HOUR, 150), 24 * HOUR, None),
        # Seen for the first time at an age of a month.
        (None, (30 * DAY, 90_000), HOUR, None),
        # Far apart, but next to nothing happened: 100 to 104 within two days.
        ((2 * HOUR, 100), (52 * HOUR, 104), 27 * HOUR, 102),
        ((5 * HOUR, 100), None, 6 * HOUR, None),
        (None, None, HOUR, None),
        # A clock that was set back told views from before the post.
        ((-600, 5), (300, 30), 150, 15),
    ],
)
def test_views_are_read_between_two_near_looks(before, after, age, views):
    look = Look(
        before and (POSTED + before[0], before[1]),
        after and (POSTED + after[0], after[1]),
    )
    assert views_at(ONE, look, POSTED + int(age)) == views


@given(
    st.integers(0, 40 * DAY),
    st.integers(0, 40 * DAY),
    st.integers(0, 40 * DAY),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)),
)
def test_views_lie_between_those_seen(one: int, two: int, three: int, seen):
    start, age, end = sorted((one, two, three))
    low, high = sorted(seen)
    look = Look((POSTED + start, low), (POSTED + end, high))
    views = views_at(ONE, look, POSTED + age)
    assert views is None or low - 1e-6 <= views <= high + 1e-6


def exact(rows: list[VideoRow], by_age: dict[str, dict[float, float]]) -> Looks:
    """A look at each moment asked for, where the age in hours is known."""
    found: dict[Question, Look] = {}
    posted = {one.id: one.posted_at or 0 for one in rows}
    for name, moment in questions(rows):
        views = by_age.get(name, {}).get((moment - posted[name]) / HOUR)
        if views is not None:
            found[name, moment] = Look((moment, views), (moment, views))
    return found


def test_what_is_asked_are_the_ages_reached_and_those_of_young_posts():
    now = at(back(0))
    rows = [
        row("young", now - 3 * HOUR),
        row("day", now - 30 * HOUR),
        row("old", now - 30 * DAY),
    ]
    ages = {
        (name, (moment - (next(r for r in rows if r.id == name).posted_at or 0)) / HOUR)
        for name, moment in questions(rows)
    }
    assert ages == {
        *(("young", hours) for hours in (1, 3)),
        *(("day", hours) for hours in (1, 3, 6, 24, 30)),
        *(("old", hours) for hours in (1, 3, 6, 24, 30, 48)),
    }


def test_a_post_whose_second_is_not_known_is_not_asked_for():
    known = row("1", at(back(1)))
    assert questions([replace(known, posted_precision="day")]) == ()
    assert questions([replace(known, posted_at=None)]) == ()
    assert questions([known])


def test_only_the_newest_hundred_are_compared():
    rows = [row(str(n), at(back(30)) - n * HOUR) for n in range(150)]
    assert len({name for name, _ in questions(rows)}) == 100


def young(views: float, hours: float = 2.0, name: str = "new"):
    return row(name, at(back(0)) - int(hours * HOUR), views)


def others(*views: float, age: float = 2.0):
    """Old posts that had those views at that age."""
    rows = [row(f"o{n}", at(back(20)) - n * DAY, 50_000) for n in range(len(views))]
    return rows, {one.id: {age: seen} for one, seen in zip(rows, views, strict=True)}


def test_a_post_breaks_out_at_its_own_age_however_few_views_it_has():
    rows, seen = others(100, 150, 200, 250, 300)
    rows.insert(0, young(900))
    (found,) = breakouts(rows, exact(rows, seen))
    # 900 after two hours, the others' median is 200; all five had fewer.
    assert (found.video_id, found.views, found.age_hours) == ("new", 900, 2.0)
    assert (found.times_median, found.percentile, found.compared) == (4.5, 1.0, 5)


@pytest.mark.parametrize(
    ("views", "usual", "is_one"),
    [
        (500, (100, 150, 200, 250, 300), True),
        (400, (100, 150, 200, 250, 300), True),
        (399, (100, 150, 200, 250, 300), False),  # not twice the median
        (500, (100, 150, 200, 250, 500), False),  # 4.5 of 5 is not above 90 %
        (500, (100, 150, 200, 250), False),  # four say nothing
        (99, (0, 0, 0, 0, 0), False),  # a hundred views more at least
        (100, (0, 0, 0, 0, 0), True),
        (500, (*([100] * 18), 600, 700), False),  # 18 of 20
        (500, (*([100] * 19), 600), True),  # 19 of 20
    ],
)
def test_the_rule_of_a_breakout(views: float, usual: tuple[float, ...], is_one: bool):
    assert is_breakout(views, usual) == is_one
    rows, seen = others(*usual)
    rows.insert(0, young(views))
    assert bool(breakouts(rows, exact(rows, seen))) == is_one


def test_after_two_days_a_post_is_judged_by_its_first_two_days():
    rows, seen = others(100, 150, 200, 250, 300, age=48.0)
    now = at(back(0))
    hit, late = row("hit", now - 4 * DAY, 9_000), row("late", now - 4 * DAY, 9_000)
    old = row("old", now - 8 * DAY, 9_000)
    rows = [hit, late, old, *rows]
    seen |= {"hit": {48.0: 1_000}, "late": {48.0: 210}, "old": {48.0: 900}}
    (found,) = breakouts(rows, exact(rows, seen))
    assert (found.video_id, found.age_hours, found.views) == ("hit", 48.0, 1_000)
    # The others: 100 150 200 210 250 300 900; the old one is news to nobody.
    assert found.times_median == 1_000 / 210
    assert found.percentile == 1


def test_several_come_with_the_furthest_first():
    rows, seen = others(100, 150, 200, 250, 300)
    one, two = young(900, name="a"), young(2_000, name="b")
    rows = [one, two, *rows]
    seen |= {"a": {2.0: 900}, "b": {2.0: 2_000}}
    assert [found.video_id for found in breakouts(rows, exact(rows, seen))] == ["b"]
    more, seen = others(*range(100, 300, 10))
    rows = [one, two, *more]
    found = breakouts(rows, exact(rows, seen | {"a": {2.0: 900}, "b": {2.0: 2_000}}))
    assert [one.video_id for one in found] == ["b", "a"]


def test_paces_compare_each_age_with_the_others():
    rows, seen = others(100, 150, 200, 250, 300, age=6.0)
    rows.insert(0, young(900, 7.0))
    seen["new"] = {1.0: 40, 6.0: 200}
    found = paces(rows, exact(rows, seen))["new"]
    first, second = found
    assert (first.hours, first.views, first.percentile, first.compared) == (
        1,
        40,
        None,
        0,
    )
    assert (second.hours, second.views, second.compared) == (6, 200, MIN_COMPARABLE)
    # Two of five had fewer, one the same: (2 + 1/2) / 5.
    assert (second.percentile, second.times_median) == (0.5, 1.0)
