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
from kpi_tui.sources.json_videos import VideoMapping
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
        self._posts = (
            None
            if source.videos is None
            else VideoMapping(source.videos, identity.account)
        )
        self._running_day: date | None = None
        """The day whose running values the last fetch wrote."""
        client.join(self)

    async def fetch(self, now: float) -> Batch:
        """Ask the URL once; see :meth:`JsonMapping.read` for what the times mean."""
        headers = await filled(self._source.headers, f"{self.name}, header")
        params = await filled(self._source.params, f"{self.name}, parameter")
        document = await self._client.get_json(
            self._source.url, params=params, headers=headers, source=self.name
        )
        posts = self._posts.read(document, now) if self._posts else Batch()
        # An empty list is a profile without posts; a note says that there is no list.
        has_posts = self._posts is not None and bool(posts.videos or not posts.notes)
        readings, notes = self._mapping.read(document, now, is_alone=not has_posts)
        return Batch(
            readings + posts.readings,
            posts.videos,
            self._complete(readings, now),
            notes + posts.notes,
            self._source.currency,
        )

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
