"""The source ``http-json``: any JSON over HTTP, mapped by JMESPath.

Knows no provider; what the document means is said by the config.
"""

from datetime import date

from kpi_tui.config.settings import HttpJsonSource
from kpi_tui.kpi.readings import Batch, Reading
from kpi_tui.sources.base import Identity, Polled
from kpi_tui.sources.headers import filled
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.json_mapping import JsonMapping, last_complete_day
from kpi_tui.sources.moments import local_today


class HttpJsonConnector(Polled):
    """One URL, polled and mapped."""

    def __init__(
        self, identity: Identity, source: HttpJsonSource, client: HttpClient
    ) -> None:
        """Compile the mapping; SourceError (``config``) when a path is wrong."""
        super().__init__(identity)
        self._source = source
        self._client = client
        self._mapping = JsonMapping(source, identity.account, identity.zone)
        self._running_day: date | None = None
        """The day whose running values the last fetch wrote."""
        client.join(self)

    async def fetch(self, now: float) -> Batch:
        """Ask the URL once; see :meth:`JsonMapping.read` for what the times mean."""
        headers = await filled(self._source.headers, self.name)
        document = await self._client.get_json(
            self._source.url, headers=headers, source=self.name
        )
        readings, notes = self._mapping.read(document, now)
        return Batch(readings, (), self._complete(readings, now), notes)

    async def close(self) -> None:
        """Leave the shared client."""
        await self._client.leave(self)

    def _complete(self, readings: tuple[Reading, ...], now: float) -> date | None:
        """The last complete day.

        A running value completes its day when the next day's first poll arrives.
        """
        today = local_today(now, self._zone)
        if not self._mapping.is_running:
            return last_complete_day(readings, today)
        before, self._running_day = self._running_day, today
        return before if before is not None and before < today else None
