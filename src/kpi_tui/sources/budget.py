"""How often an API may be asked: sliding windows, quotas of a day, and who shares them.

Knows no API: the connectors bring the numbers. A limit that is kept here is never
answered with a refusal there, which would cost more than the wait.
"""

import asyncio
import hashlib
import json
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Self, TypeVar, cast
from urllib.parse import urlsplit

import platformdirs

from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.port import SourceError

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

MOST_WAIT_SECONDS = 30.0
"""Of one request for its turn; a longer wait is the scheduler's, not the fetch's."""
MARGIN_SECONDS = 0.25
"""Added to each window: what leaves 1.00 s apart may arrive 0.9 s apart."""
_SHORTEST_SLEEP_SECONDS = 0.001
"""Less may be lost in rounding, and a simulated clock would stand still."""
_DAY_SECONDS = 86_400.0


@dataclass(slots=True)
class _Window:
    """The requests of the last so many seconds."""

    label: str
    limit: int
    seconds: float
    starts: deque[float] = field(default_factory=deque)

    def wait(self, now: float, ahead: int) -> float:
        """Seconds until one more may start, after ``ahead`` others that wait."""
        span = self.seconds + MARGIN_SECONDS
        while self.starts and self.starts[0] + span <= now:
            self.starts.popleft()
        rounds, at = divmod(len(self.starts) + ahead, self.limit)
        if rounds == 0:
            return 0.0
        # The request that has to leave the window first is `rounds` windows back.
        first = self.starts[at] if at < len(self.starts) else now
        return first + rounds * span - now

    def used(self, now: float) -> int:
        return sum(start + self.seconds > now for start in self.starts)


