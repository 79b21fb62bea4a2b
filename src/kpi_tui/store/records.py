"""The rows that the store hands out, and its one error.

Knows no SQL.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple


class StoreError(Exception):
    """The store can't do it; the message says why and what to do, in a sentence."""


class Ingested(NamedTuple):
    """What became of a batch's readings; the five counts add up to all of them."""

    new: int
    """Moments that were not known."""
    updated: int
    """Known moments with another value."""
    unchanged: int
    """Known already; also instants that repeat the value before them."""
    ignored: int
    """Older statements than the stored ones, and values that are not numbers."""
    waiting: int = 0
    """Not written yet: kept in memory until the file can be written again."""


class SeriesRow(NamedTuple):
    """One series."""

    account: str
    entity: str
    metric: str
    grain: str
    source: str
    """Name of the source that last wrote to it."""
    currency: str | None = None
    """ISO code of money, where the source told it."""
    name: str | None = None
    """What the entity is called, where it has a name of its own."""


class PointRow(NamedTuple):
    """One stored point, with its series spelled out."""

    account: str
    entity: str
    metric: str
    grain: str
    at: int
    value: float
    source: str
    seen: int
    currency: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """How one try of a source went; one that failed keeps what was good before."""

    name: str
    account: str
    kind: str
    at: float
    """UTC epoch seconds."""
    state: str
    text: str
    """The try's line in the log."""
    points: int = 0
    data_until: date | None = None
    failures: int = 0
    notes: tuple[str, ...] = ()
    hint: str | None = None
    closed_until: float | None = None
    """Until then the server wants no request (UTC epoch seconds)."""
    circuit_until: float | None = None
    """When an open circuit tries again (UTC epoch seconds)."""

    @property
    def is_good(self) -> bool:
        """Whether the source answered."""
        return self.state == "ok"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What is known of one source. Times are UTC epoch seconds."""

    name: str
    account: str
    kind: str
    """Empty while it was only imported from, never polled."""
    state: str
    data_until: date | None
    """The newest day that it ever called complete."""
    good_at: int | None
    """The last good answer."""
    tried_at: int | None
    """The last try, good or bad."""
    error: str | None
    """What its last try said, when it went wrong."""
    failures: int
    """Failures in a row."""
    points: int
    """Readings that its last good answer stored."""
    notes: tuple[str, ...] = ()
    hint: str | None = None
    """What to do about the error."""
    closed_until: int | None = None
    """Until then the server wants no request."""
    circuit_until: int | None = None
    """When an open circuit tries again."""


class PollRow(NamedTuple):
    """One line of the poll log."""

    at: int
    """UTC epoch seconds."""
    source: str
    state: str
    text: str
    points: int


@dataclass(frozen=True, slots=True)
class StoreStats:
    """The store's health, for ``doctor``."""

    path: Path | None
    """None: in memory."""
    size_bytes: int
    """The file and its write-ahead log."""
    points: int
    series: int
    videos: int
    first_at: int | None
    """UTC epoch seconds of the oldest point."""
    integrity: str
    """``ok``, or the first thing that SQLite found wrong."""
