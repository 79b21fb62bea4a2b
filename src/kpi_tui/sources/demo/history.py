"""The year before the demo starts, as the connectors would have stored it.

From the same functions that answer the requests. Knows no store.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from kpi_tui.kpi.readings import Batch, Reading, Video, video_entity
from kpi_tui.kpi.text import clean
from kpi_tui.kpi.windows import day_end
from kpi_tui.sources.demo.brand import HISTORY_DAYS, Brand
from kpi_tui.sources.demo.business import HANDLE, BusinessApi
from kpi_tui.sources.demo.days import DAY, day_of, to_date
from kpi_tui.sources.demo.insights import Insights
from kpi_tui.sources.demo.rival_posts import RivalPost, RivalPosts
from kpi_tui.sources.demo.rivals import RIVALS, Field, Rival
from kpi_tui.sources.demo.settings import (
    BUSINESS_SOURCE,
    RIVAL_METRICS,
    WEB_METRICS,
    WEB_SOURCE,
    rival_source,
)
from kpi_tui.sources.demo.videos import Post
from kpi_tui.sources.demo.web import Shop

SEEN_SECONDS_AGO = 60
"""When the connectors would have polled last: the first real poll is newer."""
SETTLED_DAYS = 3
"""A day's numbers were last read that many days after it began."""
OUTAGE_HOURS_AGO = 30
"""The hour in which nothing could be polled: no instant lies in it."""

_HOURLY_HOURS = 48
_YOUNG_DAYS = 8
_AUDIENCE_EVERY_DAYS = 7
_HOURS_OF_DAYS = 28
_DENSE_DAYS = 62
"""Two windows: likes, comments, shares and saves of each of these days are kept, of
older ones one day in seven. All of them would double the time to the first frame."""
_AGES_HOURS = (1, 6, 24, 48)
"""Ages at which posts are compared."""

_DAILY = {
    "video_views": "video_views",
    "unique_video_views": "reach",
    "profile_views": "profile_views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "followers_count": "followers",
    "daily_total_followers": "net_followers",
    "daily_new_followers": "new_followers",
    "daily_lost_followers": "lost_followers",
    "engaged_audience": "engaged_audience",
    "bio_link_clicks": "link_clicks",
    "email_clicks": "email_clicks",
    "address_clicks": "address_clicks",
}
_INSIGHTS = {
    "reach": "video_reach",
    "total_time_watched": "video_watch_time",
    "average_time_watched": "video_average_watch_time",
    "full_video_watched_rate": "video_completion_rate",
    "new_followers": "video_new_followers",
    "profile_views": "video_profile_views",
    "website_clicks": "video_link_clicks",
}
_TOTALS = (
    "video_total_views",
    "video_total_likes",
    "video_total_comments",
    "video_total_shares",
    "video_total_saves",
)
_BUCKETS = ("age", "gender", "country", "city")
"""In the order of :class:`kpi_tui.sources.demo.insights.Audience`."""


