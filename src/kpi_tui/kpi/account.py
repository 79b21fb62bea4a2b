"""Every account KPI over one window, with its coverage, reason, inputs and source.

Pure: reads one :class:`~kpi_tui.kpi.history.AccountHistory`, knows no clock.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from kpi_tui.kpi import follower_kpis
from kpi_tui.kpi.custom_values import custom_value
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.facts import BASELINE_ZERO, Facts, input_name, of_sums, parts
from kpi_tui.kpi.formulas import HOOK, RATIOS, SUMS, Ratio, conversion_rate
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.levels import NO_BASELINE
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.own_windows import flows_of, own_window
from kpi_tui.kpi.posts import POST_FORMULAS, PostFigure, held_2s
from kpi_tui.kpi.sums import FROM_TOTALS, join_notes
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window

# A web conversion per ad click is another number than the platform's own.
_ONE_SOURCE = {"conversion_rate_by_click", "cost_per_conversion", "roas", "roi"}


def account_kpis(
    history: AccountHistory, window: Window, ids: Iterable[str] | None = None
) -> dict[str, KpiValue]:
    """All of :data:`DEFINITIONS`, then the user's own, each with its value over the
    window before it.

    A KPI that cannot be had is there too, with ``value`` None and a reason. The
    previous value is left out where its window is not covered: a change against
    a handful of days would be no change. Where a KPI's source is behind the account's
    others, both windows end as much earlier. ``ids`` computes fewer, for a leaderboard
    of many accounts; an id that is not defined raises KeyError.
    """
    measured = Measured(history)
    facts: dict[Window, Facts] = {}
    found: dict[str, KpiValue] = {}
    for kpi in measured.definitions if ids is None else ids:
        own = own_window(measured, window, kpi)
        for one in (own, own.previous):
            facts.setdefault(one, Facts(measured, one))
        value, earlier = _compute(facts[own], kpi), _compute(facts[own.previous], kpi)
        is_alike = _is_from_totals(value) == _is_from_totals(earlier)
        previous = earlier.value if earlier.is_covered and is_alike else None
        ends = own.last if own != window else None
        found[kpi] = replace(value, previous=previous, ends=ends)
        if value.unit == "currency":
            codes = {measured.currency(name) for name in flows_of(measured, kpi)} - {""}
            code = codes.pop() if len(codes) == 1 else ""
            found[kpi] = replace(found[kpi], currency=code)
    return found


def _is_from_totals(value: KpiValue) -> bool:
    """Days and totals of videos do not count the same: no change between the two."""
    return FROM_TOTALS in (value.note or "")


def _compute(facts: Facts, kpi: str) -> KpiValue:
    custom = facts.measured.history.customs.get(kpi)
    if custom is not None:
        return custom_value(facts, custom, partial(_compute, facts))
    if kpi in SUMS:
        return _sum(facts, kpi, SUMS[kpi])
    if kpi in RATIOS:
        return _ratio(facts, kpi, RATIOS[kpi])
    if kpi in POST_FORMULAS:
        found = POST_FORMULAS[kpi](facts.measured.history, facts.window)
        return _post(facts, kpi, found)
    return _OTHERS[kpi](facts, kpi)


def _sum(facts: Facts, kpi: str, names: Sequence[str]) -> KpiValue:
    found = facts.sums(names)
    value = None if found.reason is not None else sum(found.values.values())
    return of_sums(facts, kpi, found, value, parts(found))


def _ratio(facts: Facts, kpi: str, ratio: Ratio) -> KpiValue:
    found = facts.sums((*ratio.top, ratio.bottom))
    if found.reason is not None:
        return of_sums(facts, kpi, found, None, ())
    bottom = found.values[ratio.bottom]
    if bottom > 0 and (reason := _two_currencies(facts, ratio)):
        return of_sums(facts, kpi, replace(found, reason=reason), None, parts(found))
    if bottom <= 0:
        return of_sums(
            facts, kpi, replace(found, reason=ratio.empty), None, parts(found)
        )
    value = sum(found.values[name] for name in ratio.top) / bottom + ratio.offset
    if kpi in _ONE_SOURCE:
        mixed = _mixed_sources(facts, ratio)
        found = replace(found, note=join_notes(found.note, mixed))
    return of_sums(facts, kpi, found, value, parts(found))


def _two_currencies(facts: Facts, ratio: Ratio) -> str | None:
    """Why money cannot be divided by money: nobody said at which rate to change it."""
    names = (ratio.top[0], ratio.bottom)
    if any(METRICS[name].unit != "currency" for name in names):
        return None
    codes = [facts.measured.currency(name) for name in names]
    if not all(codes) or len(set(codes)) == 1:
        return None
    pairs = zip(names, codes, strict=True)
    return ", ".join(f"{input_name(name)} in {code}" for name, code in pairs)


def _mixed_sources(facts: Facts, ratio: Ratio) -> str | None:
    """Says so when the two sides of an ads KPI were counted by two sources."""
    names = (ratio.top[0], ratio.bottom)
    series = [facts.measured.series(name) for name in names]
    sources = [facts.measured.source(one.metric) for one in series if one]
    if None in sources or len(set(sources)) < 2:
        return None
    pairs = zip(names, sources, strict=True)
    return ", ".join(f"{input_name(name)} from {source}" for name, source in pairs)


def _conversion_rate(facts: Facts, kpi: str) -> KpiValue:
    is_reach_known = facts.measured.series("reach") is not None
    found = _ratio(facts, kpi, conversion_rate(is_reach_known=is_reach_known))
    if found.value is None:
        return found
    which = "viewers = unique viewers" if is_reach_known else "viewers = video views"
    return replace(found, note=join_notes(which, found.note))


def _post(facts: Facts, kpi: str, found: PostFigure) -> KpiValue:
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


def _website_growth(facts: Facts, kpi: str) -> KpiValue:
    """Visits against those of the window before, when both are covered."""
    names = SUMS["website_visits"]
    visits = facts.sums(names)
    if visits.reason is not None:
        return of_sums(facts, kpi, visits, None, ())
    before = _sum(Facts(facts.measured, facts.window.previous), "website_visits", names)
    inputs = (
        ("website visits", visits.values["website_visits"]),
        ("of the days before", before.value),
    )
    if not before.is_covered or not before.value:
        is_zero = before.is_covered
        reason = BASELINE_ZERO if is_zero else f"{NO_BASELINE}: days before missing"
        return of_sums(facts, kpi, replace(visits, reason=reason), None, inputs)
    value = visits.values["website_visits"] / before.value - 1
    return of_sums(facts, kpi, visits, value, inputs)


def _hook_rate(facts: Facts, kpi: str) -> KpiValue:
    """Of ads by day where those are measured, else of the posts by their curves.

    Never of both: who sees an ad did not choose to, so that the two do not mix.
    """
    names = (*HOOK.top, HOOK.bottom)
    if all(facts.measured.series(name) is not None for name in names):
        found = _ratio(facts, kpi, HOOK)
        return replace(found, note=join_notes("of ads", found.note))
    posts = _post(facts, kpi, held_2s(facts.measured.history, facts.window))
    return posts if posts.value is None else replace(posts, note="of posts")


_OTHERS: dict[str, Callable[[Facts, str], KpiValue]] = {
    "followers": follower_kpis.followers,
    "follower_growth": follower_kpis.growth,
    "follower_growth_rate": follower_kpis.growth_rate,
    "engagement_rate": follower_kpis.engagement_rate,
    "followers_per_1000_views": follower_kpis.followers_per_1000_views,
    "website_visits_growth": _website_growth,
    "conversion_rate": _conversion_rate,
    "hook_rate": _hook_rate,
}
