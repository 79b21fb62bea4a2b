"""Alerts: what is watched, since when it is wrong, and what somebody said about it.

Owns the step from observations to alerts, which remembers only what its states hold.
Knows no clock, no store and no way to tell anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from math import isfinite
from typing import Literal

from kpi_tui.kpi.definitions import Definition

Status = Literal["raised", "acknowledged", "snoozed", "cleared"]
Kind = Literal["above", "below", "changes by", "anomaly", "no data"]

OPEN: frozenset[Status] = frozenset({"raised", "acknowledged", "snoozed"})
BAND = 0.05
"""Without a clear level of its own a value must come back by this share of the limit
(of its worst value where the limit is 0): a KPI near its limit would flap."""
NEVER = -(2**62)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong, or was."""

    id: str
    """Eight hexadecimal digits, the same for as long as its rule is."""
    account: str
    kpi: str | None
    """None: it is about a source."""
    rule: str
    """``Completion rate below 25 % for 2 days``."""
    text: str
    """What is wrong now, a sentence."""
    state: Status
    raised_at: int
    """UTC epoch seconds."""
    changed_at: int
    """UTC epoch seconds at which ``state`` became what it is."""
    until: int | None
    """Snoozed until then (UTC epoch seconds)."""
    note: str
    """What somebody wrote when answering it."""
    value: float | None
    evidence: tuple[tuple[str, str], ...]
    """(label, value in words)."""

    @property
    def is_open(self) -> bool:
        """Whether it is still so, answered or not."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit for one account's KPI or source."""

    id: str
    account: str
    kpi: str | None
    kind: Kind
    limit: float
    words: str
    """The rule in words."""
    condition: str = ""
    """``below 25 %``, behind a value; empty where the observation says it all."""
    clear: float | None = None
    """The value at which it is over; None: the limit and :data:`BAND`."""
    for_seconds: float = 0.0
    """How long it must hold, in time that was observed."""
    clear_seconds: float = 0.0
    """How long it must be over, likewise."""
    days: int = 28
    """Days of the KPI's window."""
    source: str | None = None
    """The source that it is about; None: a KPI."""
    definition: Definition | None = None
    """What the KPI is."""

    @property
    def is_below(self) -> bool:
        """Low values are bad."""
        return self.kind == "below"


