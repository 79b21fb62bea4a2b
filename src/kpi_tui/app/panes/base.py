"""What every tab can be asked by the app, so that the app knows no tab in particular.

It knows no KPI and no layout.
"""

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container
from textual.widget import Widget

from kpi_tui.app.keys import CommandId
from kpi_tui.monitor.snapshot import Snapshot

if TYPE_CHECKING:
    from kpi_tui.app.app import KpiApp


class Pane(Container):
    """A tab's content. Only the visible one is shown new Snapshots."""

    DEFAULT_CSS = """
    Pane { width: 1fr; height: 1fr; }
    """

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset()
    """Of the commands that not every tab has (``open``, ``filter``, ``sort``,
    ``group``, ``why``, ``copy``), those that this one answers; the footer shows no other."""

    @property
    def kpi_app(self) -> "KpiApp":
        """The app, typed."""
        from kpi_tui.app.app import KpiApp

        app = self.app
        if not isinstance(app, KpiApp):
            raise TypeError("a Pane lives in a KpiApp")
        return app

    @property
    def is_ascii(self) -> bool:
        """Whether only ASCII may be drawn: borders, glyphs, sparklines."""
        return bool(getattr(self.app, "is_ascii", False))

    def show(self, snapshot: Snapshot) -> None:
        """Draw the newest Snapshot; called when mounted and visible.

        Update only what changed: Textual repaints whatever is assigned.
        """

    def show_kpi(self, kpi: str) -> None:
        """Turn to this KPI: somebody pressed Enter on it in another tab."""

    def show_item(self, key: str) -> None:
        """Put the cursor on this line: somebody pressed Enter on it in another tab."""

    def key_pressed(self) -> None:
        """Somebody pressed any key, here or on another tab."""

    def first_focus(self) -> Widget | None:
        """What gets the focus when the tab is opened for the first time."""
        return next((widget for widget in self.query("*") if widget.focusable), None)

    def move(self, step: int) -> None:
        """Up (-1) or down (+1), where the focused widget does not move by itself."""
        if not self.is_attached:
            # The app ends: ctrl+c overtakes the keys that were typed before it.
            return
        if step < 0:
            self.screen.focus_previous()
        else:
            self.screen.focus_next()

    def open_under_cursor(self) -> None:
        """Enter: open what is under the cursor. A focused table gets Enter first."""

    def go_back(self) -> bool:
        """Escape: close what this tab opened (a filter); whether there was anything."""
        return False

    def start_filter(self) -> None:
        """``/``: let the user type what to keep."""

    def change_sort(self) -> None:
        """``s``: the next order, or a choice of orders."""

    def next_group(self) -> None:
        """``g``: the next grouping of the lines."""

    def kpi_under_cursor(self) -> str | None:
        """The KPI id that ``i`` explains; None when the cursor is on none."""
        return None

    def explain_under_cursor(self) -> bool:
        """``i`` on what is no KPI: open the page behind it, if there is one."""
        return False

    def text_under_cursor(self) -> str | None:
        """What ``y`` copies: the number or row under the cursor as plain text."""
        return None

    def source_under_cursor(self) -> str | None:
        """The source that ``r`` polls; None: all of them."""
        return None
