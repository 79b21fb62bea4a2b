"""A project's own token for TikTok's Research API, by its key and secret.

Knows no data. The token lives two hours, in memory only; a restart asks for another.
"""

import asyncio
import time
from collections.abc import Callable

from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import ResearchSource
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.questions import Question
from kpi_tui.sources.signin.replies import opened_flat
from kpi_tui.sources.signin.tokens import Tokens

_PATH = "/v2/oauth/token/"
_LIFE_SECONDS = 7200.0
"""By the documents, for an answer that does not say it."""


class ClientToken:
    """Gives one token to everybody until most of its life is over."""

    def __init__(
        self,
        source: ResearchSource,
        name: str,
        client: HttpClient,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``name`` is the source's, for errors; ``clock`` is UTC epoch seconds."""
        self._source = source
        self._name = name
        self._client = client
        self._clock = clock
        self._lock = asyncio.Lock()
        self._tokens: Tokens | None = None

    async def access_token(self) -> str:
        """The token, a new one when 80 % of its life is over. Raises SourceError."""
        async with self._lock:
            if self._tokens is None or self._tokens.is_due(self._clock()):
                self._tokens = await self._new()
            return self._tokens.access

    async def refused(self, token: str) -> str:
        """A new token, unless somebody got one meanwhile. Raises SourceError."""
        async with self._lock:
            if self._tokens is None or self._tokens.access == token:
                self._tokens = None
                self._tokens = await self._new()
            return self._tokens.access

    def until(self) -> tuple[float | None, float | None]:
        """When the token ends; there is no refresh token."""
        return (self._tokens.access_until if self._tokens else None), None

    async def _new(self) -> Tokens:
        where = f"{self._name}, client_secret"
        try:
            secret = await asyncio.to_thread(
                read_secret, self._source.client_secret, where
            )
        except SecretError as error:
            raise SourceError(
                error.message, fault="unauthorised", hint=error.hint
            ) from None
        question = Question(
            self._source.base_url.rstrip("/") + _PATH,
            "POST",
            form={
                "client_key": self._source.client_key,
                "client_secret": secret,
                "grant_type": "client_credentials",
            },
        )
        now = self._clock()
        answer = await self._client.ask(question, self._name)
        try:
            body = opened_flat(answer, now)
        except SourceError as error:
            if error.fault == "rate limited" or not 400 <= answer.status < 500:
                raise
            raise SourceError(
                error.message,
                fault="unauthorised",
                hint="Check client_key and client_secret of this source.",
            ) from None
        token, life = body.get("access_token"), number(body.get("expires_in"))
        if not isinstance(token, str) or not token:
            raise SourceError(
                "TikTok answered without a token", hint="It is asked again by itself."
            )
        seconds = life if life is not None and life > 0 else _LIFE_SECONDS
        return Tokens(token, now, now + seconds)
