"""What tiktok-display does when a scope, a token or a request is refused."""

import pytest

from kpi_tui.sources.port import SourceError
from tests.servers.display import (
    LIST,
    NOW,
    TOKEN,
    USER,
    Display,
)
from tests.sources.display.parts import NAME, Keeper, connected, values

SOON = 60.0
STATS = "user.info.stats"


async def test_without_the_stats_scope_the_videos_still_come() -> None:
    api = Display()
    api.scopes.remove(STATS)
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
    assert values(batch) == {}
    assert len(batch.videos) == 45
    assert batch.notes == (
        "No numbers of the account: TikTok says that the scope user.info.stats was "
        f"not granted: Sign in again and allow user.info.stats: kpi-tui auth {NAME}",
    )
    assert [call.query["fields"] for call in api.calls if call.path == USER][1] == (
        "open_id"
    )


async def test_without_the_video_scope_the_account_still_comes() -> None:
    api = Display()
    api.scopes.remove("video.list")
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
        assert values(batch)["followers"] == 3352
        assert batch.videos == ()
        assert batch.notes == (
            "No videos: TikTok says that the scope video.list was not granted. "
            f"Sign in again and allow video.list: kpi-tui auth {NAME}",
        )
        # The whole list is still due once the scope is there.
        api.scopes.add("video.list")
        assert len((await connector.fetch(NOW + SOON)).videos) == 45


async def test_without_any_scope_the_source_is_unauthorised() -> None:
    api = Display(scopes={"user.info.basic"})
    async with connected(api) as connector:
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
    assert caught.value.fault == "unauthorised"
    assert caught.value.hint == (
        f"Sign in again and allow {STATS}: kpi-tui auth {NAME}"
    )


async def test_a_refused_token_is_replaced_once_and_the_call_repeated() -> None:
    api = Display(accepts=lambda token: token == "act.second")
    keeper = Keeper("act.first", "act.second")
    async with connected(api, keeper) as connector:
        batch = await connector.fetch(NOW)
    assert values(batch)["followers"] == 3352
    assert keeper.refusals == ["act.first"]
    assert api.count(USER) == 2


async def test_a_second_refusal_is_the_users_to_solve() -> None:
    api = Display(accepts=lambda _: False)
    keeper = Keeper("act.first-token", "act.second-token", "act.third-token")
    async with connected(api, keeper) as connector:
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
    assert (api.count(USER), keeper.refusals) == (2, ["act.first-token"])
    assert caught.value.fault == "unauthorised"
    assert caught.value.hint == f"Sign in again: kpi-tui auth {NAME}"
    assert "token is" not in caught.value.message


async def test_what_the_keeper_says_is_passed_on() -> None:
    keeper = Keeper()
    keeper.said = ("Sign in again by 2026-04-01",)
    async with connected(Display(videos={}), keeper) as connector:
        assert (await connector.fetch(NOW)).notes == keeper.said


async def test_who_is_not_signed_in_is_told_by_the_keeper() -> None:
    api = Display(accepts=lambda _: False)
    async with connected(api, Keeper("act.only")) as connector:
        with pytest.raises(SourceError, match="nobody is signed in"):
            await connector.fetch(NOW)


async def test_too_many_requests_are_told_with_a_wait_and_hold_the_others() -> None:
    api = Display(faults=[(USER, "rate_limit_exceeded")])
    async with connected(api) as connector:
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW)
        assert (caught.value.fault, caught.value.retry_after) == ("rate limited", 60)
        assert TOKEN not in str(caught.value)
        # TikTok said no: for that minute nobody asks for the account again.
        with pytest.raises(SourceError) as caught:
            await connector.fetch(NOW + SOON)
        assert caught.value.fault == "rate limited"
    assert api.count(USER) == 1


async def test_a_limit_on_videos_costs_the_account_nothing() -> None:
    api = Display(faults=[(LIST, "rate_limit_exceeded")])
    async with connected(api) as connector:
        batch = await connector.fetch(NOW)
    assert values(batch)["followers"] == 3352
    assert "No videos: TikTok is being asked too often" in batch.notes[0]
