"""``kpi-tui import``: takes TikTok Studio downloads into the store."""

import time
from datetime import date
from pathlib import Path

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import (
    Options,
    common_options,
    data_path,
    is_there,
    load_settings,
    spelled,
)
from kpi_tui.cli.stored import stored
from kpi_tui.cli.values import DAY
from kpi_tui.config.settings import Settings
from kpi_tui.sources.tiktok_studio import FileResult, read_downloads
from kpi_tui.store.store import Ingested, Poll, Store

_FROM = {
    "given": "as given",
    "zip name": "from the zip's name",
    "newest post": "from the newest post and the file's own dates",
    "file time": "from the file's own time",
}


@click.command()
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    # One that may not be read is refused by name, and the rest goes in.
    type=click.Path(exists=True, readable=False, path_type=Path),
)
@click.option(
    "--exported", type=DAY, help="Day of the download, where the files do not tell it."
)
@common_options
def command(options: Options, paths: tuple[Path, ...], exported: date | None) -> None:
    """Take in TikTok Studio downloads: zip, csv, xlsx, or folders of them.

    Prints for each file what was new, updated and unchanged. A file that is none of
    these is refused with the reason, and the rest goes in; the exit code is then 1.
    """
    settings = load_settings(options)
    handle = _handle(options, settings)
    now = time.time()
    results = read_downloads(paths, handle, exported=exported, now=now)
    if not results:
        raise Failure(
            "found no files to import",
            hint="name a zip, csv or xlsx from TikTok Studio, or a folder that holds one",
        )
    refused = [result for result in results if result.batch is None]
    for result in refused:
        click.echo(f"{result.path}: refused: {result.refused}", err=True)
    # A database with nothing in it would take the place of the demo.
    if len(refused) < len(results):
        with stored(options, is_written=True) as store:
            _keep_all(store, results, handle, now)
    click.get_current_context().exit(1 if refused else 0)


def _handle(options: Options, settings: Settings) -> str:
    if options.account:
        known = [*settings.handles()]
        if is_there(data_path(options)):
            with stored(options) as store:
                known += store.handles()
        return spelled(options.account, known)
    if len(settings.account) == 1:
        return settings.account[0].handle
    raise Failure("whose downloads are these?", hint="add --account HANDLE", code=2)


def _keep_all(store: Store, results: list[FileResult], handle: str, now: float) -> None:
    """Ingest each accepted file and print its line."""
    source = f"{handle}/tiktok-studio"
    sums = Ingested(0, 0, 0, 0)
    width = max(len(result.path) for result in results)
    last: date | None = None
    for result in results:
        if result.batch is None:
            continue
        count = store.ingest(source, result.batch)
        sums = Ingested(*(a + b for a, b in zip(sums, count, strict=True)))
        last = max(filter(None, (last, result.batch.data_until)), default=None)
        click.echo(f"{result.path:<{width}}  {_counts(count)}{_dated(result)}")
        for note in result.batch.notes:
            click.echo(f"  {note}", err=True)
    click.echo(f"{'total':<{width}}  {_counts(sums)}")
    store.record_poll(
        Poll(
            source,
            handle,
            "tiktok-studio",
            now,
            "ok",
            f"imported: {_counts(sums)}",
            points=sums.new + sums.updated,
            data_until=last,
        )
    )


def _counts(count: Ingested) -> str:
    parts = f"{count.new} new, {count.updated} updated, {count.unchanged} unchanged"
    return parts + (f", {count.ignored} older than stored" if count.ignored else "")


def _dated(result: FileResult) -> str:
    if result.exported is None or result.exported_from is None:
        return ""
    return f"  (exported {result.exported}, {_FROM[result.exported_from]})"
