"""Makes tests of the screen quick, and lets them keep what they prove."""

from collections.abc import Iterator

import pytest
from textual._compositor import Compositor


@pytest.fixture(scope="package", autouse=True)
def short_naps() -> Iterator[None]:
    """The pilot waits for an idle program in naps of 20 ms, two or three a key.

    Idle was also one that got less than half a core; on a busy machine that is every
    one. Shorter naps, of which less than an eighth may be work, wait for the work.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual._wait.SLEEP_GRANULARITY", 0.008)
        patch.setattr("textual._wait.SLEEP_IDLE", 0.001)
        yield


@pytest.fixture(scope="package", autouse=True)
def only_looked_at() -> Iterator[None]:
    """Draw a frame when a test looks at it, and not to throw it away.

    Without a terminal Textual draws each change and drops it: four tenths of the time
    of these tests. What reads the screen draws all of it; in a real terminal, as in
    test_walk.py and test_terminal.py, every change is drawn.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", _nothing)
        yield


@pytest.fixture
def every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of the changes themselves."""
    monkeypatch.setattr(Compositor, "render_update", _RENDER_UPDATE)


_RENDER_UPDATE = Compositor.render_update


def _nothing(compositor: Compositor, **_: object) -> None:
    compositor._dirty_regions.clear()
