"""The store: what the rest of the program may ask and tell it.

Knows neither tables nor files itself; each question has a module of its own here.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from kpi_tui.kpi.audience import AudiencePoint
from kpi_tui.kpi.benchmarks import BenchmarkPoint
from kpi_tui.kpi.campaigns import Campaign
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.readings import Batch
from kpi_tui.kpi.velocity import Look, Question
from kpi_tui.kpi.windows import Window
from kpi_tui.store import (
    audience,
    benchmarks,
    campaigns,
    history,
    listing,
    polls,
    video_history,
    video_looks,
)
from kpi_tui.store.ingest import Ingester
from kpi_tui.store.listing import point_record, sheet_record
from kpi_tui.store.reader import Reader
from kpi_tui.store.records import (
    Ingested,
    PointRow,
    Poll,
    PollRow,
    SeriesRow,
    SourceRow,
    StoreError,
    StoreStats,
)
from kpi_tui.store.rollup import Retention, ZoneOf, roll_up, utc_for_all
from kpi_tui.store.video_days import VideoDays, keeping
from kpi_tui.store.writer import Writer

__all__ = [
    "Ingested",
    "PointRow",
    "Poll",
    "PollRow",
    "SeriesRow",
    "SourceRow",
    "Store",
    "StoreError",
    "StoreStats",
    "point_record",
    "sheet_record",
]


class Store:
    """Everything the sources ever said, for any thread to read and write.

    Reading methods raise StoreError when the store is closed or can't be read; writing
    ones never fail for want of space or permission (see :attr:`notices`).
    """

    def __init__(self, writer: Writer) -> None:
        """See :meth:`open`."""
        self._writer = writer
        self._reader = Reader(writer)
        self._video_days = VideoDays(keeping(writer))

    @classmethod
    def open(cls, path: Path | None) -> "Store":
        """Open or make the file; None keeps everything in memory.

        A damaged or unwritable file does not stop it; :attr:`notices` says so. Raises
        StoreError for a newer kpi-tui's file and for another program's database.
        """
        return cls(Writer(None if path is None else path.expanduser().resolve()))

    @property
    def path(self) -> Path | None:
        """The file; None for a store that was opened in memory."""
        return self._writer.path

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user must know about the file now, one sentence each."""
        return self._writer.notices

    @property
    def is_stranded(self) -> bool:
        """Whether it runs in memory because its file cannot be had."""
        return self._writer.is_stranded

    @property
    def has_unsaved(self) -> bool:
        """Whether something written waits in memory; once closed it is lost."""
        return self._writer.has_unsaved

    def close(self) -> None:
        """Finish writing, within a second, and close; safe to call again."""
        self._writer.close()

    # Writing.

    def ingest(self, source: str, batch: Batch) -> Ingested:
        """Write a batch and wait for it; see :meth:`submit`."""
        return self.submit(source, batch).result()

    def submit(self, source: str, batch: Batch) -> "Future[Ingested]":
        """Write a batch on the writing thread: all of it, or nothing.

        While nothing can be written it waits in memory, and the result says so.
        """
        otherwise = Ingested(0, 0, 0, 0, waiting=len(batch.readings))

        def write(to: Ingester) -> Ingested:
            self._video_days.forget(batch, to.conn)
            return to.ingest(source, batch)

        written = self._writer.submit(write, otherwise)
        # Somebody may have read the days while they were being written.
        written.add_done_callback(lambda _: self._video_days.forget(batch))
        return written

    def record_poll(self, poll: Poll) -> None:
        """Note how a try of a source went, and wait for it."""
        self.submit_poll(poll).result()

    def submit_poll(self, poll: Poll) -> "Future[None]":
        """The same on the writing thread."""
        return self._writer.submit(lambda to: polls.write_poll(to.conn, poll), None)

    def set_state(self, key: str, value: object, now: float | None = None) -> None:
        """Keep a JSON value under a key. ``now`` is UTC epoch seconds."""
        at = int(time.time() if now is None else now)

        def write(to: Ingester) -> None:
            polls.write_state(to.conn, key, value, at)

        self._writer.submit(write, None).result()

    def roll_up(
        self,
        now: float,
        *,
        raw_days: int = 30,
        hourly_days: int = 365,
        limit: int = 5000,
        zone_of: ZoneOf = utc_for_all,
    ) -> int:
        """Thin old instants: the last of each hour, later of each day, stays.

        Looks at about ``limit`` points; returns how many it removed, 0 when nothing is
        left to do today. Hours and days are those of ``zone_of`` the handle.
        """
        retention = Retention(raw_days, hourly_days)
        return roll_up(self._writer, now, retention, limit, zone_of)

    def backup(self) -> bool:
        """Copy the file to ``<name>.backup``; whether that went well.

        For once a day. A copy that turns out damaged leaves the old backup alone, and
        has the file itself checked.
        """
        return self._writer.backup()

    # Reading.

    def open_readers(self) -> None:
        """Open the connections that are kept for readers, before there are any."""
        self._writer.database.open_readers()

    def history(
        self, handle: str, zone: ZoneInfo, window: Window, as_of: date | None
    ) -> AccountHistory:
        """What the formulas need for the window and the one before it.

        ``as_of`` None: now; a date: nothing after the end of that day counts.
        """
        return self._reader.read(
            history.read_history, handle, zone, window, as_of, self._video_days
        )

    def days(
        self, handle: str, zone: ZoneInfo, window: Window, as_of: date | None
    ) -> tuple[dict[str, dict[date, float]], dict[str, dict[date, float]]]:
        """Flows and levels of the account itself, from the window's first day on."""
        return self._reader.read(history.read_days, handle, zone, window, as_of)

    def last_data_day(
        self, handle: str, zone: ZoneInfo, as_of: date | None
    ) -> date | None:
        """The account's last day of complete data, or None if it has none."""
        return self._reader.read(history.read_last_data_day, handle, zone, as_of)

    def first_day(self, handle: str) -> date | None:
        """The day of the account's oldest point."""
        return self._reader.read(history.read_first_day, handle)

    def level_gain(self, handle: str, metric: str, since_at: int) -> float | None:
        """What a polled level gained since then; None if it was not known then."""
        return self._reader.read(history.read_level_gain, handle, metric, since_at)

    def audience_points(self, handle: str, as_of: date | None) -> list[AudiencePoint]:
        """The newest shares, those 28 days older, and 28 days of active hours."""
        return self._reader.read(audience.read_audience, handle, as_of)

    def audience_sources(self, handle: str) -> dict[str, str]:
        """Dimension (``age``, ``hour``, …) and metric to the source that told it."""
        return self._reader.read(audience.read_audience_sources, handle)

    def benchmark_points(self, handle: str) -> list[BenchmarkPoint]:
        """The newest averages of the account's industries, as TikTok told them."""
        return self._reader.read(benchmarks.read_benchmarks, handle)

    def campaigns(self, handle: str, window: Window) -> list[Campaign]:
        """What each ads campaign came to over the window's days."""
        return self._reader.read(campaigns.read_campaigns, handle, window)

    def video_series(
        self, handle: str, video_id: str, metric: str
    ) -> list[tuple[int, float]]:
        """(UTC epoch seconds, value) of one post's metric, oldest first."""
        return self._reader.read(
            video_history.read_video_series, handle, video_id, metric
        )

    def video_buckets(
        self, handle: str, video_id: str
    ) -> dict[str, list[tuple[str, float]]]:
        """Dimension (``second``, ``impressions``, …) to (label, newest value)."""
        return self._reader.read(video_history.read_video_buckets, handle, video_id)

    def video_looks(
        self, handle: str, questions: Sequence[Question]
    ) -> dict[Question, Look]:
        """When posts' polled views were seen around the moments asked for."""
        return self._reader.read(video_looks.read_looks, handle, questions)

    def video_curves(
        self, handle: str, video_ids: Sequence[str]
    ) -> dict[str, list[tuple[float, float]]]:
        """Video id to (second, share still watching 0-1), for those that have one."""
        return self._reader.read(video_looks.read_curves, handle, video_ids)

    def video_total_gains(
        self, handle: str, since_at: int, now_at: int
    ) -> dict[str, float]:
        """What all posts' polled totals gained between two moments, by metric."""
        return self._reader.read(
            video_history.read_video_gains, handle, since_at, now_at
        )

    def handles(self) -> list[str]:
        """Every account of which anything is known, in order."""
        return self._reader.read(listing.read_handles)

    def series_list(self, handle: str | None = None) -> list[SeriesRow]:
        """The series of one account, or all."""
        return [series.row for series in self._reader.read(listing.read_series, handle)]

    def points(
        self, handle: str | None, metrics: Sequence[str], since: date | None
    ) -> Iterator[PointRow]:
        """The stored points, series by series, oldest first; no metrics mean all.

        Read in pages: what is written meanwhile may or may not be among them.
        """
        return listing.points(self._reader, handle, metrics, since)

    def source_rows(self) -> dict[str, SourceRow]:
        """Every source that was ever tried or imported from, by name."""
        return self._reader.read(polls.read_sources)

    def polls(self, limit: int = 100) -> list[PollRow]:
        """The poll log, newest line first."""
        return self._reader.read(polls.read_polls, limit)

    def get_state(self, key: str) -> object | None:
        """The value kept under a key, or None."""
        return self._reader.read(polls.read_state, key)

    def stats(self) -> StoreStats:
        """Sizes and health; reads the whole file."""
        return self._reader.read(listing.read_stats, self._writer.database.path)

    def data_version(self) -> int:
        """A number that changes when anybody writes, in this process or another."""
        return self._writer.database.version()
