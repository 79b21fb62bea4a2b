"""The config in force, and the watch over the user's file.

Knows no setting; whoever reads the file is given.
"""

import asyncio
from collections.abc import Callable

from kpi_tui.config.settings import Settings

REREAD_SECONDS = 2.0

SettingsReader = Callable[[Settings], tuple[Settings, str | None]]
"""Given the settings in force: the ones to use now, and what is wrong with the file."""


class SettingsWatch:
    """A wrong file leaves the old settings in force, and is told."""

    def __init__(self, settings: Settings, reread: SettingsReader | None) -> None:
        """``reread`` is asked now and then; None: they never change."""
        self._reread = reread
        self.current = settings
        """In force now."""
        self.trouble: str | None = None
        """What is wrong with the file now."""

    async def run(self, changed: Callable[[bool], None]) -> None:
        """Watch until cancelled; ``changed`` is called after every change.

        It is told whether other settings are in force, or only another trouble.
        """
        if self._reread is None:
            return
        while True:
            await asyncio.sleep(REREAD_SECONDS)
            settings, trouble = await asyncio.to_thread(self._reread, self.current)
            if settings is self.current and trouble == self.trouble:
                continue
            is_new = settings is not self.current
            self.current, self.trouble = settings, trouble
            changed(is_new)
