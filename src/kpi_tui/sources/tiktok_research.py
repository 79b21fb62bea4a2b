"""The source ``tiktok-research``: anybody's public numbers, for approved researchers.

Decides what to ask when; knows no field of a video (see
:mod:`kpi_tui.sources.v2_videos`) and not how requests are counted.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from kpi_tui.config.settings import ResearchSource
from kpi_tui.kpi.readings import Batch, Reading, instant
from kpi_tui.sources.base import Identity, Polled
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_research_quota import (
    RECORDS_A_REQUEST,
    Allowance,
    ResearchQuota,
    busy_seconds,
)
from kpi_tui.sources.tiktok_research_token import ClientToken
from kpi_tui.sources.v2_calls import Call, V2Session
from kpi_tui.sources.v2_envelope import Needs, V2Error
from kpi_tui.sources.v2_videos import (
    LEVELS,
    RESEARCH_FIELDS,
    SAVES_FIELDS,
    Listing,
    numbers,
    video,
    video_readings,
)

USER, VIDEOS = "/v2/research/user/info/", "/v2/research/video/query/"
ELIGIBILITY = (
    "TikTok's Research API is for academic and non-profit researchers only; "
    "commercial users are not eligible."
)
LAG = "It tells of new videos after up to 48 h, and restates numbers for up to 10 days."

_SHORTEST_INTERVAL = 3600.0
"""Numbers that may be ten days old are not worth a request every five minutes."""
_VIDEOS_SECONDS = 12 * 3600.0
_LOOK_BACK_DAYS = 92
"""The window of 28 days, the one before it, and room for a month of Trends."""
_SPAN_DAYS = 31
"""Of one question: the end may lie 30 days after the start."""
_MOST_PAGES = 20
"""Of one span, 2,000 videos."""
_FIELD_SETS = (*((*RESEARCH_FIELDS, one) for one in SAVES_FIELDS), RESEARCH_FIELDS)


class ResearchConnector(Polled):
    """Totals of one account, and of its videos of the last three months.

    Asked hourly at most; the videos twice a day.
    """

    def __init__(
        self,
        identity: Identity,
        source: ResearchSource,
        client: HttpClient,
        quota: ResearchQuota,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``quota`` is shared by all accounts that one project asks for; ``clock`` is
        UTC epoch seconds."""
        super().__init__(identity)
        if self.interval is not None:
            self.interval = max(self.interval, _SHORTEST_INTERVAL)
        self._base_url = source.base_url
        self._username = source.username.removeprefix("@")
        self._client = client
        self._quota = quota
        self._clock = clock
        self._keeper = ClientToken(source, self.name, client, clock)
        self._budgets = {
            USER: Allowance(quota, 1),
            VIDEOS: Allowance(quota, RECORDS_A_REQUEST),
        }
        self._fields = 0
        """The first of the field sets that is worth a try."""
        self._videos_at: float | None = None
        client.join(self)

    async def fetch(self, now: float) -> Batch:
        """Account first, then videos if they are due; their failure becomes a note.

        Raises SourceError when the account's numbers cannot be had, also when the
        day's quota is used up: "rate limited", with the time until it goes on.
        """
        session = V2Session(
            client=self._client,
            base_url=self._base_url,
            keeper=self._keeper,
            source=self.name,
            now=now,
            budgets=self._budgets,
        )
        needs = _needs(now)
        user = await session.ask(
            Call(USER, needs), tuple(LEVELS), {"username": self._username}
        )
        readings = instant(self.account, numbers(user, LEVELS), int(now))
        listing = Listing()
        if self._are_videos_due(now):
            today = datetime.fromtimestamp(now, UTC).date()
            await self._list(session, Call(VIDEOS, needs), listing, today)
            # Not before: a fetch that is cancelled on the way has brought nothing.
            if listing.problem is None:
                self._videos_at = now
        return await asyncio.to_thread(self._batch, readings, listing, now)

    def gauges(self) -> Gauges:
        """Requests and records of the day. Not the token's end, of which the user
        need not know: there is no sign-in behind it."""
        return Gauges(self._quota.gauge(self._clock()))

    async def close(self) -> None:
        """Leave the shared client."""
        await self._client.leave(self)

    def _are_videos_due(self, now: float) -> bool:
        """Also after the clock was set back."""
        if self._videos_at is None:
            return True
        return not 0 <= now - self._videos_at < _VIDEOS_SECONDS

    async def _list(
        self, session: V2Session, call: Call, listing: Listing, today: date
    ) -> None:
        """Add the videos of all spans; what cannot be had is the listing's problem."""
        try:
            for start, end in spans(today):
                await self._list_span(session, call, listing, (start, end))
        except SourceError as error:
            hint = f" {error.hint}" if error.hint else ""
            listing.problem = f"Videos are missing: {error.message}.{hint}"

    async def _list_span(
        self, session: V2Session, call: Call, listing: Listing, span: tuple[date, date]
    ) -> None:
        """All pages of one span. ``cursor`` is an index, which goes with a search_id;
        only ``has_more`` ends the list. Raises SourceError."""
        body: dict[str, object] = {
            "query": {
                "and": [
                    {
                        "operation": "EQ",
                        "field_name": "username",
                        "field_values": [self._username],
                    }
                ]
            },
            "start_date": f"{span[0]:%Y%m%d}",
            "end_date": f"{span[1]:%Y%m%d}",
            "max_count": RECORDS_A_REQUEST,
            "cursor": 0,
        }
        at = 0.0
        for _ in range(_MOST_PAGES):
            data = await self._page(session, call, body)
            videos = data.get("videos")
            count = len(videos) if isinstance(videos, list) else 0
            await self._quota.give_back(max(0, RECORDS_A_REQUEST - count))
            listing.add(videos)
            cursor = number(data.get("cursor"))
            if data.get("has_more") not in (True, "true"):
                return
            if cursor is None or not at < cursor < 1e12:
                return  # it would go in circles
            at = cursor
            body["cursor"] = int(cursor)
            if isinstance(data.get("search_id"), str | int):
                body["search_id"] = data["search_id"]

    async def _page(
        self, session: V2Session, call: Call, body: dict[str, object]
    ) -> dict[str, object]:
        """One page, with as many fields as this version of the API knows."""
        refused: V2Error | None = None
        for at in range(self._fields, len(_FIELD_SETS)):
            try:
                data = await session.ask(call, _FIELD_SETS[at], body)
            except V2Error as error:
                if error.code != "invalid_params":
                    raise
                refused = refused or error
                continue
            self._fields = at
            return data
        raise refused or SourceError("there is nothing to ask for")

    def _batch(self, readings: list[Reading], listing: Listing, now: float) -> Batch:
        for video_id, item in listing.items.items():
            readings += video_readings(item, video_id, self.account, int(now))
        notes = (ELIGIBILITY, LAG, listing.problem)
        return Batch(
            readings=tuple(readings),
            videos=tuple(
                video(item, video_id, self.account)
                for video_id, item in listing.items.items()
            ),
            notes=tuple(note for note in notes if note),
        )


def spans(today: date) -> Iterator[tuple[date, date]]:
    """First and last day (UTC) of each question, the newest first, without gaps."""
    oldest = today - timedelta(days=_LOOK_BACK_DAYS)
    end = today
    while end >= oldest:
        start = max(oldest, end - timedelta(days=_SPAN_DAYS - 1))
        yield start, end
        end = start - timedelta(days=1)


def _needs(now: float) -> Needs:
    return Needs(
        "research.data.basic",
        token_hint="Check client_key and client_secret of this source.",  # noqa: S106
        scope_hint="TikTok must approve the project for research.data.basic first.",
        busy_seconds=busy_seconds(now),
    )
