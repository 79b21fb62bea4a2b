"""Rows of a report with arbitrary JSON, and the documented shape."""

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.readings import day_start
from kpi_tui.sources.tiktok_ads_fields import CAMPAIGN_METRIC_SETS, METRIC_SETS, ad_days
from tests.servers.ads import KNOWN

TODAY = date(2025, 12, 5)
NOW = datetime(2025, 12, 5, 9, tzinfo=UTC).timestamp()

VALUE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.sampled_from(["-", "14.68", "1e999", "", "x", [], {}])
)
ROW = st.fixed_dictionaries(
    {},
    optional={
        "dimensions": st.dictionaries(
            st.sampled_from(["campaign_id", "stat_time_day"]),
            VALUE | st.sampled_from(["2025-12-03 00:00:00", "1801", "a|b"]),
        )
        | VALUE,
        "metrics": st.dictionaries(st.sampled_from(METRIC_SETS[0]), VALUE) | VALUE,
    },
)


def row(day: object, campaign: object = "1801", **metrics: object) -> dict[str, Any]:
    return {
        "dimensions": {"campaign_id": campaign, "stat_time_day": day},
        "metrics": metrics,
    }


@given(st.lists(ROW | VALUE, max_size=5), st.sampled_from(["", "campaign_id"]))
def test_any_rows_give_finite_readings_of_past_days(rows: list[Any], key: str) -> None:
    found = ad_days(rows, "acme", NOW, TODAY, key)
    for reading in found.readings:
        assert abs(reading.value) < float("inf")
        assert reading.at <= day_start(TODAY)
        assert reading.entity == "" if not key else ":" in reading.entity
    assert found.until is None or found.until < TODAY


def test_the_documented_rows_give_the_values_they_hold() -> None:
    # The shape of the official example: strings, a day with a time, words between.
    text = """[
      {"dimensions": {"ad_id_v2": "17", "stat_time_day": "2025-12-03 00:00:00"},
       "metrics": {"ad_id_v2": "17", "ad_name": "Oil", "impressions": "1079",
                   "spend": "14.68", "campaign_automation_type": "MANUAL"}},
      {"dimensions": {"ad_id_v2": "18", "stat_time_day": "2025-12-03 00:00:00"},
       "metrics": {"impressions": "52", "spend": "0.70"}}]"""
    found = ad_days(json.loads(text), "acme", NOW, TODAY, "ad_id_v2")
    at = day_start(date(2025, 12, 3))
    assert [(r.entity, r.metric, r.grain, r.at, r.value) for r in found.readings] == [
        ("campaign:17", "spend", "day", at, 14.68),
        ("campaign:17", "impressions", "day", at, 1079),
        ("campaign:18", "spend", "day", at, 0.7),
        ("campaign:18", "impressions", "day", at, 52),
    ]
    assert found.until == date(2025, 12, 3)


def test_of_a_day_that_comes_twice_the_last_row_stands() -> None:
    rows = [row("2025-12-03", spend="1"), row("2025-12-03", spend="2", clicks="-")]
    found = ad_days(rows, "acme", NOW, TODAY)
    assert [(r.metric, r.value) for r in found.readings] == [("spend", 2)]


@pytest.mark.parametrize(
    ("metrics", "revenue", "is_rounded"),
    [
        (
            {"total_complete_payment_rate": "50.5", "complete_payment_roas": "2"},
            50.5,
            0,
        ),
        ({"total_complete_payment_rate": "-", "complete_payment_roas": "2.5"}, 25, 1),
        ({"total_complete_payment_rate": "0", "complete_payment_roas": "2.5"}, 0, 0),
        ({"complete_payment_roas": "0.00"}, 0, 0),
        ({"complete_payment_roas": "-"}, None, 0),
        ({}, None, 0),
    ],
)
def test_revenue_is_told_or_follows_from_the_return(
    metrics: dict[str, str], revenue: float | None, is_rounded: int
) -> None:
    found = ad_days([row("2025-12-03", spend="10", **metrics)], "acme", NOW, TODAY)
    told = {r.metric: r.value for r in found.readings}
    assert told.get("ad_revenue") == revenue
    assert found.is_revenue_rounded == bool(is_rounded)


def test_tiktoks_own_rates_are_left_alone() -> None:
    # Conversions per impression since 2023, whatever its name says.
    rates = {"ctr": "1.09", "conversion_rate": "0.06", "cpc": "0.39"}
    assert ad_days([row("2025-12-03", **rates)], "acme", NOW, TODAY).readings == []


def test_today_and_the_future_complete_no_day() -> None:
    rows = [row(f"2025-12-0{n}", spend=n) for n in range(3, 9)]
    found = ad_days(rows, "acme", NOW, TODAY)
    assert found.until == date(2025, 12, 4)
    assert max(r.at for r in found.readings) == day_start(TODAY)


@pytest.mark.parametrize("raw", ["a|b", "", None, True, 1.5, "9" * 65, ["1801"]])
def test_a_campaign_without_a_usable_id_is_left_out(raw: object) -> None:
    rows = [row("2025-12-03", raw, spend=1)]
    assert ad_days(rows, "acme", NOW, TODAY, "campaign_id").readings == []
    assert ad_days(rows, "acme", NOW, TODAY).readings != []


def test_money_names_its_currency() -> None:
    rows = [row(f"2025-12-0{n}", currency=c) for n, c in ((1, "EUR"), (2, "-"))]
    assert ad_days(rows, "acme", NOW, TODAY).currencies == {"EUR"}


def test_a_campaign_is_called_what_it_is_called_last() -> None:
    rows = [
        row("2025-12-04", campaign_name="New"),
        row("2025-12-01", campaign_name="Old"),
    ]
    rows.append(row("2025-12-02", "1802", campaign_name=5))
    found = ad_days(rows, "acme", NOW, TODAY, "campaign_id")
    assert found.names == {"campaign:1801": "New"}


def test_only_metrics_that_there_are_are_asked_for() -> None:
    assert {name for names in METRIC_SETS for name in names} <= KNOWN
    assert set(CAMPAIGN_METRIC_SETS[0]) <= KNOWN
    for more, less in pairwise(CAMPAIGN_METRIC_SETS):
        assert set(less) < set(more)
