"""What happens in the year: good days, and every kind of bad one with its dates.

Times are UTC; tests read from here what they may expect when.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial

from tests.servers.fake import Fake
from tests.simulation.platform import DISPLAY_SIGN_IN, Platform, Spell
from tests.simulation.year import NAMES, Year

DISPLAY, BUSINESS = NAMES
START = datetime(2026, 1, 5, 22, 30, tzinfo=UTC)
"""Half past midnight in Athens, and still the day before in New York: the first polls
of each day tell the zones apart."""
END = START + timedelta(days=365)
FIRST_POST = START - timedelta(days=130)
"""Some posts wait for the first contact."""
FIRST_HOUR = START.timestamp() + 3_600.0
SHORT_PAGES = 8
"""Rows of a page of the ads report in the first hour, so that the back-fill has to
queue for its budget."""
NEVER = {date(2026, 4, 2), date(2026, 8, 19)}
"""Days of insights that TikTok never tells."""
PAUSED = {date(2026, 3, 8), date(2026, 6, 1)}
"""Days of the advertiser without an ad."""


def at(text: str) -> float:
    """A moment of the year, ``03-24 12:00``, in UTC epoch seconds."""
    return datetime.fromisoformat(f"2026-{text}+00:00").timestamp()


SPELLS = (
    Spell(at("01-25 05:00"), at("01-25 20:00"), "storm"),
    Spell(at("03-21 00:00"), at("03-22 00:00"), "maintenance"),
    Spell(at("05-02 20:00"), at("05-03 08:00"), "storm", "none"),
    Spell(at("08-23 03:00"), at("08-23 18:00"), "storm", "date"),
)
KILLED = at("04-15 10:07")
"""After this the program ends in the middle of its next fetch."""
RESTARTED = (at("01-25 10:00"), at("08-23 09:00"))
"""After these the program is restarted in the middle of the next wait that TikTok
asks for."""
OFF = (at("07-24 20:00"), at("07-29 17:00"))
"""When nobody runs it."""
LOST = {
    DISPLAY: (
        (at("05-05 00:00"), at("05-12 19:00")),  # an answer that never came
        (at("11-21 12:00"), at("11-23 09:00")),  # the user takes the consent back
    ),
    BUSINESS: ((at("09-22 08:00"), at("10-12 10:00")),),  # unnoticed for long
}
"""From when a sign-in is of no more use to when the user signs in again."""
NO_INSIGHTS = (at("06-14 00:00"), at("07-04 12:00"))
"""The scope user.insights is revoked for twenty days."""
NO_LIST = (at("08-01 00:00"), at("08-09 12:00"))
"""The scope video.list is."""
ANSWER_LOST = at("02-15 00:00")
"""One answer to a refresh is lost, and TikTok takes the old token once more."""
LIVES_CHANGE = at("07-06 00:00")
"""From 24 hours and 365 days to 2 hours and 180 days."""

CHANGES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/Athens": (date(2026, 3, 29), date(2026, 10, 25)),
}
"""The short and the long day of each zone."""


def eventful() -> list[tuple[float, float]]:
    """The stretches in which much may go wrong, in order: asked often in them."""
    hour, day = 3_600.0, 86_400.0
    spans = [(spell.start, spell.end) for spell in SPELLS]
    spans.append(OFF)
    moments = [KILLED, ANSWER_LOST, LIVES_CHANGE, *NO_INSIGHTS, *NO_LIST]
    moments += [
        moment for stretches in LOST.values() for s in stretches for moment in s
    ]
    spans += [(moment, moment) for moment in moments]
    for days in CHANGES.values():
        for one in days:
            noon = datetime(one.year, one.month, one.day, 12, tzinfo=UTC).timestamp()
            spans.append((noon - day / 2, noon + day / 2))
    first, last = START.timestamp() + 1, END.timestamp() - 1
    spans += [(first, first + day / 2), (last - day / 2, last)]
    merged: list[tuple[float, float]] = []
    for before, after in sorted(spans):
        start, end = max(first, before - 4 * hour), min(last, after + 6 * hour)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


Event = Callable[[], Awaitable[None] | None]


@dataclass
class Story:
    """Who does what when."""

    year: Year
    platform: Platform
    calm_hours: float
    """Between two polls of a source where nothing happens."""
    events: list[tuple[float, Event]] = field(default_factory=list)

    @property
    def fake(self) -> Fake:
        """The stand-ins."""
        return self.platform.fake

    async def tell(self) -> None:
        """Live through the year."""
        self.platform.spells += SPELLS
        self._plan()
        for name in NAMES:
            await self.year.sign_in(name)
        self.year.start()
        for moment, event in sorted(self.events, key=lambda one: one[0]):
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            if (waiting := event()) is not None:
                await waiting
        await asyncio.sleep(END.timestamp() - asyncio.get_running_loop().time())
        await self.year.stop()

    def _plan(self) -> None:
        plan = self.events.append
        self.fake.ads.page_rows = SHORT_PAGES
        plan((FIRST_HOUR, self._long_pages))
        plan((KILLED, self._killed))
        for moment in RESTARTED:
            plan((moment, self._restarted))
        often = self.year.hours
        for start, end in eventful() if often != self.calm_hours else ():
            plan((start, partial(self.year.restart, often)))
            plan((end, partial(self.year.restart, self.calm_hours)))
        plan((OFF[0], self.year.stop))
        plan((OFF[1], self.year.start))
        plan((ANSWER_LOST, lambda: self._lose("grace")))
        plan((LOST[DISPLAY][0][0], lambda: self._lose("strict")))
        plan((LOST[DISPLAY][1][0], lambda: self._revoke("tiktok-display")))
        plan((LOST[BUSINESS][0][0], lambda: self._revoke("tiktok-business")))
        for name, spans in LOST.items():
            for _, end in spans:
                plan((end, partial(self._again, name)))
        missing, scopes = self.fake.business.missing_scopes, self.fake.display.scopes
        plan((NO_INSIGHTS[0], lambda: missing.add("user.insights")))
        plan((NO_INSIGHTS[1], lambda: self._granted(BUSINESS)))
        plan((NO_LIST[0], lambda: scopes.discard("video.list")))
        plan((NO_LIST[1], lambda: self._granted(DISPLAY)))
        plan((LIVES_CHANGE, self._other_lives))

    def _long_pages(self) -> None:
        self.fake.ads.page_rows = 1000

    def _other_lives(self) -> None:
        self.fake.oauth.access_seconds = 7200.0
        self.fake.oauth.refresh_seconds = 180 * 86_400.0

    async def _killed(self) -> None:
        self.platform.came.clear()
        await self.platform.came.wait()
        await self.year.restart()

    async def _restarted(self) -> None:
        said = self.platform.books.refused
        while self.platform.books.refused == said:
            await asyncio.sleep(1)
        await asyncio.sleep(4)
        await self.year.restart()

    def _lose(self, mode: str) -> None:
        """The next answer to a refresh of display's token never arrives."""
        self.fake.oauth.mode = "grace" if mode == "grace" else "strict"
        self.platform.lost.add(DISPLAY_SIGN_IN)

    def _revoke(self, kind: str) -> None:
        for grant in self.fake.oauth.grants:
            grant.is_revoked |= grant.kind == kind

    async def _again(self, name: str) -> None:
        self.fake.oauth.mode = "grace"
        await self.year.sign_in(name)

    async def _granted(self, name: str) -> None:
        """The user signs in again, and allows everything."""
        self.fake.business.missing_scopes.clear()
        self.fake.display.scopes.add("video.list")
        await self._again(name)
