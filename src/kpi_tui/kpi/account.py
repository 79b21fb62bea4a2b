"""Every account KPI over one window, with its coverage, reason, inputs and source.

Pure: reads one :class:`~kpi_tui.kpi.history.AccountHistory`, knows no clock.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.format import format_day
from kpi_tui.kpi.formulas import ENGAGEMENT, RATIOS, SUMS, Ratio, conversion_rate
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.levels import NO_BASELINE, FollowerChange, follower_change
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.posts import NOT_MEASURED, POST_FORMULAS
from kpi_tui.kpi.sums import Sums, join_notes, not_covered, sums
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window

Inputs = tuple[tuple[str, float | None], ...]
_BASELINE_ZERO = "baseline is 0"
# A web conversion per ad click is another number than the platform's own.
_ONE_SOURCE = {"conversion_rate_by_click", "cost_per_conversion"}


def account_kpis(
    history: AccountHistory, window: Window, ids: Iterable[str] = DEFINITIONS
) -> dict[str, KpiValue]:
    """All of :data:`DEFINITIONS`, each with its value over the window before it.

    A KPI that cannot be had is there too, with ``value`` None and a reason. The
    previous value is left out where its window is not covered: a change against
    a handful of days would be no change. ``ids`` computes fewer, for a leaderboard
    of many accounts; an id that is not defined raises KeyError.
    """
    measured = Measured(history)
    now = _Facts(measured, window)
    before = _Facts(measured, window.previous)
    found: dict[str, KpiValue] = {}
    for kpi in ids:
        value, earlier = _compute(now, kpi), _compute(before, kpi)
        previous = earlier.value if earlier.is_covered else None
        found[kpi] = replace(value, previous=previous)
    return found


@dataclass(slots=True)
class _Facts:
    """One account over one window; follower change is shared by several KPIs."""

    measured: Measured
    window: Window
    _change: FollowerChange | None = None

    @property
    def change(self) -> FollowerChange:
        if self._change is None:
            self._change = follower_change(self.measured, self.window)
        return self._change

    def sums(self, names: Sequence[str]) -> Sums:
        return sums(self.measured, self.window, names)

    def followers(self) -> tuple[date, float] | None:
        return self.measured.level("followers").last_on(self.window.last)


def _compute(facts: _Facts, kpi: str) -> KpiValue:
    if kpi in SUMS:
        return _sum(facts, kpi, SUMS[kpi])
    if kpi in RATIOS:
        return _ratio(facts, kpi, RATIOS[kpi])
    if kpi in POST_FORMULAS:
        return _post(facts, kpi)
    return _OTHERS[kpi](facts, kpi)


def _empty(facts: _Facts, kpi: str, reason: str | None) -> KpiValue:
    return KpiValue(
        kpi, None, DEFINITIONS[kpi].unit, days=facts.window.days, reason=reason
    )


def _of_sums(
    facts: _Facts, kpi: str, found: Sums, value: float | None, inputs: Inputs
) -> KpiValue:
    """A value that stands on those sums: their coverage, note and source."""
    return KpiValue(
        kpi,
        value,
        DEFINITIONS[kpi].unit,
        covered_days=found.covered_days if value is not None else None,
        days=facts.window.days,
        reason=found.reason,
        inputs=inputs,
        source=found.source,
        as_of=found.as_of,
        note=found.note,
        is_partial=found.is_partial,
    )


def _name(metric: str) -> str:
    """The word for an input on the page that explains a KPI."""
    if metric == "ad_conversions":
        return "ads conversions"
    return METRICS[metric].name.lower()


def _parts(found: Sums) -> Inputs:
    return tuple((_name(name), value) for name, value in found.values.items())


def _sum(facts: _Facts, kpi: str, names: Sequence[str]) -> KpiValue:
    found = facts.sums(names)
    value = None if found.reason is not None else sum(found.values.values())
    return _of_sums(facts, kpi, found, value, _parts(found))


def _ratio(facts: _Facts, kpi: str, ratio: Ratio) -> KpiValue:
    found = facts.sums((*ratio.top, ratio.bottom))
    if found.reason is not None:
        return _of_sums(facts, kpi, found, None, ())
    bottom = found.values[ratio.bottom]
    if bottom <= 0:
        return _of_sums(
            facts, kpi, replace(found, reason=ratio.empty), None, _parts(found)
        )
    value = sum(found.values[name] for name in ratio.top) / bottom + ratio.offset
    if kpi in _ONE_SOURCE:
        mixed = _mixed_sources(facts, ratio)
        found = replace(found, note=join_notes(found.note, mixed))
    return _of_sums(facts, kpi, found, value, _parts(found))


def _mixed_sources(facts: _Facts, ratio: Ratio) -> str | None:
    """Says so when the two sides of an ads KPI were counted by two sources."""
    names = (ratio.top[0], ratio.bottom)
    series = [facts.measured.series(name) for name in names]
    sources = [facts.measured.source(one.metric) for one in series if one]
    if None in sources or len(set(sources)) < 2:
        return None
    pairs = zip(names, sources, strict=True)
    return ", ".join(f"{_name(name)} from {source}" for name, source in pairs)


def _conversion_rate(facts: _Facts, kpi: str) -> KpiValue:
    is_reach_known = facts.measured.series("reach") is not None
    found = _ratio(facts, kpi, conversion_rate(is_reach_known=is_reach_known))
    if found.value is None:
        return found
    which = "viewers = unique viewers" if is_reach_known else "viewers = video views"
    return replace(found, note=join_notes(which, found.note))


def _post(facts: _Facts, kpi: str) -> KpiValue:
    found = POST_FORMULAS[kpi](facts.measured.history, facts.window)
    return KpiValue(
        kpi,
        found.value,
        DEFINITIONS[kpi].unit,
        days=facts.window.days,
        reason=found.reason,
        inputs=found.inputs,
        source=facts.measured.source(found.metric),
        as_of=found.as_of,
    )


def _followers(facts: _Facts, kpi: str) -> KpiValue:
    found = facts.followers()
    if found is None:
        is_known = bool(facts.measured.level("followers").days)
        reason = "no value up to these days" if is_known else NOT_MEASURED
        return _empty(facts, kpi, reason)
    day, value = found
    return replace(
        _empty(facts, kpi, None),
        value=value,
        inputs=((f"followers on {format_day(day, year_of=facts.window.last)}", value),),
        source=facts.measured.source("followers"),
        as_of=day,
    )


def _growth(facts: _Facts, kpi: str) -> KpiValue:
    change = facts.change
    if change.value is None:
        return replace(_empty(facts, kpi, change.reason), source=change.source)
    return replace(
        _empty(facts, kpi, None),
        value=change.value,
        covered_days=change.covered_days,
        inputs=_change_inputs(facts, change),
        source=change.source,
        as_of=change.as_of,
        note=change.note,
    )


def _change_inputs(facts: _Facts, change: FollowerChange) -> Inputs:
    if change.start_day is None or change.as_of is None:
        return (("net followers", change.value),)
    last = facts.window.last
    return (
        (f"followers on {format_day(change.as_of, year_of=last)}", change.end),
        (f"followers on {format_day(change.start_day, year_of=last)}", change.start),
    )


def _growth_rate(facts: _Facts, kpi: str) -> KpiValue:
    growth, start = _growth(facts, kpi), facts.change.start
    if growth.value is None:
        return growth
    if not start:
        reason = NO_BASELINE if start is None else _BASELINE_ZERO
        return replace(growth, value=None, covered_days=None, reason=reason)
    return replace(growth, value=growth.value / start)


def _engagement_rate(facts: _Facts, kpi: str) -> KpiValue:
    """Engagements of the window per follower at its end."""
    found = facts.sums(ENGAGEMENT)
    if found.reason is not None:
        return _of_sums(facts, kpi, found, None, ())
    end = facts.followers()
    inputs = (*_parts(found), ("followers", end[1] if end else None))
    if end is None or end[1] <= 0:
        reason = "followers not known" if end is None else "no followers"
        return _of_sums(facts, kpi, replace(found, reason=reason), None, inputs)
    value = sum(found.values.values()) / end[1]
    return _of_sums(facts, kpi, found, value, inputs)


def _followers_per_1000_views(facts: _Facts, kpi: str) -> KpiValue:
    """New followers and views of the same days: a download's first day has no growth."""
    growth = facts.change
    if growth.value is None:
        return _growth(facts, kpi)
    found = _growth_and_views(facts, growth)
    if found.reason is not None:
        return _of_sums(facts, kpi, found, None, ())
    views = found.values["video_views"]
    inputs = (
        ("net follower growth", found.values["follower_growth"]),
        ("video views", views),
    )
    if views <= 0:
        found = replace(found, reason="no views in these days")
        return _of_sums(facts, kpi, found, None, inputs)
    value = found.values["follower_growth"] / views * 1000
    return _of_sums(facts, kpi, found, value, inputs)


