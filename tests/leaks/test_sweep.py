"""After the whole suite its files are searched: that search has to fail loudly."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks.search import canaries_below

ROOT = Path(__file__).parents[2]
LEAK = "rft.example7Secret!7"
TEST = """
def test_one(tmp_path):
    (tmp_path / "{name}").write_bytes(b"\\x00 {leak} \\xff")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Gone before the suite's own search, which would find what is in it."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_it_knows_where_secrets_may_be(folder: Path):
    for name in ("signin/acme~x.json", "config.toml", "kpi.db", "app-secret"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"SQLite format 3 {LEAK}".encode())
    assert canaries_below(folder) == [(folder / "kpi.db", LEAK)]


@pytest.mark.parametrize(
    ("name", "code"), [("kpi.db-wal", 1), ("config.toml", 0)], ids=str
)
def test_a_leak_fails_a_run_in_which_every_test_passed(
    name: str, code: int, folder: Path
):
    (folder / "test_one.py").write_text(TEST.format(name=name, leak=LEAK))
    words = ["-q", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "--basetemp", "made", "test_one.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
    assert run.returncode == code
    assert (LEAK in run.stdout) == bool(code)
    assert ("secrets where none belong" in run.stdout) == bool(code)
