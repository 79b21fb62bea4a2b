"""The tables and how older files become new ones.

Knows nothing about what is in them.
"""

import sqlite3
from typing import TYPE_CHECKING

from kpi_tui.store.records import StoreError

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

SCHEMA_VERSION = 3
"""The newest schema that this program knows, kept in ``user_version``."""

APPLICATION_ID = 0x6B70_6974
"""``kpit``: tells our files from other programs', which must not be written to."""

_POINTS = (
    """
    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      account TEXT NOT NULL,
      entity TEXT NOT NULL,
      metric TEXT NOT NULL,
      grain TEXT NOT NULL,
      source TEXT NOT NULL,
      confirmed INTEGER NOT NULL DEFAULT 0,
      hourly_to INTEGER NOT NULL DEFAULT 0,
      daily_to INTEGER NOT NULL DEFAULT 0,
      UNIQUE (account, entity, metric, grain)
    )
    """,
    """
    CREATE TABLE points (
      series INTEGER NOT NULL,
      at INTEGER NOT NULL,
      value REAL NOT NULL,
      seen INTEGER NOT NULL,
      PRIMARY KEY (series, at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE videos (
      account TEXT NOT NULL,
      id TEXT NOT NULL,
      posted_at INTEGER,
      posted_precision TEXT NOT NULL,
      caption TEXT,
      url TEXT,
      duration REAL,
      format TEXT,
      is_ad INTEGER,
      PRIMARY KEY (account, id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE sources (
      name TEXT PRIMARY KEY,
      account TEXT NOT NULL,
      kind TEXT NOT NULL DEFAULT '',
      state TEXT NOT NULL DEFAULT 'waiting',
      data_until TEXT,
      good_at INTEGER,
      tried_at INTEGER,
      error TEXT,
      failures INTEGER NOT NULL DEFAULT 0,
      points INTEGER NOT NULL DEFAULT 0,
      notes TEXT NOT NULL DEFAULT '[]'
    )
    """,
    "CREATE INDEX sources_by_account ON sources (account)",
    """
    CREATE TABLE polls (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      source TEXT NOT NULL,
      state TEXT NOT NULL,
      text TEXT NOT NULL,
      points INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE states (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      updated INTEGER NOT NULL
    )
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
    "PRAGMA user_version = 1",
)

_WAITS = (
    "ALTER TABLE sources ADD COLUMN hint TEXT",
    "ALTER TABLE sources ADD COLUMN closed_until INTEGER",
    "ALTER TABLE sources ADD COLUMN circuit_until INTEGER",
    "PRAGMA user_version = 2",
)

_MONEY = (
    "ALTER TABLE sources ADD COLUMN currency TEXT",
    """
    CREATE TABLE names (
      account TEXT NOT NULL,
      entity TEXT NOT NULL,
      name TEXT NOT NULL,
      PRIMARY KEY (account, entity)
    ) WITHOUT ROWID
    """,
    "PRAGMA user_version = 3",
)

_STEPS = (
    ("0001-points", _POINTS),
    ("0002-waits", _WAITS),
    ("0003-money", _MONEY),
)
"""Name and statements of each step; the last statement says which version it makes."""


def prepare(conn: sqlite3.Connection, name: str) -> None:
    """Bring the tables up to date; a file that is, is not written to.

    ``name`` is the file's, for messages. Raises StoreError for a file of a newer
    kpi-tui and for another program's database.
    """
    if _known_version(conn, name) == SCHEMA_VERSION:
        # sqlite_utils costs 75 ms to import, which the first paint waits for.
        return
    from sqlite_utils import Database

    # One write lock around everything: of two programs that meet an empty file, the
    # second finds the tables in place instead of failing on "already exists".
    conn.execute("BEGIN IMMEDIATE")
    try:
        if _known_version(conn, name) < SCHEMA_VERSION:
            migrations().apply(Database(conn, execute_plugins=False))
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def migrations() -> "Migrations":
    """Every step from an empty file to the present schema, in order."""
    from sqlite_utils import Migrations

    steps = Migrations("kpi_tui")

    def add(name: str, statements: tuple[str, ...]) -> None:
        @steps(name=name)
        def step(db: "Database") -> None:
            for statement in statements:
                db.conn.execute(statement)

    for name, statements in _STEPS:
        add(name, statements)
    return steps


def prepare_memory(conn: sqlite3.Connection) -> None:
    """Make the tables where nothing was before and nobody migrates later."""
    for _, statements in _STEPS:
        for statement in statements:
            conn.execute(statement)


def _known_version(conn: sqlite3.Connection, name: str) -> int:
    """The file's schema version; 0 for an empty file. Raises StoreError."""
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    (owner,) = conn.execute("PRAGMA application_id").fetchone()
    (tables,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and owner != APPLICATION_ID:
        raise StoreError(
            f"{name} is another program's database: choose another file with --data"
        )
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{name} was written by a newer kpi-tui (schema {version}, this one knows "
            f"{SCHEMA_VERSION}): update kpi-tui, or choose another file with --data"
        )
    return int(version)
