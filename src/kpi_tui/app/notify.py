"""Rings the terminal's bell and shows desktop notifications, past what is drawn.

Knows no rule; whoever has no terminal that can do it is not bothered.
"""

import os
from collections.abc import Mapping

from textual.app import App

from kpi_tui.kpi.text import clean
from kpi_tui.monitor.port import Ring

_MOST_CHARS = 240
_WITHOUT = ("linux", "dumb", "vt")
"""Terminals that print what they do not know of an OSC, or have no desktop."""


def tell_terminal(
    app: App[int], ring: Ring, environment: Mapping[str, str] = os.environ
) -> None:
    """Bell and notification, as the user wants; call it on the event loop."""
    if ring.is_bell:
        app.bell()
    sequence = desktop_sequence(ring, environment) if ring.is_desktop else ""
    # Between two frames, as Textual itself copies to the clipboard; it has no other
    # way to write to the terminal that it owns.
    driver = app._driver  # noqa: SLF001
    if sequence and driver is not None and not app.is_headless:
        driver.write(sequence)


def desktop_sequence(ring: Ring, environment: Mapping[str, str]) -> str:
    """OSC 9 with the message, in tmux wrapped to pass through; empty without a desktop.

    The text is one line without control characters: it could end the sequence.
    """
    if environment.get("TERM", "").startswith(_WITHOUT):
        return ""
    # The name first: text that began with "4;" would be a progress bar in some.
    text = f"kpi-tui: {ring.message.title}: {ring.message.text}"
    sequence = f"\x1b]9;{clean(text, _MOST_CHARS)}\x07"
    if environment.get("TMUX"):
        escaped = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{escaped}\x1b\\"
    return sequence
