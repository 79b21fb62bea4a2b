"""The Goals tab: goals, what to improve, and the alerts that wait for an answer.

It judges nothing; answers go up to the monitor.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import WorkType

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.panes.goals_curve import GoalCurve
from kpi_tui.app.panes.goals_rows import (
    ALERT,
    GOAL,
    INSIGHT,
    goal_name,
    items_of,
    keys_of,
)
from kpi_tui.app.screens.page import Entries, Entry
from kpi_tui.app.widgets.items import Item, Items
from kpi_tui.app.widgets.lines import Line
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.goal_text import detail_words, status_words, value_words
from kpi_tui.monitor.snapshot import Snapshot

log = logging.getLogger(__name__)

SNOOZE_SECONDS = 86_400.0
ASIDE_FROM = 150
"""Cells from which the evidence stands beside the list."""

Action = Literal["acknowledge", "snooze", "unsnooze"]


class GoalsList(Items):
    """The three parts as one list."""

    def __init__(self) -> None:
        """Nothing is drawn before the first Snapshot."""
        super().__init__(id="goals-list")
        self._snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs."""
        self._snapshot = snapshot
        self.set_keys(keys_of(snapshot))

    def items(self, width: int) -> Sequence[Item]:
        """All items at this width."""
        if self._snapshot is None:
            return ()
        is_ascii = bool(getattr(self.app, "is_ascii", False))
        return items_of(self._snapshot, width, is_ascii=is_ascii)


