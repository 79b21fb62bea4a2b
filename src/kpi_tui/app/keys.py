"""Every key in one table: bindings, footer, palette and help are made from it.

It knows names and keys only; what a command does is in the app.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

CommandId = Literal[
    "previous_tab",
    "next_tab",
    "tab_1",
    "tab_2",
    "tab_3",
    "tab_4",
    "tab_5",
    "tab_6",
    "open",
    "back",
    "why",
    "filter",
    "sort",
    "shorter",
    "longer",
    "earlier",
    "later",
    "today",
    "account",
    "poll",
    "pause",
    "export",
    "copy",
    "theme",
    "palette",
    "help",
    "quit",
]

FOOTER_KEYS = 7
"""More than this is read by nobody."""
PALETTE_KEY = "ctrl+p"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does."""

    id: CommandId
    """Also the key of ``display.keys`` in the config."""
    keys: str
    """Textual key names, comma-separated; the first is the one shown."""
    title: str
    """In the palette and the help."""
    help: str
    """One sentence."""
    group: str
    """The heading in the help."""
    footer: str = ""
    """One word in the footer; empty: not there. Commands that share a word share a
    place, as ``[ ] range``."""
    action: str = ""
    """The Textual action; ``run_command('<id>')`` when empty."""
    is_offered: bool = False
    """Only where the tab offers it."""
    is_priority: bool = False
    """Goes before the focused widget's own keys (a table scrolls with the arrows)."""

    @property
    def textual_action(self) -> str:
        """What the binding runs."""
        return self.action or f"app.run_command('{self.id}')"


COMMANDS: tuple[Command, ...] = (
    Command(
        "previous_tab",
        "left",
        "Previous tab",
        "Show the tab to the left.",
        "Moving",
        footer="tabs",
        is_priority=True,
    ),
    Command(
        "next_tab",
        "right",
        "Next tab",
        "Show the tab to the right.",
        "Moving",
        footer="tabs",
        is_priority=True,
    ),
    Command("tab_1", "1", "Overview", "Show the KPIs at a glance.", "Moving"),
    Command("tab_2", "2", "Trends", "Show one KPI day by day.", "Moving"),
    Command("tab_3", "3", "Content", "Show videos and their groups.", "Moving"),
    Command("tab_4", "4", "Audience", "Show who follows and watches.", "Moving"),
    Command("tab_5", "5", "Leaderboard", "Show the competitors.", "Moving"),
    Command("tab_6", "6", "Sources", "Show where numbers come from.", "Moving"),
    Command(
        "open",
        "enter",
        "Open",
        "Open what is under the cursor.",
        "Moving",
        footer="open",
        is_offered=True,
    ),
    Command("back", "escape", "Back", "Close what was opened last.", "Moving"),
    Command(
        "filter",
        "slash",
        "Filter",
        "Keep only the lines with a word.",
        "Looking",
        footer="filter",
        is_offered=True,
    ),
    Command(
        "sort",
        "s",
        "Sort",
        "Change what the lines are sorted by.",
        "Looking",
        footer="sort",
        is_offered=True,
    ),
    Command(
        "why",
        "i",
        "Why this number",
        "Show a number's formula, inputs, source and age.",
        "Looking",
        footer="why",
        is_offered=True,
    ),
    Command(
        "shorter",
        "left_square_bracket",
        "Shorter range",
        "Look at fewer days: 365, 90, 60, 28, 14, 7.",
        "Looking",
        footer="range",
    ),
    Command(
        "longer",
        "right_square_bracket",
        "Longer range",
        "Look at more days: 7, 14, 28, 60, 90, 365.",
        "Looking",
        footer="range",
    ),
    Command(
        "earlier",
        "comma",
        "One day back",
        "See every tab as it was a day earlier.",
        "Looking",
        footer="time",
    ),
    Command(
        "later",
        "full_stop",
        "One day forward",
        "Step forward again, up to now.",
        "Looking",
        footer="time",
    ),
    Command("today", "0", "Back to now", "Leave the past at once.", "Looking"),
    Command("account", "a", "Change account", "Choose another account.", "Looking"),
    Command(
        "poll",
        "r",
        "Poll now",
        "Ask every source now; on the Sources tab the one under the cursor.",
        "Doing",
        footer="poll",
    ),
    Command("pause", "p", "Pause or resume", "Stop or resume the timers.", "Doing"),
    Command("export", "e", "Export", "Write this view's points to a CSV.", "Doing"),
    Command(
        "copy",
        "y",
        "Copy",
        "Copy the number or line under the cursor, also over SSH.",
        "Doing",
    ),
    Command(
        "theme", "t", "Next theme", "Dark, light, colour-blind-safe, plain.", "Doing"
    ),
    Command(
        "palette",
        PALETTE_KEY,
        "Command palette",
        "Find a command by its name.",
        "Doing",
        action="app.command_palette",
        is_priority=True,
    ),
    Command("help", "question_mark", "Help", "Show this page.", "Doing", footer="help"),
    Command("quit", "q,ctrl+q,ctrl+c", "Quit", "End kpi-tui.", "Doing"),
)
BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}

_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "comma": ",",
    "full_stop": ".",
    "slash": "/",
    "question_mark": "?",
    "escape": "esc",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}
_ASCII_NAMES = {"left": "left", "right": "right", "up": "up", "down": "down"}


def key_name(key: str, *, is_ascii: bool = False) -> str:
    """How a Textual key name is written for people: ``full_stop`` is ``.``."""
    key = key.strip()
    if is_ascii and key in _ASCII_NAMES:
        return _ASCII_NAMES[key]
    return _NAMES.get(key, key)


def keys_of(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The Textual key names that run a command, as remapped."""
    return tuple(key.strip() for key in keymap.get(command.id, command.keys).split(","))


def footer_items(
    offered: Iterable[str], keymap: Mapping[str, str], *, is_ascii: bool = False
) -> list[tuple[str, str, tuple[CommandId, ...]]]:
    """(keys, word, commands) of at most ``FOOTER_KEYS`` places, help always the last."""
    places: dict[str, list[Command]] = {}
    offers = frozenset(offered)
    for command in COMMANDS:
        if command.footer and (not command.is_offered or command.id in offers):
            places.setdefault(command.footer, []).append(command)
    last = places.pop("help")
    kept = [*list(places.items())[: FOOTER_KEYS - 1], ("help", last)]
    return [
        (
            " ".join(
                key_name(keys_of(command, keymap)[0], is_ascii=is_ascii)
                for command in commands
            ),
            word,
            tuple(command.id for command in commands),
        )
        for word, commands in kept
    ]
