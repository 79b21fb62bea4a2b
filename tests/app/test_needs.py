"""What needs somebody and what happened meanwhile: on the Overview and in the tabs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kpi_tui.app.needs import Need, foremost, needs_of
from kpi_tui.app.panes.goals import GoalsList
from kpi_tui.app.panes.overview_away import AwayLines
from kpi_tui.app.panes.overview_below import Below
from kpi_tui.app.panes.sources import SourceTable
from kpi_tui.app.widgets.panel import KpiPanel
from kpi_tui.monitor.snapshot import Snapshot
from tests.app.decisions import deciding
from tests.app.panes.screen import screen_text, tab_key, until
from tests.app.play import make_app
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot

AWAY = (
    "You were away for 2 days: @rival passed you on growth.",
    "Lemon potatoes broke out: 179 k views.",
)


def needs(snapshot: Snapshot) -> list[tuple[str, str]]:
    """(tab, text) of each."""
    return [(need.tab, need.text) for need in needs_of(snapshot, is_ascii=True)]


def test_alerts_come_first_then_sources_then_goals_that_are_behind() -> None:
    assert needs(deciding().snapshot) == [
        ("goals", "Completion rate is 23.1 %, below 25 % for 3 days."),
        (
            "goals",
            "acme/http-json has given no fresh data for 3 h: 2 KPIs are stale.",
        ),
        ("sources", "rival/http-json failed 2 h: answered 502 Bad Gateway"),
        (
            "sources",
            "oldmill/http-json unauthorised: answered 401: the token was refused",
        ),
        ("goals", "Engagement (followers) 5.1 % of 15 %: behind, was on pace"),
    ]


def test_another_accounts_alert_says_whose_it_is() -> None:
    alert = replace(deciding().snapshot.alerts[0], account="acme.kitchen")
    snapshot = make_snapshot(alerts=(alert,), sources=(), goals={})
    assert needs(snapshot) == [("goals", f"@acme.kitchen: {alert.text}")]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1.0, "the sign-in has ended"),
        (0.5, "the sign-in ends today"),
        (1.5, "the sign-in ends in 1 day"),
        (6.9, "the sign-in ends in 6 days"),
        (7.1, ""),
    ],
)
def test_a_sign_in_that_ends_soon(days: float, words: str) -> None:
    good = make_snapshot().sources[0]
    ending = replace(good, sign_in_until=NOW + timedelta(days=days))
    found = needs(make_snapshot(sources=(ending,), goals={}))
    told = [("sources", f"acme/tiktok-studio: {words}")] if words else []
    assert found == told


def test_a_sign_in_that_is_refreshed_does_not_end_with_its_token() -> None:
    good = make_snapshot().sources[0]
    renewed = replace(good, token_until=NOW - timedelta(minutes=1))
    assert needs(make_snapshot(sources=(renewed,), goals={})) == []


def test_one_of_each_kind_before_a_second_of_any() -> None:
    every = [Need("goals", f"alert:{n}", "", "", f"a{n}") for n in range(5)]
    every += [Need("sources", f"s{n}", "", "", f"s{n}") for n in range(2)]
    every += [Need("goals", "goal:reach", "", "", "g")]
    assert [need.text for need in foremost(every, 4)] == ["a0", "a1", "s0", "g"]
    assert foremost(every[:2], 4) == every[:2]


async def test_a_need_is_reached_by_keys_and_opened_where_it_is() -> None:
    app = make_app(deciding())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        text = screen_text(app)
        assert "Needs you  and 1 more" in text
        assert "needs 2,139 engagements a day" in text
        await pilot.press(*["down"] * 3)
        need = app.query_one(Below).need
        assert need is not None
        assert need.key == "alert:1a2b3c4d"
        await pilot.press("enter")
        await pilot.pause()
        assert app.pane.id == "goals"
        assert app.query_one(GoalsList).cursor_key == "alert:1a2b3c4d"
        await pilot.press("1", "down", "down", "enter")
        await pilot.pause()
        assert app.pane.id == "sources"
        assert app.query_one(SourceTable).cursor_key == "rival/http-json"
        await pilot.press("1", "up", "up", "up")
        await pilot.pause()
        assert isinstance(app.focused, KpiPanel)


async def test_a_need_can_be_copied_and_clicked() -> None:
    app = make_app(deciding())
    async with app.run_test(size=(120, 40)) as pilot:
        copied: list[str] = []
        app.copy_to_clipboard = copied.append  # type: ignore[assignment]
        await pilot.press(*["down"] * 3, "y")
        assert copied == ["Completion rate is 23.1 %, below 25 % for 3 days."]
        lines = screen_text(app).splitlines()
        y = next(
            i for i, line in enumerate(lines) if "Engagement (followers) 5" in line
        )
        below = app.query_one(Below)
        await pilot.click(Below, offset=(80, y - below.region.y), times=2)
        await pilot.pause()
        assert app.pane.id == "goals"
        assert app.query_one(GoalsList).cursor_key == "goal:engagement_rate"


@pytest.mark.usefixtures("every_frame")
async def test_the_accent_moves_with_the_focus() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for _ in range(3):
            await pilot.press("tab")
            await pilot.pause()
            accented = [
                panel
                for panel in app.query(KpiPanel)
                if panel.display and panel._built[0][0][1] == "$border"
            ]
            assert accented == [app.focused]


async def test_without_needs_nothing_below_takes_the_focus() -> None:
    quiet = make_snapshot(sources=make_snapshot().sources[:1], goals={})
    app = make_app(FakeMonitor(quiet))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*["down"] * 6)
        await pilot.pause()
        assert "Needs you" not in screen_text(app)
        assert isinstance(app.focused, KpiPanel)


async def test_what_happened_meanwhile_is_told_until_a_key() -> None:
    monitor = FakeMonitor(make_snapshot(away=AWAY))
    app = make_app(monitor)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert "While you were away" in lines[3]
        assert AWAY[0] in lines[4]
        assert AWAY[1] in lines[5]
        assert "Now  " in lines[7]
        monitor.publish(now=("Another.",))
        await pilot.pause()
        assert AWAY[0] in screen_text(app)
        await pilot.press("down")
        await pilot.pause()
        assert "While you were away" not in screen_text(app)
        assert "Now  " in screen_text(app).splitlines()[3]
        monitor.publish(away=("More.",))
        await pilot.pause()
        assert "While you were away" not in screen_text(app)


async def test_what_is_told_late_is_told_although_keys_were_pressed() -> None:
    monitor = FakeMonitor()
    app = make_app(monitor)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        monitor.publish(away=AWAY)
        await pilot.pause()
        assert "While you were away" in screen_text(app)


async def test_ten_minutes_later_it_goes_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kpi_tui.app.panes.overview_away.SHOWN_SECONDS", 0.05)
    app = make_app(FakeMonitor(make_snapshot(away=AWAY)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.3)
        assert not app.query_one(AwayLines).display


async def test_low_it_is_one_line() -> None:
    app = make_app(FakeMonitor(make_snapshot(away=AWAY)), is_ascii=True)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        line = next(one for one in screen_text(app).splitlines() if "While you" in one)
        assert "While you were away: You were away" in line
        assert line.rstrip().endswith("...")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
async def test_every_tab_can_be_clicked_with_and_without_counts(width: int) -> None:
    app = make_app(deciding())
    async with app.run_test(size=(width, 20)) as pilot:
        line = ""
        for tab in ("goals", "sources", "overview"):
            await pilot.press("1")
            line = screen_text(app).splitlines()[1]
            await pilot.click("#tabs", offset=(line.index(tab_key(tab)), 0))
            await pilot.pause()
            assert app.pane.id == tab
        assert "6 Goals 2" in line or width <= 60


async def test_a_need_is_in_sight_also_on_a_small_screen() -> None:
    app = make_app(deciding())
    async with app.run_test(size=(60, 20)) as pilot:
        for _ in range(12):
            await pilot.press("down")
        await pilot.pause()
        need = app.query_one(Below).need
        assert need is not None
        assert need.text[:40] in screen_text(app)
        words = need.text[:25]
        await pilot.press("enter")
        await until(pilot, lambda: words in screen_text(app))


async def test_full_titles_fit_eighty_columns() -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        line = screen_text(app).splitlines()[1]
        assert line.split("  ")[0].strip() == "1 Overview"
        assert line.rstrip().endswith("7 Sources")
