"""Limits that were passed, and what somebody answered.

Knows what an alert holds; nothing of how it is told.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["raised", "acknowledged", "snoozed", "cleared"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One limit that a KPI passed."""

    id: str
    """Stable from poll to poll."""
    account: str
    kpi: str | None
    rule: str
    """The rule in words."""
    text: str
    """What is wrong now, a sentence."""
    state: State
    raised_at: int
    """UTC epoch seconds."""
    changed_at: int
    """UTC epoch seconds."""
    until: int | None
    """Snoozed until then (UTC epoch seconds)."""
    note: str
    value: float | None
    evidence: tuple[tuple[str, str], ...]
    """(label, value in words)."""
