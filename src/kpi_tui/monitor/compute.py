"""Stored points to a Snapshot: which accounts, which window, which numbers.

Blocking and free of the event loop; the caller runs it in a thread.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.audience import audience
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.campaigns import Campaign, by_spend
from kpi_tui.kpi.carried import carried
from kpi_tui.kpi.changes import Themes, changes
from kpi_tui.kpi.content import video_rows
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.trends import trends
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window, day_end, local_day
from kpi_tui.monitor.cast import cast_of
from kpi_tui.monitor.histories import Histories
from kpi_tui.monitor.snapshot import SETTLING_SECONDS, AccountRef, Snapshot, View
from kpi_tui.store.store import Store

BenchmarksOf = Callable[[str], Mapping[str, Benchmark]]
"""KPI id to what others reach, for an account's handle."""


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
    snapshot = Snapshot(
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
    zone = ZoneInfo(account.timezone)
    last = store.last_data_day(account.handle, zone, view.as_of)
    themes = [(theme.name, theme.match) for theme in settings.theme]
    history = None
    if last is not None:
        window = Window(last, view.days)
        history = replace(
            histories.get(account.handle, zone, window, view.as_of),
            customs=settings.customs if account.role == "own" else {},
        )
        snapshot = _with_numbers(snapshot, store, history, window, themes)
    if not is_whole:
        return snapshot
    # A first frame does not wait for the 40 modules behind it.
    from kpi_tui.monitor.whole import whole

    return whole(snapshot, history, store, settings, (cast, histories))


def _with_numbers(
    snapshot: Snapshot,
    store: Store,
    history: AccountHistory,
    window: Window,
    themes: Themes,
) -> Snapshot:
    """The KPIs, their days, and what moved them."""
    handle, view, now = history.handle, snapshot.view, snapshot.taken_at.timestamp()
    kpis = account_kpis(history, window)
    live, live_at = (
        _live(store, snapshot.account, history, now)
        if view.as_of is None
        else ({}, None)
    )
    return replace(
        snapshot,
        window=window,
        is_settling=now < day_end(window.last, history.zone) + SETTLING_SECONDS,
        kpis=kpis,
        live=live,
        live_at=live_at,
        trends=trends(history, window),
        changes=changes(history, window, themes, kpis),
        carried=carried(history, window, kpis),
        videos=video_rows(history),
        campaigns=_campaigns(store, handle, window, kpis["spend"]),
        audience=audience(
            store.audience_points(handle, view.as_of),
            history,
            window,
            store.audience_sources(handle),
        ),
    )


def _campaigns(
    store: Store, handle: str, window: Window, spend: KpiValue
) -> tuple[Campaign, ...]:
    """Over the same days as the spend that they add up to."""
    if spend.value is None:
        return ()
    own = Window(spend.ends or window.last, window.days)
    return by_spend(store.campaigns(handle, own))


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
