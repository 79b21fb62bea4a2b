"""From settings to connectors: names, intervals, the demo, and what cannot be built."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kpi_tui.config.settings import Account, Competitor, HttpJsonSource, Settings
from kpi_tui.sources.demo import DemoWorld, demo_settings
from kpi_tui.sources.port import Connector, SourceError
from kpi_tui.sources.registry import build_connectors
from kpi_tui.sources.tiktok_display import DisplayConnector
from kpi_tui.sources.tiktok_research import ResearchConnector

NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
BUSINESS = {
    "type": "tiktok-business",
    "access_token": {"env": "TIKTOK_TOKEN"},
    "business_id": "1",
}
JSON = {"type": "http-json", "url": "https://x.example", "metrics": {"followers": "n"}}
CSV = {"type": "csv", "path": "/data/shop.csv", "date": "d", "metrics": {"orders": "n"}}


def build(*accounts: dict[str, Any], **more: Any) -> tuple[Connector, ...]:
    monitor = {"timezone": "Europe/Athens", "refresh": "10m"}
    settings = {"monitor": monitor, "account": accounts, **more}
    return build_connectors(Settings.model_validate(settings))


def test_each_source_has_a_name_an_account_and_an_interval(tmp_path: Path) -> None:
    studio = {"type": "tiktok-studio", "path": str(tmp_path), "refresh": "1h"}
    connectors = build(
        {"handle": "acme", "source": [BUSINESS, CSV, JSON | {"refresh": "30s"}, JSON]},
        {"handle": "mill", "source": [studio, {"type": "manual"}, JSON]},
        competitor=[{"handle": "acme", "source": [JSON]}, {"handle": "rival"}],
    )
    assert [(c.name, c.account, c.kind, c.interval) for c in connectors] == [
        ("acme/tiktok-business", "acme", "tiktok-business", 600),
        ("acme/csv", "acme", "csv", 600),
        ("acme/http-json", "acme", "http-json", 30),
        ("acme/http-json-2", "acme", "http-json", 600),
        ("mill/tiktok-studio", "mill", "tiktok-studio", 3600),
        ("mill/manual", "mill", "manual", None),
        ("mill/http-json", "mill", "http-json", 600),
        ("acme/http-json-3", "acme", "http-json", 600),
    ]
    assert not any(c.is_demo for c in connectors)


async def test_nothing_configured_nothing_built() -> None:
    assert build() == ()


async def test_typed_numbers_have_nothing_to_fetch() -> None:
    (manual,) = build({"handle": "acme", "source": [{"type": "manual"}]})
    batch = await manual.fetch(NOW)
    assert (batch.readings, batch.videos, batch.data_until) == ((), (), None)
    await manual.close()


async def test_a_source_that_cannot_be_built_stops_no_other() -> None:
    wrong = HttpJsonSource.model_construct(
        type="http-json",
        url="https://x.example",
        metrics={"followers": "a.["},
        headers={},
        time=None,
        refresh=None,
    )
    account = Account.model_construct(handle="acme", source=(wrong,), timezone=None)
    rival = Competitor(handle="rival", source=(HttpJsonSource.model_validate(JSON),))
    settings = Settings.model_construct(account=(account,), competitor=(rival,))
    broken, whole = build_connectors(settings)
    assert (broken.name, whole.name) == ("acme/http-json", "rival/http-json")
    for _ in range(2):
        with pytest.raises(SourceError) as caught:
            await broken.fetch(NOW)
        assert "metric followers" in caught.value.message
        assert caught.value.fault == "config"
    await broken.close()


async def test_the_demo_reaches_its_own_world_only() -> None:
    world = DemoWorld(1, lambda: NOW)
    connectors = build_connectors(demo_settings(), demo=world)
    assert len(connectors) >= 5
    for connector in connectors:
        assert connector.is_demo
        batch = await connector.fetch(NOW)
        assert batch.readings
        assert {r.account for r in batch.readings} == {connector.account}
    for connector in connectors:
        await connector.close()


async def test_a_demo_source_stands_under_the_users_own_handle() -> None:
    demo = {"type": "demo", "seed": 3}
    own, rival, other = build(
        {"handle": "mine", "source": [demo]},
        competitor=[
            {"handle": "rival", "source": [demo]},
            {"handle": "other", "source": [demo]},
        ],
    )
    assert (own.name, own.kind, own.is_demo) == ("mine/demo", "demo", True)
    now = time.time()
    mine, first, second = [await c.fetch(now) for c in (own, rival, other)]
    assert mine.videos
    assert {v.account for v in mine.videos} == {"mine"}
    assert {r.account for r in mine.readings} == {"mine"}
    assert {r.account for r in first.readings} == {"rival"}
    assert [r.value for r in first.readings] != [r.value for r in second.readings]
    for connector in (own, rival, other):
        await connector.close()


DISPLAY = {
    "type": "tiktok-display",
    "client_key": "app-key",
    "client_secret": {"env": "APP_SECRET"},
}
RESEARCH = {
    "type": "tiktok-research",
    "client_key": "project-key",
    "client_secret": {"env": "PROJECT_SECRET"},
    "eligible": True,
}


async def test_accounts_of_one_app_share_its_requests_and_one_project_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    other = DISPLAY | {"client_key": "other-key"}
    connectors = build(
        {"handle": "acme", "source": [DISPLAY, other]},
        {"handle": "mill", "source": [DISPLAY]},
        competitor=[
            {"handle": "rival", "source": [RESEARCH | {"username": "rival"}]},
            {"handle": "press", "source": [RESEARCH | {"username": "@press"}]},
        ],
    )
    assert [(c.name, c.kind, c.interval) for c in connectors] == [
        ("acme/tiktok-display", "tiktok-display", 600),
        ("acme/tiktok-display-2", "tiktok-display", 600),
        ("mill/tiktok-display", "tiktok-display", 600),
        ("rival/tiktok-research", "tiktok-research", 3600),
        ("press/tiktok-research", "tiktok-research", 3600),
    ]
    one, foreign, two, rival, press = connectors
    assert isinstance(one, DisplayConnector)
    assert isinstance(foreign, DisplayConnector)
    assert isinstance(two, DisplayConnector)
    assert one._budgets == two._budgets
    assert one._budgets["/v2/user/info/"] is not foreign._budgets["/v2/user/info/"]
    assert isinstance(rival, ResearchConnector)
    assert isinstance(press, ResearchConnector)
    assert rival._quota is press._quota
    assert [budget.limit for budget in rival.gauges().budgets] == [1000, 100_000]


async def test_who_has_not_signed_in_is_told_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (display,) = build({"handle": "acme", "source": [DISPLAY]})
    with pytest.raises(SourceError) as caught:
        await display.fetch(NOW)
    assert caught.value.fault == "unauthorised"
    assert caught.value.hint == "kpi-tui auth acme/tiktok-display"
    await display.close()
