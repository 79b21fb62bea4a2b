"""The screen on a wall: the tabs in turn with big digits, until somebody presses a key.

It turns pages and draws nothing; what is big is in :mod:`kpi_tui.app.headline`.
"""

from typing import TYPE_CHECKING

from textual.timer import Timer

from kpi_tui.app.headline import headline, trends_of, worth_showing
from kpi_tui.app.tabs import TABS
from kpi_tui.app.widgets.footer import Footer
from kpi_tui.app.widgets.headline import Headline

if TYPE_CHECKING:
    from kpi_tui.app.shell import Shell

WALL_SECONDS = 20.0
LOWEST = 20
"""Rows under which the tab itself needs every one of them."""
CLASS = "-wall"
ENDS = "wall, any key ends it"


class Wall:
    """Off until it is started; the app tells it of each key."""

    def __init__(self, app: "Shell") -> None:
        """The wall of this app."""
        self.seconds = WALL_SECONDS
        """How long each tab stays."""
        self.is_wanted = False
        """The program was started for it."""
        self._app = app
        self._timer: Timer | None = None
        self._round = 0
        """How often Trends was shown: each time another KPI."""

    @property
    def is_on(self) -> bool:
        """Whether pages turn."""
        return self._timer is not None

    async def start(self) -> None:
        """From the Overview on."""
        if self.is_on:
            return
        # Its rules are among them, and its key may come before they are read.
        self._app.read_late_styles()
        self._timer = self._app.set_interval(self.seconds, self._due, name="wall")
        await self._app.open_tab(0)
        self.draw()

    def stop(self) -> None:
        """Somebody came: the tab stays, with its own size."""
        if self._timer is None:
            return
        self._timer.stop()
        self._timer = None
        self.draw()

    def _due(self) -> None:
        # Among the app's own messages: in the timer's task a Snapshot could come
        # while a tab is half built.
        self._app.call_next(self._turn)

    async def _turn(self) -> None:
        """The next tab that has something to say."""
        if not self.is_on:
            return
        snapshot = self._app.snapshot
        places = [(self._app.place + step) % len(TABS) for step in range(1, len(TABS))]
        # The Overview always has.
        place = next((p for p in places if worth_showing(TABS[p].id, snapshot)), 0)
        pane = await self._app.open_tab(place)
        if TABS[place].id == "trends":
            kpis = trends_of(snapshot)
            pane.show_kpi(kpis[self._round % len(kpis)])
            self._round += 1
        self.draw()

    def draw(self) -> None:
        """The big digits of the tab that is shown, where there is room for them."""
        app = self._app
        tab = TABS[app.place].id
        is_big = self.is_on and app.size.height >= LOWEST
        # The Overview's own panels are big.
        is_strip = is_big and tab != "overview"
        screen = app.screen_stack[0]
        screen.set_class(is_big, CLASS)
        # While the app ends its parts go before its timers.
        for footer in screen.query(Footer):
            footer.say(ENDS if self.is_on else "")
        for strip in screen.query(Headline):
            kpi = app.pane.kpi_under_cursor()
            strip.show(headline(tab, app.snapshot, kpi) if is_strip else ())
            app.pane.show(app.snapshot)
