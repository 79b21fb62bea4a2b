"""When a source is asked next: interval, back-off, circuit, and what the server says.

Pure: the clock and the dice are arguments.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kpi_tui.sources.port import Fault

MIN_BACKOFF_SECONDS = 5.0
MAX_BACKOFF_SECONDS = 3600.0
UNAUTHORISED_SECONDS = 900.0
"""A refused secret rarely mends itself; asking often gets a key blocked."""
CIRCUIT_FAILURES = 5
"""In a row; then the circuit is open, and each try is a trial."""
OPEN_SECONDS = 60.0
"""Between two trials at least, however the dice fall."""
NO_WAIT_GIVEN_SECONDS = 60.0
"""For a server that says "too often" but not until when: most count by the minute."""


@dataclass(slots=True)
class Schedule:
    """One source's timer, on the monotonic clock."""

    interval: float | None
    """Seconds between good polls; None: only when asked or when files change."""
    failures: int = 0
    """In a row."""
    closed_seconds: float = 0.0
    """After the last try, in which nobody may ask, the user neither."""

    @property
    def is_open(self) -> bool:
        """Whether the circuit is open: the next try is one trial, nothing more."""
        return self.failures >= CIRCUIT_FAILURES

    def after_success(self) -> float | None:
        """Seconds until the next poll; None: no timer."""
        self.failures = 0
        self.closed_seconds = 0.0
        return self.interval

    def after_failure(
        self, fault: Fault, retry_after: float | None, dice: Callable[[], float]
    ) -> float | None:
        """Seconds until the next try.

        Full jitter (``dice`` gives 0-1) over a cap that doubles with each failure,
        so that fifty monitors that lost one server do not come back as one. What
        the server asked for is the least, and an open circuit is left alone for a
        minute. None: no timer.
        """
        self.failures += 1
        if retry_after is None and fault == "rate limited":
            retry_after = NO_WAIT_GIVEN_SECONDS
        self.closed_seconds = retry_after or 0.0
        if self.interval is None:
            return None
        cap = min(
            MAX_BACKOFF_SECONDS,
            max(MIN_BACKOFF_SECONDS, self.interval) * 2.0 ** min(self.failures - 1, 12),
        )
        least = min(OPEN_SECONDS, cap) if self.is_open else MIN_BACKOFF_SECONDS
        wait = least + dice() * (cap - least)
        if fault == "unauthorised":
            wait = max(wait, UNAUTHORISED_SECONDS)
        elif fault == "config":
            wait = max(wait, self.interval)
        if retry_after is not None:
            wait = max(wait, retry_after + dice() * min(retry_after, 5.0))
        return wait
