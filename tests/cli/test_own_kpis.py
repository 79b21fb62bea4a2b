"""A config with KPIs of one's own, from a table to every place that shows a KPI."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.runs import kpi_tui_here

LAST = date(2026, 3, 24)
CONFIG = """
[[account]]
handle = "acme"
[[account.source]]
type = "csv"
path = "shop.csv"
date = "day"
metrics = { orders = "orders", revenue = "revenue", followers = "followers" }
[[kpi]]
id = "orders"
name = "Orders"
metric = "orders"
[[kpi]]
id = "basket"
name = "Value of an order"
short = "Basket"
unit = "currency"
formula = "revenue / orders"
[[kpi]]
id = "satisfaction"
name = "Satisfaction"
unit = "ratio"
metric = "csat"
how = "level"
[[kpi]]
id = "nothing"
name = "Nothing"
formula = "revenue / (orders - orders)"
[[goal]]
kpi = "orders"
target = 400
by = 2026-12-31
[[alert]]
kpi = "basket"
below = 30
"""
ARGS = ("--config", "config.toml", "--data", "kpi.db")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A home with a config and 60 days of a shop: 10 orders a day, of 20 each."""
    rows = [f"{LAST - timedelta(days=back)},10,200,{1000 - back}" for back in range(60)]
    table = "\n".join(["day,orders,revenue,followers", *rows])
    (tmp_path / "shop.csv").write_text(table)
    (tmp_path / "config.toml").write_text(CONFIG)
    return tmp_path


def out(shop: Path, *words: str, code: int = 0) -> str:
    ended = kpi_tui_here(shop, *words, *ARGS)
    assert ended.code == code, ended.err
    return ended.out


def test_they_are_wherever_a_kpi_is(shop: Path):
    out(shop, "record", "csat", "4.2", "--account", "acme", "--at", "2026-03-20")
    out(shop, "collect", "--once")
    (account,) = json.loads(
        out(shop, "report", "--format", "json", "--as-of", "2026-03-24")
    )["accounts"]
    kpis = account["kpis"]
    assert list(kpis)[-4:] == ["orders", "basket", "satisfaction", "nothing"]
    assert (kpis["orders"]["value"], kpis["orders"]["previous"]) == (280.0, 280.0)
    assert (kpis["basket"]["value"], kpis["basket"]["unit"]) == (20.0, "currency")
    assert kpis["satisfaction"]["value"] == 4.2
    assert (kpis["nothing"]["value"], kpis["nothing"]["reason"]) == (
        None,
        "divides by zero",
    )
    (goal,) = account["goals"]
    assert (goal["kpi"], goal["status"], goal["forecast"]) == (
        "orders",
        "behind",
        pytest.approx([280.0, 280.0]),
    )
    for layout in ("text", "markdown", "html"):
        text = out(shop, "report", "--format", layout, "--as-of", "2026-03-24")
        for words in ("Value of an order", "20.00", "Orders are 280 against a goal"):
            assert words in text, layout
    replayed = out(shop, "alerts", "--replay", "5d")
    assert "Value of an order is 20.00, below 30.00." in replayed
    assert '"orders": "behind"' in out(shop, "status", "--json", code=1)


def test_a_level_without_a_day_is_of_this_moment(shop: Path):
    recorded = out(shop, "record", "csat", "4.5", "--account", "acme")
    assert "csat = 4.5 as of now" in recorded
    assert "csat,instant" in out(shop, "export", "--metric", "csat")
    recorded = out(shop, "record", "orders", "4", "--account", "acme")
    assert "orders,day" in out(shop, "export", "--metric", "orders")


def test_a_number_that_nobody_knows_is_not_recorded(shop: Path):
    ended = kpi_tui_here(shop, "record", "cast", "4.5", "--account", "acme", *ARGS)
    assert ended.code == 2
    assert "'cast' is not a metric; did you mean csat?" in ended.err
    assert "[[kpi]]" in ended.err
