"""The one thread that writes, and what it does when it can't.

Knows nothing of what a job writes; a job is a function of the ingester.
"""

import contextlib
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from kpi_tui.store.database import Database, Opened, open_database, open_file
from kpi_tui.store.ingest import Ingester
from kpi_tui.store.records import StoreError
from kpi_tui.store.rescue import (
    is_busy,
    is_damage,
    is_full,
    is_surroundings,
    write_again,
    write_backup,
)

T = TypeVar("T")
Job = Callable[[Ingester], T]
"""Writes inside one transaction; run again later when the disk was full."""

_MAX_WAITING = 200
"""Jobs kept in memory while nothing can be written; the oldest go first."""

_BUSY_TRIES = 10
"""Tries of BUSY_SECONDS each before a job has to wait in memory."""

_REOPEN_SECONDS = 30.0
"""Time between tries to get from memory back to the file."""

_CLOSE_SECONDS = 0.7
"""How long the running job may take when closing, before it is interrupted."""


class Writer:
    """Runs jobs one after the other, each in its own transaction."""

    def __init__(self, path: Path | None) -> None:
        """Open the store. Raises StoreError (see :func:`open_database`)."""
        self._path = path
        self._waiting: deque[Job[object]] = deque(maxlen=_MAX_WAITING)
        self._notices: dict[str, str] = {}
        self._reopen_at = 0.0
        self._is_closed = False
        self._is_stopping = False
        self._take_over(open_database(path))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kpi-store")

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user must know, one sentence each."""
        return tuple(self._notices.values())

    @property
    def path(self) -> Path | None:
        """The file that it should be, also while it runs in memory for want of it."""
        return self._path

    @property
    def database(self) -> Database:
        """Where readers read."""
        return self._database

    @property
    def is_stranded(self) -> bool:
        """Whether it runs in memory though there should be a file."""
        return self._path is not None and self._database.path is None

    @property
    def has_unsaved(self) -> bool:
        """Whether jobs wait in memory for the file."""
        return bool(self._waiting)

    def submit(self, job: Job[T], otherwise: T, *, is_kept: bool = True) -> Future[T]:
        """Run the job on the writing thread.

        When disk, permissions or another program are in the way, the result is
        ``otherwise``, and the job, if ``is_kept``, runs again before the next one.
        Raises StoreError when closed.
        """
        if self._is_closed:
            raise StoreError("the store is closed")
        return self._thread.submit(self._do, job, otherwise, is_kept=is_kept)

    def rescue(self) -> None:
        """Check the whole file, and replace it by its backup if it is damaged."""
        if not self._is_closed:
            self._thread.submit(self._rescue).result()

    def backup(self) -> bool:
        """Copy the file to its backup; whether that went well. Blocks the caller only.

        A copy that turns out damaged has the file itself checked.
        """
        path = self._database.path
        if path is None:
            return False
        try:
            # A connection of its own would leave a descriptor behind.
            with self._database.reading() as conn:
                is_good = write_backup(conn, path)
        except (OSError, sqlite3.Error, StoreError):
            return False
        if not is_good:
            self.rescue()
        return is_good

    def close(self) -> None:
        """Finish what was submitted, within a second; safe to call again."""
        if self._is_closed:
            return
        self._is_closed = True
        end = self._thread.submit(self._end)
        with contextlib.suppress(TimeoutError):
            end.result(_CLOSE_SECONDS)
        self._is_stopping = True
        for _ in range(12):
            if end.done():
                break
            # Again and again: it ends the running statement, and not the next one.
            with contextlib.suppress(sqlite3.Error):
                self._database.conn.interrupt()
            with contextlib.suppress(TimeoutError):
                end.result(0.02)
        self._thread.shutdown(wait=False)

    def _do(self, job: Job[T], otherwise: T, *, is_kept: bool) -> T:
        if self._is_stopping:
            return otherwise
        self._return_to_file()
        self._follow_file()
        try:
            self._catch_up()
            result = self._transact(job)
        except sqlite3.Error as error:
            return self._after_fault(error, job, otherwise, is_kept=is_kept)
        if is_kept and self.is_stranded:
            self._keep(job)
        return result

    def _after_fault(
        self, error: sqlite3.Error, job: Job[T], otherwise: T, *, is_kept: bool
    ) -> T:
        if is_damage(error):
            self._rescue()
            with contextlib.suppress(sqlite3.Error):
                return self._transact(job)
        elif not is_surroundings(error):
            raise error
        if is_kept:
            self._keep(job)
        why = "the disk is full" if is_full(error) else f"{error}"
        self._tell(
            "write",
            f"{self._path or 'The store'} can't be written ({why}): new numbers wait "
            "in memory and are saved as soon as it can be",
        )
        return otherwise

    def _catch_up(self) -> None:
        """Run what had to wait. Raises sqlite3.Error if it still has to."""
        if self.is_stranded:
            return
        while self._waiting:
            job = self._waiting.popleft()
            try:
                self._transact(job)
            except sqlite3.Error:
                self._waiting.appendleft(job)
                raise
        self._notices = {k: v for k, v in self._notices.items() if k != "write"}

    def _transact(self, job: Job[T]) -> T:
        """Run the job, with patience for another program's write."""
        for _ in range(_BUSY_TRIES - 1):
            try:
                return self._run(job)
            except sqlite3.OperationalError as error:
                if not is_busy(error) or self._is_stopping:
                    raise
        return self._run(job)

    def _run(self, job: Job[T]) -> T:
        try:
            with self._database.writing():
                return job(self._ingester)
        except BaseException:
            self._ingester.forget()
            raise

    def _return_to_file(self) -> None:
        if not self.is_stranded or time.monotonic() < self._reopen_at:
            return
        self._reopen_at = time.monotonic() + _REOPEN_SECONDS
        assert self._path is not None  # noqa: S101 - else it is not stranded
        try:
            opened = open_file(self._path)
        except (OSError, sqlite3.Error, StoreError):
            return
        memory = self._database
        self._take_over(opened)
        memory.close()
        self._notices = {k: v for k, v in self._notices.items() if k != "file"}

    def _follow_file(self) -> None:
        """Somebody deleted or replaced the file: what would be written to the open
        one, nobody would ever see."""
        if self._database.is_in_place():
            return
        assert self._path is not None  # noqa: S101 - in memory it is in place
        try:
            said = "replaced while kpi-tui ran"
            if not self._path.exists():
                write_again(self._database.conn, self._path)
                said = "deleted while kpi-tui ran: it is written again"
            opened = open_file(self._path)
        except (OSError, sqlite3.Error, StoreError) as error:
            said = f"deleted while kpi-tui ran, and can't be written again: {error}"
        else:
            before = self._database
            self._take_over(opened)
            before.close()
        self._tell("gone", f"{self._path.name} was {said}")

    def _rescue(self) -> None:
        if self._path is None or self.is_stranded:
            return
        self._database.close()
        self._take_over(open_database(self._path, is_suspect=True))

    def _take_over(self, opened: Opened) -> None:
        self._database = Database(opened)
        self._ingester = Ingester(opened.conn)
        self._notices = {**self._notices, **opened.notices}
        if opened.path is None:
            self._reopen_at = time.monotonic() + _REOPEN_SECONDS

    def _keep(self, job: Job[T]) -> None:
        if len(self._waiting) == _MAX_WAITING:
            self._tell(
                "lost",
                f"Only the newest {_MAX_WAITING} unsaved answers are kept in memory; "
                "older ones will be missing from the file",
            )
        self._waiting.append(job)

    def _tell(self, key: str, text: str) -> None:
        # A new dict each time: other threads read while this one writes.
        self._notices = {**self._notices, key: text}

    def _end(self) -> None:
        if not self._is_stopping:
            self._follow_file()
            with contextlib.suppress(sqlite3.Error):
                self._catch_up()
        self._database.close()
