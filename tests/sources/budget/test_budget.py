"""Sliding windows: never over, in order, and never for long."""

import asyncio
import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.budget import (
    MARGIN_SECONDS,
    MOST_WAIT_SECONDS,
    Budgets,
    DayQuota,
    RequestBudget,
    quota_file,
)
from kpi_tui.sources.gauges import Budget
from kpi_tui.sources.port import SourceError
from tests.sources.budget.timeline import Timeline, settle

NOON = 1_774_353_600.0
"""2026-03-24 12:00 UTC."""
DAY = 86_400.0


def most_within(starts: list[float], seconds: float) -> int:
    """The most starts in any stretch of so many seconds, its end left out."""
    return max(
        (sum(start <= s < start + seconds for s in starts) for start in starts),
        default=0,
    )


@given(
    limits=st.lists(
        st.tuples(st.integers(1, 8), st.floats(0.1, 20)), min_size=1, max_size=3
    ),
    arrivals=st.lists(st.floats(0, 5), min_size=1, max_size=40),
    late=st.floats(0, 3),
)
async def test_never_over_any_window_whoever_asks_and_in_the_order_of_asking(
    limits: list[tuple[int, float]], arrivals: list[float], late: float
) -> None:
    """Every task asks at its own time; each sleep may last longer than it was to."""
    line = Timeline()

    async def oversleep(seconds: float) -> None:
        await line.sleep(seconds + late)

    (limit, seconds), *others = limits
    budget = RequestBudget("first", limit, seconds, line.clock, oversleep)
    for number, window in enumerate(others):
        budget.within(f"other {number}", *window)
    asked: list[int] = []
    started: list[tuple[int, float]] = []
    refused: list[SourceError] = []

    async def ask(number: int, at: float) -> None:
        await line.sleep(at)
        asked.append(number)
        begun = line.now
        try:
            await budget.spend()
        except SourceError as error:
            refused.append(error)
        else:
            started.append((number, line.now))
        assert line.now - begun <= MOST_WAIT_SECONDS + late

    tasks = [asyncio.ensure_future(ask(*pair)) for pair in enumerate(arrivals)]
    await line.advance(200)
    await asyncio.gather(*tasks)
    times = [at for _, at in started]
    for limit, seconds in limits:
        assert most_within(times, seconds) <= limit
    served = [number for number, _ in started]
    assert served == [number for number in asked if number in served]
    assert len(started) + len(refused) == len(arrivals)
    assert served
    for error in refused:
        assert error.fault == "rate limited"
        assert (error.retry_after or 0) > 0


async def test_the_whole_allowance_is_used() -> None:
    line = Timeline()
    budget = RequestBudget("m", 600, 60.0, line.clock, line.sleep).within("s", 10, 1.0)
    tasks = [asyncio.ensure_future(budget.spend()) for _ in range(200)]
    await settle()
    assert sum(task.done() for task in tasks) == 10
    await line.advance(19 * (1.0 + MARGIN_SECONDS))
    assert all(task.done() for task in tasks)
    assert budget.used(line.now) == 200


async def test_who_would_wait_too_long_is_told_at_once_and_when_to_come() -> None:
    line = Timeline()
    budget = RequestBudget("requests a minute", 2, 60.0, line.clock, line.sleep)
    await budget.spend()
    await line.advance(10)
    await budget.spend()
    with pytest.raises(SourceError) as caught:
        await budget.spend()
    assert caught.value.fault == "rate limited"
    assert caught.value.message == "its limit (2 requests a minute) is used up"
    assert caught.value.retry_after == 50 + MARGIN_SECONDS
    await line.advance(49)
    waiting = [asyncio.ensure_future(budget.spend()) for _ in range(2)]
    await settle()
    with pytest.raises(SourceError) as caught:  # a third is a whole window later
        await budget.spend()
    assert caught.value.retry_after == pytest.approx(1.25 + 60.25)
    await line.advance(12)
    assert [task.done() for task in waiting] == [True, True]


async def test_one_who_gives_up_leaves_the_turn_to_the_next() -> None:
    line = Timeline()
    budget = RequestBudget("s", 1, 1.0, line.clock, line.sleep)
    await budget.spend()
    gone, patient = (asyncio.ensure_future(budget.spend()) for _ in range(2))
    await settle()
    gone.cancel()
    await line.advance(1.25)
    assert gone.cancelled()
    assert patient.done()
    assert budget.used(line.now) == 1


async def test_a_pause_that_the_api_asks_for_is_kept_by_those_who_wait_already() -> (
    None
):
    line = Timeline()
    budget = RequestBudget("s", 1, 1.0, line.clock, line.sleep)
    await budget.spend()
    waiting = asyncio.ensure_future(budget.spend())
    await settle()
    budget.hold(20)
    budget.hold(5)  # the longest counts
    await line.advance(19.9)
    assert not waiting.done()
    await line.advance(0.2)
    assert waiting.done()
    assert waiting.exception() is None
    budget.hold(90)
    with pytest.raises(SourceError, match="wants to be left alone") as caught:
        await budget.spend()
    assert caught.value.retry_after == pytest.approx(90)


