"""Two accounts of the leaderboard day by day, as a chart's data and words. Pure."""

from datetime import timedelta
from typing import TYPE_CHECKING

from kpi_tui.app.panes.ranks import kpi_unit
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line
from kpi_tui.kpi.benchmark_words import short_words
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.goals import is_summed
from kpi_tui.kpi.leaderboard import LeaderboardRow
from kpi_tui.monitor.snapshot import Snapshot

if TYPE_CHECKING:
    # Plotext comes with it: 45 ms that a terminal without room for a chart saves.
    from kpi_tui.app.widgets.chart import ChartData

_DAY_STEPS = (1, 2, 7, 14, 28, 91)


def rival_of(row: LeaderboardRow, snapshot: Snapshot) -> LeaderboardRow | None:
    """Whom to draw beside one's own account: the row, else the next one up or down."""
    own = _own(snapshot)
    if own is None or not _is_known(own):
        return None
    others = [each for each in snapshot.leaderboard.rows if each.handle != own.handle]
    if row in others:
        return row if _is_known(row) else None
    ahead = [each for each in others if each.rank and each.rank <= (own.rank or 0)]
    return next((each for each in [*ahead[::-1], *others] if _is_known(each)), None)


def board_chart(
    snapshot: Snapshot, other: LeaderboardRow, benchmark: Benchmark | None
) -> "ChartData | None":
    """One's own line and the other's."""
    from kpi_tui.app.widgets.chart import ChartData
    from kpi_tui.app.widgets.chart import Line as ChartLine

    own, window, kpi = _own(snapshot), snapshot.window, snapshot.leaderboard.kpi
    if own is None or window is None:
        return None
    days = [window.first + timedelta(days=i) for i in range(window.days)]
    # A day of a sum is no window of it: what others reach in one is no level here.
    is_level = benchmark is not None and not _is_sum(kpi)
    return ChartData(
        (
            ChartLine(tuple((float(i), y) for i, y in enumerate(own.trend))),
            ChartLine(
                tuple((float(i), y) for i, y in enumerate(other.trend)), "previous"
            ),
        ),
        kpi_unit(kpi),
        tuple((float(i), format_day(day)) for i, day in enumerate(days)),
        is_from_last=True,
        steps=_DAY_STEPS,
        others=benchmark.value if benchmark is not None and is_level else None,
    )


def board_legend(
    snapshot: Snapshot,
    other: LeaderboardRow,
    benchmark: Benchmark | None,
    *,
    is_ascii: bool,
) -> list[Line]:
    """Which line is whose."""
    solid, dots, dashes = ("**", "..", "~~") if is_ascii else ("━━", "··", "┈┈")
    parts: list[Line] = [
        ((f"{solid} ", "$primary"), (f"@{snapshot.account.handle}", MUTED)),
        ((f"{dots} @{other.handle}", MUTED),),
    ]
    if benchmark is not None and not _is_sum(snapshot.leaderboard.kpi):
        parts.append(((f"{dashes} {short_words(benchmark)}", MUTED),))
    return parts


def _is_sum(kpi: str) -> bool:
    known = DEFINITIONS.get(kpi)
    return known is not None and is_summed(known)


def _own(snapshot: Snapshot) -> LeaderboardRow | None:
    handle = snapshot.account.handle
    rows = snapshot.leaderboard.rows
    return next((row for row in rows if row.handle == handle), None)


def _is_known(row: LeaderboardRow) -> bool:
    return sum(value is not None for value in row.trend) >= 2
