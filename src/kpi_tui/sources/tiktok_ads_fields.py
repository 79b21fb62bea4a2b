"""From the rows of an ads report to readings: metric names and their quirks.

Knows no request. TikTok's own rates (``ctr``, ``conversion_rate``) are percentages and
of another denominator than their names say, so only counts are taken.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kpi_tui.kpi.readings import Reading, daily
from kpi_tui.kpi.text import clean
from kpi_tui.sources.numeric import number
from kpi_tui.sources.post_fields import post_id

_DELIVERY: dict[str, str] = {
    "spend": "spend",
    "impressions": "impressions",
    "clicks": "clicks",
    # Not the account's ``conversions``: a web source may count those too, and one
    # would overwrite the other with every poll.
    "conversion": "ad_conversions",
}
_VIDEO: dict[str, str] = {
    "video_play_actions": "plays",
    "video_watched_2s": "views_2s",
    "video_watched_6s": "views_6s",
    "video_views_p25": "views_p25",
    "video_views_p50": "views_p50",
    "video_views_p75": "views_p75",
    "video_views_p100": "views_p100",
}
_PURCHASES: dict[str, str] = {
    "complete_payment": "purchases",
    # Despite its name the value of all purchases, in the advertiser's currency.
    "total_complete_payment_rate": "ad_revenue",
}
_COUNTS = _DELIVERY | _VIDEO | _PURCHASES
_RETURN = "complete_payment_roas"
_CURRENCY = "currency"
_NAME = "campaign_name"

METRIC_SETS: tuple[tuple[str, ...], ...] = (
    (*_COUNTS, _RETURN, _CURRENCY),
    (*_DELIVERY, *_VIDEO, "complete_payment", _RETURN, _CURRENCY),
    (*_DELIVERY, *_VIDEO),
    tuple(_DELIVERY),
)
"""From everything to what every report has: one unknown name is a refusal of all."""

CAMPAIGN_METRIC_SETS = ((*METRIC_SETS[0], _NAME), *METRIC_SETS)
"""With what Ads Manager calls the campaign."""

_CODE = re.compile(r"[A-Z]{3}")


@dataclass(slots=True)
class AdDays:
    """What the rows of some reports say, each day of each campaign once."""

    readings: list[Reading] = field(default_factory=list)
    until: date | None = None
    """The newest day with numbers that is over."""
    currencies: set[str] = field(default_factory=set)
    """ISO codes of the money."""
    names: dict[str, str] = field(default_factory=dict)
    """Entity to its name, as the newest day has it."""
    is_revenue_rounded: bool = False
    """Some revenue is a rounded return times the spend."""


def ad_days(
    rows: Iterable[object], account: str, now: float, today: date, key: str = ""
) -> AdDays:
    """The readings of a report by day; with ``key``, by day and campaign.

    ``key`` is the dimension with the campaign's id. ``today`` is the advertiser's: its
    numbers are taken, and complete nothing. Of a day that comes twice the last row
    stands. A metric that is absent or ``"-"`` gives no reading, never 0.
    """
    found = AdDays()
    kept: dict[tuple[str, date], Mapping[str, object]] = {}
    for dimensions, metrics in _rows(rows):
        day, entity = _day(dimensions), _entity(dimensions, key)
        if day is not None and entity is not None and day <= today:
            kept[entity, day] = metrics
    for (entity, day), metrics in sorted(kept.items(), key=_day_of):
        values = dict(_values(metrics, found))
        found.readings += daily(
            account, values.items(), day, seen=int(now), entity=entity
        )
        if values and day < today:
            found.until = day if found.until is None else max(day, found.until)
        name = metrics.get(_NAME)
        if isinstance(name, str) and (called := clean(name, 120)) not in {"", "-"}:
            found.names[entity] = called
        code = str(metrics.get(_CURRENCY)).strip()
        if _CODE.fullmatch(code):
            found.currencies.add(code)
    return found


def _day_of(row: tuple[tuple[str, date], object]) -> date:
    return row[0][1]


def _values(
    metrics: Mapping[str, object], found: AdDays
) -> Iterator[tuple[str, float]]:
    has_revenue = False
    for name, metric in _COUNTS.items():
        value = number(metrics.get(name))
        if value is not None:
            yield metric, value
            has_revenue |= metric == "ad_revenue"
    multiple, spend = number(metrics.get(_RETURN)), number(metrics.get("spend"))
    if not has_revenue and multiple is not None and spend is not None:
        found.is_revenue_rounded |= multiple * spend != 0
        yield "ad_revenue", multiple * spend


def _rows(
    rows: Iterable[object],
) -> Iterator[tuple[Mapping[str, object], Mapping[str, object]]]:
    for row in rows:
        if isinstance(row, dict):
            dimensions, metrics = row.get("dimensions"), row.get("metrics")
            if isinstance(dimensions, dict) and isinstance(metrics, dict):
                yield dimensions, metrics


def _day(dimensions: Mapping[str, object]) -> date | None:
    """The label of ``"2025-12-03 00:00:00"``, as the advertiser's zone cuts it."""
    try:
        return date.fromisoformat(str(dimensions.get("stat_time_day"))[:10])
    except ValueError:
        return None


def _entity(dimensions: Mapping[str, object], key: str) -> str | None:
    """The reading's entity; None where the row names no campaign that can be one."""
    if not key:
        return ""
    identity = post_id(dimensions.get(key))
    return None if identity is None else f"campaign:{identity}"
