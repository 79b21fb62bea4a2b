"""Alerts over time: what is evaluated when, what is kept, and who is told.

Blocking but for :meth:`AlertDesk.tell`; knows no screen and no rule's meaning.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.alerts import (
    Alert,
    Answer,
    Observation,
    Rule,
    Status,
    answered,
    evaluate,
)
from kpi_tui.kpi.alerts_inbox import inbox
from kpi_tui.kpi.alerts_messages import Message, due
from kpi_tui.kpi.custom import Customs
from kpi_tui.kpi.text import clean
from kpi_tui.monitor.alerting_book import (
    Book,
    Retry,
    read_answer,
    read_book,
    write_answer,
    write_book,
)
from kpi_tui.monitor.alerting_facts import (
    Who,
    judge_ages,
    judge_days,
    settled_day,
    sources_of,
)
from kpi_tui.monitor.alerting_rules import rules_of
from kpi_tui.monitor.cast import cast_of
from kpi_tui.monitor.notify import send, sinks_of
from kpi_tui.monitor.port import AlertAction
from kpi_tui.monitor.snapshot import SourceHealth
from kpi_tui.store.store import Store

LOOK_SECONDS = 3600
"""An account without new days is looked at again after this: late data fills gaps."""
MOST_LOOKS = 20
"""Accounts read in one evaluation; the rest follow in the next."""
RETRY_SECONDS = 60
"""After the first failure of a sink; each further one waits four times as long."""
MOST_TRIES = 6
DEFAULT_SNOOZE_SECONDS = 86_400.0
_NOTE_CHARS = 500


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message, the sinks that have yet to take it, and how often it was tried."""

    message: Message
    sinks: tuple[str, ...]
    tries: int = 0


