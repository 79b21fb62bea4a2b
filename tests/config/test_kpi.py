"""The ``[[kpi]]`` sections: what they become, and what is said of mistakes."""

from pathlib import Path

import pytest

from kpi_tui.config.load import load
from tests.config.files import problems, written

SHOP = """
[[account]]
handle = "acme"
[[account.source]]
type = "csv"
path = "shop.csv"
date = "day"
metrics = { orders = "orders" }
[[kpi]]
id = "orders"
name = "Orders"
metric = "orders"
[[kpi]]
id = "satisfaction"
name = "What our customers say of us"
unit = "ratio"
good = "none"
metric = "csat"
how = "mean"
[[kpi]]
id = "basket"
name = "Value of an order"
short = "Basket"
unit = "currency"
formula = '''
  revenue /
  orders'''
[[goal]]
kpi = "basket"
target = 30
[[alert]]
kpi = "orders"
below = 5
"""


def test_sections_become_kpis(tmp_path: Path) -> None:
    settings = load(written(tmp_path, SHOP))
    known = settings.definitions
    assert list(settings.customs) == ["orders", "satisfaction", "basket"]
    orders = settings.customs["orders"]
    assert (orders.metric, orders.how, orders.expression) == ("orders", "sum", None)
    assert known["orders"].is_summed
    assert known["orders"].formula == "sum of daily orders"
    said = known["satisfaction"]
    assert (said.short, said.unit, said.good) == (
        "What our customers say",
        "ratio",
        "none",
    )
    basket = settings.customs["basket"]
    assert basket.expression is not None
    assert basket.expression.names == ("revenue", "orders")
    assert known["basket"].formula == "revenue / orders"
    assert (known["basket"].short, known["basket"].unit) == ("Basket", "currency")
    assert settings.goal[0].kpi == "basket"
    assert known["followers"].name == "Followers"


A = '[[kpi]]\nid = "a"\nname = "A"\n'
B = '[[kpi]]\nid = "b"\nname = "B"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        (A, 1, "kpi 1", "expected exactly one of metric, formula"),
        (A + 'metric = "x"\nformula = "likes"', 1, "kpi 1", "exactly one of"),
        (A + 'formula = "likes"\nhow = "sum"', 1, "kpi 1", "`how` goes with `metric`"),
        (A + 'metric = "likes"\nhow = "max"', 5, "kpi 1: how", "'sum', 'level' or"),
        (A + 'formula = "likes ** 2"', 4, "kpi 1: formula", "expected + - * / ( )"),
        (A + 'formula = "folowers / 2"', 4, "kpi 1: formula", "mean `followers`?"),
        (A + 'formula = "revenue / nix"', 4, "kpi 1: formula", "unknown id `nix`"),
        (A + 'metric = "vidio_views"', 4, "kpi 1: metric", "mean `video_views`?"),
        (A + 'formula = "a + likes"', 4, "kpi 1: formula", "needs itself: a → a"),
        (
            A + 'metric = "x"\n' + A + 'metric = "y"',
            6,
            "kpi 2: id",
            "the same id as kpi 1",
        ),
        (
            '[[kpi]]\nid = "followers"\nname = "F"\nmetric = "x"',
            2,
            "kpi 1: id",
            "is a built-in KPI",
        ),
        (
            A + 'metric = "x"\n[[goal]]\nkpi = "aa"\ntarget = 3',
            6,
            "goal 1: kpi",
            "unknown KPI `aa`; did you mean `a`?",
        ),
        (
            A + 'metric = "x"\nunit = "percent"\n[[goal]]\nkpi = "a"\ntarget = 15',
            8,
            "goal 1: target",
            'write "15%"',
        ),
        (
            A + 'metric = "x"\n[[goal]]\nkpi = "a"\ntarget = "15%"',
            7,
            "goal 1: target",
            "is not a percentage",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(
    tmp_path: Path, text: str, line: int, key: str, message: str
) -> None:
    (problem,) = problems(written(tmp_path, text))
    assert message in problem.message
    assert (problem.line, problem.key) == (line, key)


def test_a_ring_of_formulas_is_told_at_each_of_them(tmp_path: Path) -> None:
    text = A + 'formula = "b / 2"\n' + B + 'formula = "likes + a"\n'
    first, second = problems(written(tmp_path, text))
    assert (first.line, first.message) == (4, "needs itself: a → b → a")
    assert (second.line, second.message) == (8, "needs itself: b → a → b")
