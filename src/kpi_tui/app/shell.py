"""The frame: header, tabs, footer; the newest Snapshot goes to the visible tab.

It computes no number and draws no panel; what keys do is in :mod:`kpi_tui.app.app`.
"""

import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Event, Key
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget
from textual.worker import WorkType

from kpi_tui.app.facts import header_state, waiting
from kpi_tui.app.keys import BY_ID, COMMANDS
from kpi_tui.app.messages import SnapshotTaken
from kpi_tui.app.notify import tell_terminal
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.tabs import TABS
from kpi_tui.app.themes import DEFAULT_THEME, FALLBACK_VARIABLES, THEMES
from kpi_tui.app.view import as_it_was
from kpi_tui.app.wall import Wall
from kpi_tui.app.widgets.footer import Footer
from kpi_tui.app.widgets.header import Header, Notices
from kpi_tui.app.widgets.headline import Headline
from kpi_tui.app.widgets.tab_bar import TabBar
from kpi_tui.app.widgets.too_small import TooSmall
from kpi_tui.monitor.port import MonitorPort
from kpi_tui.monitor.snapshot import Snapshot, View

ENDING_KEYS = frozenset(BY_ID["interrupt"].keys.split(","))
"""On the wall too."""


class Body(Container):
    """Holds the panes; as in Lines, learning its size is no reason to repaint."""

    virtual_size = Reactive(Size(0, 0), repaint=False)


