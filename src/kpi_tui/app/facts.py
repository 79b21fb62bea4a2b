"""From a Snapshot to the words that the header and the Overview say. Pure.

It knows no widget; what a word looks like is in :mod:`kpi_tui.app.states`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kpi_tui.app.widgets.header import HeaderState
from kpi_tui.kpi.changes import SPLIT_KPI
from kpi_tui.kpi.format import (
    Tone,
    change_tone,
    format_age,
    format_change,
    format_day,
    format_kpi,
)
from kpi_tui.monitor.snapshot import Snapshot, SourceHealth

if TYPE_CHECKING:
    from kpi_tui.kpi.alerts import Alert

OVERVIEW = (
    "followers",
    "follower_growth_rate",
    "engagement_rate",
    "video_views",
    "engagement_rate_by_views",
    "completion_rate",
    "profile_views",
    "views_per_video",
    "new_viewer_share",
    "conversion_rate",
    "bounce_rate",
    "posting_frequency",
)
"""The KPIs at a glance, in reading order."""
FEW_MOVES = 6
"""A list of changes on a screen that is not high."""
MOST_SOURCES = 8
"""More are on their own tab."""


def overview_kpis(snapshot: Snapshot) -> tuple[str, ...]:
    """The KPIs at a glance, with the user's own after them."""
    own = (kpi for kpi, one in snapshot.definitions.items() if one.group == "own")
    return (*OVERVIEW, *own)


def header_state(snapshot: Snapshot, now: float) -> HeaderState:
    """What to say at ``now`` (UTC epoch seconds)."""
    window = snapshot.window
    zone = ZoneInfo(snapshot.account.timezone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone)
    last = window.last if window else None
    return HeaderState(
        is_demo=snapshot.is_demo,
        handle=snapshot.account.handle,
        name=snapshot.account.name,
        days=snapshot.view.days,
        last=format_day(last, with_weekday=True, year_of=today.date()) if last else "",
        last_short=format_day(last, year_of=today.date()) if last else "",
        is_past=snapshot.view.as_of is not None,
        is_settling=snapshot.is_settling,
        sources=len(snapshot.sources),
        sources_ok=sum(source.state == "ok" for source in snapshot.sources),
        next_poll=_next_poll(snapshot, now),
        clock=today.strftime("%H:%M"),
    )


