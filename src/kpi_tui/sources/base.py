"""What all connectors share: a name, an account, an interval.

Knows no protocol and no provider.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, tzinfo

from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.port import SourceError


@dataclass(frozen=True, slots=True)
class Identity:
    """Which configured source a connector is."""

    name: str
    """``<handle>/<type>``, unique."""
    account: str
    """Handle without the ``@``."""
    kind: str
    interval: float | None
    """Seconds between polls; None when it is never polled."""
    zone: tzinfo = UTC
    """In which the account's days are cut."""
    is_demo: bool = False


class Polled:
    """A connector that has nothing to watch and nothing to give up."""

    def __init__(self, identity: Identity) -> None:
        """Take the name, account and interval that the config gives it."""
        self.name = identity.name
        self.account = identity.account
        self.kind = identity.kind
        self.interval = identity.interval
        self.is_demo = identity.is_demo
        self._zone = identity.zone

    async def wait_for_change(self) -> None:
        """Never return: only the interval brings the next fetch."""
        await asyncio.Event().wait()

    def gauges(self) -> Gauges:
        """No limits that it knows of."""
        return Gauges()

    def hold(self, seconds: float) -> None:
        """Share no limit, so nobody else is meant."""

    async def close(self) -> None:
        """Hold nothing, so nothing is given up."""


class BrokenConnector(Polled):
    """A source that cannot be built; it says why whenever it is asked.

    So one wrong JMESPath shows up beside its source and stops no other.
    """

    def __init__(self, identity: Identity, error: SourceError) -> None:
        """Keep the fault found while building."""
        super().__init__(identity)
        self._error = error

    async def fetch(self, now: float) -> Batch:  # noqa: ARG002  the port's signature
        """Raise the SourceError found while building, a new one each time."""
        error = self._error
        raise SourceError(error.message, fault=error.fault, hint=error.hint)
