"""Reads on connections beside the writing one, also while the file is replaced.

Knows nothing of what is asked; a question is a function of the connection.
"""

import sqlite3
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from kpi_tui.store.records import StoreError
from kpi_tui.store.rescue import is_damage
from kpi_tui.store.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """For any thread; no reader waits for the writer."""

    def __init__(self, writer: Writer) -> None:
        """``writer`` says where to read, and is told of damage."""
        self._writer = writer

    def read(
        self,
        question: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """The answer from one state of the store; once more when the file was replaced.

        Raises StoreError when the store is closed or can't be read.
        """
        database = self._writer.database
        try:
            with database.reading() as conn:
                return question(conn, *args, **kwargs)
        except StoreError:
            if database is self._writer.database:
                raise
        except sqlite3.Error as error:
            if not is_damage(error):
                raise StoreError(f"the store can't be read: {error}") from error
            self._writer.rescue()
        try:
            with self._writer.database.reading() as conn:
                return question(conn, *args, **kwargs)
        except sqlite3.Error as error:
            raise StoreError(f"the store can't be read: {error}") from error
