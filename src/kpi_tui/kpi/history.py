"""One account's stored points, in the shape the formulas read.

The store fills it; nothing here knows SQLite.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from kpi_tui.kpi.custom import Customs
from kpi_tui.kpi.readings import Video


@dataclass(frozen=True, slots=True)
class VideoHistory:
    """A post with the totals that the window needs."""

    video: Video
    now: Mapping[str, float]
    """Metric id (``video_total_views``, …) to its value as of the view's moment:
    the last one known at or before it, else the first known after it."""
    now_at: int
    """UTC epoch seconds of the newest value in ``now``; 0 when there is none."""
    at_day: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    """Totals (last known value) at the end of the window's last day, of its
    baseline day and of the previous window's baseline day, for flows from totals."""
    told_at: Mapping[date, int] = field(default_factory=dict)
    """Of the same days: UTC epoch seconds of the newest of these totals. One that
    does not move is not told again."""


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """Daily flows, end-of-day levels and posts of one account."""

    handle: str
    zone: ZoneInfo
    flows: Mapping[str, Mapping[date, float]]
    """Metric id to value per covered day; a day that is absent is missing, not 0.
    Also holds daily ``share`` metrics (``bounce_share``)."""
    levels: Mapping[str, Mapping[date, float]]
    """Metric id to the end-of-day value, only for days with an observation of
    their own. One older observation may stand before the asked range, so that
    "last known on or before" can be answered."""
    videos: tuple[VideoHistory, ...] = ()
    until: Mapping[str, date] = field(default_factory=dict)
    """Metric id of a flow or level to its last complete day; absent: not known."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Metric id to the name of the source that last wrote it."""
    currencies: Mapping[str, str] = field(default_factory=dict)
    """Metric id to the ISO code of its source's money; absent: not told."""
    latest: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    """Metric id of a level to its newest (UTC epoch seconds, value), to the second."""
    video_flows: Mapping[str, Mapping[date, float]] = field(default_factory=dict)
    """Flow (``video_views``, …) to what all posts' running totals gained on a day,
    for the days on which they were looked at; only where nothing tells it by day.
    For single days: a window is had from the totals at its two ends."""
    customs: Customs = field(default_factory=dict)
    """The KPIs that the user defines, worked out beside the built-in ones."""
