"""Who follows and watches: shares by age, gender and place, active hours, new viewers.

Knows buckets and days; not how a source names them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.windows import Window

DIMENSIONS = ("age", "gender", "country", "city")
"""Kinds of buckets, in the order they are shown."""
PREVIOUS_DAYS = 28
"""A bucket's previous share is at least this much older."""
_HOURS = 24
_MOST_HOURS = 12


@dataclass(frozen=True, slots=True)
class AudiencePoint:
    """One bucket's value on one day."""

    entity: str
    """``age:18-24``, ``gender:Female``, ``country:GR``, ``city:Athens``, ``hour:13``."""
    metric: str
    """``audience_share`` (0-1), or ``active_followers`` of an hour."""
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Share:
    """One bucket of an audience dimension."""

    label: str
    share: float
    """Fraction 0-1."""
    previous: float | None = None
    """The same bucket at the previous window's end, when known."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One dimension, largest bucket first (ages: in order of age)."""

    dimension: str
    """``age``, ``gender``, ``country``, ``city``."""
    shares: tuple[Share, ...]
    as_of: date
    source: str | None


@dataclass(frozen=True, slots=True)
class Audience:
    """The Audience tab's data; every part may be missing."""

    breakdowns: tuple[Breakdown, ...] = ()
    active_hours: tuple[float | None, ...] = ()
    """24 values, mean active followers by hour of the account's zone; empty when
    not measured. (Days with placeholder zeros are left out.)"""
    active_hours_days: int = 0
    """Days that went into the mean."""
    active_hours_source: str | None = None
    viewers_by_day: tuple[tuple[date, float | None, float | None], ...] = ()
    """(day, new viewers, returning viewers) per day of the window; empty when the
    window has none."""


def audience(
    points: Sequence[AudiencePoint],
    history: AccountHistory,
    window: Window,
    source_of: Mapping[str, str],
) -> Audience:
    """The audience as of the newest points, with the viewers of the window's days.

    ``source_of`` names the source by dimension (``age``, ``hour``, …), else by metric.
    Active hours are averaged over the window's days and later ones.
    """
    breakdowns = (_breakdown(points, dimension, source_of) for dimension in DIMENSIONS)
    hours, days = _active_hours(points, window)
    return Audience(
        breakdowns=tuple(found for found in breakdowns if found is not None),
        active_hours=hours,
        active_hours_days=days,
        active_hours_source=_source("hour", "active_followers", source_of)
        if days
        else None,
        viewers_by_day=_viewers_by_day(history, window),
    )


def _breakdown(
    points: Iterable[AudiencePoint], dimension: str, source_of: Mapping[str, str]
) -> Breakdown | None:
    by_day: dict[date, dict[str, float]] = {}
    for point in points:
        kind, _, label = point.entity.partition(":")
        if kind == dimension and point.metric == "audience_share":
            by_day.setdefault(point.day, {})[label] = point.value
    if not by_day:
        return None
    newest = max(by_day)
    older = [day for day in by_day if day <= newest - timedelta(days=PREVIOUS_DAYS)]
    before = by_day[max(older)] if older else {}
    shares = [
        Share(label, share, before.get(label))
        for label, share in by_day[newest].items()
    ]
    if dimension == "age":
        shares.sort(key=lambda share: (_age(share.label), share.label))
    else:
        shares.sort(key=lambda share: (-share.share, share.label))
    source = _source(dimension, "audience_share", source_of)
    return Breakdown(dimension, tuple(shares), newest, source)


def _age(label: str) -> int:
    """The first number of an age band; bands without one come last."""
    number = re.search(r"\d+", label)
    return int(number[0]) if number else 1000


def _active_hours(
    points: Iterable[AudiencePoint], window: Window
) -> tuple[tuple[float | None, ...], int]:
    by_day: dict[date, dict[int, float]] = {}
    for point in points:
        kind, _, hour = point.entity.partition(":")
        if kind != "hour" or point.metric != "active_followers" or not hour.isdigit():
            continue
        if point.day >= window.first and int(hour) < _HOURS:
            by_day.setdefault(point.day, {})[int(hour)] = point.value
    whole = [day for day in by_day.values() if _is_measured(day)]
    if not whole:
        return (), 0
    means = (sum(day[hour] for day in whole) / len(whole) for hour in range(_HOURS))
    return tuple(means), len(whole)


def _is_measured(hours: Mapping[int, float]) -> bool:
    """Whether the day has all its hours, and not mostly placeholder zeros."""
    zeros = sum(value == 0 for value in hours.values())
    return len(hours) == _HOURS and zeros <= _MOST_HOURS


def _viewers_by_day(
    history: AccountHistory, window: Window
) -> tuple[tuple[date, float | None, float | None], ...]:
    new = history.flows.get("new_viewers", {})
    returning = history.flows.get("returning_viewers", {})
    days = tuple((day, new.get(day), returning.get(day)) for day in window)
    is_any = any(one is not None or other is not None for _, one, other in days)
    return days if is_any else ()


def _source(dimension: str, metric: str, source_of: Mapping[str, str]) -> str | None:
    return source_of.get(dimension) or source_of.get(metric)
