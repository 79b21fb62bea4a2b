"""What is kept of alerts between two evaluations, in the store's named states.

One process writes the book; anybody may write an answer, each in a row of its own, so
that an answer given in one process is not lost to the book of another.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from kpi_tui.kpi.alerts import Alert, AlertState, Answer, Event
from kpi_tui.kpi.alerts_inbox import from_json, to_json
from kpi_tui.kpi.alerts_messages import Message
from kpi_tui.store.store import Store

KEY = "alerts"
_ANSWER_KEY = "alert-answer:"
_VERSION = 1
MOST_RETRIES = 50
"""Messages kept for sinks that failed; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A message that some sinks have yet to take."""

    kind: Literal["raised", "cleared"]
    account: str
    title: str
    text: str
    ids: tuple[str, ...]
    sinks: tuple[str, ...]
    tries: int
    at: int
    """When it is tried next (UTC epoch seconds)."""

    def message(self, alerts: Mapping[str, Alert]) -> Message | None:
        """The message; None when nothing of it is so any more."""
        same = tuple(
            alert
            for name in self.ids
            if (alert := alerts.get(name)) is not None and alert.state == self.kind
        )
        if not same:
            return None
        return Message(self.kind, self.account, self.title, self.text, same)


@dataclass(frozen=True, slots=True)
class Book:
    """All of it."""

    at: int = 0
    """The last evaluation that changed anything (UTC epoch seconds)."""
    states: Mapping[str, AlertState] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    """Not told yet."""
    retries: tuple[Retry, ...] = ()


def read_book(store: Store) -> Book:
    """The book; an empty one where there is none, or one of another version."""
    data = store.get_state(KEY)
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        return Book()
    try:
        return Book(
            int(data["at"]),
            from_json(data["states"]),
            tuple(Event(**event) for event in data["events"]),
            tuple(
                Retry(**{**row, "ids": tuple(row["ids"]), "sinks": tuple(row["sinks"])})
                for row in data["retries"]
            ),
        )
    except (KeyError, TypeError, ValueError):
        # Somebody else's hand: alerts that are so are raised anew.
        return Book()


def write_book(store: Store, book: Book, now: float) -> None:
    """Keep it in place of the former one."""
    data: dict[str, Any] = {
        "version": _VERSION,
        "at": book.at,
        "states": to_json(book.states),
        "events": [asdict(event) for event in book.events],
        "retries": [asdict(retry) for retry in book.retries[-MOST_RETRIES:]],
    }
    store.set_state(KEY, data, now)


def read_answer(store: Store, alert_id: str) -> Answer | None:
    """The last thing that anybody said about an alert."""
    data = store.get_state(_ANSWER_KEY + alert_id)
    if not isinstance(data, dict) or not data.keys() >= {
        "action",
        "at",
        "note",
        "until",
    }:
        return None
    action = cast('Literal["acknowledge", "snooze", "unsnooze"]', data["action"])
    return Answer(action, data["at"], data["note"], data["until"])


def write_answer(store: Store, alert_id: str, answer: Answer) -> None:
    """Keep an answer for whichever process evaluates."""
    store.set_state(_ANSWER_KEY + alert_id, asdict(answer), answer.at)
