"""KPI values and trends of the hand-made Snapshot."""

import math
from collections.abc import Mapping
from datetime import date

from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.trends import Trend
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window

STUDIO = "acme/tiktok-studio"
WEB = "acme/http-json"

# id: (unit, value, previous, source)
_TABLE: dict[str, tuple[Unit, float | None, float | None, str]] = {
    "followers": ("count", 3352.0, 3170.0, STUDIO),
    "follower_growth": ("count", 182.0, 138.0, STUDIO),
    "follower_growth_rate": ("percent", 0.0574, 0.0455, STUDIO),
    "video_views": ("count", 32514.0, 83300.0, STUDIO),
    "reach": ("count", 21044.0, 51020.0, STUDIO),
    "engagements": ("count", 171.0, 187.0, STUDIO),
    "engagement_rate": ("percent", 0.0510, 0.0590, STUDIO),
    "engagement_rate_by_views": ("percent", 0.0911, 0.1473, STUDIO),
    "engagement_rate_by_reach": ("percent", 0.1120, 0.1301, STUDIO),
    "like_rate": ("percent", 0.0790, 0.1302, STUDIO),
    "comment_rate": ("percent", 0.0042, 0.0061, STUDIO),
    "share_rate": ("percent", 0.0079, 0.0110, STUDIO),
    "save_rate": ("percent", None, None, STUDIO),
    "completion_rate": ("percent", 0.2310, 0.2850, STUDIO),
    "average_watch_time": ("seconds", 12.34, 13.9, STUDIO),
    "average_watched_share": ("percent", 0.612, 0.580, STUDIO),
    "profile_views": ("count", 1204.0, 1180.0, STUDIO),
    "profile_view_rate": ("percent", 0.0370, 0.0142, STUDIO),
    "new_viewer_share": ("percent", 0.678, 0.701, STUDIO),
    "posting_frequency": ("per_week", 3.5, 3.0, STUDIO),
    "views_per_video": ("count", 4120.0, 3890.0, STUDIO),
    "followers_per_1000_views": ("ratio", 5.6, 1.66, STUDIO),
    "website_visits": ("count", 412.0, 388.0, WEB),
    "website_visits_growth": ("percent", 0.0619, 0.21, WEB),
    "bounce_rate": ("percent", 0.4210, 0.4590, WEB),
    "conversions": ("count", None, None, WEB),
    "conversion_rate": ("percent", None, None, WEB),
    "conversion_rate_by_visit": ("percent", None, None, WEB),
    "conversion_rate_by_click": ("percent", None, None, WEB),
    "click_through_rate": ("percent", None, None, WEB),
    "spend": ("currency", None, None, WEB),
    "revenue": ("currency", None, None, WEB),
    "cost_per_conversion": ("currency", None, None, WEB),
    "roas": ("ratio", None, None, WEB),
    "roi": ("percent", None, None, WEB),
    "hook_rate": ("percent", None, None, WEB),
}


def all_kpis(window: Window) -> dict[str, KpiValue]:
    """Every KPI: most of them measured, some with gaps, some not at all."""
    return {kpi: _kpi(kpi, window) for kpi in _TABLE}


def _kpi(kpi: str, window: Window) -> KpiValue:
    unit, value, previous, source = _TABLE[kpi]
    if value is None:
        return KpiValue(kpi, None, unit, days=window.days, reason="not measured")
    return KpiValue(
        kpi,
        value,
        unit,
        previous=previous,
        covered_days=window.days - (1 if kpi.startswith("follower_g") else 0),
        days=window.days,
        inputs=_inputs(kpi, value),
        source=source,
        as_of=window.last,
        note="sum of daily uniques" if kpi == "reach" else None,
    )


def _inputs(kpi: str, value: float) -> tuple[tuple[str, float | None], ...]:
    known: Mapping[str, tuple[tuple[str, float | None], ...]] = {
        "engagement_rate": (
            ("likes", 141.0),
            ("comments", 9.0),
            ("shares", 21.0),
            ("followers", 3352.0),
        ),
        "follower_growth_rate": (("followers", 3352.0), ("followers before", 3170.0)),
    }
    return known.get(kpi, ((kpi.replace("_", " "), value),))


def all_trends(window: Window) -> dict[str, Trend]:
    """A shape per KPI that has a value: a spike, a climb, a weekly wave, a gap."""
    values = {kpi: row[1] for kpi, row in _TABLE.items()}
    return {
        kpi: Trend(
            kpi,
            window.first,
            tuple(_day(kpi, number, value, day) for number, day in enumerate(window)),
            tuple(
                _day(kpi, number + 3, value * 0.9, day)
                for number, day in enumerate(window.previous)
            ),
        )
        for kpi, value in values.items()
        if value is not None
    }


def _day(kpi: str, number: int, value: float, day: date) -> float | None:
    if kpi == "completion_rate" and number in {9, 10, 11}:
        return None
    if kpi == "followers":
        return 3170.0 + round(182 * (1 - math.exp(-max(0, number - 5) / 7)))
    spike = math.exp(-((number - 6.0) ** 2) / 6.0)
    wave = 0.35 + 0.1 * math.sin(day.toordinal() * math.tau / 7 + len(kpi))
    scale = value / 10 if value > 100 else value
    return round(scale * (wave + 1.6 * spike), 6)
