"""What the rules ask of the store: KPIs day by day, anomalies, the age of data.

Blocking; decides nothing (see :mod:`kpi_tui.kpi.alerts`). A day is judged once it is
settled, as it was known at its end, so that it does not matter when it is looked at.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.alerts import NEVER, AlertState, Observation, Rule
from kpi_tui.kpi.alerts_words import cause_words, share_words, stale_words, value_words
from kpi_tui.kpi.anomaly import Detector, Verdict, explain
from kpi_tui.kpi.custom import Customs
from kpi_tui.kpi.format import (
    format_coverage,
    format_day,
    format_input,
    format_kpi,
    format_value,
)
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.readings import day_of, day_start
from kpi_tui.kpi.rounding import is_rounded
from kpi_tui.kpi.trends import trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window, day_end, local_day
from kpi_tui.monitor.snapshot import SETTLING_SECONDS, SourceHealth
from kpi_tui.store.store import Store

DAY_SECONDS = 86_400
CATCH_UP_DAYS = 60
"""After a longer absence, older days are not judged any more."""
_ONE = timedelta(days=1)
_BROKEN = {"failed", "unauthorised", "rate limited"}


@dataclass(frozen=True, slots=True)
class Who:
    """An account, the last of its days that will not change, and its own KPIs."""

    handle: str
    zone: ZoneInfo
    settled: date
    customs: Customs = field(default_factory=dict)
    """The KPIs that the user defines."""


def settled_day(last: date, zone: ZoneInfo, now: float) -> date:
    """The last settled day of an account whose data ends on ``last``."""
    return min(last, local_day(int(now - SETTLING_SECONDS), zone) - _ONE)


def judge_days(
    store: Store,
    who: Who,
    rules: Sequence[Rule],
    states: Mapping[str, AlertState],
    most_days: int = CATCH_UP_DAYS,
) -> list[Observation]:
    """What is new for the account's rules on KPIs, from the day after the last known.

    Days that are not covered have no observation.
    """
    found: list[Observation] = []
    read: _Kept = {}
    wanted: dict[tuple[date, int], list[Rule]] = {}
    for rule in rules:
        days = _new_days(rule, states.get(rule.id), who.settled, most_days)
        if rule.kind == "anomaly":
            found += _anomalies(partial(_history, store, who, read), rule, days)
        else:
            for day in days:
                wanted.setdefault((day, rule.days), []).append(rule)
    for (day, length), asking in wanted.items():
        kpis = kpis_on(store, who, day, length, [rule.kpi or "" for rule in asking])
        for rule in asking:
            observation = _limit(rule, kpis[rule.kpi or ""], day)
            if observation is not None:
                found.append(observation)
    return found


def sources_of(store: Store, who: Who) -> dict[tuple[str, str], str]:
    """Where each of the account's KPIs comes from, by handle and KPI id."""
    kpis = kpis_on(store, who, who.settled, 28)
    return {
        (who.handle, kpi): value.source
        for kpi, value in kpis.items()
        if value.value is not None and value.source is not None
    }


def kpis_on(
    store: Store, who: Who, day: date, days: int, ids: Iterable[str] | None = None
) -> dict[str, KpiValue]:
    """The account's KPIs over the window that ends on ``day``, as known at its end."""
    window = Window(day, days)
    history = _read(store, who, window)
    return account_kpis(history, window, None if ids is None else dict.fromkeys(ids))


def _read(store: Store, who: Who, window: Window) -> AccountHistory:
    history = store.history(who.handle, who.zone, window, window.last)
    return replace(history, customs=who.customs)


def _new_days(
    rule: Rule, state: AlertState | None, settled: date, most_days: int
) -> list[date]:
    """From the first day that is not known yet; of a new rule, as many as it needs."""
    if state is None or state.at == NEVER:
        back = max(1, ceil(rule.for_seconds / DAY_SECONDS))
    else:
        back = (settled - day_of(state.at)).days
    back = min(back, most_days)
    return [settled - _ONE * ago for ago in range(back - 1, -1, -1)]


def _limit(rule: Rule, kpi: KpiValue, day: date) -> Observation | None:
    # One whose window ends before is judged when its source has told the day.
    if not kpi.is_covered or kpi.value is None or kpi.ends is not None:
        return None
    shown = format_kpi(kpi, kpi.value)
    evidence = [
        ("value", shown),
        ("before", format_kpi(kpi, kpi.previous)),
    ]
    evidence += [("days", f"{kpi.days} to {format_day(day)}")]
    evidence += [("covered", text) for text in (format_coverage(kpi),) if text]
    if len(kpi.inputs) > 1:
        evidence += [(name, format_input(kpi, one)) for name, one in kpi.inputs]
    evidence += [("source", kpi.source)] if kpi.source else []
    value, text = kpi.value, value_words(kpi.definition, shown)
    if rule.kind == "changes by":
        if kpi.change is None or not kpi.previous:
            return None
        value = abs(kpi.change / kpi.previous)
        side = "above" if kpi.change > 0 else "below"
        before = format_kpi(kpi, kpi.previous)
        text = f"{text}, {share_words(value)} {side} the {before} of the days before"
    return Observation(
        rule.id, day_start(day), DAY_SECONDS, value, text, tuple(evidence)
    )


_Kept = dict[Window, AccountHistory]


