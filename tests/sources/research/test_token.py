"""The project's own token: got, kept in memory, replaced, refused."""

import asyncio
import json
import logging
from pathlib import Path

import pytest

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.tiktok_research import (
    ResearchConnector,
)
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from tests.servers.loopback import Request, answer, serving
from tests.servers.research import (
    CLIENT_SECRET,
    NOW,
    TOKEN,
    USER,
    Research,
)
from tests.sources.research.parts import (
    HOUR,
    NAME,
    Clock,
    connected,
    made,
    put,
)


async def test_one_token_serves_all_until_most_of_its_life_is_over(
    connector: ResearchConnector, api: Research, clock: Clock
) -> None:
    await asyncio.gather(*(connector.fetch(NOW) for _ in range(5)))
    assert api.count(TOKEN) == 1
    # Shown, it would look like the end of a sign-in, which there is none of.
    assert connector.gauges().token_until is None
    clock.now = NOW + 0.79 * 7200
    await connector.fetch(clock.now)
    assert api.count(TOKEN) == 1
    clock.now = NOW + 0.81 * 7200
    await connector.fetch(clock.now)
    assert api.count(TOKEN) == 2


async def test_a_refused_token_is_replaced_once(
    connector: ResearchConnector, api: Research
) -> None:
    await connector.fetch(NOW)
    api.tokens[-1] = "clt.somebody-elses"  # TikTok took it back
    await connector.fetch(NOW + HOUR)
    assert api.count(TOKEN) == 2
    api.faults = [(USER, "access_token_invalid")] * 2
    with pytest.raises(SourceError) as caught:
        await connector.fetch(NOW + 2 * HOUR)
    assert (caught.value.fault, api.count(TOKEN)) == ("unauthorised", 3)
    assert "client_key and client_secret" in (caught.value.hint or "")


async def test_a_wrong_secret_is_told_and_never_shown(
    api: Research, clock: Clock, secret: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    put(secret, "wrong-secret-9")
    async with connected(api, clock, secret, ResearchQuota(None, clock)) as one:
        with pytest.raises(SourceError) as caught:
            await one.fetch(NOW)
        assert "does not accept the app (invalid_client)" in caught.value.message
        assert "client_key and client_secret" in (caught.value.hint or "")
        put(secret, CLIENT_SECRET)  # read anew at each sign-in
        await one.fetch(NOW)
        shown = f"{caught.value!r} {caplog.text} {one.__dict__}"
    for hidden in ("wrong-secret-9", CLIENT_SECRET, api.tokens[0]):
        assert hidden not in shown


async def test_a_secret_that_cannot_be_read_is_the_users_to_put_right(
    api: Research, clock: Clock, secret: Path
) -> None:
    nowhere = secret.with_name("nowhere")
    async with connected(api, clock, nowhere, ResearchQuota(None, clock)) as one:
        with pytest.raises(SourceError) as caught:
            await one.fetch(NOW)
    assert caught.value.fault == "unauthorised"
    assert NAME in caught.value.message


@pytest.mark.parametrize(
    ("status", "fault", "hint"),
    [
        (400, "unauthorised", "Check client_key and client_secret of this source."),
        (429, "rate limited", "It is asked again when the wait is over; a longer"),
        (503, "failed", "It is asked again by itself."),
    ],
)
async def test_each_refusal_of_the_sign_in_says_what_to_do(
    clock: Clock, secret: Path, status: int, fault: str, hint: str
) -> None:
    async def refuse(_: Request, writer: asyncio.StreamWriter) -> None:
        body = {"error": "invalid_request", "error_description": "Something is missed."}
        writer.write(answer(status, json.dumps(body).encode()))

    async with serving(refuse) as base:
        one = made(base, clock, ResearchQuota(None, clock), secret=secret)
        with pytest.raises(SourceError) as caught:
            await one.fetch(NOW)
        await one.close()
    assert caught.value.fault == fault
    assert (caught.value.hint or "").startswith(hint)
    assert one.gauges().budgets[0].used == 0


async def test_an_answer_without_a_token_is_a_failure(
    clock: Clock, secret: Path
) -> None:
    async def empty(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, b'{"access_token": "", "expires_in": 7200}'))

    async with serving(empty) as base:
        one = made(base, clock, ResearchQuota(None, clock), secret=secret)
        with pytest.raises(SourceError, match="answered without a token"):
            await one.fetch(NOW)
        await one.close()
