"""What the tests of the tabs share: the app on one tab, and its screen as text."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from kpi_tui.app.app import KpiApp
from kpi_tui.app.tabs import TABS
from tests.app.play import make_app
from tests.app.snapshots import FakeMonitor

SIZES = [(200, 60), (120, 40), (80, 24), (60, 20), (40, 10), (30, 8)]
"""Those that the design names, and one below the smallest."""


@asynccontextmanager
async def on_tab(
    tab: str,
    monitor: FakeMonitor | None = None,
    *,
    size: tuple[int, int] = (120, 40),
    is_ascii: bool = False,
    theme: str | None = None,
) -> AsyncIterator[tuple[KpiApp, Pilot[Any]]]:
    """The app after the key of a tab was pressed; its id or its number."""
    app = make_app(monitor, is_ascii=is_ascii, theme=theme)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(tab if tab.isdecimal() else tab_key(tab))
        await pilot.pause()
        yield app, pilot


async def through_sizes(
    pilot: Pilot[Any], *, is_ascii: bool
) -> AsyncIterator[tuple[int, int]]:
    """Resize the terminal to each size in turn; to two of them for ASCII, which
    lays out nothing anew."""
    for size in SIZES[2:4] if is_ascii else SIZES:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        yield size


def tab_key(tab: str) -> str:
    """The number that shows this tab."""
    return str([known.id for known in TABS].index(tab) + 1)


async def until(pilot: Pilot[Any], is_so: Callable[[], bool]) -> None:
    """Wait for what takes its time, such as a thread or a worker, and no longer."""
    for _ in range(1000):
        if is_so():
            return
        await pilot.pause(0.005)
    raise AssertionError(
        f"it did not come; the screen shows:\n{screen_text(pilot.app)}"
    )


def screen_text(app: App[Any]) -> str:
    """What is on the screen, without styles."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(
        "".join(piece.text for piece in strip).rstrip() for strip in strips
    )
