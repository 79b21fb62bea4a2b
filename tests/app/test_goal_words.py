"""What the Overview says of goals and of the reasons behind a change."""

from dataclasses import replace

from kpi_tui.app.facts import what_moved
from kpi_tui.app.panel_facts import panel_facts
from kpi_tui.app.widgets.panel import KpiPanel
from kpi_tui.kpi.changes import BY_POSTS, Change, ChangeLine
from kpi_tui.kpi.goal_text import detail_words
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.monitor.snapshot import Snapshot
from tests.app.panes.screen import on_tab, screen_text
from tests.app.snapshots import FakeMonitor, make_snapshot

REASONS = Change(
    "engagement_rate_by_views",
    BY_POSTS,
    (
        ChangeLine("mix", "-4.1 pt", "fewer Recipes (6 → 1)"),
        ChangeLine("rate", "-1.5 pt", "Tours 8.0 → 6.2 %"),
    ),
)


def with_goal(kpi: str, **says: object) -> Snapshot:
    snapshot = make_snapshot()
    goal = replace(snapshot.goals[kpi], **says)  # type: ignore[arg-type]
    return replace(snapshot, goals={**snapshot.goals, kpi: goal})


def panel(snapshot: Snapshot, kpi: str, *, is_ascii: bool = False) -> list[str]:
    made = KpiPanel(kpi, is_ascii=is_ascii)
    made.facts = panel_facts(snapshot, kpi)
    return ["".join(piece[0] for piece in line) for line in made.build(32, 6)]


def test_the_foot_says_how_the_goal_stands() -> None:
    *_, gauge, foot, _ = panel(make_snapshot(), "engagement_rate")
    assert "behind, was on pace" in foot
    assert "24 Mar" in foot
    assert "34 %" in gauge


def test_a_source_in_trouble_is_said_first() -> None:
    snapshot = make_snapshot()
    kpi = replace(snapshot.kpis["engagement_rate"], source="web/http-json")
    broken = [s for s in snapshot.sources if s.state in {"failed", "stale"}]
    kpi = replace(kpi, source=broken[0].name)
    snapshot = replace(snapshot, kpis={**snapshot.kpis, "engagement_rate": kpi})
    foot = panel(snapshot, "engagement_rate")[-2]
    assert broken[0].state in foot
    assert "behind" not in foot


def test_what_needs_nobody_leaves_the_foot_to_today() -> None:
    assert "+37 today" in panel(make_snapshot(), "followers")[-2]
    worse = with_goal("followers", status="at risk", was="on pace")
    assert "at risk" in panel(worse, "followers")[-2]


def test_the_gauge_marks_where_the_pace_is() -> None:
    snapshot = with_goal("engagement_rate", attainment=0.2, pace=0.075)
    gauge = panel(snapshot, "engagement_rate")[-3]
    bar = "".join(char for char in gauge if char in "━─┼")
    assert bar.index("┼") == int(len(bar) / 2)
    ascii_bar = panel(snapshot, "engagement_rate", is_ascii=True)[-3]
    assert "-|-" in ascii_bar
    # A pace that is behind what is attained needs no mark.
    past = with_goal("engagement_rate", attainment=0.8, pace=0.075)
    assert "┼" not in panel(past, "engagement_rate")[-3]


def test_a_growth_without_a_base_shows_what_was_wished_for() -> None:
    goal = GoalStatus(
        "video_views",
        None,
        None,
        32_500,
        None,
        status="no baseline",
        growth=0.1,
        period="quarter",
    )
    snapshot = replace(make_snapshot(), goals={"video_views": goal})
    *_, gauge, foot, _ = panel(snapshot, "video_views")
    assert "+10 % per quarter" in gauge or "+10 %" in gauge
    assert "today" in foot or "no baseline" in foot


def test_reasons_follow_the_kpi_that_moved() -> None:
    snapshot = replace(make_snapshot(), changes={REASONS.kpi: REASONS})
    moves = {move.title: move for move in what_moved(snapshot, 12)}
    assert moves["Engagement (views)"].reasons == (
        ("mix", "-4.1 pt", "fewer Recipes (6 → 1)"),
        ("rate", "-1.5 pt", "Tours 8.0 → 6.2 %"),
    )
    assert moves["Video views"].reasons == ()
    # It takes the last place of a short list whose changes are larger.
    short = what_moved(snapshot, 3)
    assert [move.title for move in short][2:] == ["Engagement (views)"]
    assert len(short) == 3


def test_the_days_that_carried_a_sum_need_a_long_list() -> None:
    days = Change("video_views", "", (ChangeLine("days", "-50 k", "4 Feb had"),))
    snapshot = replace(make_snapshot(), changes={"video_views": days})
    assert all(move.reasons == () for move in what_moved(snapshot))
    (reasons,) = [m.reasons for m in what_moved(snapshot, 12) if m.reasons]
    assert reasons == (("days", "-50 k", "4 Feb had"),)


async def test_the_overview_has_them_under_the_change() -> None:
    snapshot = make_snapshot(changes={REASONS.kpi: REASONS})
    async with on_tab("1", FakeMonitor(snapshot), size=(120, 60)) as (app, _):
        lines = screen_text(app).splitlines()
    place = next(
        i
        for i, line in enumerate(lines)
        if "Engagement (views)" in line and "→" in line
    )
    assert "mix" in lines[place + 1]
    assert "fewer Recipes (6 → 1)" in lines[place + 1]
    assert "rate" in lines[place + 2]


def test_a_goal_that_has_slipped_says_so() -> None:
    goal = GoalStatus(
        "followers", 100.0, None, 90.0, 0.9, status="behind", was="on pace"
    )
    assert "slipping, was on pace a week before" in list(detail_words(goal))
    still = replace(goal, was=None)
    assert not any("slipping" in words for words in detail_words(still))
