"""``kpi-tui`` without a command: the monitor, or the demo where there is nothing yet."""

import sys

import click

from kpi_tui.cli.options import Options, config_path, data_path, is_there, load_settings
from kpi_tui.cli.stored import open_store, refuse_unsaved
from kpi_tui.cli.wiring import build_demo, build_monitor, show

DEMO_NOTICE = "no config yet, so this is the demo: kpi-tui init writes one"
NO_TERMINAL = (
    "kpi-tui draws on a terminal and there is none here.\n"
    "Next: kpi-tui report (the digest), kpi-tui status (one line), "
    "kpi-tui collect (poll without a screen)"
)


def run_monitor(options: Options) -> None:
    """Show the configured accounts, or stored ones, or else the demo."""
    refuse_without_terminal(options)
    has_config = config_path(options) is not None
    if not has_config and options.data is None and not is_there(data_path(options)):
        run_demo(options, DEMO_NOTICE)
        return
    settings = load_settings(options)
    store = open_store(options, must_exist=not has_config)
    try:
        code = show(build_monitor(options, settings, store), settings, options)
    finally:
        store.close()
    if code == 0:
        refuse_unsaved(store)
    click.get_current_context().exit(code)


def run_demo(options: Options, *notices: str) -> None:
    """Show the embedded demo; nothing is written."""
    from kpi_tui.config.settings import Settings

    refuse_without_terminal(options)
    monitor, store = build_demo(notices=notices)
    try:
        code = show(monitor, Settings(), options)
    finally:
        store.close()
    click.get_current_context().exit(code)


def refuse_without_terminal(options: Options) -> None:
    """Say what to run instead and end with 2 where nothing can be drawn."""
    if options.how != "line" and not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(NO_TERMINAL, err=True)
        click.get_current_context().exit(2)
