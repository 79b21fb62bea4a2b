"""What a colleague would say about an account in a sentence or two.

Says only what the numbers at hand prove; recommends nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi_tui.kpi.contenders import SHARE_OF_VOICE
from kpi_tui.kpi.content import Group
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import format_change, format_value
from kpi_tui.kpi.leaderboard import Leaderboard, LeaderboardRow
from kpi_tui.kpi.values import KpiValue

NO_DATA = "No complete day of data yet."
_WATCHED = (
    "engagement_rate_by_views",
    "video_views",
    "follower_growth_rate",
    "completion_rate",
)
# Below this nobody would say that something changed.
_WORTH_SAYING = 0.02


def now_sentences(
    account: str,
    kpis: Mapping[str, KpiValue],
    board: Leaderboard,
    groups: Sequence[Group],
) -> tuple[str, ...]:
    """At most three sentences: the sharpest change, the best group, the leaderboard.

    A group is named only when the interval of its lift excludes 1. Nothing known
    gives one sentence that says so.
    """
    sentences = (
        _sharpest_change(kpis),
        _best_group(groups),
        _standing(account, board),
    )
    found = tuple(sentence for sentence in sentences if sentence is not None)
    return found or (NO_DATA,)


def _sharpest_change(kpis: Mapping[str, KpiValue]) -> str | None:
    covered = [kpis[kpi] for kpi in _WATCHED if kpi in kpis and kpis[kpi].is_covered]
    if not covered:
        return None
    sharpest = max(covered, key=_sharpness)
    name = _name(sharpest.id)
    shown = format_value(sharpest.value, sharpest.unit)
    before = f"the {sharpest.days} days before"
    change = format_change(sharpest)
    if sharpest.change is None:
        return f"{name} {_verb(sharpest.id)} {shown} over {sharpest.days} days."
    if change == "new":
        return f"{name} {_verb(sharpest.id)} {shown}, up from none in {before}."
    if _sharpness(sharpest) < _WORTH_SAYING or not change.startswith(("+", "-")):
        return f"{name} {_verb(sharpest.id)} {shown}, about as in {before}."
    way = "up" if change.startswith("+") else "down"
    size = change[1:].removesuffix(" pt")
    unit = " points" if change.endswith(" pt") else ""
    return f"{name} {_verb(sharpest.id)} {shown}, {way} {size}{unit} on {before}."


def _sharpness(kpi: KpiValue) -> float:
    """Relative size of the change; -1 when there is none to speak of."""
    if kpi.change is None:
        return -1.0
    if not kpi.previous:
        return 1.0 if kpi.change else 0.0
    return abs(kpi.change / kpi.previous)


def _name(kpi: str) -> str:
    """The KPI's name as a sentence begins with it."""
    if kpi == "engagement_rate_by_views":
        return "Engagement by views"
    return DEFINITIONS[kpi].name


def _verb(kpi: str) -> str:
    return "are" if kpi == "video_views" else "is"


def _best_group(groups: Sequence[Group]) -> str | None:
    """The group that beats the account's median most, if that is more than luck."""
    sure = [
        group
        for group in groups
        if not group.is_too_few and group.interval is not None and group.interval[0] > 1
    ]
    if not sure:
        return None
    best = max(sure, key=lambda group: group.lift or 0.0)
    low, high = best.interval or (0.0, 0.0)
    return (
        f"{_group_name(best)} {_times(best.lift or 0.0)} x your median video "
        f"({best.videos} videos, {_times(low)}-{_times(high)} x)."
    )


def _times(value: float) -> str:
    """One decimal; two where one would read as "1.0", the median itself."""
    shown = f"{value:.1f}"
    return f"{value:.2f}" if shown == "1.0" else shown


def _group_name(group: Group) -> str:
    match group.dimension:
        case "duration":
            return f"Videos {_length(group.label)} earn"
        case "format":
            return f"Posts in the format {group.label} earn"
        case "hashtag":
            return f"Videos with {group.label} earn"
        case _:
            return f"{group.label} earn"


def _length(label: str) -> str:
    return label if label[:1].isalpha() else f"of {label}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A row's rank now and before, among the accounts ranked in both windows."""

    row: LeaderboardRow
    now: int
    before: int


def _standing(account: str, board: Leaderboard) -> str | None:
    ranked = [row for row in board.rows if row.rank is not None]
    own = next((row for row in ranked if row.handle == account), None)
    if own is None or len(ranked) < 2:
        return None
    kpi = _kpi_name(board.kpi)
    place = f"#{own.rank} of {len(ranked)}"
    places = {one.row.handle: one for one in _places(ranked)}
    mine = places.get(own.handle)
    if mine is not None:
        others = [one for one in places.values() if one is not mine]
        passed_by = [o for o in others if o.now < mine.now and o.before > mine.before]
        passed = [o for o in others if o.now > mine.now and o.before < mine.before]
        if passed_by:
            who = _handles(passed_by)
            return f"{who} passed you on {kpi}; you are {place}."
        if passed:
            return f"You passed {_handles(passed)} on {kpi}; you are {place}."
    return f"You are {place} on {kpi}."


def _places(ranked: Sequence[LeaderboardRow]) -> list[_Place]:
    both = [row for row in ranked if row.rank_change is not None]
    places = []
    for row in both:
        now = 1 + sum((other.rank or 0) < (row.rank or 0) for other in both)
        places.append(_Place(row, now, now + (row.rank_change or 0)))
    return places


def _handles(places: Sequence[_Place]) -> str:
    first, *rest = (f"@{place.row.handle}" for place in places)
    if not rest:
        return first
    return (
        f"{first} and {len(rest)} more" if len(rest) > 1 else f"{first} and {rest[0]}"
    )


def _kpi_name(kpi: str) -> str:
    if kpi == SHARE_OF_VOICE:
        return "share of voice"
    name = DEFINITIONS[kpi].name
    return name[:1].lower() + name[1:]
