"""What happened during an absence, in sentences.

Knows neither how long it was nor where the last look is kept.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.insights_case import counted, goal_sentence, quoted, times
from kpi_tui.kpi.insights_rivals import kpi_words
from kpi_tui.monitor.absence import Looked, Outage
from kpi_tui.monitor.snapshot import Snapshot

MOST_SENTENCES = 4
_NAMED = 2
"""More goals, videos or sources than these are counted."""


def sentences(
    snapshot: Snapshot, looked: Looked, outages: Sequence[Outage], since: float
) -> tuple[str, ...]:
    """Goals, ranks, breakouts and outages; ``since`` (UTC epoch seconds) they are told.

    What the last look did not show is not compared.
    """
    zone = ZoneInfo(snapshot.account.timezone)
    found = (
        _goals(snapshot, looked),
        _ranks(snapshot, looked),
        _breakouts(snapshot, looked),
        _failed(snapshot, outages, zone, since),
    )
    return tuple(one for one in found if one)[:MOST_SENTENCES]


def _goals(snapshot: Snapshot, looked: Looked) -> str:
    moved = [
        (
            goal.status,
            f"{goal_sentence(replace(goal, was=None))}, was {looked.goals[kpi]}",
        )
        for kpi, goal in snapshot.goals.items()
        if looked.goals.get(kpi, goal.status) != goal.status and goal.value is not None
    ]
    if not moved:
        return ""
    order = ("behind", "at risk", "short", "reached", "on pace")
    moved.sort(key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    return _listed([text for _, text in moved], "goal")


def _ranks(snapshot: Snapshot, looked: Looked) -> str:
    now = {row.handle: row.rank for row in snapshot.leaderboard.rows if row.rank}
    own = snapshot.account.handle
    mine, was = now.get(own), looked.ranks.get(own)
    if mine is None or was is None:
        return ""
    kpi = kpi_words(snapshot.leaderboard.kpi)
    both = [one for one in now if one in looked.ranks and one != own]
    ahead = [o for o in both if now[o] < mine and looked.ranks[o] > was]
    behind = [o for o in both if now[o] > mine and looked.ranks[o] < was]
    place = f"you are #{mine} of {len(now)}"
    if ahead:
        return f"{_handles(ahead)} passed you on {kpi}; {place}."
    if behind:
        return f"You passed {_handles(behind)} on {kpi}; {place}."
    return ""


def _breakouts(snapshot: Snapshot, looked: Looked) -> str:
    found = [
        f"{quoted(row)} broke out: {times(row.breakout)} x your videos' views at its age"
        for row in snapshot.videos
        if row.breakout is not None and row.id not in looked.breakouts
    ]
    return _listed(found, "video")


def _failed(
    snapshot: Snapshot, found: Sequence[Outage], zone: ZoneInfo, since: float
) -> str:
    """Of the accounts that are watched; a source that works again has an end."""
    watched = {account.handle for account in snapshot.accounts}
    texts = [
        _outage_words(one, zone, since)
        for one in found
        if one.source.partition("/")[0] in watched
    ]
    return _listed(texts, "outage")


def _outage_words(outage: Outage, zone: ZoneInfo, since: float) -> str:
    start = datetime.fromtimestamp(outage.start, UTC).astimezone(zone)
    today = datetime.fromtimestamp(since, UTC).astimezone(zone).date()
    day = "" if start.date() == today else f"{format_day(start.date())} "
    if outage.end is None:
        return f"{outage.source} fails since {day}{start:%H:%M}"
    end = datetime.fromtimestamp(outage.end, UTC).astimezone(zone)
    other = "" if end.date() == start.date() else f"{format_day(end.date())} "
    return f"{outage.source} failed from {day}{start:%H:%M} to {other}{end:%H:%M}"


def _listed(texts: Sequence[str], noun: str) -> str:
    """One sentence: the first two, and how many more."""
    if not texts:
        return ""
    more = len(texts) - _NAMED
    rest = f"; {counted(more, f'more {noun}')}" if more > 0 else ""
    return f"{'; '.join(texts[:_NAMED])}{rest}."


def _handles(handles: Sequence[str]) -> str:
    named = " and ".join(f"@{handle}" for handle in handles[:_NAMED])
    more = len(handles) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
