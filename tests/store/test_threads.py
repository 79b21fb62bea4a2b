"""Readers beside the writer, closing in time, and a process that is killed."""

import sqlite3
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from kpi_tui.kpi.readings import Batch
from kpi_tui.kpi.windows import Window
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import Store
from tests.store.build import ATHENS, day, keep, now, table

WEEK = Window(date(2026, 3, 24), 7)


def many(rows: int, start: int = 1_700_000_000) -> Batch:
    return Batch(tuple(now(start + 60 * i, i) for i in range(rows)))


def test_readers_do_not_wait_for_the_writer_and_see_whole_batches(filed):
    keep(filed, day("2026-03-24", 5))
    conn = filed._writer.database.conn
    conn.execute("BEGIN IMMEDIATE")  # a write that takes for ever
    conn.execute("DELETE FROM points")
    found = filed.history("acme", ATHENS, WEEK, None)
    assert found.flows == {"video_views": {date(2026, 3, 24): 5}}
    conn.execute("ROLLBACK")


def test_many_threads_read_while_a_big_batch_is_written(filed):
    future = filed.submit("acme/a", many(100_000))
    counts: set[int] = set()
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not future.done():
                counts.add(filed.stats().points)
                filed.history("acme", ATHENS, WEEK, None)
        except BaseException as error:  # noqa: BLE001 - shown below
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert future.result().new == 100_000
    for thread in threads:
        thread.join()
    assert faults == []
    assert counts <= {0, 100_000}
    assert counts


def test_threads_share_a_store_in_memory():
    store = Store.open(None)
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for i in range(30):
                label = f"2026-03-{1 + i % 30:02}"
                keep(store, day(label, number, metric=f"m{number}"))
                assert len(list(store.points("acme", [f"m{number}"], None))) == i + 1
        except BaseException as error:  # noqa: BLE001 - shown below
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(table(store)) == 120
    store.close()


def test_readers_leave_few_connections_behind(filed):
    threads = [threading.Thread(target=filed.handles) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(filed._writer.database._idle) <= 4


def test_the_readers_connections_are_there_before_they_are_needed(filed):
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    filed.open_readers()
    before = descriptors()
    threads = [threading.Thread(target=filed.handles) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert filed.backup()
    assert len(filed._writer.database._idle) == 4
    assert descriptors() == before


def test_nothing_is_opened_ahead_in_memory_or_where_the_file_is_gone(filed, path):
    memory = Store.open(None)
    memory.open_readers()
    assert memory._writer.database._idle == []
    memory.close()
    path.rename(path.with_name("elsewhere.db"))
    filed.open_readers()
    assert filed._writer.database._idle == []


def test_close_finishes_what_was_submitted(path):
    store = Store.open(path)
    starts = range(1_700_000_000, 1_800_000_000, 20_000_000)
    futures = [store.submit("acme/a", many(500, start)) for start in starts]
    store.close()
    assert all(future.result().new == 500 for future in futures)
    assert not path.with_name("kpi.db-wal").exists()


def test_close_interrupts_what_takes_too_long(path):
    store = Store.open(path)
    batch = many(50_000)
    futures = [store.submit("acme/a", batch) for _ in range(100)]
    start = time.monotonic()
    store.close()
    assert time.monotonic() - start < 15  # all of it would take a minute
    assert futures[-1].result().waiting == 50_000
    again = Store.open(path)
    assert again.stats().integrity == "ok"
    assert again.stats().points in {0, 50_000}
    again.close()


def test_data_version_changes_when_anybody_writes(filed, path):
    seen = filed.data_version()
    assert filed.data_version() == seen
    other = Store.open(path)
    keep(other, day("2026-03-24", 5))
    other.close()
    assert filed.data_version() != seen


KILLED = """
import sys
from pathlib import Path
from kpi_tui.kpi.readings import Batch, Reading
from kpi_tui.store.store import Store

store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
i = 0
while True:
    rows = (Reading("a", "", f"m{j}", "day", i * 86400, i, i) for j in range(500))
    store.ingest("a/x", Batch(tuple(rows)))
    i += 1
"""


@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_a_killed_process_leaves_a_good_file_with_whole_batches(path, delay):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(delay)
    process.kill()
    process.communicate()
    store = Store.open(path)
    stats = store.stats()
    assert stats.integrity == "ok"
    assert stats.points % 500 == 0
    assert store.notices == ()
    keep(store, day("2026-03-24", 5))
    store.close()


HOLDER = """
import sys
from pathlib import Path
from kpi_tui.store.lock import PollingLock

lock = PollingLock(Path(sys.argv[1]))
print(lock.try_acquire(), flush=True)
sys.stdin.readline()
"""


def hold(path: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_one_process_polls_and_another_takes_over_when_it_dies(path):
    holder = hold(path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    lock = PollingLock(path)
    assert not lock.try_acquire()
    holder.kill()
    holder.communicate()
    assert lock.try_acquire()
    assert lock.try_acquire()
    second = hold(path)
    assert second.communicate("\n")[0] == "False\n"
    lock.release()
    lock.release()
    third = hold(path)
    assert third.communicate("\n")[0] == "True\n"


def test_a_lock_is_released_from_another_thread(path):
    lock = PollingLock(path)
    assert lock.try_acquire()
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    third = hold(path)
    assert third.communicate("\n")[0] == "True\n"


def test_memory_and_unwritable_folders_have_nobody_to_share_with():
    for path in (None, Path("/proc/kpi-tui/kpi.db")):
        lock = PollingLock(path)
        assert lock.try_acquire()
        lock.release()


def test_the_writing_connection_survives_a_reader_of_an_old_state(filed):
    keep(filed, day("2026-03-24", 5))
    with filed._writer.database.reading() as old:
        (before,) = old.execute("SELECT count(*) FROM points").fetchone()
        keep(filed, day("2026-03-23", 5))
        assert old.execute("SELECT count(*) FROM points").fetchone() == (before,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            old.execute("DELETE FROM points")
    assert len(table(filed)) == 2
