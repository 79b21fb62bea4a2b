"""The one frozen thing that crosses from the monitor to a screen or a report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from kpi_tui.kpi.audience import Audience
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.campaigns import Campaign
from kpi_tui.kpi.carried import Carried
from kpi_tui.kpi.changes import Change
from kpi_tui.kpi.content import Group, HeatCell, VideoRow
from kpi_tui.kpi.definitions import DEFINITIONS, Definition
from kpi_tui.kpi.leaderboard import Leaderboard, Role
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.velocity import Pace
from kpi_tui.kpi.windows import Window, day_end

if TYPE_CHECKING:
    # Not for the first frame, which shows none of them: 20 ms of imports.
    from kpi_tui.kpi.alerts import Alert
    from kpi_tui.kpi.goals import GoalStatus
    from kpi_tui.kpi.insights import Insight

SourceState = Literal[
    "waiting", "ok", "stale", "failed", "unauthorised", "rate limited", "paused"
]


SETTLING_SECONDS = 48 * 3600
"""TikTok's daily metrics are final 24-48 hours after the day."""


@dataclass(frozen=True, slots=True)
class View:
    """What somebody looks at: the monitor computes a Snapshot for it."""

    account: str
    """Handle of an own account."""
    days: int = 28
    as_of: date | None = None
    """None: now. A date: every number as it was at the end of that day."""
    rank_by: str = "engagement_rate_by_views"
    """One of :data:`kpi_tui.kpi.leaderboard.RANKABLE`."""


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account that is being watched."""

    handle: str
    name: str
    role: Role
    timezone: str
    """IANA name."""


@dataclass(frozen=True, slots=True)
class RequestsLeft:
    """How much of one limit of an API is used."""

    label: str
    """``requests a minute``."""
    used: int
    limit: int
    resets_at: datetime | None
    """When all of it is there again if nothing is asked (UTC); None: it is now."""


SIGN_IN = "kpi-tui auth"
"""What a user types to sign a source in, before its name."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How one source is doing."""

    name: str
    """``acme/tiktok-studio``: unique, also in logs and reports."""
    account: str
    kind: str
    state: SourceState
    polled_at: datetime | None
    """The last try, good or bad (UTC)."""
    good_at: datetime | None
    """The last good answer (UTC)."""
    data_until: date | None
    """Last day of complete data: the lag is seen here, not in ``good_at``."""
    next_at: datetime | None
    """When it is asked next (UTC); None when paused or not on a timer."""
    error: str | None
    """What is wrong, in a sentence."""
    hint: str | None
    """What to do about it, in a sentence."""
    points: int
    """Readings stored by its last good fetch (new or updated)."""
    failures: int
    """Failures in a row."""
    interval_seconds: float | None
    notes: tuple[str, ...] = ()
    is_demo: bool = False
    budgets: tuple[RequestsLeft, ...] = ()
    """As of the Snapshot; empty where no limit is known."""
    token_until: datetime | None = None
    """When the access token ends (UTC); a sign-in that can be refreshed goes on."""
    sign_in_until: datetime | None = None
    """When somebody has to sign in again (UTC); None: no end is known."""
    circuit_until: datetime | None = None
    """The next try (UTC) of a source that failed five times or more in a row."""
    sign_in: str = ""
    """The command that signs it in again."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the poll log, newest first."""

    at: datetime
    source: str
    state: SourceState
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything one view shows, computed at one moment. Compare slices, not it."""

    version: int
    """Grows with each publication; the newest wins."""
    taken_at: datetime
    """UTC."""
    view: View
    is_demo: bool
    account: AccountRef
    accounts: tuple[AccountRef, ...]
    """Own accounts first, then competitors."""
    window: Window | None
    """None while no source has given a complete day."""
    is_settling: bool
    """The platform may still restate the window's last day (48 hours)."""
    definitions: Mapping[str, Definition] = field(default_factory=lambda: DEFINITIONS)
    """KPI id to what it is: the dictionary, then the user's own."""
    kpis: Mapping[str, KpiValue] = field(default_factory=dict)
    live: Mapping[str, float] = field(default_factory=dict)
    """Now, past the window: ``followers`` (the newest count), ``followers_today``,
    ``views_today``, ``engagements_today`` (gained since local midnight)."""
    live_at: datetime | None = None
    trends: Mapping[str, Trend] = field(default_factory=dict)
    """KPI id to its days, for every KPI that has any."""
    goals: "Mapping[str, GoalStatus]" = field(default_factory=dict)
    """KPI id to its goal, for those that have one."""
    changes: Mapping[str, Change] = field(default_factory=dict)
    """KPI id to what moved it, for those of which it can be said."""
    carried: Mapping[str, Carried] = field(default_factory=dict)
    """KPI id to the videos and days that carried it, for sums that changed."""
    videos: tuple[VideoRow, ...] = ()
    """Newest first."""
    groups: tuple[Group, ...] = ()
    heat: tuple[HeatCell, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    """Of ads, over the window of the spend, the dearest first."""
    audience: Audience = field(default_factory=Audience)
    leaderboard: Leaderboard = field(
        default_factory=lambda: Leaderboard("engagement_rate_by_views", ())
    )
    sources: tuple[SourceHealth, ...] = ()
    log: tuple[LogLine, ...] = ()
    now: tuple[str, ...] = ()
    """At most three sentences: the "now" line."""
    away: tuple[str, ...] = ()
    """What happened since somebody last looked, in sentences."""
    insights: "tuple[Insight, ...]" = ()
    """The heaviest first."""
    alerts: "tuple[Alert, ...]" = ()
    """Newest first, open ones before cleared."""
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)
    """KPI id to what others reach, by the same denominator."""
    notices: tuple[str, ...] = ()
    """What is wrong with the program's own surroundings: store, config, viewer."""
    is_paused: bool = False
    next_poll_at: datetime | None = None

    def window_of(self, kpi: KpiValue) -> Window | None:
        """The KPI's own window: it ends earlier where its source is behind."""
        if self.window is None or kpi.ends is None:
            return self.window
        return Window(kpi.ends, self.window.days)

    def settles(self, kpi: KpiValue) -> bool:
        """Whether the platform may still restate the last day that the KPI counts."""
        window = self.window_of(kpi)
        if window is None or kpi.as_of != window.last:
            return False
        if kpi.ends is None:
            return self.is_settling
        over = day_end(kpi.ends, ZoneInfo(self.account.timezone))
        return self.taken_at.timestamp() < over + SETTLING_SECONDS


@dataclass(frozen=True, slots=True)
class VideoPage:
    """One video in full, fetched when it is opened."""

    row: VideoRow
    growth: tuple[tuple[int, float], ...]
    """(UTC epoch seconds, total views), oldest first; with points for the total."""
    retention: tuple[tuple[float, float], ...] = ()
    """(second, share still watching 0-1)."""
    impressions: tuple[tuple[str, float], ...] = ()
    """(where it was seen, share 0-1), largest first."""
    audience: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()
    """(dimension, ((label, share), …))."""
    paces: tuple[Pace, ...] = ()
    """Views gained by 1, 6, 24 and 48 hours, as far as they were seen."""