class Shell(App[int]):
    """Tabs around a monitor."""

    TITLE = "kpi-tui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    LATE_STYLES: ClassVar[tuple[str, ...]] = ("panes.tcss", "pages.tcss")
    """Read after the first paint: 25 ms of parsing that it need not wait for."""
    ALLOW_SELECT = False
    AUTO_FOCUS = None
    # The palette is our own.
    ENABLE_COMMAND_PALETTE = False
    # A pane that does not close must not use up the two seconds a signal gives.
    CLOSE_TIMEOUT = 1.0
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-no-width"),
        (40, "-narrow"),
        (100, "-wide"),
        (150, "-wider"),
        (180, "-widest"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-no-height"),
        (10, "-tiny"),
        (16, "-short"),
        (32, "-tall"),
        (46, "-high"),
        (56, "-highest"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            command.keys,
            command.action,
            command.title,
            show=False,
            priority=command.is_priority,
            id=command.id,
        )
        for command in COMMANDS
    ]

    def __init__(
        self,
        monitor: MonitorPort,
        *,
        is_ascii: bool,
        theme: str | None,
        keymap: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is read from the monitor before :meth:`compose`."""
        super().__init__()
        self.monitor = monitor
        self.is_ascii = is_ascii
        self.keymap = dict(keymap)
        self.now = clock
        """UTC epoch seconds."""
        self.animation_level = "none"
        for known in THEMES:
            self.register_theme(known)
        self.theme = theme if theme in self.available_themes else DEFAULT_THEME
        self.set_keymap(self.keymap)
        self.snapshot: Snapshot
        self.pane: Pane
        """The visible one."""
        self.wall = Wall(self)
        self.place = 0
        """Its tab's place, from 0."""
        self._panes: dict[str, Pane] = {}
        self._focus_of: dict[str, Widget | None] = {}
        self._newest: date | None = None
        """The last complete day when last looked at now; where the past begins."""
        self._pending: View | None = None
        """Asked for and not yet answered, so that ``]`` twice is two steps."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The variables of ours that foreign themes lack."""
        return FALLBACK_VARIABLES

    def compose(self) -> ComposeResult:
        """The frame and the first tab, whole from stored data."""
        self.snapshot = self.monitor.stored_snapshot()
        self._remember_newest()
        self._header = Header(
            header_state(self.snapshot, self.now()), is_ascii=self.is_ascii
        )
        self._notices = Notices(self.snapshot.notices, is_ascii=self.is_ascii)
        self._tab_bar = TabBar(is_ascii=self.is_ascii)
        self._tab_bar.count(waiting(self.snapshot))
        self._footer = Footer(self.keymap, is_ascii=self.is_ascii)
        self.pane = self._panes[TABS[0].id] = TABS[0].make_pane()
        yield self._header
        yield self._notices
        yield self._tab_bar
        yield Headline(is_ascii=self.is_ascii)
        yield Body(self.pane, id="panes")
        yield self._footer
        yield TooSmall()

    def on_mount(self) -> None:
        """Fill the first tab; the monitor starts only after it is on the screen."""
        if self.is_ascii:
            self.screen.add_class("-ascii")
        self._choose_density()
        self._footer.show(self.pane.OFFERS)
        self.pane.show(self.snapshot)
        self.set_focus(self.pane.first_focus(), scroll_visible=False)
        self.monitor.subscribe(self._listen)
        self.monitor.subscribe_alerts(partial(tell_terminal, self))
        self.set_interval(1.0, self._tick, name="clock")
        self.call_after_refresh(self._start_monitor)

    def on_resize(self) -> None:
        """What is big may be too big now."""
        if self.wall.is_on:
            # Not at once: the app learns its size after this.
            self.call_next(self.wall.draw)

    def _choose_density(self) -> None:
        """Set the breakpoints' classes before the first frame.

        Textual does it after: a narrow terminal would get the wide form first.
        """
        for size, breakpoints in (
            (self.size.width, self.HORIZONTAL_BREAKPOINTS),
            (self.size.height, self.VERTICAL_BREAKPOINTS),
        ):
            known = [name for least, name in breakpoints if size >= least]
            self.screen.add_class(known[-1])

    def read_late_styles(self) -> None:
        """The rules that the first frame does without."""
        paths = [Path(__file__).with_name(name) for name in self.LATE_STYLES]
        if not self.stylesheet.has_source(str(paths[0])):
            for path in paths:
                self.stylesheet.read(path)
            # At once: the first widget mounted after read() would get the old rules.
            self.stylesheet.parse()

    def _start_monitor(self) -> None:
        self.read_late_styles()
        # Called by the worker: one that is cancelled at once would drop a coroutine
        # that nobody awaited, and Python complains on the terminal.
        run: WorkType[None] = self.monitor.run
        self.run_worker(run, name="monitor", group="monitor", exit_on_error=True)

    async def on_event(self, event: Event) -> None:
        """Let the visible tab know of each key, whoever it is for."""
        if isinstance(event, Key) and self._panes:
            # What it opens may come before the first paint is over.
            self.read_late_styles()
            self.pane.key_pressed()
            if self.wall.is_on and event.key not in ENDING_KEYS:
                self.wall.stop()
                return
        await super().on_event(event)

    def _listen(self, snapshot: Snapshot) -> None:
        self.post_message(SnapshotTaken(snapshot))

    def on_snapshot_taken(self, message: SnapshotTaken) -> None:
        """Draw a newer Snapshot; one that was overtaken is dropped."""
        if message.snapshot.version <= self.snapshot.version:
            return
        self.snapshot = as_it_was(message.snapshot)
        if self._pending == self.snapshot.view:
            self._pending = None
        self._remember_newest()
        self._tick()
        self._notices.show(self.snapshot.notices)
        self._tab_bar.count(waiting(self.snapshot))
        if self.wall.is_on:
            self.wall.draw()
        else:
            self.pane.show(self.snapshot)

    def _remember_newest(self) -> None:
        window = self.snapshot.window
        if self.snapshot.view.as_of is None and window is not None:
            self._newest = window.last

    def _tick(self) -> None:
        self._header.show(header_state(self.snapshot, self.now()))

    @property
    def view(self) -> View:
        """What is asked for, be it answered or not."""
        return self._pending or self.snapshot.view

    @property
    def newest_day(self) -> date | None:
        """The last complete day of now, also while looking at the past."""
        return self._newest

    def look(self, view: View) -> None:
        """Ask the monitor to show something else."""
        if view != self.view:
            self._pending = view
            self.monitor.look(view)

    async def open_tab(self, place: int) -> Pane:
        """Show a tab, mounting it the first time, and return its pane."""
        tab = TABS[place % len(TABS)]
        if tab is TABS[self.place]:
            return self.pane
        self._focus_of[TABS[self.place].id] = self.focused
        self.place = place % len(TABS)
        self.pane.display = False
        # A key may come before the first paint is over.
        self.read_late_styles()
        known = self._panes.get(tab.id)
        self.pane = pane = known or tab.make_pane()
        if known is None:
            body = self.screen_stack[0].query_one("#panes")
            if not body.is_attached:
                # The app ends: ctrl+c overtakes the keys that were typed before it.
                return pane
            self._panes[tab.id] = pane
            await body.mount(pane)
        pane.display = True
        self._tab_bar.show(self.place)
        self._footer.show(pane.OFFERS)
        pane.show(self.snapshot)
        self.set_focus(self._focus_of.get(tab.id) or pane.first_focus())
        return pane
