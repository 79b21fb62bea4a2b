"""What was on the screen at the last look, and what failed since then.

Knows the stored state and the poll log; no words.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kpi_tui.monitor.snapshot import Snapshot
from kpi_tui.store.store import PollRow

OUTAGE_SECONDS = 10 * 60
"""One failed try is no outage."""
_MOST_VIEWS = 20
_WELL = frozenset({"ok", "waiting", "paused", "stale"})


@dataclass(frozen=True, slots=True)
class Outage:
    """A source that failed for a while."""

    source: str
    start: int
    """UTC epoch seconds of the first failed try."""
    end: int | None
    """Of the next good one; None: it still fails."""


@dataclass(slots=True)
class Looked:
    """What was on the screen when somebody last looked."""

    at: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Handle to rank, for the same account, range and KPI."""
    goals: Mapping[str, str] = field(default_factory=dict)
    """KPI id to status."""
    breakouts: Sequence[str] = ()
    """Ids of the videos that were known to break out."""


def outages(polls: Iterable[PollRow], since: int, until: int) -> tuple[Outage, ...]:
    """Failures of ten minutes or more that began in that time, the longest first.

    ``polls`` are the newest first; ``since`` and ``until`` UTC epoch seconds.
    """
    found: list[tuple[int, Outage]] = []
    by_source = sorted(polls, key=lambda row: (row.source, row.at))
    for source, rows in groupby(by_source, key=lambda row: row.source):
        start: int | None = None
        last = since
        for row in rows:
            if not since < row.at <= until:
                continue
            last = row.at
            if row.state not in _WELL:
                start = row.at if start is None else start
            elif start is not None:
                found.append((row.at - start, Outage(source, start, row.at)))
                start = None
        if start is not None:
            found.append((last - start, Outage(source, start, None)))
    long = [pair for pair in found if pair[0] >= OUTAGE_SECONDS]
    long.sort(key=lambda pair: (-pair[0], pair[1].source))
    return tuple(outage for _, outage in long)


def _key(snapshot: Snapshot) -> str:
    view = snapshot.view
    return json.dumps([snapshot.account.handle, snapshot.leaderboard.kpi, view.days])


def remember(state: dict[str, Any], snapshot: Snapshot) -> None:
    """Write this view's part of the state; the oldest views are forgotten."""
    ranks = {row.handle: row.rank for row in snapshot.leaderboard.rows if row.rank}
    if ranks:
        boards = dict(state.get("boards", {}))
        boards.pop(_key(snapshot), None)
        boards[_key(snapshot)] = ranks
        state["boards"] = dict(list(boards.items())[-_MOST_VIEWS:])
    handle = snapshot.account.handle
    accounts = dict(state.get("accounts", {}))
    accounts.pop(handle, None)
    accounts[handle] = {
        "goals": {kpi: goal.status for kpi, goal in snapshot.goals.items()},
        "breakouts": [row.id for row in snapshot.videos if row.breakout is not None],
    }
    state["accounts"] = dict(list(accounts.items())[-_MOST_VIEWS:])


def looked_of(state: Mapping[str, Any], snapshot: Snapshot) -> Looked:
    account = _part(state, "accounts", snapshot.account.handle)
    breakouts = account.get("breakouts", ())
    return Looked(
        at=float(state["at"]),
        ranks=_part(state, "boards", _key(snapshot)),
        goals=_part(account, "goals"),
        breakouts=breakouts if isinstance(breakouts, list) else (),
    )


def _part(state: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A table inside what another version may have written; empty where it is none."""
    found: object = state
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
