"""The kinds of download, by the columns in their header, and what each column is.

Knows names only; never file names, which users change.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

UNKNOWN_KIND = (
    "none of TikTok Studio's seven files (Overview, FollowerHistory, FollowerActivity,"
    " FollowerGender, FollowerTopTerritories, Viewers, Content) nor a Business Suite"
    " file in English or Swedish"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of file."""

    name: str
    required: frozenset[str]
    """Folded column names without which it is not this kind."""
    metrics: Mapping[str, str] = field(default_factory=dict)
    """Folded column name to metric id."""
    is_daily: bool = False
    """Whether each row is a day of the account."""
    drops_undefined_rows: bool = False
    """``undefined`` beside real-looking zeros: the row says nothing."""
    date_column: str = "date"


_OVERVIEW = {
    "video views": "video_views",
    "profile views": "profile_views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "new followers": "new_followers",
}
# Product link GMV stays out: the file does not say in which currency it is.
_BUSINESS_ENGLISH = {
    "video views": "video_views",
    "reached audience": "reach",
    "profile views": "profile_views",
    "likes": "likes",
    "shares": "shares",
    "comments": "comments",
    "product link clicks": "product_link_clicks",
    "product link complete payment": "product_sales",
    "website clicks": "link_clicks",
    "phone number clicks": "phone_clicks",
    "leads submission": "leads",
    "app download link clicks": "app_clicks",
    "net growth": "net_followers",
    "new followers": "new_followers",
    "lost followers": "lost_followers",
}
_BUSINESS_SWEDISH = {
    "videovisningar": "video_views",
    "målgrupp som nåtts": "reach",  # codespell:ignore som
    "profilvisningar": "profile_views",
    "gilla-markeringar": "likes",
    "delningar": "shares",
    "kommentarer": "comments",
    "nettotillväxt": "net_followers",
    "nya följare": "new_followers",
    "tappade följare": "lost_followers",
}
_CONTENT = {
    "total likes": "video_total_likes",
    "total comments": "video_total_comments",
    "total shares": "video_total_shares",
    "total views": "video_total_views",
}


# Business Suite before Overview: its columns include all of Overview's.
KINDS = (
    Kind(
        "Business Suite",
        frozenset({"date", "reached audience"}),
        _BUSINESS_ENGLISH,
        is_daily=True,
    ),
    Kind(
        "Business Suite",
        frozenset({"datum", "målgrupp som nåtts"}),  # codespell:ignore som
        _BUSINESS_SWEDISH,
        is_daily=True,
        date_column="datum",
    ),
    Kind("Overview", frozenset({"date", "video views"}), _OVERVIEW, is_daily=True),
    Kind(
        "FollowerHistory",
        frozenset({"date", "followers"}),
        # The difference column means the next day's change in some exports and the
        # previous day's in others: it is never read.
        {"followers": "followers"},
        is_daily=True,
        drops_undefined_rows=True,
    ),
    Kind("FollowerActivity", frozenset({"date", "hour", "active followers"})),
    Kind("FollowerGender", frozenset({"gender", "distribution"}), date_column=""),
    Kind(
        "FollowerTopTerritories",
        frozenset({"top territories", "distribution"}),
        date_column="",
    ),
    Kind(
        "Viewers",
        frozenset({"date", "total viewers"}),
        {
            "total viewers": "viewers",
            "new viewers": "new_viewers",
            "returning viewers": "returning_viewers",
        },
        is_daily=True,
        drops_undefined_rows=True,
    ),
    Kind(
        "Content",
        frozenset({"time", "video link", "post time"}),
        _CONTENT,
        date_column="time",
    ),
)


def fold_header(cell: str) -> str:
    """A column's name for comparing: small letters, single spaces, one ``å``."""
    kept = (c for c in cell if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).casefold().split())


def recognise(header: Sequence[str]) -> Kind | None:
    """The kind whose columns the header has; None when there is none."""
    names = {fold_header(cell) for cell in header}
    return next((kind for kind in KINDS if kind.required <= names), None)
