"""The Audience tab: who follows and watches, and when.

It draws shares that come ready with the Snapshot, each with its day and source.
"""

from asyncio import to_thread
from collections.abc import Mapping
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.widget import Widget

from kpi_tui.app.keys import CommandId
from kpi_tui.app.panes.base import Pane
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.bars import Bar, Bars
from kpi_tui.app.widgets.heat import HourColumns, peak
from kpi_tui.app.widgets.lines import Line
from kpi_tui.app.widgets.sparks import Spark, Sparks
from kpi_tui.app.widgets.words import Words
from kpi_tui.kpi.audience import Audience, Breakdown, Share
from kpi_tui.kpi.format import format_day, format_value
from kpi_tui.monitor.snapshot import Snapshot

_MOST_ROWS = 20
"""Higher columns say no more."""
MAX_BARS = 8
"""Places beyond these are counted in words."""
_TITLES = {
    "age": "Age",
    "gender": "Gender",
    "country": "Countries",
    "city": "Cities",
}
_STUDIO_FOLLOWERS = "Studio Followers download"
_GIVERS = {
    "age": "Business API",
    "gender": _STUDIO_FOLLOWERS,
    "country": _STUDIO_FOLLOWERS,
    "city": "Business API",
}


class AudiencePane(Pane):
    """Bars for each dimension, the hours of the day, and new against known viewers."""

    OFFERS: ClassVar[frozenset[CommandId]] = frozenset()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Country codes until the names are loaded."""
        super().__init__(id=id)
        self._snapshot: Snapshot | None = None
        self._drawn: Audience | None = None
        self._names: Mapping[str, str] | None = None

    def compose(self) -> ComposeResult:
        """Six parts; where one has no data its title says what would give it."""
        with VerticalScroll(id="audience"), Container(id="audience-grid"):
            for dimension in _TITLES:
                with Vertical(id=f"audience-{dimension}", classes="audience-part"):
                    yield Words(classes="audience-title")
                    yield Bars()
            with Vertical(id="audience-hours", classes="audience-part"):
                yield Words(classes="audience-title")
                yield HourColumns()
            with Vertical(id="audience-viewers", classes="audience-part"):
                yield Words(classes="audience-title")
                yield Sparks()

    def first_focus(self) -> Widget | None:
        """The page itself: up and down scroll it."""
        return self.query_one("#audience")

    def move(self, step: int) -> None:
        """Scroll."""
        self.query_one("#audience").scroll_relative(y=step, animate=False)

    def text_under_cursor(self) -> str | None:
        """The whole page in lines."""
        if self._drawn is None:
            return None
        lines = [
            f"{_TITLES.get(part.dimension, part.dimension)} {bar.label}: {bar.value}"
            for part in self._drawn.breakdowns
            for bar in bars_of(part, self._names or {})
        ]
        return "\n".join(lines) or None

    def show(self, snapshot: Snapshot) -> None:
        """Draw the parts that changed."""
        self._snapshot = snapshot
        if snapshot.audience == self._drawn:
            return
        self._drawn = snapshot.audience
        self._draw(snapshot.audience)
        has_countries = any(p.dimension == "country" for p in self._drawn.breakdowns)
        if has_countries and self._names is None:
            self._names = {}
            self._load_names()

    @work(group="names", exclusive=True)
    async def _load_names(self) -> None:
        # Importing CLDR's tables takes 60 ms: off the loop, after the first frame.
        self._names = await to_thread(country_names)
        if self._drawn is not None:
            self._draw(self._drawn)

    def _draw(self, audience: Audience) -> None:
        parts = {part.dimension: part for part in audience.breakdowns}
        for dimension, title in _TITLES.items():
            part = parts.get(dimension)
            box = self.query_one(f"#audience-{dimension}")
            box.set_class(part is None, "-empty")
            words = box.query_one(Words)
            if part is None:
                words.put_parts(*_title(title, "no source yet", _GIVERS[dimension]))
                continue
            words.put_parts(*_title(title, *_origin(part)))
            box.query_one(Bars).put(bars_of(part, self._names or {}))
        self._draw_hours(audience)
        self._draw_viewers(audience)
        self._fill(audience)

    def on_resize(self) -> None:
        """Hours and viewers take the rows that the bars leave."""
        if self._drawn is not None:
            self._fill(self._drawn)

    def _fill(self, audience: Audience) -> None:
        columns = self.query_one("#audience-grid").styles.grid_size_columns or 1
        bars = {part.dimension: len(part.shares) for part in audience.breakdowns}
        heights = [min(MAX_BARS + 1, bars.get(part, 0)) + 1 for part in _TITLES]
        rows = [
            max(heights[start : start + columns])
            for start in range(0, len(heights), columns)
        ]
        # In three columns the last dimension stands beside the hours.
        above = rows[: len(_TITLES) // columns]
        left = self.size.height - sum(above) - len(above) - 2
        rows_of_charts = min(_MOST_ROWS, left) if columns > 1 else 0
        self.query_one(HourColumns).styles.height = max(6, rows_of_charts)
        self.query_one(Sparks).styles.height = max(3, rows_of_charts)

    def _draw_hours(self, audience: Audience) -> None:
        box = self.query_one("#audience-hours")
        is_empty = not audience.active_hours
        box.set_class(is_empty, "-empty")
        box.query_one(Words).put_parts(*hours_title(audience))
        box.query_one(HourColumns).put(audience.active_hours)

    def _draw_viewers(self, audience: Audience) -> None:
        box = self.query_one("#audience-viewers")
        days = audience.viewers_by_day
        box.set_class(not days, "-empty")
        if not days:
            note = _title("Viewers", "no source yet", "Studio Viewers download")
            box.query_one(Words).put_parts(*note)
            return
        source = self._snapshot and self._snapshot.kpis.get("new_viewer_share")
        notes = [source.source] if source and source.source else []
        box.query_one(Words).put_parts(*_title("Viewers", "a day on average", *notes))
        sparks = viewer_sparks(audience)
        first, last = format_day(days[0][0]), format_day(days[-1][0])
        box.query_one(Sparks).put(sparks, first, last)


def country_names() -> Mapping[str, str]:
    """ISO code to the English name, from CLDR."""
    from babel import Locale

    return dict(Locale("en").territories)


def bars_of(part: Breakdown, names: Mapping[str, str]) -> list[Bar]:
    """The bars of a dimension; a long tail becomes one line."""
    kept = part.shares[:MAX_BARS]
    bars = [
        Bar(
            names.get(share.label, share.label)
            if part.dimension == "country"
            else share.label,
            share.share,
            format_value(share.share, "percent"),
            change_text(share),
        )
        for share in kept
    ]
    rest = part.shares[MAX_BARS:]
    if rest:
        share = sum(each.share for each in rest)
        bars.append(Bar(f"{len(rest)} more", share, format_value(share, "percent")))
    return bars


def change_text(share: Share) -> str:
    """``+2.0 pt`` against the previous window; empty when unknown or unchanged."""
    if share.previous is None:
        return ""
    points = (share.share - share.previous) * 100
    return f"{points:+.1f} pt" if abs(points) >= 0.05 else ""


def hours_title(audience: Audience) -> list[Line]:
    """The busiest hours in words, and what the mean was taken over."""
    if not audience.active_hours:
        return _title("Active hours", "no source yet", _STUDIO_FOLLOWERS)
    notes = [f"mean of {audience.active_hours_days} days"]
    if audience.active_hours_days == 1:
        notes = ["one day"]
    if audience.active_hours_source:
        notes.append(audience.active_hours_source)
    title, *rest = _title("Active hours", *notes)
    busiest = peak(audience.active_hours)
    if busiest is not None:
        title = (*title, (f"  busiest {busiest[0]:02d}-{busiest[1]:02d} h", ""))
    return [title, *rest]


def viewer_sparks(audience: Audience) -> list[Spark]:
    """New and returning viewers per day, with the mean day and the share of all."""
    new = tuple(day[1] for day in audience.viewers_by_day)
    known = tuple(day[2] for day in audience.viewers_by_day)
    both = [
        (a, b)
        for a, b in zip(new, known, strict=True)
        if a is not None and b is not None
    ]
    total = sum(a + b for a, b in both)
    fresh = sum(a for a, _ in both)
    share = fresh / total if total else None
    rest = None if share is None else 1 - share
    return [
        Spark("new", new, _mean_text(new), format_value(share, "percent")),
        Spark("returning", known, _mean_text(known), format_value(rest, "percent")),
    ]


def _mean_text(values: tuple[float | None, ...]) -> str:
    known = [value for value in values if value is not None]
    return format_value(sum(known) / len(known) if known else None, "count")


def _origin(part: Breakdown) -> list[str]:
    return [format_day(part.as_of), *([part.source] if part.source else [])]


def _title(title: str, *notes: str) -> list[Line]:
    """The title, then a note a part."""
    return [
        ((title, "bold"),),
        *(
            ((("  " if number == 0 else " · ") + note, MUTED),)
            for number, note in enumerate(notes)
        ),
    ]
