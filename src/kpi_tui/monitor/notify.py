"""Tells people by a command and by Apprise's services; the terminal is the app's.

Knows no rule. An address is a secret: it is in no log, no error and no trouble.
"""

import asyncio
import contextlib
import importlib
import json
import logging
import os
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import NotifySection
from kpi_tui.kpi.alerts_messages import Message
from kpi_tui.kpi.text import clean

SINK_SECONDS = 10.0
"""How long a command or a service may take."""
COMMAND = "command"


def sinks_of(notify: NotifySection) -> tuple[str, ...]:
    """The names of what is configured: ``command``, ``apprise 1``, …"""
    services = [f"apprise {place + 1}" for place in range(len(notify.apprise))]
    return (*([COMMAND] if notify.command else []), *services)


async def send(
    message: Message, notify: NotifySection, sinks: Sequence[str]
) -> dict[str, str]:
    """Tell these sinks, side by side; which failed, and why, in a sentence.

    A sink that is not configured any more has nothing to fail.
    """
    known = [name for name in sinks if name in sinks_of(notify)]
    faults = await asyncio.gather(*(_send(name, message, notify) for name in known))
    return {name: text for name, text in zip(known, faults, strict=True) if text}


async def _send(name: str, message: Message, notify: NotifySection) -> str | None:
    if name == COMMAND:
        return await _run(notify.command or (), message)
    place = int(name.rpartition(" ")[2]) - 1
    try:
        async with asyncio.timeout(SINK_SECONDS * 2):
            return await asyncio.to_thread(_apprise, place, message, notify)
    except TimeoutError:
        return f"{name} did not take the message within {SINK_SECONDS * 2:g} s"


def to_json(message: Message) -> dict[str, object]:
    """A message as plain data, as commands get it."""
    return {
        "state": message.kind,
        "account": message.account,
        "title": message.title,
        "text": message.text,
        "alerts": [
            {
                "id": alert.id,
                "kpi": alert.kpi,
                "rule": alert.rule,
                "text": alert.text,
                "state": alert.state,
                "raised_at": alert.raised_at,
                "value": alert.value,
                "evidence": dict(alert.evidence),
            }
            for alert in message.alerts
        ],
    }


def environment(message: Message) -> dict[str, str]:
    """What a command finds in its environment; a NUL would end the program's start."""
    return {
        "KPI_TUI_ALERT_STATE": message.kind,
        "KPI_TUI_ALERT_ACCOUNT": clean(message.account),
        "KPI_TUI_ALERT_TITLE": clean(message.title),
        "KPI_TUI_ALERT_TEXT": "\n".join(map(clean, message.text.splitlines())),
        "KPI_TUI_ALERT_COUNT": str(len(message.alerts)),
    }


async def _run(command: Sequence[str], message: Message) -> str | None:
    """Run a list of arguments; what went wrong, without its output."""
    name = clean(command[0], 80)
    try:
        # A session of its own, so that its children can be ended with it.
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **environment(message)},
            start_new_session=True,
        )
    except (OSError, ValueError):
        return f"the alert command {name} cannot be run"
    data = json.dumps(to_json(message), ensure_ascii=False).encode()
    try:
        async with asyncio.timeout(SINK_SECONDS):
            # A command that does not read its input is no worse for it.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                await process.communicate(data)
            code = await process.wait()
    except TimeoutError:
        return f"the alert command {name} did not end within {SINK_SECONDS:g} s"
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return None if code == 0 else f"the alert command {name} ended with code {code}"


def _apprise(place: int, message: Message, notify: NotifySection) -> str | None:
    """Tell one service; blocking. What went wrong, never with the address."""
    name = f"apprise {place + 1}"
    try:
        apprise: Any = importlib.import_module("apprise")
    except ImportError:
        return "apprise is not installed: pip install 'kpi-tui[notify]'"
    # At DEBUG they log whole addresses; Apprise itself all but a part of the token.
    for logger in ("apprise", "urllib3", "requests_oauthlib", "oauthlib"):
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    try:
        address = read_secret(notify.apprise[place], f"notify: {name}")
        service = apprise.Apprise()
        if not service.add(address):
            return f"{name} is not an address that Apprise knows"
        kinds: Mapping[str, Any] = {
            "raised": apprise.NotifyType.WARNING,
            "cleared": apprise.NotifyType.SUCCESS,
        }
        is_sent = service.notify(
            title=message.title, body=message.text, notify_type=kinds[message.kind]
        )
    except SecretError as error:
        return f"{error.message} ({error.hint})"
    # A plugin's bug must neither stop the alerts nor show its address.
    except Exception as error:  # noqa: BLE001
        return f"{name} failed ({type(error).__name__})"
    return None if is_sent else f"{name} did not take the message"
