"""The source ``tiktok-business``: an own account by TikTok's API for Business.

Decides what to ask when; knows no field (see :mod:`kpi_tui.sources.business_fields`).
"""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from kpi_tui.config.settings import BusinessSource
from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.base import Identity, Polled
from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.business_benchmark import IndustryBenchmark
from kpi_tui.sources.business_calls import (
    Fields,
    Listing,
    Session,
    Wanted,
    business_budget,
    list_posts,
)
from kpi_tui.sources.business_codes import BusinessError
from kpi_tui.sources.business_fields import FIELD_SETS, Profile, profile
from kpi_tui.sources.business_videos import (
    VIDEO_FIELD_SETS,
    posted_at,
    video,
    video_readings,
)
from kpi_tui.sources.cadence import is_due
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.keeper import AccountKeeper, keeper_of

_LOOK_BACK_DAYS = 59
"""TikTok refuses more than 60; one less, because midnight may pass on the way."""
_RESTATED_DAYS = 7
"""Days that are asked for again: the last two settle, older ones are corrected."""


@dataclass(slots=True)
class _Posts:
    """When each post was put up and last asked for (UTC epoch seconds).

    At most as many as one walk through all of them brings, and those that are new
    since.
    """

    times: dict[str, tuple[int, float]] = field(default_factory=dict)

    def wanted(self, now: float) -> Wanted:
        """Those that are due in a poll that does not ask for all."""
        due = {
            identity: posted
            for identity, (posted, asked) in self.times.items()
            if is_due(now - posted, now - asked)
        }
        return Wanted(set(due), min(due.values(), default=0))

    def note(self, listing: Listing, now: float) -> None:
        """Remember what a walk brought."""
        if listing.is_complete:
            self.times.clear()
        for identity, item in listing.items.items():
            if (posted := posted_at(item)) is not None:
                self.times[identity] = (posted, now)


class BusinessConnector(Polled):
    """Profile, daily insights and posts of one account.

    The first contact and every six hours ask for all that TikTok has, the polls
    between for the last week of insights and for the posts that are due by their age.
    """

    def __init__(
        self,
        identity: Identity,
        source: BusinessSource,
        client: HttpClient,
        budget: RequestBudget | None = None,
        keeper: AccountKeeper | None = None,
    ) -> None:
        """``budget`` is shared by all accounts of one app; ``keeper`` has the token,
        as the config says when absent."""
        super().__init__(identity)
        self._source = source
        self._client = client
        self._budget = budget or business_budget()
        self._keeper = keeper or keeper_of(source, identity.name)
        self._profile_fields = Fields("/business/get/", "user.insights", FIELD_SETS)
        self._video_fields = Fields(
            "/business/video/list/", "video.insights", VIDEO_FIELD_SETS
        )
        self._benchmark = IndustryBenchmark(source.category)
        self._history_at: float | None = None
        self._listing_at: float | None = None
        self._until: date | None = None
        self._known = _Posts()
        client.join(self)

    async def fetch(self, now: float) -> Batch:
        """Profile first, then posts; what one of them refuses becomes a note.

        Raises SourceError when both fail, or when the first failure concerns every
        call (an expired token, too many requests, no connection).
        """
        token = await self._keeper.access_token()
        session = Session(
            client=self._client,
            base_url=self._source.base_url,
            business_id=self._source.business_id or await self._keeper.subject(),
            keeper=self._keeper,
            token=token,
            source=self.name,
            budget=self._budget,
        )
        found: Profile | None = None
        refusal: BusinessError | None = None
        try:
            found = await self._profile(session, now)
        except BusinessError as error:
            if not error.is_about_fields:
                raise
            refusal = error
        try:
            listing = await self._posts(session, now)
        except SourceError as error:
            if found is None:
                raise refusal or error from None
            listing = Listing(problem=f"No posts: {error.message}. {error.hint or ''}")
        industry = await self._benchmark.readings(session, self.account, now)
        # Not before: a fetch that is cancelled on the way has brought nothing.
        if found is not None and _is_all_due(self._history_at, now):
            self._history_at = now
        if listing.is_complete and _is_all_due(self._listing_at, now):
            self._listing_at = now
        self._known.note(listing, now)
        # In a thread: four thousand posts are a second of work for the event loop.
        batch = await asyncio.to_thread(self._batch, found, listing, refusal, now)
        return replace(batch, readings=(*batch.readings, *industry))

    def gauges(self) -> Gauges:
        """The app's requests, which its accounts share, and the token's end."""
        return Gauges(self._budget.gauge(time.time()), *self._keeper.until())

    def hold(self, seconds: float) -> None:
        """The app's accounts are all meant."""
        self._budget.hold(seconds)

    async def close(self) -> None:
        """Leave the shared client."""
        await self._client.leave(self)

    async def _profile(self, session: Session, now: float) -> Profile:
        is_all = _is_all_due(self._history_at, now)
        if is_all:
            self._profile_fields.forget()
        today = datetime.fromtimestamp(now, UTC).date()
        days = _LOOK_BACK_DAYS if is_all else _RESTATED_DAYS
        dates = {
            "start_date": (today - timedelta(days=days)).isoformat(),
            "end_date": (today - timedelta(days=1)).isoformat(),
        }
        data = await self._profile_fields.get(session, dates)
        found = profile(data, self.account, now, self._zone, self._until)
        if found.until is not None:
            self._until = max(found.until, self._until or found.until)
        return found

    async def _posts(self, session: Session, now: float) -> Listing:
        is_all = _is_all_due(self._listing_at, now)
        if is_all:
            self._video_fields.forget()
        wanted = None if is_all else self._known.wanted(now)
        return await list_posts(session, self._video_fields, wanted)

    def _batch(
        self,
        found: Profile | None,
        listing: Listing,
        refusal: SourceError | None,
        now: float,
    ) -> Batch:
        reached = [
            reading
            for identity, item in listing.items.items()
            for reading in video_readings(item, identity, self.account, now)
        ]
        notes = (
            *self._keeper.notes(now),
            f"No account numbers: {refusal.message}." if refusal else None,
            self._profile_fields.refusal,
            self._video_fields.refusal,
            listing.problem,
            self._benchmark.note,
        )
        return Batch(
            readings=(
                *(found.readings if found else ()),
                *reached,
            ),
            videos=tuple(
                video(item, identity, self.account)
                for identity, item in listing.items.items()
            ),
            data_until=self._until,
            notes=tuple(note.strip() for note in notes if note),
        )


def _is_all_due(last: float | None, now: float) -> bool:
    """Whether everything is to be asked for: as often as the oldest posts."""
    return is_due(None, None if last is None else now - last)
