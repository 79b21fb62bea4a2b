"""Which flows each account KPI adds up and divides: one table for windows and days.

Knows names only; :mod:`kpi_tui.kpi.account` and :mod:`kpi_tui.kpi.trends` apply it.
"""

from dataclasses import dataclass

ENGAGEMENT = ("likes", "comments", "shares")
"""Saves are a metric of their own and never mixed in."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """The sum of ``top`` over the sum of ``bottom``, over days that have both."""

    top: tuple[str, ...]
    bottom: str
    empty: str = "no views in these days"
    """Why there is no value when ``bottom`` is 0."""
    offset: float = 0.0
    """Added to the quotient: -1 makes a return out of a multiple."""


SUMS: dict[str, tuple[str, ...]] = {
    "video_views": ("video_views",),
    "reach": ("reach",),
    "engagements": ENGAGEMENT,
    "profile_views": ("profile_views",),
    "website_visits": ("website_visits",),
    "conversions": ("conversions",),
    "spend": ("spend",),
    "revenue": ("revenue",),
}
"""KPI id to the flows that it adds up."""

_NO_VISITS = "no visits in these days"
_NO_SPEND = "no spend in these days"
_NO_VIEWERS = "no viewers in these days"
_NO_CLICKS = "no clicks in these days"

RATIOS: dict[str, Ratio] = {
    "engagement_rate_by_views": Ratio(ENGAGEMENT, "video_views"),
    "engagement_rate_by_reach": Ratio(ENGAGEMENT, "reach", _NO_VIEWERS),
    "like_rate": Ratio(("likes",), "video_views"),
    "comment_rate": Ratio(("comments",), "video_views"),
    "share_rate": Ratio(("shares",), "video_views"),
    "save_rate": Ratio(("saves",), "video_views"),
    "profile_view_rate": Ratio(("profile_views",), "video_views"),
    "new_viewer_share": Ratio(("new_viewers",), "viewers", _NO_VIEWERS),
    "bounce_rate": Ratio(("bounces",), "website_visits", _NO_VISITS),
    "conversion_rate_by_visit": Ratio(("conversions",), "website_visits", _NO_VISITS),
    "conversion_rate_by_click": Ratio(("ad_conversions",), "clicks", _NO_CLICKS),
    "click_through_rate": Ratio(
        ("clicks",), "impressions", "no impressions in these days"
    ),
    "cost_per_conversion": Ratio(
        ("spend",), "conversions", "no conversions in these days"
    ),
    "roas": Ratio(("ad_revenue",), "spend", _NO_SPEND),
    "roi": Ratio(("ad_revenue",), "spend", _NO_SPEND, offset=-1.0),
}
"""KPI id to its quotient, for those that are one of flows only."""

HOOK = Ratio(("views_2s",), "plays", "no plays in these days")
"""Who is held past the first two seconds, of those for whom an ad began to play."""


def conversion_rate(*, is_reach_known: bool) -> Ratio:
    """Conversions per viewer, or per video view when viewers are not known."""
    if is_reach_known:
        return Ratio(("conversions",), "reach", _NO_VIEWERS)
    return Ratio(("conversions",), "video_views")
