"""Calls of TikTok's API for Business: fields, pages, and the budget of requests.

Knows no metric: it hands back data as TikTok wrote it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kpi_tui.sources.answers import read_json, retry_after
from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.business_codes import (
    ASKS_FOR_CONSENT,
    REFUSED_TOKEN,
    BusinessError,
    opened,
)
from kpi_tui.sources.business_videos import posted_at, video_id
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.questions import Question, written
from kpi_tui.sources.signin.keeper import StaticToken, TokenKeeper

_PAGE_SIZE = 20
"""The most that TikTok gives."""
_MOST_PAGES = 200
_MOST_WANTED_PAGES = 40
"""With the empty ones, which come while the cursor walks over weeks without posts."""
_NO_WAIT_GIVEN_SECONDS = 60.0
"""The longer of TikTok's windows, for a refusal that names no time."""


def business_budget(is_demo: bool = False) -> RequestBudget:
    """What TikTok's basic tier allows one app, over all its accounts.

    The demo shows the same meter, and waits for no second.
    """
    budget = RequestBudget("requests a minute", 600, 60.0)
    return budget if is_demo else budget.within("requests a second", 10, 1.0)


@dataclass(slots=True)
class Session:
    """The way to the API during one fetch, with the token as it is now."""

    client: HttpClient
    base_url: str
    business_id: str
    keeper: TokenKeeper
    token: str = field(repr=False)
    source: str
    """Name of the connector, for the log."""
    budget: RequestBudget
    """Shared by all that TikTok counts together."""

    async def get(
        self, path: str, fields: Sequence[str], params: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        """The data of one call about the account; errors as :meth:`call`."""
        query = {
            "business_id": self.business_id,
            "fields": array(fields),
            **params,
        }
        return await self.call(path, query, scope)

    async def call(
        self, path: str, query: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        """The data of one call; SourceError, with the code when TikTok gave one.

        A token that is refused is replaced once, where another one can be had.
        """
        try:
            return await self._ask(path, query, scope)
        except BusinessError as error:
            if isinstance(self.keeper, StaticToken):
                raise
            if error.code in ASKS_FOR_CONSENT:
                error.hint = f"kpi-tui auth {self.source}"
            if error.code not in REFUSED_TOKEN:
                raise
        self.token = await self.keeper.refused(self.token)
        return await self._ask(path, query, scope)

    async def _ask(
        self, path: str, query: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        question = Question(
            self.base_url.rstrip("/") + path,
            params=query,
            headers={"Access-Token": self.token},
        )
        reply = await self.client.ask(question, self.source, self.budget.spend)
        try:
            answer = read_json(reply, time.time())
            return opened(answer, scope, written((self.token,)))
        except SourceError as error:
            # This API refuses with a 200, which a Retry-After may still come with.
            told = retry_after(reply.headers.get("retry-after"), time.time())
            error.retry_after = told or error.retry_after
            # The other accounts of the app are meant too.
            if error.retry_after is not None:
                self.budget.hold(error.retry_after)
            elif error.fault == "rate limited":
                self.budget.hold(_NO_WAIT_GIVEN_SECONDS)
            raise


class Asking(Protocol):
    """Whoever can ask for fields: a session, or one that names them otherwise."""

    async def get(
        self, path: str, fields: Sequence[str], params: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        """The data of one call; SourceError, with the code when TikTok gave one."""


def array(names: Sequence[str]) -> str:
    """Names as this API takes them in an address: a JSON array."""
    return json.dumps(list(names), separators=(",", ":"))


class Fields:
    """Which of the field sets a call may ask for, found out by asking.

    A personal account or a token without user.insights is refused the full set.
    """

    def __init__(self, path: str, scope: str, sets: Sequence[Sequence[str]]) -> None:
        """``sets`` from everything to the least; ``scope`` is what everything needs."""
        self._path = path
        self._scope = scope
        self._sets = sets
        self._first = 0
        self.refusal: str | None = None
        """Why less than everything is asked for, as a sentence."""

    def forget(self) -> None:
        """Try everything again with the next call: the user may have granted more."""
        self._first = 0
        self.refusal = None

    async def get(
        self, session: Asking, params: Mapping[str, str]
    ) -> dict[str, object]:
        """The data with as many fields as are allowed.

        Raises the SourceError of the fullest set when even the least is refused.
        """
        refused: BusinessError | None = None
        for at in range(self._first, len(self._sets)):
            try:
                data = await session.get(
                    self._path, self._sets[at], params, self._scope
                )
            except BusinessError as error:
                if not error.is_about_fields:
                    raise
                refused = refused or error
                continue
            if refused is not None:
                self._first = at
                self.refusal = f"Some numbers are left out: {_told(refused)}."
            return data
        raise refused or SourceError("there is nothing to ask for")


@dataclass(slots=True)
class Listing:
    """The posts of one walk through the list, newest first, each once."""

    items: dict[str, dict[str, object]] = field(default_factory=dict)
    is_complete: bool = False
    """Whether the walk reached the end of the list."""
    problem: str | None = None
    """Why it was cut short, as a sentence."""


@dataclass(slots=True)
class Wanted:
    """The posts for which a walk through the newest ones goes on."""

    ids: set[str]
    since: int
    """When the oldest of them was posted (UTC epoch seconds)."""

    def is_met(self, videos: object) -> bool:
        """Cross off a page; whether the older ones hold nothing that is wanted.

        A post that was deleted is never found, so the page's age decides too.
        """
        found = [item for item in _listed(videos) if isinstance(item, dict)]
        self.ids -= {identity for item in found if (identity := video_id(item))}
        times = [at for item in found if (at := posted_at(item)) is not None]
        # Not the oldest: posts that are pinned come first, whatever their age.
        return bool(found) and (not self.ids or bool(times and times[-1] < self.since))


async def list_posts(
    session: Session, fields: Fields, wanted: Wanted | None
) -> Listing:
    """Walk through the posts from the newest: until the wanted ones came, or all.

    By pages, never by ids: the wanted ones are the newest, so that no filter costs
    fewer calls. Only ``has_more`` ends the list: short, empty and repeated pages do
    not. Raises SourceError when the first page fails; a later failure cuts the
    listing short.
    """
    listing = Listing()
    cursors: set[int] = set()
    params = {"max_count": str(_PAGE_SIZE)}
    for _ in range(_MOST_PAGES if wanted is None else _MOST_WANTED_PAGES):
        try:
            data = await fields.get(session, params)
        except SourceError as error:
            if not cursors:
                raise
            listing.problem = f"The list of posts broke off: {error.message}."
            return listing
        _collect(data.get("videos"), listing.items)
        if data.get("has_more") not in (True, "true"):
            listing.is_complete = True
            return listing
        cursor = number(data.get("cursor"))
        if cursor is None or int(cursor) in cursors:
            listing.is_complete = True
            listing.problem = (
                "The list of posts stopped: TikTok's cursor does not move."
            )
            return listing
        if wanted is not None and wanted.is_met(data.get("videos")):
            return listing
        cursors.add(int(cursor))
        params["cursor"] = str(int(cursor))
    listing.is_complete = wanted is None  # 4,000 posts are enough
    return listing


def _told(refused: BusinessError) -> str:
    """With what to do, where it is the user who can mend it."""
    if refused.code in ASKS_FOR_CONSENT and refused.hint:
        return f"{refused.message}: {refused.hint.removesuffix('.')}"
    return refused.message


def _listed(videos: object) -> Sequence[object]:
    return videos if isinstance(videos, list) else ()


def _collect(videos: object, items: dict[str, dict[str, object]]) -> None:
    """Add the posts that are new."""
    for item in _listed(videos):
        identity = video_id(item)
        if identity is not None and isinstance(item, dict):
            items.setdefault(identity, item)
