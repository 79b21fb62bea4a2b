"""Goals, insights and alerts as items of a list: how each looks at a width.

Pure: statuses, sentences and states come ready with the Snapshot.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from kpi_tui.app.facts import alert_text
from kpi_tui.app.states import (
    MUTED,
    alert_glyph,
    alert_style,
    goal_glyph,
    goal_style,
)
from kpi_tui.app.widgets.gauge import gauge
from kpi_tui.app.widgets.items import Item
from kpi_tui.app.widgets.lines import Line, Piece, fit, wrap
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.goal_text import (
    attained_words,
    detail_words,
    status_words,
    value_words,
)
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.insights import Insight
from kpi_tui.monitor.snapshot import Snapshot

GOAL, INSIGHT, ALERT = "goal:", "insight:", "alert:"
"""Beginnings of the items' keys."""
NO_GOAL = "No goal yet: add [[goal]] to the config."
NO_INSIGHT = (
    "Nothing to improve stands out yet; sentences come with more days and posts."
)
NO_ALERT = "No alert: what to watch for is [[alert]] in the config."
_LEAST_GAUGE, _MOST_GAUGE = 6, 40
_MOST_TEXT = 110
"""Longer lines are not read."""
_INDENT = 3
_WIDE, _NARROW = 100, 70
"""From the first on all is told in the list; below the second a state has no column."""


def open_alerts(alerts: Sequence[Alert]) -> int:
    """How many of them somebody has not answered."""
    return sum(alert.state == "raised" for alert in alerts)


def keys_of(snapshot: Snapshot) -> list[str]:
    """Of all items, in their order."""
    return [
        *(f"{GOAL}{kpi}" for kpi in snapshot.goals),
        *(f"{INSIGHT}{place}" for place in range(len(snapshot.insights))),
        *(f"{ALERT}{alert.id}" for alert in snapshot.alerts),
    ]


def items_of(snapshot: Snapshot, width: int, *, is_ascii: bool) -> list[Item]:
    """The three parts under their headings."""
    goals = list(snapshot.goals.values())
    needing = sum(goal.needs_you for goal in goals)
    is_open = open_alerts(snapshot.alerts)
    parts = (
        (
            _heading("Goals", f"{needing} of {len(goals)} need you" if needing else ""),
            goal_items(goals, width, is_ascii=is_ascii),
            NO_GOAL,
        ),
        (
            _heading("What to improve", ""),
            insight_items(snapshot.insights, width, is_ascii=is_ascii),
            NO_INSIGHT,
        ),
        (
            _heading("Alerts", f"{is_open} open" if is_open else ""),
            alert_items(snapshot, width, is_ascii=is_ascii),
            NO_ALERT,
        ),
    )
    found: list[Item] = []
    for heading, items, nothing in parts:
        space: tuple[Line, ...] = ((),) if found else ()
        found.append(Item(None, (*space, heading)))
        found += items or [_empty(nothing, width)]
    return found


def _heading(title: str, tail: str) -> Line:
    return ((f" {title}", "bold"), (f"  {tail}" if tail else "", MUTED))


def _empty(words: str, width: int) -> Item:
    lines = wrap(words, max(10, width - _INDENT - 1))
    return Item(None, tuple(((" " * _INDENT + line, MUTED),) for line in lines))


def goal_name(goal: GoalStatus) -> str:
    """As short as a panel's title."""
    return goal.definition.short


def goal_items(
    goals: Sequence[GoalStatus], width: int, *, is_ascii: bool
) -> list[Item]:
    """Name, value of target, gauge, status; below it what there is to do."""
    names = max((cell_len(goal_name(goal)) for goal in goals), default=0)
    values = max((cell_len(value_words(goal)) for goal in goals), default=0)
    states = max((cell_len(status_words(goal)) for goal in goals), default=0)
    left = width - names - values - states
    # Glyph, gaps of two, and the share with its blank take 19 cells; 8 without them.
    room = min(_MOST_GAUGE, left - 19)
    made = []
    for goal in goals:
        if left < 8:
            lines = _goal_in_two(goal, width, is_ascii=is_ascii)
        else:
            sizes = (names, values, room if room >= _LEAST_GAUGE else 0)
            lines = (_goal_in_one(goal, sizes, is_ascii=is_ascii),)
        phrases = list(detail_words(goal))
        more = _packed(phrases, _room(width))
        if width < _WIDE:
            # The rest is behind enter: three goals a screen say more than one.
            more = more[: sum(len(wrap(one, _room(width))) for one in phrases[:1])]
        rest = [((" " * _INDENT + words, MUTED),) for words in more]
        made.append(Item(f"{GOAL}{goal.kpi}", (*lines, *rest)))
    return made


