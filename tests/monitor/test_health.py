"""What is told of a source's health, and how to sign it in."""

from dataclasses import replace
from pathlib import Path

from kpi_tui.cli.options import Options, sign_in_command
from kpi_tui.monitor.health import Health, signing_in_by

NAME = "acme/tiktok-display"


def test_the_command_that_signs_in_names_the_config_that_was_given() -> None:
    health = Health(name=NAME, account="acme", kind="tiktok-display", interval=60.0)
    health.hint = f"kpi-tui auth {NAME}"
    health.notes = (f"Sign in again by 7 Apr: kpi-tui auth {NAME}",)
    plain = health.frozen(0.0, is_paused=False)
    assert signing_in_by(plain, sign_in_command(Options())) == plain
    assert plain.sign_in == f"kpi-tui auth {NAME}"

    told = signing_in_by(plain, sign_in_command(Options(config=Path("/my own/x.toml"))))

    command = f"kpi-tui auth --config '/my own/x.toml' {NAME}"
    assert told == replace(
        plain,
        sign_in=command,
        hint=command,
        notes=(f"Sign in again by 7 Apr: {command}",),
    )
