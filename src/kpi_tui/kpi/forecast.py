"""What a KPI may be on a later day, as a range that holds the truth 8 times in 10.

Knows which daily series make which KPI; not what anybody wants it to be (see
:mod:`kpi_tui.kpi.goals`). A KPI over days counts the ones that are already known.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kpi_tui.kpi.custom import CustomKpi, How
from kpi_tui.kpi.custom_values import metric_days
from kpi_tui.kpi.daily import daily
from kpi_tui.kpi.formulas import ENGAGEMENT, HOOK, RATIOS, SUMS, Ratio, conversion_rate
from kpi_tui.kpi.futures import PATHS
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.post_forecast import POST_PARTS, draws_of_posts
from kpi_tui.kpi.question import Question

FARTHEST_DAYS = 731
"""Two years: beyond that a range says nothing."""


@dataclass(frozen=True, slots=True)
class Range:
    """One time in ten below ``low``, one time in ten above ``high``."""

    low: float
    middle: float
    high: float


def forecast(kpi: str, question: Question) -> Range | None:
    """The KPI's 80 % range; None where it is not known day by day, or not for long.

    None as well for a day that is over, or more than :data:`FARTHEST_DAYS` ahead.
    """
    if not 1 <= question.ahead <= FARTHEST_DAYS:
        return None
    draws = _draws(kpi, question)
    return range_of(draws) if draws is not None else None


def _draws(kpi: str, question: Question) -> list[float] | None:
    custom = question.measured.history.customs.get(kpi)
    if custom is not None:
        return _own(custom, question)
    if kpi in SUMS:
        return _sums(question, SUMS[kpi])
    if kpi in RATIOS:
        return _rates(question, RATIOS[kpi])
    if kpi == "hook_rate" and _is_of_ads(question.measured):
        return _rates(question, HOOK)
    if kpi in POST_PARTS:
        return draws_of_posts(kpi, question)
    return _OTHERS[kpi](question) if kpi in _OTHERS else None


def _is_of_ads(measured: Measured) -> bool:
    """Whether ads tell by day who is held; posts do it where they do not."""
    names = (*HOOK.top, HOOK.bottom)
    return all(measured.series(name) is not None for name in names)


def _own(custom: CustomKpi, question: Question) -> list[float] | None:
    """A formula path by path, where every part of it has as many."""
    if custom.expression is None:
        return _metric(custom.metric, custom.how, question)
    names, measured = custom.expression.names, question.measured
    parts = []
    for name in names:
        is_kpi = name in measured.definitions
        how: How = "sum" if measured.series(name) is not None else "level"
        found = _draws(name, question) if is_kpi else _metric(name, how, question)
        if found is None or len(found) != PATHS:
            return None
        parts.append(found)
    values = [
        custom.expression.value(dict(zip(names, path, strict=True)))
        for path in zip(*parts, strict=True)
    ]
    return [value for value in values if value is not None] or None


def _metric(metric: str, how: How, question: Question) -> list[float] | None:
    if how == "sum":
        return _sums(question, (metric,))
    value = metric_days(question.measured, metric).get
    found = question.futures(question.past(value), 1 if how == "level" else 0)
    if found is None:
        return None
    if how == "level":
        return [path[-1] for path in found.days]
    over = [one for day in question.window if (one := value(day)) is not None]
    return [(sum(over) + sum(path)) / (len(over) + len(path)) for path in found.days]


def range_of(draws: Iterable[float]) -> Range | None:
    """The 10th, 50th and 90th percentile; None without any."""
    ordered = sorted(draws)
    if not ordered:
        return None
    low, middle, high = (_quantile(ordered, share) for share in (0.1, 0.5, 0.9))
    return Range(low, middle, high)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    index = int(place)
    above = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (above - ordered[index]) * (place - index)


def _sums(question: Question, names: Sequence[str]) -> list[float] | None:
    value = daily(question.measured, names)
    if value is None:
        return None
    found = question.futures(question.past(value))
    if found is None:
        return None
    known = question.known(value)
    return [known + sum(path) for path in found.days]


def _rates(question: Question, ratio: Ratio, factor: float = 1.0) -> list[float] | None:
    """Days' own rates, each with the weight of its day's bottom."""
    top = daily(question.measured, ratio.top)
    bottom = daily(question.measured, (ratio.bottom,))
    if top is None or bottom is None:
        return None

    def rate(day: date) -> float | None:
        above, below = top(day), bottom(day)
        if above is None or below is None or below <= 0:
            return None
        return above / below

    weights = question.past(bottom)
    rates = question.past(rate)
    # Both as long: then their surprises come from the same days.
    rates = [*[None] * (len(weights) - len(rates)), *rates[-len(weights) :]]
    above, below = question.futures(rates), question.futures(weights)
    if above is None or below is None:
        return None
    known_above, known_below = question.known(top), question.known(bottom)
    found = []
    for shares, sizes in zip(above.days, below.days, strict=True):
        size = known_below + sum(sizes)
        if size > 0:
            part = sum(a * b for a, b in zip(shares, sizes, strict=True))
            found.append((known_above + part) / size * factor + ratio.offset)
    return found or None


def _conversion_rate(question: Question) -> list[float] | None:
    is_reach_known = question.measured.series("reach") is not None
    return _rates(question, conversion_rate(is_reach_known=is_reach_known))


def _followers_per_1000_views(question: Question) -> list[float] | None:
    return _rates(question, Ratio(("follower_growth",), "video_views"), 1000.0)


def _levels(question: Question) -> list[tuple[float, float]] | None:
    """Per path: followers on the evening before the window, and at its end."""
    level = question.measured.level("followers")
    now = level.last_on(question.last)
    growth = daily(question.measured, ("follower_growth",))
    if now is None or growth is None:
        return None
    found = question.futures(question.past(growth), is_summed=True)
    if found is None:
        return None
    before = level.last_on(question.window.baseline)
    is_inside = question.ahead <= question.days
    if is_inside and before is None:
        before = level.first()
    pairs = []
    for gained, path in zip(found.before, found.days, strict=True):
        start = before[1] if is_inside and before else max(0.0, now[1] + gained)
        end = max(0.0, now[1] + gained + sum(path))
        pairs.append((start, end))
    return pairs


def _followers(question: Question) -> list[float] | None:
    pairs = _levels(question)
    return None if pairs is None else [end for _, end in pairs]


def _follower_growth(question: Question) -> list[float] | None:
    pairs = _levels(question)
    if pairs is None:
        return _sums(question, ("net_followers",))
    return [end - start for start, end in pairs]


def _follower_growth_rate(question: Question) -> list[float] | None:
    pairs = _levels(question)
    if pairs is None:
        return None
    return [(end - start) / start for start, end in pairs if start > 0]


def _engagement_rate(question: Question) -> list[float] | None:
    above, pairs = _sums(question, ENGAGEMENT), _levels(question)
    if above is None or pairs is None:
        return None
    return [part / end for part, (_, end) in zip(above, pairs, strict=True) if end > 0]


def _website_visits_growth(question: Question) -> list[float] | None:
    value = daily(question.measured, SUMS["website_visits"])
    if value is None:
        return None
    both = 2 * question.days
    found = question.futures(question.past(value), both)
    if found is None:
        return None
    whole, recent = question.known(value, both), question.known(value)
    draws = []
    for path in found.days:
        now = recent + sum(path[-question.days :])
        before = whole + sum(path) - now
        if before > 0:
            draws.append(now / before - 1)
    return draws or None


_OTHERS: dict[str, Callable[[Question], list[float] | None]] = {
    "followers": _followers,
    "follower_growth": _follower_growth,
    "follower_growth_rate": _follower_growth_rate,
    "engagement_rate": _engagement_rate,
    "followers_per_1000_views": _followers_per_1000_views,
    "website_visits_growth": _website_visits_growth,
    "conversion_rate": _conversion_rate,
}
