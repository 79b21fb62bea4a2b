"""Signs in to the stand-ins as a user at a terminal does: with a pasted address."""

import re
import urllib.error
import urllib.request
from pathlib import Path

from tests.terminal.terminal import Terminal

_ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+/v2/auth/authorize/?\?\S+")


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Do not follow: the browser is on another machine."""


def paste_sign_in(
    config: Path, source: str, env: dict[str, str], cwd: Path
) -> tuple[int, bytes]:
    """Run ``kpi-tui auth`` in a terminal; its exit code, and all that it wrote."""
    words = ("--config", str(config), "auth", "--no-browser", source)
    terminal = Terminal(*words, env=env, cwd=cwd)
    try:
        terminal.wait_for("paste it here")
        found = _ADDRESS.search(bytes(terminal.raw))
        assert found is not None, terminal.text
        terminal.type(_consented(found.group().decode()) + "\r")
        return terminal.wait(30.0), bytes(terminal.raw)
    finally:
        terminal.close()


def _consented(address: str) -> str:
    """Where the browser ends."""
    opener = urllib.request.build_opener(_Staying, urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=10):
            raise AssertionError("no consent page")
    except urllib.error.HTTPError as answer:
        location = answer.headers["location"]
        answer.close()
        return str(location)
