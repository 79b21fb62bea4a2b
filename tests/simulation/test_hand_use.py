"""What ``docs/fake-servers.md`` promises: serve the stand-ins, sign in, watch."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.runs import environment, kpi_tui
from tests.servers import fake
from tests.servers.signing import paste_sign_in

ROOT = Path(__file__).parents[2]
SOURCES = ("fake_acme/tiktok-display", "fake_acme/tiktok-business")


@pytest.fixture
def base() -> Iterator[str]:
    """The server as ``make serve-fake`` starts it, on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.fake", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
    )
    assert process.stdout is not None
    with process, process.stdout:
        line = process.stdout.readline().decode()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line
        try:
            yield found.group()
        finally:
            process.terminate()


def test_sign_in_and_check_against_the_served_stand_ins(base: str, tmp_path: Path):
    config = tmp_path / "fake.config.toml"
    text = (ROOT / "docs" / "fake.config.toml").read_text()
    fixed = f"http://127.0.0.1:{fake.PORT}"
    assert fixed in text
    config.write_text(text.replace(fixed, base))
    words = ("--config", config, "check")
    first = kpi_tui(tmp_path, *words)
    assert first.code == 1
    for source in SOURCES:
        assert f"Next: kpi-tui auth --config {config} {source}" in first.out
        code, screen = paste_sign_in(config, source, environment(tmp_path), tmp_path)
        assert code == 0
        assert f"{source} is signed in as open-id-".encode() in screen
        assert b"granted no" not in screen
    second = kpi_tui(tmp_path, *words)
    assert second.code == 0, second.out
    assert second.out.count(" ok ") == 4
    _has_every_part(config, tmp_path)


def _has_every_part(config: Path, folder: Path) -> None:
    """Who tries the tabs by hand finds something on each of them."""
    data = folder / "hand.db"
    words = ("--config", config, "--data", data)
    assert kpi_tui(folder, "collect", "--once", *words).code == 0
    rows = kpi_tui(folder, "export", *words).out.splitlines()
    for part in (
        *("age:55+", "gender:Other", "country:GR", "city:Patras", "hour:20"),
        *("|second:19", "|likes:3", "|impressions:For You", "|type:NEW_VIEWER"),
        *("campaign:1801", "Spring [oil]", "benchmark:FOOD_AND_BEVERAGE"),
    ):
        assert any(part in row for row in rows), part


def test_the_makefile_and_the_page_name_the_server():
    assert "-m tests.servers.fake" in (ROOT / "Makefile").read_text()
    page = (ROOT / "docs" / "fake-servers.md").read_text()
    for wish in ("storm", "maintenance", "well", "expire", "lose", "revoke", "scope"):
        assert f"/fake/{wish}" in page
