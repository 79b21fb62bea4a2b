"""What the present rules would have raised on the stored past.

Writes nothing. The past keeps no polls, so that how old data was is judged by the days
that are missing from it, and not by when they came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.alerts import Alert, AlertState, Observation, Rule, evaluate
from kpi_tui.kpi.alerts_inbox import alert_of
from kpi_tui.kpi.readings import day_start
from kpi_tui.kpi.windows import day_end
from kpi_tui.monitor.alerting_facts import (
    Who,
    judge_ages,
    judge_days,
    settled_day,
    sources_of,
)
from kpi_tui.monitor.alerting_rules import rules_of
from kpi_tui.monitor.cast import cast_of
from kpi_tui.monitor.snapshot import SETTLING_SECONDS, SourceHealth
from kpi_tui.store.store import Store

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have been told, and on the data of which day."""

    day: date
    kind: Literal["raised", "cleared"]
    alert: Alert


def replay(
    store: Store, settings: Settings, only: str | None, days: int, now: float
) -> list[Replayed]:
    """Day by day over each account's last ``days`` settled days, oldest day first.

    Begins as a new installation would: what was wrong already is raised on the first
    day. ``only`` is one account's handle; None: all that rules are for. ``now`` is
    UTC epoch seconds.
    """
    who = cast_of(settings, store)
    zones = {ref.handle: ZoneInfo(ref.timezone) for ref in who.everyone}
    rules = rules_of(settings, who.own, who.everyone)
    found: list[Replayed] = []
    for handle in dict.fromkeys(rule.account for rule in rules):
        if only not in (None, handle):
            continue
        last = store.last_data_day(handle, zones[handle], None)
        if last is None:
            continue
        settled = settled_day(last, zones[handle], now)
        one = Who(handle, zones[handle], settled, settings.customs)
        mine = [rule for rule in rules if rule.account == handle]
        found += _account(store, one, mine, days)
    return sorted(found, key=lambda one: one.day)


def _account(
    store: Store, who: Who, rules: Sequence[Rule], days: int
) -> Iterator[Replayed]:
    first = who.settled - _ONE * (days - 1)
    known = AlertState(at=day_start(first - _ONE))
    dated = [rule for rule in rules if rule.kind != "no data"]
    waiting: dict[int, list[Observation]] = {}
    for seen in judge_days(store, who, dated, {r.id: known for r in dated}, days):
        waiting.setdefault(seen.at, []).append(seen)
    aged = [rule for rule in rules if rule.kind == "no data"]
    source_of = sources_of(store, who) if aged else {}
    states: dict[str, AlertState] = {}
    for day in (first + _ONE * step for step in range(days)):
        observations = waiting.get(day_start(day), [])
        end = day_end(day, who.zone)
        if aged:
            past = _past(store, who, day, aged, source_of)
            zones = {who.handle: who.zone}
            observations += judge_ages(aged, past, zones, source_of, end)
        told = end + SETTLING_SECONDS
        states, events = evaluate(rules, states, observations, told)
        for event in events:
            rule = next(rule for rule in rules if rule.id == event.rule)
            alert = alert_of(rule, states[rule.id])
            if alert is not None:
                yield Replayed(day, event.kind, alert)


def _past(
    store: Store,
    who: Who,
    day: date,
    rules: Sequence[Rule],
    source_of: dict[tuple[str, str], str],
) -> list[SourceHealth]:
    """Every source that the rules ask about, with the account's data of that day."""
    until = store.last_data_day(who.handle, who.zone, day)
    names = {
        rule.source or source_of.get((rule.account, rule.kpi or "")) for rule in rules
    }
    then = datetime.fromtimestamp(day_end(day, who.zone), UTC)
    return [
        SourceHealth(
            name=name,
            account=who.handle,
            kind="",
            state="ok",
            polled_at=then,
            good_at=then,
            data_until=until,
            next_at=None,
            error=None,
            hint=None,
            points=0,
            failures=0,
            interval_seconds=None,
        )
        for name in names
        if name is not None
    ]
