"""Which videos and which days carried the change of a sum: "what brought this?".

Knows sums and running totals; picks nothing out as remarkable (see
:mod:`kpi_tui.kpi.changes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kpi_tui.kpi.content import MIN_VIDEOS
from kpi_tui.kpi.daily import DAY
from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.formulas import SUMS
from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.posts import posted_day
from kpi_tui.kpi.split import Carrier, carriers
from kpi_tui.kpi.sums import VIDEO_TOTAL_OF
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import ENOUGH_COVERAGE, Window


@dataclass(frozen=True, slots=True)
class Carried:
    """What moved a sum the way it went, the largest first; at most three of each."""

    videos: tuple[Carrier, ...] = ()
    """By caption: what each won in the window against the one before it."""
    days: tuple[Carrier, ...] = ()
    """Each against the day as many days before it as the window has."""


def carried(
    history: AccountHistory, window: Window, kpis: Mapping[str, KpiValue]
) -> dict[str, Carried]:
    """KPI id to its carriers, for every sum that changed and of which they are known."""
    measured = Measured(history)
    found: dict[str, Carried] = {}
    for kpi in kpis.values():
        names = _flows(measured, kpi.id)
        if names and kpi.is_covered and kpi.change:
            own = Window(kpi.ends or window.last, window.days)
            one = Carried(_videos(history, names, own), _days(measured, names, own))
            if one != Carried():
                found[kpi.id] = one
    return found


def _flows(measured: Measured, kpi: str) -> tuple[str, ...]:
    custom = measured.history.customs.get(kpi)
    if custom is None:
        return SUMS.get(kpi, ())
    return (custom.metric,) if custom.definition.is_summed else ()


def _videos(
    history: AccountHistory, names: tuple[str, ...], window: Window
) -> tuple[Carrier, ...]:
    """None where the totals of too many videos are not known at the windows' ends."""
    if not all(name in VIDEO_TOTAL_OF for name in names):
        return ()
    totals = [VIDEO_TOTAL_OF[name] for name in names]
    now: dict[str, float] = {}
    before: dict[str, float] = {}
    for video in history.videos:
        gains = [
            _gain(history, video, totals, one) for one in (window, window.previous)
        ]
        if gains[0] is not None and gains[1] is not None:
            now[video.video.id], before[video.video.id] = gains[0], gains[1]
    if len(now) < max(MIN_VIDEOS, ENOUGH_COVERAGE * len(history.videos)):
        return ()
    captions = {one.video.id: one.video.caption or "" for one in history.videos}
    return tuple(
        Carrier(captions[one.label] or f"video {one.label}", one.before, one.now)
        for one in carriers(now, before)
    )


def _gain(
    history: AccountHistory, video: VideoHistory, totals: list[str], window: Window
) -> float | None:
    """What the video won in the window; nothing before it was posted."""
    posted = posted_day(video.video, history.zone)
    if posted is not None and posted > window.last:
        return 0.0
    end = _total(video.at_day.get(window.last, {}), totals)
    is_new = posted is not None and posted in window
    start = 0.0 if is_new else _total(video.at_day.get(window.baseline, {}), totals)
    return None if end is None or start is None else end - start


def _total(known: Mapping[str, float], totals: list[str]) -> float | None:
    found = [known[name] for name in totals if name in known]
    return sum(found) if len(found) == len(totals) else None


def _days(
    measured: Measured, names: tuple[str, ...], window: Window
) -> tuple[Carrier, ...]:
    """Days that are known on both sides: one that is missing carried nothing."""
    flows = measured.daily(names)
    if flows is None:
        return ()
    now: dict[str, float] = {}
    before: dict[str, float] = {}
    for day in window:
        earlier = day - window.days * DAY
        if all(day in flow and earlier in flow for flow in flows):
            now[day.isoformat()] = sum(flow[day] for flow in flows)
            before[day.isoformat()] = sum(flow[earlier] for flow in flows)
    labels = {
        day.isoformat(): format_day(day, with_weekday=True, year_of=window.last)
        for day in window
    }
    return tuple(
        Carrier(labels[one.label], one.before, one.now) for one in carriers(now, before)
    )
