"""From TikTok's answer through the store to the benchmark beside a KPI."""

from pathlib import Path

from kpi_tui.kpi.benchmarks import benchmark_for, fetched_benchmarks, told_apart
from kpi_tui.store.store import Store
from tests.servers.business import NOW, Business
from tests.sources.benchmark.test_fetching import connected

DAY = 86_400.0


async def test_the_newest_averages_are_kept(tmp_path: Path) -> None:
    api = Business(posts=1)
    store = Store.open(tmp_path / "kpi.db")
    try:
        assert store.benchmark_points("acme") == []
        async with connected(api, tmp_path, "pets") as connector:
            store.ingest(connector.name, await connector.fetch(NOW))
            once = fetched_benchmarks(store.benchmark_points("acme"))
            api.averages["average_follower_count"] = "51000"
            api.today = api.today.replace(day=api.today.day + 1)
            store.ingest(connector.name, await connector.fetch(NOW + DAY))
        twice = fetched_benchmarks(store.benchmark_points("acme"))
        assert store.benchmark_points("other") == []
    finally:
        store.close()
    before = benchmark_for("followers", "PETS", once, ())
    after = benchmark_for("followers", "PETS", twice, ())
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (48_000.25, 51_000)
    assert before.day is not None
    assert after.day is not None
    assert (after.day - before.day).days == 1
    (rate, views) = told_apart("Pets", twice)
    assert (rate.value, rate.denominator) == (0.0144, "not stated")
    assert rate.day == after.day  # it was told again, though it did not change
    assert views.value == 310_000.5
