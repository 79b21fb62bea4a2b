"""Fetches a secret from where the config says it is.

Never logs, and never repeats what it read: errors name the place only.
"""

import contextlib
import importlib
import os
import selectors
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import IO

from kpi_tui.config.settings import Secret

COMMAND_SECONDS = 10.0
"""How long a secret's command may take."""
_MOST_BYTES = 65_536


class SecretError(Exception):
    """A secret cannot be had; tells where it was looked for and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        """One sentence each, without the secret."""
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_secret(secret: Secret, where: str) -> str:
    """The secret as text; SecretError where it cannot be had or is empty.

    ``where`` names the place in the config, for the error. Blocks for as long as a
    command takes, at most ten seconds: call it in a thread from a running loop.
    """
    if secret.env is not None:
        found, hint = _from_env(secret.env, where), f"export {secret.env}=..."
    elif secret.file is not None:
        found, hint = _from_file(secret.file, where), f"write it to {secret.file}"
    elif secret.command is not None:
        found = _from_command(secret.command, where)
        hint = f"run {secret.command[0]} by hand and see what it prints"
    elif secret.keyring is not None:
        found = _from_keyring(secret.keyring, where)
        hint = _keyring_hint(secret.keyring)
    elif secret.literal is not None:
        found, hint = secret.literal.get_secret_value(), "write it into the config"
    else:
        raise SecretError(f"{where}: no secret is configured", "give it env or file")
    found = found.strip()
    if not found:
        raise SecretError(f"{where}: the secret is empty", hint)
    if any(char < " " or char == "\x7f" for char in found):
        raise SecretError(f"{where}: the secret has control characters in it", hint)
    return found


def _from_env(name: str, where: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise SecretError(
            f"{where}: the environment variable {name} is not set",
            f"export {name}=... before kpi-tui starts",
        )
    return value


def _from_file(path: Path, where: str) -> str:
    path = path.expanduser()
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SecretError(f"{where}: {path} is not a file", "name a regular file")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretError(
                f"{where}: others may read the secret in {path}", f"chmod 600 {path}"
            )
        with path.open("rb") as file:
            return _first_line(file.read(_MOST_BYTES), where, f"look into {path}")
    except FileNotFoundError:
        raise SecretError(
            f"{where}: there is no file {path}",
            f"write the secret there, then chmod 600 {path}",
        ) from None
    except (OSError, ValueError):
        raise SecretError(
            f"{where}: {path} cannot be read", f"chmod 600 {path}, as its owner"
        ) from None


def _first_line(raw: bytes, where: str, hint: str) -> str:
    try:
        return raw.partition(b"\n")[0].decode("utf-8")
    except UnicodeDecodeError:
        raise SecretError(f"{where}: the secret is not UTF-8 text", hint) from None


def _from_command(command: tuple[str, ...], where: str) -> str:
    name = command[0]
    hint = f"run {name} by hand and see what it says"
    try:
        # A session of its own, so that its children can be ended with it.
        process = subprocess.Popen(  # noqa: S603 - the user's own, and no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError):
        raise SecretError(f"{where}: the command {name} cannot be run", hint) from None
    with process:
        assert process.stdout is not None  # noqa: S101
        try:
            raw = _read_until(process.stdout, time.monotonic() + COMMAND_SECONDS)
            code = process.wait(COMMAND_SECONDS if raw is not None else 0)
        except subprocess.TimeoutExpired:
            raw, code = None, 0
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    if raw is None:
        raise SecretError(
            f"{where}: the command {name} did not end within "
            f"{COMMAND_SECONDS:g} s, or printed too much",
            hint,
        )
    if code != 0:
        raise SecretError(f"{where}: the command {name} ended with code {code}", hint)
    return _first_line(raw, where, hint)


def _read_until(stream: IO[bytes], deadline: float) -> bytes | None:
    """All that comes; None when it is too much or too late."""
    found = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while len(found) <= _MOST_BYTES:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
            more = os.read(stream.fileno(), _MOST_BYTES)
            if not more:
                return found
            found += more
    return None


def _from_keyring(name: str, where: str) -> str:
    service, _, user = name.rpartition("/")
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise SecretError(
            f"{where}: the system keyring needs the package keyring",
            "pip install keyring, beside kpi-tui",
        ) from None
    try:
        found = keyring.get_password(service, user)
    except Exception as error:  # noqa: BLE001 - each backend raises its own
        raise SecretError(
            f"{where}: the system keyring failed ({type(error).__name__})",
            "unlock it, or use env or file",
        ) from None
    if found is None:
        raise SecretError(f"{where}: the keyring has no {name}", _keyring_hint(name))
    return str(found)


def _keyring_hint(name: str) -> str:
    service, _, user = name.rpartition("/")
    return f"keyring set {service} {user}"
