"""What the competitors post: when, about what, and how it fares.

Knows neither the address nor the shape in which posts are served.
"""

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from kpi_tui.sources.demo.days import DAY
from kpi_tui.sources.demo.dice import Dice
from kpi_tui.sources.demo.rivals import Field, Rival

TOLD_DAYS = 62
"""How far back posts are listed: two windows of the usual length."""
_HALF_LIFE_DAYS = 1.4
_EVENING = 18 * 3600


class RivalTotals(NamedTuple):
    """A post's counters."""

    views: int
    likes: int
    comments: int
    shares: int


@dataclass(frozen=True, slots=True)
class RivalPost:
    """One post of a competitor."""

    id: str
    """The platform's shape: epoch seconds of the upload in the upper 32 bits."""
    posted_at: int
    """UTC epoch seconds."""
    caption: str
    duration: float
    """Seconds."""
    full: float
    """Views that it will have had in the end."""
    engagement: float
    """Engagements per view."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A competitor's content strategy."""

    shortest: float
    """Seconds."""
    longest: float
    captions: tuple[tuple[str, float], ...]
    """Each with how it does against this account's typical post."""


_PLANS = {
    "rival": _Plan(
        12,
        34,
        (
            ("Walk the press with us, one minute #milltour #oliveoil", 1.7),
            ("The grove at six in the morning #grovetour #harvest", 1.5),
            ("How to make skordalia without a blender #recipe #greekfood", 1.1),
            ("Three oils, one blindfold #tasting #oliveoil", 0.9),
            ("Back in stock, and not for long #shop #oliveoil", 0.5),
        ),
    ),
    "goldenpress": _Plan(
        18,
        75,
        (
            ("A chef, a bottle, a bowl of lemons #recipe #cooking", 1.3),
            ("Gift boxes are here 🎁 #shop #presents", 0.6),
            ("What the label does not say #oliveoil #tasting", 1.0),
            ("One family, one press, one hundred years #behindthescenes", 0.9),
        ),
    ),
    "oldmill": _Plan(
        25,
        60,
        (
            ("Old stones, slow oil #milltour #oldmill", 1.0),
            ("Grandfather answers your comments #duet #oliveoil", 1.2),
        ),
    ),
}


class RivalPosts:
    """Every post is a function of its number; none of them is remembered."""

    def __init__(self, seed: int, field: Field) -> None:
        """Engagement follows that of the competitor's days."""
        self._dice = Dice(seed, "rival posts")
        self._field = field

    def posts(self, rival: Rival, now: float) -> list[RivalPost]:
        """The last two months' posts, newest first; nobody but the three has any."""
        plan = _PLANS.get(rival.handle)
        if plan is None:
            return []
        spacing = 7 * DAY / rival.posts_per_week
        numbers = range(int((now - TOLD_DAYS * DAY) / spacing), int(now / spacing) + 1)
        posts = [self._post(rival, plan, n, spacing) for n in numbers]
        told = [post for post in posts if post.posted_at <= now]
        return sorted(told, key=lambda post: post.posted_at, reverse=True)

    def totals(self, post: RivalPost, at: float) -> RivalTotals:
        """Counters at an instant; none of them ever falls."""
        age = max(0.0, at - post.posted_at) / DAY
        views = post.full * (1 - exp(-age / _HALF_LIFE_DAYS))
        engaged = views * post.engagement
        parts = (views, 0.9 * engaged, 0.04 * engaged, 0.06 * engaged)
        return RivalTotals(*map(int, parts))

    def _post(
        self, rival: Rival, plan: _Plan, number: int, spacing: float
    ) -> RivalPost:
        name = rival.handle
        day = int(number * spacing // DAY)
        posted = (
            day * DAY + _EVENING + self._dice.between(-9e3, 9e3, name, "at", number)
        )
        place = int(self._dice.unit(name, "about", number) * len(plan.captions))
        caption, success = plan.captions[place]
        usual = rival.views * 7 / rival.posts_per_week
        luck = exp(0.45 * self._dice.normal(name, "luck", number))
        low = int(self._dice.unit(name, "id", number) * 2**32)
        rate = self._field.engagement(rival, day)
        return RivalPost(
            id=str((int(posted) - 90 << 32) + low),
            posted_at=int(posted),
            caption=caption,
            duration=round(
                self._dice.between(plan.shortest, plan.longest, name, "long", number), 1
            ),
            full=usual * success * luck,
            engagement=rate * self._dice.between(0.85, 1.15, name, "taste", number),
        )
