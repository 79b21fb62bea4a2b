"""The README says what is true."""

import re
import textwrap
from pathlib import Path

import pytest

from kpi_tui.app.keys import COMMANDS, key_name, keys_of
from kpi_tui.app.tabs import TABS
from kpi_tui.cli.main import COMMANDS as CLI_COMMANDS
from kpi_tui.config.load import load

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_key_is_in_the_table():
    moving = {"previous_tab", "next_tab", "item_above", "item_below"}
    for command in COMMANDS:
        if command.id in moving or command.id.startswith("tab_"):
            continue
        keys = " ".join(f"`{key_name(key)}`" for key in keys_of(command, {}))
        assert f"| {keys} | {command.help[0].lower()}{command.help[1:-1]} |" in README


def test_every_tab_and_command_is_there():
    for number, tab in enumerate(TABS, 1):
        assert f"| {number} {tab.title} |" in README
    for name in CLI_COMMANDS:
        assert name in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    for part in page.read_text(encoding="utf-8").split("](")[1:]:
        target, _, anchor = part.split(")")[0].partition("#")
        if target.startswith("http"):
            continue
        linked = page.parent / target if target else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), part.split(")")[0]


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in addresses."""
    lines = page.read_text(encoding="utf-8").splitlines()
    heads = [line.lstrip("# ").lower() for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w -]", "", head).replace(" ", "-") for head in heads}


def test_the_sections_of_the_sources_page_are_config(tmp_path: Path):
    text = (ROOT / "docs/tiktok-sources.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```toml\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    account = '[[account]]\nhandle = "acme"\n'
    path = tmp_path / "config.toml"
    path.write_text(account + textwrap.dedent(blocks[0]) + blocks[1], "utf-8")
    settings = load(path)
    sources = [*settings.account[0].source, *settings.competitor[0].source]
    assert [source.type for source in sources] == ["tiktok-display", "tiktok-research"]
