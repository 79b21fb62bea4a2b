"""A year in seconds: signed in all the time it could be, and nothing lost of it.

It polls every three hours while something happens and once a day else;
``YEAR_HOURS=1`` in the environment polls every hour, the whole year.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.kpi.readings import day_of
from kpi_tui.kpi.windows import Window, local_day
from tests.servers.fake import Fake
from tests.servers.truth import Truth
from tests.simulation import story
from tests.simulation.clock import VirtualLoop
from tests.simulation.platform import APP_LIMITS, RESEARCH_A_DAY, Platform
from tests.simulation.story import BUSINESS, DISPLAY, LOST, SPELLS, Story
from tests.simulation.year import ATHENS, HOUR, NEW_YORK, Try, Year, patch

HOURS = float(os.environ.get("YEAR_HOURS", "3"))
CALM_HOURS = float(os.environ.get("YEAR_HOURS", "24"))
pytestmark = pytest.mark.timeout(1800 if CALM_HOURS < 24 else 300)

INSIGHTS = (
    *("video_views", "reach", "profile_views", "likes", "comments", "shares"),
    *("net_followers", "followers"),
)
ADS = ("spend", "impressions", "clicks", "ad_conversions")
END = story.END.timestamp()


@dataclass
class Lived:
    """The year, when it is over."""

    year: Year
    platform: Platform
    truth: Truth

    def days(self, account: str, metric: str) -> dict[date, float]:
        """What is stored of the account's days."""
        return {
            day_of(row.at): row.value
            for row in self.year.store.points(account, [metric], None)
            if row.entity == "" and row.grain == "day"
        }

    def tries(self, source: str) -> list[Try]:
        """How its polls went; the last word on each."""
        found = {t.at: t for t in self.year.tries if t.source == source}
        return list(found.values())


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Live through the year once, for all tests here."""
    loop = VirtualLoop(story.START.timestamp())
    truth = Truth(story.FIRST_POST.timestamp())
    fake = Fake(clock=loop.time, truth=truth)
    fake.oauth.mode = "grace"
    fake.business.never = set(story.NEVER)
    fake.ads.paused = set(story.PAUSED)
    platform = Platform(fake, loop.time)
    year = Year(platform, tmp_path_factory.mktemp("year"), HOURS)
    with pytest.MonkeyPatch.context() as patched:
        patch(patched, platform, loop)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(Story(year, platform, CALM_HOURS).tell())
    yield Lived(year, platform, truth)
    year.store.close()


def span(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def told(days: dict[date, float], true: dict[date, float]) -> dict[date, float]:
    """The days on which the store and the truth differ."""
    return {day: value for day, value in days.items() if value != true[day]}


def test_no_request_is_above_a_budget_or_before_its_time(lived: Lived):
    books = lived.platform.books
    assert books.broken == []
    # The budgets were needed: the fullest second of the year was full.
    assert books.busiest["app", 1.0] == APP_LIMITS[0][0]
    assert 0 < max(books.days.values()) <= RESEARCH_A_DAY
    assert books.refused > 100


def test_tokens_are_replaced_at_four_fifths_of_their_life(lived: Lived):
    """Not when they end: of a refresh that fails, nobody must notice anything."""
    excused = [(spell.start, spell.end + 2 * HOUR) for spell in SPELLS]
    excused += [span for spans in LOST.values() for span in spans]
    old = [
        (at, share)
        for at, share in lived.platform.books.ages
        if share > 0.81 and not any(start <= at <= end for start, end in excused)
    ]
    assert old == []
    assert [1 for at, share in lived.platform.books.ages if 0.6 < share <= 0.81]


def test_every_day_of_insights_is_there_and_true(lived: Lived):
    until = story.END.date() - timedelta(days=1)  # TikTok's newest day at the end
    since = story.START.date() - timedelta(days=59)
    for metric in INSIGHTS:
        true = {
            day: float(lived.truth.day(day, story.END.date())[metric])
            for day in span(since, until)
        }
        stored = lived.days("acme", metric)
        # The day before the last poll's is told by the next one.
        newest = max(stored)
        assert newest >= until - timedelta(days=1)
        assert set(stored) == span(since, newest) - story.NEVER, metric
        wrong = told(stored, true)
        # Only the newest may be as they were before TikTok corrected them.
        assert all(day > newest - timedelta(days=3) for day in wrong), (metric, wrong)


def test_every_day_of_ads_is_there_under_the_advertisers_label(lived: Lived):
    today = story.END.astimezone(NEW_YORK).date()
    since = story.START.astimezone(NEW_YORK).date() - timedelta(days=89)
    for metric in ADS:
        true = {
            day: float(lived.truth.ad_day(day, today)[metric])
            for day in span(since, today)
        }
        stored = lived.days("acme", metric)
        newest = max(stored)
        assert newest >= today - timedelta(days=1)
        assert set(stored) == span(since, newest) - story.PAUSED, metric
        wrong = told(stored, true)
        assert all(day > newest - timedelta(days=3) for day in wrong), (metric, wrong)


def test_followers_at_the_end_of_each_day_are_those_of_its_last_poll(lived: Lived):
    window = Window(story.END.astimezone(ATHENS).date(), 200)
    history = lived.year.store.history("acme", ATHENS, window, None)
    assert history.zone == ATHENS
    polled: dict[date, list[float]] = {}
    for one in lived.tries(DISPLAY) + lived.tries(BUSINESS):
        if one.state == "ok":
            polled.setdefault(local_day(int(one.at), ATHENS), []).append(one.at)
    # The holiday, and the day of maintenance; on all others somebody answered.
    off = span(date(2026, 7, 25), date(2026, 7, 28)) | {date(2026, 3, 21)}
    days = span(story.START.astimezone(ATHENS).date(), max(polled))
    assert days - polled.keys() <= off
    instants = _instants(lived, "followers")
    for day, times in polled.items():
        at = max(times)
        # The hour may have turned on the way to TikTok.
        right = {lived.truth.followers(at), lived.truth.followers(at + 60)}
        assert instants[local_day(int(at), ATHENS)] in right, day


def test_days_around_the_change_of_clocks_have_their_own_numbers(lived: Lived):
    """Each zone's short and long day, with the days on both sides."""
    lengths = set()
    for name, days in story.CHANGES.items():
        zone = ZoneInfo(name)
        for day in days:
            lengths.add(_length(day, zone))
            near = span(day - timedelta(days=2), day + timedelta(days=2))
            for metric, known in (("clicks", "ad_day"), ("video_views", "day")):
                true = getattr(lived.truth, known)
                stored = lived.days("acme", metric)
                for one in near - story.PAUSED:
                    assert stored[one] == true(one, date(2027, 1, 1))[metric]
            history = lived.year.store.history("acme", ATHENS, Window(day, 7), None)
            assert near & history.levels["followers"].keys() >= {
                one for one in near if one <= day
            }
    assert lengths == {23, 25}


