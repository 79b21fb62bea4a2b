"""KPIs that the user defines: a metric over a window, or a formula over ids.

Knows their shape; how they are worked out is in :mod:`kpi_tui.kpi.custom_values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kpi_tui.kpi.definitions import Definition
from kpi_tui.kpi.expressions import Expression

How = Literal["sum", "level", "mean"]
"""What a window makes of a metric's days: their sum, the last of them, their mean."""


@dataclass(frozen=True, slots=True)
class CustomKpi:
    """One KPI of the user's own: exactly one of ``metric`` and ``expression``."""

    definition: Definition
    metric: str = ""
    how: How = "sum"
    expression: Expression | None = None


Customs = Mapping[str, CustomKpi]
"""KPI id to what the user says it is, in the config's order."""
