"""Runs kpi-tui as a user does: a process, with folders of its own."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from kpi_tui.cli.main import run
from tests.programs.program import ran


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing of the machine's but the path; every folder below ``home``."""
    return {
        "PATH": os.environ["PATH"],
        # This tree's program, whichever is installed.
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "LC_ALL": "C.UTF-8",
        **more,
    }


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


def kpi_tui(home: Path, *words: str | Path, **more: str) -> Ended:
    """Run ``kpi-tui`` without a terminal."""
    command = ("-m", "kpi_tui", *map(str, words))
    ended = ran(command, env=environment(home, **more), cwd=home)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def kpi_tui_here(home: Path, *words: str | Path) -> Ended:
    """The same within this process: a tenth of the time, for what is no process's.

    Exit codes, streams and folders are as in :func:`kpi_tui`; signals are not.
    """
    out, err = io.StringIO(), io.StringIO()
    code: object = None
    with (
        mock.patch.dict(os.environ, environment(home), clear=True),
        mock.patch.object(sys, "argv", ["kpi-tui", *map(str, words)]),
        mock.patch.object(sys, "stdin", io.StringIO()),
        contextlib.chdir(home),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int)
    return Ended(code, out.getvalue(), err.getvalue())
