"""The Snapshot in one line: for a prompt, a status bar or a pane one row high. Pure.

It imports no Textual: a status bar starts it every few seconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from kpi_tui.kpi.format import (
    ASCII_TONE_GLYPHS,
    TONE_GLYPHS,
    change_tone,
    format_change,
    format_day,
    format_kpi,
)
from kpi_tui.kpi.goal_text import target_words
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.values import KpiValue
from kpi_tui.monitor.snapshot import Snapshot

Tone = Literal["", "strong", "muted", "good", "bad", "warning"]
Piece = tuple[str, Tone]
SHOWN = {
    "followers": "",
    "engagement_rate": "eng",
    "video_views": "views",
}
"""KPI id to its word in the line; more of each is better."""
AIMS = {
    "reached": "past",
    "on pace": "on pace for",
    "at risk": "at risk for",
    "behind": "behind",
    "short": "short of",
}
"""How a goal stands, before its target."""
_DOT, _ASCII_DOT = " · ", " - "
_WEIGHTS = {"followers": 1, "engagement_rate": 4, "video_views": 5}
_NEEDS, _DAY, _RANK = 2, 3, 6


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two dots."""

    pieces: tuple[Piece, ...]
    weight: int
    """Where it is narrow, the heaviest goes first."""

    @property
    def text(self) -> str:
        """Without colours."""
        return "".join(text for text, _ in self.pieces)


def line(snapshot: Snapshot, *, is_ascii: bool = False) -> str:
    """``@acme 3,352 ▲182 · eng 5.1 % ▼ behind 15 % · …``, without colour."""
    found = parts(snapshot, is_ascii=is_ascii)
    text = (_ASCII_DOT if is_ascii else _DOT).join(part.text for part in found)
    return text.encode("ascii", "replace").decode() if is_ascii else text


def pieces(snapshot: Snapshot, width: int, *, is_ascii: bool = False) -> list[Piece]:
    """The same with tones, in at most ``width`` cells: whole parts are left out."""
    kept = parts(snapshot, is_ascii=is_ascii)
    while len(kept) > 1 and _width(kept) > width:
        kept.remove(max(kept, key=lambda part: part.weight))
    out: list[Piece] = []
    for number, part in enumerate(kept):
        if number:
            out.append((_ASCII_DOT if is_ascii else _DOT, "muted"))
        out.extend(part.pieces)
    return out


def _width(found: Sequence[Part]) -> int:
    return sum(cell_len(part.text) for part in found) + len(_DOT) * (len(found) - 1)


def parts(snapshot: Snapshot, *, is_ascii: bool = False) -> list[Part]:
    """Who and how many, rates and sums, the place among others, freshness, trouble."""
    handle = f"@{snapshot.account.handle}" if snapshot.account.handle else "no account"
    demo: tuple[Piece, ...] = (("DEMO ", "warning"),) if snapshot.is_demo else ()
    who: tuple[Piece, ...] = (*demo, (handle, "strong"))
    found: list[Part] = []
    for kpi_id, word in SHOWN.items():
        kpi = snapshot.kpis.get(kpi_id)
        if kpi is None or kpi.value is None:
            continue
        told = _kpi(kpi, word, snapshot.goals.get(kpi_id), is_ascii=is_ascii)
        found.append(Part(told, _WEIGHTS[kpi_id]))
    if found and "followers" in snapshot.kpis:
        found[0] = Part((*who, (" ", ""), *found[0].pieces), 0)
    else:
        found.insert(0, Part(who, 0))
    return [*found, *_rank(snapshot), _freshness(snapshot), *_needs(snapshot)]


def _kpi(
    kpi: KpiValue, word: str, goal: GoalStatus | None, *, is_ascii: bool
) -> tuple[Piece, ...]:
    """With a goal the arrow and where it stands; without one the arrow and how far."""
    told: list[Piece] = [(f"{word} ", "muted")] if word else []
    told.append((format_kpi(kpi, kpi.value), "strong"))
    change, tone = format_change(kpi), change_tone(kpi)
    glyph = (ASCII_TONE_GLYPHS if is_ascii else TONE_GLYPHS)[tone]
    is_way = tone != "neutral"
    if change and not (goal and not is_way):
        # More is better for each of them: the arrow says which way.
        far = "" if goal else change.lstrip("+-") if is_way else change
        told.append((f" {glyph}{far}", tone if tone != "neutral" else "muted"))
    if goal is not None:
        aim = target_words(goal).replace(".0 ", " ")
        words = f" {AIMS.get(goal.status, 'of')} {aim}"
        told.append((words, "warning" if goal.needs_you else "muted"))
    return tuple(told)


def _rank(snapshot: Snapshot) -> Iterator[Part]:
    rows = snapshot.leaderboard.rows
    ranked = [row for row in rows if row.rank is not None]
    for row in ranked:
        if row.handle == snapshot.account.handle and len(ranked) > 1:
            yield Part(((f"#{row.rank} of {len(ranked)}", ""),), _RANK)


def _freshness(snapshot: Snapshot) -> Part:
    if snapshot.window is None:
        return Part((("no complete day of data yet", "warning"),), _DAY)
    day = format_day(snapshot.window.last)
    if any(
        source.state == "stale" and source.account == snapshot.account.handle
        for source in snapshot.sources
    ):
        return Part(((f"{day} stale", "warning"),), _DAY)
    settling = " settling" if snapshot.is_settling else ""
    return Part(((day + settling, "muted"),), _DAY)


def _needs(snapshot: Snapshot) -> Iterator[Part]:
    names = down(snapshot)
    if names:
        words = f"{names[0]} is" if len(names) == 1 else f"{len(names)} sources are"
        yield Part(((f"{words} down", "bad"),), _NEEDS)
    raised = sum(alert.state == "raised" for alert in snapshot.alerts)
    if raised:
        words = f"{raised} alert{'' if raised == 1 else 's'}"
        yield Part(((words, "bad"),), _NEEDS)


def down(snapshot: Snapshot) -> list[str]:
    """Names of the sources that give nothing."""
    return [
        health.name
        for health in snapshot.sources
        if health.state in ("failed", "unauthorised")
    ]
