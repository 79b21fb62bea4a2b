"""The tiktok-business connector against the stand-in, over real HTTP."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.config.settings import BusinessSource, Secret
from kpi_tui.kpi.readings import Batch, day_start
from kpi_tui.sources.base import Identity
from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.business_calls import business_budget
from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_business import BusinessConnector
from tests.servers.business import BUSINESS_ID, NOW, TODAY, TOKEN, Business
from tests.servers.loopback import serving

GET, LIST = "/v1.3/business/get/", "/v1.3/business/video/list/"
YESTERDAY = TODAY - timedelta(days=1)
HOUR = 3600.0


@pytest.fixture
def api() -> Business:
    return Business()


class Skipping:
    """A clock on which every wait is over at once."""

    now = 1_000.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def skipping() -> Skipping:
    return Skipping()


@pytest.fixture
async def connector(
    api: Business, skipping: Skipping, tmp_path: Path
) -> AsyncIterator[BusinessConnector]:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    async with serving(api.handle) as base:
        source = BusinessSource(
            type="tiktok-business",
            access_token=Secret(file=token),
            business_id=BUSINESS_ID,
            base_url=f"{base}/v1.3/",
        )
        zone = ZoneInfo("Europe/Athens")
        identity = Identity(
            "acme/tiktok-business", "acme", "tiktok-business", 300, zone
        )
        budget = RequestBudget(
            "requests a minute", 600, 60.0, skipping.clock, skipping.sleep
        )
        connector = BusinessConnector(identity, source, HttpClient(), budget)
        yield connector
        await connector.close()


def values(batch: Batch, entity: str, day: date | None) -> dict[str, float]:
    """Metric to value, of one entity; of a day or, with None, of instants."""
    return {
        r.metric: r.value
        for r in batch.readings
        if r.entity == entity
        and (r.grain, r.at)
        == (("instant", int(NOW)) if day is None else ("day", day_start(day)))
    }


async def test_the_first_contact_brings_all_that_there_is(
    connector: BusinessConnector, api: Business
) -> None:
    batch = await connector.fetch(NOW)
    assert batch.notes == ()
    assert batch.data_until == YESTERDAY
    assert values(batch, "", None) == {
        "followers": 3352,
        "following": 12,
        "likes_total": 88_000,
        "videos_total": 45,
    }
    # "-", null and true are missing, not 0; a zero is a zero; strings are numbers.
    assert values(batch, "", YESTERDAY) == {
        "video_views": 1001,
        "reach": 501,
        "likes": 10,
        "shares": 0,
        "followers": 3351,
        "net_followers": -1,
        "new_followers": 4,
        "lost_followers": 5,
        "engaged_audience": 33,
        "link_clicks": 7,
        "email_clicks": 1,
        "address_clicks": 2,
        "app_clicks": 3,
        "leads": 4,
    }
    days = {r.at for r in batch.readings if r.grain == "day" and r.metric == "likes"}
    assert days == {day_start(TODAY - timedelta(days=n)) for n in range(1, 60)}
    assert all(r.seen == int(NOW) and r.account == "acme" for r in batch.readings)


async def test_the_audience_belongs_to_the_newest_day(
    connector: BusinessConnector, api: Business
) -> None:
    api.newest_day = 3
    batch = await connector.fetch(NOW)
    data_day = TODAY - timedelta(days=3)
    assert batch.data_until == data_day
    shares = {
        r.entity: (r.value, r.grain, r.at)
        for r in batch.readings
        if r.metric == "audience_share" and not r.entity.startswith("video:")
    }
    at = day_start(data_day)
    assert shares == {
        "age:18-24": (0.25, "day", at),
        "age:55+": (0.5, "day", at),
        "gender:Female": (0.6, "day", at),
        "country:GR": (0.75, "day", at),
        "city:Áthens": (0.125, "day", at),
    }


async def test_hours_are_moved_from_utc_to_the_accounts_zone(
    connector: BusinessConnector,
) -> None:
    batch = await connector.fetch(NOW)
    at = day_start(YESTERDAY)
    hours = {
        r.entity: r.value
        for r in batch.readings
        if r.metric == "active_followers" and r.at == at
    }
    assert len(hours) == 24
    # Athens is two hours ahead in winter: its 02 is UTC's 0, its 01 UTC's 23.
    assert hours["hour:02"] == 100
    assert hours["hour:23"] == 121
    assert hours["hour:01"] == 123


async def test_posts_are_walked_through_empty_and_repeated_pages(
    connector: BusinessConnector, api: Business
) -> None:
    batch = await connector.fetch(NOW)
    assert api.count(LIST) == 4
    identities = [video.id for video in batch.videos]
    assert len(identities) == len(set(identities)) == 45
    newest, photo = batch.videos[0], batch.videos[1]
    assert newest.posted_at == int(NOW) - 18 * 3600
    assert newest.posted_precision == "second"
    assert newest.caption == "Post [0] #olive]0;oil"
    assert newest.url == "https://www.tiktok.com/@acme/video/0"
    assert (newest.duration, newest.format, newest.is_ad) == (20.001, "video", False)
    assert (photo.duration, photo.format) == (None, "photo")
    counts = Counter((r.entity, r.metric, r.grain, r.at) for r in batch.readings)
    assert max(counts.values()) == 1


async def test_what_a_post_has_reached(connector: BusinessConnector) -> None:
    batch = await connector.fetch(NOW)
    entity = f"video:{batch.videos[0].id}"
    assert values(batch, entity, None) == {
        "video_total_views": 603,
        "video_total_likes": 243,
        "video_total_comments": 10,
        "video_total_shares": 10,
        "video_total_saves": 9,
        "video_reach": 136,
        "video_new_followers": 2,
        "video_link_clicks": 3,
        "video_watch_time": 587.024,
        "video_average_watch_time": 3.862,
        "video_completion_rate": 0.0395,
        "video_hold_2s": 0.25,
        "video_email_clicks": 4,
        "video_address_clicks": 5,
        "video_phone_clicks": 0,
        "video_app_clicks": 6,
        "video_leads": 7,
    }
    parts = {
        r.entity.removeprefix(f"{entity}|"): r.value
        for r in batch.readings
        if r.entity.startswith(f"{entity}|")
    }
    assert parts == {
        "second:0": 1,
        "second:1": 0.5,
        "second:2": 0.25,
        "impressions:For You": 0.9,
        "likes:2": 0.125,
        "city:Patras": 0.3,
        "type:NEW_VIEWER": 0.8,
        "type:RETURN_VIEWER": 0.2,
        "type:FOLLOWER_PERCENT": 0.3,
        "type:NON_FOLLOWER_PERCENT": 0.7,
        "country:GR": 0.7,
    }


async def test_a_post_that_rests_loses_no_stored_value(
    connector: BusinessConnector,
) -> None:
    batch = await connector.fetch(NOW)
    resting = values(batch, f"video:{batch.videos[40].id}", None)
    assert resting["video_total_views"] == 643
    gone = {"video_reach", "video_completion_rate", "video_watch_time"}
    assert not gone & set(resting)


async def test_milliseconds_are_recognised(connector: BusinessConnector) -> None:
    batch = await connector.fetch(NOW)
    third = values(batch, f"video:{batch.videos[2].id}", None)
    assert third["video_average_watch_time"] == 3.862


async def test_later_polls_ask_for_less_and_six_hours_later_for_all(
    connector: BusinessConnector, api: Business
) -> None:
    api.posts = 205
    first = await connector.fetch(NOW)
    asked = api.calls[0][1]
    assert (asked["start_date"], asked["end_date"]) == ("2026-01-24", "2026-03-23")
    assert len(first.videos) == 205
    api.calls.clear()
    second = await connector.fetch(NOW + 300)
    asked = api.calls[0][1]
    assert (asked["start_date"], asked["end_date"]) == ("2026-03-17", "2026-03-23")
    assert api.count(LIST) == 1
    assert len(second.videos) == 20
    api.calls.clear()
    await connector.fetch(NOW + 6 * HOUR)
    assert api.calls[0][1]["start_date"] == "2026-01-24"
    assert api.count(LIST) == 12
    api.calls.clear()
    await connector.fetch(NOW)  # the clock was set back
    assert api.calls[0][1]["start_date"] == "2026-01-24"


async def test_until_stays_when_a_poll_brings_no_day(
    connector: BusinessConnector, api: Business
) -> None:
    api.newest_day = 5
    first = await connector.fetch(NOW)
    api.newest_day = 30
    second = await connector.fetch(NOW + 300)
    assert first.data_until == second.data_until == TODAY - timedelta(days=5)
    audience = {r.at for r in second.readings if r.entity == "age:18-24"}
    assert audience == {day_start(TODAY - timedelta(days=5))}


@pytest.mark.parametrize(
    ("code", "fault", "words"),
    [
        (40100, "rate limited", "asked too often (40100)"),
        (40132, "rate limited", "asked too often (40132)"),
        (61000, "rate limited", "asked too often (61000)"),
        (40102, "unauthorised", "access token has expired (40102)"),
        (40103, "unauthorised", "refresh token has expired (40103)"),
        (40104, "unauthorised", "empty access token (40104)"),
        (40105, "unauthorised", "does not accept the access token (40105)"),
        (40107, "unauthorised", "does not accept the refresh token (40107)"),
        (40110, "unauthorised", "does not accept the sign-in code (40110)"),
        (60001, "failed", "under maintenance (60001)"),
        (50000, "failed", "fault of its own (50000)"),
        (40016, "failed", "refuses the request (40016): “Fault for …”"),
    ],
)
async def test_codes_that_concern_every_call_raise_at_once(
    connector: BusinessConnector,
    api: Business,
    skipping: Skipping,
    code: int,
    fault: str,
    words: str,
) -> None:
    api.faults = [code]
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert words in caught.value.message
    assert caught.value.fault == fault
    assert TOKEN not in f"{caught.value.message} {caught.value.hint}"
    assert (caught.value.retry_after == 60) == (fault == "rate limited")
    assert len(api.calls) == 1
    skipping.now += 60
    assert (await connector.fetch(NOW + 60)).notes == ()  # and then it works again


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (40130, "Sign in to TikTok again with this scope granted"),
        (40131, "Sign in to TikTok again with this scope granted"),
        (40001, "Check business_id, and that the token was granted the scope"),
        (40002, "Check business_id"),
    ],
)
async def test_when_both_are_refused_the_first_refusal_is_told(
    connector: BusinessConnector, api: Business, code: int, hint: str
) -> None:
    api.faults = [code] * 7  # four sets of account fields, three of posts
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert f"({code})" in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.fault == ("failed" if code == 40002 else "unauthorised")


async def test_without_the_scope_for_posts_the_account_still_counts(
    connector: BusinessConnector, api: Business
) -> None:
    api.missing_scopes = {"video.list"}
    batch = await connector.fetch(NOW)
    assert values(batch, "", None)["followers"] == 3352
    assert batch.videos == ()
    (note,) = batch.notes
    assert note.startswith("No posts: TikTok says that the scope video.insights")


async def test_without_insights_the_counters_still_count(
    connector: BusinessConnector, api: Business
) -> None:
    api.missing_scopes = {"user.insights", "video.insights"}
    batch = await connector.fetch(NOW)
    assert values(batch, "", None)["followers"] == 3352
    assert batch.data_until is None
    assert len(batch.videos) == 45
    assert "user.insights" in batch.notes[0]
    assert "video.insights" in batch.notes[1]
    api.calls.clear()
    await connector.fetch(NOW + 300)
    assert api.count(GET) == 1  # the refusal is remembered
    api.missing_scopes = set()
    later = await connector.fetch(NOW + 7 * HOUR)
    assert later.notes == ()  # until everything is asked for again
    assert later.data_until == YESTERDAY


async def test_a_personal_account_gets_what_it_may_see(
    connector: BusinessConnector, api: Business
) -> None:
    api.is_business_account = False
    batch = await connector.fetch(NOW)
    yesterday = values(batch, "", YESTERDAY)
    assert yesterday["video_views"] == 1001
    assert "reach" not in yesterday
    assert "needs a Business Account" in batch.notes[0]


async def test_an_unregistered_business_loses_only_the_clicks(
    connector: BusinessConnector, api: Business
) -> None:
    api.is_registered = False
    batch = await connector.fetch(NOW)
    yesterday = values(batch, "", YESTERDAY)
    assert yesterday["reach"] == 501
    assert "link_clicks" not in yesterday
    assert any(r.entity == "hour:13" for r in batch.readings)
    post = values(batch, f"video:{batch.videos[0].id}", None)
    assert post["video_completion_rate"] == 0.0395
    assert "video_leads" not in post
    assert [("registered business" in note) for note in batch.notes] == [True, True]


async def test_a_burst_in_the_middle_keeps_what_came_and_lists_again(
    connector: BusinessConnector, api: Business, skipping: Skipping
) -> None:
    api.fault_on_page = (2, 40100)
    batch = await connector.fetch(NOW)
    assert len(batch.videos) == 20
    assert "broke off" in batch.notes[0]
    api.fault_on_page = None
    skipping.now += 300
    assert len((await connector.fetch(NOW + 300)).videos) == 45


async def test_a_cursor_that_does_not_move_ends_the_list(
    connector: BusinessConnector, api: Business
) -> None:
    api.is_stuck = True
    batch = await connector.fetch(NOW)
    assert api.count(LIST) == 2
    assert "cursor does not move" in batch.notes[0]


async def test_a_list_without_end_is_cut_at_four_thousand_posts(
    connector: BusinessConnector, api: Business
) -> None:
    api.posts = 5000
    batch = await connector.fetch(NOW)
    assert api.count(LIST) == 200
    assert len(batch.videos) == 3980  # one of the pages is empty
    api.calls.clear()
    await connector.fetch(NOW + 300)
    assert api.count(LIST) == 1  # and that counts as everything for six hours


async def test_a_rotated_token_works_with_the_next_poll(
    connector: BusinessConnector, api: Business, tmp_path: Path
) -> None:
    await connector.fetch(NOW)
    api.token = "act.business-token-2"
    with pytest.raises(SourceError, match="does not accept the access token"):
        await connector.fetch(NOW + 300)
    (tmp_path / "token").write_text(api.token)
    assert (await connector.fetch(NOW + 600)).data_until == YESTERDAY
    (tmp_path / "token").unlink()
    with pytest.raises(SourceError, match="there is no file") as caught:
        await connector.fetch(NOW + 900)
    assert caught.value.fault == "unauthorised"


async def test_posts_are_asked_for_as_often_as_their_age_is_worth(
    connector: BusinessConnector, api: Business
) -> None:
    """Two hours apart: the first 3 are of the last day, the first 75 of the week."""
    api.posts, api.hours_between = 205, 2.0

    async def posts(seconds: float) -> int:
        api.calls.clear()
        return len((await connector.fetch(NOW + seconds)).videos)

    assert await posts(0) == 205
    assert (await posts(300), api.count(LIST)) == (20, 1)
    assert (await posts(3300), api.count(LIST)) == (20, 1)
    # The week ends on the fourth page with posts; one is empty.
    assert (await posts(3600), api.count(LIST)) == (80, 5)
    assert (await posts(3900), api.count(LIST)) == (20, 1)
    assert (await posts(7200), api.count(LIST)) == (80, 5)
    assert (await posts(6 * HOUR), api.count(LIST)) == (205, 12)


async def test_a_post_that_was_deleted_is_not_looked_for_in_the_whole_list(
    connector: BusinessConnector, api: Business
) -> None:
    api.posts, api.hours_between = 205, 2.0
    await connector.fetch(NOW)
    api.deleted = {30, 73, 74}
    api.calls.clear()
    assert len((await connector.fetch(NOW + 3600)).videos) == 77
    assert api.count(LIST) == 5


async def test_what_the_server_said_before_a_restart_holds_for_the_app(
    connector: BusinessConnector, api: Business, skipping: Skipping
) -> None:
    connector.hold(600)
    with pytest.raises(SourceError, match="left alone") as caught:
        await connector.fetch(NOW)
    assert (caught.value.fault, caught.value.retry_after) == ("rate limited", 600)
    skipping.now += 600
    await connector.fetch(NOW + 600)
    assert api.calls


async def test_a_refusal_with_a_time_of_its_own_is_believed(
    connector: BusinessConnector, api: Business
) -> None:
    api.faults, api.retry_after = [40100], "900"
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW)
    assert (caught.value.fault, caught.value.retry_after) == ("rate limited", 900)


async def test_a_refusal_holds_back_the_other_accounts_of_the_app(
    connector: BusinessConnector, api: Business, skipping: Skipping
) -> None:
    api.faults = [40100]
    with pytest.raises(SourceError):
        await connector.fetch(NOW)
    for later, left in ((0, 60), (29, 31)):
        skipping.now += later
        with pytest.raises(SourceError, match="left alone") as caught:
            await connector.fetch(NOW + 1)
        assert (caught.value.fault, caught.value.retry_after) == ("rate limited", left)
    assert len(api.calls) == 1
    skipping.now += 31
    await connector.fetch(NOW + 60)
    assert len(api.calls) > 1


async def test_the_meter_counts_every_call(
    connector: BusinessConnector, api: Business
) -> None:
    assert connector.gauges().budgets == (Budget("requests a minute", 0, 600, None),)
    await connector.fetch(NOW)
    (budget,) = connector.gauges().budgets
    assert budget.used == len(api.calls) == 5
    assert connector.gauges().token_until is None


def test_the_budget_of_an_app_has_both_windows() -> None:
    labels = [(b.label, b.limit) for b in business_budget().gauge(0.0)]
    assert labels == [("requests a minute", 600), ("requests a second", 10)]
