"""What all posts of an account gained per day, worked out once for days that are over.

Knows no formula. Two months of 200 posts take 100 ms to work out (measured), and less
than one to remember; a restart starts from what the file keeps.
"""

import contextlib
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from kpi_tui.kpi.formulas import ENGAGEMENT
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.metrics import TOTAL_OF
from kpi_tui.kpi.readings import Batch
from kpi_tui.kpi.windows import local_day
from kpi_tui.store.days import days_between
from kpi_tui.store.ingest import Ingester
from kpi_tui.store.polls import read_state, write_state
from kpi_tui.store.records import StoreError
from kpi_tui.store.video_gains import gains_by_day
from kpi_tui.store.writer import Writer

Gains = dict[str, dict[date, float]]
"""Flow (``video_views``) to what the posts gained on each day that was looked at."""

KEPT_SECONDS = 3600.0
"""Another program may import old totals; later than this they are seen."""
MOST_ACCOUNTS = 200
"""Accounts whose days are kept in memory, 60 kB each."""
MOST_DAYS = 120
"""The newest days that the file keeps per account, 10 kB: two windows and some more."""
STATE = "video-days "
"""The key of an account's days is this and its handle."""

Save = Callable[[str, Callable[[], object | None]], None]
"""Keeps under a key what the function gives, on the writing thread; None: nothing."""


@dataclass(slots=True)
class _Kept:
    """The days of one account in one zone."""

    zone: str
    since: float
    """When it was begun, on the monotonic clock."""
    days: dict[date, Mapping[str, float]] = field(default_factory=dict)
    """Only days that are over; empty for one that nobody looked at."""

    def reaches(self, at: int) -> bool:
        """Whether it has the day of that UTC epoch second, or a later one."""
        last = max(self.days, default=date.min)
        return last >= local_day(at, ZoneInfo(self.zone))


def keeping(writer: Writer) -> Save:
    """Keeps under a key what a function gives, when there is time; None: nothing."""

    def keep(key: str, make: Callable[[], object | None]) -> None:
        def write(to: Ingester) -> None:
            if (value := make()) is not None:
                write_state(to.conn, key, value, int(time.time()))

        # What can be worked out again need not be kept by a closed store.
        with contextlib.suppress(StoreError):
            writer.submit(write, None, is_kept=False)

    return keep


