"""``kpi-tui check``: is the config right, and does every source answer.

Writes nothing to the database.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpi_tui.cli.console import counted, table
from kpi_tui.cli.errors import Failure, report_crash
from kpi_tui.cli.options import (
    Options,
    common_options,
    config_path,
    load_settings,
    sign_in_command,
)

if TYPE_CHECKING:
    from kpi_tui.config.settings import Settings
    from kpi_tui.sources.port import Connector

SECONDS_PER_SOURCE = 30.0
AT_ONCE = 8
"""Sources that are asked at the same time."""
FILE_KINDS = {"tiktok-studio", "csv", "manual", "demo"}
"""What ``--offline`` still asks; whatever is new is taken to need the network."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one source said when it was asked once."""

    source: str
    state: str
    is_good: bool
    points: int | None = None
    data_until: date | None = None
    text: str = ""


@click.command()
@click.option("--offline", "is_offline", is_flag=True, help="Ask files only.")
@common_options
def command(options: Options, *, is_offline: bool) -> None:
    """Check the config, then ask every source once and print what it said.

    Nothing is stored. Exit code: 0 all well, 1 a source failed, 2 the config is
    wrong.
    """
    path = config_path(options)
    if path is None:
        raise Failure("there is no config yet", hint="kpi-tui init", code=2)
    settings = load_settings(options)
    _tell_config(path, settings)
    from kpi_tui.monitor.snapshot import SIGN_IN
    from kpi_tui.sources.registry import build_connectors

    connectors = _wanted(build_connectors(settings), options.account)
    if not connectors:
        click.echo("It has no sources: add [[account.source]] to it.", err=True)
        return
    trials = asyncio.run(try_all(connectors, is_offline=is_offline))
    shown = render(trials).replace(f"{SIGN_IN} ", f"{sign_in_command(options)} ")
    click.echo(shown)
    if not all(trial.is_good for trial in trials):
        click.get_current_context().exit(1)


def _tell_config(path: Path, settings: "Settings") -> None:
    from kpi_tui.config.checks import warnings_of

    competitors = counted(len(settings.competitor), "competitor")
    goals = counted(len(settings.goal), "goal")
    accounts = counted(len(settings.account), "account")
    click.echo(f"{path} is valid: {accounts}, {competitors}, {goals}")
    for warning in warnings_of(settings):
        click.echo(f"Warning: {warning}", err=True)


def _wanted(
    connectors: "Iterable[Connector]", account: str | None
) -> "list[Connector]":
    found = [
        one
        for one in connectors
        if account is None or account.lower() == one.account.lower()
    ]
    if account is not None and not found:
        raise Failure(f"the config has no source of @{account}", code=2)
    return found


async def try_all(
    connectors: "Sequence[Connector]", *, is_offline: bool = False
) -> list[Trial]:
    """Ask each connector once, some at a time, and close all; in their order."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(connector: "Connector") -> Trial:
        async with turn:
            return await _try(connector, is_offline=is_offline)

    try:
        return list(await asyncio.gather(*(in_turn(one) for one in connectors)))
    finally:
        for connector in connectors:
            await connector.close()


async def _try(connector: "Connector", *, is_offline: bool) -> Trial:
    from kpi_tui.sources.port import SourceError

    name = connector.name
    if is_offline and connector.kind not in FILE_KINDS:
        return Trial(name, "not asked", is_good=True, text="it needs the network")
    try:
        async with asyncio.timeout(SECONDS_PER_SOURCE):
            batch = await connector.fetch(time.time())
    except TimeoutError:
        text = f"no answer within {SECONDS_PER_SOURCE:g} s"
        return Trial(name, "failed", is_good=False, text=text)
    except SourceError as error:
        text = error.message + (f"\nNext: {error.hint}" if error.hint else "")
        return Trial(name, error.fault, is_good=False, text=text)
    except Exception as error:  # noqa: BLE001 - one source must not hide the others
        return Trial(name, "failed", is_good=False, text=report_crash(error))
    text = "\n".join(batch.notes)
    if connector.interval is None and not batch.readings:
        text = text or "not asked by itself; kpi-tui record types numbers in"
    return Trial(name, "ok", True, len(batch.readings), batch.data_until, text)


def render(trials: Iterable[Trial]) -> str:
    """The table of what every source said."""
    rows = [
        (
            trial.source,
            trial.state,
            "-" if trial.points is None else f"{trial.points:,}",
            "-" if trial.data_until is None else trial.data_until.isoformat(),
            trial.text,
        )
        for trial in trials
    ]
    return table(("SOURCE", "STATE", "POINTS", "DATA UNTIL", ""), rows, right=(2,))
