"""``kpi-tui demo``: real connectors against an in-process stand-in of TikTok."""

import click

from kpi_tui.cli.options import Options, common_options, screen_options
from kpi_tui.cli.run import run_demo


@click.command()
@common_options
@screen_options
def command(options: Options) -> None:
    """Show the monitor on embedded demo data. Nothing is written."""
    run_demo(options)
