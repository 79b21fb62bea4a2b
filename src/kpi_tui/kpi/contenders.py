"""The accounts of a leaderboard with the numbers that rank them.

Knows shares of voice, which need everybody's engagements; ranks nobody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.hashtags import hashtags
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.posts import posted_in
from kpi_tui.kpi.rounding import is_rounded
from kpi_tui.kpi.sums import not_covered
from kpi_tui.kpi.trends import trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window

Role = Literal["own", "competitor"]

SHARE_OF_VOICE = "share_of_voice"
"""Own engagements over those of all accounts: the one KPI that needs the others."""

TOP_HASHTAGS = 3

_SHOWN = (
    "followers",
    "follower_growth",
    "follower_growth_rate",
    "posting_frequency",
    "views_per_video",
)


@dataclass(frozen=True, slots=True)
class Contender:
    """An account that takes part in the leaderboard."""

    handle: str
    name: str
    role: Role
    history: AccountHistory


@dataclass(frozen=True, slots=True)
class Strategy:
    """How an account posts, over the window. None where videos are not known."""

    posts_per_week: float | None = None
    median_duration: float | None = None
    """Seconds."""
    top_hashtags: tuple[str, ...] = ()
    formats: tuple[tuple[str, float], ...] = ()
    """(format, share 0-1), largest first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender's numbers; small beside the history that they come from."""

    handle: str
    name: str
    role: Role
    kpis: Mapping[str, KpiValue]
    counted: KpiValue
    """What is compared: the ranking KPI, or engagements for shares of voice."""
    ranking: KpiValue
    """What is shown and ranked."""
    trend: tuple[float | None, ...]
    """The ranking KPI per day; empty when it has no daily value."""
    strategy: Strategy
    age_at: int | None
    """UTC epoch seconds of the newest follower count."""
    newest: float | None
    """That count; it may be of after the window."""
    is_rounded: bool


def entry_of(contender: Contender, kpi: str, window: Window) -> Entry:
    """A contender with the KPIs that a row shows.

    ``kpi`` is an account KPI or ``share_of_voice``; another raises KeyError.
    """
    history = contender.history
    counted = "engagements" if kpi == SHARE_OF_VOICE else kpi
    kpis = account_kpis(history, window, dict.fromkeys((*_SHOWN, counted)))
    daily = trend(counted, history, window)
    newest = history.latest.get("followers")
    return Entry(
        handle=contender.handle,
        name=contender.name,
        role=contender.role,
        kpis=kpis,
        counted=kpis[counted],
        ranking=kpis[counted],
        trend=daily.values if daily else (),
        strategy=_strategy(history, kpis, window),
        age_at=newest[0] if newest else None,
        newest=newest[1] if newest else None,
        is_rounded=is_rounded(history, window.last),
    )


def _strategy(
    history: AccountHistory, kpis: Mapping[str, KpiValue], window: Window
) -> Strategy:
    videos = [video.video for video in posted_in(history, window)]
    durations = [video.duration for video in videos if video.duration]
    tags = Counter(tag for video in videos for tag in hashtags(video.caption or ""))
    formats = Counter(video.format for video in videos if video.format)
    by_use = sorted(tags, key=lambda tag: (-tags[tag], tag))
    by_share = sorted(formats, key=lambda name: (-formats[name], name))
    return Strategy(
        posts_per_week=kpis["posting_frequency"].value,
        median_duration=median(durations) if durations else None,
        top_hashtags=tuple(f"#{tag}" for tag in by_use[:TOP_HASHTAGS]),
        formats=tuple((name, formats[name] / formats.total()) for name in by_share),
    )


def unranked_reason(value: KpiValue) -> str:
    """Why an account with this value has no rank."""
    if value.reason is not None:
        return value.reason
    if value.is_partial:
        return "too many videos without a baseline"
    return not_covered(value.covered_days or 0, value.days)


def voices(entries: Sequence[Entry], window: Window) -> list[Entry]:
    """The same entries, with engagements turned into shares of all covered ones."""
    heard = [entry for entry in entries if entry.counted.is_covered]
    total = sum(entry.counted.value or 0.0 for entry in heard)
    before = sum(entry.counted.previous or 0.0 for entry in heard)
    # A day counts when everybody's engagements of it are known.
    days = [
        _known_sum([entry.trend[i] if entry.trend else None for entry in heard])
        for i in range(window.days)
    ]
    return [
        replace(
            entry,
            ranking=_voice(entry.counted, total, before),
            trend=tuple(map(_share, entry.trend, days)),
        )
        for entry in entries
    ]


def _voice(own: KpiValue, total: float, before: float) -> KpiValue:
    value = _share(own.value, total) if own.is_covered else None
    reason = None
    if value is None:
        reason = "no engagements in these days"
        reason = reason if own.is_covered else unranked_reason(own)
    return replace(
        own,
        id=SHARE_OF_VOICE,
        value=value,
        unit="percent",
        previous=None if value is None else _share(own.previous, before),
        reason=reason,
        inputs=(("own engagements", own.value), ("of all accounts", total)),
    )


def _share(part: float | None, total: float | None) -> float | None:
    if part is None or total is None or total <= 0:
        return None
    return part / total


def _known_sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
