"""How a KPI stands against what was wished for it: pace, range, date and a status.

Knows what a goal says and an account's past; not where goals are written, nor how one
is drawn. Goals are judged over 28 days, whatever range is on the screen.
"""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.definitions import DEFINITIONS, Definition
from kpi_tui.kpi.forecast import forecast
from kpi_tui.kpi.formulas import SUMS
from kpi_tui.kpi.goal_needs import Needed, needed
from kpi_tui.kpi.goal_periods import Aim, Period, period_of
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.question import Question
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window

GOAL_DAYS = 28
EARLY = 0.2
"""Before this share of the period is over, nobody is called behind."""
LOOK_BACK_DAYS = 7
"""A status is compared with that of a week before: one bad day is no slip."""
_DAY = timedelta(days=1)
_FAR_DAYS = 3650
_SUMMED = {*SUMS, "engagement_rate", "follower_growth", "follower_growth_rate"}

Status = Literal[
    "reached",
    "on pace",
    "at risk",
    "behind",
    "too early",
    "short",
    "no baseline",
    "not covered",
]
"""``short``: not reached, and there is no day by which it should be."""
NEEDS_YOU: frozenset[Status] = frozenset({"behind", "at risk", "short"})
_ORDER: dict[Status, int] = {"reached": 0, "on pace": 1, "at risk": 2, "behind": 3}


@dataclass(frozen=True, slots=True)
class GoalStatus:
    """How a KPI stands against its goal. None: it cannot be said, or does not apply."""

    kpi: str
    target: float | None
    """In the KPI's unit (a fraction for ``percent``); None while a growth has no
    baseline to grow from."""
    by: date | None
    value: float | None
    attainment: float | None
    """value / target (target / value for at-most goals); 1.0 or more is reached."""
    is_at_most: bool = False
    status: Status = "not covered"
    was: Status | None = None
    """The better status of a week before; None when it has not slipped."""
    reason: str | None = None
    """Why it cannot be judged, as a sentence's end."""
    start: date | None = None
    """The period's first day."""
    baseline: float | None = None
    """The KPI over the days before the period."""
    baseline_day: date | None = None
    """The evening at which the baseline held: the period's eve, or the first one
    for which the KPI is known."""
    pace: float | None = None
    """Where a straight line from the baseline to the target is now."""
    forecast: tuple[float, float] | None = None
    """The KPI at the end, 8 times in 10."""
    expected: float | None = None
    """The middle of it."""
    reaches: date | None = None
    """When the target is reached if the KPI keeps moving as in the last 28 days."""
    needed: Needed | None = None
    growth: float | None = None
    """What was asked for, when it was a growth: 0.1 is +10 %."""
    period: Period | None = None
    currency: str = ""
    """ISO code of money, where the KPI's source told it."""
    as_of: date | None = None
    """The day on which this is said: the last one of complete data."""
    custom: Definition | None = None
    """What the KPI is, of one of the user's own."""

    @property
    def definition(self) -> Definition:
        """What the KPI is: name, unit, formula."""
        return self.custom or DEFINITIONS[self.kpi]

    @property
    def distance(self) -> float | None:
        """What is missing, in the KPI's own unit; negative when it is passed."""
        if self.value is None or self.target is None:
            return None
        missing = self.target - self.value
        return -missing if self.is_at_most else missing

    @property
    def needs_you(self) -> bool:
        """Whether somebody should do something about it."""
        return self.status in NEEDS_YOU


def is_summed(definition: Definition) -> bool:
    """Whether 28 days bring 28 times what one does."""
    return definition.is_summed or definition.id in _SUMMED


def goal_a_day(goal: GoalStatus) -> GoalStatus:
    """Target, baseline and pace as a single day must bring them, for charts of days."""
    if not is_summed(goal.definition):
        return goal
    target, baseline, pace = (
        None if value is None else value / GOAL_DAYS
        for value in (goal.target, goal.baseline, goal.pace)
    )
    return replace(goal, target=target, baseline=baseline, pace=pace)


def pace_on(goal: GoalStatus, day: date) -> float | None:
    """The straight line on a day; None before it begins, after its end, without it."""
    since, by = goal.baseline_day, goal.by
    if since is None or by is None or not since <= day <= by:
        return None
    return _pace(goal, day)


def assess(aim: Aim, history: AccountHistory, last: date) -> GoalStatus:
    """The goal's status on ``last``, and whether it has slipped since a week before.

    ``history`` should reach 28 days behind the goal's start. An ``aim`` at an unknown
    KPI raises KeyError.
    """
    measured = Measured(history)
    found = _assess(aim, measured, last)
    now = _ORDER.get(found.status)
    if not now or found.by is None:
        return found
    # The cheap half first: whoever was behind already cannot have slipped.
    before = _assess(aim, measured, last - LOOK_BACK_DAYS * _DAY)
    then = _ORDER.get(before.status)
    if then is None or then >= now or before.by != found.by:
        return found
    return replace(found, was=before.status)


