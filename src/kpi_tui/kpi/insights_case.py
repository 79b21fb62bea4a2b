"""What the rules of insight look at, and what they answer.

Knows shapes only; each rule has a module of its own, :mod:`kpi_tui.kpi.insights` ranks.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Insight:
    """One thing worth knowing, in a sentence, with the numbers that prove it."""

    kind: str
    """``breakout``, ``rival``, ``growth``, ``engagement``, ``completion``,
    ``conversion``, ``change``, ``content``, or ``too little``."""
    text: str
    """What a colleague would say, with what to try next."""
    kpi: str | None
    """The KPI that it is about, when it is about one."""
    evidence: tuple[tuple[str, str], ...]
    """(label, value in words), in the order in which they should be read."""
    weight: float
    """The heavier comes first."""
    formula: str
    """How it was worked out, in words."""
    as_of: date | None
    """The last day that went in."""
    source: str | None
    """Who told the leading number."""
