"""The books kept beside the points: sources, the poll log, named states.

Knows no reading.
"""

import json
import math
import sqlite3
from datetime import date

from kpi_tui.store.records import Poll, PollRow, SourceRow

MAX_POLLS = 2000
"""Lines that the poll log keeps: a week of one source every five minutes."""

_TRIED = """
INSERT INTO sources (name, account, kind, state, tried_at, error, hint, failures,
  notes, closed_until, circuit_until)
VALUES (:name, :account, :kind, :state, :at, :error, :hint, :failures, :notes,
  :closed_until, :circuit_until)
ON CONFLICT (name) DO UPDATE SET
  account = excluded.account, kind = excluded.kind, state = excluded.state,
  tried_at = excluded.tried_at, error = excluded.error, hint = excluded.hint,
  failures = excluded.failures, notes = excluded.notes,
  closed_until = excluded.closed_until, circuit_until = excluded.circuit_until
"""
_SUCCEEDED = "UPDATE sources SET good_at = :at, points = :points WHERE name = :name"
_EXTEND = """
INSERT INTO sources (name, account, data_until) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET data_until = excluded.data_until
WHERE data_until IS NULL OR data_until < excluded.data_until
"""
_CURRENCY = """
INSERT INTO sources (name, account, currency) VALUES (?1, ?2, ?3)
ON CONFLICT (name) DO UPDATE SET currency = excluded.currency
WHERE currency IS NOT excluded.currency
"""
_LOG = "INSERT INTO polls (at, source, state, text, points) VALUES (?, ?, ?, ?, ?)"
_SOURCES = """
SELECT name, account, kind, state, data_until, good_at, tried_at, error, failures,
  points, notes, hint, closed_until, circuit_until
FROM sources
"""
_SET_STATE = """
INSERT INTO states (key, value, updated) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated = excluded.updated
"""


def write_poll(conn: sqlite3.Connection, poll: Poll) -> None:
    """Note a try in the source's row and in the log; only the newest lines stay."""
    values = {
        "name": poll.name,
        "account": poll.account,
        "kind": poll.kind,
        "state": poll.state,
        "at": int(poll.at),
        "error": None if poll.is_good else poll.text,
        "hint": None if poll.is_good else poll.hint,
        "failures": poll.failures,
        "notes": json.dumps(poll.notes),
        "points": poll.points,
        # Rounded up: nobody may ask a moment too early.
        "closed_until": _whole(poll.closed_until),
        "circuit_until": _whole(poll.circuit_until),
    }
    conn.execute(_TRIED, values)
    if poll.is_good:
        conn.execute(_SUCCEEDED, values)
    if poll.data_until is not None:
        extend_data_until(conn, poll.name, poll.account, poll.data_until)
    row = (int(poll.at), poll.name, poll.state, poll.text, poll.points)
    newest = conn.execute(_LOG, row).lastrowid
    conn.execute("DELETE FROM polls WHERE id <= ?", ((newest or 0) - MAX_POLLS,))


def _whole(at: float | None) -> int | None:
    return None if at is None else math.ceil(at)


def extend_data_until(
    conn: sqlite3.Connection, source: str, account: str, until: date
) -> None:
    """Note the last complete day of a source; an old download moves it nowhere."""
    conn.execute(_EXTEND, (source, account, until.isoformat()))


def note_currency(
    conn: sqlite3.Connection, source: str, account: str, currency: str
) -> None:
    """Note the ISO code of a source's money."""
    conn.execute(_CURRENCY, (source, account, currency))


def read_sources(conn: sqlite3.Connection) -> dict[str, SourceRow]:
    """Every source that was ever tried or imported from, by name."""
    found: dict[str, SourceRow] = {}
    for name, account, kind, state, until, *rest in conn.execute(_SOURCES):
        good_at, tried_at, error, failures, points, notes, *waits = rest
        hint, closed_until, circuit_until = waits
        found[name] = SourceRow(
            name=name,
            account=account,
            kind=kind,
            state=state,
            data_until=date.fromisoformat(until) if until else None,
            good_at=good_at,
            tried_at=tried_at,
            error=error,
            failures=failures,
            points=points,
            notes=tuple(json.loads(notes)),
            hint=hint,
            closed_until=closed_until,
            circuit_until=circuit_until,
        )
    return found


def read_polls(conn: sqlite3.Connection, limit: int) -> list[PollRow]:
    """The poll log, newest line first."""
    rows = conn.execute(
        "SELECT at, source, state, text, points FROM polls ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [PollRow(*row) for row in rows]


def write_state(conn: sqlite3.Connection, key: str, value: object, now: int) -> None:
    """Keep a JSON value under a key; the former one is gone."""
    conn.execute(_SET_STATE, (key, json.dumps(value), now))


def read_state(conn: sqlite3.Connection, key: str) -> object | None:
    """The value kept under a key, or None."""
    row = conn.execute("SELECT value FROM states WHERE key = ?", (key,)).fetchone()
    return None if row is None else json.loads(row[0])
