"""Writes what is known of posts; what a source leaves out stays as it was.

Knows nothing of their numbers (see :mod:`kpi_tui.store.video_history`).
"""

import sqlite3
from collections.abc import Iterable

from kpi_tui.kpi.readings import Video

# ``IS NOT`` tells a change from a repeat also where one side is NULL: an unchanged
# post is not written, and a poll repeats hundreds of them.
_UPSERT = """
INSERT INTO videos (
  account, id, posted_at, posted_precision, caption, url, duration, format, is_ad)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, id) DO UPDATE SET
  posted_at = {posted_at},
  posted_precision = {precision},
  caption = coalesce(excluded.caption, caption),
  url = coalesce(excluded.url, url),
  duration = coalesce(excluded.duration, duration),
  format = coalesce(excluded.format, format),
  is_ad = coalesce(excluded.is_ad, is_ad)
WHERE posted_at IS NOT {posted_at}
  OR posted_precision IS NOT {precision}
  OR caption IS NOT coalesce(excluded.caption, caption)
  OR url IS NOT coalesce(excluded.url, url)
  OR duration IS NOT coalesce(excluded.duration, duration)
  OR format IS NOT coalesce(excluded.format, format)
  OR is_ad IS NOT coalesce(excluded.is_ad, is_ad)
"""

# A time to the second is never replaced by a mere day.
_BETTER = """CASE WHEN excluded.posted_at IS NULL OR (posted_at IS NOT NULL
  AND posted_precision = 'second' AND excluded.posted_precision = 'day')
  THEN {column} ELSE excluded.{column} END"""

_STATEMENT = _UPSERT.format(
    posted_at=_BETTER.format(column="posted_at"),
    precision=_BETTER.format(column="posted_precision"),
)


def upsert_videos(conn: sqlite3.Connection, videos: Iterable[Video]) -> None:
    """Add posts, and add to known ones, inside the caller's transaction."""
    conn.executemany(
        _STATEMENT,
        [
            (
                video.account,
                video.id,
                video.posted_at,
                video.posted_precision,
                video.caption,
                video.url,
                video.duration,
                video.format,
                video.is_ad,
            )
            for video in videos
        ],
    )
