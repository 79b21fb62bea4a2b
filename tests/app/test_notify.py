"""The bell and OSC 9: what reaches the terminal, and that no text can end it early."""

import pytest

from kpi_tui.app.notify import desktop_sequence
from kpi_tui.kpi.alerts_messages import Message
from kpi_tui.monitor.port import Ring

PLAIN = {"TERM": "xterm-256color"}


def ring(title: str = "@acme: Reach below 5", text: str = "Reach is 3.") -> Ring:
    return Ring(Message("raised", "acme", title, text, ()), True, True)


def test_a_notification_is_one_osc_9() -> None:
    assert desktop_sequence(ring(), PLAIN) == (
        "\x1b]9;kpi-tui: @acme: Reach below 5: Reach is 3.\x07"
    )


def test_tmux_passes_it_on() -> None:
    found = desktop_sequence(ring("a", "b"), PLAIN | {"TMUX": "/tmp/t,1,0"})
    assert found == "\x1bPtmux;\x1b\x1b]9;kpi-tui: a: b\x07\x1b\\"


@pytest.mark.parametrize("tmux", [{}, {"TMUX": "x"}])
def test_nothing_in_a_text_ends_the_sequence(tmux: dict[str, str]) -> None:
    bad = "a\x07b\x1b\\c\x9cd\x1b]52;c;eA==\x07\ne\u202e"
    found = desktop_sequence(ring(bad, bad * 100), PLAIN | tmux)
    inside = found.removeprefix("\x1bPtmux;\x1b").removesuffix("\x1b\\")
    assert inside.removeprefix("\x1b]9;").removesuffix("\x07").isprintable()
    assert len(found) < 300


@pytest.mark.parametrize("term", ["linux", "dumb", "vt100"])
def test_terminals_without_a_desktop_get_nothing(term: str) -> None:
    assert desktop_sequence(ring(), {"TERM": term}) == ""
