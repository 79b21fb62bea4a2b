"""Killed at any moment around a refresh, the account is still signed in.

The server is strict: a refresh ends the old tokens before its answer leaves, so that
an answer that is lost is a sign-in that is lost. A hundred kills each time; more with
``KILLS`` in the environment.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import pytest

from kpi_tui.sources.signin.helper import LONGEST_SECONDS
from kpi_tui.sources.signin.tokens import Record, Tokens
from kpi_tui.sources.signin.vault import Vault
from tests.servers.loopback import Request, answer, serving
from tests.servers.oauth import CLIENT_ID, SECRET, Grant, OAuth

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("KILLS", "100"))
LANES = 6
"""Accounts that are refreshed and killed side by side."""
STARTED_EVERY = 25
"""Of so many helpers one is started as the program does it, and not forked."""
KINDS = {"tiktok-display": "", "tiktok-business": "/open_api/v1.3"}


class Zygote:
    """A process whose forks ask for tokens."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lock = asyncio.Lock()

    async def fork(self, task: dict[str, str]) -> int:
        """Start a process; its id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._lock:
            self._process.stdin.write(json.dumps(task).encode() + b"\n")
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def zygote() -> AsyncIterator[Zygote]:
    """One zygote, ended afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.sources.signin.zygote",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Zygote(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@dataclass
class Scene:
    """The server, its accounts, and what processes showed it."""

    oauth: OAuth
    vault: Vault
    secret: Path
    """The file with the app's."""
    zygote: Zygote
    base: str = ""
    shown: dict[str, "asyncio.Future[str]"] = field(default_factory=dict)

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """A token that is shown, or anything of OAuth's."""
        if request.path != "/check":
            await self.oauth.handle(request, writer)
            return
        writer.write(answer(200, b"{}"))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        is_good = self.oauth.accepts(token)
        said = "good" if is_good else request.query.get("error", "a dead token")
        waiting = self.shown.pop(request.query["task"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result(said)

    def task(self, grant: Grant, name: str, kind: str) -> dict[str, str]:
        """What a process is to do for an account, with which kind of helper."""
        return {
            "id": f"{grant.open_id} {name}",
            "helper": kind,
            "name": f"{grant.open_id}/{grant.kind}",
            "kind": grant.kind,
            "client_id": CLIENT_ID,
            "base_url": self.base + KINDS[grant.kind],
            "folder": str(self.vault.folder),
            "secret": str(self.secret),
            "check": f"{self.base}/check",
        }

    async def ask(self, grant: Grant, name: str, kind: str) -> str:
        """What a new process gets: "good", or what is wrong."""
        task = self.task(grant, name, kind)
        shown = asyncio.get_running_loop().create_future()
        self.shown[task["id"]] = shown
        await self.zygote.fork(task)
        async with asyncio.timeout(LONGEST_SECONDS):
            return str(await shown)

    async def age(self, grant: Grant) -> None:
        """Make the stored access token one that has just ended."""
        # In a thread: a helper that holds the lock may wait for the server, which is
        # on this loop.
        await asyncio.to_thread(self._age, grant)

    def _age(self, grant: Grant) -> None:
        name = f"{grant.open_id}/{grant.kind}"
        now = time.time()
        with self.vault.locked(name, LONGEST_SECONDS):
            record = self.vault.record(name)
            old = (
                record.tokens
                if record
                else Tokens(grant.access, now, now, grant.refresh)
            )
            tokens = replace(old, obtained_at=now - 100, access_until=now)
            fresh = Record(grant.kind, CLIENT_ID, tokens)
            self.vault.keep(name, replace(record or fresh, tokens=tokens), "file")

    async def usual(self, grant: Grant, kind: str) -> float:
        """Seconds of a refresh here and now; the kills fall into a little more."""
        spans = []
        for number in range(3):
            await self.age(grant)
            began = time.monotonic()
            assert await self.ask(grant, f"usual {kind} {number}", kind) == "good"
            spans.append(time.monotonic() - began)
        return 1.5 * median(spans)


@dataclass
class Toll:
    """What the kills met."""

    bad: list[str] = field(default_factory=list)
    early: int = 0
    """Before the server had rotated."""
    between: int = 0
    """After that, and before the new token was shown."""

    async def take(self, scene: Scene, grant: Grant, number: int, kill: "Kill") -> None:
        """Kill somebody on the way to a new token; the next one must be signed in."""
        await scene.age(grant)
        old = grant.refresh
        task = scene.task(grant, f"killed {number}", kill.kind)
        killed = asyncio.get_running_loop().create_future()
        scene.shown[task["id"]] = killed
        pid = await scene.zygote.fork(task)
        await asyncio.sleep(kill.moment)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.early += grant.refresh == old
        self.between += grant.refresh != old and not killed.done()
        said = await scene.ask(grant, f"next {number}", kill.kind)
        if said != "good":
            self.bad.append(f"{kill}: {said}")


@dataclass(frozen=True)
class Kill:
    """One kill."""

    kind: str
    """Of helper."""
    moment: float
    """Seconds after the process began."""


@pytest.mark.timeout(300)
async def test_a_kill_at_any_moment_leaves_the_account_signed_in(
    tmp_path: Path,
) -> None:
    dice = random.Random()
    oauth = OAuth(delay_seconds=0.1)
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    toll = Toll()
    async with zygote() as maker:
        scene = Scene(oauth, Vault(tmp_path / "signin"), secret, maker)
        async with serving(scene.handle) as scene.base:
            kinds = list(KINDS)
            grants = [oauth.sign_in(kinds[n % 2]) for n in range(LANES)]
            spans = {
                kind: await scene.usual(grants[0], kind)
                for kind in ("forked", "started")
            }
            kills = iter(range(KILLS))

            async def lane(grant: Grant) -> None:
                for number in kills:
                    kind = "forked" if number % STARTED_EVERY else "started"
                    moment = dice.uniform(0, spans[kind])
                    await toll.take(scene, grant, number, Kill(kind, moment))

            before = oauth.refreshes
            await asyncio.gather(*(lane(grant) for grant in grants))
    assert toll.bad == []
    # Every one was refreshed once: by the helper of the killed, or by the next.
    assert oauth.refreshes - before == KILLS
    # Else nobody was killed where it hurts; how many were is the machine's load.
    assert toll.early
    assert toll.between
