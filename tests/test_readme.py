"""The README says what is true."""

from pathlib import Path

from kpi_tui.app.keys import COMMANDS, key_name, keys_of
from kpi_tui.app.tabs import TABS
from kpi_tui.cli.main import COMMANDS as CLI_COMMANDS

ROOT = Path(__file__).parents[1]
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


def test_every_link_leads_somewhere():
    for part in README.split("](")[1:]:
        target = part.split(")")[0]
        assert (ROOT / target).exists(), target
