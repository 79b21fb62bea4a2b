"""Every key in one table: bindings, footer, palette and help are made from it.

It knows names and keys only; what a command does is in the app.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

CommandId = Literal[
    "previous_tab",
    "next_tab",
    "item_above",
    "item_below",
    "tab_1",
    "tab_2",
    "tab_3",
    "tab_4",
    "tab_5",
    "tab_6",
    "tab_7",
    "open",
    "back",
    "acknowledge",
    "snooze",
    "note",
    "why",
    "filter",
    "sort",
    "group",
    "shorter",
    "longer",
    "earlier",
    "later",
    "today",
    "wall",
    "account",
    "poll",
    "pause",
    "export",
    "copy",
    "theme",
    "palette",
    "help",
    "quit",
    "interrupt",
]

FOOTER_KEYS = 7
"""More than this is read by nobody."""
PALETTE_KEY = "ctrl+p"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does."""

    id: CommandId
    """Also the key of ``display.keys`` in the config."""
    action: str
    """The Textual action, in the app's namespace."""
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
    is_offered: bool = False
    """Only where the tab offers it."""
    is_priority: bool = False
    """Goes before the focused widget's own keys (a table scrolls with the arrows)."""


# Two lines a command: exploded by the formatter, the table would be 200 lines long.
# fmt: off
COMMANDS: tuple[Command, ...] = (
    Command("previous_tab", "turn_tab(-1)", "left", "Previous tab",
        "Show the tab to the left.", "Moving", footer="tabs", is_priority=True),
    Command("next_tab", "turn_tab(1)", "right", "Next tab",
        "Show the tab to the right.", "Moving", footer="tabs", is_priority=True),
    Command("item_above", "move(-1)", "up", "Item above",
        "Go up.", "Moving"),
    Command("item_below", "move(1)", "down", "Item below",
        "Go down.", "Moving"),
    Command("tab_1", "show_tab(0)", "1", "Overview",
        "Show the KPIs at a glance.", "Moving"),
    Command("tab_2", "show_tab(1)", "2", "Trends",
        "Show one KPI day by day.", "Moving"),
    Command("tab_3", "show_tab(2)", "3", "Content",
        "Show videos and their groups.", "Moving"),
    Command("tab_4", "show_tab(3)", "4", "Audience",
        "Show who follows and watches.", "Moving"),
    Command("tab_5", "show_tab(4)", "5", "Leaderboard",
        "Show the competitors.", "Moving"),
    Command("tab_6", "show_tab(5)", "6", "Goals",
        "Show goals, what to improve, and alerts.", "Moving"),
    Command("tab_7", "show_tab(6)", "7", "Sources",
        "Show where numbers come from.", "Moving"),
    Command("open", "ask_pane('open_under_cursor')", "enter", "Open",
        "Open what is under the cursor.", "Moving", footer="open", is_offered=True),
    Command("back", "back", "escape", "Back",
        "Close what was opened last.", "Moving"),
    Command("acknowledge", "ask_pane('acknowledge')", "x", "Acknowledge",
        "Say that somebody knows of the alert under the cursor.", "Alerts", footer="acknowledge", is_offered=True),
    Command("snooze", "ask_pane('snooze')", "z", "Snooze or wake",
        "Let the alert be quiet for a day, or speak again.", "Alerts", footer="snooze", is_offered=True),
    Command("note", "ask_pane('write_note')", "n", "Note",
        "Acknowledge the alert with a few words.", "Alerts", footer="note", is_offered=True),
    Command("filter", "ask_pane('start_filter')", "slash", "Filter",
        "Keep only the lines with a word.", "Looking", footer="filter", is_offered=True),
    Command("sort", "ask_pane('change_sort')", "s", "Sort",
        "Change what the lines are sorted by.", "Looking", footer="sort", is_offered=True),
    Command("group", "ask_pane('next_group')", "g", "Next group",
        "Show the next grouping of the lines.", "Looking", footer="group", is_offered=True),
    Command("why", "why", "i", "Why this number",
        "Show a number's formula, inputs, source and age.", "Looking", footer="why", is_offered=True),
    Command("shorter", "change_range(-1)", "left_square_bracket", "Shorter range",
        "Look at fewer days: 365, 90, 60, 28, 14, 7.", "Looking", footer="range"),
    Command("longer", "change_range(1)", "right_square_bracket", "Longer range",
        "Look at more days: 7, 14, 28, 60, 90, 365.", "Looking", footer="range"),
    Command("earlier", "step_time(-1)", "comma", "One day back",
        "See every tab as it was a day earlier.", "Looking", footer="time"),
    Command("later", "step_time(1)", "full_stop", "One day forward",
        "Step forward again, up to now.", "Looking", footer="time"),
    Command("today", "step_time(0)", "0", "Back to now",
        "Leave the past at once.", "Looking"),
    Command("wall", "wall", "w", "Wall",
        "Show the tabs in turn with big digits; any key ends it.", "Looking"),
    Command("account", "choose_account", "a", "Change account",
        "Choose another account.", "Looking"),
    Command("poll", "poll", "r", "Poll now",
        "Ask every source now; on the Sources tab the one under the cursor.", "Doing", footer="poll"),
    Command("pause", "pause", "p", "Pause or resume",
        "Stop or resume the timers.", "Doing"),
    Command("export", "export", "e", "Export",
        "Write this view's points to a CSV.", "Doing"),
    Command("copy", "copy", "y", "Copy",
        "Copy the number or line under the cursor, also over SSH.", "Doing"),
    Command("theme", "next_theme", "t", "Next theme",
        "Dark, light, colour-blind-safe, plain.", "Doing"),
    Command("palette", "command_palette", PALETTE_KEY, "Command palette",
        "Find a command by its name.", "Doing", is_priority=True),
    Command("help", "help", "question_mark", "Help",
        "Show this page.", "Doing", footer="help"),
    Command("quit", "quit", "q", "Quit",
        "End kpi-tui.", "Doing"),
    Command("interrupt", "quit", "ctrl+c,ctrl+q", "Quit from anywhere",
        "End kpi-tui also while something is open or being typed.", "Doing", is_priority=True),
)
# fmt: on
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
