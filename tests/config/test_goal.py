"""How a goal's growth may be written, and what becomes of it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.goal import GrowthRate, parse_growth
from kpi_tui.config.load import load
from kpi_tui.kpi.goal_periods import Aim
from tests.config.files import written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+10% per quarter", GrowthRate(0.1, "quarter")),
        ("+10 % per quarter", GrowthRate(0.1, "quarter")),
        ("10%/month", GrowthRate(0.1, "month")),
        ("2.5% every week", GrowthRate(0.025, "week")),
        ("-20% a year", GrowthRate(-0.2, "year")),
        ("  +20%  ", GrowthRate(0.2)),
        ("+5% PER MONTH", GrowthRate(0.05, "month")),
    ],
)
def test_growths_as_people_write_them(text: str, expected: GrowthRate) -> None:
    found = parse_growth(text)
    assert found.share == pytest.approx(expected.share)
    assert found.period == expected.period


@given(st.text(max_size=30))
def test_any_text_is_a_growth_or_a_value_error(text: str) -> None:
    try:
        found = parse_growth(text)
    except ValueError:
        return
    assert found.share > -1
    assert found.share != 0


def test_a_goal_becomes_an_aim(tmp_path: Path) -> None:
    text = """
[[goal]]
kpi = "revenue"
growth = "+10% per quarter"
start = 2026-02-01
[[goal]]
kpi = "website_visits"
growth = "-20%"
by = 2026-12-31
[[goal]]
kpi = "engagement_rate"
target = "15%"
"""
    goals = load(written(tmp_path, text)).goal
    assert [goal.aim for goal in goals] == [
        Aim("revenue", None, 0.1, "quarter", None, date(2026, 2, 1)),
        Aim("website_visits", None, -0.2, None, date(2026, 12, 31)),
        Aim("engagement_rate", 0.15),
    ]
