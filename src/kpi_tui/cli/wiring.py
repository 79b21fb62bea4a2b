"""Puts store, monitor, connectors and screen together, for every command that needs them.

Decides which accounts and which file; knows no formula and no screen.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi_tui.cli import garbage
from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, config_path, sign_in_command
from kpi_tui.config.load import ConfigError, load
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.monitor.cast import cast_of
from kpi_tui.monitor.monitor import (
    ConnectorFactory,
    Monitor,
    SettingsReader,
    Surroundings,
)
from kpi_tui.monitor.snapshot import View
from kpi_tui.sources.port import Connector
from kpi_tui.store.lock import PollingLock
from kpi_tui.store.store import Store

if TYPE_CHECKING:
    from kpi_tui.sources.budget import Budgets


def pick_account(options: Options, settings: Settings, store: Store) -> str:
    """The own account to show: ``--account``, else the first; Failure if unknown."""
    cast = cast_of(settings, store)
    if options.account is None:
        return cast.own[0].handle if cast.own else ""
    for account in cast.everyone:
        if account.handle.lower() == options.account.lower():
            return account.handle
    known = ", ".join(f"@{a.handle}" for a in cast.own) or "none yet"
    raise Failure(
        f"no account @{options.account}; there are: {known}",
        hint="kpi-tui import PATH --account HANDLE, or add [[account]] to the config",
        code=2,
    )


def connectors_of(settings: Settings) -> Sequence[Connector]:
    """Every configured source. Imported here: it brings httpx."""
    return keeping_budgets()(settings)


def keeping_budgets() -> ConnectorFactory:
    """Makes every configured source, of one config after the other.

    The APIs count on when the config is read again, so the budgets stay.
    """
    kept: list[Budgets] = []

    def connectors(settings: Settings) -> Sequence[Connector]:
        from kpi_tui.sources.budget import Budgets
        from kpi_tui.sources.registry import build_connectors

        if not kept:
            kept.append(Budgets())
        return build_connectors(settings, budgets=kept[0])

    return connectors


def settings_reader(path: Path | None) -> SettingsReader | None:
    """Rereads the config when its file changed; a wrong one leaves the old in force."""
    if path is None:
        return None
    seen = _stamp(path)
    trouble: str | None = None

    def reread(current: Settings) -> tuple[Settings, str | None]:
        nonlocal seen, trouble
        stamp = _stamp(path)
        if stamp is None:
            return current, f"{path.name} is gone: what it said stays in force"
        if stamp == seen:
            return current, trouble
        seen = stamp
        try:
            settings = load(path)
        except ConfigError as error:
            first = replace(error.problems[0], file=Path(path.name), hint=None)
            more = len(error.problems) - 1
            trouble = f"the edited config is not used: {first.render()}"
            trouble += f" (and {more} more: kpi-tui check)" if more else ""
            return current, trouble
        trouble = None
        # A file that was only saved again is no reason to ask every source anew.
        return (current if settings == current else settings), None

    return reread


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def build_monitor(options: Options, settings: Settings, store: Store) -> Monitor:
    """The monitor of a real store."""
    return Monitor(
        settings,
        store,
        View(pick_account(options, settings, store)),
        keeping_budgets(),
        Surroundings(
            lock=PollingLock(store.path) if store.path else None,
            reread=settings_reader(config_path(options)),
            published=partial(published_benchmarks, config_path(options)),
            sign_in=sign_in_command(options),
        ),
    )


def published_benchmarks(config: Path | None) -> Sequence[Benchmark]:
    """Those of the program and those beside the config; ConfigError if these are
    wrong. Imported here: the first frame does not wait for it."""
    from kpi_tui.config.benchmarks import load_benchmarks

    return load_benchmarks(config.parent if config else None)


def build_demo(
    *,
    notices: Sequence[str] = (),
    seed: int = 1,
    clock: Callable[[], float] = time.time,
) -> tuple[Monitor, Store]:
    """The monitor on the embedded stand-in, with a year of history, in memory."""
    from kpi_tui.sources.demo import DemoWorld, demo_settings

    settings = demo_settings(datetime.fromtimestamp(clock(), UTC).date())
    world = DemoWorld(seed, clock)
    store = Store.open(None)
    for source, batch in world.history():
        store.ingest(source, batch)

    def connectors(settings: Settings) -> Sequence[Connector]:
        from kpi_tui.sources.registry import build_connectors

        return build_connectors(settings, demo=world)

    monitor = Monitor(
        settings,
        store,
        View(settings.account[0].handle),
        connectors,
        Surroundings(
            is_demo=True,
            notices=tuple(notices),
            clock=clock,
            published=partial(published_benchmarks, None),
        ),
    )
    return monitor, store


def show(monitor: Monitor, settings: Settings, options: Options) -> int:
    """Run the screen on a monitor, or one line of it; its exit code."""
    if options.how == "line":
        return show_line(monitor, is_ascii=options.is_ascii)
    from kpi_tui.app.app import KpiApp
    from kpi_tui.app.lifeline import run_app

    app = KpiApp(
        monitor,
        is_ascii=options.is_ascii,
        theme=settings.display.theme,
        keymap=settings.display.keys,
        version=version("kpi-tui"),
    )
    app.wall.seconds = settings.display.wall
    app.wall.is_wanted = options.how == "wall"
    app.on_start = garbage.begin
    return run_app(app)


def show_line(monitor: Monitor, *, is_ascii: bool) -> int:
    """On a terminal a line that stays; piped, what is stored, once."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        from kpi_tui.app.live_line import run_line

        garbage.begin()
        has_colour = not os.environ.get("NO_COLOR")
        return run_line(monitor, is_ascii=is_ascii, has_colour=has_colour)
    from kpi_tui.app.status_line import line

    click.echo(line(monitor.whole_snapshot(), is_ascii=is_ascii))
    return 0


def own_accounts(options: Options, settings: Settings, store: Store) -> list[str]:
    """Handles to report on: the chosen one, else every own account."""
    if options.account is not None:
        return [pick_account(options, settings, store)]
    return [account.handle for account in cast_of(settings, store).own]


def with_account(options: Options, handle: str | None) -> Options:
    """The options, with an account that was found out."""
    return replace(options, account=handle)
