"""The user's own KPIs worked out: over a window, and of single days.

Knows how a metric's days become a number and how numbers become a formula's value;
what an id in a formula is worth, the caller says.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kpi_tui.kpi.custom import CustomKpi, How
from kpi_tui.kpi.daily import Daily
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.expressions import Expression
from kpi_tui.kpi.facts import Facts, empty, input_name, of_sums, parts
from kpi_tui.kpi.measured import Days, Measured
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.posts import NOT_MEASURED
from kpi_tui.kpi.sums import join_notes, not_covered
from kpi_tui.kpi.values import KpiValue

DIVIDES_BY_ZERO = "divides by zero"
Ask = Callable[[str], KpiValue]
"""The value of a KPI id over the same window."""


def custom_value(facts: Facts, custom: CustomKpi, ask: Ask) -> KpiValue:
    """The KPI over the facts' window."""
    kpi = custom.definition.id
    if custom.expression is not None:
        return _formula(facts, kpi, custom.expression, ask)
    return _metric(facts, kpi, custom.metric, custom.how)


def _metric(facts: Facts, kpi: str, metric: str, how: How) -> KpiValue:
    if how == "sum":
        found = facts.sums((metric,))
        value = found.values.get(metric)
        return of_sums(facts, kpi, found, value, parts(found))
    days = metric_days(facts.measured, metric)
    window = facts.window
    source = facts.measured.source(metric)
    if not days:
        return replace(empty(facts, kpi, NOT_MEASURED), source=source)
    if how == "level":
        return _level(facts, kpi, metric, days)
    known = [day for day in window if day in days]
    if not known:
        return replace(empty(facts, kpi, not_covered(0, window.days)), source=source)
    total = sum(days[day] for day in known)
    return replace(
        empty(facts, kpi, None),
        value=total / len(known),
        covered_days=len(known),
        inputs=((f"sum of {input_name(metric)}", total), ("days", float(len(known)))),
        source=source,
        as_of=known[-1],
    )


def _level(facts: Facts, kpi: str, metric: str, days: Days) -> KpiValue:
    source = facts.measured.source(metric)
    last = max((day for day in days if day <= facts.window.last), default=None)
    if last is None:
        reason = "no value up to these days"
        return replace(empty(facts, kpi, reason), source=source)
    return replace(
        empty(facts, kpi, None),
        value=days[last],
        inputs=((input_name(metric), days[last]),),
        source=source,
        as_of=last,
    )


def metric_days(measured: Measured, metric: str) -> Days:
    """A metric's values of days; end-of-day values of what is polled."""
    found = measured.series(metric)
    return found.days if found is not None else measured.level(metric).days


def _formula(facts: Facts, kpi: str, expression: Expression, ask: Ask) -> KpiValue:
    """Null with the reason of the first part that is: half a formula is no number."""
    found = {name: _part(facts, name, ask) for name in expression.names}
    parts = list(found.values())
    whole = replace(
        empty(facts, kpi, None),
        inputs=tuple((_word(facts, name), one.value) for name, one in found.items()),
        source=next((one.source for one in parts if one.source), None),
        note=join_notes(*(one.note for one in parts)),
        is_partial=any(one.is_partial for one in parts),
    )
    numbers = {n: one.value for n, one in found.items() if one.value is not None}
    for name, one in found.items():
        if one.value is None:
            reason = f"{_word(facts, name)}: {one.reason or NOT_MEASURED}"
            return replace(whole, reason=reason)
    value = expression.value(numbers)
    if value is None:
        return replace(whole, reason=DIVIDES_BY_ZERO)
    covered = [one.covered_days for one in parts if one.covered_days is not None]
    ends = [one.as_of for one in parts if one.as_of is not None]
    return replace(
        whole,
        value=value,
        covered_days=min(covered, default=None),
        as_of=min(ends, default=None),
    )


def _part(facts: Facts, name: str, ask: Ask) -> KpiValue:
    """A KPI, else a metric: summed, or the last of it where it is a level or share."""
    if name in DEFINITIONS or name in facts.measured.history.customs:
        return ask(name)
    known = METRICS.get(name)
    is_flow = facts.measured.series(name) is not None
    if known is not None:
        is_flow = known.kind == "flow"
    # Its unit is nobody's business: only the number is taken.
    return _metric(facts, name, name, "sum" if is_flow else "level")


def _word(facts: Facts, name: str) -> str:
    known = facts.measured.definitions.get(name)
    return known.name.lower() if known else input_name(name)


def custom_daily(
    measured: Measured, custom: CustomKpi, ask: Callable[[str], Daily | None]
) -> Daily | None:
    """The KPI of a single day; None where one of its parts has none."""
    if custom.expression is None:
        return metric_days(measured, custom.metric).get
    expression, asked = custom.expression, {}
    for name in expression.names:
        is_kpi = name in measured.definitions
        daily = ask(name) if is_kpi else metric_days(measured, name).get
        if daily is None:
            return None
        asked[name] = daily

    def value(day: date) -> float | None:
        found = {name: daily(day) for name, daily in asked.items()}
        numbers = {name: one for name, one in found.items() if one is not None}
        return expression.value(numbers) if len(numbers) == len(found) else None

    return value
