"""Damaged files, backups, unwritable folders, full disks."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from kpi_tui.kpi.readings import Batch
from kpi_tui.store.store import Store, StoreError
from tests.store.build import day, keep, now, table, values


def filled(path: Path, *, rows: int = 3) -> None:
    """A store with some points, closed."""
    store = Store.open(path)
    keep(store, *(now(1_700_000_000 + 600 * i, i) for i in range(rows)))
    store.close()


def names(path: Path) -> set[str]:
    """What is in the folder, without stamps."""
    return {p.name.split("-20")[0].split(".corrupt")[0] for p in path.parent.iterdir()}


def damage(path: Path) -> None:
    """Overwrite the tables, and leave the header as it was."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


@pytest.mark.parametrize("content", [b"\1garbage" * 1000, b"\0" * 8192, b"\x7f\2"])
def test_a_file_that_is_no_database_is_moved_aside(path, content):
    path.write_bytes(content)
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    assert values(table(store)) == [5]
    (notice,) = store.notices
    assert "kpi.db was damaged and is now kpi.db.corrupt-" in notice
    assert "a fresh file was begun" in notice
    store.close()
    (aside,) = path.parent.glob("kpi.db.corrupt-*")
    assert aside.read_bytes() == content


@pytest.mark.parametrize(
    "content", [b"Date,Views\r\n", "h\xe9llo".encode(), b"PK\3\4z"]
)
def test_a_file_of_somebody_else_s_is_left_where_it_is(path, content):
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"kpi\.db is not a database"):
        Store.open(path)
    assert [(p, p.read_bytes()) for p in path.parent.iterdir()] == [(path, content)]


def test_text_where_a_database_was_is_damage(path):
    path.write_bytes(b"Date,Views\n")
    path.with_name("kpi.db.backup").write_bytes(b"")
    store = Store.open(path)
    assert "kpi.db was damaged" in store.notices[0]
    store.close()


def test_a_device_is_not_taken_for_a_damaged_file(path):
    os.mkfifo(path)
    store = Store.open(path)
    assert "it is not a file" in store.notices[0]
    store.close()
    assert path.is_fifo()


def test_the_backup_replaces_a_damaged_file(path):
    filled(path)
    store = Store.open(path)
    assert store.backup()
    keep(store, day("2026-03-01", 99))
    store.close()
    damage(path)
    store = Store.open(path)
    assert values(table(store)) == [0, 1, 2]
    (notice,) = store.notices
    assert "the backup of" in notice
    store.close()
    assert path.with_name("kpi.db.backup").exists()
    again = Store.open(path)
    assert again.notices == ()
    again.close()


def test_a_damaged_backup_is_not_restored(path):
    filled(path)
    path.with_name("kpi.db.backup").write_bytes(b"not a database at all" * 99)
    damage(path)
    store = Store.open(path)
    assert table(store) == []
    assert "there was no good backup" in store.notices[0]
    store.close()


def test_the_write_ahead_log_moves_aside_with_its_file(path):
    path.write_bytes(b"\0garbage" * 1000)
    path.with_name("kpi.db-wal").write_bytes(b"left behind")
    Store.open(path).close()
    moved = {p.name[-4:]: p for p in path.parent.glob("kpi.db.corrupt-*")}
    assert len(moved) == 2
    assert moved["-wal"].read_bytes() == b"left behind"


def test_two_rescues_within_a_second_keep_both_files(path):
    for content in (b"one\0" * 999, b"two\0" * 999):
        path.write_bytes(content)
        Store.open(path).close()
    kept = {p.read_bytes()[:3] for p in path.parent.glob("kpi.db.corrupt-*")}
    assert kept == {b"one", b"two"}


