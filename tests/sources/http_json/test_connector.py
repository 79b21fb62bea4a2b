"""The http-json connector against a real server."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_tui.config.settings import HttpJsonSource, Secret
from kpi_tui.sources.base import Identity
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.http_json import HttpJsonConnector
from kpi_tui.sources.port import SourceError
from tests.servers.loopback import Request, answer, serving
from tests.servers.unruly import unruly

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
DAY = 86_400
IDENTITY = Identity("rival/http-json", "rival", "http-json", 60)


def connector(
    url: str, client: HttpClient | None = None, **more: Any
) -> HttpJsonConnector:
    settings = {"metrics": {"followers": "stats.followerCount"}, **more}
    source = HttpJsonSource(type="http-json", url=url, **settings)
    return HttpJsonConnector(IDENTITY, source, client or HttpClient())


def saying(document: object) -> Any:
    async def handle(_: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(200, json.dumps(document).encode()))

    return handle


async def test_a_counter_is_read() -> None:
    async with serving(saying({"stats": {"followerCount": 1_200_000}})) as url:
        source = connector(f"{url}/api?user=rival")
        batch = await source.fetch(NOON + 0.7)
        await source.close()
    (reading,) = batch.readings
    assert reading.value == 1_200_000
    assert (reading.at, reading.seen, reading.grain) == (NOON, NOON, "instant")
    assert (batch.data_until, batch.notes) == (None, ())
    assert (source.name, source.account, source.kind) == (
        "rival/http-json",
        "rival",
        "http-json",
    )


async def test_a_daily_history_is_complete_up_to_yesterday() -> None:
    document = {"days": [{"d": f"2026-03-{n}", "v": n} for n in (22, 23, 24)]}
    async with serving(saying(document)) as url:
        source = connector(url, metrics={"video_views": "days[*].v"}, time="days[*].d")
        batch = await source.fetch(NOON)
        await source.close()
    assert len(batch.readings) == 3
    assert batch.data_until == date(2026, 3, 23)


async def test_a_running_value_completes_its_day_the_day_after() -> None:
    async with serving(saying({"today": 5})) as url:
        source = connector(url, metrics={"website_visits": "today"})
        until = [
            (await source.fetch(NOON + shift)).data_until
            for shift in (0, 3600, DAY, DAY + 60, 4 * DAY)
        ]
        await source.close()
    assert until == [None, None, date(2026, 3, 24), None, date(2026, 3, 25)]


async def test_secrets_are_read_at_each_fetch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str | None, str | None, str | None]] = []

    async def handle(request: Request, writer: asyncio.StreamWriter) -> None:
        names = ("authorization", "x-key", "accept-language")
        a, b, c = (request.headers.get(name) for name in names)
        seen.append((a, b, c))
        writer.write(answer(200, b'{"stats": {"followerCount": 1}}'))

    key = tmp_path / "key"
    key.write_text("one\n")
    key.chmod(0o600)
    monkeypatch.setenv("STATS_TOKEN", "Bearer abc")
    headers = {
        "Authorization": Secret(env="STATS_TOKEN"),
        "X-Key": Secret(file=key),
        "Accept-Language": "el",
    }
    async with serving(handle) as url:
        source = connector(url, headers=headers)
        await source.fetch(NOON)
        key.write_text("two\n")
        await source.fetch(NOON)
        monkeypatch.delenv("STATS_TOKEN")
        with pytest.raises(SourceError) as caught:
            await source.fetch(NOON)
        await source.close()
    assert seen == [("Bearer abc", "one", "el"), ("Bearer abc", "two", "el")]
    assert "STATS_TOKEN is not set" in caught.value.message
    assert "rival/http-json, header Authorization" in caught.value.message
    assert caught.value.fault == "unauthorised"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/html", "failed"),
        ("/slow-down", "rate limited"),
        ("/unauthorised", "unauthorised"),
    ],
)
async def test_faults_pass_through(path: str, fault: str) -> None:
    async with serving(unruly) as url:
        source = connector(url + path)
        with pytest.raises(SourceError) as caught:
            await source.fetch(NOON)
        await source.close()
    assert caught.value.fault == fault


async def test_it_waits_for_nothing_until_it_is_cancelled() -> None:
    source = connector("http://127.0.0.1:1/")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(source.wait_for_change(), 0.05)


async def test_closing_one_leaves_the_others_connected() -> None:
    client = HttpClient()
    async with serving(saying({"stats": {"followerCount": 1}})) as url:
        one, two = connector(url, client), connector(url, client)
        await one.fetch(NOON)
        await one.close()
        assert (await two.fetch(NOON)).readings
        await two.close()


async def test_an_answers_money_has_the_currency_of_the_config() -> None:
    async with serving(saying({"today": 5})) as url:
        source = connector(url, metrics={"revenue": "today"}, currency="SEK")
        batch = await source.fetch(NOON)
        await source.close()
    assert (batch.currency, len(batch.readings)) == ("SEK", 1)
