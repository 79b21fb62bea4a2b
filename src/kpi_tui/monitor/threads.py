"""The threads that wait for files, programs and name servers in the loop's stead.

All of them are there from the start, so that their number says nothing about how long
the program has run. Knows no work.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

WAITING_THREADS = 6
"""What asyncio would take on two cores, one by one; every look-up of a name is here."""


def make_threads() -> None:
    """Give the running loop its threads, once."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(_started(WAITING_THREADS, "kpi-wait"))


def one_thread(name: str) -> ThreadPoolExecutor:
    """For work that must not queue behind a name server that does not answer."""
    return _started(1, name)


def _started(count: int, name: str) -> ThreadPoolExecutor:
    threads = ThreadPoolExecutor(count, thread_name_prefix=name)
    met = threading.Barrier(count)
    for _ in range(count):
        # Each holds a thread until all are there, so that none is used twice.
        threads.submit(met.wait)
    return threads
