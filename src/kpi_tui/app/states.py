"""How a state and a tone look: a word, then a glyph, then a colour.

It decides nothing about a source; it only names what the Snapshot says.
"""

from typing import TYPE_CHECKING

from kpi_tui.monitor.snapshot import SourceState

if TYPE_CHECKING:
    from kpi_tui.kpi.alerts import Alert
    from kpi_tui.kpi.goals import GoalStatus

_GLYPHS: dict[SourceState, str] = {
    "ok": "●",
    "stale": "◐",
    "failed": "✗",
    "unauthorised": "✗",
    "rate limited": "◐",
    "waiting": "○",
    "paused": "○",
}
_ASCII_GLYPHS: dict[SourceState, str] = {
    "ok": "*",
    "stale": "~",
    "failed": "x",
    "unauthorised": "x",
    "rate limited": "~",
    "waiting": "o",
    "paused": "=",
}
_STYLES: dict[SourceState, str] = {
    "ok": "$text-muted",
    "stale": "$warning",
    "failed": "$error",
    "unauthorised": "$error",
    "rate limited": "$warning",
    "waiting": "$text-muted",
    "paused": "$text-muted",
}
_GOAL_STYLES = {
    "reached": "$success",
    "on pace": "$success",
    "at risk": "$warning",
    "short": "$warning",
    "behind": "$error",
}
_GOAL_GLYPHS = {
    "reached": "✓",
    "on pace": "●",
    "at risk": "◐",
    "short": "◐",
    "behind": "✗",
}
_GOAL_ASCII = {
    "reached": "+",
    "on pace": "*",
    "at risk": "~",
    "short": "~",
    "behind": "x",
}
_ALERT_GLYPHS = {"raised": "!", "acknowledged": "●", "snoozed": "◌", "cleared": "✓"}
_ALERT_ASCII = {"raised": "!", "acknowledged": "*", "snoozed": "z", "cleared": "+"}
TONE_STYLES = {"good": "$success", "bad": "$error", "neutral": "$text-muted"}
"""Style of a change by the tone that :func:`kpi_tui.kpi.format.change_tone` gives."""
MUTED = "$text-muted"
"""Labels, ages and units."""
NEEDS_YOU: frozenset[SourceState] = frozenset(
    {"stale", "failed", "unauthorised", "rate limited"}
)
"""States in which a number may be older than it should be."""


def state_glyph(state: SourceState, *, is_ascii: bool) -> str:
    """One cell for a source's state."""
    return (_ASCII_GLYPHS if is_ascii else _GLYPHS)[state]


def state_style(state: SourceState) -> str:
    """A style in theme variables for a source's state."""
    return _STYLES[state]


def goal_style(goal: "GoalStatus") -> str:
    """A style in theme variables for a goal's status."""
    return _GOAL_STYLES.get(goal.status, MUTED)


def goal_glyph(goal: "GoalStatus", *, is_ascii: bool) -> str:
    """One cell for a goal's status."""
    return (_GOAL_ASCII if is_ascii else _GOAL_GLYPHS).get(
        goal.status, "o" if is_ascii else "○"
    )


def alert_style(alert: "Alert") -> str:
    """A style in theme variables for an alert's state."""
    return "$error" if alert.state == "raised" else MUTED


def alert_glyph(alert: "Alert", *, is_ascii: bool) -> str:
    """One cell for an alert's state."""
    return (_ALERT_ASCII if is_ascii else _ALERT_GLYPHS)[alert.state]
