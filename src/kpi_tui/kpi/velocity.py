"""How fast a post gains views, against the account's own posts at the same age.

Knows ages and views; what was seen of a post at a moment is handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from kpi_tui.kpi.content import VideoRow

AGES_HOURS = (1, 6, 24, 48)
MIN_COMPARABLE = 5
"""Fewer posts say nothing about what is usual."""
MOST_VIDEOS = 100
"""Only the newest posts are compared: what an account reaches changes."""
TIMES_MEDIAN = 2.0
PERCENTILE = 0.9
MIN_GAIN = 100
"""Views above the median: twice a median of three is one friend's thumb."""
YOUNG_DAYS = 7
"""An older post's first two days are no news."""

_HOUR = 3600
_LAST_AGE = AGES_HOURS[-1] * _HOUR
_ROUGH = 0.1
"""Two looks may lie far apart when so little happened between them."""

Question = tuple[str, int]
"""(video id, UTC epoch seconds): how many views had it then?"""


class Look(NamedTuple):
    """The nearest two times at which a post's views were seen around a moment."""

    before: tuple[int, float] | None
    """(UTC epoch seconds, views), at or before the moment."""
    after: tuple[int, float] | None
    """At or after it."""


Looks = Mapping[Question, Look]


@dataclass(frozen=True, slots=True)
class Pace:
    """Views gained by a certain age."""

    hours: float
    views: float
    percentile: float | None
    """Share of the account's other posts that had fewer at that age, 0-1; None with
    fewer than :data:`MIN_COMPARABLE`."""
    times_median: float | None
    """Views / the median of the others, of one view at least; None likewise."""
    compared: int
    """How many others could be compared."""


@dataclass(frozen=True, slots=True)
class Breakout:
    """A post that does far better than this account's posts do at its age."""

    video_id: str
    caption: str
    age_hours: float
    """The age at which it was compared: its own, at most 48 hours."""
    views: float
    times_median: float
    percentile: float
    """Share of the others that had fewer views at that age, 0-1."""
    compared: int
    posted_at: int
    """UTC epoch seconds."""


def questions(rows: Sequence[VideoRow]) -> tuple[Question, ...]:
    """What to look up for :func:`paces` and :func:`breakouts`, each once.

    The fixed ages, and those of the posts that are young now.
    """
    known = _dated(rows)
    ages = {hours * _HOUR for hours in AGES_HOURS}
    ages |= {age for row in known if (age := _age(row)) is not None}
    return tuple(
        (row.id, posted + age)
        for row in known
        for age in sorted(ages)
        if (posted := row.posted_at or 0) + age <= row.as_of_at
    )


def paces(rows: Sequence[VideoRow], looks: Looks) -> dict[str, tuple[Pace, ...]]:
    """Video id to its views at 1, 6, 24 and 48 hours, where they were seen."""
    known = _dated(rows)
    found: dict[str, list[Pace]] = {}
    for hours in AGES_HOURS:
        at_age = _views_at(known, looks, hours * _HOUR)
        for name, views in at_age.items():
            pace = _compared(hours, views, [v for n, v in at_age.items() if n != name])
            found.setdefault(name, []).append(pace)
    return {name: tuple(ages) for name, ages in found.items()}


def breakouts(rows: Sequence[VideoRow], looks: Looks) -> tuple[Breakout, ...]:
    """The young posts that break out, the furthest above the usual first.

    A post breaks out above the 90th percentile of at least five others, with twice
    their median and a hundred views more than it.
    """
    known = _dated(rows)
    found = []
    for row in known:
        age = _age(row)
        if age is None or row.views is None or row.posted_at is None:
            continue
        at_age = _views_at(known, looks, age)
        others = [views for name, views in at_age.items() if name != row.id]
        # What is younger than 48 hours is judged by what it has now.
        is_now = row.posted_at + age == row.as_of_at
        views = row.views if is_now else at_age.get(row.id)
        if views is None or not is_breakout(views, others):
            continue
        pace = _compared(age / _HOUR, views, others)
        found.append(
            Breakout(
                row.id,
                row.caption,
                pace.hours,
                views,
                pace.times_median or 0.0,
                pace.percentile or 0.0,
                len(others),
                row.posted_at,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.times_median, one.video_id)))


def is_breakout(views: float, others: Sequence[float]) -> bool:
    """Whether so many views stand out among those of other posts."""
    if len(others) < MIN_COMPARABLE:
        return False
    usual = median(others)
    return (
        _percentile(views, others) > PERCENTILE
        and views >= TIMES_MEDIAN * usual
        and views - usual >= MIN_GAIN
    )


def views_at(row: VideoRow, look: Look, at: int) -> float | None:
    """The post's views at a moment, on the line between the looks around it.

    None where they lie too far apart: a first look at an age of a month says nothing
    about the first hour. Nobody has views before the post is there.
    """
    posted = row.posted_at or 0
    before = look.before if look.before and look.before[0] >= posted else (posted, 0.0)
    after = look.after
    if after is None:
        return None
    (start, low), (end, high) = before, after
    if end <= start:
        return high
    age = at - posted
    is_near = end - start <= max(_HOUR // 4, min(age, _HOUR), age // 2)
    if not is_near and abs(high - low) > _ROUGH * high:
        return None
    return low + (high - low) * (at - start) / (end - start)


def _dated(rows: Iterable[VideoRow]) -> list[VideoRow]:
    """The newest posts of which the second is known; rows come newest first."""
    exact = [
        row
        for row in rows
        if row.posted_at is not None and row.posted_precision == "second"
    ]
    return exact[:MOST_VIDEOS]


def _age(row: VideoRow) -> int | None:
    """Seconds of age at which a young post is judged; None for the others."""
    if row.posted_at is None or row.views is None:
        return None
    age = row.as_of_at - row.posted_at
    return min(age, _LAST_AGE) if 0 < age <= YOUNG_DAYS * 24 * _HOUR else None


def _views_at(rows: Iterable[VideoRow], looks: Looks, age: int) -> dict[str, float]:
    found = {}
    for row in rows:
        at = (row.posted_at or 0) + age
        look = looks.get((row.id, at))
        views = None if look is None else views_at(row, look, at)
        if views is not None:
            found[row.id] = views
    return found


def _compared(hours: float, views: float, others: Sequence[float]) -> Pace:
    if len(others) < MIN_COMPARABLE:
        return Pace(hours, views, None, None, len(others))
    usual = median(others)
    times = views / max(1.0, usual)
    return Pace(hours, views, _percentile(views, others), times, len(others))


def _percentile(value: float, others: Sequence[float]) -> float:
    """Share of the others below it; equal ones count half."""
    below = sum(other < value for other in others)
    equal = sum(other == value for other in others)
    return (below + equal / 2) / len(others)
