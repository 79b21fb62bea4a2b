"""After the whole suite its files are searched: that search has to fail loudly."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks.search import canaries_below, forms
from tests.servers import oauth

ROOT = Path(__file__).parents[2]
LEAK = "rft.example7Secret!7"
TEST = """
from pathlib import Path

def test_one(tmp_path):
    for name in {names}:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\\x00 {leak} \\xff")
"""
NOWHERE = (
    *("kpi.db", "kpi.db-wal", "kpi-tui.log", "crash-1.txt", "export.csv", "screen.svg"),
    *("state/quotas/ab12.json", "report.html", "signin/crash-2.txt", "ring/screen.txt"),
    *("tokens.csv", "config.toml.bak", "without-a-suffix"),
)
"""Every kind of file that kpi-tui writes, and some that look as if they might."""
VAULT = ("signin/acme~x.json", "signin/acme~x.json.new", "signin/acme~x.answer")
PLACES = (*VAULT, "ring/ring.json", "config.toml", "app-secret")
"""Where secrets may be."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Gone before the suite's own search, which would find what is in it."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_it_knows_where_secrets_may_be(folder: Path):
    for name in (*PLACES, *NOWHERE):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"SQLite format 3 {LEAK}".encode())
    (folder / "empty").touch()
    found = canaries_below(folder)
    assert found == sorted((folder / name, LEAK) for name in NOWHERE)


@pytest.mark.parametrize("form", ["base64+1", "hex", "UTF-16"])
def test_it_knows_other_writings_of_the_fixed_secrets(form: str, folder: Path):
    path = folder / "kpi.db"
    path.write_bytes(b"x" + forms(oauth.SECRET)[form] + b"x")
    assert len(canaries_below(folder)) == 1


def test_a_big_file_is_searched_to_its_end(folder: Path):
    with (folder / "kpi.db").open("wb") as file:
        file.truncate(60_000_000)
        file.seek(0, os.SEEK_END)
        file.write(LEAK.encode())
    assert canaries_below(folder) == [(folder / "kpi.db", LEAK)]


@pytest.mark.parametrize(
    ("names", "more", "code"),
    [
        # As the suite runs: the files are those of other processes than the first.
        (NOWHERE, ("-n", "1", "-p", "xdist"), 1),
        (PLACES, (), 0),
    ],
    ids=["several processes", "where they may be"],
)
def test_a_leak_fails_a_run_in_which_every_test_passed(
    names: tuple[str, ...], more: tuple[str, ...], code: int, folder: Path
):
    (folder / "test_one.py").write_text(TEST.format(names=names, leak=LEAK))
    words = ["-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    words += ["--basetemp", "made", *more, "test_one.py"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env={
            # Of this suite's own processes nothing.
            **{k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
    assert run.returncode == code
    assert run.stdout.count(LEAK) == code * len(names)
    assert ("secrets where none belong" in run.stdout) == bool(code)
    for name in names if code else ():
        assert f"/{name}: {LEAK}" in run.stdout