def _history(store: Store, who: Who, read: _Kept, window: Window) -> AccountHistory:
    """Read once for all rules of an account: a year and a half of days is 50 ms."""
    if window not in read:
        read[window] = _read(store, who, window)
    return read[window]


def _anomalies(
    history_of: Callable[[Window], AccountHistory], rule: Rule, days: Sequence[date]
) -> Iterator[Observation]:
    """The detector's verdict on each of the days that has a value."""
    by_start: dict[date, list[date]] = {}
    for day in days:
        by_start.setdefault(_detectors_start(day), []).append(day)
    for start, some in by_start.items():
        window = Window(some[-1], (some[-1] - start).days + 1)
        history = history_of(window)
        verdicts = _verdicts(rule.kpi or "", history, window)
        for day in some:
            verdict = verdicts.get(day)
            if verdict is not None:
                yield _unusual(rule, day, verdict)


def _detectors_start(day: date) -> date:
    """The January or July that is a year back or more.

    A start that moved with each day would give each day another detector.
    """
    month = 1 if day.month < 7 else 7
    return date(day.year - 1, month, 1)


def _verdicts(kpi: str, history: AccountHistory, window: Window) -> dict[date, Verdict]:
    found = trend(kpi, history, window)
    if found is None:
        return {}
    rounded = kpi == "followers" and is_rounded(history, window.last)
    detector = Detector()
    return {
        day: detector.feed(day_start(day), value, is_rounded=rounded)
        for day, value in zip(window, found.values, strict=True)
        if value is not None
    }


def _unusual(rule: Rule, day: date, verdict: Verdict) -> Observation:
    known = rule.definition
    name, unit = (known.name, known.unit) if known else (rule.kpi or "", "count")
    text = explain(name, verdict).removesuffix(".")
    evidence = [
        (format_day(day), format_value(verdict.value, unit)),
        ("expected", format_value(verdict.expected, unit)),
    ]
    if verdict.is_anomaly:
        text = f"{format_day(day)}: {text}"
    return Observation(
        rule.id, day_start(day), DAY_SECONDS, verdict.score, text, tuple(evidence)
    )


# How old an account's data is.


def judge_ages(
    rules: Iterable[Rule],
    sources: Sequence[SourceHealth],
    zones: Mapping[str, ZoneInfo],
    source_of: Mapping[tuple[str, str], str],
    now: float,
) -> Iterator[Observation]:
    """How old the data of each rule's source is.

    A source's age is the one that its last try found, not that of this moment: while
    the program was off or the machine asleep, nobody knows. ``source_of`` gives the
    source of an account's KPI. Sources of which nothing is known have no age.
    """
    known = {health.name: health for health in sources}
    for rule in rules:
        name = rule.source or source_of.get((rule.account, rule.kpi or ""))
        if name is None:
            continue
        asked = [known[name]] if name in known else []
        if name == f"@{rule.account}":
            asked = [health for health in sources if health.account == rule.account]
        age = _age(asked, zones[rule.account], now)
        if age is not None:
            stale = [
                kpi
                for (handle, kpi), source in source_of.items()
                if (handle, source) == (rule.account, name)
            ]
            yield _stale(rule, name, asked, age, len(stale))


class _Age(NamedTuple):
    """How old data is."""

    at: int
    """When it was found out (UTC epoch seconds)."""
    seconds: float
    is_failing: bool
    """It is old because its source fails, and not because that has nothing new."""


def _age(sources: Sequence[SourceHealth], zone: ZoneInfo, now: float) -> _Age | None:
    """Of several sources, the freshest one's."""
    ages = [age for one in sources if (age := _age_of(one, zone, now)) is not None]
    return min(ages, key=lambda age: age.seconds, default=None)


def _age_of(health: SourceHealth, zone: ZoneInfo, now: float) -> _Age | None:
    # What is typed in or imported is not asked for: there the clock counts.
    at = now if health.interval_seconds is None else _seconds(health.polled_at)
    good = _seconds(health.good_at)
    if at is None or good is None:
        return None
    fresh_until = at if health.interval_seconds is None else good
    if health.data_until is not None:
        whole = day_end(health.data_until, zone) + SETTLING_SECONDS
        fresh_until = min(fresh_until, whole)
    elif health.interval_seconds is None:
        fresh_until = good
    is_failing = health.state in _BROKEN and fresh_until == good
    return _Age(int(at), max(0.0, at - fresh_until), is_failing)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _stale(
    rule: Rule,
    name: str,
    sources: Sequence[SourceHealth],
    age: _Age,
    stale: int,
) -> Observation:
    at, seconds, is_failing = age
    cause = cause_words(name, seconds, is_failing=is_failing)
    text = cause if rule.kpi else stale_words(cause, stale)
    if rule.definition:
        text = f"{value_words(rule.definition, 'stale')}: {cause}"
    if seconds < rule.limit:
        text = f"{name} gives fresh data"
    evidence = [("source", name), *_health_words(sources)]
    return Observation(rule.id, at, 0, seconds, text, tuple(evidence), name, cause)


def _health_words(sources: Sequence[SourceHealth]) -> Iterator[tuple[str, str]]:
    for one in sources:
        if one.data_until is not None:
            yield "data until", format_day(one.data_until)
        if one.error and one.state in _BROKEN:
            yield "error", one.error
        if one.hint and one.state in _BROKEN:
            yield "next", one.hint
