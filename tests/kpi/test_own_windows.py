"""Windows of KPIs whose source is behind the account's others."""

from dataclasses import replace
from datetime import date

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.changes import changes
from kpi_tui.kpi.custom import CustomKpi
from kpi_tui.kpi.definitions import Definition
from kpi_tui.kpi.expressions import parse_expression
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.own_windows import own_window
from kpi_tui.kpi.trends import trend
from tests.kpi.build import LAST, MONTH, WEEK, Days, back, ending, every, history

AHEAD = {"spend": LAST}


def _short(value: float, behind: int, days: int = 84) -> dict[date, float]:
    return ending([value] * days + [None] * behind)


def _account(behind: int, views: Days | None = None):
    flows = {"video_views": views or _short(10, behind), "spend": every(5)}
    return history(flows, until={"video_views": back(behind), **AHEAD})


@pytest.mark.parametrize("behind", [1, 4])
def test_a_source_that_is_behind_has_whole_windows_that_end_before(behind: int):
    found = account_kpis(_account(behind), WEEK)
    views, spend = found["video_views"], found["spend"]
    assert (views.value, views.previous, views.covered_days) == (70, 70, 7)
    assert (views.ends, views.as_of) == (back(behind), back(behind))
    assert (spend.value, spend.covered_days, spend.ends) == (35, 7, None)


def test_a_source_that_has_stopped_lacks_days():
    found = account_kpis(_account(5), WEEK)["video_views"]
    assert (found.value, found.covered_days, found.ends) == (20, 2, None)


def test_a_day_that_is_still_being_filled_in_is_not_in_the_window():
    # The 24th is there with one view: its source says that it ends on the 23rd.
    views = {**_short(10, 1), LAST: 1.0}
    account = _account(1, views)
    found = account_kpis(account, WEEK)["video_views"]
    assert (found.value, found.ends) == (70, back(1))
    daily = trend("video_views", account, WEEK)
    assert daily is not None
    assert daily.values == (10, 10, 10, 10, 10, 10, None)


def test_a_quotient_ends_with_the_later_of_its_sources():
    flows = {"conversions": every(2), "reach": _short(40, 2), "spend": every(5)}
    until = {"conversions": LAST, "reach": back(2), **AHEAD}
    found = account_kpis(history(flows, until=until), WEEK)
    rate = found["conversion_rate"]
    assert (rate.value, rate.covered_days, rate.ends) == (14 / 280, 7, back(2))
    assert found["conversions"].ends is None
    assert found["cost_per_conversion"].ends is None


def test_growth_over_days_and_rates_by_followers_go_with_their_sources():
    levels = ending([100.0 + day for day in range(84)] + [None])
    flows = {"likes": _short(1, 2), "comments": _short(1, 2), "shares": _short(1, 2)}
    until = {"likes": back(2), "comments": back(2), "shares": back(2)}
    account = history(flows, followers=levels, until={**until, "followers": back(1)})
    found = account_kpis(account, WEEK)
    growth = found["follower_growth"]
    assert (growth.value, growth.covered_days, growth.ends) == (7, 7, back(1))
    # f(D) is that of its own D, not of the account's.
    rate = found["engagement_rate"]
    assert rate.value == pytest.approx(21 / 182)
    assert rate.ends == back(2)
    # A level is the last one known, whichever day that was.
    assert (found["followers"].ends, found["followers"].as_of) == (None, back(1))


def test_a_count_that_is_typed_in_once_a_week_ends_its_window_on_its_day():
    typed = {back(2 + 7 * week): 500.0 - 20 * week for week in range(8)}
    until = {"followers": back(3)}  # the day before the newest moment
    found = account_kpis(history({}, followers=typed, until=until), MONTH)
    growth = found["follower_growth"]
    assert (growth.value, growth.covered_days, growth.ends) == (80, 28, back(2))
    assert growth.previous is None  # nobody typed so far back
    # Of somebody who stopped a fortnight ago the days since are missing.
    old = {day: value for day, value in typed.items() if day <= back(9)}
    stopped = account_kpis(history({}, followers=old, until=until), MONTH)
    growth = stopped["follower_growth"]
    assert (growth.covered_days, growth.ends) == (19, None)


def test_from_running_totals_the_window_ends_with_the_totals():
    totals = ending([100.0 * day for day in range(40)] + [None])
    account = history(
        {}, levels={"likes_total": totals}, until={"likes_total": back(1)}
    )
    assert own_window(Measured(account), WEEK, "like_rate") == WEEK  # no views by day
    views = history(
        {"video_views": _short(10, 1)},
        levels={"likes_total": totals},
        until={"likes_total": back(1), "video_views": back(1)},
    )
    found = account_kpis(views, WEEK)["like_rate"]
    assert (found.value, found.covered_days, found.ends) == (10, 7, back(1))


def test_nothing_moves_where_nothing_is_known_or_the_past_is_asked():
    assert account_kpis(history({"spend": every(5)}), WEEK)["spend"].ends is None
    past = own_window(Measured(_account(1)), WEEK.previous, "video_views")
    assert past == WEEK.previous


def test_the_days_that_carried_a_change_are_those_of_its_own_windows():
    # A hundred views on the day that lies before the account's week, but in its own.
    views = {**_short(10, 1), back(7): 110.0}
    account = _account(1, views)
    kpis = account_kpis(account, WEEK)
    (line,) = changes(account, WEEK, (), kpis)["video_views"].lines
    assert kpis["video_views"].change == 100
    assert line.text == "17 Mar brought 110"


def test_a_formula_ends_with_the_last_of_its_parts_and_keeps_one_currency():
    flows = {"revenue": every(20), "video_views": _short(10, 2), "orders": every(4)}
    until = {"revenue": LAST, "video_views": back(2), "orders": LAST}
    own = {
        "per_view": _own("per_view", "revenue / video_views"),
        "basket": _own("basket", "revenue / orders"),
        "profit": _own("profit", "revenue - spend"),
        "per_head": _own("per_head", "basket * 2"),
    }
    account = history(
        {**flows, "spend": every(5)},
        until={**until, **AHEAD},
        currencies={"revenue": "EUR", "video_views": "EUR", "spend": "USD"},
    )
    found = account_kpis(replace(account, customs=own), WEEK)
    told = {
        kpi: (found[kpi].value, found[kpi].ends, found[kpi].currency) for kpi in own
    }
    assert told == {
        "per_view": (2, back(2), "EUR"),
        "basket": (5, None, "EUR"),
        "profit": (105, None, ""),  # two currencies are none
        "per_head": (10, None, "EUR"),
    }


def _own(kpi: str, formula: str) -> CustomKpi:
    definition = Definition(kpi, kpi, kpi, "currency", "up", formula, "own")
    return CustomKpi(definition, expression=parse_expression(formula))
