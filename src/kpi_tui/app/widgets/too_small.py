"""Said instead of everything else where nothing would fit."""

from collections.abc import Sequence

from kpi_tui.app.widgets.lines import Line, Lines, wrap

LEAST_WIDTH = 40
LEAST_HEIGHT = 10


class TooSmall(Lines):
    """Shown by the style sheet alone, below 40 columns or 10 rows."""

    DEFAULT_CSS = """
    TooSmall { display: none; height: 1fr; }
    """

    def __init__(self) -> None:
        """It always says the same."""
        super().__init__(id="too-small")

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002
        """The needed size and the present one."""
        size = self.app.size
        words = (
            f"kpi-tui needs at least {LEAST_WIDTH}x{LEAST_HEIGHT}; "
            f"this terminal is {size.width}x{size.height}."
        )
        return [((line, ""),) for line in wrap(words, width)]
