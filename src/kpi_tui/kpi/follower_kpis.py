"""KPIs that need followers: their number, growth, and what is divided by them.

Knows the formulas; not how levels and flows were found.
"""

from dataclasses import replace

from kpi_tui.kpi.facts import BASELINE_ZERO, Facts, Inputs, empty, of_sums, parts
from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.formulas import ENGAGEMENT
from kpi_tui.kpi.levels import NO_BASELINE, FollowerChange
from kpi_tui.kpi.posts import NOT_MEASURED
from kpi_tui.kpi.sums import Sums, not_covered, sums
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window


def followers(facts: Facts, kpi: str) -> KpiValue:
    """The last count on or before the window's end."""
    found = facts.followers()
    if found is None:
        is_known = bool(facts.measured.level("followers").days)
        reason = "no value up to these days" if is_known else NOT_MEASURED
        return empty(facts, kpi, reason)
    day, value = found
    return replace(
        empty(facts, kpi, None),
        value=value,
        inputs=((f"followers on {format_day(day, year_of=facts.window.last)}", value),),
        source=facts.measured.source("followers"),
        as_of=day,
    )


def growth(facts: Facts, kpi: str) -> KpiValue:
    """What was won and lost over the window, with the days that it covers."""
    change = facts.change
    if change.value is None:
        return replace(empty(facts, kpi, change.reason), source=change.source)
    return replace(
        empty(facts, kpi, None),
        value=change.value,
        covered_days=change.covered_days,
        inputs=_change_inputs(facts, change),
        source=change.source,
        as_of=change.as_of,
        note=change.note,
    )


def _change_inputs(facts: Facts, change: FollowerChange) -> Inputs:
    if change.start_day is None or change.as_of is None:
        return (("net followers", change.value),)
    last = facts.window.last
    return (
        (f"followers on {format_day(change.as_of, year_of=last)}", change.end),
        (f"followers on {format_day(change.start_day, year_of=last)}", change.start),
    )


def growth_rate(facts: Facts, kpi: str) -> KpiValue:
    """Growth per follower of the evening before; none without such a follower."""
    change, start = growth(facts, kpi), facts.change.start
    if change.value is None:
        return change
    if not start:
        reason = NO_BASELINE if start is None else BASELINE_ZERO
        return replace(change, value=None, covered_days=None, reason=reason)
    return replace(change, value=change.value / start)


def engagement_rate(facts: Facts, kpi: str) -> KpiValue:
    """Engagements of the window per follower at its end."""
    found = facts.sums(ENGAGEMENT)
    if found.reason is not None:
        return of_sums(facts, kpi, found, None, ())
    end = facts.followers()
    inputs = (*parts(found), ("followers", end[1] if end else None))
    if end is None or end[1] <= 0:
        reason = "followers not known" if end is None else "no followers"
        return of_sums(facts, kpi, replace(found, reason=reason), None, inputs)
    value = sum(found.values.values()) / end[1]
    return of_sums(facts, kpi, found, value, inputs)


def followers_per_1000_views(facts: Facts, kpi: str) -> KpiValue:
    """New followers and views of the same days: a download's first day has no growth."""
    if facts.change.value is None:
        return growth(facts, kpi)
    found = _growth_and_views(facts, facts.change)
    if found.reason is not None:
        return of_sums(facts, kpi, found, None, ())
    views = found.values["video_views"]
    inputs = (
        ("net follower growth", found.values["follower_growth"]),
        ("video views", views),
    )
    if views <= 0:
        found = replace(found, reason="no views in these days")
        return of_sums(facts, kpi, found, None, inputs)
    value = found.values["follower_growth"] / views * 1000
    return of_sums(facts, kpi, found, value, inputs)


def _growth_and_views(facts: Facts, change: FollowerChange) -> Sums:
    """Growth and views over the same days.

    The whole stretch of the growth where views have every day of it; otherwise
    only the days on which both are known.
    """
    if change.value is None or change.as_of is None or change.since is None:
        return facts.sums(("follower_growth", "video_views"))
    stretch = Window(change.as_of, change.covered_days)
    views = sums(facts.measured, stretch, ("video_views",))
    is_daily = facts.measured.series("video_views") is not None
    if views.reason is None and views.covered_days == stretch.days:
        both = {"follower_growth": change.value, **views.values}
        return replace(views, values=both, source=change.source)
    if is_daily:
        return facts.sums(("follower_growth", "video_views"))
    reason = views.reason or not_covered(views.covered_days, facts.window.days)
    if change.covered_days < facts.window.days:
        reason = not_covered(change.covered_days, facts.window.days)
    return Sums(reason=reason, source=change.source)
