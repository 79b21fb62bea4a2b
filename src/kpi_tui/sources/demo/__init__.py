"""The demo: a deterministic brand, served in the providers' own shapes.

Reaches no network; see :class:`kpi_tui.sources.demo.world.DemoWorld`.
"""

from kpi_tui.sources.demo.settings import demo_settings
from kpi_tui.sources.demo.world import DemoWorld

__all__ = ["DemoWorld", "demo_settings"]
