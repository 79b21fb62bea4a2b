"""Who shares a budget, over accounts and over configs."""

from kpi_tui.cli.wiring import keeping_budgets
from kpi_tui.config.settings import Settings
from kpi_tui.sources.gauges import Budget


def settings(count: int) -> Settings:
    """So many own accounts, each with a token from the config."""
    source = {
        "type": "tiktok-business",
        "access_token": {"env": "TOKEN"},
        "business_id": "open-1",
    }
    accounts = [{"handle": f"acme{n}", "source": [source]} for n in range(count)]
    return Settings.model_validate({"account": accounts})


async def test_an_apps_accounts_share_and_the_next_config_counts_on() -> None:
    factory = keeping_budgets()
    one, two, other = factory(settings(3))
    budget = one._budget  # type: ignore[attr-defined]
    assert two._budget is budget  # type: ignore[attr-defined]
    await budget.spend()
    (minute, _) = other.gauges().budgets
    assert (minute.used, minute.limit) == (1, 600)

    (again,) = factory(settings(1))
    assert [b.used for b in again.gauges().budgets] == [1, 1]
    (elsewhere,) = keeping_budgets()(settings(1))
    assert elsewhere.gauges().budgets[0] == Budget("requests a minute", 0, 600, None)
    for connector in (one, two, other, again, elsewhere):
        await connector.close()
