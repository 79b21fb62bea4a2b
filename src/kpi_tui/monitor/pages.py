"""What is read from the store only when somebody opens it: one video, an export."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.velocity import Pace, paces, questions
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.snapshot import VideoPage, View
from kpi_tui.store.store import Store, sheet_record

AUDIENCE_DIMENSIONS = ("gender", "country", "city", "type")
_VIEWERS = {
    "NEW_VIEWER": "new viewers",
    "RETURN_VIEWER": "returning viewers",
    "FOLLOWER_PERCENT": "followers",
    "NON_FOLLOWER_PERCENT": "others than followers",
}
"""TikTok's words for who watches: two pairs, each of them everybody."""


def read_video_page(
    store: Store, handle: str, row: VideoRow, rows: Sequence[VideoRow]
) -> VideoPage:
    """Growth since posting, retention, impressions and audience of one video.

    ``rows`` are the account's videos, newest first: its first hours are compared with
    theirs.
    """
    growth = list(store.video_series(handle, row.id, "video_total_views"))
    if row.posted_at is not None and growth and row.posted_at < growth[0][0]:
        growth.insert(0, (row.posted_at, 0.0))
    buckets = store.video_buckets(handle, row.id)
    retention = sorted(
        (float(second), share) for second, share in buckets.get("second", ())
    )
    return VideoPage(
        row=row,
        growth=tuple(growth),
        retention=tuple(retention),
        impressions=_largest_first(buckets.get("impressions", [])),
        audience=tuple(
            (dimension, _in_words(_largest_first(buckets[dimension])))
            for dimension in AUDIENCE_DIMENSIONS
            if buckets.get(dimension)
        ),
        paces=_paces(store, handle, row, rows),
    )


def _paces(
    store: Store, handle: str, row: VideoRow, rows: Sequence[VideoRow]
) -> tuple[Pace, ...]:
    # First, for it to be one of the newest that are compared.
    compared = [row, *(one for one in rows if one.id != row.id)]
    looks = store.video_looks(handle, questions(compared))
    return paces(compared, looks).get(row.id, ())


def _in_words(
    shares: tuple[tuple[str, float], ...],
) -> tuple[tuple[str, float], ...]:
    return tuple((_VIEWERS.get(label, label), share) for label, share in shares)


def _largest_first(shares: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(shares, key=lambda share: -share[1]))


def export_view(store: Store, view: View, window: Window | None, path: Path) -> None:
    """The window's points of the account, as CSV, whole or not at all."""
    rows = store.points(view.account, (), window.first if window else None)
    part = path.with_suffix(".csv.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            record = sheet_record(row)
            if writer is None:
                writer = csv.DictWriter(file, list(record))
                writer.writeheader()
            writer.writerow(record)
    os.replace(part, path)  # noqa: PTH105  atomic on the same file system
