"""The Goals tab: the list, the evidence, answers to alerts, empty states, sizes."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.app.app import KpiApp
from kpi_tui.app.panes.goals import GoalsList, GoalsPane
from kpi_tui.app.panes.goals_curve import GoalCurve, kpi_of
from kpi_tui.app.panes.goals_rows import goal_items, items_of, keys_of, moment
from kpi_tui.app.screens.insight import InsightScreen, evidence
from kpi_tui.app.widgets.chart import Chart
from kpi_tui.app.widgets.gauge import gauge
from kpi_tui.app.widgets.lines import line_width, plain
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.monitor.snapshot import View
from tests.app.decisions import at, deciding, make_alerts, make_goals, make_insights
from tests.app.panes.screen import on_tab, screen_text, through_sizes, until
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot

ATHENS = ZoneInfo("Europe/Athens")
EMPTY = FakeMonitor(make_snapshot(goals={}))


def rows(goals: list[GoalStatus], width: int, *, is_ascii: bool = False) -> list[str]:
    """The goals' lines as text."""
    items = goal_items(goals, width, is_ascii=is_ascii)
    return [plain(line) for item in items for line in item.lines]


def page(key: str, **changes: object) -> str:
    """The evidence of an item as text."""
    snapshot = deciding(**changes).snapshot
    title, entries = evidence(snapshot, key, NOW.timestamp())
    told = "\n".join(f"{label}: {text}" for label, text, _ in entries)
    return f"{title}\n{told}"


def said(app: KpiApp) -> list[str]:
    """The notices, in order."""
    return [notice.message for notice in app._notifications]


async def test_goals_insights_and_alerts_are_one_list() -> None:
    async with on_tab("goals", deciding()) as (app, pilot):
        text = screen_text(app)
        for words in (
            "6 Goals 2",
            "Goals  2 of 5 need you",
            "● Followers",
            "3,352 of 5,000",
            "67 %",
            "on pace",
            "needs 5.8 followers a day, now 6.5",
            "forecast 5,020-6,110 on 31 Dec 2026",
            "should be 3,385 by now",
            "reached on 4 Dec 2026 at this pace",
            "✗ Engagement (followers)",
            "behind, was on pace",
            "never at this pace",
            "42.1 %, at most 45 %",
            "+10 % per quarter",
            "covered 9 of 28 days",
            "What to improve",
            "Recipes earn 3.2 x your median video",
            "Alerts  2 open",
            "! raised        Completion rate is 23.1 %",
            "since 16:05 · Completion rate below 25 % for 2 days",
            '"the campaign ended"',
            "quiet until 26 Mar 11:00",
            "over since 20 Mar 11:00",
        ):
            assert words in text
        keys = []
        listed = app.query_one(GoalsList)
        for _ in range(20):
            keys.append(listed.cursor_key)
            await pilot.press("down")
        assert list(dict.fromkeys(keys)) == [
            *(f"goal:{kpi}" for kpi in make_goals()),
            *(f"insight:{place}" for place in range(3)),
            *(f"alert:{alert.id}" for alert in make_alerts()),
        ]
        await pilot.press("home")
        assert listed.cursor_key == "goal:followers"
        await pilot.press("end", "up")
        assert listed.cursor_key == "alert:4d5e6f70"


@pytest.mark.parametrize("key", ["enter", "i"])
async def test_enter_and_i_open_what_is_behind_an_item(key: str) -> None:
    async with on_tab("goals", deciding()) as (app, pilot):
        await pilot.press("down", key)
        await pilot.pause()
        assert isinstance(app.screen, InsightScreen)
        text = screen_text(app)
        assert "15 % by 31 Dec 2026" in text
        assert "engagements / followers at the end" in text
        assert "acme/tiktok-studio" in text
        await pilot.press("escape")
        await pilot.pause()
        assert app.query_one(GoalsList).cursor_key == "goal:engagement_rate"


async def test_an_alert_is_acknowledged_snoozed_and_woken() -> None:
    monitor = deciding()
    async with on_tab("goals", monitor) as (app, pilot):
        pane = app.query_one(GoalsPane)
        pane.show_item("alert:1a2b3c4d")
        await pilot.press("x")
        await pilot.press("z")
        pane.show_item("alert:4d5e6f70")
        await pilot.press("z")
        await pilot.pause()
        assert monitor.calls == [
            ("answer_alert", ("1a2b3c4d", "acknowledge", "", None)),
            ("answer_alert", ("1a2b3c4d", "snooze", "", 86_400.0)),
            ("answer_alert", ("4d5e6f70", "unsnooze", "", None)),
        ]


async def test_a_note_is_typed_and_acknowledges() -> None:
    monitor = deciding()
    async with on_tab("goals", monitor) as (app, pilot):
        app.query_one(GoalsPane).show_item("alert:2b3c4d5e")
        await pilot.press("n", *"x z", "escape")
        await pilot.pause()
        assert monitor.calls == []
        assert isinstance(app.focused, GoalsList)
        await pilot.press("n", *"on it", "enter")
        await pilot.pause()
        assert monitor.calls == [
            ("answer_alert", ("2b3c4d5e", "acknowledge", "on it", None))
        ]
        assert isinstance(app.focused, GoalsList)


