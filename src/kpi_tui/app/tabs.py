"""The tabs in order; one table decides numbers, names and which class draws each.

It imports no pane before it is opened: the chart alone costs more than the first frame.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpi_tui.app.panes.base import Pane


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; its number is its place in ``TABS`` plus one."""

    id: str
    title: str
    short: str
    """For 80 columns and less."""
    pane: str
    """``module:class`` under :mod:`kpi_tui.app.panes`."""

    def make_pane(self) -> "Pane":
        """Import and construct the pane."""
        from kpi_tui.app.panes.base import Pane

        module, _, name = self.pane.partition(":")
        pane = getattr(import_module(f"kpi_tui.app.panes.{module}"), name)(id=self.id)
        if not isinstance(pane, Pane):
            raise TypeError(f"{self.pane} is not a Pane")
        return pane


TABS: tuple[Tab, ...] = (
    Tab("overview", "Overview", "Over", "overview:OverviewPane"),
    Tab("trends", "Trends", "Trend", "trends:TrendsPane"),
    Tab("content", "Content", "Content", "content:ContentPane"),
    Tab("audience", "Audience", "People", "audience:AudiencePane"),
    Tab("leaderboard", "Leaderboard", "Board", "leaderboard:LeaderboardPane"),
    Tab("goals", "Goals", "Goals", "goals:GoalsPane"),
    Tab("sources", "Sources", "Sources", "sources:SourcesPane"),
)