def _next_poll(snapshot: Snapshot, now: float) -> str:
    if snapshot.is_paused:
        return "paused"
    if snapshot.next_poll_at is None:
        return ""
    # By the clock's minutes, so that both change at once: one repaint a minute.
    minutes = int(snapshot.next_poll_at.timestamp() // 60 - now // 60)
    if minutes < 1:
        return "in < 1 min"
    return f"in {minutes} min" if minutes < 120 else f"in {minutes // 60} h"


def unmeasured(snapshot: Snapshot) -> tuple[str, ...]:
    """The Overview's KPIs without a value, a line a reason; none when none has one."""
    by_reason: dict[str, list[str]] = {}
    for kpi in overview_kpis(snapshot):
        found = snapshot.kpis.get(kpi)
        if found is None or found.value is None:
            reason = (found.reason if found else None) or "not measured"
            name = snapshot.definitions[kpi].short
            by_reason.setdefault(reason, []).append(name)
    if is_empty(snapshot):
        return ()
    return tuple(
        f"{reason[:1].upper()}{reason[1:]}: {', '.join(names)}"
        for reason, names in by_reason.items()
    )


def is_empty(snapshot: Snapshot) -> bool:
    """Whether no KPI of the Overview has a value yet."""
    found = (snapshot.kpis.get(kpi) for kpi in overview_kpis(snapshot))
    return all(kpi is None or kpi.value is None for kpi in found)


def first_steps(snapshot: Snapshot) -> list[tuple[str, str]]:
    """(what, words) where nothing has come yet: the sources, else what to run."""
    check = ("kpi-tui check", "tries every source once and says what is wrong")
    if not snapshot.sources:
        return [
            (
                "kpi-tui import FILE --account HANDLE",
                "takes in what TikTok Studio lets you download: nothing to sign in to",
            ),
            (
                "kpi-tui init",
                "writes a config: watched folders, APIs, competitors, goals",
            ),
            ("kpi-tui demo", "shows a living example; nothing is written"),
        ]
    steps = []
    for source in snapshot.sources[:MOST_SOURCES]:
        words = source.error or next(iter(source.notes), "") or source.hint or ""
        steps.append((source.name, f"{source.state}{': ' if words else ''}{words}"))
    return [*steps, check]


@dataclass(frozen=True, slots=True)
class Move:
    """One KPI that changed."""

    title: str
    before: str
    after: str
    change: str
    tone: Tone
    reasons: tuple[tuple[str, str, str], ...] = ()
    """(``mix``, ``-4.1 pt``, ``fewer Recipes (6 → 1)``)."""


def what_moved(snapshot: Snapshot, limit: int = FEW_MOVES) -> list[Move]:
    """The KPIs that changed most against their previous value, largest first.

    Only covered ones: a window that lacks days has not moved, it is short.
    """
    found = [
        (abs(kpi.change) / abs(kpi.previous), kpi)
        for kpi in snapshot.kpis.values()
        if kpi.change and kpi.previous and kpi.is_covered
        # What rounds to nothing has not moved for anybody who looks.
        if format_change(kpi).startswith(("+", "-"))
    ]
    found.sort(key=lambda pair: -pair[0])
    shown = [kpi for _, kpi in found[:limit]]
    # A rate that can be told apart into mix and rates says more than a sixth change.
    split = [kpi for _, kpi in found[limit:] if kpi.id == SPLIT_KPI]
    if split and SPLIT_KPI in snapshot.changes:
        shown[-1:] = split
    return [
        Move(
            kpi.definition.short,
            format_kpi(kpi, kpi.previous),
            format_kpi(kpi, kpi.value),
            format_change(kpi),
            change_tone(kpi),
            _reasons(snapshot, kpi.id, is_long=limit >= 2 * FEW_MOVES),
        )
        for kpi in shown
    ]


def _reasons(
    snapshot: Snapshot, kpi: str, *, is_long: bool
) -> tuple[tuple[str, str, str], ...]:
    """Mix and rates; the days that carried a sum only where the list is long."""
    change = snapshot.changes.get(kpi)
    if change is None or (kpi != SPLIT_KPI and not is_long):
        return ()
    return tuple((line.word, line.amount, line.text) for line in change.lines)


def alert_text(alert: "Alert", snapshot: Snapshot) -> str:
    """What is wrong; of another account than the one that is shown, with its name.

    A source says itself whose it is.
    """
    if alert.kpi is None or alert.account in {"", snapshot.account.handle}:
        return alert.text
    return f"@{alert.account}: {alert.text}"


def waiting(snapshot: Snapshot) -> dict[str, int]:
    """Tab id to how much waits there for an answer: open alerts."""
    return {"goals": sum(alert.state == "raised" for alert in snapshot.alerts)}


def since(source: SourceHealth, now: datetime) -> str:
    """`` 3 h``: for how long it gives nothing new; empty when that is not known.

    One that answers, but with old days, is as old as its last day.
    """
    if source.good_at is None:
        return ""
    seconds = (now - source.good_at).total_seconds()
    if source.state == "stale" and source.data_until is not None:
        days = (now.date() - source.data_until).days
        seconds = max(seconds, 86_400.0 * days if days > 1 else 0.0)
    age = format_age(seconds)
    return f" {age.removesuffix(' ago')}" if age != "just now" else ""


def needs_you(snapshot: Snapshot) -> list[tuple[SourceHealth, str, str]]:
    """(source, what is wrong, what to do) for sources that do not give fresh data."""
    wrong: Sequence[SourceHealth] = [
        source
        for source in snapshot.sources
        if source.state not in {"ok", "waiting", "paused"}
    ]
    return [
        (
            source,
            f"{source.name} {source.state}{since(source, snapshot.taken_at)}"
            + (f": {source.error}" if source.error else ""),
            source.hint or "",
        )
        for source in wrong
    ]
