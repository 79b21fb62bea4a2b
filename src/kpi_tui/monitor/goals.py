"""The configured goals of one account, judged on enough of its past.

Knows where goals are written and where the past is kept; no formula.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.goal_periods import Aim, period_of
from kpi_tui.kpi.goals import GOAL_DAYS, LOOK_BACK_DAYS, GoalStatus, assess
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.own_windows import own_window
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store

LEAST_PAST_DAYS = 182 + LOOK_BACK_DAYS
"""What a forecast reads."""
MOST_PAST_DAYS = 3 * 366


def goals_of(
    store: Store,
    settings: Settings,
    history: AccountHistory,
    window: Window,
    as_of: date | None,
) -> dict[str, GoalStatus]:
    """KPI id to its goal; ``history`` is what was read for ``window``.

    A goal of this account stands before one of all accounts for the same KPI.
    """
    handle = history.handle
    goals = [goal for goal in settings.goal if goal.account in (None, handle)]
    goals.sort(key=lambda goal: goal.account is not None)
    aims = {goal.kpi: goal.aim for goal in goals}
    if not aims:
        return {}
    last = window.last
    if window.days != GOAL_DAYS:
        window = Window(last, GOAL_DAYS)
        read = store.history(handle, history.zone, window, as_of)
        history = replace(read, customs=history.customs)
    flows, levels = store.days(
        handle,
        history.zone,
        Window(last, _past_days(tuple(aims.values()), last)),
        as_of,
    )
    whole = replace(history, flows=flows, levels=levels)
    measured = Measured(whole)
    # A day that the KPI's source has not told yet is neither known nor to be forecast.
    ends = {kpi: own_window(measured, window, kpi).last for kpi in aims}
    return {kpi: assess(aim, whole, ends[kpi]) for kpi, aim in aims.items()}


def _past_days(aims: Sequence[Aim], last: date) -> int:
    """Back to the 28 days before the earliest start, and a week for comparison."""
    starts = [start for aim in aims if (start := period_of(aim, last)[0]) is not None]
    longest = max(((last - start).days for start in starts), default=0)
    wanted = longest + GOAL_DAYS + LOOK_BACK_DAYS + 1
    return min(MOST_PAST_DAYS, max(LEAST_PAST_DAYS, wanted))
