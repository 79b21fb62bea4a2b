"""Where people get lost between a view and a conversion.

Knows the steps and how sure a fallen step is; nothing of how a site is built.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt

from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.insights_case import (
    SETTLING_DAYS,
    WORTH_SAYING,
    Case,
    Evidence,
    Insight,
    figure,
    need,
)
from kpi_tui.kpi.measured import Measured, Series
from kpi_tui.kpi.windows import ENOUGH_COVERAGE, Window

_NOUNS = {
    "video_views": "video views",
    "profile_views": "profile views",
    "link_clicks": "link clicks",
    "website_visits": "website visits",
    "conversions": "conversions",
}
"""The steps, from the first to the last."""
_TRIES = {
    "profile_views": "say in the video why the profile is worth a look",
    "link_clicks": "look at the call to action and the link in the profile",
    "website_visits": "look at the call to action and the link in the profile",
    "conversions": "look at the landing page",
}
_SURE = 2.5
"""A step has fallen when its rate lies so many standard errors lower."""
_LOW = ("conversion_rate", "conversions", "conversion_rate_by_visit")
_FORMULA = (
    "each step / the step before it, over the days that have both, against the days "
    "before; fallen by more than 10 % and 2.5 standard errors (jackknife over days)"
)


@dataclass(frozen=True, slots=True)
class Rate:
    """A step's rate over a window's days that have both of its sides."""

    top: float
    bottom: float
    days: int
    error: float
    """Standard error, by leaving out one day at a time."""

    @property
    def value(self) -> float:
        """The rate."""
        return self.top / self.bottom


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel, now and in the window before."""

    start: str
    end: str
    now: Rate
    before: Rate

    @property
    def change(self) -> float:
        """Relative: -0.3 is a third less."""
        return self.now.value / self.before.value - 1

    @property
    def is_leak(self) -> bool:
        """Whether it has surely fallen."""
        error = sqrt(self.now.error**2 + self.before.error**2)
        fall = self.before.value - self.now.value
        return self.change <= -WORTH_SAYING and fall > _SURE * error


def funnel_rule(case: Case) -> Iterator[Insight]:
    """The step that fell most against the window before, where that is no chance."""
    window, steps = case.window, funnel(case)
    if case.is_settling:
        if window.days <= SETTLING_DAYS:
            return
        # What the last days may still bring must not be missed already.
        settled = Window(
            window.last - timedelta(SETTLING_DAYS), window.days - SETTLING_DAYS
        )
        sure = {step.end for step in funnel(case, settled) if step.is_leak}
        leaks = [step for step in steps if step.is_leak and step.end in sure]
    else:
        leaks = [step for step in steps if step.is_leak]
    if not leaks:
        return
    leak = min(leaks, key=lambda step: step.change)
    lag = need(case, *_LOW)
    bounce, proof = _bounce(case, leak)
    start, end = _NOUNS[leak.start], _NOUNS[leak.end]
    yield Insight(
        kind="conversion",
        text=f"The funnel leaks between {start} and {end}: {_per(leak.now, leak)} {end} per "
        f"{_base(leak)} {start}, {_per(leak.before, leak)} in {case.span}{bounce}: "
        f"{_TRIES[leak.end]}.",
        kpi=_kpi_of(leak),
        evidence=(*(_line(step) for step in steps), *proof),
        weight=(lag.weight if lag else 45) + 10 * min(1.0, -leak.change),
        formula=_FORMULA,
        as_of=window.last,
        source=case.source(leak.end),
    )


def funnel(case: Case, window: Window | None = None) -> list[Step]:
    """Each step that is measured by day and covered now and before."""
    window = window or case.window
    measured = Measured(case.history)
    known: list[tuple[str, Series]] = []
    for name in _NOUNS:
        series = measured.series(name)
        # Conversions that are link clicks under another name are no further step.
        if series is not None and all(series.metric != one.metric for _, one in known):
            known.append((name, series))
    if not known or known[0][0] != "video_views":
        return []
    steps = []
    for (start, below), (end, above) in pairwise(known):
        now = _rate(above, below, window)
        before = _rate(above, below, window.previous)
        if now is not None and before is not None and before.value > 0:
            steps.append(Step(start, end, now, before))
    return steps


def _rate(above: Series, below: Series, window: Window) -> Rate | None:
    days = [day for day in window if day in above.days and day in below.days]
    if len(days) < max(2, ENOUGH_COVERAGE * window.days):
        return None
    top, bottom = _sum(above, days), _sum(below, days)
    if bottom <= 0:
        return None
    without = [
        (top - above.days[day]) / rest
        for day in days
        if (rest := bottom - below.days[day]) > 0
    ]
    mean = sum(without) / max(1, len(without))
    spread = sum((one - mean) ** 2 for one in without)
    count = len(without)
    error = sqrt(spread * (count - 1) / count) if count else float("inf")
    return Rate(top, bottom, len(days), error)


def _sum(series: Series, days: Sequence[date]) -> float:
    return sum(series.days[day] for day in days)


def _line(step: Step) -> tuple[str, str]:
    now = f"{_per(step.now, step)}, before {_per(step.before, step)}"
    counts = " of ".join(
        format_value(one, "count") for one in (step.now.top, step.now.bottom)
    )
    label = f"{_NOUNS[step.end]} per {_base(step)} {_NOUNS[step.start]}"
    return label, f"{now} ({counts})"


def _base(step: Step) -> str:
    """100, or 10,000 where a hundred bring not even one."""
    return "100" if step.before.value >= 0.001 else "10,000"


def _per(rate: Rate, step: Step) -> str:
    base = 100 if _base(step) == "100" else 10_000
    return format_value(round(rate.value * base, 1), "count")


def _bounce(case: Case, leak: Step) -> tuple[str, Evidence]:
    """What became of the visitors, when it is them who are lost."""
    bounce = case.kpis.get("bounce_rate")
    if bounce is None or not bounce.is_covered:
        return "", ()
    if leak.end != "conversions" or bounce.previous is None:
        return "", figure(bounce)
    now, before = (
        format_value(one, "percent") for one in (bounce.value, bounce.previous)
    )
    return f"; {now} of the visits bounce, {before} before", figure(bounce)


def _kpi_of(leak: Step) -> str:
    match leak.end:
        case "profile_views":
            return "profile_view_rate"
        case "website_visits":
            return "website_visits"
        case _:
            return "conversion_rate"
