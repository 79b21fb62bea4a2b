"""Who watches and how long: watch time, retention, sources of views, audiences.

Pure functions of a post or a day; knows no request and no field selection.
"""

from collections.abc import Mapping
from itertools import pairwise
from math import exp
from typing import NamedTuple

from kpi_tui.sources.demo.brand import Brand
from kpi_tui.sources.demo.days import DAY, day_of, hour_weight
from kpi_tui.sources.demo.dice import Dice, split
from kpi_tui.sources.demo.videos import Post

DORMANT_VIEWS = 10
"""A post with fewer views in a week counts as one without activity: the platform
then stops telling its perishable numbers."""
PROFILE_VIEW_RATE = 0.012
CLICK_RATE = 0.002
"""Website clicks per view of a theme that makes people click no more than usual."""

AGES = {"18-24": 0.27, "25-34": 0.34, "35-44": 0.2, "45-54": 0.12, "55+": 0.07}
_AGE_DRIFT = {"18-24": 0.05, "35-44": -0.02, "45-54": -0.02}
"""Change of the weight in a year: the audience grows younger."""
GENDERS = {"Female": 0.58, "Male": 0.39, "Other": 0.03}
_GENDER_DRIFT = {"Male": 0.03}
COUNTRIES = {
    "GR": 0.52,
    "CY": 0.11,
    "DE": 0.1,
    "IT": 0.07,
    "GB": 0.07,
    "US": 0.06,
    "FR": 0.04,
    "NL": 0.03,
}
_COUNTRY_DRIFT = {"DE": 0.03, "GR": -0.04}
CITIES = {
    "Athens": 0.41,
    "Thessaloniki": 0.19,
    "Nicosia": 0.1,
    "Patras": 0.09,
    "Heraklion": 0.08,
    "Berlin": 0.06,
    "London": 0.04,
    "Milan": 0.03,
}
_CITY_DRIFT = {"Berlin": 0.02, "Athens": -0.02}
_SOURCES = {
    "For You": 0.72,
    "Follow": 0.1,
    "Personal Profile": 0.07,
    "Search": 0.05,
    "Hashtag": 0.03,
    "Sound": 0.02,
    "Direct Message": 0.01,
}


class Watching(NamedTuple):
    """How long people stay with a post that can be watched to an end."""

    completion: float
    average: float
    """Seconds; passes the length where a short video loops."""
    retention: tuple[float, ...]
    """Share still watching at second 0, 1, 2, …; never rises."""


class Audience(NamedTuple):
    """Shares of the account's followers; each part sums to 1."""

    ages: dict[str, float]
    genders: dict[str, float]
    countries: dict[str, float]
    cities: dict[str, float]


class Insights:
    """The numbers behind the counters."""

    def __init__(self, seed: int, brand: Brand) -> None:
        """Draws of its own, on the brand's posts."""
        self._dice = Dice(seed, "insights")
        self._brand = brand
        self._watching: dict[int, Watching | None] = {}
        """By post index; a post every other day keeps it small."""

    def watching(self, post: Post) -> Watching | None:
        """The post's watch numbers; None for a photo."""
        if post.index not in self._watching:
            self._watching[post.index] = None if post.is_photo else self._watch(post)
        return self._watching[post.index]

    def is_dormant(self, post: Post, at: float) -> bool:
        """Whether the post has had (next to) no activity for a week."""
        if at < post.posted_at + 7 * DAY:
            return False
        week_ago = self._brand.totals(post, at - 7 * DAY).views
        return self._brand.totals(post, at).views - week_ago < DORMANT_VIEWS

    def sources(self, post: Post) -> dict[str, float]:
        """Where the post was seen, as shares that sum to 1."""
        return self._mixed(_SOURCES, "sources", post.index)

    def viewers_of(self, post: Post) -> Audience:
        """Who saw the post: the account's audience, with the post's own turn."""
        return Audience(
            *(
                self._mixed(weights, name, post.index)
                for name, weights in (
                    ("ages", AGES),
                    ("genders", GENDERS),
                    ("countries", COUNTRIES),
                    ("cities", CITIES),
                )
            )
        )

    def types(self, post: Post) -> dict[str, float]:
        """New and returning viewers, followers and others: two pairs of shares."""
        new = round(self._dice.between(0.5, 0.75, "new", post.index), 4)
        followers = round(self._dice.between(0.12, 0.3, "followers", post.index), 4)
        return {
            "NEW_VIEWER": new,
            "RETURN_VIEWER": round(1 - new, 4),
            "FOLLOWER_PERCENT": followers,
            "NON_FOLLOWER_PERCENT": round(1 - followers, 4),
        }

    def audience(self, at: float) -> Audience:
        """Who follows the account at that time; it drifts over the year."""
        years = (day_of(at) - self._brand.today) / 365
        return Audience(
            _drifted(AGES, _AGE_DRIFT, years),
            _drifted(GENDERS, _GENDER_DRIFT, years),
            _drifted(COUNTRIES, _COUNTRY_DRIFT, years),
            _drifted(CITIES, _CITY_DRIFT, years),
        )

    def active_followers(self, day: int, followers: int) -> list[int]:
        """Followers who were there, by UTC hour of the day; most in the evening."""
        offset = self._brand.attention.offset_hours(day)
        level = 3 * followers
        return [
            int(
                level
                * hour_weight((hour + offset) % 24)
                * self._dice.between(0.94, 1.06, "active", day, hour)
            )
            for hour in range(24)
        ]

    def _watch(self, post: Post) -> Watching:
        """A steep first second, a slow fall, and one weak moment on the way."""
        length, end = post.duration, round(post.temper.completion, 4)
        weak = self._dice.between(0.25, 0.7, "weak moment", post.index)
        curve = []
        for second in range(int(length) + 1):
            done = second / length
            slow = (1 - exp(-4 * done)) / (1 - exp(-4))
            drop = 1 / (1 + exp((weak - done) * length / 1.2))
            curve.append(
                round(1 - (1 - end) * (0.8 * slow + 0.2 * drop * done**0.2), 4)
            )
        average = sum((a + b) / 2 for a, b in pairwise(curve))
        average += curve[-1] * (length - int(length))
        if length < 12:
            average *= self._dice.between(1.0, 1.5, "loops", post.index)
        return Watching(end, round(average, 3), tuple(curve))

    def _mixed(
        self, weights: Mapping[str, float], name: str, index: int
    ) -> dict[str, float]:
        return split(
            {
                key: weight * self._dice.between(0.75, 1.3, name, key, index)
                for key, weight in weights.items()
            }
        )


def _drifted(
    weights: Mapping[str, float], drift: Mapping[str, float], years: float
) -> dict[str, float]:
    # Held within a year and a half, so that no weight can fall below zero.
    years = min(1.5, max(-1.5, years))
    return split({key: w + drift.get(key, 0.0) * years for key, w in weights.items()})
