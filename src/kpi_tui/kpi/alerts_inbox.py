"""From kept states to the inbox, and to plain data and back.

Decides nothing about an alert (see :mod:`kpi_tui.kpi.alerts`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from kpi_tui.kpi.alerts import Alert, AlertState, Rule

CLEARED_SECONDS = 30 * 86_400
"""What is over for longer leaves the inbox."""
MOST_CLEARED = 100


def inbox(
    rules: Sequence[Rule], states: Mapping[str, AlertState], now: float
) -> tuple[Alert, ...]:
    """Open alerts, then those that are over, each newest first."""
    found = []
    for rule in rules:
        alert = alert_of(rule, states[rule.id]) if rule.id in states else None
        if alert is not None:
            found.append(alert)
    opened = [one for one in found if one.is_open]
    over = [one for one in found if not one.is_open]
    opened.sort(key=lambda one: (-one.raised_at, one.id))
    over.sort(key=lambda one: (-one.changed_at, one.id))
    recent = [one for one in over if now - one.changed_at <= CLEARED_SECONDS]
    return (*opened, *recent[:MOST_CLEARED])


def alert_of(rule: Rule, state: AlertState) -> Alert | None:
    """The alert of a rule; None when it was never raised."""
    if state.status is None:
        return None
    return Alert(
        id=rule.id,
        account=rule.account,
        kpi=rule.kpi,
        rule=rule.words,
        text=state.text,
        state=state.status,
        raised_at=state.raised_at,
        changed_at=state.changed_at,
        until=state.until,
        note=state.note,
        value=state.value,
        evidence=state.evidence,
    )


def to_json(states: Mapping[str, AlertState]) -> dict[str, dict[str, Any]]:
    """Plain data, ready for ``json.dumps``."""
    return {name: asdict(state) for name, state in states.items()}


def from_json(data: object) -> dict[str, AlertState]:
    """What :func:`to_json` gave; what cannot be read is left out."""
    if not isinstance(data, Mapping):
        return {}
    found = {}
    for name, row in data.items():
        state = _state(row)
        if isinstance(name, str) and state is not None:
            found[name] = state
    return found


_KEYS = frozenset(field.name for field in fields(AlertState))


def _state(row: object) -> AlertState | None:
    """A state of this version's fields; another version's is begun anew."""
    if not isinstance(row, Mapping) or frozenset(row) != _KEYS:
        return None
    evidence = tuple((str(label), str(text)) for label, text in row["evidence"])
    return AlertState(**{**row, "evidence": evidence})
