"""Stored points to a Snapshot: which accounts, which window, which numbers.

Blocking and free of the event loop; the caller runs it in a thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.audience import audience
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.campaigns import Campaign, by_spend
from kpi_tui.kpi.changes import changes
from kpi_tui.kpi.content import groups, heat, video_rows
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.leaderboard import Contender, Leaderboard, rank
from kpi_tui.kpi.now import now_sentences
from kpi_tui.kpi.trends import trends
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window, day_end, local_day
from kpi_tui.monitor.advice import MOST_RIVALS, find_breakouts, with_insights
from kpi_tui.monitor.goals import goals_of
from kpi_tui.monitor.histories import Histories
from kpi_tui.monitor.snapshot import SETTLING_SECONDS, AccountRef, Snapshot, View
from kpi_tui.store.store import Store

BenchmarksOf = Callable[[str], Mapping[str, Benchmark]]
"""KPI id to what others reach, for an account's handle."""
NOBODY = AccountRef("", "", "own", "UTC")


@dataclass(frozen=True, slots=True)
class Cast:
    """The accounts that are watched: from the config, else whoever is in the store."""

    own: tuple[AccountRef, ...]
    competitors: tuple[AccountRef, ...]

    @property
    def everyone(self) -> tuple[AccountRef, ...]:
        """Own accounts first."""
        return (*self.own, *self.competitors)

    def find(self, handle: str) -> AccountRef:
        """The account of that handle, else the first own one, else nobody."""
        for account in self.everyone:
            if account.handle == handle:
                return account
        return self.own[0] if self.own else NOBODY


def cast_of(settings: Settings, store: Store) -> Cast:
    """Who is watched. Without accounts in the config, all that the store knows."""
    zone_of = settings.zone_of
    own = tuple(
        AccountRef(a.handle, a.name, "own", zone_of(a.handle)) for a in settings.account
    )
    competitors = tuple(
        AccountRef(c.handle, c.name, "competitor", zone_of(c.handle))
        for c in settings.competitor
    )
    if not own:
        known = {c.handle for c in competitors}
        own = tuple(
            AccountRef(handle, "", "own", settings.monitor.timezone)
            for handle in store.handles()
            if handle not in known
        )
    return Cast(own, competitors)


def compute(  # noqa: PLR0913 - all that a Snapshot is made of
    store: Store,
    settings: Settings,
    view: View,
    now: float,
    *,
    histories: Histories | None = None,
    benchmarks: BenchmarksOf | None = None,
    is_whole: bool = True,
) -> Snapshot:
    """Everything that ``view`` shows, without the monitor's own state.

    ``is_whole=False`` leaves out what takes longest, for a first frame at once: goals,
    insights, and the leaderboard, whose cost grows with the number of accounts.
    """
    histories = histories or Histories(store)
    cast = cast_of(settings, store)
    account = cast.find(view.account)
    zone = ZoneInfo(account.timezone)
    last = store.last_data_day(account.handle, zone, view.as_of)
    base = Snapshot(
        version=0,
        taken_at=datetime.fromtimestamp(now, UTC),
        view=view,
        is_demo=False,
        account=account,
        accounts=cast.everyone,
        window=None,
        is_settling=False,
        benchmarks=benchmarks(account.handle) if benchmarks else {},
        definitions=settings.definitions,
    )
    if last is None:
        board = _first_board(base, store, cast, histories) if is_whole else None
        board = board or Leaderboard(view.rank_by, ())
        now_line = now_sentences(account.handle, {}, board, ())
        return replace(base, leaderboard=board, now=now_line)
    window = Window(last, view.days)
    history = replace(
        histories.get(account.handle, zone, window, view.as_of),
        customs=settings.customs if account.role == "own" else {},
    )
    kpis = account_kpis(history, window)
    themes = [(theme.name, theme.match) for theme in settings.theme]
    live, live_at = (
        _live(store, account, history, now) if view.as_of is None else ({}, None)
    )
    snapshot = replace(
        base,
        window=window,
        is_settling=now < day_end(last, zone) + SETTLING_SECONDS,
        kpis=kpis,
        live=live,
        live_at=live_at,
        trends=trends(history, window),
        changes=changes(history, window, themes, kpis),
        videos=video_rows(history),
        campaigns=_campaigns(store, account.handle, window, kpis["spend"]),
        audience=audience(
            store.audience_points(account.handle, view.as_of),
            history,
            window,
            store.audience_sources(account.handle),
        ),
    )
    if not is_whole:
        return snapshot
    found, rows = find_breakouts(store, account.handle, snapshot.videos)
    snapshot = replace(
        snapshot,
        goals=goals_of(store, settings, history, window, view.as_of),
        videos=rows,
        groups=groups(rows, themes),
        heat=heat(rows, zone),
        leaderboard=_board(histories, cast, view, window),
    )
    rivals = _rivals(histories, cast, view, window)
    return with_insights(snapshot, store, history, themes, (rivals, found))


def _campaigns(
    store: Store, handle: str, window: Window, spend: KpiValue
) -> tuple[Campaign, ...]:
    """Over the same days as the spend that they add up to."""
    if spend.value is None:
        return ()
    own = Window(spend.ends or window.last, window.days)
    return by_spend(store.campaigns(handle, own))


def _rivals(
    histories: Histories, cast: Cast, view: View, window: Window
) -> list[AccountHistory]:
    """The first competitors, as they were read for the leaderboard."""
    return [
        histories.get(ref.handle, ZoneInfo(ref.timezone), window, view.as_of)
        for ref in cast.competitors[:MOST_RIVALS]
    ]


def _first_board(
    snapshot: Snapshot, store: Store, cast: Cast, histories: Histories
) -> Leaderboard | None:
    """Competitors may have data before the own account has a whole day."""
    view = snapshot.view
    zone = ZoneInfo(snapshot.account.timezone)
    days = [
        day
        for ref in cast.everyone
        if (day := store.last_data_day(ref.handle, ZoneInfo(ref.timezone), view.as_of))
    ]
    if not days:
        return None
    today = local_day(int(snapshot.taken_at.timestamp()), zone)
    window = Window(min(max(days), today - timedelta(1)), view.days)
    return _board(histories, cast, view, window)


def _board(histories: Histories, cast: Cast, view: View, window: Window) -> Leaderboard:
    contenders = []
    for ref in cast.everyone:
        zone = ZoneInfo(ref.timezone)
        history = histories.get(ref.handle, zone, window, view.as_of)
        contenders.append(Contender(ref.handle, ref.name, ref.role, history))
    return rank(contenders, view.rank_by, window)


def _live(
    store: Store, account: AccountRef, history: AccountHistory, now: float
) -> tuple[dict[str, float], datetime | None]:
    """Counts past the window's end, for sources that tell them to the second."""
    newest = history.latest.get("followers")
    if newest is None:
        return {}, None
    at, followers = newest
    zone = ZoneInfo(account.timezone)
    midnight = day_end(local_day(int(now), zone) - timedelta(1), zone)
    if at < midnight:
        return {}, None
    live = {"followers": followers}
    gained = store.level_gain(account.handle, "followers", midnight)
    if gained is not None:
        live["followers_today"] = gained
    gains = store.video_total_gains(account.handle, midnight, int(now))
    if "video_total_views" in gains:
        live["views_today"] = gains["video_total_views"]
    parts = [
        gains.get(f"video_total_{part}") for part in ("likes", "comments", "shares")
    ]
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        live["engagements_today"] = sum(known)
    return live, datetime.fromtimestamp(at, UTC)
