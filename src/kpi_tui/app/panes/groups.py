"""Groups of videos and posting times as table rows and words.

Pure: medians, lifts and intervals come ready with the Snapshot.
"""

from collections.abc import Sequence
from typing import Literal

from kpi_tui.app.panes.videos import lift_text
from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.fit import aligned
from kpi_tui.app.widgets.heat import WEEKDAYS, Spot
from kpi_tui.app.widgets.lines import Line
from kpi_tui.app.widgets.table import Cell, Row, TableColumn
from kpi_tui.kpi.content import MIN_VIDEOS, Group, HeatCell
from kpi_tui.kpi.format import format_value

Part = Literal["videos", "theme", "hashtag", "format", "duration", "times"]
PARTS: tuple[Part, ...] = (
    "videos",
    "theme",
    "hashtag",
    "format",
    "duration",
    "times",
)
PART_TITLES: dict[Part, str] = {
    "videos": "Videos",
    "theme": "Themes",
    "hashtag": "Hashtags",
    "format": "Formats",
    "duration": "Durations",
    "times": "Posting times",
}

GROUP_COLUMNS = (
    TableColumn("label", "", 18, "left"),
    TableColumn("lift", "   lift", 17, "left"),
    TableColumn("views", "views", 8),
    TableColumn("engagement", "eng./views", 10),
    TableColumn("completion", "completed", 9),
    TableColumn("videos", "videos", 6),
)
"""Medians over the group's videos; the last columns may be cut off at 60 cells."""


def group_rows(groups: Sequence[Group]) -> list[Row]:
    """One row a group; one with too few videos says so instead of a lift."""
    views = aligned([format_value(g.median_views, "count") for g in groups])
    engagement = aligned([format_value(g.median_engagement, "percent") for g in groups])
    completion = aligned([format_value(g.median_completion, "percent") for g in groups])
    return [
        (
            group.label,
            (
                Cell(group.label),
                lift_cell(group),
                Cell(views[place], "strong"),
                Cell(engagement[place]),
                Cell(completion[place]),
                Cell(f"{group.videos:,}", "muted"),
            ),
        )
        for place, group in enumerate(groups)
    ]


def lift_cell(group: Group) -> Cell:
    """``3.2 x (2.1-4.6)``, coloured only where the interval excludes 1."""
    if group.is_too_few:
        return Cell("too few", "muted", f"  {group.videos} of {MIN_VIDEOS}")
    text = lift_text(group.lift)
    if group.interval is None:
        return Cell(text)
    low, high = group.interval
    tail = f" ({low:.1f}-{high:.1f})"
    if low > 1:
        return Cell(f"{text:>6}", "good", tail)
    return Cell(f"{text:>6}", "bad" if high < 1 else "", tail)


def heat_spots(heat: Sequence[HeatCell]) -> dict[tuple[int, int], Spot]:
    """(weekday, hour) to how many videos were posted then and how they did."""
    return {(cell.weekday, cell.hour): Spot(cell.videos, cell.lift) for cell in heat}


def heat_words(heat: Sequence[HeatCell], legend: str) -> tuple[Line, ...]:
    """What the shades mean, and the best hour in words."""
    if not heat:
        return ((("No video has a time of posting yet.", ""),),)
    # A single video at an hour is luck, not an hour.
    known = [cell for cell in heat if cell.lift is not None and cell.videos >= 2]
    first: Line = ((f"{legend}   digits: videos posted", MUTED),)
    if not known:
        return first, (("No hour has two videos yet.", MUTED),)
    best = max(known, key=lambda cell: (cell.lift or 0.0, cell.videos))
    hour = f"{WEEKDAYS[best.weekday]} {best.hour:02d}-{(best.hour + 1) % 24:02d} h"
    few = "" if best.videos >= MIN_VIDEOS else ": too few to recommend"
    return first, (
        (f"Best so far: {hour}, {lift_text(best.lift)}", ""),
        (f" the median of {best.videos} videos{few}", MUTED),
    )


def no_groups(part: Part) -> Line:
    """Why a grouping is empty."""
    if part == "theme":
        return (("No theme yet: themes are rules in the config, under [[theme]].", ""),)
    return ((f"No video has a {part} yet.", ""),)
