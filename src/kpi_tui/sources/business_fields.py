"""From the data of ``/business/get/`` to readings: field names and their quirks.

Knows no request. A field that is absent, null, ``"-"`` or no number gives no reading,
never 0, so that it erases nothing that is stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from kpi_tui.kpi.readings import Reading, daily, instant
from kpi_tui.kpi.text import clean
from kpi_tui.sources.numeric import number

LEVELS: dict[str, str] = {
    "followers_count": "followers",
    "following_count": "following",
    "total_likes": "likes_total",
    "videos_count": "videos_total",
}
"""Top-level fields, real-time."""

DAILY: dict[str, str] = {
    "video_views": "video_views",
    "profile_views": "profile_views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "followers_count": "followers",
}
"""Fields of a day in ``metrics[]`` that every account has."""

BUSINESS_DAILY: dict[str, str] = {
    "unique_video_views": "reach",
    # Despite its name the day's net change, by the official document.
    "daily_total_followers": "net_followers",
    "daily_new_followers": "new_followers",
    "daily_lost_followers": "lost_followers",
    "engaged_audience": "engaged_audience",
}
"""Fields of a day that only Business Accounts have."""

REGISTERED_DAILY: dict[str, str] = {
    "bio_link_clicks": "link_clicks",
    "phone_number_clicks": "phone_clicks",
    "email_clicks": "email_clicks",
    "address_clicks": "address_clicks",
    "app_download_clicks": "app_clicks",
    "lead_submissions": "leads",
}
"""Fields of a day that only registered Business Accounts have."""

_ALL_DAILY = DAILY | BUSINESS_DAILY | REGISTERED_DAILY
_AUDIENCES = (
    ("audience_ages", "age", "age"),
    ("audience_genders", "gender", "gender"),
    ("audience_countries", "country", "country"),
    ("audience_cities", "city_name", "city"),
)
"""Field, the key of its label, and the dimension of the entity."""

_AUDIENCE_FIELDS = tuple(field for field, _, _ in _AUDIENCES)
FIELD_SETS: tuple[tuple[str, ...], ...] = tuple(
    (*LEVELS, *(name for name in names if name not in LEVELS))
    for names in (
        (*_ALL_DAILY, "audience_activity", *_AUDIENCE_FIELDS),
        (*DAILY, *BUSINESS_DAILY, "audience_activity", *_AUDIENCE_FIELDS),
        (*DAILY, *_AUDIENCE_FIELDS),
        (),
    )
)
"""From everything to the little that an account or a token without rights may see."""

_PERCENT_ABOVE = 1.5
"""A share above this stands in a list of percentages; below, 1.02 may be rounding."""
_MOST_BUCKETS = 400


@dataclass(frozen=True, slots=True)
class Profile:
    """What one answer says about the account."""

    readings: tuple[Reading, ...]
    until: date | None
    """The newest day with daily numbers, before today (UTC)."""


def profile(
    data: Mapping[str, object],
    account: str,
    now: float,
    zone: tzinfo,
    known_until: date | None = None,
) -> Profile:
    """Everything in the data of ``/business/get/``.

    ``now`` is UTC epoch seconds. Days are UTC days, as TikTok cuts them; the hours of
    ``audience_activity`` are moved from UTC to ``zone``. The audience lists carry no
    date: they are of the newest day, ``known_until`` where this answer has none.
    """
    seen = int(now)
    today = datetime.fromtimestamp(now, UTC).date()
    readings = instant(account, _numbers(data, LEVELS), seen)
    until: date | None = None
    for day, values in _days(data.get("metrics"), today):
        found = daily(account, _numbers(values, _ALL_DAILY), day, seen=seen)
        readings += found
        if day < today and any(r.metric != "followers" for r in found):
            until = day if until is None else max(until, day)
        for hour, count in _hours(values.get("audience_activity"), day, zone):
            entity = f"hour:{hour:02d}"
            pair = [("active_followers", count)]
            readings += daily(account, pair, day, seen=seen, entity=entity)
    data_day = until or known_until or today - timedelta(days=1)
    for bucket, share in buckets(data):
        pair = [("audience_share", share)]
        readings += daily(account, pair, data_day, seen=seen, entity=bucket)
    return Profile(tuple(readings), until)


def buckets(data: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """(``country:GR``, fraction 0-1) of every audience list in an account or a post."""
    for name, key, dimension in _AUDIENCES:
        for label, share in shares(data.get(name), key):
            yield f"{dimension}:{label}", share


def shares(
    items: object, key: str, value_key: str = "percentage"
) -> list[tuple[str, float]]:
    """(label, fraction) of a list of ``{key: label, "percentage": number}``.

    Fractions by the document; a list with a value above 1.5 is read as percentages.
    """
    found: dict[str, float] = {}
    for item in _objects(items):
        label, share = item.get(key), number(item.get(value_key))
        name = clean(str(label), 80) if isinstance(label, str | int) else ""
        name = name.replace("|", "/")  # which separates the parts of an entity
        if name and share is not None and 0 <= share <= 100:
            found[name] = share
    is_percent = any(share > _PERCENT_ABOVE for share in found.values())
    return [(name, s / 100 if is_percent else s) for name, s in found.items()]


def _numbers(
    values: Mapping[str, object], names: Mapping[str, str]
) -> Iterator[tuple[str, float]]:
    for name, metric in names.items():
        value = number(values.get(name))
        if value is not None:
            yield metric, value


def _days(items: object, today: date) -> Iterator[tuple[date, Mapping[str, object]]]:
    for item in _objects(items):
        try:
            day = date.fromisoformat(str(item.get("date"))[:10])
        except ValueError:
            continue
        if day <= today:
            yield day, item


def _hours(items: object, day: date, zone: tzinfo) -> Iterator[tuple[int, float]]:
    """(hour in ``zone``, mean count): where clocks change, two UTC hours share one."""
    counts: dict[int, list[float]] = defaultdict(list)
    for item in _objects(items):
        hour, count = number(item.get("hour")), number(item.get("count"))
        if hour is None or count is None or hour not in range(24):
            continue
        begins = datetime.combine(day, time(int(hour)), UTC)
        counts[begins.astimezone(zone).hour].append(count)
    for hour_of_zone, found in sorted(counts.items()):
        yield hour_of_zone, sum(found) / len(found)


def _objects(items: object) -> Iterable[Mapping[str, object]]:
    """The objects of a list, whatever else it may be or hold; a bounded number."""
    if not isinstance(items, list):
        return ()
    return (item for item in items[:_MOST_BUCKETS] if isinstance(item, dict))
