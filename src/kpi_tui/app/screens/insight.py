"""The page behind a goal, an insight or an alert: formula, inputs, source, age.

It works nothing out; where there is room the Goals tab shows the same beside its list.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from kpi_tui.app.facts import alert_text
from kpi_tui.app.panes.goals_rows import (
    ALERT,
    GOAL,
    INSIGHT,
    moment,
)
from kpi_tui.app.screens.page import Entry, Page
from kpi_tui.app.screens.why import why_entries
from kpi_tui.app.states import MUTED, alert_style, goal_style, state_style
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.format import format_age, format_day
from kpi_tui.kpi.goal_text import (
    attained_words,
    distance_words,
    forecast_words,
    format_goal,
    needed_words,
    reaches_words,
    slip_words,
    status_words,
    wish_words,
)
from kpi_tui.kpi.goals import GOAL_DAYS, GoalStatus
from kpi_tui.kpi.insights import Insight
from kpi_tui.monitor.snapshot import Snapshot

_GAP: Entry = ("", "", "")
_MEANING = {
    "reached": "the value is at the target",
    "on pace": "the whole forecast reaches the target",
    "at risk": "the forecast contains the target: it may be reached or not",
    "behind": "the whole forecast falls short of the target",
    "too early": "less than a fifth of the period is over",
    "short": "the goal has no day by which it should be reached",
    "no baseline": "there is nothing to measure the way from",
    "not covered": "too many days are missing to judge it",
}


class InsightScreen(Page):
    """One item of the Goals tab."""

    def __init__(self, snapshot: Snapshot, key: str, now: float) -> None:
        """``key`` is the item's; ``now`` in UTC epoch seconds, for the ages."""
        title, entries = evidence(snapshot, key, now)
        super().__init__(title, entries)


def evidence(snapshot: Snapshot, key: str, now: float) -> tuple[str, tuple[Entry, ...]]:
    """(title, entries) of the item with that key; ("", ()) when it has gone."""
    name = key.partition(":")[2]
    if key.startswith(GOAL) and name in snapshot.goals:
        goal = snapshot.goals[name]
        return _kpi_name(snapshot, name), tuple(goal_entries(snapshot, goal, now))
    if key.startswith(INSIGHT) and int(name) < len(snapshot.insights):
        insight = snapshot.insights[int(name)]
        return "What to improve", tuple(insight_entries(snapshot, insight, now))
    for alert in snapshot.alerts:
        if key == f"{ALERT}{alert.id}":
            title = _kpi_name(snapshot, alert.kpi) if alert.kpi else "Alert"
            return title, tuple(alert_entries(snapshot, alert, now))
    return "", ()


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _kpi_name(snapshot: Snapshot, kpi: str) -> str:
    known = snapshot.definitions.get(kpi)
    return known.name if known else kpi


def goal_entries(snapshot: Snapshot, goal: GoalStatus, now: float) -> Iterator[Entry]:
    """The goal, then the number it is about."""
    yield ("Goal", wish_words(goal).replace(".0 ", " "), "bold")
    yield ("Status", status_words(goal), goal_style(goal))
    yield ("", goal.reason or _MEANING[goal.status], MUTED)
    if slip := slip_words(goal):
        yield ("", slip, MUTED)
    if goal.value is not None:
        exact = format_goal(goal, goal.value, is_exact=True)
        yield ("Value", f"{exact} over {GOAL_DAYS} days", "")
    if goal.attainment is not None:
        yield ("Attained", attained_words(goal), "")
        yield ("", distance_words(goal), "")
        yield ("", _attainment_formula(goal), MUTED)
    yield from _way(goal)
    yield _GAP
    yield from _number(snapshot, goal, now)


def _attainment_formula(goal: GoalStatus) -> str:
    return "target / value" if goal.is_at_most else "value / target"


