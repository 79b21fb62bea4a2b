"""How files are made, recognised and refused."""

import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database

from kpi_tui.kpi.readings import Batch
from kpi_tui.store.schema import (
    _STEPS,
    APPLICATION_ID,
    SCHEMA_VERSION,
    migrations,
    prepare,
    prepare_memory,
)
from kpi_tui.store.store import Poll, Store, StoreError
from tests.store.build import day, keep, table

TABLES = {"series", "points", "videos", "sources", "polls", "states", "names"}


def made(path: Path) -> dict[str, str]:
    """Name to definition of everything in the file."""
    conn = sqlite3.connect(path)
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    found = {name: sql for name, sql in rows if not name.startswith(("_", "idx__"))}
    conn.close()
    return found


def test_an_empty_file_gets_every_table_and_the_second_time_nothing(path):
    Store.open(path).close()
    before = made(path)
    assert set(before) >= TABLES
    assert "WITHOUT ROWID" in before["points"]
    content = path.read_bytes()
    Store.open(path).close()
    assert path.read_bytes() == content


def test_the_steps_in_memory_are_those_of_a_file(path):
    Store.open(path).close()
    memory = sqlite3.connect(":memory:")
    prepare_memory(memory)
    rows = memory.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    assert dict(rows.fetchall()) == made(path)
    memory.close()


def test_migrations_are_recorded_and_apply_once(path):
    Store.open(path).close()
    database = Database(path)
    names = [one.name for one in migrations().applied(database)]
    assert names == ["0001-points", "0002-waits", "0003-money"]
    assert migrations().pending(database) == []
    migrations().apply(database)
    assert set(made(path)) >= TABLES
    database.close()


def test_a_file_of_the_first_schema_keeps_what_is_in_it(path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr("kpi_tui.store.schema._STEPS", _STEPS[:1])
        before.setattr("kpi_tui.store.schema.SCHEMA_VERSION", 1)
        conn = sqlite3.connect(path, isolation_level=None)
        prepare(conn, path.name)
        conn.execute("INSERT INTO sources (name, account) VALUES ('a/csv', 'a')")
        conn.close()
    store = Store.open(path)
    row = store.source_rows()["a/csv"]
    assert (row.state, row.hint, row.closed_until) == ("waiting", None, None)
    store.record_poll(Poll("a/csv", "a", "csv", 1.0, "failed", "no", closed_until=9.1))
    assert store.source_rows()["a/csv"].closed_until == 10
    store.close()


def test_the_known_version_is_the_one_that_the_steps_make(path):
    Store.open(path).close()
    conn = sqlite3.connect(path)
    assert conn.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert conn.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    conn.close()


def test_a_step_that_fails_leaves_nothing_behind(path):
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    conn.execute("CREATE TABLE states (x)")  # in the way of the last statement
    with pytest.raises(sqlite3.OperationalError):
        prepare(conn, path.name)
    assert set(made(path)) == {"states"}
    conn.close()


def test_a_file_of_the_first_schema_keeps_everything_and_gets_the_rest(path):
    database = Database(path)
    migrations().apply(database, stop_before="0002-waits")
    old = database.conn
    old.execute(
        "INSERT INTO sources (name, account) VALUES ('acme/tiktok-ads', 'acme')"
    )
    old.execute(
        "INSERT INTO series VALUES (1, 'acme', '', 'spend', 'day', 'a', 0, 0, 0)"
    )
    old.execute("INSERT INTO points VALUES (1, 1774310400, 5.0, 1774400000)")
    old.commit()
    database.close()
    store = Store.open(path)
    assert [(p.metric, p.value) for p in store.points("acme", (), None)] == [
        ("spend", 5)
    ]
    store.ingest("acme/tiktok-ads", Batch(currency="EUR"))
    assert list(store.source_rows()) == ["acme/tiktok-ads"]
    store.close()
    assert set(made(path)) >= TABLES


def test_a_newer_schema_is_refused_and_left_alone(path):
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    store.close()
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 99")
    conn.close()
    content = path.read_bytes()
    with pytest.raises(StoreError, match=r"kpi\.db was written by a newer kpi-tui"):
        Store.open(path)
    assert path.read_bytes() == content
    assert [p.name for p in path.parent.iterdir()] == ["kpi.db"]


def test_another_programs_database_is_refused_and_left_alone(path):
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE bookmarks (url)")
    conn.close()
    content = path.read_bytes()
    with pytest.raises(StoreError, match="another program's database"):
        Store.open(path)
    assert path.read_bytes() == content


def test_folders_and_file_are_the_users_own(tmp_path):
    path = tmp_path / "a" / "b" / "kpi.db"
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    store.backup()
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path.parent, path.parent.parent)]
    assert modes == [0o700, 0o700]
    files = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    store.close()
    assert set(files) == {"kpi.db", "kpi.db-wal", "kpi.db-shm", "kpi.db.backup"}
    assert set(files.values()) == {0o600}


def test_a_home_folder_and_links_are_followed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "real").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "kpi.db")
    store = Store.open(Path("~/link.db"))
    keep(store, day("2026-03-01", 5))
    assert store.path == tmp_path / "real" / "kpi.db"
    store.close()
    assert (tmp_path / "real" / "kpi.db").exists()


def test_a_program_waits_while_another_makes_the_tables(path):
    first = sqlite3.connect(path, isolation_level=None)
    first.execute("BEGIN IMMEDIATE")
    second = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(prepare, second, path.name)
        time.sleep(0.2)
        prepare_memory(first)
        first.execute("COMMIT")
        waiting.result()
    first.close()
    second.close()
    assert set(made(path)) >= TABLES


def test_programs_that_meet_an_empty_file_at_once_all_open_it(path):
    script = (
        "import sys; from pathlib import Path\n"
        "from kpi_tui.store.store import Store\n"
        "sys.stdin.readline()\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "print(store.notices, store.stats().integrity); store.close()\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0].strip() for process in started]
    assert said == ["() ok"] * 4


def test_a_file_that_is_up_to_date_opens_without_sqlite_utils(path):
    store = Store.open(path)
    keep(store, day("2026-03-01", 5))
    points = table(store)
    store.close()
    assert len(points) == 1
    script = (
        "import sys; from pathlib import Path\n"
        "from kpi_tui.store.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "print(store.handles(), 'sqlite_utils' in sys.modules); store.close()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "['acme'] False"
