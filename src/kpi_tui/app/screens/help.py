"""Every key, from the keys table."""

from collections.abc import Iterator, Mapping

from kpi_tui.app.keys import COMMANDS, key_name, keys_of
from kpi_tui.app.screens.page import Entry, Page


class HelpScreen(Page):
    """All commands by group, with the keys as remapped."""

    def __init__(
        self, keymap: Mapping[str, str], version: str, *, is_ascii: bool
    ) -> None:
        """``keymap`` holds the remapped keys by command id."""
        entries = tuple(help_entries(keymap, is_ascii=is_ascii))
        super().__init__(f"Keys, kpi-tui {version}", entries)


def help_entries(keymap: Mapping[str, str], *, is_ascii: bool) -> Iterator[Entry]:
    """(keys, what they do) of every command, a heading per group."""
    group = ""
    for command in COMMANDS:
        if command.group != group:
            if group:
                yield ("", "", "")
            group = command.group
            yield ("", group, "bold")
        keys = "  ".join(
            key_name(key, is_ascii=is_ascii) for key in keys_of(command, keymap)
        )
        yield (keys, f"{command.title}: {command.help}", "")
    yield ("", "", "")
    yield ("tab", "Next item: Move the focus; shift+tab moves it back.", "")
    words = (
        "Every key can be remapped in the config under [display.keys], by these ids:"
    )
    yield ("", words, "$text-muted")
    yield ("", ", ".join(command.id for command in COMMANDS), "$text-muted")
