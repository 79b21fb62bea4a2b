"""How many days running totals per video cover, when nobody looked for some."""

from dataclasses import replace
from datetime import date

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import LAST, WEEK, at, back, every, history, totals, video

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
