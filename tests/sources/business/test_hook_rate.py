"""From the retention curves of posts through the store to the share held past 2 s."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store
from tests.servers.business import NOW, TODAY, Business
from tests.sources.benchmark.test_fetching import connected


async def test_curves_of_posts_become_the_hook_rate(tmp_path: Path) -> None:
    api = Business()
    window = Window(TODAY - timedelta(days=1), 7)
    store = Store.open(tmp_path / "kpi.db")
    try:
        async with connected(api, tmp_path, None) as connector:
            store.ingest(connector.name, await connector.fetch(NOW))
        history = store.history("acme", ZoneInfo("UTC"), window, None)
    finally:
        store.close()
    found = account_kpis(history, window, ["hook_rate"])["hook_rate"]
    views = [603 + n for n in range(7)]  # one post a day
    held = sum(v * (0.5 if n == 3 else 0.25) for n, v in enumerate(views))
    assert found.value == pytest.approx(held / sum(views))
    assert (found.note, found.source) == ("of posts", "acme/tiktok-business")
    assert dict(found.inputs)["videos"] == 7
