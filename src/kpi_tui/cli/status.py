"""``kpi-tui status``: one line for a prompt, a tmux status bar or a watchdog."""

import json
from dataclasses import replace

import click

from kpi_tui.app.status_line import SHOWN, down, line
from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, config_path, load_settings
from kpi_tui.cli.stored import stored
from kpi_tui.cli.wiring import connectors_of, pick_account
from kpi_tui.kpi.alerts import Alert
from kpi_tui.monitor.monitor import Monitor
from kpi_tui.monitor.snapshot import Snapshot, View


@click.command()
@click.option("--json", "is_json", is_flag=True, help="As JSON.")
@common_options
def command(options: Options, *, is_json: bool) -> None:
    """Print one line on the account from stored data; nothing is polled.

    Exit code: 0 all well, 1 a goal is behind, at risk or short, or an alert is raised
    and not answered, 2 a source is down or there is nothing to show. Alerts are those
    of all accounts, unless one is named.
    """
    try:
        settings = load_settings(options)
        with stored(options, must_exist=config_path(options) is None) as store:
            handle = pick_account(options, settings, store)
            snapshot = Monitor(
                settings, store, View(handle), connectors_of
            ).whole_snapshot()
    except Failure as failure:
        failure.exit_code = 2
        raise
    if options.account is not None:
        alerts = tuple(one for one in snapshot.alerts if one.account == handle)
        snapshot = replace(snapshot, alerts=alerts)
    code = exit_code(snapshot)
    if is_json:
        click.echo(json.dumps(to_json(snapshot, code), ensure_ascii=False))
    else:
        click.echo(line(snapshot, is_ascii=options.is_ascii))
    click.get_current_context().exit(code)


def exit_code(snapshot: Snapshot) -> int:
    """2: a source is down or nothing is known; 1: a goal or alert needs you; 0: well."""
    if snapshot.window is None or down(snapshot):
        return 2
    return 1 if _missed(snapshot) or _raised(snapshot) else 0


def _missed(snapshot: Snapshot) -> list[str]:
    return [kpi for kpi, goal in snapshot.goals.items() if goal.needs_you]


def _raised(snapshot: Snapshot) -> list[Alert]:
    return [alert for alert in snapshot.alerts if alert.state == "raised"]


def to_json(snapshot: Snapshot, code: int) -> dict[str, object]:
    """The same as plain data."""
    window = snapshot.window
    return {
        "account": snapshot.account.handle,
        "state": ("ok", "goal" if _missed(snapshot) else "alert", "down")[code],
        "data_until": window.last.isoformat() if window else None,
        "is_settling": snapshot.is_settling,
        "kpis": {
            kpi_id: snapshot.kpis[kpi_id].value
            for kpi_id in SHOWN
            if kpi_id in snapshot.kpis
        },
        "goals": {kpi: goal.attainment for kpi, goal in snapshot.goals.items()},
        "statuses": {kpi: goal.status for kpi, goal in snapshot.goals.items()},
        "down": down(snapshot),
        "alerts": [alert.text for alert in _raised(snapshot)],
    }