@pytest.mark.parametrize("source", [DISPLAY, BUSINESS])
def test_the_user_is_asked_exactly_when_only_they_can_help(lived: Lived, source: str):
    tries = lived.tries(source)
    asked = [one for one in tries if one.state == "unauthorised"]
    assert {one.hint for one in asked} == {f"kpi-tui auth {source}"}
    for lost_at, again_at in LOST[source]:
        during = [one for one in tries if lost_at <= one.at < again_at]
        first = next(one.at for one in during if one.state == "unauthorised")
        # As soon as the access token ended and a poll was due.
        assert first - lost_at <= 24 * HOUR + 2 * CALM_HOURS * HOUR
        assert all(one.state == "unauthorised" for one in during if one.at >= first)
        after = [one for one in tries if one.at >= again_at]
        assert after[0].at - again_at <= 2 * HOUR
        assert after[0].state == "ok"
        asked = [one for one in asked if not lost_at <= one.at < again_at]
    assert asked == []  # in no storm, no maintenance and for no lost answer


@pytest.mark.parametrize(
    ("source", "scope", "times"),
    [
        (BUSINESS, "user.insights", story.NO_INSIGHTS),
        (DISPLAY, "video.list", story.NO_LIST),
    ],
)
def test_a_revoked_scope_is_named_with_the_command(
    lived: Lived, source: str, scope: str, times: tuple[float, float]
):
    day = 24 * HOUR
    command = f"kpi-tui auth {source}"
    noted = [one for one in lived.tries(source) if scope in one.notes]
    assert noted
    for one in lived.tries(source):
        if times[0] + day < one.at < times[1]:
            assert scope in one.notes
            assert command in one.notes
    assert all(times[0] <= one.at <= times[1] + day for one in noted)


def test_bad_days_are_told_as_what_they_are(lived: Lived):
    for spell in SPELLS:
        states = {
            one.state for one in lived.year.tries if spell.start <= one.at < spell.end
        }
        expected = {"storm": "rate limited", "maintenance": "failed"}[spell.kind]
        assert expected in states
        assert states <= {expected}
        for name in (DISPLAY, BUSINESS):
            tries = lived.tries(name)
            before = [one for one in tries if one.at < spell.end]
            after = [one for one in tries if one.at >= spell.end]
            assert after[0].state == "ok"
            if before[-1].state == expected:
                assert after[0].at - spell.end < 2 * HOUR


def test_a_posts_total_is_never_another_posts(lived: Lived):
    at = max(one.at for one in lived.tries(DISPLAY) if one.state == "ok")
    posts = lived.truth.posts(at)
    assert len(posts) > 45
    for post in posts:
        series = lived.year.store.video_series("acme", post.id, "video_total_views")
        assert [value for _, value in series] == sorted(value for _, value in series)
        for moment, value in series:
            after = post.totals(moment + 300)["views"]
            assert post.totals(moment)["views"] <= value <= after
        assert series[-1][1] >= 0.97 * post.totals(at)["views"]


def _instants(lived: Lived, metric: str) -> dict[date, float]:
    """The last value of each day in Athens, as polled."""
    return {
        local_day(row.at, ATHENS): row.value
        for row in lived.year.store.points("acme", [metric], None)
        if row.entity == "" and row.grain == "instant"
    }


def _length(day: date, zone: ZoneInfo) -> int:
    ends = [
        datetime(one.year, one.month, one.day, tzinfo=zone)
        for one in (day, day + timedelta(days=1))
    ]
    first, last = (one.astimezone(UTC) for one in ends)
    return int((last - first).total_seconds() // HOUR)
