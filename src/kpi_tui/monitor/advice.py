"""Looks up what the rules of insight need beyond the Snapshot, and asks them.

Knows where pace and curves are kept; no rule.
"""

from collections.abc import Sequence
from dataclasses import replace

from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.insights import Case, insights
from kpi_tui.kpi.insights_content import sure_groups
from kpi_tui.kpi.insights_watch import CURVES
from kpi_tui.kpi.now import now_sentences
from kpi_tui.kpi.velocity import Breakout, breakouts, questions
from kpi_tui.monitor.snapshot import Snapshot
from kpi_tui.store.store import Store

MOST_RIVALS = 30
"""Competitors that are looked at for breaking out; each costs two KPIs."""

Themes = Sequence[tuple[str, tuple[str, ...]]]


def find_breakouts(
    store: Store, handle: str, rows: Sequence[VideoRow]
) -> tuple[tuple[Breakout, ...], tuple[VideoRow, ...]]:
    """The posts that break out, and the rows with those marked."""
    found = breakouts(rows, store.video_looks(handle, questions(rows)))
    marks = {one.video_id: one.times_median for one in found}
    if not marks:
        return (), tuple(rows)
    return found, tuple(replace(row, breakout=marks.get(row.id)) for row in rows)


def with_insights(
    snapshot: Snapshot,
    store: Store,
    history: AccountHistory,
    themes: Themes,
    around: tuple[Sequence[AccountHistory], Sequence[Breakout]],
) -> Snapshot:
    """The Snapshot with its insights and its now line.

    ``around``: competitors, and the posts that break out.
    """
    rivals, sudden = around
    window = snapshot.window
    if window is None:
        return snapshot
    newest = [row.id for row in snapshot.videos[:CURVES]]
    case = Case(
        history=history,
        window=window,
        kpis=snapshot.kpis,
        rows=snapshot.videos,
        groups=snapshot.groups,
        themes=themes,
        board=snapshot.leaderboard,
        rivals=rivals,
        goals=snapshot.goals,
        changes=snapshot.changes,
        benchmarks=snapshot.benchmarks,
        curves=store.video_curves(history.handle, newest),
        breakouts=sudden,
        is_settling=snapshot.is_settling,
    )
    found = insights(case)
    now = now_sentences(
        history.handle,
        snapshot.kpis,
        snapshot.leaderboard,
        sure_groups(case),
        snapshot.goals,
        found,
    )
    return replace(snapshot, insights=found, now=now)
