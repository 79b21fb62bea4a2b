"""Which benchmark stands beside a KPI, and when the files are read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi_tui.config.benchmarks import load_benchmarks
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.benchmark_words import (
    industry_words,
    origin_words,
    short_words,
)
from kpi_tui.kpi.benchmarks import TIKTOK, Benchmark
from kpi_tui.kpi.readings import Batch, Reading
from kpi_tui.monitor.benchmarks import BenchmarkBook
from kpi_tui.monitor.monitor import Monitor, Surroundings
from kpi_tui.monitor.snapshot import View
from kpi_tui.store.store import Store

NOW = datetime(2026, 3, 25, 9, tzinfo=UTC).timestamp()
FOOD = Benchmark(
    "engagement_rate_by_views", 0.026, "views", "Rival IQ", "FOOD_AND_BEVERAGE", 2024
)
SPORTS = Benchmark(
    "engagement_rate_by_views", 0.092, "views", "Rival IQ", "SPORTS_TEAMS", 2024
)
PER_POST = Benchmark("engagement_rate", 0.026, "followers per post", "Rival IQ")
ALL = Benchmark("posting_frequency", 2.0, "", "Rival IQ", None, 2024)


def settings(industry: str | None = "Food & Beverage") -> Settings:
    account = {"handle": "acme"} | ({"industry": industry} if industry else {})
    return Settings.model_validate({"account": [account]})


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


def test_only_the_own_industry_and_the_same_denominator(store: Store):
    book = BenchmarkBook((FOOD, SPORTS, PER_POST, ALL))
    assert book.of(store, settings(), "acme") == {
        "engagement_rate_by_views": FOOD,
        "posting_frequency": ALL,
    }
    assert book.of(store, settings(None), "acme") == {"posting_frequency": ALL}
    assert book.of(store, settings(), "rival") == {"posting_frequency": ALL}


def test_what_tiktok_told_goes_before_what_was_published(store: Store):
    told = Reading(
        "acme",
        "benchmark:FOOD_AND_BEVERAGE",
        "benchmark_followers",
        "instant",
        int(NOW),
        96_000.0,
        int(NOW),
    )
    store.ingest("acme/tiktok-business", Batch((told,)))
    published = Benchmark("followers", 5000.0, "", "a blog", "FOOD_AND_BEVERAGE", 2024)
    found = BenchmarkBook((published,)).of(store, settings(), "acme")
    assert found["followers"].value == 96_000
    assert found["followers"].source == TIKTOK


def test_a_reader_is_asked_once_and_after_the_first_frame(store: Store):
    asked = []

    def read() -> Sequence[Benchmark]:
        asked.append(1)
        return (FOOD,)

    monitor = Monitor(
        settings(), store, View("acme"), lambda _: (), Surroundings(published=read)
    )
    assert monitor.stored_snapshot().benchmarks == {}
    assert asked == []
    for _ in range(3):
        found = monitor.stored_snapshot().benchmarks
        assert found == {"engagement_rate_by_views": FOOD}
    assert asked == [1]


def test_given_ones_are_there_from_the_first_frame_on(store: Store):
    around = Surroundings(published=(FOOD,))
    monitor = Monitor(settings(), store, View("acme"), lambda _: (), around)
    assert monitor.stored_snapshot().benchmarks == {"engagement_rate_by_views": FOOD}


def test_a_wrong_file_is_a_notice_and_no_end(store: Store, tmp_path: Path):
    (tmp_path / "benchmarks.toml").write_text('[[benchmark]]\nkpi = "reech"\n')
    around = Surroundings(published=lambda: load_benchmarks(tmp_path))
    monitor = Monitor(settings(), store, View("acme"), lambda _: (), around)
    monitor.stored_snapshot()
    later = monitor.stored_snapshot()
    assert later.benchmarks == {}
    (notice,) = later.notices
    assert notice.startswith("your benchmarks are not used: benchmarks.toml:")


def test_benchmarks_in_words():
    assert short_words(FOOD) == "industry 2.6 %"
    assert industry_words(FOOD) == "food & beverage"
    assert origin_words(FOOD) == "Rival IQ, 2024"
    assert short_words(ALL) == "others 2.0"
    assert industry_words(ALL) == "all industries"
    told = Benchmark(
        "followers", 1.0, "", TIKTOK, day=datetime(2026, 3, 25, tzinfo=UTC).date()
    )
    assert origin_words(told) == f"{TIKTOK}, told on 25 Mar 2026"
