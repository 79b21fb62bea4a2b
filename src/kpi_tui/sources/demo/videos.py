"""One post of the brand: what it is, and its totals at any age.

A pure curve over attention (see :mod:`kpi_tui.sources.demo.days`). Knows neither the
calendar nor the other posts.
"""

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

HOT_SHARE_DAYS = 2.8
"""Time constant of a video's first wave, in days of attention."""


class Totals(NamedTuple):
    """Running totals since posting, before they are rounded down to counts."""

    views: float
    likes: float
    comments: float
    shares: float
    saves: float
    follows: float
    """Expected new followers, before the account's own scale."""
    clicks: float
    """Views, weighted with how much the theme makes people click."""


NOTHING = Totals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Temper:
    """How people take to one post: theme, length and luck."""

    likes: float
    """Per view, as the rest below."""
    comments: float
    shares: float
    saves: float
    follows: float
    clicks: float
    completion: float
    """Share of viewers who see the end."""
    unique: float
    """Viewers per view."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How views come in."""

    size: float
    """Views of the first wave and the long tail together."""
    tail: float
    """Share of them that comes slowly."""
    tail_days: float
    hot_days: float = HOT_SHARE_DAYS
    bump_size: float = 0.0
    """A second wave, as a factor on ``size``; 0 when there is none."""
    bump_at: float = 0.0
    """Age at which it starts, in days of attention."""

    @property
    def full(self) -> float:
        """Views after a very long time."""
        return self.size * (1 + self.bump_size)

    def views(self, age: float) -> float:
        """Views at an age in days of attention; never falls."""
        if age <= 0:
            return 0.0
        share = 1 - (1 - self.tail) * exp(-age / self.hot_days)
        share -= self.tail * exp(-age / self.tail_days)
        if self.bump_size and age > self.bump_at:
            share += self.bump_size * (1 - exp((self.bump_at - age) / HOT_SHARE_DAYS))
        return self.size * share


@dataclass(frozen=True, slots=True)
class Post:
    """One post of the brand."""

    index: int
    """0 is the oldest."""
    id: str
    """The platform's shape: epoch seconds of the upload in the upper 32 bits."""
    posted_at: int
    """UTC epoch seconds."""
    born: float
    """The attention clock's stand at that moment."""
    topic: str
    caption: str
    duration: float
    """Seconds; 0 for a photo."""
    temper: Temper
    curve: Curve

    @property
    def is_photo(self) -> bool:
        """Whether it is a photo post: nothing to watch to the end."""
        return self.duration == 0

    def totals(self, attention: float) -> Totals:
        """Totals when the attention clock stands there; none of them ever falls."""
        views = self.curve.views(attention - self.born)
        if views <= 0:
            return NOTHING
        temper = self.temper
        # Fans come first and like more; what is sent around is sent late.
        grown = views / self.curve.full
        return Totals(
            views,
            temper.likes * views * (1.1 - 0.1 * grown),
            temper.comments * views,
            temper.shares * views * (0.85 + 0.15 * grown),
            temper.saves * views,
            temper.follows * views,
            temper.clicks * views,
        )