class History:
    """Builds the batches of one moment."""

    def __init__(
        self, brand: Brand, insights: Insights, business: BusinessApi, now: float
    ) -> None:
        """``now``: UTC epoch seconds; nothing after the last poll before it is told."""
        self._brand = brand
        self._insights = insights
        self._business = business
        self._now = now
        self._seen = int(now) - SEEN_SECONDS_AGO
        self._today = day_of(now)
        self._days = range(self._today - HISTORY_DAYS, self._today)
        # A minute before each midnight of the account: the end of its day, and still
        # inside it.
        self._midnights = [day_end(to_date(d), brand.zone) - 60 for d in self._days]

    def batches(
        self, field: Field, posts: RivalPosts, shop: Shop
    ) -> list[tuple[str, Batch]]:
        """(source name, batch): the brand's own, the shop's, each competitor's."""
        until = to_date(self._today - 1)
        rivals = [
            (rival_source(rival.handle), self._rival_batch(field, posts, rival, until))
            for rival in RIVALS.values()
        ]
        return [
            (BUSINESS_SOURCE, self._business_batch(until)),
            (WEB_SOURCE, Batch(self._shop(shop), (), until)),
            *rivals,
        ]

    def _business_batch(self, until: date) -> Batch:
        posts = self._brand.posts(self._seen)
        readings = [*self._daily(), *self._audiences(), *self._active(), *self._live()]
        for post in posts:
            readings += self._growth(post)
            readings += self._insight(post)
        return Batch(tuple(readings), tuple(map(_video, posts)), until)

    def _seen_of(self, day: int) -> int:
        return min(self._seen, (day + SETTLED_DAYS) * DAY)

    def _daily(self) -> Iterable[Reading]:
        for day in self._days:
            row = self._business.daily_row(day, self._seen)
            at, seen = day * DAY, self._seen_of(day)
            for name, metric in _DAILY.items():
                value = float(row[name])
                yield Reading(HANDLE, "", metric, "day", at, value, seen)

    def _audiences(self) -> Iterable[Reading]:
        last = self._today - 1
        for day in range(last, self._days[0], -_AUDIENCE_EVERY_DAYS):
            at, seen = day * DAY, self._seen_of(day)
            parts = self._insights.audience(at)
            for bucket, shares in zip(_BUCKETS, parts, strict=True):
                for label, share in shares.items():
                    entity = f"{bucket}:{label}"
                    yield Reading(
                        HANDLE, entity, "audience_share", "day", at, share, seen
                    )

    def _active(self) -> Iterable[Reading]:
        """Active followers by the hour of the account's zone."""
        for day in self._days[-_HOURS_OF_DAYS:]:
            followers = self._brand.day(day).followers
            offset = self._brand.attention.offset_hours(day)
            counts = self._insights.active_followers(day, followers)
            at, seen = day * DAY, self._seen_of(day)
            for hour, count in enumerate(counts):
                entity = f"hour:{(hour + offset) % 24:02d}"
                yield Reading(
                    HANDLE, entity, "active_followers", "day", at, float(count), seen
                )

    def _hours(self) -> list[int]:
        """The full hours of the last two days, but for the outage."""
        last = self._seen // 3600
        hours = range(last - _HOURLY_HOURS, last + 1)
        outage = last - OUTAGE_HOURS_AGO
        return [3600 * hour for hour in hours if hour != outage]

    def _live(self) -> Iterable[Reading]:
        for at in (*self._hours(), self._seen):
            values = (
                ("followers", self._brand.followers(at)),
                ("likes_total", self._brand.likes(at)),
                ("videos_total", len(self._brand.posts(at))),
            )
            for metric, value in values:
                yield Reading(HANDLE, "", metric, "instant", at, float(value), at)

    def _growth(self, post: Post) -> Iterable[Reading]:
        """Totals at the ends of days, at the ages that are compared, and just now."""
        entity = video_entity(post.id)
        before: dict[str, int] = {}
        for at in self._instants(post):
            totals = self._brand.totals(post, at)
            is_dense = at > self._seen - _DENSE_DAYS * DAY
            is_weekly = day_of(at) % 7 == 0
            metrics = _TOTALS if is_dense or is_weekly else _TOTALS[:1]
            for metric, total in zip(metrics, totals, strict=False):
                count = int(total)
                # A counter that stands still says nothing new: half of the points.
                if before.get(metric) != count:
                    before[metric] = count
                    yield Reading(
                        HANDLE, entity, metric, "instant", at, float(count), at
                    )

    def _instants(self, post: Post) -> list[int]:
        """Moments at which the post was read, oldest first."""
        found = {self._seen}
        found.update(at for at in self._midnights if at > post.posted_at)
        found.update(post.posted_at + 3600 * hours for hours in _AGES_HOURS)
        if post.posted_at > self._seen - _YOUNG_DAYS * DAY:
            found.update(at for at in self._hours() if at > post.posted_at)
        return sorted(at for at in found if at <= self._seen)

    def _insight(self, post: Post) -> Iterable[Reading]:
        """What is told about a post's viewers: once when young, and just now."""
        young = day_of(post.posted_at) + 15
        for day in sorted({min(young, self._today), self._today}):
            at = min(day * DAY, self._seen)
            values = self._business.posts.later(post, day)
            for name, metric in _INSIGHTS.items():
                if name in values:
                    value = float(values[name])
                    yield Reading(
                        HANDLE, video_entity(post.id), metric, "instant", at, value, at
                    )

    def _shop(self, shop: Shop) -> tuple[Reading, ...]:
        rows = ((day, shop.day(day)) for day in self._days)
        return tuple(self._days_of(HANDLE, rows, WEB_METRICS))

    def _rival_batch(
        self, field: Field, posts: RivalPosts, rival: Rival, until: date
    ) -> Batch:
        readings = [*self._rival(field, rival)]
        told = posts.posts(rival, self._seen)
        for post in told:
            readings += self._rival_growth(posts, rival, post)
        videos = tuple(_rival_video(rival, post) for post in told)
        return Batch(tuple(readings), videos, until)

    def _rival_growth(
        self, posts: RivalPosts, rival: Rival, post: RivalPost
    ) -> Iterable[Reading]:
        """Each day's end of the first week, each week's after it, and just now."""
        entity = video_entity(post.id)
        ends = (at for at in self._midnights if at > post.posted_at)
        kept = [at for n, at in enumerate(ends) if n < _YOUNG_DAYS or n % 7 == 0]
        for at in (*kept, self._seen):
            totals = posts.totals(post, at)
            for metric, total in zip(_TOTALS, totals, strict=False):
                yield Reading(
                    rival.handle, entity, metric, "instant", at, float(total), at
                )

    def _rival(self, field: Field, rival: Rival) -> tuple[Reading, ...]:
        first = max(self._days[0], field.first_day(rival))
        rows = ((day, field.day(rival, day)) for day in range(first, self._today))
        return tuple(self._days_of(rival.handle, rows, RIVAL_METRICS))

    def _days_of(
        self,
        handle: str,
        rows: Iterable[tuple[int, object]],
        names: Mapping[str, str],
    ) -> Iterable[Reading]:
        """``names``: metric to the row's attribute; None for a day without a row."""
        for day, row in rows:
            if row is None:
                continue
            at, seen = day * DAY, self._seen_of(day)
            for metric, name in names.items():
                value = float(getattr(row, name))
                yield Reading(handle, "", metric, "day", at, value, seen)


def _video(post: Post) -> Video:
    return Video(
        account=HANDLE,
        id=post.id,
        posted_at=post.posted_at,
        caption=clean(post.caption),
        url=f"https://www.tiktok.com/@{HANDLE}/video/{post.id}",
        duration=None if post.is_photo else post.duration,
        format="photo" if post.is_photo else "video",
        is_ad=False,
    )


def _rival_video(rival: Rival, post: RivalPost) -> Video:
    return Video(
        account=rival.handle,
        id=post.id,
        posted_at=post.posted_at,
        caption=clean(post.caption),
        duration=post.duration,
    )
