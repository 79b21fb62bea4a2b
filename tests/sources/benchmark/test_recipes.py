"""The recipes in docs/competitors.md, each against an answer in its provider's shape."""

import asyncio
import json
import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_tui.config.benchmarks import load_benchmarks
from kpi_tui.config.http_json import HttpJsonSource
from kpi_tui.config.load import load
from kpi_tui.kpi.readings import day_start
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.registry import build_connectors
from tests.servers.loopback import Request, answer, serving

DOC = Path(__file__).parents[3] / "docs/competitors.md"
RECIPES = re.findall(
    r"^```toml\n(.*?)^```", DOC.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()

STATS = {
    "followerCount": 1250,
    "followingCount": 10,
    "heartCount": "90000",
    "videoCount": 33,
}
ENSEMBLE = {
    "data": {"user": {"uniqueId": "oliveandco", "verified": False}, "stats": STATS}
}
BLADE = {
    "status": {"success": True},
    "data": {
        "id": {"username": "oliveandco"},
        "statistics": {"total": {"followers": 1250}, "growth": {}},
        "daily": [
            {"date": "2026-03-23", "followers": 1250},
            {"date": "2026-03-22", "followers": None},
            {"date": "2026-03-21"},
            {"date": "2026-03-20", "followers": 1201},
        ],
    },
}
RESELLER = {
    "username": "oliveandco",
    "followers": 1250,
    "following": 10,
    "total_videos": 33,
    "total_heart": 90_000,
    "verified": False,
}
TOTALS = {"followers": 1250, "following": 10, "likes_total": 90_000, "videos_total": 33}


class Provider:
    """Answers everything alike, and remembers what it was asked."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self._answer = answer(status, json.dumps(body).encode())
        self.asked: list[Request] = []

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.asked.append(request)
        writer.write(self._answer)


def written(recipe: str, base: str, folder: Path) -> Path:
    """The recipe as a config whose provider is the one at ``base``."""
    path = folder / "config.toml"
    path.write_text(re.sub(r"https://[^/\"]+", base, recipe), "utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in re.findall(r'env = "(\w+)"', "".join(RECIPES)):
        monkeypatch.setenv(name, f"the-value-of-{name}")


def test_there_are_recipes_and_a_benchmark() -> None:
    assert len(RECIPES) == 5
    kinds = [set(tomllib.loads(recipe)) for recipe in RECIPES]
    assert kinds == [{"competitor"}] * 4 + [{"benchmark"}]


def test_the_posts_are_a_second_source_of_the_first(tmp_path: Path) -> None:
    both = written(f"{RECIPES[0]}\n{RECIPES[1]}", "http://127.0.0.1:1", tmp_path)
    totals, posts = load(both).competitor[0].source
    assert isinstance(totals, HttpJsonSource)
    assert isinstance(posts, HttpJsonSource)
    assert (totals.videos, posts.videos is None) == (None, False)


@pytest.mark.parametrize(("at", "body"), [(0, ENSEMBLE), (3, RESELLER)])
async def test_totals_of_the_moment(tmp_path: Path, at: int, body: Any) -> None:
    provider = Provider(body)
    async with serving(provider.handle) as base:
        settings = load(written(RECIPES[at], base, tmp_path))
        (connector,) = build_connectors(settings)
        batch = await connector.fetch(NOW)
        await connector.close()
    assert {r.metric: r.value for r in batch.readings} == TOTALS
    assert {(r.account, r.grain) for r in batch.readings} == {("oliveandco", "instant")}
    (request,) = provider.asked
    assert request.query["username"] == "oliveandco"
    if at == 0:
        assert request.query["token"]
    else:
        assert request.headers["x-api-key"] == "the-value-of-RESELLER_KEY"


async def test_a_history_keeps_its_gaps(tmp_path: Path) -> None:
    provider = Provider(BLADE)
    async with serving(provider.handle) as base:
        settings = load(written(RECIPES[2], base, tmp_path))
        (connector,) = build_connectors(settings)
        batch = await connector.fetch(NOW)
        await connector.close()
    assert {(r.metric, r.at): r.value for r in batch.readings} == {
        ("followers", day_start(date(2026, 3, 23))): 1250,
        ("followers", day_start(date(2026, 3, 20))): 1201,
    }
    (request,) = provider.asked
    assert request.headers["clientid"] == "the-value-of-SOCIALBLADE_CLIENT"
    assert request.headers["token"] == "the-value-of-SOCIALBLADE_TOKEN"


async def test_the_trap_is_one(tmp_path: Path) -> None:
    trap = RECIPES[2].replace("map(&followers, data.daily)", "data.daily[*].followers")
    assert trap != RECIPES[2]
    async with serving(Provider(BLADE).handle) as base:
        (connector,) = build_connectors(load(written(trap, base, tmp_path)))
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
        await connector.close()
    assert "followers" in caught.value.message


async def test_a_provider_that_refuses_repeats_no_token(tmp_path: Path) -> None:
    token = "the-value-of-ENSEMBLEDATA_TOKEN"
    body = {"detail": f"Units depleted for token {token}"}
    async with serving(Provider(body, 495).handle) as base:
        (connector,) = build_connectors(load(written(RECIPES[0], base, tmp_path)))
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
        await connector.close()
    assert "(495)" in caught.value.message
    assert "Units depleted" in caught.value.message
    assert token not in f"{caught.value.message} {caught.value.hint}"


def test_the_benchmark_of_ones_own_loads(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.toml").write_text(RECIPES[4], "utf-8")
    assert load_benchmarks(tmp_path)[0].source == "our agency's panel"
