"""``kpi-tui status``: one line for a prompt, a tmux status bar or a watchdog."""

import json
from dataclasses import replace

import click

from kpi_tui.cli.console import counted
from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, config_path, load_settings
from kpi_tui.cli.stored import stored
from kpi_tui.cli.wiring import connectors_of, pick_account
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.format import (
    ASCII_TONE_GLYPHS,
    TONE_GLYPHS,
    change_tone,
    format_change,
    format_day,
    format_value,
)
from kpi_tui.kpi.goal_text import target_words
from kpi_tui.monitor.monitor import Monitor
from kpi_tui.monitor.snapshot import Snapshot, View

SHOWN = {
    "followers": "",
    "engagement_rate": "eng",
    "video_views": "views",
}
"""KPI id to its word in the line."""
AIMS = {
    "reached": "past",
    "on pace": "on pace for",
    "at risk": "at risk for",
    "behind": "behind",
    "short": "short of",
}
"""How a goal stands, before its target."""


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
            ).stored_snapshot()
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
    if snapshot.window is None or _down(snapshot):
        return 2
    return 1 if _missed(snapshot) or _raised(snapshot) else 0


def _missed(snapshot: Snapshot) -> list[str]:
    return [kpi for kpi, goal in snapshot.goals.items() if goal.needs_you]


def _raised(snapshot: Snapshot) -> list[Alert]:
    return [alert for alert in snapshot.alerts if alert.state == "raised"]


def _down(snapshot: Snapshot) -> list[str]:
    return [
        health.name
        for health in snapshot.sources
        if health.state in ("failed", "unauthorised")
    ]


def line(snapshot: Snapshot, *, is_ascii: bool = False) -> str:
    """``@acme 3,352 ▲+182 · eng 5.1 % · …``, without colour."""
    glyphs = ASCII_TONE_GLYPHS if is_ascii else TONE_GLYPHS
    parts = []
    for kpi_id, word in SHOWN.items():
        kpi = snapshot.kpis.get(kpi_id)
        if kpi is None or kpi.value is None:
            continue
        change = format_change(kpi)
        moved = f" {glyphs[change_tone(kpi)]}{change}" if change else ""
        goal = snapshot.goals.get(kpi_id)
        aim = f" {AIMS.get(goal.status, 'of')} {target_words(goal)}" if goal else ""
        text = f"{word} {format_value(kpi.value, kpi.unit)}{moved}{aim}"
        parts.append(text.strip())
    own = next(
        (r for r in snapshot.leaderboard.rows if r.handle == snapshot.account.handle),
        None,
    )
    ranked = [r for r in snapshot.leaderboard.rows if r.rank is not None]
    if own is not None and own.rank is not None and len(ranked) > 1:
        parts.append(f"#{own.rank} of {len(ranked)}")
    parts.append(_freshness(snapshot))
    parts += [f"{name} is down" for name in _down(snapshot)]
    if raised := _raised(snapshot):
        parts.append(counted(len(raised), "alert"))
    handle = f"@{snapshot.account.handle}" if snapshot.account.handle else "no account"
    text = f"{handle} " + " · ".join(parts)
    return text.encode("ascii", "replace").decode() if is_ascii else text


def _freshness(snapshot: Snapshot) -> str:
    if snapshot.window is None:
        return "no complete day of data yet"
    settling = " settling" if snapshot.is_settling else ""
    return format_day(snapshot.window.last) + settling


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
        "down": _down(snapshot),
        "alerts": [alert.text for alert in _raised(snapshot)],
    }
