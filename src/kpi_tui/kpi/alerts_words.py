"""Alerts in words: a rule, a limit, a stretch of time, a source that has failed.

Decides nothing; knows no rule's state.
"""

from math import ceil

from kpi_tui.kpi.alerts import Kind
from kpi_tui.kpi.anomaly_verdict import is_plural
from kpi_tui.kpi.definitions import Definition
from kpi_tui.kpi.format import format_value


def limit_words(kpi: Definition, value: float) -> str:
    """A limit as it was written: ``25 %``, ``3,500``, not ``25.0 %``."""
    return format_value(value, kpi.unit).replace(".0 ", " ")


def share_words(share: float) -> str:
    """``30 %`` of 0.3."""
    return format_value(share, "percent").replace(".0 ", " ")


def value_words(kpi: Definition, shown: str) -> str:
    """``Completion rate is 22.1 %``, ``Video views are 4.1 k``."""
    name = kpi.name
    return f"{name} {'are' if is_plural(name) else 'is'} {shown}"


def span_words(seconds: float) -> str:
    """``2 h``, ``3 days``, ``36 h``, ``5 min``: in the largest unit that fits well."""
    if seconds >= 48 * 3600:
        return f"{int(seconds // 86_400)} days"
    if seconds >= 2 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(max(0, seconds) // 60)} min"


def condition_words(kind: Kind, kpi: Definition, limit: float) -> str:
    """What stands behind a value that is too low, too high, or moved too much."""
    if kind == "changes by":
        return f"a change of more than {share_words(limit)}"
    return f"{kind} {limit_words(kpi, limit)}"


def rule_words(kind: Kind, kpi: Definition, limit: float, for_seconds: float) -> str:
    """``Completion rate below 25 % for 2 days``."""
    name = kpi.name
    if kind == "anomaly":
        return f"{name}: unusual"
    if kind == "no data":
        return f"{name}: no fresh data for {span_words(limit)}"
    if kind == "changes by":
        verb = "change" if is_plural(name) else "changes"
        words = f"{name} {verb} by more than {share_words(limit)}"
    else:
        words = f"{name} {kind} {limit_words(kpi, limit)}"
    days = ceil(for_seconds / 86_400)
    if days < 2:
        return words
    return f"{words} for {days} days"


def source_words(name: str, limit: float) -> str:
    """``acme/csv: no fresh data for 2 h``; ``name`` may also be an account's."""
    return f"{name}: no fresh data for {span_words(limit)}"


def cause_words(name: str, age: float, *, is_failing: bool) -> str:
    """``acme/csv has failed for 2 h``, or has given nothing new."""
    if is_failing:
        return f"{name} has failed for {span_words(age)}"
    return f"{name} has given no fresh data for {span_words(age)}"


def stale_words(cause: str, count: int) -> str:
    """``acme/csv has failed for 2 h: 5 KPIs are stale``."""
    if not count:
        return cause
    return f"{cause}: {count} {'KPI is' if count == 1 else 'KPIs are'} stale"
