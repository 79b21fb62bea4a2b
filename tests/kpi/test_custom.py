"""The user's own KPIs: worked out, drawn, wished for and foretold like any other."""

from dataclasses import replace
from typing import Any, cast

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.custom import CustomKpi
from kpi_tui.kpi.daily import DAY
from kpi_tui.kpi.definitions import DEFINITIONS, Definition
from kpi_tui.kpi.expressions import parse_expression
from kpi_tui.kpi.forecast import Range, forecast
from kpi_tui.kpi.goal_periods import Aim
from kpi_tui.kpi.goal_text import needed_words
from kpi_tui.kpi.goals import assess
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.question import Question
from kpi_tui.kpi.trends import trends
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import LAST, WEEK, back, ending, every, history


def own(id_: str, **wish: Any) -> CustomKpi:
    """A KPI by metric and how, or by formula."""
    formula = wish.pop("formula", None)
    good, unit = wish.pop("good", "up"), wish.pop("unit", "count")
    name = id_.replace("_", " ").capitalize()
    is_summed = formula is None and wish.get("how", "sum") == "sum"
    known = Definition(
        id_, name, name, unit, good, "made up", "own", is_summed=is_summed
    )
    return CustomKpi(
        known, expression=parse_expression(formula) if formula else None, **wish
    )


def with_own(account: AccountHistory, *kpis: CustomKpi) -> AccountHistory:
    return replace(account, customs={kpi.definition.id: kpi for kpi in kpis})


def value(account: AccountHistory, *kpis: CustomKpi) -> KpiValue:
    """The last of them over the week."""
    found = account_kpis(with_own(account, *kpis), WEEK)
    return found[kpis[-1].definition.id]


SHOP = history(
    {
        "orders": ending([10.0] * 77 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
        "revenue": every(56.0),
        "csat": ending([4.0] * 80 + [None, 5.0, 4.0, 3.0]),
    },
    followers=every(1000.0),
    levels={"stock": ending([50.0, 40.0, None])},
    sources={"orders": "acme/shop", "revenue": "acme/shop"},
)


def test_a_metric_is_summed_taken_last_or_averaged():
    found = value(SHOP, own("orders", metric="orders"))
    assert (found.value, found.previous, found.covered_days) == (28.0, 70.0, 7)
    assert (found.source, found.as_of) == ("acme/shop", LAST)
    assert value(SHOP, own("stock", metric="stock", how="level")).value == 40.0
    mean = value(SHOP, own("satisfaction", metric="csat", how="mean"))
    assert mean.value == pytest.approx((4 + 4 + 4 + 5 + 4 + 3) / 6)
    assert mean.covered_days == 6
    assert mean.inputs == (("sum of csat", 24.0), ("days", 6.0))


def test_a_level_of_days_is_the_last_one_and_knows_nothing_later():
    account = history({"stock": ending([9.0, 8.0, None, None])})
    found = value(account, own("stock", metric="stock", how="level"))
    assert (found.value, found.as_of) == (8.0, back(2))
    later = history({"stock": {LAST + DAY: 3.0}})
    assert value(later, own("stock", metric="stock", how="level")).reason == (
        "no value up to these days"
    )


def test_a_formula_takes_kpis_metrics_and_other_formulas():
    rich = own("per_follower", formula="revenue / followers")
    assert value(SHOP, rich).value == pytest.approx(7 * 56 / 1000)
    orders = own("orders", metric="orders")
    basket = own("basket", formula="revenue / orders")
    found = value(SHOP, orders, basket)
    assert found.value == pytest.approx(7 * 56 / 28)
    assert found.previous == pytest.approx(7 * 56 / 70)
    assert found.inputs == (("revenue", 392.0), ("orders", 28.0))
    assert (found.covered_days, found.source) == (7, "acme/shop")
    twice = own("twice", formula="2 * basket + stock - stock")
    assert value(SHOP, orders, basket, twice).value == pytest.approx(28.0)


def test_half_a_formula_is_no_number():
    nothing = value(SHOP, own("x", formula="revenue / (followers - followers)"))
    assert (nothing.value, nothing.reason) == (None, "divides by zero")
    missing = value(SHOP, own("x", formula="revenue / spend"))
    assert (missing.value, missing.reason) == (None, "ad spend: not measured")
    assert value(SHOP, own("x", metric="nowhere")).reason == "not measured"


def test_a_formula_is_covered_as_far_as_its_parts():
    account = history({"revenue": every(1.0), "orders": {LAST: 2.0}})
    found = value(account, own("basket", formula="revenue / orders"))
    assert (found.covered_days, found.is_covered) == (1, False)


def test_each_day_has_its_own_value():
    kpis = (
        own("orders", metric="orders"),
        own("basket", formula="revenue / orders"),
        own("stock", metric="stock", how="level"),
        own("no_days", formula="completion_rate * 2"),
    )
    found = trends(with_own(SHOP, *kpis), WEEK)
    assert found["orders"].values == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    assert found["basket"].values == pytest.approx(tuple(56 / n for n in range(1, 8)))
    assert found["stock"].values[-3:] == (50.0, 40.0, None)
    assert "no_days" not in found


def range_of(account: AccountHistory, *kpis: CustomKpi) -> Range:
    asked = Question(Measured(with_own(account, *kpis)), LAST, LAST + 40 * DAY)
    found = forecast(kpis[-1].definition.id, asked)
    assert found is not None
    return found


def test_what_goes_on_for_ever_is_foretold():
    account = history(
        {"orders": every(4.0), "revenue": every(80.0), "csat": every(4.5)},
        levels={"stock": every(12.0)},
        followers=every(1000.0),
    )
    orders = own("orders", metric="orders")
    assert range_of(account, orders).middle == pytest.approx(28 * 4)
    mean = own("satisfaction", metric="csat", how="mean")
    assert range_of(account, mean).middle == pytest.approx(4.5)
    stock = own("stock", metric="stock", how="level")
    assert range_of(account, stock).middle == pytest.approx(12.0)
    basket = own("basket", formula="revenue / orders + stock")
    assert range_of(account, orders, basket).high == pytest.approx(32.0)
    rich = own("rich", formula="revenue / followers")
    assert range_of(account, rich).low == pytest.approx(28 * 80 / 1000)


def test_a_goal_knows_name_unit_and_direction():
    account = with_own(
        history({"returns": every(4.0)}),
        own("returns", metric="returns", good="down"),
    )
    aim = Aim("returns", 56.0, None, None, LAST + 100 * DAY, back(100))
    goal = assess(aim, account, LAST)
    assert (goal.value, goal.is_at_most, goal.status) == (112.0, True, "behind")
    assert goal.definition.name == "Returns"
    upwards = with_own(history({"orders": every(4.0)}), own("orders", metric="orders"))
    goal = assess(replace(aim, kpi="orders", target=280.0), upwards, LAST)
    assert needed_words(goal) == "needs 10 orders a day, now 4"


def test_the_built_in_ones_stay_as_they_are():
    found = account_kpis(with_own(SHOP, own("orders", metric="orders")), WEEK)
    assert list(found) == [*DEFINITIONS, "orders"]
    plain = account_kpis(SHOP, WEEK)
    assert {kpi: one for kpi, one in found.items() if kpi != "orders"} == plain
    assert cast("Definition", found["orders"].custom).group == "own"
