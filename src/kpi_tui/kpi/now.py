"""What a colleague would say about an account in a sentence or two.

Says only what the numbers at hand prove; recommends nothing.
"""

from collections.abc import Mapping, Sequence

from kpi_tui.kpi.content import Group
from kpi_tui.kpi.format import format_change, format_kpi
from kpi_tui.kpi.goal_text import needed_words
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.insights_case import (
    Insight,
    goal_sentence,
    group_subject,
    subject,
    times,
    verb,
)
from kpi_tui.kpi.insights_rivals import Place, kpi_words, passed_by, places
from kpi_tui.kpi.leaderboard import Leaderboard
from kpi_tui.kpi.values import KpiValue

NO_DATA = "No complete day of data yet."
_WATCHED = (
    "engagement_rate_by_views",
    "video_views",
    "follower_growth_rate",
    "completion_rate",
)
# Below this nobody would say that something changed.
_WORTH_SAYING = 0.02


def now_sentences(
    account: str,
    kpis: Mapping[str, KpiValue],
    board: Leaderboard,
    groups: Sequence[Group],
    goals: Mapping[str, GoalStatus] | None = None,
    insights: Sequence[Insight] = (),
) -> tuple[str, ...]:
    """At most three sentences: how we stand, which content stands out, the leaderboard.

    First the goal that is furthest behind, or the sharpest change; then a video that
    breaks out, or the best of the ``groups`` that are handed in, whose interval must
    exclude 1. Nothing known gives one sentence that says so.
    """
    sentences = (
        _worst_goal(goals or {}) or _sharpest_change(kpis),
        _content(insights) or _best_group(groups),
        _standing(account, board),
    )
    found = tuple(sentence for sentence in sentences if sentence is not None)
    return found or (NO_DATA,)


def _worst_goal(goals: Mapping[str, GoalStatus]) -> str | None:
    """The goal that most needs somebody: behind before at risk, then by attainment."""
    behind = [
        goal for goal in goals.values() if goal.needs_you and goal.value is not None
    ]
    if not behind:
        return None
    worst = min(
        behind,
        key=lambda goal: (goal.status == "at risk", goal.attainment or 0.0, goal.kpi),
    )
    needed = needed_words(worst)
    return f"{goal_sentence(worst)}{f', {needed}' if needed else ''}."


def _content(insights: Sequence[Insight]) -> str | None:
    """The first insight of a video that breaks out, else of the content that earns."""
    for kind in ("breakout", "content"):
        for insight in insights:
            if insight.kind == kind:
                return insight.text
    return None


def _sharpest_change(kpis: Mapping[str, KpiValue]) -> str | None:
    covered = [kpis[kpi] for kpi in _WATCHED if kpi in kpis and kpis[kpi].is_covered]
    if not covered:
        return None
    sharpest = max(covered, key=_sharpness)
    name = subject(sharpest.definition)
    shown = format_kpi(sharpest, sharpest.value)
    before = f"the {sharpest.days} days before"
    change = format_change(sharpest)
    if sharpest.change is None:
        return f"{name} {verb(sharpest.definition)} {shown} over {sharpest.days} days."
    if change == "new":
        return f"{name} {verb(sharpest.definition)} {shown}, up from none in {before}."
    if _sharpness(sharpest) < _WORTH_SAYING or not change.startswith(("+", "-")):
        return f"{name} {verb(sharpest.definition)} {shown}, about as in {before}."
    way = "up" if change.startswith("+") else "down"
    size = change[1:].removesuffix(" pt")
    unit = " points" if change.endswith(" pt") else ""
    return (
        f"{name} {verb(sharpest.definition)} {shown}, {way} {size}{unit} on {before}."
    )


def _sharpness(kpi: KpiValue) -> float:
    """Relative size of the change; -1 when there is none to speak of."""
    if kpi.change is None:
        return -1.0
    if not kpi.previous:
        return 1.0 if kpi.change else 0.0
    return abs(kpi.change / kpi.previous)


def _best_group(groups: Sequence[Group]) -> str | None:
    """The group that beats the account's median most, of those that surely do."""
    sure = [
        group
        for group in groups
        if not group.is_too_few and group.interval is not None and group.interval[0] > 1
    ]
    if not sure:
        return None
    best = max(sure, key=lambda group: group.lift or 0.0)
    low, high = best.interval or (0.0, 0.0)
    return (
        f"{group_subject(best.dimension, best.label)} earn {times(best.lift or 0.0)} x "
        f"your median video ({best.videos} videos, {times(low)}-{times(high)} x)."
    )


def _standing(account: str, board: Leaderboard) -> str | None:
    ranked = [row for row in board.rows if row.rank is not None]
    own = next((row for row in ranked if row.handle == account), None)
    if own is None or len(ranked) < 2:
        return None
    kpi = kpi_words(board.kpi)
    place = f"#{own.rank} of {len(ranked)}"
    if ahead := passed_by(account, board):
        return f"{_handles(ahead)} passed you on {kpi}; you are {place}."
    known = {one.row.handle: one for one in places(ranked)}
    mine = known.pop(account, None)
    passed = [
        one
        for one in known.values()
        if mine is not None and one.now > mine.now and one.before < mine.before
    ]
    if passed:
        return f"You passed {_handles(passed)} on {kpi}; you are {place}."
    return f"You are {place} on {kpi}."


def _handles(places: Sequence[Place]) -> str:
    first, *rest = (f"@{place.row.handle}" for place in places)
    if not rest:
        return first
    return (
        f"{first} and {len(rest)} more" if len(rest) > 1 else f"{first} and {rest[0]}"
    )
