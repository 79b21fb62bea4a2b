"""The metrics that sources measure: ids, kinds and units.

Knows no formula (see :mod:`kpi_tui.kpi.definitions`) and no provider's field name.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["flow", "level", "share"]
"""``flow``: counted per day, a window is the sum. ``level``: has a value at a time,
a window is the last one. ``share``: a fraction 0-1 or a mean, never summed."""
Unit = Literal["count", "percent", "seconds", "currency", "ratio", "per_week"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that a source can measure."""

    id: str
    name: str
    kind: Kind
    unit: Unit = "count"


_ALL = (
    # Account, per day.
    Metric("video_views", "Video views", "flow"),
    Metric("reach", "Unique viewers", "flow"),
    Metric("likes", "Likes", "flow"),
    Metric("comments", "Comments", "flow"),
    Metric("shares", "Shares", "flow"),
    Metric("saves", "Saves", "flow"),
    Metric("profile_views", "Profile views", "flow"),
    Metric("viewers", "Viewers", "flow"),
    Metric("new_viewers", "New viewers", "flow"),
    Metric("returning_viewers", "Returning viewers", "flow"),
    Metric("net_followers", "Net new followers", "flow"),
    Metric("new_followers", "New followers", "flow"),
    Metric("lost_followers", "Lost followers", "flow"),
    Metric("engaged_audience", "Engaged audience", "flow"),
    Metric("website_visits", "Website visits from TikTok", "flow"),
    Metric("bounces", "Bounces", "flow"),
    Metric("bounce_share", "Bounce rate of the day", "share", "percent"),
    Metric("conversions", "Conversions", "flow"),
    Metric("revenue", "Revenue", "flow", "currency"),
    Metric("spend", "Ad spend", "flow", "currency"),
    Metric("impressions", "Impressions", "flow"),
    Metric("clicks", "Clicks", "flow"),
    Metric("ad_conversions", "Ads conversions", "flow"),
    Metric("ad_revenue", "Ads revenue", "flow", "currency"),
    Metric("purchases", "Purchases after an ad", "flow"),
    Metric("plays", "Plays of ads", "flow"),
    Metric("views_2s", "2-second views of ads", "flow"),
    Metric("views_6s", "6-second views of ads", "flow"),
    Metric("views_p25", "Ads watched to a quarter", "flow"),
    Metric("views_p50", "Ads watched to the half", "flow"),
    Metric("views_p75", "Ads watched to three quarters", "flow"),
    Metric("views_p100", "Ads watched to the end", "flow"),
    Metric("link_clicks", "Link clicks on the profile", "flow"),
    Metric("product_link_clicks", "Product link clicks", "flow"),
    Metric("product_sales", "Product link sales", "flow"),
    Metric("phone_clicks", "Phone number clicks", "flow"),
    Metric("email_clicks", "E-mail clicks", "flow"),
    Metric("address_clicks", "Address clicks", "flow"),
    Metric("app_clicks", "App download clicks", "flow"),
    Metric("leads", "Lead submissions", "flow"),
    # Account, levels.
    Metric("followers", "Followers", "level"),
    Metric("following", "Following", "level"),
    Metric("likes_total", "Likes, all time", "level"),
    Metric("comments_total", "Comments, all time", "level"),
    Metric("shares_total", "Shares, all time", "level"),
    Metric("views_total", "Views, all time", "level"),
    Metric("videos_total", "Videos", "level"),
    # Audience buckets (entities age:, gender:, country:, city:, hour:).
    Metric("audience_share", "Share of the audience", "share", "percent"),
    Metric("active_followers", "Active followers", "level"),
    # Videos (entity video:<id>), running totals and lifetime aggregates.
    Metric("video_total_views", "Views", "level"),
    Metric("video_total_likes", "Likes", "level"),
    Metric("video_total_comments", "Comments", "level"),
    Metric("video_total_shares", "Shares", "level"),
    Metric("video_total_saves", "Saves", "level"),
    Metric("video_reach", "Unique viewers", "level"),
    Metric("video_watch_time", "Total watch time", "level", "seconds"),
    Metric("video_average_watch_time", "Average watch time", "share", "seconds"),
    Metric("video_completion_rate", "Completion rate", "share", "percent"),
    Metric("video_new_followers", "New followers", "level"),
    Metric("video_profile_views", "Profile views", "level"),
    Metric("video_link_clicks", "Link clicks", "level"),
    Metric("video_phone_clicks", "Phone number clicks", "level"),
    Metric("video_email_clicks", "E-mail clicks", "level"),
    Metric("video_address_clicks", "Address clicks", "level"),
    Metric("video_app_clicks", "App download clicks", "level"),
    Metric("video_leads", "Lead submissions", "level"),
    Metric("video_hold_2s", "Still watching at 2 s", "share", "percent"),
    Metric("video_retention", "Still watching", "share", "percent"),
    Metric("video_like_share", "Share of likes", "share", "percent"),
    Metric("video_impression_share", "Share of impressions", "share", "percent"),
    # Averages of an industry (entity benchmark:<CATEGORY>), as TikTok tells them.
    Metric("benchmark_engagement_rate", "Industry engagement rate", "share", "percent"),
    Metric("benchmark_video_views", "Industry video views", "level"),
    Metric("benchmark_likes", "Industry likes", "level"),
    Metric("benchmark_comments", "Industry comments", "level"),
    Metric("benchmark_shares", "Industry shares", "level"),
    Metric("benchmark_videos", "Industry videos", "level"),
    Metric("benchmark_followers", "Industry followers", "level"),
    Metric("benchmark_follower_growth", "Industry follower growth", "level", "ratio"),
)

METRICS: dict[str, Metric] = {metric.id: metric for metric in _ALL}
"""Every built-in metric by id."""

TOTAL_OF: dict[str, str] = {
    "video_views": "views_total",
    "likes": "likes_total",
    "comments": "comments_total",
    "shares": "shares_total",
}
"""Daily flows that can be derived from an account's running total."""
