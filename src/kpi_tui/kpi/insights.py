"""What to improve, with evidence: at most a handful of insights, ranked.

Knows which rules there are; what each of them looks for is its own.
"""

from kpi_tui.kpi.insights_case import Insight

__all__ = ["Insight"]
