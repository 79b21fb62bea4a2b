"""Each quirk of the real APIs, asked for at the stand-ins over HTTP, one by one.

A stand-in that has become kinder than TikTok would let the connectors' tests pass for
nothing.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.servers import ads, business, display, research
from tests.servers.ads import Ads
from tests.servers.business import Business
from tests.servers.display import Display
from tests.servers.fake import Fake
from tests.servers.loopback import Request, serving
from tests.servers.oauth import CLIENT_ID, SECRET, OAuth
from tests.servers.research import Research


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


class Asked:
    """One server, and a way to ask it."""

    def __init__(self, http: httpx.AsyncClient, api: Any) -> None:
        self.http = http
        self.api = api

    async def __call__(
        self, method: str, path: str, **more: Any
    ) -> tuple[int, dict[str, Any]]:
        async with serving(self.api.handle) as base:
            answer = await self.http.request(method, base + path, **more)
            return answer.status_code, answer.json()


BEARER = {"Authorization": f"Bearer {display.TOKEN}"}
VIDEO = {"fields": "id,create_time"}


@pytest.mark.parametrize("fields", ["", "id,no_such_field"])
async def test_display_needs_fields_that_it_knows(
    http: httpx.AsyncClient, fields: str
) -> None:
    ask = Asked(http, Display())
    query = {"params": {"fields": fields}, "headers": BEARER}
    for method, path in (("GET", display.USER), ("POST", display.LIST)):
        status, body = await ask(method, path, **query)
        assert (status, body["error"]["code"]) == (400, "invalid_params")


async def test_display_tells_what_is_asked_for_and_says_ok_besides(
    http: httpx.AsyncClient,
) -> None:
    ask = Asked(http, Display())
    status, body = await ask(
        "GET", display.USER, params={"fields": "open_id"}, headers=BEARER
    )
    assert (status, body["data"]) == (200, {"user": {"open_id": "open-id-1"}})
    assert body["error"]["code"] == "ok"
    status, body = await ask("GET", display.USER, params={"fields": "open_id"})
    assert (status, body["error"]["code"]) == (401, "access_token_invalid")


async def test_display_pages_by_milliseconds_with_one_short_page(
    http: httpx.AsyncClient,
) -> None:
    ask = Asked(http, Display())
    sizes, cursor, seen = [], None, set()
    for _ in range(9):
        body = {"max_count": 20} | ({"cursor": cursor} if cursor else {})
        _, answer = await ask(
            "POST", display.LIST, params=VIDEO, headers=BEARER, json=body
        )
        data = answer["data"]
        sizes.append(len(data["videos"]))
        seen |= {one["id"] for one in data["videos"]}
        if data["videos"]:
            assert data["cursor"] == data["videos"][-1]["create_time"] * 1000
        cursor = data["cursor"]
        if not data["has_more"]:
            break
    assert len(seen) == 45
    assert 0 < min(sizes[:-1]) < 20  # short, and not the end
    for most in (0, 21, "20"):
        _, answer = await ask(
            "POST", display.LIST, params=VIDEO, headers=BEARER, json={"max_count": most}
        )
        assert answer["error"]["code"] == "invalid_params"


async def test_display_refuses_with_429_and_an_envelope(
    http: httpx.AsyncClient,
) -> None:
    ask = Asked(http, Display(faults=[(display.LIST, "rate_limit_exceeded")]))
    status, body = await ask("POST", display.LIST, params=VIDEO, headers=BEARER)
    assert (status, body["data"]) == (429, {})
    assert body["error"].keys() == {"code", "message", "log_id"}


async def test_sign_ins_are_flat_and_rotate(http: httpx.AsyncClient) -> None:
    oauth = OAuth()
    grant = oauth.sign_in()
    old, ask = grant.refresh, Asked(http, oauth)
    form = {
        "client_key": CLIENT_ID,
        "client_secret": SECRET,
        "grant_type": "refresh_token",
        "refresh_token": old,
    }
    status, body = await ask("POST", "/v2/oauth/token/", data=form)
    assert status == 200
    assert body["refresh_token"] != old
    assert "error" not in body
    assert "data" not in body
    status, body = await ask("POST", "/v2/oauth/token/", data=form)
    assert (status, body["error"]) == (400, "invalid_grant")
    # As JSON it is not even read.
    _, body = await ask("POST", "/v2/oauth/token/", json=form)
    assert body["error"] == "invalid_request"


ACCOUNT = "/v1.3/business/get/"
POSTS = "/v1.3/business/video/list/"
TODAY = business.TODAY


def _about(fields: str, first: int = 7, last: int = 1) -> dict[str, str]:
    """The query for days so long before today."""
    return {
        "business_id": business.BUSINESS_ID,
        "fields": fields,
        "start_date": (TODAY - timedelta(days=first)).isoformat(),
        "end_date": (TODAY - timedelta(days=last)).isoformat(),
    }


@pytest.mark.parametrize(
    ("headers", "query", "code"),
    [
        ({}, _about('["username"]'), 40104),
        ({"Access-Token": "act.stranger"}, _about('["username"]'), 40105),
        ({"Authorization": f"Bearer {business.TOKEN}"}, _about("[]"), 40104),
        (None, _about("username,display_name"), 40002),
        (None, _about('["likes"]', 7, 0), 40002),
        (None, _about('["likes"]', 61), 40002),
        (None, _about('["likes"]', 60), 0),
    ],
)
async def test_business_refuses_with_200_and_a_code(
    http: httpx.AsyncClient, headers: dict[str, str] | None, query: Any, code: int
) -> None:
    given = {"Access-Token": business.TOKEN} if headers is None else headers
    status, body = await Asked(http, Business())(
        "GET", ACCOUNT, params=query, headers=given
    )
    assert (status, body["code"]) == (200, code)


async def test_business_bursts_and_maintenance_pass(http: httpx.AsyncClient) -> None:
    ask = Asked(http, Business(faults=[40100, 40100, 60001]))
    given = {"Access-Token": business.TOKEN}
    said = [
        await ask("GET", ACCOUNT, params=_about('["likes"]'), headers=given)
        for _ in range(4)
    ]
    assert [(status, body["code"]) for status, body in said] == [
        (200, 40100), (200, 40100), (200, 60001), (200, 0),
    ]  # fmt: skip


async def test_an_ended_token_is_40102_until_it_is_refreshed(
    http: httpx.AsyncClient,
) -> None:
    all_of_it = Fake()
    grant = all_of_it.oauth.sign_in("tiktok-business")
    ask = Asked(http, all_of_it)
    today = datetime.now(UTC).date()
    days = {"start_date": today - timedelta(2), "end_date": today - timedelta(1)}
    query = {"business_id": grant.open_id, "fields": '["likes"]'}
    query |= {name: day.isoformat() for name, day in days.items()}
    path = f"/open_api{ACCOUNT}"

    async def code(token: str) -> int:
        _, body = await ask("GET", path, params=query, headers={"Access-Token": token})
        return int(body["code"])

    old = grant.access
    assert await code(old) == 0
    await ask("GET", "/fake/expire")
    assert await code(old) == 40102
    form = {
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
        "grant_type": "refresh_token",
        "refresh_token": grant.refresh,
    }
    _, body = await ask(
        "POST", "/open_api/v1.3/tt_user/oauth2/refresh_token/", json=form
    )
    assert await code(body["data"]["access_token"]) == 0
    assert await code(old) == 40105
    for mood, said in (("storm", 40100), ("maintenance", 60001), ("well", 0)):
        await ask("GET", f"/fake/{mood}")
        assert await code(body["data"]["access_token"]) == said


async def test_business_days_hold_what_was_asked_for(http: httpx.AsyncClient) -> None:
    given = {"Access-Token": business.TOKEN}
    fields = '["shares","audience_activity"]'
    _, body = await Asked(http, Business())(
        "GET", ACCOUNT, params=_about(fields), headers=given
    )
    days = body["data"]["metrics"]
    assert len(days) == 7
    assert all(day.keys() == {"date", "shares", "audience_activity"} for day in days)
    assert {type(h["hour"]) for d in days for h in d["audience_activity"]} == {str}
    assert "followers_count" not in body["data"]


async def test_business_posts_come_with_an_empty_page_and_lose_six_fields(
    http: httpx.AsyncClient,
) -> None:
    given = {"Access-Token": business.TOKEN}
    ask, sizes, posts = Asked(http, Business()), [], []
    six = ["reach", "full_video_watched_rate", "total_time_watched"]
    six += ["average_time_watched", "impression_sources", "audience_countries"]
    query = {"business_id": business.BUSINESS_ID, "max_count": "20"}
    query["fields"] = json.dumps(["item_id", "create_time", "likes", *six])
    for _ in range(9):
        _, body = await ask("GET", POSTS, params=query, headers=given)
        sizes.append(len(body["data"]["videos"]))
        posts += body["data"]["videos"]
        query["cursor"] = str(body["data"]["cursor"])
        if not body["data"]["has_more"]:
            break
    assert 0 in sizes[:-1]
    ids = [one["item_id"] for one in posts]
    assert len(ids) > len(set(ids)) == 45  # some twice
    assert {type(one["create_time"]) for one in posts} == {str}
    rested = [one for one in posts if not one.keys() & set(six)]
    assert rested
    assert all("likes" in one for one in rested)
    query["fields"] = '["likes"]'
    _, body = await ask("GET", POSTS, params=query, headers=given)
    assert body["code"] == 40002


def _report(first: date, last: date, **more: str) -> dict[str, Any]:
    query = {
        "advertiser_id": ads.ADVERTISER,
        "report_type": "BASIC",
        "service_type": "AUCTION",
        "data_level": "AUCTION_CAMPAIGN",
        "dimensions": '["campaign_id","stat_time_day"]',
        "metrics": '["spend","video_watched_6s","clicks"]',
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        "page": "1",
        "page_size": "1000",
    }
    return {"params": query | more, "headers": {"Access-Token": ads.TOKEN}}


async def test_ads_pages_mixes_types_and_refuses_31_days(
    http: httpx.AsyncClient,
) -> None:
    path, last = f"/v1.3{ads.PATH}", ads.TODAY
    first = last - timedelta(days=29)
    ask = Asked(http, Ads(page_rows=50))
    _, body = await ask("GET", path, **_report(first, last))
    data = body["data"]
    assert data["page_info"]["total_page"] == 2
    assert len(data["list"]) == 50
    metrics = data["list"][0]["metrics"]
    assert isinstance(metrics["spend"], str)
    assert metrics["video_watched_6s"] == "-"
    assert isinstance(metrics["clicks"], int)
    _, body = await ask("GET", path, **_report(first - timedelta(days=1), last))
    assert body["code"] == 40002
    _, body = await ask("GET", path, **_report(first, last, metrics='["cpa"]'))
    assert body["code"] == 40002
    ask.api.first_day = last + timedelta(days=1)
    _, body = await ask("GET", path, **_report(first, last))
    assert (body["code"], body["data"]["list"]) == (0, [])


async def test_research_has_no_user_and_counts_the_day(
    http: httpx.AsyncClient,
) -> None:
    api = Research(requests_a_day=3)
    ask = Asked(http, api)
    form = {
        "client_key": research.CLIENT_KEY,
        "client_secret": research.CLIENT_SECRET,
        "grant_type": "client_credentials",
    }
    _, token = await ask("POST", research.TOKEN, data=form)
    given = {"Authorization": f"Bearer {token['access_token']}"}
    more: dict[str, Any] = {"params": {"fields": "follower_count"}, "headers": given}
    _, body = await ask("POST", research.USER, json={"username": "rival"}, **more)
    assert body["data"] == {"follower_count": 9100}
    equal = {"operation": "EQ", "field_name": "username", "field_values": ["rival"]}
    asked: dict[str, Any] = {
        "query": {"and": [equal]},
        "start_date": "20260301",
        "end_date": "20260324",
        "max_count": 100,
        "cursor": 0,
    }
    more["params"] = {"fields": "id"}
    _, body = await ask("POST", research.VIDEOS, json=asked, **more)
    data = body["data"]
    assert data["cursor"] == len(data["videos"]) < 100  # an index, after a short page
    assert data["has_more"]
    asked["cursor"] = data["cursor"]
    _, body = await ask("POST", research.VIDEOS, json=asked, **more)
    assert body["error"]["code"] == "invalid_params"  # the search_id is missing
    status, body = await ask("POST", research.USER, json={"username": "rival"}, **more)
    assert (status, body["error"]["code"]) == (429, "rate_limit_exceeded")


async def test_a_server_serves_on_a_port_that_is_asked_for() -> None:
    async def nothing(request: Request, writer: Any) -> None:
        """Nobody asks."""

    async with serving(nothing) as base:
        port = int(base.rpartition(":")[2])
    async with serving(nothing, port) as again:
        assert again == base
