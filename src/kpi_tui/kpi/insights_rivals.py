"""Who passes whom, and which competitor suddenly does far better than before.

Knows ranks, their rounding and what a competitor posts; ranks nobody itself.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from statistics import median

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.contenders import SHARE_OF_VOICE
from kpi_tui.kpi.content import MIN_VIDEOS, video_rows
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import format_kpi, format_value
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.insights_case import (
    Case,
    Evidence,
    Insight,
    counted,
    lowered,
    quoted,
    relative,
    times,
)
from kpi_tui.kpi.leaderboard import Leaderboard, LeaderboardRow
from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.posts import posted_in
from kpi_tui.kpi.values import KpiValue

_CLOSE = 0.02
"""What is so near may yet turn round while the last days settle."""
_TWICE = 1.0
"""A competitor breaks out when a sum has grown by as much as it was."""
_LEAST = {"video_views": 1_000.0, "follower_growth": 100.0}
"""Below this nobody notices."""
_STEPS = 10
"""A rounded counter that went three steps instead of one has not tripled."""
_HIT = 2.0
"""A video is named when it has so many times the competitor's median views."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row's rank now and before, among the accounts ranked in both windows."""

    row: LeaderboardRow
    now: int
    before: int


def places(rows: Sequence[LeaderboardRow]) -> list[Place]:
    """The accounts ranked now and in the window before, with both places."""
    both = [row for row in rows if row.rank and row.rank_change is not None]
    ranks = sorted(row.rank or 0 for row in both)
    found = []
    for row in both:
        now = 1 + bisect_left(ranks, row.rank or 0)
        found.append(Place(row, now, now + (row.rank_change or 0)))
    return found


def passed_by(account: str, board: Leaderboard) -> list[Place]:
    """Who was behind the account and is ahead of it now, the best first."""
    known = {place.row.handle: place for place in places(board.rows)}
    mine = known.pop(account, None)
    if mine is None:
        return []
    return [o for o in known.values() if o.now < mine.now and o.before > mine.before]


def kpi_words(kpi: str) -> str:
    """The ranking KPI inside a sentence."""
    return "share of voice" if kpi == SHARE_OF_VOICE else lowered(DEFINITIONS[kpi].name)


def unit_of(kpi: str) -> Unit:
    """The ranking KPI's unit."""
    return "percent" if kpi == SHARE_OF_VOICE else DEFINITIONS[kpi].unit


def rival_rules(case: Case) -> Iterator[Insight]:
    """Competitors that overtook the account, then those that break out."""
    own = _row_of(case.board, case.history.handle)
    told: set[str] = set()
    if own is not None:
        for place in passed_by(own.handle, case.board):
            if place.row.role == "competitor" and _is_apart(case, own, place.row):
                told.add(place.row.handle)
                yield _overtaken(case, own, place.row)
        for row in case.board.rows:
            if row.handle not in told and _passed_on_followers(case.board, own, row):
                told.add(row.handle)
                yield _overtaken_on_followers(case, own, row)
    for history in case.rivals:
        if history.handle not in told:
            yield from _breaks_out(case, history)


def _row_of(board: Leaderboard, handle: str) -> LeaderboardRow | None:
    return next((row for row in board.rows if row.handle == handle), None)


def _is_apart(case: Case, own: LeaderboardRow, row: LeaderboardRow) -> bool:
    """Whether the difference is more than a rounding, or a day that settles."""
    if own.value is None or row.value is None:
        return False
    gap = abs(row.value - own.value)
    if case.board.kpi == "followers":
        return gap > _step(own) + _step(row)
    return not case.is_settling or gap >= _CLOSE * max(abs(row.value), abs(own.value))


def _step(row: LeaderboardRow) -> float:
    """What the last shown digit of a rounded counter is worth."""
    if not row.is_rounded or not row.followers or row.followers < 1:
        return 0.0
    return float(10 ** max(0, floor(log10(row.followers)) - 2))


def _passed_on_followers(
    board: Leaderboard, own: LeaderboardRow, row: LeaderboardRow
) -> bool:
    if board.kpi == "followers" or row.role != "competitor":
        return False
    mine, theirs = _before(own), _before(row)
    if mine is None or theirs is None:
        return False
    gap = (row.followers or 0.0) - (own.followers or 0.0)
    return theirs < mine and gap > _step(own) + _step(row)


def _before(row: LeaderboardRow) -> float | None:
    """Followers at the window's start."""
    rate = row.follower_growth_rate
    if row.followers is None or rate is None or rate <= -1:
        return None
    return row.followers / (1 + rate)