def _assess(aim: Aim, measured: Measured, last: date) -> GoalStatus:
    start, by = period_of(aim, last)
    day = last if by is None else min(last, by)
    now = kpi_on(aim.kpi, measured, day)
    baseline, baseline_day = _baseline(aim, measured, start, day)
    target = aim.target
    if target is None and aim.growth is not None and baseline is not None:
        target = baseline + abs(baseline) * aim.growth
    found = GoalStatus(
        kpi=aim.kpi,
        target=target,
        by=by,
        value=now.value,
        attainment=None,
        is_at_most=_is_at_most(aim, measured.definitions[aim.kpi]),
        reason=now.reason,
        start=start,
        baseline=baseline,
        baseline_day=baseline_day,
        growth=aim.growth,
        period=aim.period,
        currency=now.currency,
        as_of=day,
        custom=now.custom,
    )
    if not now.is_covered or target is None:
        return _unjudged(found, now)
    found = replace(
        found,
        attainment=_attainment(now.value, target, is_at_most=found.is_at_most),
        pace=_pace(found, day),
        reaches=_reaches(now, found, day),
        needed=needed(found.kpi, found.target, found.by, measured, day),
    )
    return _judged(found, measured, day)


def kpi_on(kpi: str, measured: Measured, day: date) -> KpiValue:
    """The KPI over the 28 days that end on ``day``."""
    return account_kpis(measured.history, Window(day, GOAL_DAYS), (kpi,))[kpi]


def _is_at_most(aim: Aim, definition: Definition) -> bool:
    """Less is better, or less is what was asked for."""
    good = definition.good
    return good == "down" or (good == "none" and (aim.growth or 0.0) < 0)


def _unjudged(found: GoalStatus, now: KpiValue) -> GoalStatus:
    if not now.is_covered:
        reason = now.reason
        if reason is None and now.covered_days is not None:
            reason = f"covered {now.covered_days} of {now.days} days"
        is_new = bool(reason and reason.startswith("no baseline"))
        status: Status = "no baseline" if is_new else "not covered"
        return replace(found, status=status, reason=reason or "too much is missing")
    since = f" from before {found.start}" if found.start else ""
    reason = f"nothing{since} to grow from"
    return replace(found, status="no baseline", reason=reason)


def _attainment(
    value: float | None, target: float, *, is_at_most: bool
) -> float | None:
    above, below = (target, value) if is_at_most else (value, target)
    if above is None or below is None or below <= 0:
        return None
    return above / below


def _baseline(
    aim: Aim, measured: Measured, start: date | None, day: date
) -> tuple[float | None, date | None]:
    """The KPI on the period's eve, else on the first day that has it."""
    if start is None or start > day:
        return None, None
    eve = start - _DAY
    found = kpi_on(aim.kpi, measured, eve)
    if found.is_covered:
        return found.value, eve
    latest = day - _DAY
    if aim.growth is not None and not aim.is_open_start:
        # What grew since the middle of the period has not grown since its start.
        latest = min(latest, eve + (_end(aim, start, day) - eve) * EARLY)
    if latest <= eve or not _is_sound(kpi_on(aim.kpi, measured, latest)):
        return None, None
    low, high = eve, latest
    # Days are covered from some day on: nine questions instead of a year of them.
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        if _is_sound(kpi_on(aim.kpi, measured, middle)):
            high = middle
        else:
            low = middle
    return kpi_on(aim.kpi, measured, high).value, high


def _is_sound(found: KpiValue) -> bool:
    """Whether it can stand in for the eve's: a sum that lacks days is a low line."""
    if is_summed(found.definition) and found.covered_days != found.days:
        return False
    return found.is_covered


def _end(aim: Aim, start: date, day: date) -> date:
    return period_of(aim, day)[1] or start


def _pace(found: GoalStatus, day: date) -> float | None:
    base, since, by = found.baseline, found.baseline_day, found.by
    if base is None or since is None or by is None or found.target is None:
        return None
    share = min(1.0, (day - since).days / max(1, (by - since).days))
    return base + (found.target - base) * share


def _reaches(now: KpiValue, found: GoalStatus, day: date) -> date | None:
    """By the last 28 days' change; None when it moves away, or not for ten years."""
    distance, change = found.distance, now.change
    if distance is None or distance <= 0 or not change:
        return None
    per_day = (-change if found.is_at_most else change) / GOAL_DAYS
    days = distance / per_day if per_day > 0 else _FAR_DAYS + 1
    # Less a little, so that what takes ten days is not late by a rounding.
    return day + math.ceil(days - 1e-6) * _DAY if days <= _FAR_DAYS else None


def _judged(found: GoalStatus, measured: Measured, day: date) -> GoalStatus:
    distance, start, by = found.distance, found.start, found.by
    if by is not None and by > day:
        ends = forecast(found.kpi, Question(measured, day, by, GOAL_DAYS))
        if ends is not None:
            found = replace(found, forecast=(ends.low, ends.high), expected=ends.middle)
    if distance is None or distance <= 0:
        return replace(found, status="reached")
    if by is None or start is None:
        return replace(found, status="short")
    if by <= day:
        return replace(found, status="behind", reason="its day is over")
    if (day - start).days + 1 < EARLY * ((by - start).days + 1):
        return replace(found, status="too early")
    return replace(found, status=_by_forecast(found))


def _by_forecast(found: GoalStatus) -> Status:
    target, value, sign = found.target, found.value, -1 if found.is_at_most else 1
    if target is None or value is None:
        return "not covered"
    if found.forecast is not None:
        low, high = sorted(sign * end for end in found.forecast)
        if low >= sign * target:
            return "on pace"
        return "behind" if high < sign * target else "at risk"
    if found.pace is None:
        return "no baseline"
    # Not known day by day: the straight line is all there is to judge by.
    return "on pace" if sign * value >= sign * found.pace else "behind"
