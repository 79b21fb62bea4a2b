"""A poll of 1,000 HTTP sources against a bare httpx loop of the same requests.

Both ask one server process on 127.0.0.1, with the same number of requests at a time.
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import httpx

from kpi_tui.config.settings import HttpJsonSource
from kpi_tui.sources.base import Identity
from kpi_tui.sources.http import Bounds, HttpClient
from kpi_tui.sources.http_json import HttpJsonConnector

SOURCES = 1_000
ROUNDS = 3
NOW = 1_774_353_600.0
AT_A_TIME = Bounds().per_host


class _Server(asyncio.Protocol):
    """Answers every request at once with the counters of one account."""

    def __init__(self) -> None:
        stats = {"followerCount": 12_345, "heartCount": 678_901, "videoCount": 42}
        body = json.dumps({"data": {"user": {"id": "1"}, "stats": stats}}).encode()
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        self._answer = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *asked, self._rest = (self._rest + data).split(b"\r\n\r\n")
        self._transport.write(self._answer * len(asked))


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Server, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until the parent closes it


def run() -> list[tuple[str, float, str]]:
    """The ratio, our time and the bare loop's (medians of three rounds, in seconds)."""
    command = [sys.executable, "-m", "benchmarks.poll", "--serve"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        base = f"http://127.0.0.1:{int(server.stdout.readline())}"
        try:
            ours, bare = asyncio.run(asyncio.wait_for(_compare(base), 120))
        finally:
            server.stdin.close()
            server.wait(10)
    seconds = f"{ours:.2f} s against {bare:.2f} s, {AT_A_TIME} at a time"
    return [
        (f"poll of {SOURCES:,} HTTP sources / bare httpx loop", ours / bare, seconds)
    ]


async def _compare(base: str) -> tuple[float, float]:
    """Seconds of the median round of each, measured in turns."""
    client = HttpClient()
    connectors = [_connector(base, n, client) for n in range(SOURCES)]
    limits = httpx.Limits(max_connections=AT_A_TIME)
    async with httpx.AsyncClient(limits=limits) as bare_client:

        async def ours() -> None:
            batches = await asyncio.gather(*(c.fetch(NOW) for c in connectors))
            assert all(len(batch.readings) == 3 for batch in batches)

        async def bare() -> None:
            await _bare(bare_client, base)

        await ours()
        await bare()
        times = [(await _timed(ours), await _timed(bare)) for _ in range(ROUNDS)]
    for connector in connectors:
        await connector.close()
    ours_seconds, bare_seconds = zip(*times, strict=True)
    return sorted(ours_seconds)[ROUNDS // 2], sorted(bare_seconds)[ROUNDS // 2]


async def _bare(client: httpx.AsyncClient, base: str) -> None:
    turn = asyncio.Semaphore(AT_A_TIME)

    async def one(n: int) -> None:
        async with turn:
            answer = await client.get(f"{base}/{n}")
        assert answer.json()["data"]["stats"]["followerCount"]

    await asyncio.gather(*(one(n) for n in range(SOURCES)))


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    gc.collect()
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def _connector(base: str, n: int, client: HttpClient) -> HttpJsonConnector:
    source = HttpJsonSource(
        type="http-json",
        url=f"{base}/{n}",
        metrics={
            "followers": "data.stats.followerCount",
            "likes_total": "data.stats.heartCount",
            "videos_total": "data.stats.videoCount",
        },
    )
    identity = Identity(f"rival{n}/http-json", f"rival{n}", "http-json", 60)
    return HttpJsonConnector(identity, source, client)


if __name__ == "__main__" and "--serve" in sys.argv:
    asyncio.run(_serve())
