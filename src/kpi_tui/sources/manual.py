"""Numbers that the user types in with ``kpi-tui record``.

Knows nothing of how they are stored: there is nothing to fetch.
"""

from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Polled


class ManualConnector(Polled):
    """Stands in the list of sources so that typed numbers have a name; never polled."""

    async def fetch(self, now: float) -> Batch:  # noqa: ARG002  the port's signature
        """Nothing, always."""
        return Batch()
