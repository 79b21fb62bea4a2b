"""A stand-in for TikTok's ads report that refuses what the real one refuses.

Answers as its document describes: HTTP 200 always, faults in ``code``, numbers as
strings here and there, ``"-"`` for what is not known. Its numbers are made up.
"""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.servers.loopback import Request, answer

TOKEN = "ads-token-long-lived-1"
ADVERTISER = "7000000000000000123"
PATH = "/report/integrated/get/"
NOW = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()
TODAY = date(2026, 3, 24)
CAMPAIGNS = ("1801", "1802", "1803")
NAMES = {"1801": "Spring [oil]", "1802": "Reach\u202e \x1b[1mmore", "1803": "-"}

KNOWN = {
    *("spend", "impressions", "gross_impressions", "clicks", "ctr", "cpc", "cpm"),
    *("reach", "frequency", "conversion", "cost_per_conversion", "conversion_rate"),
    *("conversion_rate_v2", "video_play_actions", "video_watched_2s"),
    *("video_watched_6s", "video_views_p25", "video_views_p50", "video_views_p75"),
    *("video_views_p100", "complete_payment", "complete_payment_roas"),
    *("total_complete_payment_rate", "currency", "campaign_name"),
}
"""There is no ``conversions``, ``cvr`` or ``cpa``."""
_LEVELS = {
    "AUCTION_ADVERTISER": "advertiser_id",
    "AUCTION_CAMPAIGN": "campaign_id",
}
Refusal = tuple[int, str]


