"""Which videos and days carried the change of a sum; each number by hand."""

from dataclasses import replace

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.carried import Carried, carried
from kpi_tui.kpi.custom import CustomKpi
from kpi_tui.kpi.definitions import Definition
from kpi_tui.kpi.history import AccountHistory
from tests.kpi.build import WEEK, back, ending, history, totals, video


def found(account: AccountHistory) -> dict[str, Carried]:
    return carried(account, WEEK, account_kpis(account, WEEK))


def told(one: Carried) -> list[tuple[str, float, float]]:
    return [(part.label, part.before, part.now) for part in one.days]


def test_a_sums_days_stand_against_the_days_a_window_before():
    views = [10.0] * 14
    views[10], views[12], views[3] = 50.0, 25.0, 5.0
    account = history({"video_views": ending(views)})
    # Day 10 of the fortnight, Sat 21 March, against day 3, which had 5.
    assert told(found(account)["video_views"]) == [
        ("Sat 21 Mar", 5.0, 50.0),
        ("Mon 23 Mar", 10.0, 25.0),
    ]


def test_of_a_fall_those_that_fell_are_told():
    account = history(
        {"spend": ending([9.0] * 7 + [9.0, 2.0, 9.0, 9.0, 4.0, 9.0, 20.0])}
    )
    assert [label for label, _, _ in told(found(account)["spend"])] == [
        "Thu 19 Mar",
        "Sun 22 Mar",
    ]


def test_a_missing_day_carried_nothing():
    views: list[float | None] = [10.0] * 14
    views[4], views[11], views[13] = None, 900.0, 30.0
    account = history({"video_views": ending(views)})
    assert [label for label, _, _ in told(found(account)["video_views"])] == [
        "Tue 24 Mar"
    ]


def test_what_did_not_change_has_no_carriers():
    account = history({"video_views": ending([10.0] * 14), "reach": ending([3.0])})
    assert found(account) == {}


def with_totals() -> AccountHistory:
    """Six old videos that win 100 views a week, and one that went from 50 to 900."""
    last, start, older = back(0), back(7), back(14)
    videos = [
        video(
            f"v{number}",
            back(60),
            caption=f"Pan {number}",
            ends={
                last: totals(1200.0, 60.0, 2.0, 1.0),
                start: totals(1100.0, 55.0, 2.0, 1.0),
                older: totals(1000.0, 50.0, 2.0, 1.0),
            },
        )
        for number in range(6)
    ]
    hit = video(
        "hit",
        back(60),
        caption="The cake",
        ends={
            last: totals(2000.0, 120.0, 4.0, 6.0),
            start: totals(1100.0, 55.0, 2.0, 1.0),
            older: totals(1050.0, 50.0, 2.0, 1.0),
        },
    )
    new = video("new", back(2), ends={last: totals(70.0, 3.0, 0.0, 0.0)})
    return history(videos=[*videos, hit, new])


def test_videos_are_told_by_what_they_won():
    one = found(with_totals())["video_views"].videos
    assert [(part.label, part.before, part.now) for part in one] == [
        ("The cake", 50.0, 900.0),
        ("video new", 0.0, 70.0),
    ]
    likes = found(with_totals())["engagements"].videos[0]
    assert (likes.label, likes.before, likes.now) == ("The cake", 5.0, 72.0)


def test_where_too_many_videos_are_not_known_none_is_told():
    account = with_totals()
    cut = [
        replace(one, at_day={back(0): one.at_day[back(0)]}) for one in account.videos
    ]
    daily = {"video_views": ending([10.0] * 7 + [20.0] * 7)}
    one = found(replace(account, videos=tuple(cut), flows=daily))["video_views"]
    assert one.videos == ()
    assert len(one.days) == 3


@pytest.mark.parametrize("is_summed", [True, False])
def test_a_sum_of_ones_own_has_carriers_too(is_summed: bool):
    known = Definition(
        "orders", "Orders", "Orders", "count", "up", "", "own", is_summed=is_summed
    )
    own = CustomKpi(known, "orders", "sum" if is_summed else "mean")
    account = history({"orders": ending([1.0] * 13 + [8.0])})
    seen = found(replace(account, customs={"orders": own}))
    assert ("orders" in seen) == is_summed
