"""What a first frame does not wait for: goals, breakouts, the leaderboard, insights.

Blocking and free of the event loop, as :mod:`kpi_tui.monitor.compute` is.
"""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.content import groups, heat
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.leaderboard import Leaderboard, rank_entries
from kpi_tui.kpi.now import now_sentences
from kpi_tui.kpi.windows import Window, local_day
from kpi_tui.monitor.advice import MOST_RIVALS, find_breakouts, with_insights
from kpi_tui.monitor.cast import Cast
from kpi_tui.monitor.goals import goals_of
from kpi_tui.monitor.histories import Histories
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.store.store import Store


def whole(
    snapshot: Snapshot,
    history: AccountHistory | None,
    store: Store,
    settings: Settings,
    everyone: tuple[Cast, Histories],
) -> Snapshot:
    """The Snapshot of the panels alone, completed.

    ``history`` is what it was made of; None without a whole day.
    """
    view, window = snapshot.view, snapshot.window
    cast, histories = everyone
    if window is None or history is None:
        return _without_days(snapshot, store, cast, histories)
    themes = [(theme.name, theme.match) for theme in settings.theme]
    found, rows = find_breakouts(store, history.handle, snapshot.videos)
    snapshot = replace(
        snapshot,
        goals=goals_of(store, settings, history, window, view.as_of),
        videos=rows,
        groups=groups(rows, themes),
        heat=heat(rows, history.zone),
        leaderboard=_board(histories, cast, view, window),
    )
    rivals = _rivals(histories, cast, view, window)
    return with_insights(snapshot, store, history, themes, (rivals, found))


def _without_days(
    snapshot: Snapshot, store: Store, cast: Cast, histories: Histories
) -> Snapshot:
    """Competitors may have data before the own account has a whole day."""
    view = snapshot.view
    zone = ZoneInfo(snapshot.account.timezone)
    days = [
        day
        for ref in cast.everyone
        if (day := store.last_data_day(ref.handle, ZoneInfo(ref.timezone), view.as_of))
    ]
    board = Leaderboard(view.rank_by, ())
    if days:
        today = local_day(int(snapshot.taken_at.timestamp()), zone)
        window = Window(min(max(days), today - timedelta(1)), view.days)
        board = _board(histories, cast, view, window)
    now = now_sentences(snapshot.account.handle, {}, board, ())
    return replace(snapshot, leaderboard=board, now=now)


def _rivals(
    histories: Histories, cast: Cast, view: View, window: Window
) -> list[AccountHistory]:
    """The first competitors, as they were read for the leaderboard."""
    return [
        histories.get(ref.handle, ZoneInfo(ref.timezone), window, view.as_of)
        for ref in cast.competitors[:MOST_RIVALS]
    ]


def _board(histories: Histories, cast: Cast, view: View, window: Window) -> Leaderboard:
    entries = [
        histories.entry(ref, view.rank_by, window, view.as_of) for ref in cast.everyone
    ]
    return rank_entries(entries, view.rank_by, window)
