"""What ads and the rest of the account both count is counted once."""

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.campaigns import Campaign, by_spend
from kpi_tui.kpi.format import format_kpi
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import WEEK, Days, every, history

ADS: dict[str, Days] = {
    "spend": every(10),
    "clicks": every(40),
    "ad_conversions": every(2),
    "ad_revenue": every(25),
}
SHOP: dict[str, Days] = {"conversions": every(5), "revenue": every(90)}
SOURCES = {
    "spend": "acme/tiktok-ads",
    "clicks": "acme/tiktok-ads",
    "ad_conversions": "acme/tiktok-ads",
    "ad_revenue": "acme/tiktok-ads",
    "conversions": "acme/shop",
    "revenue": "acme/shop",
}


def kpis(flows: dict[str, Days]) -> dict[str, KpiValue]:
    return account_kpis(history(flows, sources=SOURCES), WEEK)


def test_ads_alone_are_all_there_is():
    found = kpis(ADS)
    assert (found["conversions"].value, found["revenue"].value) == (14, 175)
    assert found["conversions"].note == "conversions = those of ads"
    assert found["revenue"].note == "revenue = that of ads"
    assert found["cost_per_conversion"].value == pytest.approx(5)
    assert found["cost_per_conversion"].note == "conversions = those of ads"
    assert found["roas"].value == pytest.approx(2.5)
    assert found["roi"].value == pytest.approx(1.5)
    assert found["roas"].note is None


def test_a_shop_beside_ads_doubles_nothing():
    found = kpis(ADS | SHOP)
    # The shop sees the conversions that came by an ad as well.
    assert (found["conversions"].value, found["revenue"].value) == (35, 630)
    assert found["conversions"].source == "acme/shop"
    # What an ad brought is measured against what the ad cost.
    assert found["conversion_rate_by_click"].value == pytest.approx(0.05)
    assert found["conversion_rate_by_click"].note is None
    assert found["roas"].value == pytest.approx(2.5)
    assert found["roas"].source == "acme/tiktok-ads"
    cost = found["cost_per_conversion"]
    assert cost.value == pytest.approx(2)
    assert cost.note == ("ad spend from acme/tiktok-ads, conversions from acme/shop")


def test_a_shop_that_pays_for_ads_itself_says_that_two_counted():
    spend: dict[str, Days] = {"spend": every(10)}
    found = kpis(spend | SHOP)
    assert found["roas"].value == pytest.approx(9)
    assert found["roas"].note == (
        "ads revenue from acme/shop, ad spend from acme/tiktok-ads"
    )


def test_money_has_the_currency_of_the_source_that_told_it():
    codes = {"spend": "USD", "clicks": "USD", "ad_revenue": "USD", "revenue": "EUR"}
    account = history(ADS | SHOP, sources=SOURCES, currencies=codes)
    found = account_kpis(account, WEEK)
    told = {kpi.id: kpi.currency for kpi in found.values() if kpi.currency}
    assert told == {"spend": "USD", "revenue": "EUR", "cost_per_conversion": "USD"}
    assert format_kpi(found["spend"], found["spend"].value) == "70.00 USD"
    assert found["roas"].value == pytest.approx(2.5)
    # Without a shop the revenue of the ads stands in, in the ads' money.
    alone = account_kpis(history(ADS, currencies=codes), WEEK)["revenue"]
    assert alone.currency == "USD"


def test_money_is_not_divided_by_other_money():
    flows: dict[str, Days] = {"spend": every(10), **SHOP}
    codes = {"spend": "USD", "revenue": "EUR"}
    for currencies, value in ((codes, None), ({"spend": "USD"}, 9), ({}, 9)):
        account = history(flows, sources=SOURCES, currencies=currencies)
        found = account_kpis(account, WEEK)
        assert found["roas"].value == value
        assert found["roi"].value == (None if value is None else value - 1)
    mixed = account_kpis(history(flows, currencies=codes), WEEK)["roas"]
    assert mixed.reason == "ads revenue in EUR, ad spend in USD"
    assert mixed.inputs == (("ads revenue", 630), ("ad spend", 70))


def test_campaigns_are_told_from_the_dearest_and_without_the_idle_ones():
    found = by_spend(
        [
            Campaign("1", "", {"spend": 5, "ad_conversions": 0, "clicks": 1}),
            Campaign("2", "Oil", {"spend": 9, "ad_conversions": 3, "ad_revenue": 18}),
            Campaign("3", "Idle", {"spend": 0, "clicks": 0}),
        ]
    )
    assert [(one.label, one.cost_per_conversion, one.roas) for one in found] == [
        ("Oil", 3, 2),
        ("1", None, None),
    ]
    assert found[1].click_through_rate is None
