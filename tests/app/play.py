"""``python -m tests.app.play``: the app on the hand-made Snapshot, in this terminal.

``--shot NAME --size 120x40 --keys 6,down`` writes NAME.svg instead.
"""

import argparse
import asyncio
from pathlib import Path

from kpi_tui.app.app import KpiApp
from kpi_tui.app.lifeline import run_app
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot


def _clock() -> float:
    return NOW.timestamp()


def make_app(
    monitor: FakeMonitor | None = None,
    *,
    is_ascii: bool = False,
    theme: str | None = None,
) -> KpiApp:
    """The app on a monitor without sources, its clock stopped at ``NOW``."""
    return KpiApp(
        monitor or FakeMonitor(),
        is_ascii=is_ascii,
        theme=theme,
        version="0.1.0",
        clock=_clock,
    )


async def shoot(app: KpiApp, size: tuple[int, int], keys: list[str]) -> str:
    """Press keys; the picture as SVG."""
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if keys:
            await pilot.press(*keys)
        await pilot.pause()
        svg = app.export_screenshot()
    # Without it, some viewers drop the blanks at the start of a run.
    return svg.replace("<svg ", '<svg xml:space="preserve" ', 1)


def main() -> int:
    """Run or shoot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="120x40", help="of the picture")
    parser.add_argument("--keys", default="", help="pressed before the picture")
    parser.add_argument("--shot", type=Path, help="write a picture and end")
    parser.add_argument("--theme")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()
    monitor = FakeMonitor(make_snapshot(is_demo=options.demo))
    app = make_app(monitor, is_ascii=options.ascii, theme=options.theme)
    if options.shot is None:
        return run_app(app)
    width, _, height = options.size.partition("x")
    keys = [key for key in options.keys.split(",") if key]
    svg = asyncio.run(shoot(app, (int(width), int(height)), keys))
    options.shot.with_suffix(".svg").write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
