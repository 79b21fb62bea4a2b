"""Starts the helper that refreshes a sign-in, and waits for what it says.

Knows no platform and no token. Whoever waits may be cancelled or killed: the helper
is not theirs to end.
"""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.helper import LONGEST_SECONDS, Order, Outcome

_ROOT = Path(__file__).parents[3]
"""Where this program was found: last of all places, so that it hides no other."""
# httpx imports its own command line where click is, and rich with it: half of the
# helper's start.
_PROGRAM = (
    f"import sys; sys.modules['click'] = None; sys.path.append({str(_ROOT)!r}); "
    "from kpi_tui.sources.signin.helper import main; main()"
)
_STEP_SECONDS = 0.02
_PASSED_ON = {
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "TZ",
    "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV",
    "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY",
}  # fmt: skip
_PASSED_ON_PREFIXES = ("LC_", "XDG_", "PYTHON_KEYRING_")


async def renew(order: Order) -> None:
    """Have one sign-in refreshed; SourceError or ConsentError when it was not.

    When it returns, the vault has another token than ``order.stale``.
    """
    helper = await asyncio.to_thread(_started, order)
    try:
        outcome = await _outcome(helper)
    finally:
        if helper.poll() is None:  # cancelled: somebody must still take its exit code
            threading.Thread(target=_left_alone, args=(helper,), daemon=True).start()
    error = outcome.error(order.name)
    if error is not None:
        raise error


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What the helper needs of the environment: no secret that the config names."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper() in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }


def _started(order: Order) -> "subprocess.Popen[bytes]":
    try:
        helper = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=passed_on(os.environ),
            # Its own, so that neither Ctrl-C nor a closed terminal reaches it. Not
            # asyncio's: that one kills its children when the loop ends.
            start_new_session=True,
        )
    except OSError as error:
        raise SourceError(
            f"the refresh of the sign-in could not start: {error.strerror}",
            hint="It is tried again by itself.",
        ) from None
    assert helper.stdin is not None  # noqa: S101  a pipe, as asked for
    try:
        with helper.stdin:
            helper.stdin.write(order.to_line())
    except OSError:
        pass  # it ended at once; its silence says so
    return helper


def _left_alone(helper: "subprocess.Popen[bytes]") -> None:
    with helper:  # closes what it would say, and waits until it has ended
        pass


async def _outcome(helper: "subprocess.Popen[bytes]") -> Outcome:
    deadline = time.monotonic() + LONGEST_SECONDS
    while helper.poll() is None:
        if time.monotonic() > deadline:
            return Outcome("the refresh of the sign-in does not end")
        await asyncio.sleep(_STEP_SECONDS)
    assert helper.stdout is not None  # noqa: S101  a pipe, as asked for
    with helper.stdout:
        return Outcome.from_line(helper.stdout.read())
