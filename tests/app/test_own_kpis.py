"""KPIs of the user's own on the screen: a panel, a trend, a page, the palette."""

from dataclasses import replace

from kpi_tui.app.commands import palette_entries
from kpi_tui.app.facts import overview_kpis
from kpi_tui.app.screens.insight import evidence
from kpi_tui.app.screens.why import why_entries
from kpi_tui.app.widgets.panel import KpiPanel
from kpi_tui.kpi.definitions import DEFINITIONS, Definition
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot
from tests.app.panes.screen import screen_text
from tests.app.play import make_app
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot

BASKET = Definition(
    "basket", "Value of an order", "Basket", "ratio", "up", "revenue / orders", "own"
)


def with_basket() -> Snapshot:
    snapshot = make_snapshot()
    assert snapshot.window is not None
    value = KpiValue(
        "basket",
        21.5,
        "ratio",
        previous=20.0,
        covered_days=28,
        inputs=(("revenue", 4300.0), ("orders", 200.0)),
        as_of=snapshot.window.last,
        custom=BASKET,
    )
    goal = GoalStatus("basket", 30.0, None, 21.5, 21.5 / 30, status="short")
    return replace(
        snapshot,
        definitions={**DEFINITIONS, "basket": BASKET},
        kpis={**snapshot.kpis, "basket": value},
        trends={
            **snapshot.trends,
            "basket": Trend("basket", snapshot.window.first, (20.0, 23.0) * 14),
        },
        goals={"basket": replace(goal, custom=BASKET)},
    )


async def test_it_has_a_panel_a_trend_and_a_page() -> None:
    app = make_app(FakeMonitor(with_basket()))
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.pause()
        panel = app.query_one("#kpi-basket", KpiPanel)
        assert panel.display
        assert panel.text() == "Basket: 21.50 (+1.50)"
        panel.focus()
        await pilot.press("i")
        await pilot.pause()
        text = screen_text(app)
        for words in ("Value of an order", "revenue / orders", "4,300", "orders 200"):
            assert words in text
        await pilot.press("escape")
        await app.open_kpi("basket")
        await pilot.pause()
        text = screen_text(app)
        assert "Value of an order" in text
        assert "highest 23.00" in text
        titles = [entry.title for entry in palette_entries(app)]
        assert "Trend: Value of an order" in titles


def test_its_goal_says_its_name_and_formula() -> None:
    snapshot = with_basket()
    title, entries = evidence(snapshot, "goal:basket", NOW.timestamp())
    assert title == "Value of an order"
    assert ("Formula", "revenue / orders", "") in entries
    assert ("Value", "21.5000 over 28 days", "") in entries


def test_one_without_data_is_named_with_the_others() -> None:
    snapshot = replace(with_basket(), kpis={}, goals={})
    assert overview_kpis(snapshot)[-1] == "basket"
    page = [text for _, text, _ in why_entries(snapshot, "basket", NOW.timestamp())]
    assert "revenue / orders" in page
