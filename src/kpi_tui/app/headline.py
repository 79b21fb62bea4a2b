"""What each tab says in big digits while it hangs on a wall. Pure.

It words what the Snapshot holds; how large that is drawn is the widget's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_tui.app.facts import OVERVIEW
from kpi_tui.kpi.format import (
    Tone,
    change_tone,
    format_change,
    format_kpi,
    format_value,
)
from kpi_tui.kpi.goal_text import status_words
from kpi_tui.monitor.snapshot import Snapshot

_AUDIENCE = {"gender": "Gender", "age": "Age", "city": "City"}
"""Countries come as codes, which nobody reads from afar."""


@dataclass(frozen=True, slots=True)
class Big:
    """One number to be read from afar."""

    label: str
    value: str
    change: str = ""
    tone: Tone = "neutral"
    note: str = ""
    needs_you: bool = False


def headline(tab: str, snapshot: Snapshot, kpi: str | None = None) -> list[Big]:
    """The numbers of a tab; ``kpi`` is the one that Trends draws. Empty: nothing."""
    if tab == "trends":
        return [big for big in (_kpi(snapshot, kpi or ""),) if big]
    made = {
        "overview": _overview,
        "content": _content,
        "audience": _audience,
        "leaderboard": _leaderboard,
        "goals": _goals,
        "sources": _sources,
    }
    return made[tab](snapshot)


def worth_showing(tab: str, snapshot: Snapshot) -> bool:
    """Whether somebody across the room would look at this tab."""
    if tab == "trends":
        return bool(trends_of(snapshot))
    return tab == "overview" or bool(headline(tab, snapshot))


def trends_of(snapshot: Snapshot) -> list[str]:
    """The KPIs that Trends goes through, one a round."""
    return [
        kpi
        for kpi in OVERVIEW
        if kpi in snapshot.trends
        and any(value is not None for value in snapshot.trends[kpi].values)
    ]


def _kpi(snapshot: Snapshot, kpi: str) -> Big | None:
    found = snapshot.kpis.get(kpi)
    if found is None or found.value is None:
        return None
    goal = snapshot.goals.get(kpi)
    return Big(
        found.definition.short,
        format_kpi(found, found.value),
        format_change(found),
        change_tone(found),
        status_words(goal) if goal else "",
        goal.needs_you if goal else False,
    )


def _overview(snapshot: Snapshot) -> list[Big]:
    made = (_kpi(snapshot, kpi) for kpi in OVERVIEW)
    return [big for big in made if big is not None]


def _content(snapshot: Snapshot) -> list[Big]:
    if not snapshot.videos:
        return []
    known = [video for video in snapshot.videos if video.views is not None]
    best = max(known, key=lambda video: video.views or 0.0, default=None)
    found = [Big("Videos", f"{len(snapshot.videos):,}")]
    if known:
        newest = known[0]
        views = format_value(newest.views, "count")
        found.append(Big("Newest", views, note=newest.caption))
    if best is not None:
        views = format_value(best.views, "count")
        found.append(Big("Most views", views, note=best.caption))
    return found


def _audience(snapshot: Snapshot) -> list[Big]:
    found = []
    for part in snapshot.audience.breakdowns:
        first = max(part.shares, key=lambda share: share.share, default=None)
        if first is not None and part.dimension in _AUDIENCE:
            share = format_value(first.share, "percent")
            found.append(Big(_AUDIENCE[part.dimension], share, note=first.label))
    return found


def _leaderboard(snapshot: Snapshot) -> list[Big]:
    ranked = [row for row in snapshot.leaderboard.rows if row.rank is not None]
    own = next((row for row in ranked if row.handle == snapshot.account.handle), None)
    if own is None or len(ranked) < 2:
        return []
    moved = own.rank_change or 0
    tone: Tone = "good" if moved > 0 else "bad" if moved < 0 else "neutral"
    change = f"{abs(moved)}" if moved else ""
    mine = Big(f"@{own.handle}  you", f"{own.rank}", change, tone, f"of {len(ranked)}")
    shown = ranked[:3] if own in ranked[:3] else [*ranked[:2], own]
    return [
        mine if row is own else Big(f"@{row.handle}", f"{row.rank}") for row in shown
    ]


def _goals(snapshot: Snapshot) -> list[Big]:
    if not snapshot.goals:
        return []
    total = len(snapshot.goals)
    missed = sum(goal.needs_you for goal in snapshot.goals.values())
    raised = sum(alert.state == "raised" for alert in snapshot.alerts)
    return [
        Big("Goals reached or on pace", f"{total - missed}", note=f"of {total}"),
        Big("Need you", f"{missed}", needs_you=missed > 0),
        Big("Open alerts", f"{raised}", needs_you=raised > 0),
    ]


def _sources(snapshot: Snapshot) -> list[Big]:
    if not snapshot.sources:
        return []
    states: Sequence[str] = [source.state for source in snapshot.sources]
    well, total = states.count("ok"), len(states)
    found = [Big("Sources ok", f"{well}", note=f"of {total}")]
    for state in ("stale", "failed", "unauthorised", "rate limited"):
        if state in states:
            word, count = state.capitalize(), f"{states.count(state)}"
            found.append(Big(word, count, needs_you=True))
    return found
