"""The source ``tiktok-display``: an own account by TikTok's Display API.

Decides what to ask when; knows no field of a video (see
:mod:`kpi_tui.sources.v2_videos`) and not where a token comes from.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from kpi_tui.config.settings import DisplaySource
from kpi_tui.kpi.readings import Batch, Reading, instant
from kpi_tui.sources.base import Identity, Polled
from kpi_tui.sources.budget import Budgets, RequestBudget
from kpi_tui.sources.cadence import is_due
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.keeper import AccountKeeper, keeper_of
from kpi_tui.sources.tiktok_display_videos import CHUNK, Reach, look_up, walk
from kpi_tui.sources.v2_calls import Call, V2Session
from kpi_tui.sources.v2_envelope import Needs, V2Error
from kpi_tui.sources.v2_videos import LEVELS, Listing, numbers, video, video_readings

USER, LIST, QUERY = "/v2/user/info/", "/v2/video/list/", "/v2/video/query/"
_LABELS = {
    USER: "user/info a minute",
    LIST: "video/list a minute",
    QUERY: "video/query a minute",
}
_REQUESTS_A_MINUTE = 600
"""Per endpoint, in a sliding minute."""

_USER_FIELD_SETS = (("open_id", *LEVELS), ("open_id",))
"""With and without the scope user.info.stats."""

_EVERYTHING_SECONDS = 24 * 3600.0
"""Between walks over the whole list, which bring back what was private for a while."""
_NEWEST = Reach(pages=10, full_pages=3)
_PIECE = Reach(pages=50)
"""Of the whole list in one fetch: 1,000 videos in well under half a minute."""
_MOST_LOOKED_UP = 15 * CHUNK


class _Known(NamedTuple):
    """A video that was seen in this process."""

    posted_at: int | None
    asked_at: float


class DisplayConnector(Polled):
    """Totals of the account and of each of its videos, as they are now.

    Every fetch asks for the newest sixty videos; older ones by their ids, the rarer
    the older they are. The first contact and once a day walk over the whole list.
    """

    def __init__(
        self,
        identity: Identity,
        source: DisplaySource,
        client: HttpClient,
        budgets: Budgets,
        keeper: AccountKeeper | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``budgets`` are shared by all accounts of one app; ``keeper`` has the token,
        the one signed in when absent; ``clock`` is UTC epoch seconds."""
        super().__init__(identity)
        self._base_url = source.base_url
        self._client = client
        self._keeper = keeper or keeper_of(source, identity.name)
        self._clock = clock
        self._budgets = {
            path: budgets.shared(
                source.base_url,
                source.client_key,
                path,
                partial(RequestBudget, label, _REQUESTS_A_MINUTE, 60.0),
            )
            for path, label in _LABELS.items()
        }
        signing_in = f"kpi-tui auth {self.name}"
        self._user_call = Call(USER, _needs("user.info.stats", signing_in), "GET")
        self._list_call = Call(LIST, _needs("video.list", signing_in))
        self._query_call = Call(QUERY, _needs("video.list", signing_in))
        self._known: dict[str, _Known] = {}
        self._walked_at: float | None = None
        self._cursor: int | None = None
        client.join(self)

    async def fetch(self, now: float) -> Batch:
        """Account first, then videos; what one of them is refused becomes a note.

        Raises SourceError when both fail, or when the first failure concerns every
        call (a refused token, too many requests, no connection).
        """
        session = V2Session(
            client=self._client,
            base_url=self._base_url,
            keeper=self._keeper,
            source=self.name,
            now=now,
            budgets=self._budgets,
        )
        user, refusal = await self._user(session)
        try:
            listing, cursor = await self._videos(session, now)
        except SourceError as error:
            if refusal is not None:
                raise refusal from None
            listing, cursor = Listing(), self._cursor
            listing.problem = f"No videos: {error.message}. {error.hint or ''}".strip()
        # Not before: a fetch that is cancelled on the way has brought nothing.
        self._remember(listing, cursor, now)
        # In a thread: a thousand videos are a quarter of a second for the event loop.
        readings = instant(self.account, numbers(user, LEVELS), int(now))
        return await asyncio.to_thread(self._batch, readings, listing, refusal, now)

    def gauges(self) -> Gauges:
        """Requests of the last minute, by endpoint; when the tokens end."""
        wall = self._clock()
        budgets = tuple(one for b in self._budgets.values() for one in b.gauge(wall))
        return Gauges(budgets, *self._keeper.until())

    def hold(self, seconds: float) -> None:
        """Which endpoint was meant is not known any more."""
        for budget in self._budgets.values():
            budget.hold(seconds)

    async def close(self) -> None:
        """Leave the shared client."""
        await self._client.leave(self)

    async def _user(
        self, session: V2Session
    ) -> tuple[Mapping[str, object], V2Error | None]:
        """What the account's totals are; and why they are not all there."""
        refusal: V2Error | None = None
        for fields in _USER_FIELD_SETS:
            try:
                data = await session.ask(self._user_call, fields, None)
            except V2Error as error:
                if not error.is_about_scope:
                    raise
                refusal = refusal or error
                continue
            user = data.get("user")
            return (user if isinstance(user, dict) else {}), refusal
        return {}, refusal

    async def _videos(
        self, session: V2Session, now: float
    ) -> tuple[Listing, int | None]:
        """The videos whose turn it is; and where the walk over the whole list goes on,
        None when it is at its end."""
        listing, call, cursor = Listing(), self._list_call, self._cursor
        if cursor is None and self._is_walk_due(now):
            cursor = await walk(session, call, listing, _PIECE, None)
        else:
            await walk(session, call, listing, _NEWEST, None)
            if cursor is not None and listing.problem is None:
                cursor = await walk(session, call, listing, _PIECE, cursor)
        due = [
            (known.asked_at, video_id)
            for video_id, known in self._known.items()
            if video_id not in listing.items and _is_old(known, now)
        ]
        ids = [video_id for _, video_id in sorted(due)[:_MOST_LOOKED_UP]]
        await look_up(session, self._query_call, listing, ids)
        return listing, cursor

    def _is_walk_due(self, now: float) -> bool:
        """Whether the whole list is to be walked over; also after the clock was set
        back."""
        if self._walked_at is None:
            return True
        return not 0 <= now - self._walked_at < _EVERYTHING_SECONDS

    def _remember(self, listing: Listing, cursor: int | None, now: float) -> None:
        for video_id in listing.gone:
            self._known.pop(video_id, None)
        for video_id, item in listing.items.items():
            posted_at = video(item, video_id, self.account).posted_at
            self._known[video_id] = _Known(posted_at, now)
        if listing.answers and self._is_walk_due(now):
            self._cursor = cursor
            self._walked_at = now if cursor is None else self._walked_at

    def _batch(
        self,
        readings: list[Reading],
        listing: Listing,
        refusal: SourceError | None,
        now: float,
    ) -> Batch:
        for video_id, item in listing.items.items():
            readings += video_readings(item, video_id, self.account, int(now))
        left_out = f"{refusal.message}: {refusal.hint}" if refusal else ""
        notes = (
            *self._keeper.notes(now),
            f"No numbers of the account: {left_out}" if refusal else None,
            listing.problem,
            _gone(len(listing.gone)),
            "The list of older videos goes on with the next poll."
            if self._cursor is not None
            else None,
        )
        return Batch(
            readings=tuple(readings),
            videos=tuple(
                video(item, video_id, self.account)
                for video_id, item in listing.items.items()
            ),
            notes=tuple(note for note in notes if note),
        )


def _needs(scope: str, command: str) -> Needs:
    return Needs(
        scope,
        token_hint=f"Sign in again: {command}",
        scope_hint=f"Sign in again and allow {scope}: {command}",
    )


def _gone(count: int) -> str | None:
    if not count:
        return None
    which = "1 video is" if count == 1 else f"{count} videos are"
    return f"{which} no longer there or not public; the last numbers stay."


def _is_old(known: _Known, now: float) -> bool:
    age = None if known.posted_at is None else now - known.posted_at
    return is_due(age, now - known.asked_at)
