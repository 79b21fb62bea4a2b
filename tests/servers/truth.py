"""What is true of a made-up account at any moment: the stand-ins tell it, tests check it.

Pure: every number is a function of a moment or a day, so that nothing has to be kept.
Knows no API; the names are those of kpi-tui's metrics.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

DAY = 86_400.0
HOUR = 3_600.0
SETTLED_DAYS = 3
"""A day's numbers are corrected until it is so many days over."""
_FIRST_ID = 7_400_000_000_000_000_000


@dataclass(frozen=True)
class Post:
    """One post; its totals grow and come to rest."""

    id: str
    posted_at: int
    views_at_rest: int

    def totals(self, at: float) -> dict[str, int]:
        """Running totals at a moment (UTC epoch seconds)."""
        age = max(0.0, at - self.posted_at) // HOUR * HOUR
        views = int(self.views_at_rest * age / (age + 2 * DAY))
        return {
            "views": views,
            "likes": views // 11,
            "comments": views // 120,
            "shares": views // 200,
            "saves": views // 150,
        }


@dataclass(frozen=True)
class Truth:
    """An account that posts every so often from a first day on."""

    start: float
    """UTC epoch seconds of the first post."""
    days_between: float = 10.0
    """From one post to the next."""

    def followers(self, at: float) -> int:
        """At a moment; some more with every hour, never the same number twice."""
        hours = int((at - self.start) // HOUR)
        return 3_000 + 2 * hours + hours % 5 // 4

    def level(self, name: str, at: float) -> int:
        """Another total of the account at a moment."""
        hours = int((at - self.start) // HOUR)
        return {"following": 12 + hours // 2000, "likes_total": 88_000 + 7 * hours}[
            name
        ]

    def day(self, day: date, today: date) -> dict[str, int]:
        """The flows of a UTC day as the platform tells them on ``today``."""
        n = day.toordinal()
        views = 900 + 37 * (n % 7) + n % 53
        if (today - day).days < SETTLED_DAYS:
            views -= 40  # not all of them are counted yet
        return {
            "video_views": views,
            "reach": views * 2 // 3,
            "profile_views": 20 + n % 9,
            "likes": views // 12,
            "comments": n % 5,
            "shares": n % 3,
            "net_followers": n % 11 - 3,
            "followers": self.followers(_end_of(day) - 1),
        }

    def ad_day(self, day: date, today: date) -> dict[str, float]:
        """What the ads of an advertiser's day came to, as told on ``today``."""
        n = day.toordinal()
        conversions = 3 + n % 4
        if (today - day).days < SETTLED_DAYS:
            conversions -= 2  # booked late, on the day of the ad
        return {
            "spend": 20 + n % 17 + 0.5,
            "impressions": 4_000 + n % 997,
            "clicks": 50 + n % 13,
            "ad_conversions": conversions,
        }

    def posts(self, at: float) -> list[Post]:
        """All that were posted before a moment, the newest first."""
        count = int((at - self.start) // (self.days_between * DAY)) + 1
        return [
            Post(
                str(_FIRST_ID + n),
                int(self.start + n * self.days_between * DAY),
                500 + 131 * (n % 17),
            )
            for n in reversed(range(max(0, count)))
        ]


def _end_of(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + DAY
