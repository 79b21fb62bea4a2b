"""What somebody is told who comes back: from what was on the screen, and the log."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi_tui.kpi.content import VideoRow, video_rows
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.leaderboard import Leaderboard, LeaderboardRow, Strategy
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.absence import outages
from kpi_tui.monitor.away import ABSENT_SECONDS, TOLD_SECONDS, Away
from kpi_tui.monitor.monitor import Monitor
from kpi_tui.monitor.snapshot import AccountRef, Snapshot, View
from kpi_tui.store.store import Poll, PollRow, Store
from tests.kpi.build import history, video
from tests.monitor.parts import ScriptedConnector, days_batch, until
from tests.monitor.test_monitor import LAST, SETTINGS, monitor_of, running

LEFT = datetime(2026, 3, 24, 20, 0, tzinfo=UTC).timestamp()
BACK = datetime(2026, 3, 25, 6, 0, tzinfo=UTC).timestamp()
ACME = AccountRef("acme", "Acme", "own", "Europe/Athens")
RIVAL = AccountRef("rival", "", "competitor", "Europe/Athens")


@pytest.fixture
def store(tmp_path: Path):
    store = Store.open(tmp_path / "kpi.db")
    yield store
    with contextlib.suppress(Exception):
        store.close()


def snapshot(**more: object) -> Snapshot:
    found = Snapshot(
        version=1,
        taken_at=datetime.fromtimestamp(LEFT, UTC),
        view=View("acme"),
        is_demo=False,
        account=ACME,
        accounts=(ACME, RIVAL),
        window=Window(LAST, 28),
        is_settling=True,
    )
    return replace(found, **more)  # type: ignore[arg-type]


def ranked(*handles: str) -> Leaderboard:
    """A board with those accounts at 1, 2, …"""
    rows = tuple(
        LeaderboardRow(
            handle, "", "own" if handle == "acme" else "competitor", place, 0,
            1.0, None, None, None, None, None, (), None, None, Strategy(),
            None, None, None,
        )
        for place, handle in enumerate(handles, 1)
    )  # fmt: skip
    return Leaderboard("engagement_rate_by_views", rows)


def goal(kpi: str, status: str, value: float = 0.4) -> GoalStatus:
    found = GoalStatus(kpi, 0.55, date(2026, 12, 31), value, value / 0.55)
    return replace(found, status=status)  # type: ignore[arg-type]


def row(name: str, breakout: float | None) -> VideoRow:
    (found,) = video_rows(history(videos=[video(name, caption="Pasta", views=9)]))
    return replace(found, breakout=breakout)


def told(store: Store, then: Snapshot, now: Snapshot, back: float = BACK):
    """What is said at ``back`` to somebody who saw ``then`` when they left."""
    Away(store).note(then, LEFT)
    return Away(store).sentences(now, back)


def test_nobody_was_ever_here(store: Store):
    assert Away(store).sentences(snapshot(), BACK) == ()


def test_who_passed_whom(store: Store):
    then = snapshot(leaderboard=ranked("acme", "rival", "mill"))
    now = snapshot(leaderboard=ranked("rival", "acme", "mill"))
    assert told(store, then, now) == (
        "@rival passed you on engagement rate by views; you are #2 of 3.",
    )
    assert told(store, now, then) == (
        "You passed @rival on engagement rate by views; you are #1 of 3.",
    )
    assert told(store, then, then) == ()
    fallen = snapshot(leaderboard=ranked("rival", "mill", "x", "acme"))
    assert told(store, then, fallen) == (
        "@rival and @mill passed you on engagement rate by views; you are #4 of 4.",
    )


def test_another_board_is_not_compared(store: Store):
    then = snapshot(leaderboard=ranked("acme", "rival"))
    now = replace(ranked("rival", "acme"), kpi="followers")
    assert told(store, then, snapshot(leaderboard=now)) == ()
    week = snapshot(leaderboard=ranked("rival", "acme"), view=View("acme", 7))
    assert told(store, then, week) == ()


def test_goals_whose_status_changed(store: Store):
    then = snapshot(
        goals={
            "completion_rate": goal("completion_rate", "on pace"),
            "save_rate": goal("save_rate", "behind"),
        }
    )
    now = snapshot(
        goals={
            "completion_rate": goal("completion_rate", "behind", 0.419),
            "save_rate": goal("save_rate", "behind"),
            "share_rate": goal("share_rate", "behind"),
        }
    )
    assert told(store, then, now) == (
        "Completion rate is 41.9 % against a goal of 55 %: behind, was on pace.",
    )


def test_videos_that_broke_out_meanwhile(store: Store):
    then = snapshot(videos=(row("old", 3.0),))
    now = snapshot(videos=(row("new", 4.1), row("old", 3.0), row("calm", None)))
    assert told(store, then, now) == (
        "“Pasta” broke out: 4.1 x your videos' views at its age.",
    )


def poll(store: Store, name: str, hour: float, state: str) -> None:
    at = datetime(2026, 3, 25, tzinfo=UTC).timestamp() + hour * 3600
    account = name.partition("/")[0]
    store.record_poll(Poll(name, account, "http-json", at, state, "answered 500"))


def test_outages_in_the_accounts_time(store: Store):
    # Athens is two hours ahead of UTC until 29 March.
    for hour, state in ((0.0, "ok"), (1.0, "failed"), (1.5, "failed"), (2.0, "ok")):
        poll(store, "rival/http-json", hour, state)
    poll(store, "stranger/csv", 1.0, "failed")
    poll(store, "stranger/csv", 3.0, "failed")
    assert told(store, snapshot(), snapshot()) == (
        "rival/http-json failed from 03:00 to 04:00.",
    )
    poll(store, "acme/tiktok-business", -1.0, "unauthorised")
    poll(store, "acme/tiktok-business", 3.5, "unauthorised")
    assert told(store, snapshot(), snapshot()) == (
        "acme/tiktok-business fails since 01:00; "
        "rival/http-json failed from 03:00 to 04:00.",
    )


@pytest.mark.parametrize(
    ("tries", "found"),
    [
        ([(100, "failed"), (200, "ok")], []),
        ([(100, "failed"), (700, "ok")], [(100, 700)]),
        ([(100, "failed"), (400, "rate limited"), (800, "ok")], [(100, 800)]),
        ([(100, "failed"), (400, "failed")], []),
        ([(100, "failed"), (900, "failed")], [(100, None)]),
        ([(-50, "failed"), (100, "ok"), (200, "stale")], []),
        ([(100, "failed"), (2000, "ok")], []),
        ([(100, "failed"), (900, "ok"), (950, "failed"), (999, "ok")], [(100, 900)]),
    ],
)
def test_an_outage_lasts_ten_minutes_and_lies_in_the_absence(tries, found):
    rows = [PollRow(at, "a/b", state, "", 0) for at, state in reversed(tries)]
    got = outages(rows, 0, 1000)
    assert [(one.start, one.end) for one in got] == found


def test_an_absence_has_to_be_one_and_its_news_grow_old(store: Store):
    then = snapshot(leaderboard=ranked("acme", "rival"))
    now = snapshot(leaderboard=ranked("rival", "acme"))
    assert told(store, then, now, LEFT + ABSENT_SECONDS) == ()
    assert told(store, then, now, LEFT + ABSENT_SECONDS + 1)
    away = Away(store)
    assert away.sentences(now, BACK)
    assert away.sentences(now, BACK + TOLD_SECONDS)
    assert away.sentences(now, BACK + TOLD_SECONDS + 1) == ()


def test_what_is_noted_meanwhile_does_not_end_the_news(store: Store):
    Away(store).note(snapshot(leaderboard=ranked("acme", "rival")), LEFT)
    now = snapshot(leaderboard=ranked("rival", "acme"))
    away = Away(store)
    first = away.sentences(now, BACK)
    away.note(now, BACK + 5)
    assert away.sentences(now, BACK + 10) == first != ()
    assert Away(store).sentences(now, BACK + 20) == ()


def test_a_look_at_the_past_neither_tells_nor_forgets(store: Store):
    now = snapshot(leaderboard=ranked("rival", "acme"))
    past = replace(now, view=View("acme", as_of=date(2026, 3, 1)))
    then = snapshot(leaderboard=ranked("acme", "rival"))
    assert told(store, then, past) == ()
    Away(store).note(past, LEFT + 60)
    assert Away(store).sentences(now, BACK)


def test_at_most_four_sentences_and_the_goal_first(store: Store):
    then = snapshot(
        leaderboard=ranked("acme", "rival"),
        goals={"save_rate": goal("save_rate", "on pace")},
    )
    now = snapshot(
        leaderboard=ranked("rival", "acme"),
        goals={"save_rate": goal("save_rate", "behind")},
        videos=(row("a", 3.0), row("b", 2.5), row("c", 2.4)),
    )
    poll(store, "rival/http-json", 1.0, "failed")
    poll(store, "rival/http-json", 2.0, "ok")
    found = told(store, then, now)
    assert [sentence.split()[0] for sentence in found] == [
        "Saves", "@rival", "“Pasta”", "rival/http-json",
    ]  # fmt: skip
    assert found[2].endswith("; 1 more video.")


@pytest.mark.parametrize("kept", ["text", 5, [1], {"at": "x"}, {"at": 1, "boards": 3}])
def test_a_state_of_another_shape_is_no_crash(store: Store, kept: object):
    store.set_state("looked", kept)
    assert Away(store).sentences(snapshot(leaderboard=ranked("acme")), BACK) == ()


def test_the_state_stays_small(store: Store):
    for days in range(1, 40):
        view = View("acme", days)
        Away(store).note(snapshot(view=view, leaderboard=ranked("acme")), LEFT)
    state = store.get_state("looked")
    assert isinstance(state, dict)
    assert len(state["boards"]) == 20


async def test_the_monitor_notes_a_look_and_tells_the_next_one(store: Store):
    clock = [LEFT]
    flows = days_batch(LAST, 56, video_views=100, likes=7, comments=2, shares=1)
    store.ingest("acme/http-json", flows)
    source = ScriptedConnector(flows, interval=300.0)
    async with running(monitor_of(store, source, clock=lambda: clock[0])) as seen:
        await until(lambda: seen and seen[-1].window is not None)
        assert seen[-1].away == ()
    assert store.get_state("looked")

    rival = days_batch(
        LAST, 56, account="rival", video_views=10, likes=7, comments=2, shares=1
    )
    store.ingest("rival/http-json", rival)
    poll(store, "rival/http-json", 1.0, "failed")
    poll(store, "rival/http-json", 1.5, "ok")
    clock[0] = BACK
    found = Monitor(SETTINGS, store, View("acme"), lambda _: [])
    found._clock = lambda: BACK
    assert found.whole_snapshot().away == (
        "rival/http-json failed from 01:00 to 01:30.",
    )


async def test_without_a_listener_nobody_looked(store: Store):
    monitor = monitor_of(store, ScriptedConnector(days_batch(LAST, 28, likes=7)))
    await monitor.collect_once()
    monitor.stored_snapshot()
    assert store.get_state("looked") is None
