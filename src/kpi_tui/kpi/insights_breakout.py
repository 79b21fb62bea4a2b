"""A post of one's own that does far better than usual at its age, in words.

Knows how to tell it; :mod:`kpi_tui.kpi.velocity` finds it.
"""

from collections.abc import Iterator

from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.insights_case import (
    Case,
    Insight,
    counted,
    day_words,
    quoted,
    times,
)
from kpi_tui.kpi.velocity import AGES_HOURS


def breakout_rule(case: Case) -> Iterator[Insight]:
    """A post of one's own that does far better than usual at its age."""
    if not case.breakouts:
        return
    first, *more = case.breakouts
    row = next((row for row in case.rows if row.id == first.video_id), None)
    if row is None or row.posted_at is None:
        return
    beaten = round(first.percentile * first.compared)
    usual = f"{times(first.times_median)} x what your videos have at that age"
    others = f", and {counted(len(more), 'other')} with it" if more else ""
    views = format_value(first.views, "count")
    told, since, tries = "breaks out", "after ", "answer its comments while it runs"
    if first.age_hours >= AGES_HOURS[-1]:
        told, since, tries = "broke out", "in its first ", "show what comes next"
    yield Insight(
        kind="breakout",
        text=f"{quoted(row)} {told}: {views} views {since}{_age(first.age_hours)}, "
        f"{usual}{others}: {tries}.",
        kpi=None,
        evidence=(
            ("views", f"{views} after {_age(first.age_hours)}"),
            ("more than", f"{beaten} of {first.compared} videos at that age"),
            ("times the median", f"{times(first.times_median)} x"),
            ("posted", day_words(case.day_of(row) or case.window.last, case.window)),
            *(
                (_quoted_id(case, one.video_id), f"{times(one.times_median)} x")
                for one in more
            ),
        ),
        weight=90 + min(9.0, first.times_median),
        formula="views at the video's age against the account's other videos at the "
        "same age: above the 90th percentile and at least twice their median",
        as_of=case.seen([row]),
        source=case.source("video_total_views"),
    )


def _quoted_id(case: Case, video_id: str) -> str:
    """The video of that id by its caption."""
    row = next((row for row in case.rows if row.id == video_id), None)
    return quoted(row) if row else video_id


def _age(hours: float) -> str:
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{hours:.0f} h" if hours >= 10 else f"{hours:.1f} h".replace(".0 h", " h")
