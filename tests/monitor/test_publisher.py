"""When Snapshots are published, with a view whose computation takes as long as said."""

import asyncio
import contextlib
import threading
import time
from datetime import UTC, datetime
from typing import cast

import pytest

from kpi_tui.kpi.leaderboard import Leaderboard
from kpi_tui.monitor.publisher import Publisher
from kpi_tui.monitor.snapshot import AccountRef, Snapshot, View
from kpi_tui.monitor.threads import WAITING_THREADS, make_threads
from kpi_tui.monitor.viewing import Viewing
from tests.monitor.parts import until

NO_BOARD = Leaderboard("engagement_rate_by_views", ())


class SlowViewing:
    """Nothing but a view, after a while."""

    def __init__(self, seconds: float, accounts: int = 1) -> None:
        self.view = View("acme")
        self.accounts = accounts
        self.seconds = seconds
        self.computed = 0
        self.threads: set[str] = set()

    def compute(self, *, is_whole: bool = True) -> Snapshot:
        time.sleep(self.seconds if is_whole else 0.0)
        self.computed += 1
        self.threads.add(threading.current_thread().name)
        now = datetime(2026, 3, 25, tzinfo=UTC)
        account = AccountRef("acme", "", "own", "UTC")
        board = Leaderboard("followers", ()) if is_whole else NO_BOARD
        return Snapshot(
            version=0,
            taken_at=now,
            view=self.view,
            is_demo=False,
            account=account,
            accounts=(account,) * self.accounts,
            window=None,
            is_settling=False,
            leaderboard=board,
        )


@contextlib.asynccontextmanager
async def publishing(viewing: SlowViewing):
    seen: list[Snapshot] = []

    async def told(snapshot: Snapshot, has_data: bool) -> None:
        del has_data
        seen.append(snapshot)

    publisher = Publisher(cast("Viewing", viewing), lambda found: found, told)
    task = asyncio.ensure_future(publisher.run())
    try:
        yield publisher, seen
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_endless_news_take_a_tenth_of_a_core(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kpi_tui.monitor.publisher.PUBLISH_SPACING_SECONDS", 0.0)
    viewing = SlowViewing(0.03)
    async with publishing(viewing) as (publisher, seen):
        end = time.monotonic() + 0.9
        while time.monotonic() < end:
            publisher.mark(has_data=True)
            await asyncio.sleep(0.005)
        assert 2 <= len(seen) <= 4
    assert len(viewing.threads) == 1


async def test_somebody_who_looks_elsewhere_waits_for_no_rest():
    viewing = SlowViewing(0.1)
    async with publishing(viewing) as (publisher, seen):
        publisher.mark(has_data=True)
        await until(lambda: seen)
        viewing.view = View("other")
        asked = time.monotonic()
        publisher.ask()
        await until(lambda: seen[-1].view.account == "other")
        # The rest would be nine times the 0.1 s.
        assert time.monotonic() - asked < 0.7


@pytest.mark.parametrize("accounts", [20, 21])
async def test_another_view_of_a_crowd_comes_without_its_leaderboard_first(
    accounts: int,
):
    viewing = SlowViewing(0.05, accounts)
    shown: list[Snapshot] = []
    async with publishing(viewing) as (publisher, seen):
        publisher.subscribe(shown.append)
        publisher.mark(has_data=True)
        await until(lambda: seen)
        viewing.view = View("other", days=7)
        publisher.ask()
        await until(lambda: len(seen) == 2)
        viewing.view = View("third", days=7)
        publisher.ask()
        await until(lambda: len(seen) == 3)
    found = [(one.view.account, one.leaderboard.kpi) for one in shown]
    whole = [(name, "followers") for name in ("acme", "other", "third")]
    if accounts == 21:
        # The third one's range is the same, and so is its leaderboard.
        whole[1:] = [("other", NO_BOARD.kpi), whole[1], whole[2], whole[2]]
    assert found == whole
    assert [one.version for one in shown] == list(range(1, len(shown) + 1))


async def test_threads_do_not_grow_with_what_waits_in_them():
    make_threads()
    await asyncio.sleep(0)
    before = threading.active_count()
    await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.01) for _ in range(40)))
    assert threading.active_count() == before
    assert sum("kpi-wait" in t.name for t in threading.enumerate()) == WAITING_THREADS
