"""A stand-in of the Research API, and a connector that asks it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kpi_tui.sources.tiktok_research import (
    ResearchConnector,
)
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.servers.research import (
    CLIENT_SECRET,
    Research,
)
from tests.sources.research.parts import Clock, connected


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(CLIENT_SECRET)
    path.chmod(0o600)
    return path


@pytest.fixture
def api() -> Research:
    return Research()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quotas" / "one.json"


@pytest.fixture
async def connector(
    api: Research, clock: Clock, secret: Path, file: Path
) -> AsyncIterator[ResearchConnector]:
    async with connected(api, clock, secret, ResearchQuota(file, clock)) as one:
        yield one
