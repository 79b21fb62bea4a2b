"""The Content tab: the videos, and what groups and posting times say about them.

It lays out and orders what the Snapshot holds; medians and lifts are not its own.
"""

from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import DataTable, Input

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.panes.content_words import nothing, parts_line, title_parts
from kpi_tui.app.panes.groups import (
    GROUP_COLUMNS,
    PARTS,
    Part,
    group_rows,
    heat_spots,
    heat_words,
    no_groups,
)
from kpi_tui.app.panes.videos import (
    ORDERS,
    Order,
    columns_for,
    filtered,
    ordered,
    video_rows,
)
from kpi_tui.app.widgets.heat import WeekHeat, legend
from kpi_tui.app.widgets.parts import kept
from kpi_tui.app.widgets.table import MAX_ROWS, KeyedTable
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.content import VideoRow
from kpi_tui.monitor.snapshot import Snapshot


class ContentPane(Pane, can_focus=True):
    """Videos above, a grouping below; on a small terminal one of them at a time."""

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset(
        {"open", "filter", "sort", "group"}
    )

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Newest first, nothing filtered."""
        super().__init__(id=id)
        self._snapshot: Snapshot | None = None
        self._order: Order = ORDERS[0]
        self._word = ""
        self._part: Part = "videos"
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """The two halves; which are seen depends on the size."""
        with Vertical(id="content-videos"):
            yield Words(id="content-title")
            line = Input(
                placeholder="words of the caption", id="content-filter", compact=True
            )
            # Nothing blinks: half a kilobyte a second over SSH.
            line.cursor_blink = False
            yield line
            yield KeyedTable(id="video-table")
            yield Words(id="content-none")
        with Horizontal(id="content-groups"):
            with Vertical(id="content-grouping"):
                yield Words(id="content-parts")
                yield KeyedTable(id="group-table")
                yield Words(id="content-no-groups")
            with Vertical(id="content-times"):
                yield Words(id="content-times-title")
                yield WeekHeat(id="content-heat")
                yield Words(id="content-times-note")

    def on_mount(self) -> None:
        """The groups' columns never change."""
        self.query_one("#group-table", KeyedTable).set_columns(GROUP_COLUMNS)
        self.query_one(Input).display = False

    @property
    def _videos(self) -> KeyedTable:
        return self.query_one("#video-table", KeyedTable)

    @property
    def is_one_at_a_time(self) -> bool:
        """Whether the terminal is too low for both halves."""
        return self.size.height < 26

    @property
    def has_both(self) -> bool:
        """Whether groups and posting times fit beside each other."""
        return self.size.width >= 180 and not self.is_one_at_a_time

    def first_focus(self) -> Widget | None:
        """The videos."""
        return self._videos

    # What the app asks.

    def show(self, snapshot: Snapshot) -> None:
        """Draw videos and groups where they differ from what is drawn."""
        self._snapshot = snapshot
        self._draw()

    def open_under_cursor(self) -> None:
        """Open the video under the cursor."""
        row = self._row_under_cursor()
        if row is not None and self._snapshot is not None:
            from kpi_tui.app.screens.video import VideoScreen

            app = self.kpi_app
            zone = self._snapshot.account.timezone
            load = app.monitor.video_page
            # Not awaited: a pane's handler must not wait for a screen to mount.
            _ = app.push_screen(VideoScreen(row, load, timezone=zone, now=app.now()))

    def change_sort(self) -> None:
        """The next column by which videos can be ordered."""
        place = ORDERS.index(self._order)
        self._order = ORDERS[(place + 1) % len(ORDERS)]
        self._draw()

    def start_filter(self) -> None:
        """Show the line to type into."""
        if self.is_one_at_a_time and self._part != "videos":
            self._part = "videos"
            self._draw()
        self.query_one(Input).display = True
        self.query_one(Input).focus()

    def go_back(self) -> bool:
        """Forget what is typed, then the filter; on a small terminal go back to the
        videos."""
        line = self.query_one(Input)
        if line.display and line.has_focus and line.value:
            line.value = ""
            return True
        if line.display:
            line.display = False
            line.value = ""
            self._filter("")
            self._videos.focus()
            return True
        if self.is_one_at_a_time and self._part != "videos":
            self._part = "videos"
            self._draw()
            self._videos.focus()
            return True
        return False

    def text_under_cursor(self) -> str | None:
        """The link of the video under the cursor, or its caption where it has none."""
        row = self._row_under_cursor()
        return None if row is None else row.url or row.caption

    def next_group(self) -> None:
        """The next grouping."""
        parts = self._parts()
        here = self._seen_part()
        self._part = parts[(parts.index(here) + 1) % len(parts)]
        self._draw()
        if self.is_one_at_a_time:
            # The pane itself where there is no table: else its keys would be dead.
            tables = {"videos": self._videos, "times": self}
            tables.get(self._part, self._groups).focus()

    # Events.

    @on(DataTable.RowSelected, "#video-table")
    def _video_chosen(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.open_under_cursor()

    @on(DataTable.HeaderSelected, "#video-table")
    def _column_chosen(self, event: DataTable.HeaderSelected) -> None:
        event.stop()
        chosen = [o for o in ORDERS if o.column == event.column_key.value]
        if chosen:
            self._order = chosen[0]
            self._draw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._filter(event.value)

    @on(Input.Submitted)
    def _typed_enough(self, event: Input.Submitted) -> None:
        event.stop()
        self._videos.focus()

    def on_resize(self) -> None:
        """Other columns fit now."""
        self._draw()

    # Drawing.

    @property
    def _groups(self) -> KeyedTable:
        return self.query_one("#group-table", KeyedTable)

    def _row_under_cursor(self) -> VideoRow | None:
        key = self._videos.cursor_key
        rows = self._snapshot.videos if self._snapshot is not None else ()
        return next((row for row in rows if row.id == key), None)

    def _filter(self, word: str) -> None:
        if word != self._word:
            self._word = word
            self._draw()

    def _parts(self) -> tuple[Part, ...]:
        """Those that share a place, so that ``g`` goes through them.

        Without a rule for themes in the config they come last: the first that is
        seen should not be an empty one.
        """
        groups = self._snapshot.groups if self._snapshot is not None else ()
        has_themes = any(group.dimension == "theme" for group in groups)
        parts = [part for part in PARTS if part != "theme" or has_themes]
        parts += [] if has_themes else ["theme"]
        hidden = {"times"} if self.has_both else set()
        hidden |= set() if self.is_one_at_a_time else {"videos"}
        return tuple(part for part in parts if part not in hidden)

    def _seen_part(self) -> Part:
        parts = self._parts()
        return self._part if self._part in parts else parts[0]

    def _draw(self) -> None:
        snapshot = self._snapshot
        # Hidden it has no size; shown, a resize follows and draws.
        if snapshot is None or not self.size:
            return
        part = self._seen_part()
        self.query_one("#content-videos").display = (
            not self.is_one_at_a_time or part == "videos"
        )
        # Of no videos there are no groups: half a screen that only says so is left out.
        self.query_one("#content-groups").display = part != "videos" and (
            self.is_one_at_a_time or bool(snapshot.videos)
        )
        groups = self.query_one("#content-groups")
        groups.styles.max_height = "100%" if self.is_one_at_a_time else "45%"
        data = (snapshot.videos, snapshot.groups, snapshot.heat)
        wanted = (*data, self._order, self._word, part, self.size)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._draw_videos(snapshot)
        self._draw_groups(snapshot, part)

    def _draw_videos(self, snapshot: Snapshot) -> None:
        rows = ordered(filtered(snapshot.videos, self._word), self._order)
        zone = ZoneInfo(snapshot.account.timezone)
        columns = columns_for(
            self.size.width, rows, self._order, is_ascii=self.is_ascii
        )
        self._videos.set_columns(columns)
        self._videos.set_rows(video_rows(rows[:MAX_ROWS], columns, zone))
        parts = title_parts(
            snapshot.videos, len(rows), self._order, is_low=self.is_one_at_a_time
        )
        self.query_one("#content-title", Words).put(kept(parts, self.size.width - 2))
        is_empty = not rows
        # Its header stays: hidden, it would lose the focus and the pane its keys.
        self._videos.set_class(is_empty, "-empty")
        self._videos.show_header = bool(snapshot.videos)
        none = self.query_one("#content-none", Words)
        none.display = is_empty
        if is_empty:
            none.put(*nothing(snapshot.videos, self._word, self.size.width - 4))

    def _draw_groups(self, snapshot: Snapshot, part: Part) -> None:
        is_times = part == "times"
        self.query_one("#content-grouping").display = True
        self.query_one("#content-times").display = is_times or self.has_both
        self.set_class(is_times, "-times")
        self._groups.display = not is_times
        self.query_one("#content-parts", Words).put(parts_line(self._parts(), part))
        groups = [group for group in snapshot.groups if group.dimension == part]
        if not is_times:
            self._groups.set_rows(group_rows(groups))
        none = self.query_one("#content-no-groups", Words)
        none.display = not groups and not is_times
        none.put(no_groups(part))
        self.query_one("#content-times-title").display = self.has_both
        self.query_one("#content-times-title", Words).put((("Posting times", "bold"),))
        self.query_one(WeekHeat).put(heat_spots(snapshot.heat))
        note = heat_words(snapshot.heat, legend(is_ascii=self.is_ascii))
        self.query_one("#content-times-note", Words).put(*note)