class RequestBudget:
    """At most so many requests in any stretch of seconds, in the order of asking.

    Shared by everything that the API counts together (see :class:`Budgets`).
    """

    def __init__(
        self,
        label: str,
        limit: int,
        window_seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Begin with the whole allowance. ``clock`` is in seconds and never goes
        back; ``sleep`` waits on the same clock."""
        self._windows = [_Window(label, limit, window_seconds)]
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()  # serves in the order of asking
        self._waiting = 0
        self._held_until: float | None = None

    def within(self, label: str, limit: int, window_seconds: float) -> Self:
        """Keep this limit too; each request counts in all of them."""
        self._windows.append(_Window(label, limit, window_seconds))
        return self

    async def spend(self) -> None:
        """Return when the next request may start, at most 30 s from now.

        Raises SourceError "rate limited", at once where it is known that the turn
        comes later than that.
        """
        asked = self._clock()
        self._check(asked, self._wait(asked, self._waiting), asked)
        self._waiting += 1
        try:
            async with self._turn:
                while (wait := self._wait(now := self._clock(), 0)) > 0:
                    self._check(now, wait, asked)
                    await self._sleep(max(wait, _SHORTEST_SLEEP_SECONDS))
                for window in self._windows:
                    window.starts.append(now)
        finally:
            self._waiting -= 1

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long: the API said so to one of those who share it."""
        until = self._clock() + seconds
        self._held_until = max(until, self._held_until or until)

    def used(self, now: float) -> int:
        """Requests in the first window; ``now`` is on the budget's own clock."""
        return self._windows[0].used(now)

    def gauge(self, wall: float) -> tuple[Budget, ...]:
        """What is used of each limit; ``wall`` is now in UTC epoch seconds."""
        now = self._clock()
        return tuple(
            Budget(
                window.label,
                used := window.used(now),
                window.limit,
                wall + window.starts[-1] + window.seconds - now if used else None,
            )
            for window in self._windows
        )

    def _wait(self, now: float, ahead: int) -> float:
        waits = [window.wait(now, ahead) for window in self._windows]
        if self._held_until is not None:
            waits.append(self._held_until - now)
        return max(0.0, *waits)

    def _check(self, now: float, wait: float, asked: float) -> None:
        if now + wait - asked <= MOST_WAIT_SECONDS:
            return
        if self._held_until is not None and self._held_until > now:
            message = "it was asked too often and wants to be left alone for a while"
        else:
            limits = " and ".join(f"{w.limit} {w.label}" for w in self._windows)
            message = f"its limit ({limits}) is used up"
        raise SourceError(
            message,
            fault="rate limited",
            hint="It is asked again by itself; a longer refresh asks less.",
            retry_after=wait,
        )


class DayQuota:
    """At most so much between 00:00 UTC and 00:00 UTC, remembered over restarts."""

    def __init__(
        self,
        label: str,
        limit: int,
        path: Path | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``path`` is a small JSON file, which other quotas may share; None: kept in
        memory only. ``clock`` is UTC epoch seconds."""
        self._label = label
        self._limit = limit
        self._path = path
        self._clock = clock
        self._turn = asyncio.Lock()
        self._day = ""
        self._used = 0
        self._is_writable = True

    async def spend(self, count: int = 1) -> None:
        """Count this many. Raises SourceError "rate limited" when they are too many,
        and counts none of them then."""
        async with self._turn:
            now = self._clock()
            await asyncio.to_thread(self._recall, now)
            if self._used + count > self._limit:
                raise SourceError(
                    f"its limit ({self._limit:,} {self._label}) is used up",
                    fault="rate limited",
                    hint="It is asked again after 00:00 UTC; a longer refresh asks less.",
                    retry_after=_next_midnight(now) - now,
                )
            self._used += count
            await asyncio.to_thread(self._keep)

    def used(self, now: float) -> int:
        """How many were counted on the day of ``now`` (UTC epoch seconds).

        Reads the file on the first call of a day only: screens ask often.
        """
        if _day(now) != self._day:
            self._recall(now)
        return self._used

    def gauge(self, wall: float) -> tuple[Budget, ...]:
        """What is used of the day; ``wall`` is now in UTC epoch seconds."""
        used = self.used(wall)
        resets = _next_midnight(wall) if used else None
        return (Budget(self._label, used, self._limit, resets),)

    def _recall(self, now: float) -> None:
        """Take over what was counted today, here or by another process."""
        day = _day(now)
        if day != self._day:
            self._day, self._used = day, 0
        entry = _read(self._path).get(self._label)
        if isinstance(entry, dict) and entry.get("day") == day:
            used = entry.get("used")
            if isinstance(used, int) and not isinstance(used, bool):
                self._used = max(self._used, used)

    def _keep(self) -> None:
        if self._path is None:
            return
        kept = _read(self._path)
        kept[self._label] = {"day": self._day, "used": self._used}
        try:
            _write(self._path, kept)
        except OSError as error:
            if self._is_writable:  # said once, not with every request
                _log.warning("cannot remember the quota of a day: %s", error)
            self._is_writable = False


@dataclass(slots=True)
class Budgets:
    """One budget for all that an API counts together, whichever source asks."""

    _made: dict[tuple[str, str, str], object] = field(default_factory=dict)

    def shared(
        self, url: str, credential: str, endpoint: str, make: Callable[[], _T]
    ) -> _T:
        """The budget for the host of ``url``, made by ``make`` for the first who asks.

        ``credential`` is the app or account that the API counts by; only its hash is
        kept. ``endpoint`` is empty where all endpoints are counted together.
        """
        key = (urlsplit(url).netloc.lower(), _digest(credential), endpoint)
        if key not in self._made:
            self._made[key] = make()
        return cast("_T", self._made[key])


def quota_file(url: str, credential: str) -> Path:
    """Where the quotas of a day are remembered for a host and an app or account."""
    host = urlsplit(url).netloc.lower()
    folder = platformdirs.user_state_path("kpi-tui", appauthor=False) / "quotas"
    return folder / f"{_digest(f'{host} {credential}')[:16]}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def _next_midnight(now: float) -> float:
    return (now // _DAY_SECONDS + 1) * _DAY_SECONDS


def _read(path: Path | None) -> dict[str, object]:
    """What the file holds; nothing when it is absent or broken: that stops no poll."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, kept: dict[str, object]) -> None:
    """Replace the file in one step, readable by its owner only. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
