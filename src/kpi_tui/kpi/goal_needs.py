"""What each day must bring for a goal to be reached: "3,120 views a day".

Knows sums, followers and engagement; a rate of two flows needs no number a day.
"""

from dataclasses import dataclass
from datetime import date

from kpi_tui.kpi.daily import DAY, daily
from kpi_tui.kpi.formulas import ENGAGEMENT, SUMS
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.windows import Window

_NOUNS = {
    "video_views": "views",
    "reach": "viewers",
    "engagements": "engagements",
    "engagement_rate": "engagements",
    "profile_views": "profile views",
    "website_visits": "visits",
    "conversions": "conversions",
    "revenue": "revenue",
    "followers": "followers",
    "follower_growth": "followers",
}
_DAYS = 28


@dataclass(frozen=True, slots=True)
class Needed:
    """So much a day, on average."""

    per_day: float
    noun: str
    """``views``; for money, ``revenue``."""
    now: float | None
    """What a day brings at present: the mean of the last 28 that are known."""


def needed(
    kpi: str, target: float | None, by: date | None, measured: Measured, last: date
) -> Needed | None:
    """What the goal needs a day from the day after ``last`` on.

    For a KPI over 28 days that is what the 28 days up to ``by`` need, less those that
    are over. None where nothing is needed, or a number a day would not say it.
    """
    noun, names = _noun(kpi, measured)
    if noun is None or target is None:
        return None
    if kpi == "followers":
        return _followers(target, by, measured, last)
    wanted = target
    if kpi == "engagement_rate":
        level = measured.level("followers").last_on(last)
        if level is None:
            return None
        wanted, names = target * level[1], ENGAGEMENT
    return _of_days(noun, wanted, by, measured, names, last)


def _noun(kpi: str, measured: Measured) -> tuple[str | None, tuple[str, ...]]:
    """What is counted, and the flows that make it up."""
    custom = measured.history.customs.get(kpi)
    if custom is None:
        return _NOUNS.get(kpi), SUMS.get(kpi, ("follower_growth",))
    name = custom.definition.name.lower() if custom.definition.is_summed else None
    return name, (custom.metric,)


def _followers(
    target: float, by: date | None, measured: Measured, last: date
) -> Needed | None:
    level = measured.level("followers").last_on(last)
    if level is None or by is None or by <= last or target <= level[1]:
        return None
    per_day = (target - level[1]) / (by - last).days
    return Needed(per_day, "followers", _mean(measured, ("follower_growth",), last))


def _of_days(
    noun: str,
    wanted: float,
    by: date | None,
    measured: Measured,
    names: tuple[str, ...],
    last: date,
) -> Needed | None:
    left = _DAYS if by is None else min(_DAYS, (by - last).days)
    if left < 1:
        return None
    value = daily(measured, names)
    if value is not None:
        over = (value(last - i * DAY) for i in range(_DAYS - left))
        wanted -= sum(one for one in over if one is not None)
    elif left < _DAYS:
        return None
    return (
        Needed(wanted / left, noun, _mean(measured, names, last))
        if wanted > 0
        else None
    )


def _mean(measured: Measured, names: tuple[str, ...], last: date) -> float | None:
    value = daily(measured, names)
    if value is None:
        return None
    known = [one for day in Window(last, _DAYS) if (one := value(day)) is not None]
    return sum(known) / len(known) if known else None
