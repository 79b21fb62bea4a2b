"""A budget counts a request when it leaves, not when it begins to wait for a line."""

import asyncio

from kpi_tui.sources.budget import RequestBudget
from kpi_tui.sources.http import Bounds, HttpClient
from tests.servers.loopback import Request, answer, serving
from tests.sources.budget.test_budget import most_within


async def test_a_server_that_hangs_and_recovers_gets_no_burst() -> None:
    loop = asyncio.get_running_loop()
    arrived: list[float] = []

    async def hangs_at_first(_: Request, writer: asyncio.StreamWriter) -> None:
        arrived.append(loop.time())
        if len(arrived) <= 3:
            await asyncio.sleep(1.2)
        writer.write(answer(200, b"{}"))

    client = HttpClient(bounds=Bounds(per_host=3))
    budget = RequestBudget("requests", 3, 0.25)
    async with serving(hangs_at_first) as base:
        await asyncio.gather(
            *(
                client.get_json(base, source="acme/test", turn=budget.spend)
                for _ in range(9)
            )
        )
        await client.close()
    assert len(arrived) == 9
    assert most_within(arrived, 0.25) <= 3
