"""The page behind a rank: the exact numbers, the formula, how the account posts."""

from collections.abc import Iterator

from kpi_tui.app.panes.ranks import (
    gap_words,
    kpi_name,
    kpi_unit,
    origin_words,
    standing,
)
from kpi_tui.app.screens.page import Entry, Page
from kpi_tui.app.states import MUTED, state_style
from kpi_tui.kpi import benchmark_words
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.leaderboard import LeaderboardRow
from kpi_tui.monitor.snapshot import Snapshot

VOICE = "own engagements / those of all accounts here"
"""The formula of the one ranking KPI that is no account's own."""


class RankScreen(Page):
    """One account of the leaderboard."""

    def __init__(self, snapshot: Snapshot, row: LeaderboardRow) -> None:
        """The row as it is now; it does not change while the page is open."""
        name = f"@{row.handle}" + (f"  {row.name}" if row.name else "")
        super().__init__(name, tuple(rank_entries(snapshot, row)))


def rank_entries(snapshot: Snapshot, row: LeaderboardRow) -> Iterator[Entry]:
    """All that is known of the row."""
    board = snapshot.leaderboard
    value = format_value(row.value, kpi_unit(board.kpi), is_exact=True)
    words = value if row.value is not None else f"none: {row.reason or 'not known'}"
    yield ("Ranked by", kpi_name(board.kpi), "")
    yield ("Value", words, "bold")
    yield ("Rank", standing(row, snapshot), "")
    if moved := _moved(row):
        yield ("", moved, "")
    if gap := gap_words(row, board):
        yield ("Gap", gap, "")
    known = DEFINITIONS.get(board.kpi)
    yield ("Formula", known.formula if known else VOICE, "")
    found = snapshot.benchmarks.get(board.kpi)
    if found is not None:
        others = benchmark_words.value_words(found)
        yield ("Others", f"{others} in {benchmark_words.industry_words(found)}", "")
        yield ("", benchmark_words.origin_words(found), MUTED)
    yield ("", "", "")
    yield from _numbers(row)
    yield ("", "", "")
    yield from _strategy(row)
    yield from _source(snapshot, row)


def _moved(row: LeaderboardRow) -> str:
    if row.rank is None or row.rank_change is None:
        return ""
    if row.rank_change == 0:
        return "as in the days before"
    way = "up" if row.rank_change > 0 else "down"
    return f"{way} {abs(row.rank_change)} on the days before"


def _numbers(row: LeaderboardRow) -> Iterator[Entry]:
    rounded = " (rounded by the platform)" if row.is_rounded else ""
    followers = format_value(row.followers, "count", is_exact=True)
    yield ("Followers", f"{followers}{rounded}" if row.followers else followers, "")
    growth = format_value(row.follower_growth_rate, "percent", is_exact=True)
    yield ("Growth", growth, "")
    yield ("Views per video", format_value(row.views_per_video, "count"), "")


def _strategy(row: LeaderboardRow) -> Iterator[Entry]:
    plan = row.strategy
    yield ("Posts per week", format_value(plan.posts_per_week, "per_week"), "")
    yield ("Median length", format_value(plan.median_duration, "seconds"), "")
    yield ("Top hashtags", " ".join(plan.top_hashtags) or "not known", "")
    formats = [f"{share * 100:.0f} % {name}" for name, share in plan.formats]
    yield ("Formats", ", ".join(formats) or "not known", "")


def _source(snapshot: Snapshot, row: LeaderboardRow) -> Iterator[Entry]:
    yield ("Source", origin_words(row, snapshot), "")
    for source in snapshot.sources:
        if source.name == row.source:
            words = f"{source.state}: {source.error}" if source.error else source.state
            yield ("", words, state_style(source.state))
