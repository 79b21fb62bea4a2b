"""What every key does: the commands of the keys table, and an honest end.

It draws nothing; the frame is in :mod:`kpi_tui.app.shell`.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual import work
from textual.app import ScreenStackError
from textual.css.query import NoMatches
from textual.widget import MountError
from textual.widgets import Input
from textual.worker import WorkerFailed

from kpi_tui.app.keys import COMMANDS, Command
from kpi_tui.app.messages import KpiOpened, NeedOpened
from kpi_tui.app.shell import Shell
from kpi_tui.app.tabs import TABS
from kpi_tui.app.themes import theme_after
from kpi_tui.app.view import with_range, with_time
from kpi_tui.app.widgets.lines import harmless
from kpi_tui.monitor.port import MonitorPort

if TYPE_CHECKING:
    from kpi_tui.app.screens.palette import Entry

NOTICE_SECONDS = 4.0
GONE = (NoMatches, MountError, ScreenStackError)
"""What looking for widgets raises while the app ends."""
TRENDS = next(place for place, tab in enumerate(TABS) if tab.id == "trends")


class KpiApp(Shell):
    """The monitor's screen; :func:`kpi_tui.app.lifeline.run_app` runs it."""

    def __init__(
        self,
        monitor: MonitorPort,
        *,
        version: str,
        is_ascii: bool = False,
        theme: str | None = None,
        keymap: Mapping[str, str] = MappingProxyType({}),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``keymap`` maps command ids to Textual key names; ``clock`` gives UTC
        epoch seconds."""
        super().__init__(
            monitor,
            is_ascii=is_ascii,
            theme=theme,
            keymap=keymap,
            clock=clock,
        )
        self.version = version
        self.crash: BaseException | None = None
        """What ended the app, if anything unexpected did."""
        self.on_start: Callable[[], None] | None = None
        """Told once the first frame is on the screen."""
        self.on_end: Callable[[], None] | None = None
        """Told once the app is asked to end."""

    def _start_monitor(self) -> None:
        if self.on_start is not None:
            self.on_start()
        super()._start_monitor()
        if self.wall.is_wanted:
            self.call_next(self.wall.start)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Arrows belong to whoever types; offered commands to the tabs that offer."""
        if action == "turn_tab":
            return len(self.screen_stack) == 1 and not isinstance(self.focused, Input)
        if action == "why":
            return "why" in self.pane.OFFERS
        if action == "ask_pane":
            asked = f"ask_pane('{parameters[0]}')"
            return any(
                command.action == asked and command.id in self.pane.OFFERS
                for command in COMMANDS
            )
        return True

    def is_possible(self, command: Command) -> bool:
        return not command.is_offered or command.id in self.pane.OFFERS

    def say(self, text: str, *, is_error: bool = False) -> None:
        """A short notice in the corner; never parsed as markup."""
        self.notify(
            harmless(text, is_ascii=self.is_ascii),
            severity="error" if is_error else "information",
            timeout=NOTICE_SECONDS,
            markup=False,
        )

    # What the panes may ask for.

    async def on_kpi_opened(self, message: KpiOpened) -> None:
        """Enter on a KPI."""
        await self.open_kpi(message.kpi)

    async def on_need_opened(self, message: NeedOpened) -> None:
        """Enter on what needs somebody."""
        place = next(i for i, tab in enumerate(TABS) if tab.id == message.tab)
        pane = await self.open_tab(place)
        pane.show_item(message.key)

    async def open_kpi(self, kpi: str) -> None:
        """Trends, at this KPI."""
        pane = await self.open_tab(TRENDS)
        pane.show_kpi(kpi)

    def look_at(self, handle: str) -> None:
        """Another account, over the same range."""
        self.look(replace(self.view, account=handle))

    def rank_by(self, kpi: str) -> None:
        """The leaderboard by another KPI."""
        self.look(replace(self.view, rank_by=kpi))

    async def explain(self, kpi: str) -> None:
        """The page behind a number."""
        from kpi_tui.app.screens.why import WhyScreen

        await self.push_screen(WhyScreen(self.snapshot, kpi, self.now()))

    # What the keys do.

    async def action_show_tab(self, place: int) -> None:
        """Show the tab at this place, from 0."""
        await self.open_tab(place)

    async def action_turn_tab(self, step: int) -> None:
        """The tab to the left (-1) or right (+1), around the ends."""
        await self.open_tab((self.place + step) % len(TABS))

    def action_move(self, step: int) -> None:
        """Up or down where the focused widget does not do it itself."""
        self.pane.move(step)

    def action_ask_pane(self, method: str) -> None:
        """Let the visible tab do what it offers."""
        getattr(self.pane, method)()

    async def action_back(self) -> None:
        """Close what the tab opened, else leave the past, else go to the Overview."""
        if self.pane.go_back():
            return
        if self.view.as_of is not None:
            self.action_step_time(0)
        else:
            await self.open_tab(0)

    def action_command_palette(self) -> None:
        """Find a command by its name."""
        from kpi_tui.app.commands import palette_entries
        from kpi_tui.app.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            entries = tuple(palette_entries(self))
            _ = self.push_screen(Palette(entries), self._command_chosen)

    def _command_chosen(self, entry: "Entry | None") -> None:
        if entry is not None:
            # After the palette is gone: a command may look for the focused line.
            self.call_next(entry.run)

    async def action_why(self) -> None:
        """Explain the number under the cursor, or whatever else is there."""
        if self.pane.explain_under_cursor():
            return
        kpi = self.pane.kpi_under_cursor()
        if kpi is not None:
            await self.explain(kpi)

    async def action_wall(self) -> None:
        """The tabs in turn, until a key is pressed."""
        await self.wall.start()

    def action_change_range(self, step: int) -> None:
        """Fewer (-1) or more (+1) days."""
        self.look(with_range(self.view, step))

    def action_step_time(self, step: int) -> None:
        """A day back (-1) or forward (+1); 0: back to now."""
        self.look(with_time(self.view, step, self.newest_day))

    async def action_choose_account(self) -> None:
        """Choose among one's own accounts."""
        from kpi_tui.app.screens.accounts import AccountScreen

        own = [ref for ref in self.snapshot.accounts if ref.role == "own"]
        if len(own) < 2:
            self.say(
                "There is only one account. Add another [[account]] to the config."
            )
            return
        screen = AccountScreen(own, self.view.account)
        await self.push_screen(screen, self._account_chosen)

    def _account_chosen(self, handle: str | None) -> None:
        if handle is not None:
            self.look_at(handle)

    def action_poll(self) -> None:
        """Ask the source under the cursor, else all of them."""
        source = self.pane.source_under_cursor()
        self.monitor.poll_now(source)
        self.say(f"Asking {source}." if source else "Asking every source.")

    def action_pause(self) -> None:
        """Stop or resume the timers."""
        self.monitor.set_paused(not self.snapshot.is_paused)

    def action_export(self) -> None:
        """Write the view's points."""
        _ = self._export()

    @work(group="export", exclusive=True)
    async def _export(self) -> None:
        try:
            path = await self.monitor.export(self.view)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.say(f"Nothing was exported: {reason}.", is_error=True)
        else:
            self.say(f"Exported to {path}")

    def action_copy(self) -> None:
        """Copy what is under the cursor (OSC 52)."""
        text = self.pane.text_under_cursor()
        if text is None:
            self.say("There is nothing under the cursor to copy.")
            return
        self.copy_to_clipboard(text)
        self.say(f"Copied: {text.splitlines()[0][:60]}" if text else "Copied.")

    def action_next_theme(self) -> None:
        """The next look."""
        self.theme = theme_after(self.theme)

    async def action_help(self) -> None:
        """Every key."""
        from kpi_tui.app.screens.help import HelpScreen

        await self.push_screen(
            HelpScreen(self.keymap, self.version, is_ascii=self.is_ascii)
        )

    # How it ends.

    def exit(
        self,
        result: int | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """End, and let the lifeline know: a shutdown may hang."""
        if self.on_end is not None:
            self.on_end()
        super().exit(result, return_code, message)

    def _handle_exception(self, error: Exception) -> None:
        """Keep the error for the crash file; Textual only prints and forgets it."""
        if self._exit and isinstance(error, GONE):
            # ctrl+c overtakes the keys typed before it: a page they open is taken
            # apart while it is built.
            return
        if self.crash is None:
            self.crash = error.error if isinstance(error, WorkerFailed) else error
        if self.on_end is not None:
            self.on_end()
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's own traceback: it shows local variables."""
        self.panic()

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002
        """End; what is to be said is said by the lifeline, in one sentence."""
        super().panic()
