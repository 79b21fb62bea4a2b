"""When a source is asked next: interval, back-off with full jitter, Retry-After.

Pure: the clock and the dice are arguments.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kpi_tui.sources.port import Fault

MIN_BACKOFF_SECONDS = 5.0
MAX_BACKOFF_SECONDS = 3600.0
UNAUTHORISED_SECONDS = 900.0
"""A refused secret rarely mends itself; asking often gets a key blocked."""


@dataclass(slots=True)
class Schedule:
    """One source's timer, on the monotonic clock."""

    interval: float | None
    """Seconds between good polls; None: only when asked or when files change."""
    failures: int = 0
    """In a row."""

    def after_success(self) -> float | None:
        """Seconds until the next poll; None: no timer."""
        self.failures = 0
        return self.interval

    def after_failure(
        self, fault: Fault, retry_after: float | None, dice: Callable[[], float]
    ) -> float | None:
        """Seconds until the next try.

        Full jitter (``dice`` gives 0-1) over a cap that doubles with each failure,
        so that fifty monitors that lost one server do not come back as one. What
        the server asked for is the least. None: no timer.
        """
        self.failures += 1
        if self.interval is None:
            return None
        cap = min(
            MAX_BACKOFF_SECONDS,
            max(MIN_BACKOFF_SECONDS, self.interval) * 2.0 ** min(self.failures - 1, 12),
        )
        wait = MIN_BACKOFF_SECONDS + dice() * (cap - MIN_BACKOFF_SECONDS)
        if fault == "unauthorised":
            wait = max(wait, UNAUTHORISED_SECONDS)
        elif fault == "config":
            wait = max(wait, self.interval)
        if retry_after is not None:
            wait = max(wait, retry_after + dice() * min(retry_after, 5.0))
        return wait
