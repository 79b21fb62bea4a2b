"""What is told of alerts and when: one message for what belongs together.

Knows no way to send one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kpi_tui.kpi.alerts import Alert, AlertState, Event, Rule
from kpi_tui.kpi.alerts_inbox import alert_of

_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell somebody."""

    kind: Literal["raised", "cleared"]
    account: str
    title: str
    """A few words."""
    text: str
    """One line per alert, or one sentence for a source that takes many with it."""
    alerts: tuple[Alert, ...]


class _Told(NamedTuple):
    """An alert that is to be told, with what kept it."""

    event: Event
    rule: Rule
    state: AlertState
    alert: Alert


def due(
    events: Iterable[Event],
    rules: Sequence[Rule],
    states: Mapping[str, AlertState],
    is_quiet: Callable[[str], bool],
) -> tuple[tuple[Message, ...], tuple[Event, ...]]:
    """Messages to send now, and the events that wait for the end of quiet hours.

    Of each alert its last event counts, and only while it is still so: what was
    acknowledged or cleared meanwhile is not told as raised. Together go: what one
    failed source brought about, and all else that an account has at once.
    ``is_quiet`` says whether an account's night is on.
    """
    last = {event.rule: event for event in events}
    known = {rule.id: rule for rule in rules}
    held: list[Event] = []
    groups: dict[tuple[str, str, str], list[_Told]] = {}
    for event in last.values():
        told = _told(event, known.get(event.rule), states)
        if told is None:
            continue
        if is_quiet(told.rule.account):
            held.append(event)
        elif not _is_known(told, rules, states, last):
            source = told.state.source or ""
            key = (told.rule.account, event.kind, source)
            groups.setdefault(key, []).append(told)
    messages = [_message(key, group) for key, group in groups.items()]
    return tuple(messages), tuple(held)


def _told(
    event: Event, rule: Rule | None, states: Mapping[str, AlertState]
) -> _Told | None:
    state = states.get(event.rule)
    if rule is None or state is None or state.status != event.kind:
        return None
    alert = alert_of(rule, state)
    return None if alert is None else _Told(event, rule, state, alert)


def _is_known(
    told: _Told,
    rules: Sequence[Rule],
    states: Mapping[str, AlertState],
    pending: Mapping[str, Event],
) -> bool:
    """Whether the source's failure was told before, when another KPI grew stale."""
    source = told.state.source
    if source is None or told.event.kind == "cleared":
        return False
    return any(
        other.limit == told.rule.limit
        and other.id not in pending
        and (state := states.get(other.id)) is not None
        and state.is_open
        and state.source == source
        for other in rules
        if other.account == told.rule.account and other.kind == told.rule.kind
    )


def _message(key: tuple[str, str, str], group: Sequence[_Told]) -> Message:
    account, kind, source = key
    alerts = tuple(told.alert for told in group)
    title = f"@{account}: {_name(group[0])}"
    text = "\n".join(alert.text for alert in alerts[:_MOST_LINES])
    if len(group) > 1:
        title = f"@{account}: {len(group)} alerts"
        if len(group) > _MOST_LINES:
            text += f"\n… and {len(group) - _MOST_LINES} more"
    if source:
        title = source
        text = _source_text(group)
    if kind == "cleared":
        title += " (cleared)"
        return Message("cleared", account, title, text, alerts)
    return Message("raised", account, title, text, alerts)


def _name(told: _Told) -> str:
    """``Completion rate below 25 %``."""
    return told.rule.words.partition(" for ")[0]


def _source_text(group: Sequence[_Told]) -> str:
    """One sentence, whichever of the source's alerts came with it."""
    whole = next((told for told in group if told.rule.kpi is None), None)
    if whole is not None or len(group) == 1:
        return (whole or group[0]).alert.text
    stale = f"{len(group)} KPIs are stale"
    if group[0].event.kind == "cleared":
        stale = f"{len(group)} KPIs have fresh data again"
    cause = group[0].state.cause
    return f"{cause}: {stale}." if cause else f"{stale}."
