"""Videos and groups of videos: medians, lift with its interval, posting times."""

from dataclasses import dataclass
from typing import Literal

Dimension = Literal["theme", "hashtag", "format", "duration", "weekday_hour"]


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One post as the Content tab lists it. None: not measured."""

    id: str
    caption: str
    url: str | None
    posted_at: int | None
    """UTC epoch seconds."""
    posted_precision: Literal["second", "day"]
    format: str | None
    duration: float | None
    views: float | None
    likes: float | None
    comments: float | None
    shares: float | None
    saves: float | None
    reach: float | None
    engagement_rate_by_views: float | None
    completion_rate: float | None
    average_watch_time: float | None
    average_watched_share: float | None
    new_followers: float | None
    link_clicks: float | None
    lift: float | None
    """Views / median views of the account's videos."""
    as_of_at: int
    """UTC epoch seconds of the newest of these numbers."""


@dataclass(frozen=True, slots=True)
class Group:
    """Videos that share something."""

    dimension: Dimension
    label: str
    videos: int
    median_views: float | None
    median_engagement: float | None
    """Median engagement_rate_by_views."""
    median_completion: float | None
    lift: float | None
    """Median views / the account's median views."""
    interval: tuple[float, float] | None
    """90 % bootstrap interval of the lift; None with fewer than MIN_VIDEOS."""

    @property
    def is_too_few(self) -> bool:
        """Whether the group is too small to say anything."""
        return self.videos < MIN_VIDEOS


MIN_VIDEOS = 5
"""A group below this is shown as "too few" and never recommended."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Videos posted at one weekday and hour of the account's zone."""

    weekday: int
    """0 is Monday."""
    hour: int
    videos: int
    lift: float | None
    """Median views of these videos / the account's median."""
