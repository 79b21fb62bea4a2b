"""Waits for a folder to have news, by the system's events or by looking.

Knows nothing of what is in the folder; the caller says what counts as news.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path

from kpi_tui.sources.tiktok_studio.files import SUFFIXES, is_there

POLL_SECONDS = 2.0
_RECHECK_SECONDS = 1.2
"""Before a file that was still growing is looked at again."""
_DEBOUNCE_MS = 400
_STEP_MS = 100
TIMEOUT_MS = 5_000


async def news(path: Path, has_news: Callable[[], bool]) -> None:
    """Return once ``has_news`` is true of the folder (or file) ``path``.

    ``has_news`` runs in a thread, when a download there is written or goes. Looks
    every two seconds where the system cannot watch (no such folder yet, inotify
    limits, some network drives).
    """
    if await asyncio.to_thread(has_news):
        await asyncio.sleep(_RECHECK_SECONDS)
        return
    # watchfiles raises OSError or, for its own faults, a RuntimeError.
    with suppress(OSError, RuntimeError):
        if await _watched(path, has_news):
            return
    while not await asyncio.to_thread(has_news):  # noqa: ASYNC110 (a folder has no event)
        await asyncio.sleep(POLL_SECONDS)


async def _watched(path: Path, has_news: Callable[[], bool]) -> bool:
    """Whether there is news; False when the watched folder itself has gone."""
    from watchfiles import Change, awatch

    # An absent folder gives no events either, and no error.
    if not await asyncio.to_thread(is_there, path):
        return False

    def is_relevant(change: Change, changed: str) -> bool:  # noqa: ARG001
        return changed.lower().endswith(SUFFIXES)

    changes = awatch(
        path,
        watch_filter=is_relevant,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=TIMEOUT_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    is_first = True
    async with aclosing(changes):
        async for changed in changes:
            has_folder = await asyncio.to_thread(is_there, path)
            # The first look covers what came before the watch began; later ones
            # without an event would walk a large folder for nothing.
            is_due = bool(changed) or is_first or not has_folder
            if is_due and await asyncio.to_thread(has_news):
                return True
            if not has_folder:
                return False
            is_first = False
    return False
