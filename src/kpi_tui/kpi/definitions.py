"""The KPI dictionary: every account KPI's id, name, unit, formula and good direction.

Computes nothing (see :mod:`kpi_tui.kpi.account`).
"""

from dataclasses import dataclass
from typing import Literal

from kpi_tui.kpi.metrics import Unit

Good = Literal["up", "down", "none"]
"""The direction of change that is good news."""
GroupName = Literal["audience", "reach", "engagement", "content", "site", "ads", "own"]
"""Panels that belong together; ``own`` are those that the user defines."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One KPI as the screen, the report and the docs name it."""

    id: str
    name: str
    short: str
    """At most 22 characters, for a panel's title."""
    unit: Unit
    good: Good
    formula: str
    """Readable, in the words of other KPIs and metrics."""
    group: GroupName
    is_summed: bool = False
    """Of the user's own: whether 28 days bring 28 times what one does."""


# Two lines a KPI: exploded by the formatter, it would be 300 lines long.
# fmt: off
_ALL = (
    Definition("followers", "Followers", "Followers",
        "count", "up", "followers at the end of the last day", "audience"),
    Definition("follower_growth", "Net follower growth", "Follower growth",
        "count", "up", "followers at the end - followers before the first day", "audience"),
    Definition("follower_growth_rate", "Follower growth rate", "Growth rate",
        "percent", "up", "net follower growth / followers before the first day", "audience"),
    Definition("video_views", "Video views", "Video views",
        "count", "up", "sum of daily video views", "reach"),
    Definition("reach", "Unique viewers", "Unique viewers",
        "count", "up", "sum of daily unique viewers", "reach"),
    Definition("engagements", "Engagements", "Engagements",
        "count", "up", "sum of daily likes + comments + shares", "engagement"),
    Definition("engagement_rate", "Engagement rate by followers", "Engagement (followers)",
        "percent", "up", "engagements / followers at the end", "engagement"),
    Definition("engagement_rate_by_views", "Engagement rate by views", "Engagement (views)",
        "percent", "up", "engagements / video views", "engagement"),
    Definition("engagement_rate_by_reach", "Engagement rate by reach", "Engagement (reach)",
        "percent", "up", "engagements / unique viewers", "engagement"),
    Definition("like_rate", "Likes per view", "Likes per view",
        "percent", "up", "likes / video views", "engagement"),
    Definition("comment_rate", "Comments per view", "Comments per view",
        "percent", "up", "comments / video views", "engagement"),
    Definition("share_rate", "Shares per view", "Shares per view",
        "percent", "up", "shares / video views", "engagement"),
    Definition("save_rate", "Saves per view", "Saves per view",
        "percent", "up", "saves / video views", "engagement"),
    Definition("completion_rate", "Completion rate", "Completion rate",
        "percent", "up", "full-watch rate of the videos posted, weighted by views", "content"),
    Definition("average_watch_time", "Average watch time", "Average watch time",
        "seconds", "up", "total watch time / views of the videos posted", "content"),
    Definition("average_watched_share", "Average share watched", "Share watched",
        "percent", "up", "average watch time / mean duration, weighted by views", "content"),
    Definition("profile_views", "Profile views", "Profile views",
        "count", "up", "sum of daily profile views", "reach"),
    Definition("profile_view_rate", "Profile views per video view", "Profile views per view",
        "percent", "up", "profile views / video views", "reach"),
    Definition("new_viewer_share", "New viewers", "New viewers",
        "percent", "none", "new viewers / total viewers", "audience"),
    Definition("posting_frequency", "Posts per week", "Posts per week",
        "per_week", "none", "videos posted / days x 7", "content"),
    Definition("views_per_video", "Views per video (median)", "Views per video",
        "count", "up", "median of the present views of the videos posted", "content"),
    Definition("followers_per_1000_views", "New followers per 1,000 views", "Followers per 1k views",
        "ratio", "up", "net follower growth / video views x 1,000", "audience"),
    Definition("website_visits", "Website visits from TikTok", "Website visits",
        "count", "up", "sum of daily sessions whose source is TikTok", "site"),
    Definition("website_visits_growth", "Website traffic growth", "Website growth",
        "percent", "up", "website visits / those of the days before - 1", "site"),
    Definition("bounce_rate", "Bounce rate", "Bounce rate",
        "percent", "down", "bounces / website visits", "site"),
    Definition("conversions", "Conversions", "Conversions",
        "count", "up", "sum of the configured conversion event", "site"),
    Definition("conversion_rate", "Conversion rate (viewers)", "Conversion (viewers)",
        "percent", "up", "conversions / unique viewers, or video views when those are unknown", "site"),
    Definition("conversion_rate_by_visit", "Conversion rate (visits)", "Conversion (visits)",
        "percent", "up", "conversions / website visits", "site"),
    Definition("conversion_rate_by_click", "Conversion rate (ad clicks)", "Conversion (ad clicks)",
        "percent", "up", "ads conversions / ads clicks", "ads"),
    Definition("click_through_rate", "Click-through rate", "Click-through rate",
        "percent", "up", "clicks / impressions", "ads"),
    Definition("spend", "Ad spend", "Ad spend",
        "currency", "none", "sum of daily ad spend", "ads"),
    Definition("revenue", "Revenue", "Revenue",
        "currency", "up", "sum of daily attributed revenue", "ads"),
    Definition("cost_per_conversion", "Cost per conversion", "Cost per conversion",
        "currency", "down", "ad spend / conversions", "ads"),
    Definition("roas", "Return on ad spend", "Return on ad spend",
        "ratio", "up", "revenue / ad spend", "ads"),
    Definition("roi", "Return on investment", "Return on investment",
        "percent", "up", "(revenue - ad spend) / ad spend", "ads"),
    Definition("hook_rate", "Held past 2 s", "Held past 2 s",
        "percent", "up", "2-second views / plays of ads; else still watching posts at 2 s", "content"),
)
# fmt: on

DEFINITIONS: dict[str, Definition] = {entry.id: entry for entry in _ALL}
"""Every account KPI by id, in the dictionary's order."""
