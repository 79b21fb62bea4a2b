"""``kpi-tui alerts``: the inbox, answers to it, and the rules tried on the past."""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from kpi_tui.cli.console import counted, table
from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, load_settings
from kpi_tui.cli.stored import stored
from kpi_tui.cli.values import SPAN
from kpi_tui.cli.wiring import pick_account
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.format import format_age, format_day
from kpi_tui.store.store import Store

if TYPE_CHECKING:
    from kpi_tui.kpi.alerts import Alert
    from kpi_tui.monitor.alerting import AlertDesk
    from kpi_tui.monitor.port import AlertAction

NO_RULES = "the config has no [[alert]]; config.example.toml shows some"


@click.command()
@click.option(
    "--replay",
    type=SPAN,
    metavar="SPAN",
    help="What the rules would have raised over so much of the past, such as 30d.",
)
@click.option("--ack", metavar="ID", help="Keep an alert quiet until it is over.")
@click.option(
    "--snooze",
    type=(str, SPAN),
    metavar="ID SPAN",
    help="Keep an alert quiet for so long, such as 2d.",
)
@click.option("--unsnooze", metavar="ID", help="Take an answer back.")
@click.option("--note", default="", help="Kept with --ack, --snooze or --unsnooze.")
@common_options
def command(
    options: Options,
    replay: float | None,
    ack: str | None,
    snooze: tuple[str, float] | None,
    unsnooze: str | None,
    note: str,
) -> None:
    """List the alerts that the monitor, or kpi-tui collect, has raised.

    IDs may be shortened. Exit code of the list: 0 nothing needs you, 1 an alert is
    raised and not answered.
    """
    asked = [one for one in (replay, ack, snooze, unsnooze) if one is not None]
    if len(asked) > 1:
        raise Failure("--replay, --ack, --snooze and --unsnooze go alone", code=2)
    settings = load_settings(options)
    is_answer = bool(asked) and replay is None
    with stored(options, must_exist=True, is_written=is_answer) as store:
        if replay is not None:
            click.echo(replayed(store, settings, options, replay), nl=False)
            return
        from kpi_tui.monitor.alerting import AlertDesk

        desk = AlertDesk(store)
        desk.load(settings, time.time())
        if ack is not None:
            _answer(desk, ack, "acknowledge", note)
        elif snooze is not None:
            _answer(desk, snooze[0], "snooze", note, snooze[1])
        elif unsnooze is not None:
            _answer(desk, unsnooze, "unsnooze", note)
        else:
            click.get_current_context().exit(_list(desk, settings, options, store))


def _list(desk: "AlertDesk", settings: Settings, options: Options, store: Store) -> int:
    """Print the inbox; the exit code."""
    alerts = desk.alerts
    if options.account is not None:
        handle = pick_account(options, settings, store)
        alerts = tuple(alert for alert in alerts if alert.account == handle)
    if alerts:
        click.echo(inbox_text(alerts, settings, time.time()))
    elif not settings.alert:
        click.echo(NO_RULES, err=True)
    elif not desk.evaluated_at:
        click.echo("no alert was ever judged; next: kpi-tui collect --once", err=True)
    else:
        click.echo("no alerts")
    return 1 if any(alert.state == "raised" for alert in alerts) else 0


def inbox_text(alerts: "tuple[Alert, ...]", settings: Settings, now: float) -> str:
    """The inbox as a table, with notes below what they are about."""
    rows = []
    for alert in alerts:
        zone = ZoneInfo(settings.zone_of(alert.account))
        state: str = alert.state
        if alert.until is not None:
            state += f" to {_moment(alert.until, zone)}"
        text = alert.text if not alert.note else f"{alert.text}\n{alert.note}"
        age = format_age(now - alert.changed_at)
        rows.append([alert.id, state, age, f"@{alert.account}", text])
    return table(["id", "state", "since", "account", "what"], rows)


def _moment(at: int, zone: ZoneInfo) -> str:
    shown = datetime.fromtimestamp(at, UTC).astimezone(zone)
    return f"{format_day(shown.date())} {shown:%H:%M}"


def _answer(
    desk: "AlertDesk",
    start: str,
    action: "AlertAction",
    note: str,
    seconds: float | None = None,
) -> None:
    """Answer the one alert whose id begins so."""
    found = [alert for alert in desk.alerts if alert.id.startswith(start.lower())]
    opened = [alert for alert in found if alert.is_open]
    if len(opened) != 1:
        what = f"{len(opened)} open alerts have" if opened else "no open alert has"
        raise Failure(f"{what} an id that begins with {start!r}", hint="kpi-tui alerts")
    (alert,) = opened
    desk.answer(alert.id, action, note=note, seconds=seconds, now=time.time())
    now = next(one for one in desk.alerts if one.id == alert.id)
    click.echo(f"{now.id} {now.state}: {now.rule} (@{now.account})")


_NO_POLLS = (
    "no_data_for is judged by the days that are missing: of the past it is not kept "
    "when a source failed\n"
)


def replayed(store: Store, settings: Settings, options: Options, span: float) -> str:
    """What would have been raised and cleared, day by day, and how much of it."""
    from kpi_tui.monitor.alerting_replay import replay

    if not settings.alert:
        raise Failure(NO_RULES)
    days = max(1, min(3650, round(span / 86_400)))
    only = pick_account(options, settings, store) if options.account else None
    found = replay(store, settings, only, days, time.time())
    raised = [one for one in found if one.kind == "raised"]
    lines = ""
    if found:
        rows = [
            [
                format_day(one.day, with_weekday=True),
                one.kind,
                f"@{one.alert.account}",
                one.alert.text,
            ]
            for one in found
        ]
        lines = table(["day", "what", "account", "why"], rows) + "\n"
    total = counted(len(raised), "alert")
    said = f"{lines}{total} in {counted(days, 'day')} of settled data\n"
    if any(alert.no_data_for is not None for alert in settings.alert):
        said += _NO_POLLS
    return said
