"""What waits for somebody: open alerts, sources in trouble, goals that fall behind. Pure.

It decides nothing about any of them; it only orders what the Snapshot says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi_tui.app.facts import alert_text, needs_you
from kpi_tui.app.states import (
    alert_glyph,
    alert_style,
    goal_glyph,
    goal_style,
    state_glyph,
    state_style,
)
from kpi_tui.kpi.goal_text import needed_words, status_words, value_words
from kpi_tui.monitor.snapshot import Snapshot, SourceHealth

SIGN_IN_DAYS = 7
"""Before a sign-in ends, from when it needs somebody."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to look at, and where."""

    tab: str
    """Id of the tab that Enter opens."""
    key: str
    """Of its line there."""
    glyph: str
    style: str
    text: str
    hint: str = ""
    """What to do about it."""


def needs_of(snapshot: Snapshot, *, is_ascii: bool) -> list[Need]:
    """Alerts that nobody answered, then sources, then goals."""
    alerts = list(_alerts(snapshot, is_ascii=is_ascii))
    # An alert about a source says what is wrong with it.
    sources = [
        need
        for need in _sources(snapshot, is_ascii=is_ascii)
        if not any(alert.text.startswith(f"{need.key} ") for alert in alerts)
    ]
    return [*alerts, *sources, *_goals(snapshot, is_ascii=is_ascii)]


def foremost(needs: Sequence[Need], most: int) -> list[Need]:
    """At most so many, in their order: one of each kind before a second of any."""
    kinds: dict[str, int] = {}
    turns = []
    for place, need in enumerate(needs):
        kind = f"{need.tab} {need.key.partition(':')[0] if need.tab == 'goals' else ''}"
        kinds[kind] = kinds.get(kind, 0) + 1
        turns.append((kinds[kind], place))
    chosen = sorted(place for _, place in sorted(turns)[:most])
    return [needs[place] for place in chosen]


def _alerts(snapshot: Snapshot, *, is_ascii: bool) -> Iterator[Need]:
    for alert in snapshot.alerts:
        if alert.state == "raised":
            glyph = alert_glyph(alert, is_ascii=is_ascii)
            text = alert_text(alert, snapshot)
            yield Need("goals", f"alert:{alert.id}", glyph, alert_style(alert), text)


def _sources(snapshot: Snapshot, *, is_ascii: bool) -> Iterator[Need]:
    wrong = needs_you(snapshot)
    for source, text, hint in wrong:
        glyph = state_glyph(source.state, is_ascii=is_ascii)
        style = state_style(source.state)
        yield Need("sources", source.name, glyph, style, text, hint)
    told = {source.name for source, _, _ in wrong}
    for source in snapshot.sources:
        words = _sign_in(source, snapshot.taken_at)
        if words and source.name not in told:
            yield Need(
                "sources",
                source.name,
                "!",
                "$warning",
                f"{source.name}: {words}",
                f"sign in again: {source.sign_in}",
            )


def _sign_in(source: SourceHealth, now: datetime) -> str:
    """When somebody has to sign in again, if that is soon."""
    until = source.sign_in_until
    if until is None:
        return ""
    seconds = (until - now).total_seconds()
    if seconds <= 0:
        return "the sign-in has ended"
    days = int(seconds // 86_400)
    if days >= SIGN_IN_DAYS:
        return ""
    when = "today" if days == 0 else f"in {days} day{'' if days == 1 else 's'}"
    return f"the sign-in ends {when}"


def _goals(snapshot: Snapshot, *, is_ascii: bool) -> Iterator[Need]:
    for kpi, goal in snapshot.goals.items():
        if goal.status == "behind":
            name = goal.definition.short
            yield Need(
                "goals",
                f"goal:{kpi}",
                goal_glyph(goal, is_ascii=is_ascii),
                goal_style(goal),
                f"{name} {value_words(goal)}: {status_words(goal)}",
                needed_words(goal),
            )