class Aside(Entries):
    """The evidence beside the list, which changes with the cursor."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__(())
        self._title = ""

    def put(self, title: str, entries: Sequence[Entry]) -> None:
        """Show these; equal ones cost nothing."""
        if (title, tuple(entries)) != (self._title, self._entries):
            self._title, self._entries = title, tuple(entries)
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:
        """The title, then one or more lines per entry."""
        return (((self._title, "bold"),), (), *super().build(width, height))


class GoalsPane(Pane):
    """The list; beside it, where there is room, what is behind the item under the
    cursor; below it the line for a note."""

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset(
        {"open", "why", "copy", "acknowledge", "snooze", "note"}
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Nothing is drawn before the first Snapshot."""
        super().__init__(id=id)
        self._snapshot: Snapshot | None = None
        self._noted: str | None = None
        """The alert that the note is about."""

    def compose(self) -> ComposeResult:
        """List, evidence, note."""
        with Horizontal(id="goals-main"):
            with VerticalScroll(id="goals-scroll", can_focus=False):
                yield GoalsList()
            with Vertical(id="goals-aside"):
                with VerticalScroll(id="goals-evidence", can_focus=False):
                    yield Aside()
                yield GoalCurve()
        line = Input(placeholder="a note on this alert", id="goals-note", compact=True)
        # Nothing blinks: half a kilobyte a second over SSH.
        line.cursor_blink = False
        yield line

    def on_mount(self) -> None:
        """The note is asked for by its key."""
        self.query_one(Input).display = False

    @property
    def _list(self) -> GoalsList:
        return self.query_one(GoalsList)

    # What the app asks.

    def first_focus(self) -> Widget | None:
        """The list."""
        return self._list

    def show(self, snapshot: Snapshot) -> None:
        """Draw what differs."""
        self._snapshot = snapshot
        self._list.show(snapshot)
        self._draw_aside()

    def show_item(self, key: str) -> None:
        """Put the cursor on an item: somebody pressed Enter on it in another tab."""
        self._list.move_to(key)

    def move(self, step: int) -> None:
        """Up or down the list."""
        self._list.move(step)

    def open_under_cursor(self) -> None:
        """The page behind the item."""
        key = self._list.cursor_key
        if key is None or self._snapshot is None:
            return
        from kpi_tui.app.screens.insight import InsightScreen

        app = self.kpi_app
        # Not awaited: a pane's handler must not wait for a screen to mount.
        _ = app.push_screen(InsightScreen(self._snapshot, key, app.now()))

    def explain_under_cursor(self) -> bool:
        """``i``: the same page; whether there is anything to explain."""
        self.open_under_cursor()
        return self._list.cursor_key is not None

    def text_under_cursor(self) -> str | None:
        """The goal, the sentence or the alert as plain text."""
        snapshot, key = self._snapshot, self._list.cursor_key or ""
        name = key.partition(":")[2]
        if snapshot is None:
            return None
        if key.startswith(GOAL):
            goal = snapshot.goals[name]
            words = [value_words(goal), status_words(goal), *detail_words(goal)]
            return f"{goal_name(goal)}: {'; '.join(words)}"
        if key.startswith(INSIGHT):
            return snapshot.insights[int(name)].text
        alert = self._alert()
        return None if alert is None else f"{alert.text} ({alert.state})"

    def go_back(self) -> bool:
        """Leave the note unsaid."""
        line = self.query_one(Input)
        if not line.display:
            return False
        self._close_note()
        return True

    def acknowledge(self) -> None:
        """``x``: somebody knows."""
        alert = self._answerable()
        if alert is not None:
            self._answer(alert, "acknowledge")

    def snooze(self) -> None:
        """``z``: quiet for a day; a quiet one speaks again."""
        alert = self._answerable()
        if alert is not None:
            is_quiet = alert.state == "snoozed"
            self._answer(alert, "unsnooze" if is_quiet else "snooze")

    def write_note(self) -> None:
        """``n``: acknowledge with a few words."""
        alert = self._answerable()
        if alert is None:
            return
        self._noted = alert.id
        line = self.query_one(Input)
        line.value = alert.note
        line.display = True
        line.focus()

    # Answers.

    def _alert(self) -> Alert | None:
        """The alert under the cursor."""
        key = self._list.cursor_key or ""
        alerts = self._snapshot.alerts if self._snapshot is not None else ()
        return next((a for a in alerts if key == f"{ALERT}{a.id}"), None)

    def _answerable(self) -> Alert | None:
        alert = self._alert()
        if alert is None:
            self.kpi_app.say("There is no alert under the cursor.")
        elif alert.state == "cleared":
            self.kpi_app.say("This alert is over; there is nothing to answer.")
            return None
        return alert

    def _answer(self, alert: Alert, action: Action, note: str = "") -> None:
        send: WorkType[None] = partial(self._send, alert.id, action, note)
        self.run_worker(send, name="answer", group="answer")

    async def _send(self, alert_id: str, action: Action, note: str) -> None:
        seconds = SNOOZE_SECONDS if action == "snooze" else None
        monitor = self.kpi_app.monitor
        try:
            await monitor.answer_alert(alert_id, action, note=note, seconds=seconds)
        # A locked file must not end the app.
        except Exception as error:
            log.warning("an alert could not be answered", exc_info=error)
            reason = str(error).partition("\n")[0] or type(error).__name__
            self.kpi_app.say(f"The answer was not kept: {reason}.", is_error=True)
        else:
            self.kpi_app.say(_SAID[action])

    @on(Input.Submitted, "#goals-note")
    def _note_written(self, event: Input.Submitted) -> None:
        event.stop()
        noted, words = self._noted, event.value.strip()
        self._close_note()
        alerts = self._snapshot.alerts if self._snapshot is not None else ()
        alert = next((a for a in alerts if a.id == noted), None)
        if alert is not None:
            self._answer(alert, "acknowledge", words)

    def _close_note(self) -> None:
        self._noted = None
        self.query_one(Input).display = False
        self._list.focus()

    # Drawing.

    @on(Items.Highlighted)
    def _item_reached(self, event: Items.Highlighted) -> None:
        event.stop()
        self._draw_aside()

    @on(Items.Chosen)
    def _item_chosen(self, event: Items.Chosen) -> None:
        event.stop()
        self.open_under_cursor()

    def on_resize(self) -> None:
        """There may be room for the evidence now, or none any more."""
        self._draw_aside()

    def _draw_aside(self) -> None:
        """The evidence, by the minute: seconds would repaint an idle screen."""
        aside, key = self.query_one("#goals-aside"), self._list.cursor_key
        aside.display = self.size.width >= ASIDE_FROM and key is not None
        if not aside.display or key is None or self._snapshot is None:
            return
        from kpi_tui.app.screens.insight import evidence

        now = self.kpi_app.now()
        title, entries = evidence(self._snapshot, key, now - now % 60)
        told = self.query_one(Aside)
        told.put(title, entries)
        # Its own width is not known before it is laid out: 40 % and the padding.
        width = told.size.width or self.size.width * 2 // 5 - 4
        rows = self.size.height - len(told.build(width, 0)) - 1
        self.query_one(GoalCurve).show(self._snapshot, key, rows)


_SAID: dict[Action, str] = {
    "acknowledge": "Acknowledged.",
    "snooze": "Quiet for a day.",
    "unsnooze": "It speaks again.",
}