def _overtaken(case: Case, own: LeaderboardRow, row: LeaderboardRow) -> Insight:
    kpi, unit = case.board.kpi, unit_of(case.board.kpi)
    values = [format_value(one.value, unit) for one in (row, own)]
    words, proof = _content(case, row.handle)
    place = own.rank or 0
    return Insight(
        kind="rival",
        text=f"@{row.handle} passed you on {kpi_words(kpi)}: {values[0]} against your "
        f"{values[1]}{words}.",
        kpi=kpi if kpi in DEFINITIONS else None,
        evidence=(
            (f"@{row.handle}", f"{values[0]}, {_places(row)}"),
            ("you", f"{values[1]}, {_places(own)}"),
            *proof,
        ),
        weight=70 + 1 / (1 + place),
        formula=f"ranks by {kpi_words(kpi)} of the accounts ranked in these "
        f"{case.window.days} days and in those before",
        as_of=row.as_of,
        source=row.source,
    )


def _places(row: LeaderboardRow) -> str:
    change = row.rank_change or 0
    return f"#{row.rank} ({'up' if change > 0 else 'down'} {abs(change)})"


def _overtaken_on_followers(
    case: Case, own: LeaderboardRow, row: LeaderboardRow
) -> Insight:
    now = [format_value(one.followers, "count") for one in (row, own)]
    before = [format_value(_before(one), "count") for one in (row, own)]
    words, proof = _content(case, row.handle)
    return Insight(
        kind="rival",
        text=f"@{row.handle} passed you on followers: {now[0]} against your "
        f"{now[1]}{words}.",
        kpi="followers",
        evidence=(
            (f"@{row.handle}", f"{now[0]}, {case.window.days} days before {before[0]}"),
            ("you", f"{now[1]}, {case.window.days} days before {before[1]}"),
            *proof,
        ),
        weight=68,
        formula="followers now and before the window of both accounts",
        as_of=row.as_of,
        source=row.source,
    )


def _breaks_out(case: Case, history: AccountHistory) -> Iterator[Insight]:
    kpis = account_kpis(history, case.window, _LEAST)
    row = _row_of(case.board, history.handle)
    least = {**_LEAST}
    if row is not None:
        least["follower_growth"] = max(least["follower_growth"], _STEPS * _step(row))
    grown = [kpi for kpi in kpis.values() if _has_doubled(kpi, least[kpi.id])]
    if not grown:
        return
    kpi = max(grown, key=lambda one: relative(one) or 0.0)
    now, before = (format_kpi(kpi, one) for one in (kpi.value, kpi.previous))
    words, proof = _content(case, history.handle)
    ratio = times((kpi.value or 0.0) / (kpi.previous or 1.0))
    name = kpi.definition.name
    yield Insight(
        kind="rival",
        text=f"@{history.handle} breaks out: {lowered(name)} of {now}, {ratio} x those "
        f"of {case.span}{words}.",
        kpi=kpi.id,
        evidence=((name, now), (f"{name}, before", before), *proof),
        weight=62,
        formula=f"{kpi.definition.formula}, against {case.span}",
        as_of=kpi.as_of,
        source=kpi.source,
    )


def _has_doubled(kpi: KpiValue, least: float) -> bool:
    return (
        kpi.is_covered
        and (kpi.value or 0.0) >= least
        and (kpi.previous or 0.0) >= least / 2
        and (relative(kpi) or 0.0) >= _TWICE
    )


def _content(case: Case, handle: str) -> tuple[str, Evidence]:
    """What the competitor did meanwhile, where its posts are known."""
    history = next((one for one in case.rivals if one.handle == handle), None)
    if history is None:
        return "", ()
    ids = {video.video.id for video in posted_in(history, case.window)}
    rows = video_rows(history)
    posted = [row for row in rows if row.id in ids]
    if not posted:
        return "", ()
    words = (
        f"; it posted {counted(len(posted), 'time')} in these {case.window.days} days"
    )
    evidence = [("its posts", counted(len(posted), "post"))]
    hit = max(posted, key=lambda row: row.views or 0.0)
    usual = median([row.views for row in rows if row.views is not None] or [0.0])
    if len(rows) >= MIN_VIDEOS and usual > 0 and (hit.views or 0.0) >= _HIT * usual:
        views = format_value(hit.views, "count")
        words += f", best {quoted(hit)} with {views} views"
        ratio = times((hit.views or 0.0) / usual)
        evidence.append((quoted(hit), f"{views} views, {ratio} x its median video"))
    board_row = _row_of(case.board, handle)
    if board_row is not None and board_row.strategy.top_hashtags:
        evidence.append(("its hashtags", ", ".join(board_row.strategy.top_hashtags)))
    return words, tuple(evidence)
