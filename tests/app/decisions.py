"""Hand-made goals, insights and alerts: all that the Goals tab shows."""

from datetime import UTC, date, datetime
from typing import Any

from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.goal_needs import Needed
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.insights import Insight
from tests.app.kpis import STUDIO, WEB
from tests.app.snapshots import FakeMonitor, make_snapshot

LAST = date(2026, 3, 24)
END = date(2026, 12, 31)


def at(day: int, hour: int, minute: int = 0) -> int:
    """UTC epoch seconds of that moment of March 2026."""
    return int(datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp())


def make_goals() -> dict[str, GoalStatus]:
    """One of each that matters: on pace, slipping, reached, at most, not covered."""
    goals = (
        GoalStatus(
            "followers",
            5000.0,
            END,
            3352.0,
            0.6704,
            status="on pace",
            start=date(2026, 1, 1),
            baseline=2910.0,
            baseline_day=date(2025, 12, 31),
            pace=3385.0,
            forecast=(5020.0, 6110.0),
            expected=5480.0,
            reaches=date(2026, 12, 4),
            needed=Needed(5.84, "followers", 6.5),
            as_of=LAST,
        ),
        GoalStatus(
            "engagement_rate",
            0.15,
            END,
            0.051,
            0.34,
            status="behind",
            was="on pace",
            start=date(2026, 1, 1),
            baseline=0.048,
            baseline_day=date(2025, 12, 31),
            pace=0.071,
            forecast=(0.042, 0.061),
            expected=0.05,
            needed=Needed(2139.2, "engagements", 6.1),
            as_of=LAST,
        ),
        GoalStatus(
            "completion_rate",
            0.30,
            END,
            0.231,
            0.77,
            status="at risk",
            start=date(2026, 1, 1),
            pace=0.242,
            forecast=(0.21, 0.33),
            reaches=date(2027, 2, 3),
            as_of=LAST,
        ),
        GoalStatus(
            "bounce_rate",
            0.45,
            None,
            0.421,
            1.069,
            is_at_most=True,
            status="reached",
            as_of=LAST,
        ),
        GoalStatus(
            "revenue",
            None,
            date(2026, 3, 31),
            None,
            None,
            status="not covered",
            reason="covered 9 of 28 days",
            growth=0.1,
            period="quarter",
            as_of=LAST,
        ),
    )
    return {goal.kpi: goal for goal in goals}


def make_insights() -> tuple[Insight, ...]:
    """Three sentences with their proof."""
    return (
        Insight(
            "engagement",
            "Recipes earn 3.2 x your median video (9 videos, 2.1-4.6 x) but are one "
            "post in six: post them more often.",
            "engagement_rate_by_views",
            (
                ("Recipes", "9 videos, median 13.0 k views, 11.2 % engagement"),
                ("All videos", "28 videos, median 4,120 views"),
                ("Lift", "3.2 x, 2.1-4.6 x 9 times in 10"),
            ),
            0.9,
            "median views of the theme / median views of all videos",
            LAST,
            STUDIO,
        ),
        Insight(
            "completion",
            "Videos over 30 s are watched to the end by 16 %, those under 15 s by "
            "41 %: try shorter ones, or another opening.",
            "completion_rate",
            (("Under 15 s", "41 % of 7 videos"), ("Over 30 s", "16 % of 8 videos")),
            0.7,
            "median completion rate by duration",
            LAST,
            STUDIO,
        ),
        Insight(
            "conversion",
            "Of 412 visits 42.1 % left at once: look at the landing page.",
            None,
            (("Visits", "412"), ("Bounce rate", "42.1 %")),
            0.4,
            "bounces / visits",
            None,
            WEB,
        ),
    )


def make_alerts() -> tuple[Alert, ...]:
    """Two raised, one acknowledged with a note, one snoozed, one over."""
    return (
        Alert(
            "1a2b3c4d",
            "acme",
            "completion_rate",
            "Completion rate below 25 % for 2 days",
            "Completion rate is 23.1 %, below 25 % for 3 days.",
            "raised",
            at(25, 14, 5),
            at(25, 14, 5),
            None,
            "",
            0.231,
            (("24 Mar", "23.1 %"), ("23 Mar", "24.0 %")),
        ),
        Alert(
            "2b3c4d5e",
            "acme",
            None,
            "acme/http-json: no fresh data for 2 h",
            "acme/http-json has given no fresh data for 3 h: 2 KPIs are stale.",
            "raised",
            at(25, 13),
            at(25, 13),
            None,
            "",
            None,
            (),
        ),
        Alert(
            "3c4d5e6f",
            "acme",
            "video_views",
            "Video views changes by more than 50 %",
            "Video views are 32.5 k, a change of more than 50 %.",
            "acknowledged",
            at(24, 9),
            at(24, 10),
            None,
            "the campaign ended",
            -0.61,
            (),
        ),
        Alert(
            "4d5e6f70",
            "acme",
            "engagement_rate",
            "Engagement rate by followers: unusual",
            "Engagement rate by followers is unusually low.",
            "snoozed",
            at(23, 9),
            at(25, 9),
            at(26, 9),
            "",
            0.051,
            (),
        ),
        Alert(
            "5e6f7081",
            "acme",
            "bounce_rate",
            "Bounce rate above 45 %",
            "Bounce rate is 42.1 %, no longer above 45 %.",
            "cleared",
            at(12, 9),
            at(20, 9),
            None,
            "",
            0.421,
            (),
        ),
    )


def deciding(**changes: Any) -> FakeMonitor:
    """A monitor whose Snapshot has them all."""
    found = {
        "goals": make_goals(),
        "insights": make_insights(),
        "alerts": make_alerts(),
    }
    return FakeMonitor(make_snapshot(**{**found, **changes}))