class VideoDays:
    """Days that are over, of the accounts asked for last. For any thread."""

    def __init__(self, save: Save | None = None) -> None:
        """``save`` keeps the days in the file, some time; a restart starts from it."""
        self._save = save
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def filled(
        self, conn: sqlite3.Connection, history: AccountHistory, days: Sequence[date]
    ) -> AccountHistory:
        """The history with its posts' gains on those days, where nothing else has them.

        ``days`` are consecutive, all of them over.
        """
        if not _lacks_days(history):
            return history
        gains = self.read(conn, history.handle, history.zone, days, _looked_at(history))
        return replace(history, video_flows=gains)

    def read(
        self,
        conn: sqlite3.Connection,
        handle: str,
        zone: ZoneInfo,
        days: Sequence[date],
        looked: frozenset[date],
    ) -> Gains:
        """Each flow's gain on those of the consecutive days that can be told.

        A day can when the source looked on it and on the day before, and a fifth of
        the posts at most lacks the total of the evening before. ``looked``: days known
        from elsewhere, though no total moved on them.
        """
        kept = self._of(conn, handle, zone)
        with self._lock:
            found = dict(kept.days)
        missing = [day for day in days if day not in found]
        if missing:
            # Contiguous: a gap in what is kept costs its days again, and no more.
            span = days_between(missing[0], missing[-1])
            computed, over = gains_by_day(conn, handle, zone, span, looked)
            found |= computed
            if over:
                self._keep(handle, kept, over)
        gains: Gains = {}
        for day in days:
            for flow, value in found.get(day, {}).items():
                gains.setdefault(flow, {})[day] = value
        return gains

    def forget(self, batch: Batch, conn: sqlite3.Connection | None = None) -> None:
        """A batch is written: what it says of days that are over counts.

        ``conn`` is the writing connection, inside the batch's transaction: what other
        programs will start from is forgotten with it.
        """
        with self._lock:
            handles = {*self._kept, *(_stored(conn) if conn else ())}
            for handle, at in _oldest(batch, handles).items():
                kept = self._kept.get(handle)
                if kept is not None and kept.reaches(at):
                    del self._kept[handle]
                stored = _read(conn, handle) if conn else None
                if conn and stored is not None and stored.reaches(at):
                    conn.execute("DELETE FROM states WHERE key = ?", (STATE + handle,))

    def _keep(
        self, handle: str, kept: _Kept, over: Mapping[date, Mapping[str, float]]
    ) -> None:
        with self._lock:
            kept.days |= over

        def state() -> object | None:
            # As of then: what was forgotten in between must not come back.
            with self._lock:
                if self._kept.get(handle) is not kept:
                    return None
                days = sorted(kept.days)[-MOST_DAYS:]
                gains = {day.isoformat(): dict(kept.days[day]) for day in days}
                return {"zone": kept.zone, "days": gains}

        if self._save is not None:
            self._save(STATE + handle, state)

    def _of(self, conn: sqlite3.Connection, handle: str, zone: ZoneInfo) -> _Kept:
        now = time.monotonic()
        with self._lock:
            kept = self._kept.get(handle)
            if kept is None or kept.zone != zone.key or now - kept.since > KEPT_SECONDS:
                kept = _read(conn, handle)
                if kept is None or kept.zone != zone.key:
                    kept = _Kept(zone.key, now)
                self._kept[handle] = kept
            self._kept.move_to_end(handle)
            while len(self._kept) > MOST_ACCOUNTS:
                self._kept.popitem(last=False)
            return kept


def _oldest(batch: Batch, handles: set[str]) -> dict[str, int]:
    """Handle to the earliest moment that the batch tells of its posts."""
    if not handles:
        return {}
    oldest: dict[str, int] = {}
    for reading in batch.readings:
        is_told = reading.entity or reading.metric == "videos_total"
        if is_told and reading.account in handles:
            known = oldest.get(reading.account, reading.at)
            oldest[reading.account] = min(known, reading.at)
    return oldest


def _read(conn: sqlite3.Connection, handle: str) -> _Kept | None:
    """What the file keeps; nothing where another version wrote something else."""
    state = read_state(conn, STATE + handle)
    try:
        return _Kept(
            str(state["zone"]),  # type: ignore[index]
            time.monotonic(),
            {
                date.fromisoformat(day): {str(f): float(v) for f, v in gains.items()}
                for day, gains in state["days"].items()  # type: ignore[index]
            },
        )
    except (TypeError, KeyError, ValueError, AttributeError):
        return None


def _stored(conn: sqlite3.Connection) -> list[str]:
    """The accounts whose days the file keeps."""
    rows = conn.execute(
        "SELECT key FROM states WHERE key >= ? AND key < ?", (STATE, STATE[:-1] + "!")
    )
    return [key[len(STATE) :] for (key,) in rows]


def _lacks_days(history: AccountHistory) -> bool:
    """Whether some flow is known from posts' totals only."""
    flows, levels = history.flows, history.levels
    return bool(history.videos) and any(
        name not in flows and TOTAL_OF.get(name, "") not in levels
        for name in ("video_views", *ENGAGEMENT)
    )


def _looked_at(history: AccountHistory) -> frozenset[date]:
    """Days on which the posts' source told how many there are.

    A total that rests is not stored again; their number is, once a day.
    """
    sources = history.sources
    if sources.get("videos_total") != sources.get("video_total_views"):
        return frozenset()
    return frozenset(history.levels.get("videos_total", {}))
