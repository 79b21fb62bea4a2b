"""What a goal's standing is in words: one place for the screen and the reports.

Judges nothing (see :mod:`kpi_tui.kpi.goals`).
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from kpi_tui.kpi.format import format_day, format_value
from kpi_tui.kpi.metrics import Unit

if TYPE_CHECKING:
    from kpi_tui.kpi.goals import GoalStatus

_NO_DATE = frozenset({"short", "no baseline", "not covered"})


def unit_of(goal: "GoalStatus") -> Unit:
    """The unit of the goal's KPI."""
    return goal.definition.unit


def format_goal(
    goal: "GoalStatus", value: float | None, *, is_exact: bool = False
) -> str:
    """A value in the unit and money of the goal's KPI."""
    code = goal.currency
    return format_value(value, unit_of(goal), is_exact=is_exact, currency=code)


def status_words(goal: "GoalStatus") -> str:
    """``behind``; ``behind, was on pace`` when it has slipped within a week."""
    return goal.status if goal.was is None else f"{goal.status}, was {goal.was}"


def slip_words(goal: "GoalStatus") -> str:
    """``slipping, was on pace a week before``; empty when it has not slipped."""
    return f"slipping, was {goal.was} a week before" if goal.was else ""


def target_words(goal: "GoalStatus") -> str:
    """``15.0 %``, ``at most 40.0 %``; a growth while there is nothing to grow from."""
    if goal.target is None:
        return _growth(goal)
    most = "at most " if goal.is_at_most else ""
    return f"{most}{format_goal(goal, goal.target)}"


def wish_words(goal: "GoalStatus") -> str:
    """What was asked for: ``15.0 % by 31 Dec 2026``, ``+10 % per quarter: 3,080``."""
    wish = target_words(goal)
    if goal.growth is not None and goal.target is not None:
        wish = f"{_growth(goal)}: {wish}"
    return f"{wish} by {_day(goal.by)}" if goal.by else wish


def _growth(goal: "GoalStatus") -> str:
    percent = f"{(goal.growth or 0.0) * 100:+.4g} %"
    return f"{percent} per {goal.period}" if goal.period else percent


def distance_words(goal: "GoalStatus") -> str:
    """``5.0 % of 15.0 %: 10.0 points short``; ``reached`` where nothing is missing."""
    distance = goal.distance
    if distance is None:
        return goal.reason or ""
    standing = f"{format_goal(goal, goal.value)} of {target_words(goal)}"
    if distance <= 0:
        return f"{standing}: reached"
    missing = format_goal(goal, distance)
    if unit_of(goal) == "percent":
        missing = missing.replace(" %", " points")
    return f"{standing}: {missing} {'too much' if goal.is_at_most else 'short'}"


def value_words(goal: "GoalStatus") -> str:
    """``5.1 % of 15 %``; ``42.1 %, at most 40 %``; a target is a round number."""
    target = target_words(goal).replace(".0 ", " ")
    if goal.value is None:
        return target
    joint = "," if goal.is_at_most or goal.target is None else " of"
    return f"{format_goal(goal, goal.value)}{joint} {target}"


def attained_words(goal: "GoalStatus") -> str:
    """``34 %``, never rounded up to 100; empty when it cannot be said."""
    if goal.attainment is None:
        return ""
    share = int(goal.attainment * 100)
    return f"{share if goal.attainment >= 1 else min(99, share):,} %"


def detail_words(goal: "GoalStatus") -> Iterator[str]:
    """What there is to say beside value and status, the most useful first."""
    for words in (
        goal.reason or "",
        needed_words(goal),
        slip_words(goal),
        forecast_words(goal),
        "" if goal.status == "reached" or _is_past(goal) else pace_words(goal),
        reaches_words(goal),
    ):
        if words:
            yield words
    if goal.forecast is None and goal.by is not None:
        yield f"until {_day(goal.by)}"


def _is_past(goal: "GoalStatus") -> bool:
    """The line falls to the target: where it should be by now is better than it."""
    if goal.pace is None or goal.target is None:
        return False
    return goal.pace < goal.target if goal.is_at_most else goal.pace > goal.target


def needed_words(goal: "GoalStatus") -> str:
    """``needs 3,120 views a day, now 1,160``; empty where nothing is needed."""
    need = goal.needed
    if need is None or goal.status == "reached":
        return ""
    unit: Unit = "currency" if unit_of(goal) == "currency" else "count"
    code = goal.currency if unit == "currency" else ""
    words = f"needs {format_value(need.per_day, unit, currency=code)} {need.noun} a day"
    if need.now is None:
        return words
    return f"{words}, now {format_value(need.now, unit, currency=code)}"


def forecast_words(goal: "GoalStatus") -> str:
    """``forecast 4.2-6.1 % on 31 Dec 2026``; empty without one."""
    if goal.forecast is None or goal.by is None:
        return ""
    return f"forecast {_span(goal, *goal.forecast)} on {_day(goal.by)}"


def _span(goal: "GoalStatus", low: float, high: float) -> str:
    """The unit once where both have the same."""
    first, last = format_goal(goal, low), format_goal(goal, high)
    number, _, size = first.partition(" ")
    if first == last:
        return first
    if low < 0:
        return f"{first} to {last}"
    return f"{number if size and last.endswith(f' {size}') else first}-{last}"


def pace_words(goal: "GoalStatus") -> str:
    """``should be 6.0 % by now``; empty without a pace."""
    if goal.pace is None:
        return ""
    return f"should be {format_goal(goal, goal.pace)} by now"


def reaches_words(goal: "GoalStatus") -> str:
    """``reached on 3 Feb 2027 at this pace``; empty when it is reached."""
    distance = goal.distance
    if distance is None or distance <= 0 or goal.status in _NO_DATE:
        return ""
    if goal.reaches is None:
        return "never at this pace"
    return f"reached on {_day(goal.reaches)} at this pace"


def _day(day: date | None) -> str:
    return f"{format_day(day)} {day.year}" if day else ""
