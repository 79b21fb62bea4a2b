"""A competitor by the Research API, from its answers to its place in the ranking."""

from pathlib import Path
from zoneinfo import ZoneInfo

from kpi_tui.kpi.leaderboard import Contender, rank
from kpi_tui.kpi.windows import Window
from kpi_tui.sources.tiktok_research_quota import ResearchQuota
from kpi_tui.store.store import Store
from tests.servers.research import CLIENT_SECRET, DAY, NOW, Research, post
from tests.sources.research.parts import NAME, Clock, connected, put

UTC_ZONE = ZoneInfo("UTC")


async def test_a_competitor_is_ranked_by_what_it_posts(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    put(secret, CLIENT_SECRET)
    secret.chmod(0o600)
    # Eight posts in the last fortnight, with 2000 to 2007 views; two older ones.
    posted = [post(n, NOW - (1 + n) * DAY) for n in range(8)]
    older = [post(n, NOW - 20 * DAY) for n in (50, 51)]
    api, clock = Research(videos=posted + older), Clock()
    store = Store.open(None)
    async with connected(api, clock, secret, ResearchQuota(None, clock)) as one:
        store.ingest(NAME, await one.fetch(NOW))
    last = store.last_data_day("rival", UTC_ZONE, None)
    assert last is not None
    window = Window(last, 14)
    history = store.history("rival", UTC_ZONE, window, None)
    store.close()
    contender = Contender("rival", "Rival", "competitor", history)

    def standing(kpi: str) -> float | None:
        (row,) = rank([contender], kpi, window).rows
        assert row.rank == 1
        return row.value

    assert standing("followers") == 9100
    assert standing("posting_frequency") == 8 / 14 * 7
    assert standing("views_per_video") == 2003.5
