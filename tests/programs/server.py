"""Forks programs on request, with everything imported before the first one.

What it does beside importing is what Python does when it starts: it takes the
environment, the streams, the folder, the time zone and the arguments as its own.
"""

import contextlib
import fcntl
import gc
import importlib
import json
import locale
import os
import pkgutil
import random
import runpy
import select
import signal
import socket
import struct
import sys
import termios
import time
from types import ModuleType

import kpi_tui
from kpi_tui.cli.main import run

STATUS = struct.Struct("<i")
"""A process id, and later how it ended, as ``Popen.returncode`` says it."""
_LONGEST = 1 << 20
_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def serve(requests: socket.socket) -> list[str] | None:
    """Fork for each request, until nobody is left to ask.

    Returns in the forks, with what they are to run; in the server, None.
    """
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watched: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ends(watched)
        if requests.fileno() in ready:
            data, descriptors, _, _ = socket.recv_fds(requests, _LONGEST, 4)
            if not data:
                return None
            *streams, status = descriptors
            child = os.fork()
            if child == 0:
                for one in (woken, wake, status, requests.detach(), *watched.values()):
                    os.close(one)
                return _become(json.loads(data), streams)
            for stream in streams:
                os.close(stream)
            watched[child] = status
            os.write(status, STATUS.pack(child))


def _tell_ends(watched: dict[int, int]) -> None:
    while watched:
        child, how = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        status = watched.pop(child)
        with contextlib.suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(status, STATUS.pack(os.waitstatus_to_exitcode(how)))
        os.close(status)


def _become(order: dict[str, object], streams: list[int]) -> list[str]:
    """Take streams, folder and environment; the arguments."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in set(streams) - {0, 1, 2}:
        os.close(stream)
    environment, folder, words = order["env"], order["cwd"], order["words"]
    assert isinstance(environment, dict)
    assert isinstance(folder, str)
    assert isinstance(words, list)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if order["ignores_hangup"]:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    time.tzset()
    locale.setlocale(locale.LC_CTYPE, "")
    random.seed()
    for number, (name, mode) in enumerate(_STREAMS):
        errors = "backslashreplace" if name == "stderr" else "strict"
        text = open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
        vars(sys).update({name: text, f"__{name}__": text})
    return words


def _site(folders: str) -> None:
    """Import the ``sitecustomize`` of a test, as Python does."""
    found = [one for one in folders.split(os.pathsep) if one]
    sys.path[:0] = found
    if any(os.path.exists(f"{one}/sitecustomize.py") for one in found):  # noqa: PTH110
        sys.modules.pop("sitecustomize", None)
        importlib.import_module("sitecustomize")


def _run(words: list[str]) -> None:
    """What ``python WORDS`` does."""
    _site(os.environ.get("PYTHONPATH", ""))
    if words[:2] == ["-m", "kpi_tui"]:
        sys.argv = ["kpi-tui", *words[2:]]
        run()
    elif words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        sys.path.insert(0, os.path.dirname(words[0]))  # noqa: PTH120
        runpy.run_path(words[0], run_name="__main__")


def _import_everything(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def main() -> None:
    """Import, serve, and in each fork run what was asked for."""
    _import_everything(kpi_tui)
    importlib.import_module("tests.app.play")
    gc.collect()
    gc.freeze()
    words = serve(socket.socket(fileno=int(sys.argv[1])))
    if words is not None:
        _run(words)


if __name__ == "__main__":
    main()
