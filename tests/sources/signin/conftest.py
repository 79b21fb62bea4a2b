"""The stage of most tests here: a platform on 127.0.0.1 and an empty vault."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers.loopback import serving
from tests.servers.oauth import OAuth
from tests.sources.signin.scene import Scene, make_scene


@pytest.fixture
def oauth() -> OAuth:
    return OAuth()


@pytest.fixture
async def scene(oauth: OAuth, tmp_path: Path) -> AsyncIterator[Scene]:
    async with serving(oauth.handle) as base:
        yield make_scene(base, oauth, tmp_path)
