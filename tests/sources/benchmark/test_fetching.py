"""An industry's averages through the tiktok-business connector, over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import BusinessSource, Secret, Settings
from kpi_tui.kpi.benchmarks import category_of
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity
from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.business_benchmark import (
    CATEGORIES,
    benchmark_readings,
    nearest,
)
from kpi_tui.sources.demo import DemoWorld, demo_settings
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.registry import build_connectors
from kpi_tui.sources.tiktok_business import BusinessConnector
from tests.servers.business import BUSINESS_ID, NOW, TOKEN, Business
from tests.servers.loopback import serving

PATH = "/v1.3/business/benchmark/"
HOUR = 3600.0


@asynccontextmanager
async def connected(
    api: Business, tmp_path: Path, category: str | None
) -> AsyncIterator[BusinessConnector]:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    async with serving(api.handle) as base:
        source = BusinessSource(
            type="tiktok-business",
            access_token=Secret(file=token),
            business_id=BUSINESS_ID,
            category=category,
            base_url=f"{base}/v1.3",
        )
        identity = Identity("acme/tiktok-business", "acme", "tiktok-business", 300)
        many = RequestBudget("requests a minute", 10_000, 60.0)
        connector = BusinessConnector(identity, source, HttpClient(), many)
        try:
            yield connector
        finally:
            await connector.close()


def averages(batch: Batch) -> dict[tuple[str, str], float]:
    return {
        (r.entity, r.metric): r.value
        for r in batch.readings
        if r.entity.startswith("benchmark:")
    }


async def test_the_averages_of_the_industry(tmp_path: Path) -> None:
    api = Business()
    async with connected(api, tmp_path, "Food & Beverage") as connector:
        batch = await connector.fetch(NOW)
    entity = "benchmark:FOOD_AND_BEVERAGE"
    assert averages(batch) == {
        (entity, "benchmark_engagement_rate"): 0.0144,
        (entity, "benchmark_video_views"): 310_000.5,
        (entity, "benchmark_likes"): 22618.7106,
        (entity, "benchmark_comments"): 625.6003,
        (entity, "benchmark_videos"): 11.5,
        (entity, "benchmark_followers"): 48_000.25,
    }
    assert batch.notes == ()
    asked = [query for path, query in api.calls if path == PATH]
    assert asked == [
        {"business_id": BUSINESS_ID, "business_category": "FOOD_AND_BEVERAGE"}
    ]


async def test_it_is_asked_for_once_a_day(tmp_path: Path) -> None:
    api = Business()
    async with connected(api, tmp_path, "PETS") as connector:
        for at in (NOW, NOW + 300, NOW + 11 * HOUR):
            await connector.fetch(at)
        api.today += timedelta(days=1)
        await connector.fetch(NOW + 23 * HOUR)
        assert api.count(PATH) == 1
        later = await connector.fetch(NOW + 24 * HOUR - 1)
        assert api.count(PATH) == 2
        assert averages(later)
        await connector.fetch(NOW)  # the clock was set back
        assert api.count(PATH) == 3


async def test_without_an_industry_nothing_is_asked(tmp_path: Path) -> None:
    api = Business()
    async with connected(api, tmp_path, None) as connector:
        assert averages(await connector.fetch(NOW)) == {}
    assert api.count(PATH) == 0


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("Beverages", "“Beverages”; did you mean FOOD_AND_BEVERAGE?"),
        ("food", "“food”; did you mean FOOD_AND_BEVERAGE?"),
        ("xyz", "“xyz”. It has ART_AND_CRAFTS, "),
        ("GAMING", "TikTok refuses a parameter (40002)"),  # known here, not there
    ],
)
async def test_a_wrong_industry_names_the_nearest(
    tmp_path: Path, category: str, words: str
) -> None:
    api = Business()
    async with connected(api, tmp_path, category) as connector:
        batch = await connector.fetch(NOW)
        again = await connector.fetch(NOW + 300)
    (note,) = batch.notes
    assert words in note
    assert again.notes == batch.notes  # it stays said
    assert api.count(PATH) == 1  # and is not asked again today
    assert len(batch.videos) == 45


async def test_a_missing_scope_costs_only_the_benchmark(tmp_path: Path) -> None:
    api = Business(missing_scopes={"benchmark"})
    async with connected(api, tmp_path, "PETS") as connector:
        batch = await connector.fetch(NOW)
        assert len(batch.videos) == 45
        assert batch.notes == (
            "No industry benchmark: TikTok says that the scope for benchmarks is "
            "missing (40130).",
        )
        api.missing_scopes = set()
        api.today += timedelta(days=1)
        later = await connector.fetch(NOW + 25 * HOUR)
        assert (bool(averages(later)), later.notes) == (True, ())


async def test_a_fault_is_tried_again_with_the_next_poll(tmp_path: Path) -> None:
    api = Business(posts=1)
    async with connected(api, tmp_path, "PETS") as connector:
        api.benchmark_faults = [50002]
        broken = await connector.fetch(NOW)
        assert "fault of its own" in broken.notes[0]
        assert averages(await connector.fetch(NOW + 300))


async def test_the_accounts_industry_is_the_sources() -> None:
    source = {
        "type": "tiktok-business",
        "access_token": {"env": "NO_SUCH_TOKEN_IS_SET"},
        "business_id": "1",
    }
    accounts = [
        {"handle": "acme", "industry": "PETS", "source": [source]},
        {
            "handle": "mill",
            "industry": "PETS",
            "source": [source | {"category": "BABY"}],
        },
        {"handle": "none", "source": [source]},
    ]
    found = []
    for connector in build_connectors(Settings.model_validate({"account": accounts})):
        assert isinstance(connector, BusinessConnector)
        found.append(connector._source.category)
        await connector.close()
    assert found == ["PETS", "BABY", None]


@pytest.mark.parametrize(
    ("industry", "category"),
    [
        ("Food & Beverage", "FOOD_AND_BEVERAGE"),
        ("FOOD_AND_BEVERAGE", "FOOD_AND_BEVERAGE"),
        ("sports, fitness and outdoors", "SPORTS_FITNESS_AND_OUTDOORS"),
        ("  ", ""),
        ("ελιές", ""),
    ],
)
def test_industries_as_people_write_them(industry: str, category: str) -> None:
    assert category_of(industry) == category


@given(st.text(max_size=80))
def test_the_nearest_industry_is_one_of_them(text: str) -> None:
    category = category_of(text)
    assert nearest(category) in {*CATEGORIES, None}
    assert len(category) <= 64


@given(
    st.dictionaries(
        st.sampled_from(
            ["business_category", "average_engagement_rate", "average_likes"]
        ),
        st.none() | st.floats() | st.integers() | st.text(max_size=9) | st.booleans(),
    )
)
def test_any_answer_gives_finite_averages(data: dict[str, object]) -> None:
    for reading in benchmark_readings(data, "PETS", "acme", NOW):
        assert abs(reading.value) < float("inf")
        assert reading.entity.startswith("benchmark:")
        if reading.metric == "benchmark_engagement_rate":
            assert 0 <= reading.value <= 1


async def test_the_demos_industry_has_averages_too() -> None:
    world = DemoWorld(1, lambda: NOW)
    connectors = build_connectors(demo_settings(), demo=world)
    (business,) = [c for c in connectors if c.kind == "tiktok-business"]
    batch = await business.fetch(NOW)
    assert batch.notes == ()
    assert len(averages(batch)) == 8
    assert {entity for entity, _ in averages(batch)} == {"benchmark:FOOD_AND_BEVERAGE"}
    for connector in connectors:
        await connector.close()
