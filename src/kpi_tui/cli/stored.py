"""The database, as commands open it.

Knows what is said where it cannot be used or written; nothing of what is in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, data_path, is_there
from kpi_tui.store.store import Store, StoreError


def open_store(options: Options, *, must_exist: bool = False) -> Store:
    """The database of these options; Failure where it cannot be used."""
    path = data_path(options)
    if must_exist and not is_there(path):
        raise Failure(
            f"there is no data yet at {path}",
            hint="kpi-tui import PATH --account HANDLE, or kpi-tui collect",
        )
    try:
        return Store.open(path)
    except StoreError as error:
        raise Failure(str(error)) from None


@contextmanager
def stored(
    options: Options, *, must_exist: bool = False, is_written: bool = False
) -> Iterator[Store]:
    """The database, for a command that ends at once; what is wrong with it on stderr.

    Unlike the monitor, such a command cannot wait until the file can be written:
    Failure where what ``is_written`` would be lost, or where nothing could be read.
    """
    store = open_store(options, must_exist=must_exist)
    try:
        _refuse_useless(store, is_written=is_written)
        for notice in store.notices:
            click.echo(notice, err=True)
        yield store
    finally:
        store.close()
    if is_written:
        refuse_unsaved(store)


def refuse_unsaved(store: Store) -> None:
    """Failure if something written to this closed store could not be saved."""
    if store.has_unsaved:
        # The rest of the notice promises what only the monitor can keep.
        reason = store.notices[0].partition(": ")[0]
        raise Failure(f"{reason}: what is new was not stored", hint="kpi-tui doctor")


def _refuse_useless(store: Store, *, is_written: bool) -> None:
    if not store.is_stranded:
        return
    reason = store.notices[0].partition(": running")[0]
    if is_written:
        raise Failure(f"{reason}, so nothing was stored", hint="kpi-tui doctor")
    if not store.handles() and not store.source_rows():
        raise Failure(f"{reason}, and nothing could be read", hint="kpi-tui doctor")
