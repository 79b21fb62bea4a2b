"""The table of top videos: posts with their days, and totals as of the export.

Knows no file; the export's day is given.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from kpi_tui.kpi.readings import Batch, Reading, Video, daily, day_start, video_entity
from kpi_tui.kpi.text import clean
from kpi_tui.sources.tiktok_studio.build import Notes, number
from kpi_tui.sources.tiktok_studio.evidence import Export
from kpi_tui.sources.tiktok_studio.labels import MonthDay
from kpi_tui.sources.tiktok_studio.tables import Table
from kpi_tui.sources.tiktok_studio.years import earliest, latest

_LINK = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*tiktok\.com/@([^/\s?#]{1,64})/(video|photo)/(\d{8,20})\b",
    re.IGNORECASE,
)
_DAY = timedelta(days=1)
_LAUNCH = date(2016, 9, 1)
"""Of the platform: an id that says an earlier day is not one."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a post's address says."""

    handle: str
    format: Literal["video", "photo"]
    id: str
    url: str

    @property
    def made_on(self) -> date | None:
        """UTC day on which the post was uploaded; None when the id does not say.

        An id's upper bits are the second. The post may appear days later.
        """
        seconds = int(self.id) >> 32
        # 2100 as the end: larger numbers are not ids of this kind.
        day = datetime.fromtimestamp(seconds, UTC).date() if seconds < 4e9 else date.max
        return day if _LAUNCH <= day < date(2100, 1, 1) else None


def read_link(text: str) -> Link | None:
    """The post behind an address of TikTok; None for anything else."""
    match = _LINK.match(clean(text, 300))
    if match is None:
        return None
    is_photo = match[2].lower() == "photo"
    return Link(match[1], "photo" if is_photo else "video", match[3], match[0])


def newest_post(links: Iterable[Link | None], now: float) -> date | None:
    """UTC day of the newest id: the export is not older. Ids of the future don't count."""
    until = datetime.fromtimestamp(now, UTC).date() + _DAY
    made = [link.made_on for link in links if link is not None]
    return max((day for day in made if day is not None and day <= until), default=None)


def content_batch(
    table: Table,
    links: Sequence[Link | None],
    posted: Sequence[MonthDay | None],
    export: Export,
    account: str,
) -> Batch:
    """Videos and their totals; ``posted`` is each row's day and month."""
    notes = Notes()
    readings: list[Reading] = []
    videos: list[Video] = []
    for row, link, label in zip(table.rows, links, posted, strict=True):
        if link is None:
            notes.add(row, "the link is not one of a TikTok post; left out")
            continue
        if label is None:
            text = clean(table.cell(row, "post time"), 30)
            notes.add(row, f'cannot read the day "{text}" of the post')
        day = posting_day(label, link.made_on, export.day) if label else None
        videos.append(
            Video(
                account,
                link.id,
                None if day is None else day_start(day),
                "day",
                clean(table.cell(row, "video title")) or None,
                link.url,
                format=link.format,
            )
        )
        values = [
            (metric, value)
            for name, metric in table.kind.metrics.items()
            if name in table.places
            and (value := number(table, row, name, notes)) is not None
        ]
        readings += daily(
            account, values, export.day, seen=export.seen, entity=video_entity(link.id)
        )
    return Batch(
        tuple(readings), tuple(videos), notes=notes.all() + _stranger(links, account)
    )


def posting_day(label: MonthDay, made: date | None, exported: date) -> date:
    """The day of a post: month and day as written, the year from its id.

    Posts appear up to days after their upload, also in the new year. An upload
    late in the evening west of Greenwich has the next UTC day in its id.
    """
    if made is None:
        return latest(label, exported)
    after = earliest(label, made - _DAY)
    # A label just before the upload must not become next year's.
    before = latest(label, made)
    return after if after <= exported + _DAY else before


def _stranger(links: Sequence[Link | None], account: str) -> tuple[str, ...]:
    """A warning when all posts are somebody else's."""
    handles = {link.handle.casefold() for link in links if link is not None}
    if len(handles) != 1 or account.casefold() in handles:
        return ()
    return (f"its posts are @{handles.pop()}'s and were taken in for @{account}",)
