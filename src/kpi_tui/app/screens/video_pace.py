"""How fast a video gained views in its first hours, in lines for its page.

Knows words; how a pace is compared is in :mod:`kpi_tui.kpi.velocity`.
"""

from collections.abc import Sequence

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line
from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.velocity import MIN_COMPARABLE, Pace

NONE_SEEN = "nobody polled it at 1, 6, 24 or 48 hours of age"
TOO_YOUNG = "compared with the others from its first hour on"
_FIRST_SECONDS = 3600


def no_pace(posted_at: int | None, last_at: int | None) -> Line:
    """Why there is none: it was last seen in its first hour, or at none of the ages."""
    is_young = (
        posted_at is not None
        and last_at is not None
        and last_at - posted_at < _FIRST_SECONDS
    )
    return ((TOO_YOUNG if is_young else NONE_SEEN, MUTED),)


def pace_lines(paces: Sequence[Pace]) -> tuple[Line, ...]:
    """A line an age: views gained by then, and where that stands among the others."""
    views = [format_value(pace.views, "count", is_exact=True) for pace in paces]
    width = max(map(len, views), default=0)
    return tuple(
        (
            (f"{pace.hours:>4g} h  ", MUTED),
            (f"{text:>{width}} views", "bold"),
            (f"   {standing(pace)}", ""),
        )
        for pace, text in zip(paces, views, strict=True)
    )


def standing(pace: Pace) -> str:
    """``more than 92 % of 23 others at that age, 2.1 x their median``."""
    if pace.percentile is None or pace.times_median is None:
        return f"{pace.compared} of {MIN_COMPARABLE} other videos to compare with"
    # Among so few a tenth of a percent says nothing.
    share = f"{pace.percentile * 100:.0f} %"
    times = format_value(pace.times_median, "per_week")
    return (
        f"more than {share} of {pace.compared} others at that age, "
        f"{times} x their median"
    )
