"""The demo's internet: two hosts that answer in this process, and nobody else.

Turns requests into questions to the stand-ins. Knows no numbers.
"""

import json
from collections.abc import Callable
from typing import Any

import httpx

from kpi_tui.sources.demo.business import BusinessApi
from kpi_tui.sources.demo.stats import StatsApi

BUSINESS_HOST = "business-api.tiktok.com"
STATS_HOST = "stats.demo.invalid"
_PREFIX = "/open_api/v1.3/"


class DemoTransport(httpx.AsyncBaseTransport):
    """Answers both hosts; any other is as unreachable as without a network."""

    def __init__(
        self, business: BusinessApi, stats: StatsApi, now: Callable[[], float]
    ) -> None:
        """``now`` gives UTC epoch seconds; it is read once for each request."""
        self._business = business
        self._stats = stats
        self._now = now

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer; ConnectError for a host that the demo does not have."""
        if request.url.host == BUSINESS_HOST:
            return self._ask_business(request)
        if request.url.host == STATS_HOST:
            return self._ask_stats(request)
        raise httpx.ConnectError(
            f"the demo speaks to nobody but itself, not to {request.url.host}",
            request=request,
        )

    def _ask_business(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        route = path.removeprefix(_PREFIX) if path.startswith(_PREFIX) else path
        token = request.headers.get("Access-Token", "")
        body = self._business.answer(
            route if request.method == "GET" else f"{request.method} {route}",
            dict(request.url.params),
            token,
            self._now(),
        )
        log_id = {"X-Tt-Logid": body["request_id"]}
        return _json_response(request, 200, body, log_id)

    def _ask_stats(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            return _json_response(request, 405, {"detail": "GET only"}, {})
        status, body = self._stats.answer(
            request.url.path, dict(request.url.params), self._now()
        )
        return _json_response(request, status, body, {})


def _json_response(
    request: httpx.Request, status: int, body: dict[str, Any], headers: dict[str, str]
) -> httpx.Response:
    # NaN is no JSON: better a crash in a test than a body that no client can read.
    content = json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    return httpx.Response(
        status,
        headers={"Content-Type": "application/json; charset=utf-8", **headers},
        content=content,
        request=request,
    )
