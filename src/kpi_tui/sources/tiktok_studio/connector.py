"""A watched folder of TikTok Studio downloads as a source.

Knows which files it has read; how they are read is :mod:`.read`'s work.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kpi_tui.kpi.readings import Batch, Reading, Video
from kpi_tui.kpi.text import clean
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_studio.files import Found, find, is_there
from kpi_tui.sources.tiktok_studio.read import FileResult, read_found
from kpi_tui.sources.tiktok_studio.watch import news

MAX_NOTES = 20
_SETTLE_SECONDS = 1.0
"""A file changed less than this ago may still grow."""
_PATIENCE_SECONDS = 10.0
"""A damaged file younger than this is read again before it is reported."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a file that was read, without its numbers."""

    stamp: tuple[int, int]
    refusals: tuple[str, ...]
    until: tuple[tuple[str, date], ...]
    """(kind, last day of complete data) of the daily files in it."""


class StudioConnector:
    """Reads the downloads that appear in a folder, each again when it changes."""

    def __init__(
        self, name: str, account: str, path: Path, interval: float | None
    ) -> None:
        """``path`` is a folder, or a single file; ``interval`` is in seconds."""
        self.name = name
        self.account = account
        self.kind = "tiktok-studio"
        self.interval = interval
        self.is_demo = False
        self._path = path.expanduser()
        self._known: dict[Path, _Known] = {}
        self._is_missing = False

    async def fetch(self, now: float) -> Batch:
        """What the files say that are new or changed since the last fetch.

        ``now`` is UTC epoch seconds. Files that lie together with a changed one are
        read again with it, because they tell each other the year. Refused files
        stay in the notes while they are there. Raises SourceError when there is no
        such folder.
        """
        found = await asyncio.to_thread(self._find)
        settled = [file for file in found if not _is_growing(file, now)]
        stale = {file.group for file in settled if self._is_new(file)}
        to_read = [file for file in settled if file.group in stale]
        results = await asyncio.to_thread(
            read_found, to_read, self.account, exported=None, now=now
        )
        by_file = _by_file(to_read, results)
        waiting = {
            file.path
            for file in to_read
            if abs(now - file.modified_at) < _PATIENCE_SECONDS
            and any(result.is_damaged for result in by_file[file.path])
        }
        there = {file.path for file in found}
        known = {path: was for path, was in self._known.items() if path in there}
        for file in to_read:
            known.pop(file.path, None)
            if file.path not in waiting:
                known[file.path] = _remember(file, by_file[file.path])
        self._known = known
        taken = [r for path in by_file if path not in waiting for r in by_file[path]]
        return self._merged(taken, is_empty=not found)

    async def wait_for_change(self) -> None:
        """Return when a download appears, changes, goes, or was not yet complete.

        Cancelling ends the watch at once.
        """
        await news(self._path, self._has_news)

    def gauges(self) -> Gauges:
        """A folder has no limits."""
        return Gauges()

    def hold(self, seconds: float) -> None:
        """Share no limit, so nobody else is meant."""

    async def close(self) -> None:
        """Hold nothing between calls, so nothing is given up."""

    def _find(self) -> list[Found]:
        """The files there are; raises SourceError when the folder cannot be read."""
        shown = clean(str(self._path), 200)
        try:
            self._is_missing = not self._path.exists()
            if self._is_missing:
                raise SourceError(
                    f"there is no folder {shown}",
                    fault="config",
                    hint="make the folder, or correct this source's path in the config",
                )
            if self._path.is_dir():
                next(self._path.iterdir(), None)
        except OSError as error:
            raise SourceError(
                f"{shown} cannot be read: {clean(error.strerror or '', 80)}",
                fault="config",
                hint="change its permissions, or this source's path in the config",
            ) from None
        return find([self._path])

    def _is_new(self, file: Found) -> bool:
        known = self._known.get(file.path)
        return known is None or known.stamp != file.stamp

    def _has_news(self) -> bool:
        is_missing = not is_there(self._path)
        if is_missing or self._is_missing:
            return is_missing != self._is_missing
        stamps = {file.path: file.stamp for file in find([self._path])}
        return stamps != {path: known.stamp for path, known in self._known.items()}

    def _merged(self, results: Sequence[FileResult], *, is_empty: bool) -> Batch:
        notes = [note for known in self._known.values() for note in known.refusals]
        readings: dict[tuple[str, str, str, int], Reading] = {}
        videos: dict[str, Video] = {}
        for result in sorted(results, key=lambda r: r.exported or date.min):
            if result.batch is None:
                continue
            notes += [f"{result.path}: {note}" for note in result.batch.notes]
            videos |= {video.id: video for video in result.batch.videos}
            for reading in result.batch.readings:
                key = (reading.entity, reading.metric, reading.grain, reading.at)
                before = readings.get(key)
                if before is None or before.seen <= reading.seen:
                    readings[key] = reading
        if is_empty:
            notes.append(
                f"no downloads in {clean(str(self._path), 200)} yet: put TikTok"
                " Studio's zip, csv or xlsx files there"
            )
        if len(notes) > MAX_NOTES:
            rest = len(notes) - MAX_NOTES + 1
            notes = [*notes[: MAX_NOTES - 1], f"{rest:,} more notes like these"]
        return Batch(
            tuple(readings.values()),
            tuple(videos.values()),
            _data_until(self._known.values()),
            tuple(notes),
        )


def _is_growing(file: Found, now: float) -> bool:
    return file.reason is None and abs(now - file.modified_at) < _SETTLE_SECONDS


def _by_file(
    files: Sequence[Found], results: Sequence[FileResult]
) -> dict[Path, list[FileResult]]:
    """Each file's own results: a member's path starts with its archive's."""
    by_file: dict[Path, list[FileResult]] = {file.path: [] for file in files}
    paths = {file.label: file.path for file in files}
    for result in results:
        by_file[paths[result.source]].append(result)
    return by_file


def _remember(file: Found, results: Sequence[FileResult]) -> _Known:
    return _Known(
        file.stamp,
        tuple(f"{r.path}: {r.refused}" for r in results if r.refused is not None),
        tuple(
            (r.kind or "", r.batch.data_until)
            for r in results
            if r.batch is not None and r.batch.data_until is not None
        ),
    )


def _data_until(known: Iterable[_Known]) -> date | None:
    """The last complete day of the account's own numbers.

    Where there are views, theirs: followers that were downloaded alone must not
    move the window past the last day with views.
    """
    until = [entry for file in known for entry in file.until]
    views = [day for kind, day in until if kind in {"Overview", "Business Suite"}]
    return max(views or [day for _, day in until], default=None)
