"""The system's keyring, where one works: imported late, asked with a time-out.

Knows no token: it keeps texts under names. A locked keyring over SSH waits for a
window that nobody sees, so every call has an end.
"""

import importlib
import secrets
import threading
from collections.abc import Callable
from typing import Any, TypeVar

_SERVICE = "kpi-tui"
SECONDS = 5.0
"""How long the keyring may take for one thing."""
_LEAST_PRIORITY = 1
"""Below it are keyring's stand-ins: one that fails, one that forgets, plain files."""

_T = TypeVar("_T")


class KeyringError(Exception):
    """There is no working keyring, or not now."""


def is_working() -> bool:
    """Whether something that is put in the system's keyring can be got out again."""
    name = f"probe {secrets.token_hex(4)}"
    try:
        return _bounded(lambda keyring: _round_trip(keyring, name))
    except KeyringError:
        return False


def get(name: str) -> str | None:
    """The text under a name, None where there is none; KeyringError."""
    found = _bounded(lambda keyring: keyring.get_password(_SERVICE, name))
    return None if found is None else str(found)


def put(name: str, text: str) -> None:
    """Keep a text under a name, in the place of another; KeyringError."""
    _bounded(lambda keyring: keyring.set_password(_SERVICE, name, text))


def drop(name: str) -> None:
    """Forget a name, if it is there; KeyringError when the keyring does not work."""
    if get(name) is not None:
        _bounded(lambda keyring: keyring.delete_password(_SERVICE, name))


def _round_trip(keyring: Any, name: str) -> bool:  # noqa: ANN401 - an optional module
    if getattr(keyring.get_keyring(), "priority", 0) < _LEAST_PRIORITY:
        return False
    keyring.set_password(_SERVICE, name, name)
    is_kept = keyring.get_password(_SERVICE, name) == name
    keyring.delete_password(_SERVICE, name)
    return bool(is_kept)


def _bounded(work: Callable[[Any], _T]) -> _T:
    """The work's result, done in a thread that is left behind when it hangs."""
    results: list[_T] = []
    faults: list[str] = []

    def run() -> None:
        try:
            results.append(work(importlib.import_module("keyring")))
        except Exception as error:  # noqa: BLE001 - each backend raises its own
            faults.append(type(error).__name__)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(SECONDS)
    if results:
        return results[0]
    raise KeyringError(faults[0] if faults else f"no answer within {SECONDS:g} s")
