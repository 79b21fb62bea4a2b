"""Makes processes that ask for a token, quickly: a fork of what is imported already.

Each line on stdin is one task as JSON; the new process's id is the answer. Their
helpers are forks as well where the task says so: processes and sessions of their own
that run the helper's own ``main``, without the half second that Python needs to start.
"""

import asyncio
import gc
import importlib
import json
import os
import ssl
import sys
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, Self, cast

from kpi_tui.config.settings import Secret
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.questions import Question
from kpi_tui.sources.signin import helper, renewal
from kpi_tui.sources.signin.apps import App
from kpi_tui.sources.signin.keeper import StoredToken
from kpi_tui.sources.signin.vault import Vault

_LATE = (
    "anyio._backends._asyncio",
    "concurrent.futures.thread",
    "filelock",
    "httpcore",
)
"""What a refresh imports on its way: here once, and not in each fork."""


class Forked:
    """A helper that was forked: what renewal needs of a ``Popen``."""

    def __init__(self, order: helper.Order) -> None:
        """Start it, and give it its order."""
        self._code: int | None = None
        ordered, to_order = os.pipe()
        said, to_say = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _help(ordered, to_say, (to_order, said))
        os.close(ordered)
        os.close(to_say)
        self.stdout: BinaryIO = os.fdopen(said, "rb")
        with os.fdopen(to_order, "wb") as line:
            line.write(order.to_line())

    def poll(self) -> int | None:
        """Its exit code, when it has ended."""
        if self._code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()


def _help(ordered: int, to_say: int, others: tuple[int, ...]) -> NoReturn:
    """Be the helper: its session, its pipes, its ``main``."""
    try:
        os.setsid()
        os.dup2(ordered, 0)
        os.dup2(to_say, 1)
        for one in (ordered, to_say, *others):
            os.close(one)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        helper.main()
    finally:
        os._exit(0)


async def ask(task: dict[str, str]) -> None:
    """Get a token as the monitor does, and show it to the server."""
    app = App(
        name=task["name"],
        kind=task["kind"],
        client_id=task["client_id"],
        base_url=task["base_url"],
        authorize_url=task["base_url"],
        redirect_uri=None,
        secret=Secret(file=Path(task["secret"])),
    )
    if task["helper"] == "forked":
        renewal._started = cast("Any", Forked)
    keeper = StoredToken(task["name"], app, Vault(Path(task["folder"])))
    params, headers = {"task": task["id"]}, {}
    try:
        headers["Authorization"] = f"Bearer {await keeper.access_token()}"
    except SourceError as error:
        params["error"] = error.message
    http = HttpClient()
    await http.ask(Question(task["check"], params=params, headers=headers), "check")
    # Its connection ends with the process.


def work(line: str) -> NoReturn:
    """Do one task, and end without going back to the loop above."""
    try:
        asyncio.run(ask(json.loads(line)))
    finally:
        os._exit(0)


def main() -> None:
    """Fork for every line."""
    # Reading the system's certificates takes longer than all the rest of a refresh,
    # and the server is on loopback, without TLS.
    context = ssl.create_default_context()
    ssl.create_default_context = lambda *_, **__: context
    for name in _LATE:
        importlib.import_module(name)
    gc.disable()  # it would touch, and so copy, all that the forks share
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            work(line)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass


if __name__ == "__main__":
    main()