def test_damage_met_while_reading_is_repaired_on_the_way(path, monkeypatch):
    monkeypatch.setattr("kpi_tui.store.database._CHECKED_BYTES", 0)
    filled(path, rows=2000)
    store = Store.open(path)
    assert store.backup()
    store.close()
    damage(path)
    store = Store.open(path)
    assert len(table(store)) == 2000
    assert "the backup of" in store.notices[0]
    keep(store, day("2026-03-01", 5))
    assert len(table(store)) == 2001
    store.close()


def test_damage_met_while_writing_is_repaired_on_the_way(path, monkeypatch):
    monkeypatch.setattr("kpi_tui.store.database._CHECKED_BYTES", 0)
    filled(path, rows=2000)
    store = Store.open(path)
    assert store.backup()
    store.close()
    damage(path)
    store = Store.open(path)
    batch = Batch((day("2026-03-01", 5),))
    assert store.ingest("acme/a", batch) == (1, 0, 0, 0, 0)
    assert len(table(store)) == 2001
    assert len(store.notices) == 1
    store.close()


def test_a_backup_of_a_damaged_file_spares_the_good_one(path, monkeypatch):
    monkeypatch.setattr("kpi_tui.store.database._CHECKED_BYTES", 0)
    filled(path, rows=2000)
    store = Store.open(path)
    assert store.backup()
    store.close()
    good = path.with_name("kpi.db.backup").read_bytes()
    damage(path)
    store = Store.open(path)
    assert not store.backup()
    assert path.with_name("kpi.db.backup").read_bytes() == good
    assert len(table(store)) == 2000
    assert "the backup of" in store.notices[0]
    store.close()


def test_a_backup_is_whole_while_the_store_is_written(filed, path):
    halt = threading.Event()

    def write() -> None:
        i = 0
        while not halt.is_set():
            keep(filed, *(now(1_700_000_000 + i + j, i + j) for j in range(50)))
            i += 50

    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(5):
        assert filed.backup()
    halt.set()
    thread.join()
    assert not list(path.parent.glob("*.tmp"))
    copy = sqlite3.connect(path.with_name("kpi.db.backup"))
    (count,) = copy.execute("SELECT count(*) FROM points").fetchone()
    assert count % 50 == 0
    copy.close()


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_file_that_is_deleted_meanwhile_is_written_again(path, is_whole):
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    for gone in list(path.parent.iterdir()) if is_whole else [path]:
        gone.unlink()
    keep(store, day("2026-03-02", 6))
    assert values(table(store)) == [5, 6]
    assert store.notices == (
        "kpi.db was deleted while kpi-tui ran: it is written again",
    )
    store.close()
    assert [p.name for p in path.parent.iterdir()] == ["kpi.db"]
    again = Store.open(path)
    assert (values(table(again)), again.notices) == ([5, 6], ())
    again.close()


def test_a_file_that_is_deleted_last_is_written_at_the_end(path):
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    for gone in list(path.parent.iterdir()):
        gone.unlink()
    store.close()
    again = Store.open(path)
    assert values(table(again)) == [5]
    again.close()


def test_a_file_that_is_replaced_meanwhile_is_followed(path):
    filled(path)
    other = path.with_name("other.db")
    filled(other, rows=1)
    store = Store.open(path)
    other.replace(path)
    keep(store, day("2026-03-02", 6))
    assert values(table(store)) == [0, 6]
    assert "kpi.db was replaced while kpi-tui ran" in store.notices
    store.close()


def test_a_file_that_cannot_be_written_again_waits_for_its_folder(tmp_path):
    path = tmp_path / "in" / "kpi.db"
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    path.parent.rename(tmp_path / "moved")
    path.parent.write_text("in the way")
    keep(store, day("2026-03-02", 6))
    assert "can't be written again" in store.notices[0]
    path.parent.unlink()
    keep(store, day("2026-03-03", 7))
    store.close()
    again = Store.open(path)
    assert values(table(again)) == [5, 6, 7]
    again.close()


def test_memory_needs_no_backup():
    store = Store.open(None)
    assert not store.backup()
    store.close()
