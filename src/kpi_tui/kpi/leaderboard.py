"""Ranks of own and competitor accounts by one KPI.

Knows how to compare accounts; not where their numbers come from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi_tui.kpi.contenders import (
    SHARE_OF_VOICE,
    Contender,
    Entry,
    Role,
    Strategy,
    entry_of,
    unranked_reason,
    voices,
)
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.windows import Window

__all__ = [
    "RANKABLE",
    "Contender",
    "Entry",
    "Leaderboard",
    "LeaderboardRow",
    "Role",
    "Strategy",
    "entry_of",
    "rank",
    "rank_entries",
]


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One account's line."""

    handle: str
    name: str
    role: Role
    rank: int | None
    """None: no value, listed below the ranked ones. Equal values share a rank."""
    rank_change: int | None
    """Places gained since the previous window (+1 is one up), among the accounts
    ranked in both; None if unranked then."""
    value: float | None
    """The ranking KPI's value."""
    reason: str | None
    """Why there is no value or no rank."""
    followers: float | None
    """At the window's end; the newest count of an account that is known only since."""
    follower_growth_rate: float | None
    posting_frequency: float | None
    views_per_video: float | None
    trend: tuple[float | None, ...]
    """The ranking KPI per day of the window, for the sparkline."""
    gap: float | None
    """Value of the account ranked above minus own value; None for the first."""
    days_to_overtake: float | None
    """Days until the account above is reached at both accounts' pace; None: never."""
    strategy: Strategy
    source: str | None
    as_of: date | None
    """The last day that went in."""
    age_at: int | None
    """UTC epoch seconds of the newest follower count, for "12 min ago"."""
    is_rounded: bool = False
    """The platform rounds this account's counters (three significant digits)."""


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """Rows in display order: ranked ones, then those without a value."""

    kpi: str
    rows: tuple[LeaderboardRow, ...]


RANKABLE = (
    "followers",
    "follower_growth",
    "follower_growth_rate",
    "engagement_rate",
    "engagement_rate_by_views",
    "views_per_video",
    "posting_frequency",
    "share_of_voice",
)
"""KPI ids that can rank the leaderboard."""


def rank(contenders: Sequence[Contender], kpi: str, window: Window) -> Leaderboard:
    """The contenders by that KPI, best first, whatever order they come in.

    Equal values share a rank (1, 1, 3). An account without a value, or with too
    few covered days, has no rank and stands below with the reason. ``kpi`` is an
    account KPI or ``share_of_voice``; another raises ValueError.
    """
    if kpi != SHARE_OF_VOICE and kpi not in DEFINITIONS:
        raise ValueError(f"no KPI is called {kpi!r}")
    entries = [entry_of(contender, kpi, window) for contender in contenders]
    return rank_entries(entries, kpi, window)


def rank_entries(own: Sequence[Entry], kpi: str, window: Window) -> Leaderboard:
    """The same of accounts whose numbers are known."""
    entries = voices(own, window) if kpi == SHARE_OF_VOICE else list(own)
    is_down = kpi in DEFINITIONS and DEFINITIONS[kpi].good == "down"
    ranks = _ranks(
        {
            entry.handle: entry.ranking.value
            for entry in entries
            if entry.ranking.is_covered
        },
        is_down=is_down,
    )
    gained = _places_gained(entries, ranks, is_down=is_down)
    # Counted here: a list is empty while it is being sorted.
    unranked = len(entries) + 1
    entries.sort(
        key=lambda entry: (
            ranks.get(entry.handle, unranked),
            entry.handle.casefold(),
            entry.handle,
        )
    )
    rows = []
    above: Entry | None = None
    for last, entry in zip([None, *entries], entries, strict=False):
        place = ranks.get(entry.handle)
        if last is not None and place != ranks.get(last.handle):
            above = None if place is None else last
        change = gained.get(entry.handle)
        rows.append(_row(entry, above, place, change))
    return Leaderboard(kpi, tuple(rows))


def _places_gained(
    entries: Sequence[Entry], ranks: Mapping[str, int], *, is_down: bool
) -> dict[str, int]:
    """Places since the previous window, among the accounts ranked in both.

    An account that is new on the board, or that lost its data, moves nobody.
    """
    both = [
        entry
        for entry in entries
        if entry.handle in ranks and entry.ranking.previous is not None
    ]
    now = {entry.handle: entry.ranking.value for entry in both}
    then = {entry.handle: entry.ranking.previous for entry in both}
    before, after = _ranks(then, is_down=is_down), _ranks(now, is_down=is_down)
    return {handle: before[handle] - after[handle] for handle in before}


def _ranks(values: Mapping[str, float | None], *, is_down: bool) -> dict[str, int]:
    """Rank by handle; equal values share the best of their places."""
    known = {handle: value for handle, value in values.items() if value is not None}
    order = sorted(known.values(), reverse=not is_down)
    places: dict[float, int] = {}
    for place, value in enumerate(order, 1):
        places.setdefault(value, place)
    return {handle: places[value] for handle, value in known.items()}


def _row(
    entry: Entry,
    above: Entry | None,
    place: int | None,
    change: int | None,
) -> LeaderboardRow:
    kpis, ranking = entry.kpis, entry.ranking
    known = kpis["followers"].value
    return LeaderboardRow(
        handle=entry.handle,
        name=entry.name,
        role=entry.role,
        rank=place,
        rank_change=change,
        value=ranking.value,
        reason=None if place is not None else unranked_reason(ranking),
        followers=entry.newest if known is None else known,
        follower_growth_rate=kpis["follower_growth_rate"].value,
        posting_frequency=kpis["posting_frequency"].value,
        views_per_video=kpis["views_per_video"].value,
        trend=entry.trend,
        gap=_gap(entry, above),
        days_to_overtake=_days_to_overtake(entry, above),
        strategy=entry.strategy,
        source=ranking.source,
        as_of=ranking.as_of,
        age_at=entry.age_at,
        is_rounded=entry.is_rounded,
    )


def _gap(entry: Entry, above: Entry | None) -> float | None:
    if above is None or above.ranking.value is None or entry.ranking.value is None:
        return None
    return above.ranking.value - entry.ranking.value


def _days_to_overtake(entry: Entry, above: Entry | None) -> float | None:
    """The gap over the difference of the two paces; None when it does not close."""
    if above is None or above.counted.value is None or entry.counted.value is None:
        return None
    gap = above.counted.value - entry.counted.value
    own, other = _pace(entry), _pace(above)
    if own is None or other is None or own == other:
        return None
    days = gap / (own - other)
    return days if days >= 0 else None


def _pace(entry: Entry) -> float | None:
    """Change of the ranking KPI per day; followers' own growth is nearer to now."""
    if entry.counted.id == "followers":
        growth = entry.kpis["follower_growth"]
        if growth.value is None or not growth.covered_days:
            return None
        return growth.value / growth.covered_days
    change = entry.counted.change
    return None if change is None else change / entry.counted.days
