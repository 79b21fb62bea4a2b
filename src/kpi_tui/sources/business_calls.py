"""Calls of TikTok's API for Business: fields, pages, and the budget of requests.

Knows no metric: it hands back data as TikTok wrote it.
"""

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kpi_tui.sources.business_codes import REFUSED_TOKEN, BusinessError, opened
from kpi_tui.sources.business_videos import video_id
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.keeper import StaticToken, TokenKeeper

_PAGE_SIZE = 20
"""The most that TikTok gives."""
_MOST_PAGES = 200
_MOST_NEWEST_PAGES = 10
"""With the empty ones, which come while the cursor walks over weeks without posts."""
_SHORTEST_SECRET = 6


class Pace:
    """At most so many calls in any stretch of seconds, over all accounts of one app.

    TikTok's basic tier allows 10 a second and 600 a minute.
    """

    def __init__(self, calls: int = 8, seconds: float = 1.0) -> None:
        """Begin with the whole allowance."""
        self._calls = calls
        self._seconds = seconds
        self._recent: deque[float] = deque(maxlen=calls)
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Return when the next call may start; in the order of asking."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            if len(self._recent) == self._calls:
                await asyncio.sleep(self._recent[0] + self._seconds - loop.time())
            self._recent.append(loop.time())


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
    pace: Pace

    async def get(
        self, path: str, fields: Sequence[str], params: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        """The data of one call; SourceError, with the code when TikTok gave one.

        A token that is refused is replaced once, where another one can be had.
        """
        query = {
            "business_id": self.business_id,
            "fields": json.dumps(list(fields), separators=(",", ":")),
            **params,
        }
        try:
            return await self._ask(path, query, scope)
        except BusinessError as error:
            if error.code not in REFUSED_TOKEN or isinstance(self.keeper, StaticToken):
                raise
        self.token = await self.keeper.refused(self.token)
        return await self._ask(path, query, scope)

    async def _ask(
        self, path: str, query: Mapping[str, str], scope: str
    ) -> dict[str, object]:
        await self.pace.turn()
        answer = await self.client.get_json(
            self.base_url.rstrip("/") + path,
            params=query,
            headers={"Access-Token": self.token},
            source=self.source,
        )
        hidden = (self.token,) if len(self.token) >= _SHORTEST_SECRET else ()
        return opened(answer, scope, hidden)


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
        self, session: Session, params: Mapping[str, str]
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
                self.refusal = f"Some numbers are left out: {refused.message}."
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


async def list_posts(
    session: Session, fields: Fields, newest_pages: int | None
) -> Listing:
    """Walk through the posts, or through the newest pages that hold any.

    Only ``has_more`` ends the list: short, empty and repeated pages do not. Raises
    SourceError when the first page fails; a later failure cuts the listing short.
    """
    listing = Listing()
    cursors: set[int] = set()
    params = {"max_count": str(_PAGE_SIZE)}
    full_pages = 0
    for _ in range(_MOST_PAGES if newest_pages is None else _MOST_NEWEST_PAGES):
        try:
            data = await fields.get(session, params)
        except SourceError as error:
            if not cursors:
                raise
            listing.problem = f"The list of posts broke off: {error.message}."
            return listing
        full_pages += _collect(data.get("videos"), listing.items)
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
        if full_pages == newest_pages:
            return listing
        cursors.add(int(cursor))
        params["cursor"] = str(int(cursor))
    listing.is_complete = newest_pages is None  # 4,000 posts are enough
    return listing


def _collect(videos: object, items: dict[str, dict[str, object]]) -> bool:
    """Add the posts that are new; whether the page held any at all."""
    found = videos if isinstance(videos, list) else []
    for item in found:
        identity = video_id(item)
        if identity is not None:
            items.setdefault(identity, item)
    return bool(found)
