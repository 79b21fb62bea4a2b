"""What happened since somebody last looked: ranks, goals, breakouts, outages.

Knows how long an absence is and where the last look is kept; not what is told of it.
"""

import threading
from typing import Any

from kpi_tui.monitor.absence import Outage, looked_of, outages, remember
from kpi_tui.monitor.snapshot import Snapshot
from kpi_tui.store.store import Store

KEY = "looked"
ABSENT_SECONDS = 30 * 60.0
"""A shorter absence is a coffee."""
NOTED_SECONDS = 180.0
"""How often it is noted that somebody looks; each note is a write."""
TOLD_SECONDS = 10 * 60.0
"""After so long it is no news: whoever came back has seen it."""
_MOST_POLLS = 2000


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
        # Not for a first frame without an absence before it.
        from kpi_tui.monitor import away_words

        looked = looked_of(self._left, snapshot)
        return away_words.sentences(snapshot, looked, self._outages, since)

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
                remember(state, snapshot)
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
