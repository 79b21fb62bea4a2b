"""From the config to the ads connector: one an account."""

import pytest

from kpi_tui.config.settings import Settings
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.registry import build_connectors
from kpi_tui.sources.tiktok_ads import AdsConnector
from tests.servers.ads import NOW

TOKEN = {"env": "NO_SUCH_TOKEN_IS_SET"}
ADS = {"type": "tiktok-ads", "access_token": TOKEN, "advertiser_id": "7001"}


async def test_each_account_has_one_advertiser() -> None:
    accounts = [
        {"handle": "acme", "source": [ADS, ADS | {"advertiser_id": "7002"}]},
        {"handle": "mill", "source": [ADS]},
    ]
    first, second, other = build_connectors(
        Settings.model_validate({"account": accounts})
    )
    assert isinstance(first, AdsConnector)
    assert isinstance(other, AdsConnector)
    assert (first.name, other.name) == ("acme/tiktok-ads", "mill/tiktok-ads")
    with pytest.raises(SourceError, match="one tiktok-ads source") as caught:
        await second.fetch(NOW)
    assert caught.value.fault == "config"
    with pytest.raises(SourceError) as missing:
        await first.fetch(NOW)
    assert missing.value.fault == "unauthorised"
    # One app, one allowance.
    assert first.gauges() == other.gauges()
    for connector in (first, second, other):
        await connector.close()
