"""``kpi-tui doctor``: is everything around the program as it must be.

Knows how findings are printed; what is looked at is :mod:`kpi_tui.cli.findings`'.
"""

import os
import sys

import click

from kpi_tui.cli import findings
from kpi_tui.cli.console import table
from kpi_tui.cli.findings import Finding
from kpi_tui.cli.options import Options, common_options


@click.command()
@common_options
def command(options: Options) -> None:
    """Look at versions, the terminal, paths, permissions and the database.

    Exit code: 0 nothing is wrong, 1 something is; what to do stands beside it.
    """
    found = [
        *findings.versions(),
        *findings.terminal(os.environ, sys.stdout.encoding, _terminal_size()),
        *findings.time_zones(),
        *findings.config(options),
        *findings.places(options),
        *findings.database(options),
    ]
    click.echo(table(("", "", ""), [_row(finding) for finding in found]).lstrip("\n"))
    if any(finding.state == "wrong" for finding in found):
        click.get_current_context().exit(1)


def _row(finding: Finding) -> tuple[str, str, str]:
    step = f"\nNext: {finding.next_step}" if finding.next_step else ""
    return finding.state, finding.topic, finding.text + step


def _terminal_size() -> tuple[int, int] | None:
    try:
        columns, lines = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):
        return None
    return columns, lines
