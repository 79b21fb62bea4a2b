"""One video in full: every number exact, its growth, who watched and how long.

It shows the row it is given at once and the rest when the given call answers; it
fetches nothing itself.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll

from kpi_tui.app.panes.videos import lift_text, posted_text
from kpi_tui.app.screens.over import Over
from kpi_tui.app.screens.video_pace import no_pace, pace_lines
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.bars import Bar, Bars
from kpi_tui.app.widgets.chart import Chart, ChartData
from kpi_tui.app.widgets.chart import Line as ChartLine
from kpi_tui.app.widgets.lines import Line, Lines, wrap
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.content import VideoRow
from kpi_tui.kpi.format import format_age, format_value
from kpi_tui.monitor.snapshot import VideoPage

log = logging.getLogger(__name__)

Load = Callable[[str], Awaitable[VideoPage | None]]
_WATCHED_BY = {"type": "new or known"}
"""Of a dimension that its own name would not explain."""
MAX_BARS = 8
"""A part with more buckets shows its largest."""


class Numbers(Lines):
    """Labels and exact values in as many columns as fit."""

    DEFAULT_CSS = """
    Numbers { height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Start empty."""
        super().__init__(id=id)
        self._numbers: tuple[tuple[str, str], ...] = ()

    def put(self, numbers: Sequence[tuple[str, str]]) -> None:
        """(label, value) in reading order, column by column."""
        if tuple(numbers) != self._numbers:
            self._numbers = tuple(numbers)
            self.refresh(layout=True)
            self.redraw()

    def build(self, width: int, height: int) -> Sequence[Line]:  # noqa: ARG002 - as tall as needed
        """Columns of the same width, values flush right in each."""
        label = max((len(name) for name, _ in self._numbers), default=0)
        value = max((len(text) for _, text in self._numbers), default=0)
        columns = max(1, (width + 4) // (label + value + 6))
        rows = -(-len(self._numbers) // columns)
        lines: list[Line] = []
        for row in range(rows):
            pieces: list[tuple[str, str]] = []
            for name, text in self._numbers[row::rows]:
                pieces.append((f"{name:<{label}}  ", MUTED))
                pieces.append((f"{text:>{value}}    ", "bold"))
            lines.append(tuple(pieces))
        return lines


class VideoScreen(Over[None]):
    """A page over the tabs; Escape goes back, ``y`` copies the link."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # With the commands' ids, so that a remapped key closes what it opened.
        Binding("escape", "close", "Close", show=False, id="back"),
        Binding("q", "close", show=False, id="quit"),
        Binding("enter", "close", show=False, id="open"),
        Binding("y", "copy", "Copy the link", show=False, id="copy"),
    ]

    def __init__(self, row: VideoRow, load: Load, *, timezone: str, now: float) -> None:
        """``load`` is asked once for the page; ``timezone`` is an IANA name and
        ``now`` UTC epoch seconds, for the age."""
        super().__init__()
        self._row = row
        self._load = load
        self._zone = ZoneInfo(timezone)
        self._now = now

    def compose(self) -> ComposeResult:
        """All parts; each says in a line what it lacks."""
        if getattr(self.app, "is_ascii", False):
            self.add_class("-ascii")
        with VerticalScroll(id="video"):
            yield Words(id="video-caption")
            yield Words(id="video-facts")
            yield Numbers(id="video-numbers")
            yield Words(classes="video-title", id="video-paces-title")
            yield Words(id="video-paces")
            with Horizontal(id="video-charts"):
                with Vertical(id="video-growth", classes="video-part"):
                    yield Words(classes="video-title")
                    yield Chart()
                with Vertical(id="video-retention", classes="video-part"):
                    yield Words(classes="video-title")
                    yield Chart()
            with Horizontal(id="video-shares"):
                with Vertical(id="video-impressions", classes="video-part"):
                    yield Words(classes="video-title")
                    yield Bars()
                with Vertical(id="video-audience", classes="video-part"):
                    yield Words(classes="video-title")
                    yield Bars()
            yield Words(id="video-keys")

    def on_mount(self) -> None:
        """Show the row now; ask for the rest."""
        self.query_one("#video").focus()
        self._show_row(self._row)
        link = "   y copy the link" if self._row.url else ""
        self.query_one("#video-keys", Words).put((("esc back", MUTED), (link, MUTED)))
        for part in ("growth", "retention", "impressions", "audience"):
            self._say(part, "", "")
        self._fetch()

    def on_resize(self) -> None:
        """The caption breaks elsewhere."""
        self._show_caption()

    def action_close(self) -> None:
        """Back to the tabs."""
        _ = self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the link (OSC 52)."""
        if self._row.url is None:
            self.notify("The source gave no link.", markup=False, timeout=3)
            return
        self.app.copy_to_clipboard(self._row.url)
        self.notify("Copied the link.", markup=False, timeout=3)

    @work(group="video", exclusive=True)
    async def _fetch(self) -> None:
        try:
            page = await self._load(self._row.id)
        except Exception as error:
            # A locked file must not end the app; the numbers above are there already.
            log.warning("the page of a video could not be read", exc_info=error)
            reason = str(error).partition("\n")[0] or type(error).__name__
            words = f"could not be read: {reason}"
            self._say("growth", "Growth", words)
            return
        if page is None:
            self._say("growth", "Growth", "nothing more is stored of this video")
            return
        self._row = page.row
        self._show_row(page.row)
        self._show_paces(page)
        self._show_growth(page)
        self._show_retention(page)
        self._show_shares(page)

    def _show_caption(self) -> None:
        caption = self.query_one("#video-caption", Words)
        width = max(10, caption.size.width or self.size.width - 4)
        lines = wrap(self._row.caption or "(no caption)", width)[:4]
        caption.styles.height = len(lines)
        caption.put(*(((line, "bold"),) for line in lines))

    def _show_row(self, row: VideoRow) -> None:
        self._show_caption()
        newest = datetime.fromtimestamp(self._now, UTC).date()
        facts = [f"posted {posted_text(row, self._zone, newest, 20)}"]
        facts += [row.format] if row.format else []
        if row.duration is not None:
            facts.append(f"{format_value(row.duration, 'seconds')} long")
        facts.append(f"numbers of {format_age(self._now - row.as_of_at)}")
        lines: list[Line] = [((" · ".join(facts), MUTED),)]
        if row.url:
            lines.append(((row.url, MUTED),))
        self.query_one("#video-facts", Words).put(*lines)
        self.query_one(Numbers).put(numbers_of(row))

    def _show_paces(self, page: VideoPage) -> None:
        last_at = page.growth[-1][0] if page.growth else None
        lines = pace_lines(page.paces) or (no_pace(page.row.posted_at, last_at),)
        title = (("First hours", "bold"), ("  views by age, and the others'", MUTED))
        self.query_one("#video-paces-title", Words).put(title)
        words = self.query_one("#video-paces", Words)
        words.styles.height = len(lines)
        words.put(*lines)

    def _show_growth(self, page: VideoPage) -> None:
        points = page.growth
        posted = page.row.posted_at
        if len(points) < 2:
            self._say("growth", "Growth", "known from its second poll on")
            return
        first = posted if posted is not None else points[0][0]
        hours = tuple(((at - first) / 3600, value) for at, value in points)
        since = "since posting" if posted is not None else "since it was first seen"
        self._say("growth", "Views", since)
        line = ChartLine(hours)
        self._chart("growth", ChartData((line,), "count", age_ticks(hours[-1][0])))

    def _show_retention(self, page: VideoPage) -> None:
        points = page.retention
        if len(points) < 2:
            self._say("retention", "Still watching", "not reported for this video")
            return
        self._say("retention", "Still watching", fastest_fall(points))
        ticks = tuple((second, f"{second:.0f} s") for second, _ in points)
        self._chart(
            "retention", ChartData((ChartLine(points),), "percent", ticks, goal=None)
        )

    def _show_shares(self, page: VideoPage) -> None:
        if page.impressions:
            self._say("impressions", "Seen on", "")
            bars = self.query_one("#video-impressions", Vertical).query_one(Bars)
            bars.put([_bar(name, share) for name, share in page.impressions[:MAX_BARS]])
        else:
            self._say("impressions", "Seen on", "not reported for this video")
        if not page.audience:
            self._say("audience", "Watched by", "not reported for this video")
            return
        names = ", ".join(_WATCHED_BY.get(name, name) for name, _ in page.audience)
        self._say("audience", "Watched by", names)
        shares: list[Bar] = []
        for _, parts in page.audience:
            # A blank line between dimensions: their shares add up each by itself.
            shares += [Bar("", None, "")] if shares else []
            shares += [_bar(label, share) for label, share in parts[:MAX_BARS]]
        self.query_one("#video-audience", Vertical).query_one(Bars).put(shares)

    def _say(self, part: str, title: str, note: str) -> None:
        words = self.query_one(f"#video-{part} .video-title", Words)
        words.put(((title, "bold"), (f"  {note}", MUTED)))
        self.query_one(f"#video-{part}").add_class("-empty")

    def _chart(self, part: str, data: ChartData) -> None:
        box = self.query_one(f"#video-{part}")
        box.remove_class("-empty")
        box.query_one(Chart).put(data)


def numbers_of(row: VideoRow) -> list[tuple[str, str]]:
    """Every number of a video, exact; the ones not measured say so with a dash."""
    return [
        ("Views", format_value(row.views, "count", is_exact=True)),
        ("Unique viewers", format_value(row.reach, "count", is_exact=True)),
        ("Likes", format_value(row.likes, "count", is_exact=True)),
        ("Comments", format_value(row.comments, "count", is_exact=True)),
        ("Shares", format_value(row.shares, "count", is_exact=True)),
        ("Saves", format_value(row.saves, "count", is_exact=True)),
        ("Engagement by views", _percent(row.engagement_rate_by_views)),
        ("Completion rate", _percent(row.completion_rate)),
        ("Average watch time", format_value(row.average_watch_time, "seconds")),
        ("Average watched", _percent(row.average_watched_share)),
        ("New followers", format_value(row.new_followers, "count", is_exact=True)),
        ("Link clicks", format_value(row.link_clicks, "count", is_exact=True)),
        ("Against the median", lift_text(row.lift)),
    ]


def _percent(value: float | None) -> str:
    """Two decimals: a page of exact numbers, but no noise."""
    if value is None:
        return format_value(None, "percent")
    return f"{value * 100:,.2f} %"


def _bar(label: str, share: float) -> Bar:
    return Bar(label, share, format_value(share, "percent"))


def age_ticks(hours: float) -> tuple[tuple[float, str], ...]:
    """Names for the axis of hours since posting: hours for two days, then days."""
    if hours <= 48:
        return tuple((float(hour), f"{hour} h") for hour in range(0, int(hours) + 1, 6))
    days = int(hours // 24)
    return tuple((day * 24.0, f"{day} d") for day in range(days + 1))


def fastest_fall(points: Sequence[tuple[float, float]]) -> str:
    """The second in which most viewers leave, in words; empty when none do."""
    falls = [
        ((before[1] - after[1]) / max(1e-9, after[0] - before[0]), after[0])
        for before, after in pairwise(points)
    ]
    fall, second = max(falls, default=(0.0, 0.0), key=lambda pair: (pair[0], -pair[1]))
    if fall <= 0:
        return ""
    return f"falls fastest at {second:.0f} s"