@dataclass(frozen=True, slots=True)
class Observation:
    """What was so at one time; a time of which nothing is known has none."""

    rule: str
    """The id of the rule that it is for."""
    at: int
    """UTC epoch seconds; of a day, 00:00 UTC of its label, so that days are as long
    as each other also where clocks are changed."""
    span: int
    """Seconds for which it speaks: 86,400 for a day, 0 for a moment."""
    value: float
    text: str
    """``Completion rate is 22.1 %``."""
    evidence: tuple[tuple[str, str], ...] = ()
    source: str | None = None
    """The source that is to blame, if one is."""
    cause: str = ""
    """``acme/csv has failed for 2 h``: what is wrong with that source."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """All that has to be kept of one rule between two evaluations."""

    at: int = NEVER
    """The newest observation."""
    held: int = 0
    """Seconds observed beyond the limit without one that was not, until it is over."""
    calm: int = 0
    """Seconds observed beyond the clear level since the last that was not."""
    worst: float = 0.0
    """Largest value beyond the limit, without its sign."""
    status: Status | None = None
    """None: it was never raised."""
    raised_at: int = 0
    changed_at: int = 0
    until: int | None = None
    note: str = ""
    answered_at: float = 0.0
    """When somebody last answered (UTC epoch seconds)."""
    value: float | None = None
    text: str = ""
    evidence: tuple[tuple[str, str], ...] = ()
    source: str | None = None
    cause: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is still so, answered or not."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said about an open alert."""

    action: Literal["acknowledge", "snooze", "unsnooze"]
    at: float
    """UTC epoch seconds."""
    note: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell: an alert was raised (again, after a snooze) or is over."""

    kind: Literal["raised", "cleared"]
    rule: str
    at: int
    """UTC epoch seconds of the evaluation."""


def rule_id(*parts: object) -> str:
    """The id of whatever these parts name; the same in every process."""
    return blake2s("\0".join(map(str, parts)).encode(), digest_size=4).hexdigest()


def evaluate(
    rules: Sequence[Rule],
    states: Mapping[str, AlertState],
    observations: Iterable[Observation],
    now: float,
) -> tuple[dict[str, AlertState], list[Event]]:
    """The states after these observations, and what became of alerts meanwhile.

    An observation of a time that was already observed changes nothing, so that any
    number of evaluations raise what one does. States of rules that are no more are
    dropped without a word. ``now`` is UTC epoch seconds.
    """
    waiting: dict[str, list[Observation]] = {}
    for observation in observations:
        if isfinite(observation.value):
            waiting.setdefault(observation.rule, []).append(observation)
    found: dict[str, AlertState] = {}
    events: list[Event] = []
    for rule in rules:
        state = states.get(rule.id, AlertState())
        for observation in sorted(waiting.get(rule.id, ()), key=lambda one: one.at):
            before, state = state, _observed(rule, state, observation, now)
            if state.is_open != before.is_open:
                kind: Literal["raised", "cleared"]
                kind = "raised" if state.is_open else "cleared"
                events.append(Event(kind, rule.id, int(now)))
        if state.status == "snoozed" and (state.until or 0) <= now:
            state = replace(state, status="raised", changed_at=int(now), until=None)
            events.append(Event("raised", rule.id, int(now)))
        if state != AlertState():
            found[rule.id] = state
    return found, events


def answered(state: AlertState, answer: Answer) -> AlertState:
    """The state after an answer; an answer to what is over changes nothing."""
    is_old = answer.at <= state.answered_at or answer.at < state.raised_at
    if not state.is_open or is_old:
        return state
    status: Status = "raised"
    if answer.action == "acknowledge":
        status = "acknowledged"
    elif answer.action == "snooze":
        status = "snoozed"
    return replace(
        state,
        status=status,
        changed_at=int(answer.at),
        until=answer.until if status == "snoozed" else None,
        note=answer.note or state.note,
        answered_at=answer.at,
    )


def _observed(
    rule: Rule, state: AlertState, seen: Observation, now: float
) -> AlertState:
    if seen.span and seen.at <= state.at:
        return state
    is_bad = seen.value < rule.limit if rule.is_below else seen.value > rule.limit
    is_bad = is_bad or (
        rule.kind in {"anomaly", "no data"} and seen.value >= rule.limit
    )
    worst = max(state.worst, abs(seen.value)) if is_bad else state.worst
    state = replace(
        state,
        at=seen.at,
        held=state.held + seen.span if is_bad else 0,
        worst=worst,
        value=seen.value,
        evidence=seen.evidence,
    )
    if is_bad:
        state = replace(state, source=seen.source, cause=seen.cause)
    if not state.is_open:
        return _when_closed(rule, state, seen, now, is_bad=is_bad)
    state = replace(state, text=_text(rule, state, seen, is_bad=is_bad))
    is_over = not is_bad and _is_over(rule, worst, seen.value)
    calm = state.calm + seen.span if is_over else 0
    if not is_over or calm < rule.clear_seconds:
        return replace(state, calm=calm)
    return replace(
        state, status="cleared", changed_at=int(now), until=None, calm=0, worst=0.0
    )


def _when_closed(
    rule: Rule, state: AlertState, seen: Observation, now: float, *, is_bad: bool
) -> AlertState:
    if not is_bad:
        return replace(state, worst=0.0)
    if state.held < rule.for_seconds:
        return state
    at = int(now)
    return replace(
        state,
        status="raised",
        raised_at=at,
        changed_at=at,
        until=None,
        note="",
        calm=0,
        text=_text(rule, state, seen, is_bad=True),
    )


def _is_over(rule: Rule, worst: float, value: float) -> bool:
    band = BAND * (abs(rule.limit) or worst)
    if rule.is_below:
        return value >= (rule.limit + band if rule.clear is None else rule.clear)
    return value <= (rule.limit - band if rule.clear is None else rule.clear)


def _text(rule: Rule, state: AlertState, seen: Observation, *, is_bad: bool) -> str:
    """``Completion rate is 22.1 %, below 25 % for 3 days.``"""
    if not rule.condition:
        return f"{seen.text}."
    if not is_bad:
        return f"{seen.text}, no longer {rule.condition}."
    days = state.held // 86_400
    held = f" for {days} days" if days > 1 else ""
    return f"{seen.text}, {rule.condition}{held}."
