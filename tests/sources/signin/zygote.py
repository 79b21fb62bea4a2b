"""Makes processes that ask for a token, quickly: a fork of what is imported already.

Each line on stdin is one :class:`Task` as JSON; the new process's id is the answer.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from kpi_tui.config.settings import Secret
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.questions import Question
from kpi_tui.sources.signin.apps import App
from kpi_tui.sources.signin.keeper import StoredToken
from kpi_tui.sources.signin.vault import Vault


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
    keeper = StoredToken(task["name"], app, Vault(Path(task["folder"])))
    params, headers = {"task": task["id"]}, {}
    try:
        headers["Authorization"] = f"Bearer {await keeper.access_token()}"
    except SourceError as error:
        params["error"] = error.message
    http = HttpClient()
    await http.ask(Question(task["check"], params=params, headers=headers), "check")
    await http.close()


def work(line: str) -> NoReturn:
    """Do one task, and end without going back to the loop above."""
    try:
        asyncio.run(ask(json.loads(line)))
    finally:
        os._exit(0)


def main() -> None:
    """Fork for every line."""
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
