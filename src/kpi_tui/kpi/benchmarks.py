"""Industry benchmarks: reference values, and with which KPI each may be compared.

Knows neither where they were found nor how they are drawn.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from kpi_tui.kpi.readings import day_of

Denominator = Literal[
    "",  # a plain number: followers, posts a week
    "followers",  # a window's sum over followers
    "followers per post",  # each post over followers: a window of 20 posts has 20 times that
    "views",
    "reach",
    "not stated",
]

DENOMINATORS: dict[str, Denominator] = {
    "follower_growth_rate": "followers",
    "engagement_rate": "followers",
    "engagement_rate_by_views": "views",
    "engagement_rate_by_reach": "reach",
    "like_rate": "views",
    "comment_rate": "views",
    "share_rate": "views",
    "save_rate": "views",
    "profile_view_rate": "views",
}
"""KPI id to what it is divided by; those that are missing here have none to confuse."""

TIKTOK = "TikTok's own benchmark"
"""The source of a fetched benchmark, in words."""

_FETCHED: dict[str, tuple[str, Denominator]] = {
    # What TikTok counts as engagement and divides it by is in none of its documents.
    "benchmark_engagement_rate": ("engagement_rate", "not stated"),
    # A mean, over nobody knows which videos; our own number is a median.
    "benchmark_video_views": ("views_per_video", "not stated"),
    "benchmark_followers": ("followers", ""),
}
"""Metric to the KPI that it is nearest to. The others are of no stated period."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others reach, by one KPI."""

    kpi: str
    """An id of :data:`kpi_tui.kpi.definitions.DEFINITIONS`."""
    value: float
    """In the KPI's own unit; percentages are fractions."""
    denominator: Denominator
    source: str
    """Who says so, in words."""
    industry: str | None = None
    """As in :func:`category_of`; None: all industries."""
    year: int | None = None
    """Of the publication."""
    day: date | None = None
    """On which it was fetched (UTC); None for a published one."""

    @property
    def is_comparable(self) -> bool:
        """Whether it is divided by the same as the KPI."""
        return self.denominator == DENOMINATORS.get(self.kpi, "")


class BenchmarkPoint(NamedTuple):
    """One average that a source told, as it is stored."""

    industry: str
    metric: str
    at: int
    """UTC epoch seconds at which it was last told."""
    value: float


def category_of(industry: str) -> str:
    """TikTok's spelling: ``Food & Beverage`` is FOOD_AND_BEVERAGE."""
    words = re.findall(r"[A-Z0-9]+", industry.upper().replace("&", " AND "))
    return "_".join(words)[:64]


def fetched_benchmarks(points: Iterable[BenchmarkPoint]) -> tuple[Benchmark, ...]:
    """Those stored averages that belong beside a KPI, comparable or not."""
    return tuple(
        Benchmark(
            kpi,
            point.value,
            denominator,
            TIKTOK,
            industry=point.industry,
            day=day_of(point.at),
        )
        for point in points
        if point.metric in _FETCHED
        for kpi, denominator in (_FETCHED[point.metric],)
    )


def benchmark_for(
    kpi_id: str,
    industry: str | None,
    fetched: Sequence[Benchmark],
    published: Sequence[Benchmark],
) -> Benchmark | None:
    """What to hold the KPI against: fetched before published, the industry's before
    all industries', the newest before older ones.

    Never one of another denominator, nor of another industry; None when there is none.
    """
    category = category_of(industry or "")
    own = [b for b in fetched if _fits(b, kpi_id) and b.industry]
    other = [b for b in published if _fits(b, kpi_id)]
    for group in (
        [b for b in own if category and category_of(b.industry or "") == category],
        [b for b in other if category and category_of(b.industry or "") == category],
        [b for b in other if b.industry is None],
    ):
        if group:
            return max(group, key=_age)
    return None


def told_apart(
    industry: str | None, fetched: Sequence[Benchmark]
) -> tuple[Benchmark, ...]:
    """The industry's fetched values that can be told, but held against nothing."""
    category = category_of(industry or "")
    return tuple(
        b
        for b in fetched
        if not b.is_comparable and category and b.industry == category
    )


def _fits(benchmark: Benchmark, kpi_id: str) -> bool:
    return benchmark.kpi == kpi_id and benchmark.is_comparable


def _age(benchmark: Benchmark) -> tuple[date, int]:
    return benchmark.day or date.min, benchmark.year or 0
