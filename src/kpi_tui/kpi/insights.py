"""What to improve, ranked, each sentence with the numbers behind it.

Knows what an insight holds; nothing of how it is drawn.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Insight:
    """One sentence that somebody could act on, with its proof."""

    kind: str
    text: str
    kpi: str | None
    evidence: tuple[tuple[str, str], ...]
    """(label, value in words)."""
    weight: float
    """The heavier, the further up."""
    formula: str
    """How it was worked out."""
    as_of: date | None
    source: str | None
