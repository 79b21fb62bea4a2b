"""The looks: dark, light, colour-blind-safe and the terminal's own 16 colours.

Semantic variables only; widgets never name a colour. It imports nothing of the app.
"""

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="kpi-dark",
    primary="#5ba3f5",
    secondary="#8aa0b8",
    accent="#f0b429",
    success="#56c288",
    warning="#e2b857",
    error="#f0716a",
    foreground="#eef1f5",
    background="#11151b",
    surface="#171c24",
    panel="#1d242e",
    dark=True,
    variables={
        "text-muted": "#8793a3",
        "border": "#f0b429",
        "border-blurred": "#2e3947",
        "rule": "#2e3947",
        "spark": "#5d7594",
        "on-warning": "#11151b",
        "block-cursor-background": "#26364a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#1d2733",
    },
)
LIGHT = Theme(
    name="kpi-light",
    primary="#1f6fc4",
    secondary="#5b6b7d",
    accent="#b45a00",
    success="#17753f",
    warning="#8a6100",
    error="#b3261e",
    foreground="#14181d",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e9e9e4",
    dark=False,
    variables={
        "text-muted": "#667180",
        "border": "#b45a00",
        "border-blurred": "#d3d6d9",
        "rule": "#d3d6d9",
        "spark": "#8aa0b8",
        "on-warning": "#fbfbf9",
        "block-cursor-background": "#d9e6f5",
        "block-cursor-foreground": "#0d1115",
        "block-cursor-blurred-background": "#e8edf2",
    },
)
SAFE = replace(
    DARK,
    name="kpi-cvd",
    primary="#7fb2e5",
    accent="#f2f2f2",
    success="#5aa9f0",
    warning="#f0e442",
    error="#ee9a3a",
    variables={**DARK.variables, "border": "#f2f2f2", "spark": "#66778c"},
)
"""Blue is good and orange is bad: told apart with any colour vision."""
PLAIN = Theme(
    name="kpi-16",
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    ansi=True,
    variables={
        # Textual's own style sheets name variables that only its ansi themes have.
        **BUILTIN_THEMES["ansi-dark"].variables,
        "text-muted": "ansi_bright_black",
        "border": "ansi_yellow",
        "border-blurred": "ansi_bright_black",
        "rule": "ansi_bright_black",
        "spark": "ansi_cyan",
        "on-warning": "ansi_black",
        "block-cursor-background": "ansi_blue",
        "block-cursor-foreground": "ansi_bright_white",
        "block-cursor-blurred-background": "ansi_default",
    },
)
"""The terminal's own 16 colours and background."""

THEMES = (DARK, LIGHT, SAFE, PLAIN)
DEFAULT_THEME = DARK.name
FALLBACK_VARIABLES = {
    "rule": "#404040",
    "spark": "#808080",
    "on-warning": "#101010",
}
"""For themes that are not ours: Textual's own are chosen by name in the config."""


def theme_after(name: str) -> str:
    """The name that ``t`` goes to next."""
    names = [theme.name for theme in THEMES]
    place = names.index(name) if name in names else -1
    return names[(place + 1) % len(names)]
