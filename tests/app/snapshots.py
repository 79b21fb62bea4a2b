"""A believable hand-made Snapshot, and a monitor that plays it without any source."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kpi_tui.kpi.audience import Audience, Breakdown, Share
from kpi_tui.kpi.content import Group, HeatCell, VideoRow
from kpi_tui.kpi.goal_needs import Needed
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.leaderboard import Leaderboard, LeaderboardRow, Strategy
from kpi_tui.kpi.velocity import Pace
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.port import AlertAction, AlertListener, Listener
from kpi_tui.monitor.snapshot import (
    AccountRef,
    LogLine,
    Snapshot,
    SourceHealth,
    VideoPage,
    View,
)
from tests.app.kpis import STUDIO, WEB, all_kpis, all_trends

NOW = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)
"""18:05 in Athens."""
LAST = date(2026, 3, 24)
ACME = AccountRef("acme", "Acme Olive Oil", "own", "Europe/Athens")
SIDE = AccountRef("acme.kitchen", "Acme Kitchen", "own", "Europe/Athens")
RIVAL = AccountRef("rival", "Rival Oils", "competitor", "Europe/Athens")


def make_snapshot(**changes: Any) -> Snapshot:
    """Acme on 25 March 2026 with everything in it; ``changes`` replace fields."""
    view = changes.pop("view", View("acme"))
    window = Window(view.as_of or LAST, view.days)
    kpis = all_kpis(window)
    snapshot = Snapshot(
        version=1,
        taken_at=NOW,
        view=view,
        is_demo=False,
        account=SIDE if view.account == SIDE.handle else ACME,
        accounts=(ACME, SIDE, RIVAL),
        window=window,
        is_settling=view.as_of is None,
        kpis=kpis,
        live={"followers": 3389.0, "followers_today": 37.0, "views_today": 1210.0},
        live_at=NOW - timedelta(minutes=2),
        trends=all_trends(window),
        goals={
            "followers": GoalStatus(
                "followers",
                5000.0,
                date(2026, 12, 31),
                3352,
                0.67,
                status="on pace",
                pace=3300.0,
                forecast=(5010.0, 5900.0),
            ),
            "follower_growth_rate": GoalStatus(
                "follower_growth_rate", 0.08, None, 0.0574, 0.7175, status="short"
            ),
            "engagement_rate": GoalStatus(
                "engagement_rate",
                0.15,
                date(2026, 12, 31),
                0.051,
                0.34,
                status="behind",
                was="on pace",
                pace=0.06,
                forecast=(0.05, 0.07),
                needed=Needed(2140.0, "engagements", 310.0),
            ),
            "bounce_rate": GoalStatus(
                "bounce_rate",
                0.45,
                None,
                0.421,
                1.069,
                is_at_most=True,
                status="reached",
            ),
        },
        videos=_videos(),
        groups=_groups(),
        heat=_heat(),
        audience=_audience(window),
        leaderboard=_leaderboard(view.rank_by),
        sources=_sources(),
        log=_log(),
        now=(
            "Engagement is 5.1 % of followers against a goal of 15 %: behind.",
            "Views fell by 61 % against the 28 days before.",
            "@rival passed you on growth.",
        ),
        next_poll_at=NOW + timedelta(minutes=4, seconds=12),
    )
    return replace(snapshot, **changes)


_CAPTIONS = (
    "Olive oil cake in one bowl #recipe #baking",
    "How we press at night #behindthescenes",
    "Three signs of a fresh oil #howto",
    "Lemon potatoes, the real ones #recipe #cooking",
    "Tour of the grove in March #tour",
    "Answering your questions about harvest",
    "Salad dressing in 20 seconds #recipe",
    "What does cold pressed mean? #howto",
    "Grandmother's pie 🥧 with [link in bio] #recipe",
    "オリーブの収穫 #tour",
    "Duet with @oldmill #duet",
    "Morning at the mill #behindthescenes",
    "A day of tasting #tour #tasting",
    "Focaccia, no kneading #recipe #baking",
    "We won silver in Athens",
)


def _videos() -> tuple[VideoRow, ...]:
    rows = []
    for number, caption in enumerate(_CAPTIONS):
        views = 1_900.0 + (number * 7919) % 9000 + (179_000 if number == 6 else 0)
        likes = round(views * (0.05 + (number % 5) * 0.02))
        posted = NOW - timedelta(days=number * 2, hours=(number * 5) % 11)
        is_measured = number % 4 != 3
        rows.append(
            VideoRow(
                id=f"74850012345678900{number:02d}",
                caption=caption,
                url=f"https://www.tiktok.com/@acme/video/74850012345678900{number:02d}",
                posted_at=int(posted.timestamp()),
                posted_precision="second",
                format="photo" if number == 9 else "video",
                duration=None if number == 9 else 9.0 + (number * 13) % 70,
                views=views,
                likes=float(likes),
                comments=float(likes // 18),
                shares=float(likes // 9),
                saves=float(likes // 7) if is_measured else None,
                reach=round(views * 0.83) if is_measured else None,
                engagement_rate_by_views=(likes + likes // 18 + likes // 9) / views,
                completion_rate=0.12 + (number % 6) * 0.05 if is_measured else None,
                average_watch_time=5.5 + number % 7 if is_measured else None,
                average_watched_share=0.41 + (number % 6) * 0.08
                if is_measured
                else None,
                new_followers=float(number * 3 % 17) if is_measured else None,
                link_clicks=None,
                lift=views / 6_300.0,
                as_of_at=int(NOW.timestamp()) - 720,
            )
        )
    return tuple(rows)


def _groups() -> tuple[Group, ...]:
    return (
        Group("theme", "Recipes", 9, 13_020, 0.112, 0.29, 3.2, (2.1, 4.6)),
        Group("theme", "Tours", 6, 2_900, 0.062, 0.21, 0.7, (0.5, 1.1)),
        Group("theme", "Behind the scenes", 3, 2_100, 0.055, None, 0.5, None),
        Group("hashtag", "#recipe", 8, 12_400, 0.110, 0.28, 3.0, (1.9, 4.4)),
        Group("hashtag", "#howto", 5, 5_100, 0.081, 0.33, 1.2, (0.8, 1.7)),
        Group("hashtag", "#tour", 4, 2_600, 0.060, 0.20, 0.6, None),
        Group("format", "video", 26, 4_300, 0.090, 0.23, 1.0, (0.9, 1.1)),
        Group("format", "photo", 2, 1_700, 0.120, None, 0.4, None),
        Group("duration", "under 15 s", 7, 3_900, 0.094, 0.41, 0.9, (0.6, 1.3)),
        Group("duration", "15-30 s", 11, 6_800, 0.098, 0.27, 1.6, (1.1, 2.2)),
        Group("duration", "30-60 s", 6, 3_100, 0.080, 0.16, 0.8, (0.5, 1.2)),
        Group("duration", "over 60 s", 2, 1_500, 0.071, 0.08, 0.4, None),
    )


def _heat() -> tuple[HeatCell, ...]:
    return tuple(
        HeatCell(weekday, hour, 1 + (weekday + hour) % 4, 0.4 + (hour * 7 % 23) / 9)
        for weekday in range(7)
        for hour in (8, 12, 13, 18, 19, 20, 21)
        if (weekday * 5 + hour) % 3
    )


def _audience(window: Window) -> Audience:
    def shares(*rows: tuple[str, float, float | None]) -> tuple[Share, ...]:
        return tuple(Share(*row) for row in rows)

    ages = shares(
        ("18-24", 0.21, 0.24),
        ("25-34", 0.38, 0.36),
        ("35-44", 0.22, 0.21),
        ("45-54", 0.12, 0.12),
        ("55+", 0.07, 0.07),
    )
    genders = shares(
        ("Female", 0.58, 0.57), ("Male", 0.41, 0.42), ("Other", 0.01, 0.01)
    )
    countries = shares(
        ("GR", 0.61, 0.60), ("CY", 0.09, 0.09), ("DE", 0.08, 0.09), ("US", 0.05, None)
    )
    cities = shares(("Athens", 0.31, 0.30), ("Thessaloniki", 0.11, None))
    return Audience(
        breakdowns=tuple(
            Breakdown(dimension, rows, window.last, STUDIO)
            for dimension, rows in (
                ("age", ages),
                ("gender", genders),
                ("country", countries),
                ("city", cities),
            )
        ),
        active_hours=tuple(float(180 + 95 * ((hour * 5) % 24)) for hour in range(24)),
        active_hours_days=6,
        active_hours_source=STUDIO,
        viewers_by_day=tuple(
            (
                day,
                None if number == 20 else 400.0 + (number * 97) % 500,
                None if number == 20 else 210.0 + (number * 31) % 160,
            )
            for number, day in enumerate(window)
        ),
    )


def _leaderboard(kpi: str) -> Leaderboard:
    shape = (0.9, 0.8, 0.7, 0.5, 0.3, 0.2, None, 0.1, 0.1, 0.2, 0.3)
    trend = tuple(shape[i % len(shape)] for i in range(28))
    now = int(NOW.timestamp())

    def row(handle: str, name: str, rank: int | None, **rest: Any) -> LeaderboardRow:
        fields: dict[str, Any] = {
            "role": "competitor",
            "rank_change": 0,
            "value": None,
            "reason": None,
            "followers": None,
            "follower_growth_rate": None,
            "posting_frequency": None,
            "views_per_video": None,
            "trend": trend,
            "gap": None,
            "days_to_overtake": None,
            "strategy": Strategy(),
            "source": f"{handle}/http-json",
            "as_of": LAST,
            "age_at": now - 720,
        }
        return LeaderboardRow(handle=handle, name=name, rank=rank, **{**fields, **rest})

    return Leaderboard(
        kpi,
        (
            row(
                "acme",
                "Acme Olive Oil",
                1,
                role="own",
                rank_change=1,
                value=0.0911,
                followers=3352.0,
                follower_growth_rate=0.0574,
                posting_frequency=3.5,
                views_per_video=4120.0,
                strategy=Strategy(3.5, 24.0, ("#recipe", "#howto"), (("video", 0.93),)),
                source=STUDIO,
            ),
            row(
                "rival",
                "Rival Oils",
                2,
                rank_change=-1,
                value=0.0872,
                followers=1_200_000.0,
                follower_growth_rate=0.009,
                posting_frequency=7.0,
                views_per_video=61_000.0,
                gap=0.0039,
                days_to_overtake=41.0,
                strategy=Strategy(7.0, 31.0, ("#tour",), (("video", 1.0),)),
                is_rounded=True,
            ),
            row(
                "oldmill",
                "The Old Mill",
                3,
                value=0.0221,
                followers=88_100.0,
                follower_growth_rate=-0.001,
                posting_frequency=1.0,
                views_per_video=2_000.0,
                gap=0.0651,
            ),
            row(
                "newcomer",
                "",
                None,
                rank_change=None,
                reason="no views yet",
                followers=412.0,
                trend=(),
                as_of=None,
                age_at=now - 7200,
            ),
        ),
    )


def _sources() -> tuple[SourceHealth, ...]:
    def ago(minutes: int) -> datetime:
        return NOW - timedelta(minutes=minutes)

    return (
        SourceHealth(
            STUDIO, "acme", "tiktok-studio", "ok", ago(1), ago(1), LAST,
            NOW + timedelta(minutes=4, seconds=12), None, None, 1204, 0, 300.0,
            ("Content.csv has no completion rate for 3 videos.",),
        ),
        SourceHealth(
            WEB, "acme", "http-json", "stale", ago(2), ago(185), date(2026, 3, 21),
            NOW + timedelta(minutes=3), None,
            "the server answers, but its newest day is 21 March", 0, 0, 300.0,
        ),
        SourceHealth(
            "rival/http-json", "rival", "http-json", "failed", ago(4), ago(121),
            date(2026, 3, 23), NOW + timedelta(minutes=9),
            "answered 502 Bad Gateway", "nothing to do; it is tried again", 12, 5, 300.0,
        ),
        SourceHealth(
            "oldmill/http-json", "oldmill", "http-json", "unauthorised", ago(9), None,
            None, None, "answered 401: the token was refused",
            "set OLDMILL_TOKEN to a valid token and press r", 0, 2, 900.0,
        ),
        SourceHealth(
            "newcomer/manual", "newcomer", "manual", "waiting", None, None, None, None,
            None, None, 0, 0, None,
        ),
    )  # fmt: skip


def _log() -> tuple[LogLine, ...]:
    return (
        LogLine(NOW - timedelta(minutes=1), STUDIO, "ok", "12 new or changed"),
        LogLine(NOW - timedelta(minutes=2), WEB, "ok", "nothing new"),
        LogLine(
            NOW - timedelta(minutes=4),
            "rival/http-json",
            "failed",
            "answered 502 Bad Gateway",
        ),
        LogLine(
            NOW - timedelta(minutes=9),
            "oldmill/http-json",
            "unauthorised",
            "answered 401: the token was refused",
        ),
    )


class FakeMonitor:
    """A MonitorPort that publishes what a test tells it to."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        """Start with this Snapshot, or the rich one."""
        self.snapshot = snapshot or make_snapshot()
        self.listeners: list[Listener] = []
        self.alert_listeners: list[AlertListener] = []
        self.calls: list[tuple[str, object]] = []
        """What the app asked for, in order."""
        self.is_running = False

    def stored_snapshot(self) -> Snapshot:
        """The Snapshot as it is now."""
        return self.snapshot

    def subscribe(self, listener: Listener) -> None:
        """Remember the listener."""
        self.listeners.append(listener)

    async def run(self) -> None:
        """Wait until cancelled."""
        self.is_running = True
        try:
            await asyncio.Event().wait()
        finally:
            self.is_running = False

    def publish(self, **changes: Any) -> Snapshot:
        """Replace fields, raise the version, tell the listeners."""
        version = changes.pop("version", self.snapshot.version + 1)
        self.snapshot = replace(self.snapshot, version=version, **changes)
        for listener in self.listeners:
            listener(self.snapshot)
        return self.snapshot

    def look(self, view: View) -> None:
        """Publish the rich Snapshot for that view."""
        self.calls.append(("look", view))
        fresh = make_snapshot(view=view, version=self.snapshot.version + 1)
        self.snapshot = fresh
        for listener in self.listeners:
            listener(fresh)

    def poll_now(self, source: str | None = None) -> None:
        """Only note it."""
        self.calls.append(("poll_now", source))

    def set_paused(self, is_paused: bool) -> None:
        """Publish that it is paused."""
        self.calls.append(("set_paused", is_paused))
        self.publish(is_paused=is_paused)

    async def video_page(self, video_id: str) -> VideoPage | None:
        """A page for any video of the Snapshot."""
        self.calls.append(("video_page", video_id))
        for row in self.snapshot.videos:
            if row.id == video_id:
                start = row.posted_at or 0
                return VideoPage(
                    row,
                    tuple(
                        (start + hour * 3600, (row.views or 0.0) * hour / (hour + 9))
                        for hour in range(0, 72, 3)
                    ),
                    tuple((float(second), 0.93**second) for second in range(25)),
                    (("For You", 0.81), ("Following", 0.11), ("Profile", 0.05)),
                    (("gender", (("Female", 0.61), ("Male", 0.39))),),
                    (
                        Pace(1, 1240.0, 0.92, 2.13, 23),
                        Pace(6, 12.0, None, None, 3),
                    ),
                )
        return None

    async def export(self, view: View) -> str:
        """A path, without a file."""
        self.calls.append(("export", view))
        return f"kpi-tui-{view.account}.csv"

    def subscribe_alerts(self, listener: AlertListener) -> None:
        """Remember the listener."""
        self.alert_listeners.append(listener)

    async def answer_alert(
        self,
        alert_id: str,
        action: AlertAction,
        *,
        note: str = "",
        seconds: float | None = None,
    ) -> None:
        """Only note it."""
        self.calls.append(("answer_alert", (alert_id, action, note, seconds)))
