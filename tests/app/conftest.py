"""Makes tests of the screen quick; it changes nothing of what they prove."""

from collections.abc import Iterator

import pytest


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
