"""Which benchmark stands beside which KPI, and which beside none."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.benchmarks import (
    DENOMINATORS,
    TIKTOK,
    Benchmark,
    BenchmarkPoint,
    benchmark_for,
    category_of,
    fetched_benchmarks,
    told_apart,
)
from kpi_tui.kpi.definitions import DEFINITIONS

FOOD, PETS = "FOOD_AND_BEVERAGE", "PETS"
VIEWS = Benchmark("engagement_rate_by_views", 0.034, "views", "Rival IQ", year=2024)
OLDER = replace(VIEWS, value=0.041, year=2023)
OF_FOOD = replace(VIEWS, value=0.026, industry=FOOD)
FETCHED = replace(VIEWS, value=0.03, industry=FOOD, year=None, day=date(2026, 3, 24))


def test_the_closest_and_newest_comes_first():
    published = [OLDER, VIEWS, OF_FOOD]
    kpi = "engagement_rate_by_views"
    assert benchmark_for(kpi, None, [], published) == VIEWS
    assert benchmark_for(kpi, PETS, [], published) == VIEWS
    assert benchmark_for(kpi, "Food & Beverage", [], published) == OF_FOOD
    assert benchmark_for(kpi, FOOD, [FETCHED], published) == FETCHED
    newer = replace(FETCHED, day=date(2026, 3, 25))
    assert benchmark_for(kpi, FOOD, [newer, FETCHED], published) == newer
    # What was fetched for an industry of before is not of this one.
    assert benchmark_for(kpi, PETS, [FETCHED], published) == VIEWS
    assert benchmark_for(kpi, None, [FETCHED], published) == VIEWS
    assert benchmark_for("followers", FOOD, [FETCHED], published) is None


DENOMINATOR = st.sampled_from(
    ["", "followers", "followers per post", "views", "reach", "not stated"]
)
BENCHMARK = st.builds(
    Benchmark,
    st.sampled_from(sorted(DEFINITIONS)),
    st.floats(0, 1),
    DENOMINATOR,
    st.just("somebody"),
    st.sampled_from([None, FOOD, PETS]),
    st.integers(2020, 2026),
)


@given(
    st.sampled_from(sorted(DEFINITIONS)),
    st.sampled_from([None, "", FOOD, PETS, "Pets"]),
    st.lists(BENCHMARK, max_size=8),
    st.lists(BENCHMARK, max_size=8),
)
def test_denominators_and_industries_are_never_mixed(
    kpi: str,
    industry: str | None,
    fetched: list[Benchmark],
    published: list[Benchmark],
):
    found = benchmark_for(kpi, industry, fetched, published)
    if found is None:
        assert not any(
            b.kpi == kpi and b.is_comparable and b.industry is None for b in published
        )
        return
    assert found.kpi == kpi
    assert found.denominator == DENOMINATORS.get(kpi, "")
    assert found.industry in {None, category_of(industry or "")}


def test_a_rate_per_post_is_no_rate_of_a_window():
    per_post = Benchmark("engagement_rate", 0.026, "followers per post", "x", year=2024)
    assert benchmark_for("engagement_rate", None, [], [per_post]) is None
    whole = replace(per_post, denominator="followers")
    assert benchmark_for("engagement_rate", None, [], [per_post, whole]) == whole


def test_what_tiktok_tells_is_held_against_little():
    at = int(datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp())
    points = [
        BenchmarkPoint(FOOD, "benchmark_engagement_rate", at, 0.0144),
        BenchmarkPoint(FOOD, "benchmark_followers", at, 48_000.0),
        BenchmarkPoint(FOOD, "benchmark_video_views", at, 310_000.0),
        BenchmarkPoint(FOOD, "benchmark_likes", at, 22_000.0),
        BenchmarkPoint(PETS, "benchmark_engagement_rate", at, 0.02),
    ]
    fetched = fetched_benchmarks(points)
    rate = Benchmark(
        "engagement_rate", 0.0144, "not stated", TIKTOK, FOOD, None, date(2026, 3, 24)
    )
    assert fetched[0] == rate
    # By followers or by views? Nobody says, so it stands beside neither.
    for kpi in ("engagement_rate", "engagement_rate_by_views", "views_per_video"):
        assert benchmark_for(kpi, FOOD, fetched, []) is None
    followers = benchmark_for("followers", FOOD, fetched, [])
    assert followers is not None
    assert followers.value == 48_000
    apart = told_apart("food & beverage", fetched)
    assert [(b.kpi, b.value) for b in apart] == [
        ("engagement_rate", 0.0144),
        ("views_per_video", 310_000),
    ]
    assert told_apart(None, fetched) == ()


def test_every_rate_by_something_says_by_what():
    assert set(DENOMINATORS) <= set(DEFINITIONS)
    assert DENOMINATORS["engagement_rate_by_reach"] == "reach"


@pytest.mark.parametrize(
    ("text", "category"), [("Tech/Software", "TECH_SOFTWARE"), ("", ""), ("ü", "")]
)
def test_industries_in_other_spellings(text: str, category: str):
    assert category_of(text) == category
