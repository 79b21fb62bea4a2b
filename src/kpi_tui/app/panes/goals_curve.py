"""The days of the KPI behind a goal, an insight or an alert, beside its evidence.

It decides only whether there is room and something to draw.
"""

from textual.app import ComposeResult
from textual.containers import Vertical

from kpi_tui.app.panes.goals_rows import ALERT, GOAL, INSIGHT
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.parts import parted
from kpi_tui.app.widgets.words import Words
from kpi_tui.monitor.snapshot import Snapshot

LEAST_ROWS = 12
"""A lower chart says nothing."""


class GoalCurve(Vertical):
    """Hidden where it has no room, or the KPI no days."""

    DEFAULT_CSS = """
    GoalCurve { height: 1fr; margin: 1 0 0 0; display: none; }
    """

    def compose(self) -> ComposeResult:
        """What the lines are; the chart comes with the first that has room."""
        yield Words(id="goals-legend")

    def show(self, snapshot: Snapshot, key: str, rows: int) -> None:
        """Draw what this item is about, if ``rows`` are enough for it."""
        kpi_id = kpi_of(snapshot, key)
        kpi, trend = snapshot.kpis.get(kpi_id), snapshot.trends.get(kpi_id)
        self.display = (
            rows >= LEAST_ROWS
            and kpi is not None
            and trend is not None
            and any(value is not None for value in trend.values)
        )
        if not self.display or kpi is None or trend is None:
            return
        # Plotext comes with them: 45 ms that a screen without room saves.
        from kpi_tui.app.panes.trend_words import chart_data, legend
        from kpi_tui.app.widgets.chart import Chart

        chart = next(iter(self.query(Chart)), None)
        if chart is None:
            chart = Chart()
            _ = self.mount(chart)
        goal = snapshot.goals.get(kpi_id)
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        words = self.query_one(Words)
        lines = parted(
            legend(kpi, trend, goal, is_ascii=is_ascii),
            max(20, words.size.width or self.size.width or 60),
        )
        words.styles.height = len(lines) + 1
        words.put(
            ((kpi.definition.name, "bold"), ("  day by day", MUTED)),
            *lines,
        )
        chart.put(chart_data(kpi, trend, goal))


def kpi_of(snapshot: Snapshot, key: str) -> str:
    """The KPI of an item of the Goals tab; empty where it is about none that is
    shown."""
    name = key.partition(":")[2]
    if key.startswith(GOAL):
        return name
    if key.startswith(INSIGHT) and int(name) < len(snapshot.insights):
        return snapshot.insights[int(name)].kpi or ""
    for alert in snapshot.alerts:
        if key == f"{ALERT}{alert.id}":
            is_own = alert.account in {"", snapshot.account.handle}
            return (alert.kpi or "") if is_own else ""
    return ""
