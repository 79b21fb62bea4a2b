"""What happened since somebody last looked: ranks, goals, breakouts, outages.

Knows what was on the screen then and the poll log; not what is shown, nor how long.
"""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.insights_case import counted, goal_sentence, quoted, times
from kpi_tui.kpi.insights_rivals import kpi_words
from kpi_tui.monitor.snapshot import Snapshot
from kpi_tui.store.store import PollRow, Store

KEY = "looked"
ABSENT_SECONDS = 30 * 60.0
"""A shorter absence is a coffee."""
NOTED_SECONDS = 180.0
"""How often it is noted that somebody looks; each note is a write."""
TOLD_SECONDS = 10 * 60.0
"""After so long it is no news: whoever came back has seen it."""
MOST_SENTENCES = 4
OUTAGE_SECONDS = 10 * 60
"""One failed try is no outage."""
_MOST_VIEWS = 20
_MOST_POLLS = 2000
_WELL = frozenset({"ok", "waiting", "paused", "stale"})
_NAMED = 2
"""More goals, videos or sources than these are counted."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A source that failed for a while."""

    source: str
    start: int
    """UTC epoch seconds of the first failed try."""
    end: int | None
    """Of the next good one; None: it still fails."""


@dataclass(slots=True)
class _Looked:
    """What was on the screen when somebody last looked."""

    at: float
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Handle to rank, for the same account, range and KPI."""
    goals: Mapping[str, str] = field(default_factory=dict)
    """KPI id to status."""
    breakouts: Sequence[str] = ()
    """Ids of the videos that were known to break out."""


class Away:
    """Remembers the last look in the store, and tells the next one what it missed."""

    def __init__(self, store: Store) -> None:
        """Reads what the last session left when it is first asked."""
        self._store = store
        self._lock = threading.Lock()
        self._state: dict[str, Any] | None = None
        self._left: dict[str, Any] = {}
        """The state as this session found it."""
        self._since: float | None = None
        """When this session began."""
        self._noted_at = 0.0
        self._outages: tuple[Outage, ...] = ()

    def sentences(self, snapshot: Snapshot, now: float) -> tuple[str, ...]:
        """At most four sentences; none after a short absence, or on an earlier day.

        ``now`` is UTC epoch seconds. What the last look did not show is not compared.
        """
        with self._lock:
            self._begin(now)
            left_at = self._left.get("at")
            since = self._since or now
        if snapshot.view.as_of is not None or now - since > TOLD_SECONDS:
            return ()
        if not isinstance(left_at, int | float) or since - left_at <= ABSENT_SECONDS:
            return ()
        looked = _looked_of(self._left, snapshot)
        zone = ZoneInfo(snapshot.account.timezone)
        found = (
            _goals(snapshot, looked),
            _ranks(snapshot, looked),
            _breakouts(snapshot, looked),
            _failed(snapshot, self._outages, zone, since),
        )
        return tuple(one for one in found if one)[:MOST_SENTENCES]

    def is_due(self, now: float) -> bool:
        """Whether it is time to note again that somebody looks."""
        return now - self._noted_at >= NOTED_SECONDS

    def note(self, snapshot: Snapshot, now: float) -> None:
        """Keep what somebody sees now. Blocks for a small write."""
        with self._lock:
            self._begin(now)
            state = dict(self._state or {})
            state["at"] = int(now)
            if snapshot.view.as_of is None and snapshot.window is not None:
                _remember(state, snapshot)
            self._state = state
            self._noted_at = now
        self._store.set_state(KEY, state, now)

    def _begin(self, now: float) -> None:
        if self._since is not None:
            return
        self._since = now
        kept = self._store.get_state(KEY)
        self._left = kept if isinstance(kept, dict) else {}
        self._state = dict(self._left)
        left_at = self._left.get("at")
        if isinstance(left_at, int | float) and now - left_at > ABSENT_SECONDS:
            polls = self._store.polls(_MOST_POLLS)
            self._outages = outages(polls, int(left_at), int(now))


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


def _remember(state: dict[str, Any], snapshot: Snapshot) -> None:
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


def _looked_of(state: Mapping[str, Any], snapshot: Snapshot) -> _Looked:
    account = _part(state, "accounts", snapshot.account.handle)
    breakouts = account.get("breakouts", ())
    return _Looked(
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


def _goals(snapshot: Snapshot, looked: _Looked) -> str:
    moved = [
        (
            goal.status,
            f"{goal_sentence(replace(goal, was=None))}, was {looked.goals[kpi]}",
        )
        for kpi, goal in snapshot.goals.items()
        if looked.goals.get(kpi, goal.status) != goal.status and goal.value is not None
    ]
    if not moved:
        return ""
    order = ("behind", "at risk", "short", "reached", "on pace")
    moved.sort(key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    return _listed([text for _, text in moved], "goal")


def _ranks(snapshot: Snapshot, looked: _Looked) -> str:
    now = {row.handle: row.rank for row in snapshot.leaderboard.rows if row.rank}
    own = snapshot.account.handle
    mine, was = now.get(own), looked.ranks.get(own)
    if mine is None or was is None:
        return ""
    kpi = kpi_words(snapshot.leaderboard.kpi)
    both = [one for one in now if one in looked.ranks and one != own]
    ahead = [o for o in both if now[o] < mine and looked.ranks[o] > was]
    behind = [o for o in both if now[o] > mine and looked.ranks[o] < was]
    place = f"you are #{mine} of {len(now)}"
    if ahead:
        return f"{_handles(ahead)} passed you on {kpi}; {place}."
    if behind:
        return f"You passed {_handles(behind)} on {kpi}; {place}."
    return ""


def _breakouts(snapshot: Snapshot, looked: _Looked) -> str:
    found = [
        f"{quoted(row)} broke out: {times(row.breakout)} x your videos' views at its age"
        for row in snapshot.videos
        if row.breakout is not None and row.id not in looked.breakouts
    ]
    return _listed(found, "video")


def _failed(
    snapshot: Snapshot, found: Sequence[Outage], zone: ZoneInfo, since: float
) -> str:
    """Of the accounts that are watched; a source that works again has an end."""
    watched = {account.handle for account in snapshot.accounts}
    texts = [
        _outage_words(one, zone, since)
        for one in found
        if one.source.partition("/")[0] in watched
    ]
    return _listed(texts, "outage")


def _outage_words(outage: Outage, zone: ZoneInfo, since: float) -> str:
    start = datetime.fromtimestamp(outage.start, UTC).astimezone(zone)
    today = datetime.fromtimestamp(since, UTC).astimezone(zone).date()
    day = "" if start.date() == today else f"{format_day(start.date())} "
    if outage.end is None:
        return f"{outage.source} fails since {day}{start:%H:%M}"
    end = datetime.fromtimestamp(outage.end, UTC).astimezone(zone)
    other = "" if end.date() == start.date() else f"{format_day(end.date())} "
    return f"{outage.source} failed from {day}{start:%H:%M} to {other}{end:%H:%M}"


def _listed(texts: Sequence[str], noun: str) -> str:
    """One sentence: the first two, and how many more."""
    if not texts:
        return ""
    more = len(texts) - _NAMED
    rest = f"; {counted(more, f'more {noun}')}" if more > 0 else ""
    return f"{'; '.join(texts[:_NAMED])}{rest}."


def _handles(handles: Sequence[str]) -> str:
    named = " and ".join(f"@{handle}" for handle in handles[:_NAMED])
    more = len(handles) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