async def test_what_is_no_open_alert_is_not_answered() -> None:
    monitor = deciding()
    async with on_tab("goals", monitor) as (app, pilot):
        await pilot.press("x")
        await pilot.pause()
        assert said(app) == ["There is no alert under the cursor."]
        await pilot.press("end", "z", "n")
        await pilot.pause()
        assert said(app)[1:] == ["This alert is over; there is nothing to answer."] * 2
        assert isinstance(app.focused, GoalsList)
        assert monitor.calls == []


async def test_an_answer_that_cannot_be_kept_is_said() -> None:
    class LockedMonitor(FakeMonitor):
        async def answer_alert(self, *args: object, **more: object) -> None:
            raise OSError("the file is locked\nby somebody")

    monitor = LockedMonitor(deciding().snapshot)
    async with on_tab("goals", monitor) as (app, pilot):
        app.query_one(GoalsPane).show_item("alert:1a2b3c4d")
        await pilot.press("x")
        await pilot.pause()
        assert said(app) == ["The answer was not kept: the file is locked."]
        assert app.is_running


async def test_the_cursor_stays_on_its_alert_when_another_comes() -> None:
    monitor = deciding()
    async with on_tab("goals", monitor) as (app, pilot):
        listed = app.query_one(GoalsList)
        app.query_one(GoalsPane).show_item("alert:2b3c4d5e")
        newer = replace(make_alerts()[0], id="99999999", text="Newer.")
        monitor.publish(alerts=(newer, *make_alerts()))
        await pilot.pause()
        assert listed.cursor_key == "alert:2b3c4d5e"
        assert "6 Goals 3" in screen_text(app)
        monitor.publish(alerts=make_alerts()[:1], goals={}, insights=())
        await pilot.pause()
        assert listed.cursor_key == "alert:1a2b3c4d"


async def test_each_empty_part_says_what_to_do() -> None:
    async with on_tab("goals", EMPTY) as (app, pilot):
        text = screen_text(app)
        assert "No goal yet: add [[goal]] to the config." in text
        assert "Nothing to improve stands out yet" in text
        assert "[[alert]] in the config" in text
        assert "6 Goals " in text
        await pilot.press("down", "enter", "i", "x", "y", "end", "pageup")
        await pilot.pause()
        assert app.query_one(GoalsPane).text_under_cursor() is None


async def test_copying_takes_the_item_in_words() -> None:
    async with on_tab("goals", deciding()) as (app, _):
        pane = app.query_one(GoalsPane)
        pane.show_item("goal:engagement_rate")
        text = pane.text_under_cursor()
        assert text is not None
        assert "5.1 % of 15 %; behind, was on pace; needs 2,139 engagements" in text
        pane.show_item("insight:0")
        assert pane.text_under_cursor() == make_insights()[0].text
        pane.show_item("alert:5e6f7081")
        assert (
            pane.text_under_cursor()
            == "Bounce rate is 42.1 %, no longer above 45 %. (cleared)"
        )


async def test_where_there_is_room_the_evidence_follows_the_cursor() -> None:
    async with on_tab("goals", deciding(), size=(200, 60)) as (app, pilot):
        assert "value / target" in screen_text(app)
        app.query_one(GoalsPane).show_item("insight:0")
        await pilot.pause()
        assert "9 videos, median 13.0 k views" in screen_text(app)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert "median 13.0 k views" not in screen_text(app)


async def test_the_cursor_is_always_in_sight() -> None:
    async with on_tab("goals", deciding(), size=(60, 20)) as (app, pilot):
        await pilot.press("end")
        await pilot.pause()
        assert "no longer above 45 %" in screen_text(app)
        await pilot.press("home")
        await pilot.pause()
        assert screen_text(app).splitlines()[3].strip() == "Goals  2 of 5 need you"


async def test_the_mouse_chooses_and_opens() -> None:
    async with on_tab("goals", deciding()) as (app, pilot):
        lines = screen_text(app).splitlines()
        y = next(i for i, line in enumerate(lines) if "◐ Completion" in line) - 3
        await pilot.click(GoalsList, offset=(20, y))
        assert app.query_one(GoalsList).cursor_key == "goal:completion_rate"
        await pilot.click(GoalsList, offset=(20, y), times=2)
        await pilot.pause()
        assert isinstance(app.screen, InsightScreen)