@dataclass
class Ads:
    """The report's state and moods; tests set them, the handler reads them."""

    prefix: str = "/v1.3"
    """Of every path, so that one process can serve several APIs."""
    token: str = TOKEN
    today: date = TODAY
    """In the advertiser's zone."""
    first_day: date = TODAY - timedelta(days=200)
    """Of the first ad."""
    paused: set[date] = field(default_factory=set)
    """Days without delivery: they have no row."""
    unknown: set[str] = field(default_factory=set)
    """Metrics that this version refuses."""
    page_rows: int = 1000
    """Rows of a page at most, however many are asked for."""
    extra_pages: int = 0
    """Pages that are announced behind the last one, and empty."""
    faults: list[int] = field(default_factory=list)
    """Codes with which the next calls are refused, first to last."""
    fault_at: dict[tuple[str, str], int] = field(default_factory=dict)
    """(data_level, start_date) to the code with which it is refused."""
    calls: list[dict[str, str]] = field(default_factory=list)
    """The query of every request."""

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request, always with HTTP 200."""
        self.calls.append(request.query)
        code, message, data = self._decide(request)
        body = {"code": code, "message": message, "request_id": "r-1", "data": data}
        writer.write(answer(200, json.dumps(body).encode()))

    def asked(self, level: str) -> list[tuple[str, str, str]]:
        """(start, end, page) of every request at that level, in order."""
        return [
            (query["start_date"], query["end_date"], query["page"])
            for query in self.calls
            if query["data_level"] == level
        ]

    def _decide(self, request: Request) -> tuple[int, str, dict[str, Any]]:
        given = request.headers.get("access-token")
        if self.faults:
            return self.faults.pop(0), f"Fault for {given}", {}
        if given != self.token:
            return (40105 if given else 40104), f"Access token {given} is wrong", {}
        if request.path != f"{self.prefix}{PATH}" or request.method != "GET":
            return 40400, "Route is not found", {}
        query = request.query
        refusal = self._refusal(query) or _window_refusal(query, self.today)
        if refusal is not None:
            return *refusal, {}
        return 0, "OK", self._page(query)

    def _refusal(self, query: dict[str, str]) -> Refusal | None:
        if query.get("advertiser_id") != ADVERTISER:
            return 40001, "No permission to operate advertiser"
        level = query.get("data_level", "")
        at = (level, query.get("start_date", ""))
        if at in self.fault_at:
            return self.fault_at[at], "Fault"
        kind = (query.get("report_type"), query.get("service_type"))
        if kind != ("BASIC", "AUCTION"):
            return 40002, "report_type: Must be one of BASIC"
        if level not in _LEVELS:
            return 40002, "data_level: Missing data for required field."
        if _names(query.get("dimensions")) != [_LEVELS[level], "stat_time_day"]:
            return 40002, "dimensions: is not a valid JSON array"
        wanted = _names(query.get("metrics"))
        if level == "AUCTION_ADVERTISER" and "campaign_name" in (wanted or ()):
            return 40002, "Invalid metric fields: ['campaign_name']"
        return self._metrics_refusal(wanted)

    def _metrics_refusal(self, wanted: list[str] | None) -> Refusal | None:
        if wanted is None:
            return 40002, "metrics: is not a valid JSON array"
        for name in wanted:
            if name not in KNOWN - self.unknown:
                return 40002, f"Invalid metric fields: ['{name}']"
        return None

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        metrics = _names(query["metrics"]) or []
        first = date.fromisoformat(query["start_date"])
        last = date.fromisoformat(query["end_date"])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        days = [d for d in days if d >= self.first_day and d not in self.paused]
        is_campaign = query["data_level"] == "AUCTION_CAMPAIGN"
        ids = CAMPAIGNS if is_campaign else (ADVERTISER,)
        key = _LEVELS[query["data_level"]]
        rows = [
            {
                "dimensions": {key: one, "stat_time_day": f"{day} 00:00:00"},
                "metrics": {
                    name: value
                    for name, value in _row(day, one if is_campaign else "").items()
                    if name in metrics
                },
            }
            for day in days
            for one in ids
        ]
        page, size = int(query["page"]), min(int(query["page_size"]), self.page_rows)
        pages = -(-len(rows) // size) + self.extra_pages
        return {
            "list": rows[(page - 1) * size : page * size],
            "page_info": {
                "page": page,
                "page_size": size,
                "total_number": len(rows),
                "total_page": pages,
            },
        }


def _row(day: date, campaign: str) -> dict[str, Any]:
    if not campaign:
        return numbers(day, len(CAMPAIGNS))
    return {**numbers(day), "campaign_name": NAMES[campaign]}


def numbers(day: date, times: int = 1) -> dict[str, Any]:
    """One day, as mixed as the real ones; ``times`` a campaign's counts."""
    n = day.toordinal() - TODAY.toordinal()  # -1 is yesterday
    return {
        "spend": f"{(20 - n) * times:.2f}",
        "impressions": str((4696 - n) * times),
        "clicks": (51 - n) * times,
        "ctr": "1.09",
        "conversion": str(3 * times),
        "conversion_rate": "0.06",
        "video_play_actions": str(1000 * times),
        "video_watched_2s": 400.0 * times,
        "video_watched_6s": "-",
        "video_views_p25": str(300 * times),
        "video_views_p50": str(200 * times),
        "video_views_p75": None,
        "video_views_p100": "0",
        "complete_payment": str(2 * times),
        "complete_payment_roas": "2.50",
        "total_complete_payment_rate": f"{50.5 * times:.2f}",
        "currency": "EUR",
    }


def _names(text: str | None) -> list[str] | None:
    try:
        found = json.loads(text or "")
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def _window_refusal(query: dict[str, str], today: date) -> Refusal | None:
    try:
        first = date.fromisoformat(query.get("start_date", ""))
        last = date.fromisoformat(query.get("end_date", ""))
    except ValueError:
        return 40002, "start_date: Not a valid date."
    if not 0 <= (last - first).days < 30:
        return 40002, "Max time span is 30 days when use stat_time_day"
    if last > today:
        return 40002, "end_date: must not be in the future"
    if not 1 <= int(query.get("page_size", "10")) <= 1000:
        return 40002, "page_size: Must be between 1 and 1000."
    return None
