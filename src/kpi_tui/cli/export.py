"""``kpi-tui export``: the stored points, as CSV or JSON lines in an array."""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, load_settings
from kpi_tui.cli.stored import stored
from kpi_tui.cli.values import DAY
from kpi_tui.cli.wiring import pick_account
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.store.store import Store, point_record, sheet_record

COLUMNS = (
    *("account", "entity", "metric", "grain", "at", "value", "source", "seen"),
    *("currency", "name"),
)


@click.command()
@click.option(
    "--format",
    "layout",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
)
@click.option("--metric", "metrics", multiple=True, help="Only these; may be repeated.")
@click.option("--since", type=DAY, help="From this day on.")
@common_options
def command(
    options: Options, layout: str, metrics: tuple[str, ...], since: date | None
) -> None:
    """Print the stored points of every account, or of --account.

    "at" is the day of a daily value and the UTC moment of any other.
    """
    settings = load_settings(options)
    with stored(options, must_exist=True) as store:
        _refuse_unknown(metrics, store)
        account = pick_account(options, settings, store) if options.account else None
        rows = store.points(account, metrics, since)
        if layout == "csv":
            _write_csv(sheet_record(row) for row in rows)
        else:
            _write_json(point_record(row) for row in rows)


def _refuse_unknown(metrics: tuple[str, ...], store: Store) -> None:
    """Failure for a metric that nobody ever stored and that kpi-tui does not know."""
    stored_ones = {row.metric for row in store.series_list()} if metrics else set()
    for metric in metrics:
        if metric not in METRICS and metric not in stored_ones:
            near = get_close_matches(metric, {*METRICS, *stored_ones}, n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            raise Failure(f"{metric!r} is not a metric{guess}", code=2)


def _write_csv(records: Iterator[dict[str, object]]) -> None:
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def _write_json(records: Iterator[dict[str, object]]) -> None:
    """An array, written as it streams: a year of points need not fit in memory."""
    separator = "[\n"
    for record in records:
        click.echo(separator + json.dumps(record, ensure_ascii=False), nl=False)
        separator = ",\n"
    click.echo("[]" if separator == "[\n" else "\n]")
