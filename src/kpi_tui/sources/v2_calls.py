"""Calls of TikTok's v2 APIs: the token, its one replacement, and the pace.

Knows no field and no metric: it hands back data as TikTok wrote it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.questions import Question
from kpi_tui.sources.signin.keeper import TokenKeeper
from kpi_tui.sources.v2_envelope import (
    BURST_SECONDS,
    INVALID_TOKEN,
    Needs,
    V2Error,
    opened,
)


class Spends(Protocol):
    """An allowance of requests."""

    async def spend(self) -> None:
        """Return when the next request may go; SourceError when it is too far off."""

    def hold(self, seconds: float) -> None:
        """Let nobody ask for so long: TikTok refused a request as one too many."""


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request: where to, and what it needs."""

    path: str
    needs: Needs
    method: Literal["GET", "POST"] = "POST"


@dataclass(frozen=True, slots=True)
class V2Session:
    """The way to the API during one fetch."""

    client: HttpClient
    base_url: str
    keeper: TokenKeeper = field(repr=False)
    source: str
    """Name of the connector, for the log."""
    now: float
    """UTC epoch seconds of the fetch."""
    budgets: Mapping[str, Spends] = field(default_factory=dict)
    """Path to what its requests are counted against."""

    async def ask(
        self, call: Call, fields: Sequence[str], body: Mapping[str, object] | None
    ) -> dict[str, object]:
        """The data of one call; SourceError, with the code when TikTok gave one.

        A refused token is replaced once, by whoever keeps it.
        """
        token = await self.keeper.access_token()
        try:
            return await self._ask(call, fields, body, token)
        except V2Error as error:
            if error.code != INVALID_TOKEN:
                raise
        token = await self.keeper.refused(token)
        return await self._ask(call, fields, body, token)

    async def _ask(
        self,
        call: Call,
        fields: Sequence[str],
        body: Mapping[str, object] | None,
        token: str,
    ) -> dict[str, object]:
        budget = self.budgets.get(call.path)
        question = Question(
            self.base_url.rstrip("/") + call.path,
            call.method,
            params={"fields": ",".join(fields)},
            headers={"Authorization": f"Bearer {token}"},
            json=body,
        )
        turn = None if budget is None else budget.spend
        answer = await self.client.ask(question, self.source, turn)
        try:
            return opened(answer, call.needs, self.now)
        except SourceError as error:
            if budget is not None and error.fault == "rate limited":
                budget.hold(error.retry_after or BURST_SECONDS)
            raise