def _way(goal: GoalStatus) -> Iterator[Entry]:
    """From the baseline to the end."""
    if goal.baseline is not None and goal.baseline_day is not None:
        day = format_day(goal.baseline_day, year_of=goal.as_of)
        yield ("Started", f"{format_goal(goal, goal.baseline)} on {day}", "")
    if goal.pace is not None and goal.as_of is not None:
        words = f"{format_goal(goal, goal.pace)} on {format_day(goal.as_of)}"
        yield ("Pace", words, "")
        yield ("", "a straight line from the start to the target", MUTED)
    if goal.forecast is not None:
        yield ("Forecast", forecast_words(goal).removeprefix("forecast "), "")
        yield ("", "from how this number moved until now", MUTED)
    for label, words in (
        ("Needs", needed_words(goal)),
        ("Reached", reaches_words(goal)),
    ):
        if words:
            # The label says the first word.
            yield (label, words.removeprefix(f"{label.lower()} "), "")


def _number(snapshot: Snapshot, goal: GoalStatus, now: float) -> Iterator[Entry]:
    """The KPI's own page without what was said above, and its inputs only where the
    goal is about the same days."""
    left_out = {"Value", "Before", "Change", "Goal", "Direction"}
    if snapshot.view.days != GOAL_DAYS:
        left_out |= {"Inputs", "Days", "Against", "Coverage"}
    is_kept, is_gap = True, True
    for entry in why_entries(snapshot, goal.kpi, now):
        if entry[0] or not any(entry):
            is_kept = entry[0] not in left_out
        if is_kept and not (is_gap and not any(entry)):
            yield entry
            is_gap = not any(entry)


def insight_entries(
    snapshot: Snapshot, insight: Insight, now: float
) -> Iterator[Entry]:
    """The sentence and the numbers behind it."""
    yield ("Insight", insight.text, "bold")
    yield _GAP
    for label, words in insight.evidence:
        yield (_capital(label), words, "")
    yield _GAP
    if insight.formula:
        yield ("Formula", insight.formula, "")
    if insight.kpi is not None:
        yield ("KPI", _kpi_name(snapshot, insight.kpi), "")
        if insight.kpi in snapshot.definitions:
            yield ("", snapshot.definitions[insight.kpi].formula, MUTED)
    if insight.as_of is not None:
        yield ("As of", format_day(insight.as_of, with_weekday=True), "")
    yield from _source(snapshot, insight.source, now)


def alert_entries(snapshot: Snapshot, alert: Alert, now: float) -> Iterator[Entry]:
    """What is wrong, the rule, the answer, the numbers."""
    zone = ZoneInfo(snapshot.account.timezone)
    yield ("Alert", alert_text(alert, snapshot), "bold")
    is_quiet = alert.state == "snoozed" and alert.until is not None
    until = moment(alert.until or 0, snapshot.taken_at, zone) if is_quiet else ""
    state = f"{alert.state} until {until}" if until else alert.state
    yield ("State", state, alert_style(alert))
    if alert.note:
        yield ("Note", alert.note, "")
    since = moment(alert.raised_at, snapshot.taken_at, zone)
    yield ("Raised", f"{since}, {format_age(max(0.0, now - alert.raised_at))}", "")
    if alert.changed_at != alert.raised_at:
        changed = moment(alert.changed_at, snapshot.taken_at, zone)
        yield ("Changed", changed, "")
    yield ("Rule", alert.rule, "")
    for number, (label, words) in enumerate(alert.evidence):
        if number == 0:
            yield _GAP
        yield (_capital(label), words, "")
    if alert.kpi is not None:
        yield _GAP
        yield from _alert_kpi(snapshot, alert, alert.kpi, now)


def _alert_kpi(
    snapshot: Snapshot, alert: Alert, kpi: str, now: float
) -> Iterator[Entry]:
    yield ("KPI", _kpi_name(snapshot, kpi), "")
    if kpi in snapshot.definitions:
        yield ("Formula", snapshot.definitions[kpi].formula, "")
    found = snapshot.kpis.get(kpi)
    if found is None or alert.account not in {"", snapshot.account.handle}:
        return
    if found.as_of is not None:
        yield ("As of", format_day(found.as_of, with_weekday=True), "")
    yield from _source(snapshot, found.source, now)


def _source(snapshot: Snapshot, name: str | None, now: float) -> Iterator[Entry]:
    if name is None:
        return
    yield ("Source", name, "")
    for source in snapshot.sources:
        if source.name == name:
            words: str = source.state
            if source.good_at is not None:
                age = format_age(max(0.0, now - source.good_at.timestamp()))
                words += f", last good answer {age}"
            yield ("", words, state_style(source.state))
