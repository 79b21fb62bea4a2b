"""Killed at any moment around a refresh, the account is still signed in.

The server is strict: a refresh ends the old tokens before its answer leaves, so that
an answer that is lost is a sign-in that is lost. Twenty kills each time; all hundred
with ``KILLS=100`` in the environment.
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

import pytest

from kpi_tui.sources.signin.helper import LONGEST_SECONDS
from kpi_tui.sources.signin.tokens import Record, Tokens
from kpi_tui.sources.signin.vault import Vault
from tests.servers.loopback import Request, answer, serving
from tests.servers.oauth import CLIENT_ID, SECRET, Grant, OAuth

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("KILLS", "20"))
LANES = 4
"""Accounts that are refreshed and killed side by side."""
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

    def task(self, grant: Grant, number: int) -> dict[str, str]:
        """What a process is to do for an account."""
        secret = self.vault.folder.parent / "secret"
        secret.touch(mode=0o600)
        secret.write_text(SECRET)
        return {
            "id": f"{grant.open_id} {number}",
            "name": f"{grant.open_id}/{grant.kind}",
            "kind": grant.kind,
            "client_id": CLIENT_ID,
            "base_url": self.base + KINDS[grant.kind],
            "folder": str(self.vault.folder),
            "secret": str(secret),
            "check": f"{self.base}/check",
        }

    async def ask(self, grant: Grant, number: int) -> str:
        """What a new process gets: "good", or what is wrong."""
        task = self.task(grant, number)
        shown = asyncio.get_running_loop().create_future()
        self.shown[task["id"]] = shown
        await self.zygote.fork(task)
        async with asyncio.timeout(30):
            return str(await shown)

    def age(self, grant: Grant) -> None:
        """Make the stored access token one that has just ended."""
        name = f"{grant.open_id}/{grant.kind}"
        now = time.time()
        # As long as a helper may take: its requests may have to be made again.
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


@pytest.mark.timeout(300)
async def test_a_kill_at_any_moment_leaves_the_account_signed_in(
    tmp_path: Path,
) -> None:
    dice = random.Random()
    oauth = OAuth(delay_seconds=0.2)
    async with zygote() as maker:
        scene = Scene(oauth, Vault(tmp_path / "signin"), maker)
        async with serving(scene.handle) as scene.base:
            kinds = list(KINDS)
            grants = [oauth.sign_in(kinds[n % 2]) for n in range(LANES)]
            span = await _usual_seconds(scene, grants[0])
            kills = iter(range(KILLS))
            bad: list[str] = []

            async def lane(grant: Grant) -> None:
                for number in kills:
                    scene.age(grant)
                    pid = await maker.fork(scene.task(grant, 10_000 + number))
                    moment = dice.uniform(0, span)
                    await asyncio.sleep(moment)
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                    said = await scene.ask(grant, number)
                    if said != "good":
                        bad.append(f"killed after {moment:.3f} s: {said}")

            before = oauth.refreshes
            await asyncio.gather(*(lane(grant) for grant in grants))
    assert bad == []
    # Every one was refreshed once: by the helper of the killed, or by the next.
    assert oauth.refreshes - before == KILLS


async def _usual_seconds(scene: Scene, grant: Grant) -> float:
    """How long a refresh takes here and now; the kills fall into a little more."""
    spans = []
    for number in range(3):
        scene.age(grant)
        began = time.monotonic()
        assert await scene.ask(grant, 20_000 + number) == "good"
        spans.append(time.monotonic() - began)
    return 1.5 * max(spans[1:])
