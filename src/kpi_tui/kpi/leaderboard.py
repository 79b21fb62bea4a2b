"""Ranks of own and competitor accounts by one KPI."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["own", "competitor"]


@dataclass(frozen=True, slots=True)
class Strategy:
    """How an account posts, over the window. None where videos are not known."""

    posts_per_week: float | None = None
    median_duration: float | None = None
    """Seconds."""
    top_hashtags: tuple[str, ...] = ()
    formats: tuple[tuple[str, float], ...] = ()
    """(format, share 0-1), largest first."""


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One account's line."""

    handle: str
    name: str
    role: Role
    rank: int | None
    """None: no value, listed below the ranked ones. Equal values share a rank."""
    rank_change: int | None
    """Places gained since the previous window (+1 is one up); None if unranked then."""
    value: float | None
    """The ranking KPI's value."""
    reason: str | None
    """Why there is no value or no rank."""
    followers: float | None
    follower_growth_rate: float | None
    posting_frequency: float | None
    views_per_video: float | None
    trend: tuple[float | None, ...]
    """The ranking KPI per day of the window, for the sparkline."""
    gap: float | None
    """Value of the account ranked above minus own value; None for the first."""
    days_to_overtake: float | None
    """Days until the account above is reached at both accounts' pace; None: never."""
    strategy: Strategy
    source: str | None
    as_of: date | None
    """The last day that went in."""
    age_at: int | None
    """UTC epoch seconds of the newest follower count, for "12 min ago"."""
    is_rounded: bool = False
    """The platform rounds this account's counters (three significant digits)."""


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Rows in display order: ranked ones, then those without a value."""

    kpi: str
    rows: tuple[LeaderboardRow, ...]


RANKABLE = (
    "followers",
    "follower_growth",
    "follower_growth_rate",
    "engagement_rate",
    "engagement_rate_by_views",
    "views_per_video",
    "posting_frequency",
    "share_of_voice",
)
"""KPI ids that can rank the leaderboard."""
