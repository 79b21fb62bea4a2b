"""``kpi-tui report``: the digest, for cron or a pipe."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import click

from kpi_tui.cli.digest import Digest, merged_sources, to_json
from kpi_tui.cli.options import Options, common_options, config_path, load_settings
from kpi_tui.cli.report_html import to_html
from kpi_tui.cli.report_text import to_markdown, to_text
from kpi_tui.cli.stored import stored
from kpi_tui.cli.values import DAY
from kpi_tui.cli.wiring import (
    connectors_of,
    own_accounts,
    published_benchmarks,
)
from kpi_tui.config.load import ConfigError
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.leaderboard import RANKABLE
from kpi_tui.monitor.monitor import Monitor, Surroundings
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.store.store import Store


@click.command()
@click.option(
    "--format",
    "layout",
    type=click.Choice(["text", "markdown", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option(
    "--days", type=click.IntRange(1, 3650), default=28, show_default=True, metavar="N"
)
@click.option("--as-of", type=DAY, help="As it was at the end of that day.")
@click.option(
    "--rank-by",
    type=click.Choice(RANKABLE),
    default="engagement_rate_by_views",
    show_default=True,
)
@common_options
def command(
    options: Options, layout: str, days: int, as_of: date | None, rank_by: str
) -> None:
    """Print the digest of the stored numbers; nothing is polled.

    Covers N days that end on the last complete day of data.
    """
    settings = load_settings(options)
    with stored(options, must_exist=config_path(options) is None) as store:
        digest = build_digest(store, settings, options, View("", days, as_of, rank_by))
    if layout == "json":
        click.echo(json.dumps(to_json(digest), ensure_ascii=False, indent=2))
    else:
        click.echo(_LAYOUTS[layout](digest), nl=False)


_LAYOUTS: dict[str, Callable[[Digest], str]] = {
    "text": to_text,
    "markdown": to_markdown,
    "html": to_html,
}


def build_digest(
    store: Store, settings: Settings, options: Options, view: View
) -> Digest:
    """A digest of the chosen account, or of every own one."""
    try:
        published = published_benchmarks(config_path(options))
    except ConfigError as error:
        published = ()
        for problem in error.problems:
            click.echo(problem.render(), err=True)
    # One monitor for all: it reads every account's history once.
    around = Surroundings(published=published)
    monitor = Monitor(settings, store, view, connectors_of, around)
    snapshots = tuple(
        _snapshot(monitor, replace(view, account=handle))
        for handle in own_accounts(options, settings, store)
    )
    return Digest(view.as_of, view.days, snapshots, merged_sources(snapshots))


def _snapshot(monitor: Monitor, view: View) -> Snapshot:
    """As the monitor would show it from stored data."""
    monitor.look(view)
    return monitor.whole_snapshot()
