"""A loopback server in a thread of its own, for tests that block while they drive."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.loopback import Handler, serving


@contextmanager
def serving_in_thread(handler: Handler) -> Iterator[str]:
    """Serve on a free port; gives ``http://127.0.0.1:<port>``."""
    ready, addresses = threading.Event(), list[str]()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with serving(handler) as base:
            addresses.append(base)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(20), "the server did not start"
        yield addresses[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
