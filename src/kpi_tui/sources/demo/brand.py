"""The brand's account: followers, daily flows and live counters at any instant.

Adds up its posts; knows neither the platform's field names nor how late it tells.
"""

from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kpi_tui.sources.demo.days import DAY, Attention, day_of
from kpi_tui.sources.demo.dice import Dice
from kpi_tui.sources.demo.schedule import LAUNCH_DAYS_AGO, Schedule
from kpi_tui.sources.demo.videos import NOTHING, Post, Totals

HISTORY_DAYS = 365
FROZEN_SECONDS = 365 * DAY
"""A year after posting a post's numbers stop."""
_FOLLOWERS = 180_000
_VIEWS_PER_DAY = 95_000
"""Mean of the four weeks before the start."""
_LIKES_BEFORE = 2_140_000
"""Of posts that are no longer there."""
_PURGE_DAYS_AGO = 130
"""The platform removes spam accounts: followers fall on that day."""


class DayRow(NamedTuple):
    """One UTC day of the account, as it ends up when everything is counted."""

    views: int
    reach: int
    profile_views: int
    likes: int
    comments: int
    shares: int
    saves: int
    followers: int
    """At the end of the day."""
    new: int
    lost: int
    engaged: int
    link_clicks: int


class Brand:
    """A pure function of seed, start and time; what it keeps are memos of it."""

    def __init__(self, seed: int, zone: ZoneInfo, started: float) -> None:
        """``started``: UTC epoch seconds; the stories are told from there."""
        self.zone = zone
        self.started = started
        self.today = day_of(started)
        """Number of the UTC day in which the world starts."""
        self.first_day = self.today - HISTORY_DAYS
        self._dice = Dice(seed, "brand")
        self.attention = Attention(
            Dice(seed, "attention"), zone, self.first_day - 2 * 30
        )
        self._schedule = Schedule(Dice(seed, "posts"), zone, started, self.attention)
        self._scale = 1.0
        self._posts: list[Post] = []
        self._sums: list[Totals] = []
        self._lost = [0.0]
        self._fit_views()
        self._follow_scale = self._fit_followers()
        self._offset = 0
        target = round(_FOLLOWERS * self._dice.between(0.97, 1.03, "followers"))
        self._offset = target - self.followers_at_start_of(self.today)

    # Posts.

    def posts(self, at: float) -> list[Post]:
        """Posts that are out at that instant, oldest first."""
        count = self._schedule.slots_until(at)
        while len(self._posts) < count:
            self._posts.append(self._schedule.post(len(self._posts), self._scale))
        return self._posts[:count]

    def totals(self, post: Post, at: float) -> Totals:
        """A post's running totals at an instant."""
        return post.totals(self.attention.at(min(at, post.posted_at + FROZEN_SECONDS)))

    def sum(self, at: float) -> Totals:
        """All posts' totals at an instant."""
        attention = self.attention.at(at)
        limit = at - FROZEN_SECONDS
        return _added(
            post.totals(attention) if post.posted_at > limit else self.totals(post, at)
            for post in self.posts(at)
        )

    # The account.

    def followers(self, at: float) -> int:
        """Followers at an instant."""
        day, second = divmod(at, DAY)
        new = int(self.sum(at).follows * self._follow_scale)
        lost = self._lost_until(int(day))
        lost += (self._lost_until(int(day) + 1) - lost) * second / DAY
        return self._offset + new - int(lost)

    def likes(self, at: float) -> int:
        """Likes of all time at an instant."""
        return _LIKES_BEFORE + int(self.sum(at).likes)

    def followers_at_start_of(self, day: int) -> int:
        """Followers at 00:00 UTC of a day."""
        new = int(self.start_of(day).follows * self._follow_scale)
        return self._offset + new - int(self._lost_until(day))

    def new_followers_of(self, totals: Totals) -> int:
        """How many followers a post has brought."""
        return int(totals.follows * self._follow_scale)

    def start_of(self, day: int) -> Totals:
        """All posts' totals at 00:00 UTC of a day, not before the first of the year."""
        index = max(0, day - self.first_day)
        while len(self._sums) <= index:
            self._sums.append(self.sum((self.first_day + len(self._sums)) * DAY))
        return self._sums[index]

    def day(self, day: int) -> DayRow:
        """The day's final numbers."""
        before, after = self.start_of(day), self.start_of(day + 1)
        gains = [int(b) - int(a) for a, b in zip(before, after, strict=True)]
        views, likes, comments, shares, saves = gains[:5]
        profile = views * self._dice.between(0.0115, 0.0135, "profile", day)
        profile *= 1 + 0.25 * self.launch_echo(day)
        clicks = profile * self._dice.between(0.15, 0.18, "clicks", day)
        clicks *= (after.clicks - before.clicks) / max(after.views - before.views, 1)
        follow = self._follow_scale
        return DayRow(
            views=views,
            reach=round(views * self._dice.between(0.71, 0.77, "reach", day)),
            profile_views=round(profile),
            likes=likes,
            comments=comments,
            shares=shares,
            saves=saves,
            followers=self.followers_at_start_of(day + 1),
            new=int(after.follows * follow) - int(before.follows * follow),
            lost=int(self._lost_until(day + 1)) - int(self._lost_until(day)),
            engaged=round(0.9 * (likes + comments + shares)),
            link_clicks=round(clicks),
        )

    def launch_echo(self, day: int) -> float:
        """How much of the product launch is still in the air: 1 on its day, then less."""
        since = day - (self.today - LAUNCH_DAYS_AGO)
        return 0.0 if since < 0 else 0.86**since

    # What fits the numbers to the brand's size.

    def _fit_views(self) -> None:
        """Scale the posts such that the last four weeks have the wanted views."""
        now = self.today * DAY
        self.posts(self.started)
        raw = self.sum(now).views - self.sum(now - 28 * DAY).views
        wanted = 28 * _VIEWS_PER_DAY * self._dice.between(0.93, 1.07, "views")
        self._scale = wanted / raw
        self._posts.clear()

    def _fit_followers(self) -> float:
        """New followers per unit of appeal, so that the year doubles the account."""
        start, now = self.start_of(self.first_day), self.start_of(self.today)
        lost = self._lost_until(self.today)
        return (0.5 * _FOLLOWERS + lost) / (now.follows - start.follows)

    def _lost_until(self, day: int) -> float:
        index = max(0, day - self.first_day)
        while len(self._lost) <= index:
            done = len(self._lost) - 1
            size = _FOLLOWERS * min(1.3, 0.5 + 0.5 * done / HISTORY_DAYS)
            lost = size * self._dice.between(0.0004, 0.0007, "lost", done)
            if done == HISTORY_DAYS - _PURGE_DAYS_AGO:
                lost += 0.012 * size
            self._lost.append(self._lost[-1] + lost)
        return self._lost[index]


def _added(parts: Iterable[Totals]) -> Totals:
    columns = list(zip(*parts, strict=True))
    return Totals(*map(sum, columns)) if columns else NOTHING
