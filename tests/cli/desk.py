"""Somebody who signs in: with a home, a config, perhaps a browser or a terminal."""

import asyncio
import os
import pty
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from kpi_tui.sources.signin.vault import Vault
from tests.cli.runs import Ended, environment
from tests.programs.program import Program
from tests.servers.oauth import CLIENT_ID, SECRET, OAuth, secrets_of

ROOT = Path(__file__).parents[2]
DISPLAY, BUSINESS = "acme/tiktok-display", "acme/tiktok-business"
ADS = "acme/tiktok-ads"
CONFIG = """
[[account]]
handle = "acme"
[[account.source]]
type = "tiktok-display"
client_key = "{app}"
client_secret = {{ env = "APP_SECRET" }}
base_url = "{base}"
authorize_url = "{base}/v2/auth/authorize/"
[[account.source]]
type = "tiktok-business"
app_id = "{app}"
app_secret = {{ env = "APP_SECRET" }}
base_url = "{base}/open_api/v1.3"
authorize_url = "{base}/v2/auth/authorize"
{business}
[[account.source]]
type = "tiktok-ads"
app_id = "{app}"
app_secret = {{ env = "APP_SECRET" }}
base_url = "{base}/open_api/v1.3"
authorize_url = "{base}/portal/auth"
{ads}
[[account.source]]
type = "tiktok-ads"
access_token = {{ env = "T" }}
advertiser_id = "7009"
[[account.source]]
type = "manual"
"""
# A browser: it goes where it is sent, and keeps what it saw.
BROWSER = """
import os, sys, urllib.error, urllib.request
try:
    page = urllib.request.urlopen(CHANGE(sys.argv[1])).read()
except urllib.error.HTTPError as error:
    page = error.read()
open(sys.argv[2] + "~", "wb").write(page)
os.replace(sys.argv[2] + "~", sys.argv[2])
"""


@dataclass
class Run:
    """One that has not ended."""

    program: Program
    master: int | None
    out: IO[bytes]
    stderr: asyncio.StreamReader
    err: bytes = field(default=b"")

    async def asks(self, text: str) -> str:
        """Wait until it ends with a text; all that it has shown."""
        async with asyncio.timeout(20):
            while not self.err.decode(errors="replace").rstrip().endswith(text):
                self.err += await self.stderr.read(1)
        return self.err.decode()

    async def address(self) -> str:
        """The address that it shows."""
        shown = await self.asks("press Enter:")
        return next(line for line in shown.splitlines() if line.startswith("http"))

    def type(self, text: str) -> None:
        """Type into its terminal."""
        assert self.master is not None
        os.write(self.master, text.encode())

    async def ended(self) -> Ended:
        """Wait for its end."""
        async with asyncio.timeout(30):
            err = self.err + await self.stderr.read()
            code = await asyncio.to_thread(self.program.wait, 30)
        self.out.seek(0)
        return Ended(code, self.out.read().decode(), err.decode())


@dataclass
class Desk:
    """A user with a home, a config and a platform."""

    home: Path
    oauth: OAuth
    base: str

    def write(self, *, business: str = "", ads: str = "") -> Path:
        """The config."""
        text = CONFIG.format(app=CLIENT_ID, base=self.base, business=business, ads=ads)
        path = self.home / "my.toml"
        path.write_text(text)
        return path

    def browser(self, change: str = "lambda address: address") -> dict[str, str]:
        """The environment of somebody who has a browser."""
        script = self.home / "browser.py"
        script.write_text(BROWSER.replace("CHANGE", f"({change})"))
        return {"BROWSER": f"{sys.executable} {script} %s {self.home / 'page'}"}

    @asynccontextmanager
    async def run(
        self, *words: str, is_terminal: bool = False, **more: str
    ) -> AsyncIterator[Run]:
        """Start ``kpi-tui auth``."""
        more = {"APP_SECRET": SECRET, "PYTHONPATH": str(ROOT / "src"), **more}
        command = ["-m", "kpi_tui", "--config", str(self.home / "my.toml"), "auth"]
        with tempfile.TemporaryFile() as out, ExitStack() as stack:
            master, stdin = _stdin(stack, is_terminal=is_terminal)
            heard, said = os.pipe()
            pipe = stack.enter_context(os.fdopen(heard, "rb"))
            with os.fdopen(said, "wb"):
                program = Program(
                    [*command, *words],
                    (stdin, out.fileno(), said),
                    env=environment(self.home, **more),
                    cwd=self.home,
                )
            stack.callback(program.kill)
            stderr = asyncio.StreamReader()
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                partial(asyncio.StreamReaderProtocol, stderr), pipe
            )
            stack.callback(transport.close)
            yield Run(program, master, out, stderr)

    async def ran(self, *words: str, **more: str) -> Ended:
        """Run it without a terminal, to its end."""
        async with self.run(*words, is_terminal=False, **more) as run:
            return await run.ended()

    @property
    def vault(self) -> Vault:
        """Where the sign-ins are."""
        return Vault(self.home / "data" / "kpi-tui" / "signin")

    def shows_no_secret(self, ended: Ended) -> bool:
        """Whether nothing of what ended tells a token or the app's secret."""
        shown = ended.out + ended.err
        return not any(secret in shown for secret in secrets_of(self.oauth))


def _stdin(stack: ExitStack, *, is_terminal: bool) -> tuple[int | None, int]:
    """A terminal's two ends, or nothing; closed with the stack."""
    if is_terminal:
        master, slave = pty.openpty()
        stack.callback(os.close, master)
    else:
        master, slave = None, os.open(os.devnull, os.O_RDONLY)
    stack.callback(os.close, slave)
    return master, slave
