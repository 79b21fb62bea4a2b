"""Unwritable folders, full disks, other writers, faults."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from kpi_tui.kpi.readings import Batch
from kpi_tui.store import writer as writer_module
from kpi_tui.store.store import Store, StoreError
from tests.store.build import day, keep, now, table, values


def filled(path: Path) -> None:
    """A store with three points, closed."""
    store = Store.open(path)
    keep(store, *(now(1_700_000_000 + 600 * i, i) for i in range(3)))
    store.close()


@pytest.mark.parametrize("place", ["folder", "below a file", "proc"])
def test_where_nothing_can_be_written_it_runs_in_memory_and_says_so(tmp_path, place):
    (tmp_path / "file").write_text("")
    path = {
        "folder": tmp_path,
        "below a file": tmp_path / "file" / "kpi.db",
        "proc": Path("/proc/kpi-tui/kpi.db"),
    }[place]
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    assert values(table(store)) == [5]
    assert store.path == path
    (notice,) = store.notices
    assert notice.startswith(f"{path} can't be written (")
    assert "running in memory, it starts empty" in notice
    assert not store.backup()
    store.close()


def test_a_folder_that_may_not_be_entered_is_no_crash(path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    # Root may enter any folder.
    monkeypatch.setattr("os.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    monkeypatch.setattr(Path, "stat", refuse)
    store = Store.open(path)
    monkeypatch.undo()
    assert "(Permission denied): running in memory" in store.notices[0]
    store.close()


def unwritable(path: Path) -> Path:
    """Make SQLite unable to write the file, for root too: its log is a folder."""
    in_the_way = path.with_name(path.name + "-wal")
    in_the_way.mkdir()
    return in_the_way


def test_what_can_be_read_is_read_and_new_points_reach_the_file_later(
    path, monkeypatch
):
    filled(path)
    in_the_way = unwritable(path)
    store = Store.open(path)
    assert values(table(store)) == [0, 1, 2]
    assert "what it holds was read" in store.notices[0]
    batch = Batch((day("2026-03-01", 5),))
    assert store.ingest("acme/a", batch) == (1, 0, 0, 0, 0)
    assert len(table(store)) == 4

    in_the_way.rmdir()
    monkeypatch.setattr(writer_module, "_REOPEN_SECONDS", 0.0)
    store._writer._reopen_at = 0.0
    keep(store, day("2026-03-02", 6))
    assert store.notices == ()
    assert len(table(store)) == 5
    store.close()
    again = Store.open(path)
    assert len(table(again)) == 5
    again.close()


def test_it_stays_in_memory_while_the_file_cannot_be_written(path, monkeypatch):
    filled(path)
    unwritable(path)
    monkeypatch.setattr(writer_module, "_REOPEN_SECONDS", 0.0)
    store = Store.open(path)
    for label in ("2026-03-01", "2026-03-02"):
        keep(store, day(label, 5))
    assert len(table(store)) == 5
    assert len(store.notices) == 1
    store.close()


def fill_up(store: Store) -> None:
    """Give the file no more space; SQLite itself then says that the disk is full."""
    conn = store._writer.database.conn
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    conn.execute(f"PRAGMA max_page_count = {pages}")


def make_room(store: Store) -> None:
    """Lift the limit again."""
    store._writer.database.conn.execute("PRAGMA max_page_count = 1000000")


def big(start: int, rows: int = 3000) -> Batch:
    """A batch that needs new pages."""
    return Batch(tuple(now(start + 60 * i, i) for i in range(rows)))


def test_on_a_full_disk_it_goes_on_and_recovers_by_itself(filed):
    keep(filed, day("2026-03-01", 5))
    fill_up(filed)
    result = filed.ingest("acme/a", big(1_700_000_000))
    assert result == (0, 0, 0, 0, 3000)
    (notice,) = filed.notices
    assert "the disk is full" in notice
    assert "saved as soon as it can be" in notice
    # What is there can be read, and what still fits is not lost either.
    assert values(table(filed)) == [5]
    filed.ingest("acme/a", Batch((day("2026-03-02", 6),)))

    make_room(filed)
    assert filed.ingest("acme/a", Batch((day("2026-03-03", 7),))) == (1, 0, 0, 0, 0)
    assert filed.notices == ()
    assert len(table(filed)) == 3003


def test_what_waits_is_bounded_and_losing_it_is_said(path, monkeypatch):
    monkeypatch.setattr(writer_module, "_MAX_WAITING", 3)
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    fill_up(store)
    for i in range(4):
        assert len(store.notices) == min(i, 1)
        assert store.ingest("acme/a", big(1_700_000_000 + 10**6 * i)).waiting == 3000
    assert "Only the newest 3 unsaved answers" in store.notices[0] + store.notices[1]
    make_room(store)
    keep(store, day("2026-03-02", 5))
    assert len(table(store)) == 3 * 3000 + 2
    store.close()


def test_polls_and_states_wait_like_batches(filed):
    fill_up(filed)
    text = "x" * 50_000
    filed.set_state("seen", text, 5)
    assert filed.get_state("seen") is None
    assert len(filed.notices) == 1
    make_room(filed)
    filed.set_state("other", 1, 6)
    assert filed.get_state("seen") == text
    assert filed.notices == ()


def test_another_program_that_writes_for_long_holds_nothing_up(path, monkeypatch):
    monkeypatch.setattr("kpi_tui.store.database.BUSY_SECONDS", 0.05)
    store = Store.open(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert store.ingest("acme/a", Batch((day("2026-03-01", 5),))).waiting == 1
    assert "database is locked" in store.notices[0]
    other.execute("ROLLBACK")
    other.close()
    keep(store, day("2026-03-02", 6))
    assert values(table(store)) == [5, 6]
    assert store.notices == ()
    store.close()


def test_closing_does_not_wait_for_another_program(path):
    store = Store.open(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    future = store.submit("acme/a", Batch((day("2026-03-01", 5),)))
    writers = [t for t in threading.enumerate() if t.name.startswith("kpi-store")]
    start = time.monotonic()
    store.close()
    assert time.monotonic() - start < 10  # and not for ever
    assert future.result(1.0).waiting == 1
    for thread in writers:
        thread.join(1.0)
    assert not any(thread.is_alive() for thread in writers)
    other.close()


def test_a_fault_of_the_program_is_not_swallowed(store):
    keep(store, day("2026-03-01", 5))
    with pytest.raises(TypeError):
        store.set_state("x", object())
    # And nothing of it stays: the next write works.
    keep(store, day("2026-03-02", 6))
    assert values(table(store)) == [5, 6]


def test_a_batch_that_fails_halfway_leaves_nothing(store):
    bad = day("2026-03-02", 6)._replace(at="yesterday", metric="likes")  # type: ignore[arg-type]
    with pytest.raises((sqlite3.Error, TypeError)):
        keep(store, day("2026-03-01", 5), bad._replace(at=None))  # type: ignore[arg-type]
    assert table(store) == []
    assert store.series_list() == []
    # The series of the undone batch are not remembered as if they were there.
    keep(store, day("2026-03-01", 5))
    assert values(table(store)) == [5]


def test_a_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.ingest("acme/a", Batch())
    with pytest.raises(StoreError, match="closed"):
        store.handles()
    with pytest.raises(StoreError, match="closed"):
        store.data_version()
