"""Draws every tab of the demo at 120x40 into this folder: ``make pictures``.

The demo's clock stands still, so that the same code draws the same pictures.
"""

import asyncio
import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path

from kpi_tui.app.app import KpiApp
from kpi_tui.cli.wiring import build_demo

FOLDER = Path(__file__).parent
SIZE = (120, 40)
NOW = datetime(2026, 10, 14, 15, 20, tzinfo=UTC).timestamp()
TABS = ("overview", "trends", "content", "audience", "leaderboard", "goals", "sources")
# Rich's SVG loads a web font; a picture in a repository should load nothing.
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def draw() -> list[Path]:
    """Write one SVG per tab; their paths."""
    monitor, store = build_demo(clock=lambda: NOW)
    app = KpiApp(monitor, theme="kpi-dark", version="")
    drawn = []
    try:
        async with app.run_test(size=SIZE) as pilot:
            await asyncio.sleep(4.0)
            for number, name in enumerate(TABS, 1):
                await pilot.press(str(number))
                await pilot.pause(1.0)
                drawn.append(_save(app, name))
    finally:
        store.close()
    return drawn


def _save(app: KpiApp, name: str) -> Path:
    path = FOLDER / f"{name}.svg"
    svg = FONT_FACE.sub("", app.export_screenshot(title=f"kpi-tui · {name} · demo"))
    path.write_text(svg, encoding="utf-8")
    return path


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        for picture in asyncio.run(draw()):
            print(picture)  # noqa: T201
