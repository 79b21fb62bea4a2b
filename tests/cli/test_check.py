"""check tries every source once, prints a table, and stores nothing."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kpi_tui.cli import check
from kpi_tui.cli.check import Trial, render, try_all
from kpi_tui.cli.console import table
from kpi_tui.kpi.readings import Batch, daily
from kpi_tui.sources.gauges import Gauges
from kpi_tui.sources.port import SourceError
from tests.cli.runs import kpi_tui_here as kpi_tui


class _Stats(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_known = self.path == "/acme"
        body = json.dumps({"followers": 1234}).encode() if is_known else b""
        self.send_response(200 if is_known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def stats_server() -> Iterator[str]:
    """Somebody's numbers over HTTP; the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stats)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def written(folder: Path, *sources: str, more: str = "") -> Path:
    """A config of one account with these sources."""
    path = folder / "my.toml"
    text = "[[account]]\nhandle = 'acme'\n"
    text += "".join(f"[[account.source]]\n{source}\n" for source in sources)
    path.write_text(text + more)
    return path


def http(url: str) -> str:
    """An http-json source."""
    return f"type = 'http-json'\nurl = '{url}'\nmetrics = {{ followers = 'followers' }}"


def test_every_source_has_a_line(tmp_path: Path) -> None:
    (tmp_path / "downloads").mkdir()
    studio = "type = 'tiktok-studio'\npath = 'downloads'"
    with stats_server() as url:
        path = written(tmp_path, studio, http(f"{url}/acme"), "type = 'manual'")
        run = kpi_tui(tmp_path, "check", "--config", path)

    assert run.code == 0, run.out + run.err
    head, heads, *lines = run.out.splitlines()
    assert head == f"{path} is valid: 1 account, 0 competitors, 0 goals"
    assert heads.split() == ["SOURCE", "STATE", "POINTS", "DATA", "UNTIL"]
    assert lines[1].split()[:3] == ["acme/http-json", "ok", "1"]
    assert {line.split()[0] for line in lines} >= {
        "acme/tiktok-studio", "acme/http-json", "acme/manual"
    }  # fmt: skip
    assert not (tmp_path / "data").exists()


def test_a_source_that_fails_ends_it_with_1(tmp_path: Path) -> None:
    with stats_server() as url:
        path = written(tmp_path, http(f"{url}/acme"), http(f"{url}/none"))
        run = kpi_tui(tmp_path, "check", "--config", path)
        offline = kpi_tui(tmp_path, "check", "--config", path, "--offline")

    assert run.code == 1
    good, bad, *_ = run.out.splitlines()[2:]
    assert good.split()[:2] == ["acme/http-json", "ok"]
    assert bad.split()[0] == "acme/http-json-2"
    assert "404" in bad
    assert offline.code == 0
    assert offline.out.count("not asked") == 2


def test_warnings_go_to_stderr(tmp_path: Path) -> None:
    more = "[[alert]]\nkpi = 'followers'\nbelow = 5\n"
    source = "type = 'csv'\npath = 'x'\ndate = 'd'\nmetrics = { followrs = 'f' }"
    path = written(tmp_path, source, more=more)

    run = kpi_tui(tmp_path, "check", "--config", path)

    assert run.code == 1
    assert "[[alert]]" not in run.err
    assert "`followrs` is not a built-in one; did you mean `followers`?" in run.err
    assert "Warning" not in run.out


def test_nothing_to_check(tmp_path: Path) -> None:
    run = kpi_tui(tmp_path, "check")
    assert (run.code, run.out) == (2, "")
    assert "Next: kpi-tui init" in run.err

    run = kpi_tui(tmp_path, "check", "--config", written(tmp_path))
    assert run.code == 0
    assert "no sources" in run.err


def test_one_account_s_sources(tmp_path: Path) -> None:
    more = "[[competitor]]\nhandle = 'rival'\n[[competitor.source]]\ntype = 'manual'\n"
    path = written(tmp_path, "type = 'manual'", more=more)

    run = kpi_tui(tmp_path, "check", "--config", path, "--account", "@rival")
    assert "rival/manual" in run.out
    assert "acme/manual" not in run.out

    run = kpi_tui(tmp_path, "check", "--config", path, "--account", "nobody")
    assert run.code == 2
    assert "no source of @nobody" in run.err


class Fake:
    """A connector that does as it is told."""

    kind = "csv"
    account = "acme"
    interval: float | None = 60.0
    is_demo = False

    def __init__(self, name: str, answer: Batch | Exception | None) -> None:
        self.name = name
        self.is_closed = False
        self._answer = answer

    async def fetch(self, now: float) -> Batch:
        if self._answer is None:
            await asyncio.sleep(60)
        if isinstance(self._answer, Batch):
            return self._answer
        raise self._answer or AssertionError

    async def wait_for_change(self) -> None:
        await asyncio.Event().wait()

    def gauges(self) -> Gauges:
        return Gauges()

    def hold(self, seconds: float) -> None:
        raise AssertionError

    async def close(self) -> None:
        self.is_closed = True


async def test_faults_of_every_kind_are_told_and_all_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "SECONDS_PER_SOURCE", 0.1)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    day = date(2026, 3, 24)
    readings = tuple(daily("acme", [("likes", 1.0)], day, seen=0))
    fakes = [
        Fake("a", Batch(readings, data_until=day, notes=("one", "two"))),
        Fake("b", SourceError("no", fault="unauthorised", hint="sign in")),
        Fake("c", None),
        Fake("d", RuntimeError("s3cret")),
    ]

    a, b, c, d = await try_all(fakes)

    assert a == Trial("a", "ok", True, 1, day, "one\ntwo")
    assert (b.state, b.text, b.is_good) == ("unauthorised", "no\nNext: sign in", False)
    assert (c.state, c.text) == ("failed", "no answer within 0.1 s")
    assert d.state == "failed"
    assert "unexpected fault (RuntimeError)" in d.text
    assert "s3cret" not in d.text
    assert all(fake.is_closed for fake in fakes)


def test_the_table_is_aligned() -> None:
    trials = [
        Trial("acme/csv", "ok", True, 12345, date(2026, 3, 24), "one\ntwo"),
        Trial("b", "rate limited", False, text="later"),
    ]

    assert render(trials).splitlines() == [
        "SOURCE    STATE         POINTS  DATA UNTIL",
        "acme/csv  ok            12,345  2026-03-24  one",
        "                                            two",
        "b         rate limited       -  -           later",
    ]
    assert table(("A",), []) == "A"