class AlertDesk:
    """The alerts of one store. For one thread at a time but for :meth:`answer`."""

    def __init__(self, store: Store) -> None:
        """Nothing is read before :meth:`load` or :meth:`evaluate`."""
        self._store = store
        self._book: Book | None = None
        """None: another process may have written it since."""
        self._settings: Settings | None = None
        """Those that the rules were made of."""
        self._rules: tuple[Rule, ...] = ()
        self._zones: dict[str, ZoneInfo] = {}
        self._customs: Customs = {}
        self._looked: dict[str, object] = {}
        self._source_of: dict[tuple[str, str], str] = {}
        self._troubles: dict[str, str] = {}
        self._alerts: tuple[Alert, ...] = ()
        self._version: int | None = None
        """The store's when answers were last read."""

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Open ones before those that are over, newest first."""
        return self._alerts

    @property
    def troubles(self) -> tuple[str, ...]:
        """Sinks that failed last time, one sentence each."""
        return tuple(self._troubles.values())

    @property
    def evaluated_at(self) -> int:
        """When anything last changed (UTC epoch seconds); 0: never evaluated."""
        return self._book.at if self._book else 0

    def load(self, settings: Settings, now: float) -> tuple[Alert, ...]:
        """What is stored, with the answers since; evaluates nothing."""
        self._take_rules(settings)
        self._book = read_book(self._store)
        self._version = None
        self._take_answers()
        self._show(now)
        return self._alerts

    def forget(self) -> None:
        """Another process writes the book now: read it before it is used again."""
        self._book = None

    def evaluate(
        self, settings: Settings, sources: Sequence[SourceHealth], now: float
    ) -> bool:
        """Judge what is new; whether there is more to judge at once."""
        self._take_rules(settings)
        if self._book is None:
            self._book = read_book(self._store)
            self._version = None
        before = self._book
        self._take_answers()
        observations, is_more = self._look(now)
        observations += judge_ages(
            [rule for rule in self._rules if rule.kind == "no data"],
            sources,
            self._zones,
            self._source_of,
            now,
        )
        states, events = evaluate(self._rules, self._book.states, observations, now)
        self._book = replace(
            self._book, states=states, events=(*self._book.events, *events)
        )
        self._save(before, now)
        self._show(now)
        return is_more

    async def tell(
        self, settings: Settings, now: float, ring: Callable[[Message], None]
    ) -> None:
        """Tell what is due: by ``ring`` at once, then commands and services.

        What is told is noted after it was: a process that ends in between tells it
        again when it is back, and loses nothing.
        """
        book = self._book
        if book is None or not (book.events or book.retries):
            return
        deliveries, rest = self._due(book, settings, now)
        retries = list(rest.retries)
        for one in deliveries:
            if not one.tries:
                ring(one.message)
            failed = await send(one.message, settings.notify, one.sinks)
            for name in one.sinks:
                self._troubles.pop(name, None)
            self._troubles.update(failed)
            if failed and one.tries + 1 < MOST_TRIES:
                retries.append(_retry(one, failed, now))
        self._book = replace(rest, retries=tuple(retries))
        await asyncio.to_thread(self._save, book, now)

    def _due(
        self, book: Book, settings: Settings, now: float
    ) -> tuple[list[Delivery], Book]:
        """What to tell now, and the book without it."""
        quiet = settings.notify.quiet

        def is_quiet(handle: str) -> bool:
            zone = self._zones.get(handle)
            return quiet is not None and zone is not None and quiet.holds(now, zone)

        messages, held = due(book.events, self._rules, book.states, is_quiet)
        sinks = sinks_of(settings.notify)
        found = [Delivery(message, sinks) for message in messages]
        later: list[Retry] = []
        known = {alert.id: alert for alert in self._alerts}
        for retry in book.retries:
            if retry.at > now or is_quiet(retry.account):
                later.append(retry)
            elif (message := retry.message(known)) is not None:
                found.append(Delivery(message, retry.sinks, retry.tries))
        return found, replace(book, events=held, retries=tuple(later))

    def answer(
        self,
        alert_id: str,
        action: AlertAction,
        *,
        note: str = "",
        seconds: float | None = None,
        now: float,
    ) -> bool:
        """Keep an answer, for whichever process evaluates; False: it is not open."""
        alert = next((one for one in self._alerts if one.id == alert_id), None)
        if alert is None or not alert.is_open:
            return False
        until = None
        if action == "snooze":
            until = int(now + (DEFAULT_SNOOZE_SECONDS if seconds is None else seconds))
        answer = Answer(action, now, clean(note, _NOTE_CHARS), until)
        write_answer(self._store, alert_id, answer)
        self._alerts = tuple(
            _with_answer(one, answer) if one.id == alert_id else one
            for one in self._alerts
        )
        return True

    def _take_rules(self, settings: Settings) -> None:
        if settings is self._settings and settings.account:
            return
        self._settings = settings
        who = cast_of(settings, self._store)
        self._rules = rules_of(settings, who.own, who.everyone)
        self._zones = {ref.handle: ZoneInfo(ref.timezone) for ref in who.everyone}
        self._customs = settings.customs

    def _take_answers(self) -> None:
        """Of alerts that are open, and only when anybody has written anything."""
        version = self._store.data_version()
        if self._book is None or version == self._version:
            return
        self._version = version
        states = dict(self._book.states)
        for name, state in states.items():
            answer = read_answer(self._store, name) if state.is_open else None
            if answer is not None:
                states[name] = answered(state, answer)
        self._book = replace(self._book, states=states)

    def _look(self, now: float) -> tuple[list[Observation], bool]:
        """Days that no rule has seen yet, of a bounded number of accounts."""
        found: list[Observation] = []
        looks = 0
        by_account: dict[str, list[Rule]] = {}
        for rule in self._rules:
            by_account.setdefault(rule.account, []).append(rule)
        for handle, rules in by_account.items():
            zone = self._zones[handle]
            last = self._store.last_data_day(handle, zone, None)
            if last is None:
                continue
            settled = settled_day(last, zone, now)
            who = Who(handle, zone, settled, self._customs)
            look = (last, who.settled, int(now // LOOK_SECONDS), tuple(rules))
            if self._looked.get(handle) == look:
                continue
            if looks == MOST_LOOKS:
                return found, True
            looks += 1
            dated = [rule for rule in rules if rule.kind != "no data"]
            states = self._book.states if self._book else {}
            found += judge_days(self._store, who, dated, states)
            if len(dated) < len(rules):
                self._source_of |= sources_of(self._store, replace(who, settled=last))
            self._looked[handle] = look
        return found, False

    def _save(self, before: Book, now: float) -> None:
        if self._book is not None and self._book != before:
            self._book = replace(self._book, at=int(now))
            write_book(self._store, self._book, now)

    def _show(self, now: float) -> None:
        states = self._book.states if self._book else {}
        self._alerts = inbox(self._rules, states, now)


def _with_answer(alert: Alert, answer: Answer) -> Alert:
    """As the next evaluation will show it."""
    states: dict[str, Status] = {
        "acknowledge": "acknowledged",
        "snooze": "snoozed",
        "unsnooze": "raised",
    }
    return replace(
        alert,
        state=states[answer.action],
        changed_at=int(answer.at),
        until=answer.until,
        note=answer.note or alert.note,
    )


def _retry(one: Delivery, failed: Mapping[str, str], now: float) -> Retry:
    message = one.message
    return Retry(
        kind=message.kind,
        account=message.account,
        title=message.title,
        text=message.text,
        ids=tuple(alert.id for alert in message.alerts),
        sinks=tuple(failed),
        tries=one.tries + 1,
        at=int(now + RETRY_SECONDS * 4**one.tries),
    )