def _growth_and_views(facts: _Facts, growth: FollowerChange) -> Sums:
    """Growth and views over the same days.

    The whole stretch of the growth where views have every day of it; otherwise
    only the days on which both are known.
    """
    if growth.value is None or growth.as_of is None or growth.since is None:
        return facts.sums(("follower_growth", "video_views"))
    stretch = Window(growth.as_of, growth.covered_days)
    views = sums(facts.measured, stretch, ("video_views",))
    is_daily = facts.measured.series("video_views") is not None
    if views.reason is None and views.covered_days == stretch.days:
        both = {"follower_growth": growth.value, **views.values}
        return replace(views, values=both, source=growth.source)
    if is_daily:
        return facts.sums(("follower_growth", "video_views"))
    reason = views.reason or not_covered(views.covered_days, facts.window.days)
    if growth.covered_days < facts.window.days:
        reason = not_covered(growth.covered_days, facts.window.days)
    return Sums(reason=reason, source=growth.source)


def _website_growth(facts: _Facts, kpi: str) -> KpiValue:
    """Visits against those of the window before, when both are covered."""
    names = SUMS["website_visits"]
    visits = facts.sums(names)
    if visits.reason is not None:
        return _of_sums(facts, kpi, visits, None, ())
    before = _sum(
        _Facts(facts.measured, facts.window.previous), "website_visits", names
    )
    inputs = (
        ("website visits", visits.values["website_visits"]),
        ("of the days before", before.value),
    )
    if not before.is_covered or not before.value:
        is_zero = before.is_covered
        reason = _BASELINE_ZERO if is_zero else f"{NO_BASELINE}: days before missing"
        return _of_sums(facts, kpi, replace(visits, reason=reason), None, inputs)
    value = visits.values["website_visits"] / before.value - 1
    return _of_sums(facts, kpi, visits, value, inputs)


def _unmeasured(facts: _Facts, kpi: str) -> KpiValue:
    """No source reports what this KPI needs per account."""
    return _empty(facts, kpi, NOT_MEASURED)


_OTHERS: dict[str, Callable[[_Facts, str], KpiValue]] = {
    "followers": _followers,
    "follower_growth": _growth,
    "follower_growth_rate": _growth_rate,
    "engagement_rate": _engagement_rate,
    "followers_per_1000_views": _followers_per_1000_views,
    "website_visits_growth": _website_growth,
    "conversion_rate": _conversion_rate,
    "hook_rate": _unmeasured,
}
