"""How many days running totals per video cover, when nobody looked for some."""

from dataclasses import replace
from datetime import date

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.sums import FROM_TOTALS
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import LAST, MONTH, WEEK, at, back, every, history, totals, video

ENDS = {LAST: totals(90, 9, 9, 9), back(7): totals(40, 4, 4, 4)}


def views(
    told: dict[date, int],
    looked: dict[date, float] | None = None,
    source: str = "acme/display",
) -> KpiValue:
    """The week's views of one old video, whose totals were told at those moments."""
    one = replace(video("a", back(30), ends=ENDS, views=90), told_at=told)
    sources = {"video_total_views": "acme/display", "videos_total": source}
    levels = {"videos_total": looked or {}}
    found = history(videos=[one], levels=levels, sources=sources)
    return account_kpis(found, WEEK)["video_views"]


@pytest.mark.parametrize("days", [0, 1, 4, 6])
def test_totals_of_some_days_ago_cover_the_days_before(days: int) -> None:
    found = views({LAST: at(back(days)), back(7): at(back(7))})
    assert (found.value, found.covered_days) == (50, 7 - days)
    assert found.as_of == back(days)
    assert found.note == "from totals per video"


def test_totals_from_before_the_window_cover_none_of_it() -> None:
    found = views({LAST: at(back(7)), back(7): at(back(7))})
    assert (found.value, found.reason) == (None, "covered 0 of 7 days")


def test_a_start_from_before_the_window_is_named() -> None:
    found = views({LAST: at(LAST), back(7): at(back(9))})
    assert (found.value, found.covered_days) == (50, 7)
    assert found.note == ("from totals per video, counted from the evening of 15 Mar")


def test_totals_that_rest_are_covered_where_their_source_looked() -> None:
    told = {LAST: at(back(5)), back(7): at(back(20))}
    found = views(told, every(3))
    assert (found.covered_days, found.as_of) == (7, LAST)
    assert found.note == "from totals per video"


def test_another_source_does_not_vouch_for_them() -> None:
    found = views({LAST: at(back(5)), back(7): at(back(7))}, every(3), "acme/manual")
    assert (found.covered_days, found.as_of) == (2, back(5))


def test_a_look_before_the_newest_total_takes_nothing_away() -> None:
    found = views({LAST: at(LAST), back(7): at(back(7))}, {back(6): 3.0})
    assert (found.covered_days, found.as_of) == (7, LAST)


@pytest.mark.parametrize(("known", "basis"), [(28, ""), (23, ""), (22, "totals")])
def test_totals_take_over_where_the_days_have_stopped(known: int, basis: str) -> None:
    """A download a month that nobody makes any more, beside totals that are polled."""
    ends = {LAST: totals(900, 90, 9, 1), back(28): totals(300, 30, 3, 1)}
    polled = replace(
        video("1", posted=back(80), ends=ends),
        told_at={LAST: at(LAST), back(28): at(back(28))},
    )
    days = {back(ago): 10.0 for ago in range(28 - known, 56)}
    flows = dict.fromkeys(("video_views", "likes", "comments", "shares"), days)
    found = account_kpis(history(flows, videos=[polled]), MONTH)
    views = found["video_views"]
    if basis:
        assert (views.value, views.covered_days) == (600, 28)
        assert (views.note or "").startswith(FROM_TOTALS)
        # The days before were counted otherwise: there is no change between the two.
        assert views.previous is None
        assert found["engagement_rate_by_views"].value == 66 / 600
    else:
        assert (views.value, views.covered_days) == (10 * known, known)
        assert views.previous == 280
    # What totals do not tell stays with its days.
    other = account_kpis(history({"profile_views": days}, videos=[polled]), MONTH)
    assert other["profile_views"].covered_days == known


def test_totals_that_cover_no_more_leave_the_days_alone() -> None:
    young = video("1", posted=back(3), ends={LAST: totals(900, 90, 9, 1)})
    old = video("2", posted=back(90), ends={LAST: totals(900, 90, 9, 1)})
    days = {back(ago): 10.0 for ago in range(10, 56)}
    found = account_kpis(history({"video_views": days}, videos=[young, old]), MONTH)
    assert (found["video_views"].value, found["video_views"].covered_days) == (180, 18)