async def test_what_a_meter_shows() -> None:
    line = Timeline()
    budget = RequestBudget("m", 600, 60.0, line.clock, line.sleep).within("s", 10, 1.0)
    assert budget.gauge(NOON) == (Budget("m", 0, 600, None), Budget("s", 0, 10, None))
    await budget.spend()
    await line.advance(10)
    await budget.spend()
    await line.advance(5)
    assert budget.gauge(NOON) == (
        Budget("m", 2, 600, NOON + 55),
        Budget("s", 0, 10, None),
    )
    await line.advance(50)
    assert budget.gauge(NOON)[0] == Budget("m", 1, 600, NOON + 5)


def test_sources_of_one_app_share_a_budget_and_its_secret_is_no_key() -> None:
    budgets = Budgets()

    def make() -> RequestBudget:
        return RequestBudget("m", 600, 60.0)

    one = budgets.shared("https://api.example/v1", "app-key-1", "", make)
    assert budgets.shared("https://API.example/v2/", "app-key-1", "", make) is one
    others = [
        budgets.shared("https://api.example/v1", "app-key-2", "", make),
        budgets.shared("https://other.example/v1", "app-key-1", "", make),
        budgets.shared("https://api.example/v1", "app-key-1", "user/info", make),
    ]
    assert len({id(budget) for budget in (one, *others)}) == 4
    assert "app-key" not in repr(budgets)


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


async def test_a_quota_of_a_day_is_remembered_and_ends_at_midnight(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "state" / "quotas.json", Clock()
    quota = DayQuota("requests a day", 3, path, clock)
    assert quota.gauge(NOON) == (Budget("requests a day", 0, 3, None),)
    await quota.spend(2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["quotas.json"]

    again = DayQuota("requests a day", 3, path, clock)
    assert again.gauge(NOON) == (Budget("requests a day", 2, 3, NOON + DAY / 2),)
    with pytest.raises(SourceError) as caught:
        await again.spend(2)
    assert caught.value.fault == "rate limited"
    assert caught.value.retry_after == DAY / 2
    assert caught.value.message == "its limit (3 requests a day) is used up"
    await again.spend()
    with pytest.raises(SourceError):  # the other process counts what this one used
        await quota.spend()
    clock.now += DAY / 2
    assert quota.used(clock.now) == 0
    await quota.spend(3)
    assert quota.used(clock.now) == 3


async def test_two_quotas_in_one_file_and_many_tasks(tmp_path: Path) -> None:
    path, clock = tmp_path / "quotas.json", Clock()
    requests = DayQuota("requests a day", 50, path, clock)
    records = DayQuota("records a day", 10_000, path, clock)
    results = await asyncio.gather(
        *(requests.spend() for _ in range(60)),
        records.spend(700),
        return_exceptions=True,
    )
    assert sum(isinstance(result, SourceError) for result in results) == 10
    assert DayQuota("requests a day", 50, path, clock).used(NOON) == 50
    assert DayQuota("records a day", 10_000, path, clock).used(NOON) in {0, 700}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        '{"requests a day": 3}',
        '{"requests a day": {"day": "2026-03-24", "used": "x"}}',
        '{"requests a day": {"day": "2026-03-24", "used": true}}',
        '{"requests a day": {"day": "2026-03-23", "used": 9}}',
        "[" * 100_000,
    ],
)
async def test_a_broken_file_stops_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "quotas.json"
    path.write_text(text)
    quota = DayQuota("requests a day", 3, path, Clock())
    await quota.spend()
    assert DayQuota("requests a day", 3, path, Clock()).used(NOON) == 1


async def test_a_file_that_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no directory")
    quota = DayQuota("requests a day", 2, tmp_path / "file" / "quotas.json", Clock())
    await quota.spend()
    await quota.spend()
    assert len(caplog.records) == 1
    with pytest.raises(SourceError):  # in memory it counts all the same
        await quota.spend()


async def test_a_quota_without_a_file_counts_in_memory() -> None:
    quota = DayQuota("requests a day", 1, None, Clock())
    await quota.spend()
    with pytest.raises(SourceError):
        await quota.spend()


def test_the_file_of_a_quota_does_not_tell_the_credential(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(os.environ, "XDG_STATE_HOME", str(tmp_path))
    path = quota_file("https://open.example/v2", "client-key")
    assert path.parent == tmp_path / "kpi-tui" / "quotas"
    assert re.fullmatch(r"[0-9a-f]{16}\.json", path.name)
    assert path != quota_file("https://open.example/v2", "other-key")
    assert path != quota_file("https://other.example/v2", "client-key")
