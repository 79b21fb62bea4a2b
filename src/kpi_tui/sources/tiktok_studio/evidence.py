"""When a download was made: what its name, its posts and its file time say.

Downloads write days without a year, so everything hangs on this day. Knows no
language and no cell.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kpi_tui.kpi.readings import day_start
from kpi_tui.sources.tiktok_studio.labels import MonthDay
from kpi_tui.sources.tiktok_studio.years import earliest, latest

GIVEN = "given"
ZIP_NAME = "zip name"
NEWEST_POST = "newest post"
FILE_TIME = "file time"
_DAY = timedelta(days=1)
# Overview_<first day>_<epoch in the last day>_<handle>
_STAMP = re.compile(r"_(\d{4}-\d{2}-\d{2})_(\d{10})(?=_|\b)")
_NEAR = 7
"""A download's last day is one or two days before it; more is another download's."""
_JUST_MADE = 3
"""Days from a file's last row to its time stamp when it was never copied."""


@dataclass(frozen=True, slots=True)
class Export:
    """The moment at which a download was made."""

    day: date
    origin: str
    """What says so: one of the names above."""
    seen: int
    """UTC epoch seconds; the later download wins for a day that both have."""


@dataclass(frozen=True, slots=True)
class Clue:
    """What one file knows about its download."""

    newest: MonthDay | None
    """Day of its newest row; None for files without days."""
    last_by: Callable[[date], date]
    """Date of its newest row when that is the last such day by a given one."""
    is_export_day: bool
    """Whether that day is the download's own day (Content, FollowerActivity)."""
    newest_post: date | None
    """UTC day of the newest post's id: no download is older than its posts."""
    written_on: date
    """UTC day of the file's time stamp: no download is newer than its file."""


def at_noon(day: date, origin: str) -> Export:
    """An export of which only the day is known."""
    return Export(day, origin, day_start(day) + 12 * 3600)


def stamp_of(container: str, now: float) -> Export | None:
    """What an Overview download's name says; None when it has another name."""
    match = _STAMP.search(container)
    if match is None:
        return None
    try:
        first = date.fromisoformat(match[1])
    except ValueError:
        return None
    seen = int(match[2])
    day = datetime.fromtimestamp(seen, UTC).date()
    is_period = timedelta(0) <= day - first <= timedelta(days=800)
    is_past = seen <= now + _DAY.total_seconds()
    return Export(day, ZIP_NAME, seen) if is_period and is_past else None


def exports(clues: Sequence[Clue], stamp: Export | None) -> list[Export]:
    """The export of each file of one folder or archive.

    Several downloads may lie in one folder: a file belongs to the export that
    follows its newest row most closely, and to its own file time when none does.
    """
    posts = [clue.newest_post for clue in clues if clue.newest_post is not None]
    own = {
        place: _own(clue.newest, clue, max(posts, default=None), stamp)
        for place, clue in enumerate(clues)
        if clue.is_export_day and clue.newest is not None
    }
    pool = [*([stamp] if stamp else []), *own.values()]
    for place, clue in enumerate(clues):
        if place not in own and clue.newest is not None:
            own[place] = _of_days(clue, pool)
    known = pool or list(own.values())
    return [
        own[place] if place in own else _of_undated(clue, known)
        for place, clue in enumerate(clues)
    ]


def _own(
    label: MonthDay, clue: Clue, newest_post: date | None, stamp: Export | None
) -> Export:
    """The export of a file that says its day and month."""
    limit = clue.written_on + _DAY
    by_file = latest(label, limit)
    if stamp is not None:
        day = earliest(label, stamp.day - _DAY)
        if abs(day - stamp.day).days <= _NEAR:
            return Export(day, ZIP_NAME, stamp.seen)
    post = clue.newest_post or newest_post
    # A day's grace: ids count in UTC, the interface in the user's zone.
    day = earliest(label, post - _DAY) if post is not None else limit + _DAY
    is_file_day = abs(by_file - clue.written_on) <= _DAY
    # An untouched file outweighs the posts of an account that has been silent for
    # over a year.
    if day > limit or (is_file_day and day != by_file):
        return at_noon(by_file, FILE_TIME)
    return at_noon(day, NEWEST_POST)


def _of_days(clue: Clue, pool: Iterable[Export]) -> Export:
    """The export of a file whose newest row is a complete day before it."""
    gaps = [
        (gap, export)
        for export in pool
        if (gap := _gap(clue, export.day, export.origin)) is not None
    ]
    gap, export = min(gaps, key=lambda found: found[0], default=(None, None))
    by_file = _gap(clue, clue.written_on, FILE_TIME)
    is_just_made = by_file is not None and by_file <= _JUST_MADE
    if gap is None or export is None or (gap > _NEAR and is_just_made):
        return _of_file(clue)
    if gap <= 0 and export.origin == ZIP_NAME:
        day = export.day + timedelta(days=1 - gap)
        return Export(day, export.origin, export.seen)
    return export


def _gap(clue: Clue, day: date, origin: str) -> int | None:
    """Days from the newest row to the day; None when it cannot be before it.

    A name's stamp and a file's time count in UTC: the row may be a day ahead.
    """
    grace = _DAY if origin in {ZIP_NAME, FILE_TIME} else timedelta(0)
    gap = (day - clue.last_by(day + grace)).days
    return gap if gap >= -grace.days else None


def _of_file(clue: Clue) -> Export:
    """From the file's time stamp; a copied file was made the day after its last row."""
    last = clue.last_by(clue.written_on + _DAY)
    is_near = 1 <= (clue.written_on - last).days <= _JUST_MADE
    return at_noon(clue.written_on if is_near else last + _DAY, FILE_TIME)


def _of_undated(clue: Clue, known: Sequence[Export]) -> Export:
    """A file without days goes with the newest export that it can belong to."""
    if not known:
        return at_noon(clue.written_on, FILE_TIME)
    possible = [export for export in known if export.day <= clue.written_on + _DAY]
    return max(possible or known, key=lambda export: export.seen)