def _goal_in_one(
    goal: GoalStatus, sizes: tuple[int, int, int], *, is_ascii: bool
) -> Line:
    names, values, room = sizes
    style = goal_style(goal)
    line: list[Piece] = [
        (f" {goal_glyph(goal, is_ascii=is_ascii)} ", style),
        (f"{goal_name(goal):<{names}}  ", ""),
        (f"{value_words(goal):<{values}}  ", "bold"),
    ]
    if room:
        line += gauge(goal.attainment, room, mark=_mark(goal), is_ascii=is_ascii)
        line.append((f" {attained_words(goal):>6}  ", MUTED))
    line.append((status_words(goal), style))
    return tuple(line)


def _goal_in_two(goal: GoalStatus, width: int, *, is_ascii: bool) -> tuple[Line, ...]:
    """Who and how on the first line, the numbers and what was on the second."""
    style = goal_style(goal)
    status, _, was = status_words(goal).partition(", ")
    left = max(1, width - _INDENT - cell_len(status) - 2)
    return (
        (
            (f" {goal_glyph(goal, is_ascii=is_ascii)} ", style),
            (fit(goal_name(goal), left, is_ascii=is_ascii) + " ", ""),
            (status, style),
        ),
        (
            (" " * _INDENT, ""),
            (value_words(goal), "bold"),
            (f"  {attained_words(goal)}", MUTED),
            (f"  {was}" if was else "", style),
        ),
    )


def _mark(goal: GoalStatus) -> float | None:
    """The pace as a share of the target."""
    above, below = goal.pace, goal.target
    if goal.is_at_most:
        above, below = below, above
    if above is None or below is None or below <= 0 or goal.status == "reached":
        return None
    return above / below


def _room(width: int) -> int:
    return max(10, min(_MOST_TEXT, width - _INDENT - 1))


def _packed(phrases: Iterable[str], room: int) -> list[str]:
    """As many phrases to a line as fit; one that is longer than a line is wrapped."""
    lines: list[str] = []
    for phrase in phrases:
        longer = f"{lines[-1]} · {phrase}" if lines else phrase
        if lines and cell_len(longer) <= room:
            lines[-1] = longer
        else:
            lines += wrap(phrase, room)
    return lines


def insight_items(
    insights: Sequence[Insight], width: int, *, is_ascii: bool
) -> list[Item]:
    """The sentences, the heaviest first."""
    bullet = " - " if is_ascii else " · "
    made = []
    for place, insight in enumerate(insights):
        rows = wrap(insight.text, _room(width)) or [""]
        lines = [
            ((bullet if number == 0 else " " * _INDENT, MUTED), (row, ""))
            for number, row in enumerate(rows)
        ]
        made.append(Item(f"{INSIGHT}{place}", tuple(lines)))
    return made


def alert_items(snapshot: Snapshot, width: int, *, is_ascii: bool) -> list[Item]:
    """Glyph, state and sentence; below it since when, the note, and by which rule."""
    alerts = snapshot.alerts
    zone, now = ZoneInfo(snapshot.account.timezone), snapshot.taken_at
    states = max((len(alert.state) for alert in alerts), default=0)
    column = states + 2 if width >= _NARROW else 0
    made = []
    for alert in alerts:
        style = alert_style(alert)
        bright = "" if alert.state in {"raised", "acknowledged"} else MUTED
        room, pad = max(10, _room(width) - column), " " * (_INDENT + column)
        first, *rest = wrap(alert_text(alert, snapshot), room) or [""]
        head: Line = (
            (f" {alert_glyph(alert, is_ascii=is_ascii)} ", style),
            (f"{alert.state:<{column}}" if column else "", style),
            (first, bright),
        )
        facts = alert_facts(alert, now, zone)
        more = _packed(facts if column else (alert.state, *facts), room)
        lines = [*(((pad + line, bright),) for line in rest)]
        lines += [((pad + line, MUTED),) for line in more]
        made.append(Item(f"{ALERT}{alert.id}", (head, *lines)))
    return made


def alert_facts(alert: Alert, now: datetime, zone: ZoneInfo) -> list[str]:
    """Since when, until when it is quiet, the note, the rule."""
    words = [f"since {moment(alert.raised_at, now, zone)}"]
    if alert.state == "snoozed" and alert.until is not None:
        words.append(f"quiet until {moment(alert.until, now, zone)}")
    if alert.state == "cleared":
        words.append(f"over since {moment(alert.changed_at, now, zone)}")
    if alert.note:
        words.append(f'"{alert.note}"')
    return [*words, alert.rule] if alert.rule else words


def moment(at: int, now: datetime, zone: ZoneInfo) -> str:
    """A clock time today, a day and a clock time otherwise.

    Not "12 min ago": a list would repaint each minute.
    """
    local = datetime.fromtimestamp(at, UTC).astimezone(zone)
    today = now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{format_day(local.date(), year_of=today)} {local:%H:%M}"
