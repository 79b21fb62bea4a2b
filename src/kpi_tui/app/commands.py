"""What the palette lists: the keys table, and a KPI or an account by its name."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kpi_tui.app.keys import COMMANDS, Command, key_name, keys_of
from kpi_tui.app.screens.palette import Entry

if TYPE_CHECKING:
    from kpi_tui.app.app import KpiApp

HIDDEN = frozenset({"palette", "interrupt"})
"""Commands that the palette has no use for."""
PLAIN = frozenset({"previous_tab", "next_tab", "item_above", "item_below"})
"""Arrows: whoever opens the palette has not come for them."""


def palette_entries(app: "KpiApp") -> Iterator[Entry]:
    """In the table's order; KPIs and accounts once a word is typed."""
    for command in COMMANDS:
        if command.id not in HIDDEN and app.is_possible(command):
            yield Entry(
                command.title,
                command.help,
                partial(_run, app, command.action),
                keys_words(app, command),
                is_found_only=command.id in PLAIN,
            )
    for kpi in app.snapshot.trends:
        yield Entry(
            f"Trend: {app.snapshot.definitions[kpi].name}",
            "Show this KPI day by day.",
            partial(_open_kpi, app, kpi),
            is_found_only=True,
        )
    for account in app.snapshot.accounts:
        if account.role == "own":
            yield Entry(
                f"Account: @{account.handle}",
                "Look at this account.",
                partial(app.look_at, account.handle),
                is_found_only=True,
            )


def keys_words(app: "KpiApp", command: Command) -> str:
    """A command's keys as people write them, as remapped."""
    keys = keys_of(command, app.keymap)
    return " ".join(key_name(key, is_ascii=app.is_ascii) for key in keys)


async def _run(app: "KpiApp", action: str) -> None:
    await app.run_action(action)


async def _open_kpi(app: "KpiApp", kpi: str) -> None:
    await app.open_kpi(kpi)