async def test_outside_text_is_no_markup_and_no_control_sequence() -> None:
    evil = "[bold]x[/bold] \x1b]52;c;QQ==\x07 [link in bio]"
    alert = replace(make_alerts()[0], text=evil, note=evil, evidence=((evil, evil),))
    insight = replace(make_insights()[0], text=evil, source=evil)
    monitor = deciding(alerts=(alert,), insights=(insight,))
    async with on_tab("goals", monitor) as (app, pilot):
        assert "[bold]x[/bold]" in screen_text(app)
        assert "\x1b" not in screen_text(app)
        await pilot.press("end", "enter")
        await pilot.pause()
        assert "[link in bio]" in screen_text(app)
        assert "\x1b" not in screen_text(app)


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_every_size(is_ascii: bool) -> None:
    async with on_tab("goals", deciding(), is_ascii=is_ascii) as (app, pilot):
        async for width, _ in through_sizes(pilot, is_ascii=is_ascii):
            await pilot.press("down")
            await pilot.pause()
            text = screen_text(app)
            assert text.isascii() or not is_ascii
            assert all(len(line) <= width for line in text.splitlines())
            if width >= 40:
                assert app.query_one(GoalsList).cursor_key is not None


def test_every_line_fits_its_width() -> None:
    snapshot = deciding().snapshot
    for width in range(38, 210):
        for item in items_of(snapshot, width, is_ascii=False):
            for line in item.lines:
                assert line_width(line) <= width, (width, plain(line))


def test_narrow_goals_keep_who_how_and_the_numbers() -> None:
    goals = list(make_goals().values())
    first, second, *more = rows(goals[1:2], 40)
    assert first.startswith(" ✗ Engagement (followers)")
    assert first.rstrip().endswith("behind")
    assert second.strip() == "5.1 % of 15 %  34 %  was on pace"
    assert " ".join(map(str.strip, more)) == "needs 2,139 engagements a day, now 6.1"


def test_the_gauge_marks_the_pace() -> None:
    bar = plain(gauge(0.5, 20, mark=0.75, is_ascii=False))
    assert bar == "━" * 10 + "─" * 5 + "┃" + "─" * 4
    ahead = plain(gauge(0.9, 20, mark=0.5, is_ascii=True))
    assert ahead == "=" * 10 + "|" + "=" * 7 + "--"
    assert plain(gauge(1.7, 8, is_ascii=True)) == "=" * 8
    assert plain(gauge(None, 4, mark=2.0, is_ascii=True)) == "----"
    assert gauge(0.5, 0, is_ascii=True) == ()


def test_a_goal_is_explained_in_full() -> None:
    text = page("goal:engagement_rate")
    for words in (
        "Engagement rate by followers\n",
        "Goal: 15 % by 31 Dec 2026",
        "Status: behind, was on pace",
        "the whole forecast falls short of the target",
        "Value: 5.1000 % over 28 days",
        "Attained: 34 %",
        "9.9 points short",
        "Started: 4.8 % on 31 Dec 2025",
        "Pace: 7.1 % on 24 Mar",
        "Forecast: 4.2-6.1 % on 31 Dec 2026",
        "Needs: 2,139 engagements a day, now 6.1",
        "Reached: never at this pace",
        "Formula: engagements / followers at the end",
        "likes  141",
        "Source: acme/tiktok-studio",
    ):
        assert words in text
    assert "Change:" not in text
    assert text.count("Goal:") == 1


def test_inputs_of_other_days_do_not_stand_beside_a_goal() -> None:
    text = page("goal:engagement_rate", view=View("acme", days=7))
    assert "Formula: engagements" in text
    assert "likes  141" not in text
    assert "Days:" not in text


def test_insights_and_alerts_are_explained() -> None:
    text = page("insight:0")
    assert "Lift: 3.2 x, 2.1-4.6 x 9 times in 10" in text
    assert "median views of the theme / median views of all videos" in text
    assert "As of: Tue 24 Mar" in text
    assert "ok, last good answer 1 min ago" in text
    text = page("alert:4d5e6f70")
    assert "State: snoozed until 26 Mar 11:00" in text
    assert "Raised: 23 Mar 11:00, 2 d ago" in text
    assert "Rule: Engagement rate by followers: unusual" in text
    assert page("insight:7") == page("goal:reach") == page("alert:0") == "\n"


def test_a_moment_has_a_clock_time_today_and_a_day_before() -> None:
    assert moment(at(25, 14, 5), NOW, ATHENS) == "16:05"
    assert moment(at(24, 22, 30), NOW, ATHENS) == "00:30"
    assert moment(at(23, 9), NOW, ATHENS) == "23 Mar 11:00"


async def test_where_rows_are_left_the_days_stand_under_the_evidence() -> None:
    async with on_tab("6", deciding(), size=(200, 60)) as (app, pilot):
        curve = app.query_one(GoalCurve)
        assert curve.display
        assert "Followers  day by day" in screen_text(app)
        first = curve.query_one(Chart).data
        await pilot.press("down")
        await until(pilot, lambda: curve.query_one(Chart).data != first)
        await pilot.resize_terminal(200, 40)
        await until(pilot, lambda: not curve.display)


def test_an_item_about_nothing_that_is_shown_has_no_days() -> None:
    snapshot = deciding().snapshot
    kpis = {key: kpi_of(snapshot, key) for key in keys_of(snapshot)}
    assert kpis["goal:followers"] == "followers"
    assert kpi_of(snapshot, "alert:gone") == ""
    other = replace(snapshot.alerts[0], account="somebody")
    only = replace(snapshot, alerts=(other,))
    assert kpi_of(only, f"alert:{other.id}") == ""
