"""TikTok Studio's "Download data" files, read from disk and watched.

Exports what the rest needs; see :mod:`.read` and :mod:`.connector`.
"""

from kpi_tui.sources.tiktok_studio.connector import StudioConnector
from kpi_tui.sources.tiktok_studio.read import FileResult, read_downloads

__all__ = ["FileResult", "StudioConnector", "read_downloads"]
