"""``kpi-tui collect``: polls without a screen, for systemd or cron."""

import asyncio
import contextlib
import signal

import click

from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, config_path, load_settings
from kpi_tui.cli.stored import open_store, refuse_unsaved
from kpi_tui.cli.wiring import build_monitor
from kpi_tui.config.settings import Settings
from kpi_tui.monitor.monitor import Monitor
from kpi_tui.monitor.port import Ring
from kpi_tui.monitor.snapshot import Snapshot, SourceHealth
from kpi_tui.store.lock import PollingLock

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


@click.command()
@click.option("--once", is_flag=True, help="Ask every source once and end.")
@common_options
def command(options: Options, *, once: bool) -> None:
    """Poll every configured source without a screen.

    Prints a line for each change of a source's state, and for each alert. Exit code
    with --once: 0 all well, 1 a source failed.
    """
    if config_path(options) is None:
        raise Failure("there is no config yet", hint="kpi-tui init", code=2)
    settings = load_settings(options)
    store = open_store(options)
    try:
        for notice in store.notices:
            click.echo(notice, err=True)
        monitor = build_monitor(options, settings, store)
        monitor.subscribe_alerts(_tell_alert)
        code = (
            _collect_once(monitor, PollingLock(store.path) if store.path else None)
            if once
            else asyncio.run(_collect(monitor, settings))
        )
    finally:
        store.close()
    refuse_unsaved(store)
    click.get_current_context().exit(code)


def _collect_once(monitor: Monitor, lock: PollingLock | None) -> int:
    if lock is not None and not lock.try_acquire():
        click.echo("another kpi-tui already polls for this file", err=True)
        return 0
    try:
        healths = asyncio.run(monitor.collect_once())
    finally:
        if lock is not None:
            lock.release()
    for health in healths:
        click.echo(_line(health))
    return 1 if any(health.error for health in healths) else 0


def _line(health: SourceHealth) -> str:
    text = health.error or f"{health.points} new or changed"
    until = f", data until {health.data_until}" if health.data_until else ""
    hint = f" ({health.hint})" if health.error and health.hint else ""
    return f"{health.name}: {health.state}: {text}{hint}{until}"


def _tell_alert(ring: Ring) -> None:
    message = ring.message
    for text in message.text.splitlines():
        click.echo(f"{message.title}: {message.kind}: {text}")


async def _collect(monitor: Monitor, settings: Settings) -> int:
    """Poll until a signal; its exit code."""
    del settings
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(number: int) -> None:
        if not ended.done():
            ended.set_result(128 + number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, end, number)
    told: dict[str, tuple[str, str | None]] = {}

    def tell(snapshot: Snapshot) -> None:
        for health in snapshot.sources:
            state = (health.state, health.error)
            if told.get(health.name) != state and health.state != "waiting":
                told[health.name] = state
                click.echo(_line(health))

    monitor.subscribe(tell)
    polling = asyncio.ensure_future(monitor.run())
    both: set[asyncio.Future[object]] = {polling, ended}  # type: ignore[arg-type]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    if polling.done():
        polling.result()
    polling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await polling
    return ended.result() if ended.done() else 1
