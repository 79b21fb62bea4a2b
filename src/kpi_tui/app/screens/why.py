"""The page behind ``i``: where a number comes from and how far to trust it."""

from collections.abc import Iterator

from kpi_tui.app.screens.page import Entry, Page
from kpi_tui.app.states import MUTED, TONE_STYLES, state_style
from kpi_tui.kpi.benchmark_words import industry_words, origin_words, value_words
from kpi_tui.kpi.format import (
    change_tone,
    format_age,
    format_change,
    format_day,
    format_input,
    format_kpi,
    format_value,
)
from kpi_tui.kpi.goal_text import (
    distance_words,
    forecast_words,
    needed_words,
    pace_words,
    reaches_words,
    status_words,
    wish_words,
)
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.snapshot import Snapshot

CAMPAIGNS = 8
GOOD_WORDS = {"up": "more is better", "down": "less is better", "none": ""}


class WhyScreen(Page):
    """Formula, inputs, source, age, coverage and the exact value of one KPI."""

    def __init__(self, snapshot: Snapshot, kpi: str, now: float) -> None:
        """``now`` in UTC epoch seconds, for the ages."""
        known = snapshot.definitions.get(kpi)
        title = known.name if known else kpi
        super().__init__(title, tuple(why_entries(snapshot, kpi, now)))


def why_entries(snapshot: Snapshot, kpi: str, now: float) -> Iterator[Entry]:
    """The page's lines for one KPI; works without a value too."""
    known = snapshot.definitions.get(kpi)
    unit = known.unit if known else "count"
    found = snapshot.kpis.get(kpi) or KpiValue(
        kpi, None, unit, days=snapshot.view.days, reason="not measured"
    )
    yield from _value(found)
    yield ("Formula", known.formula if known else "not in the dictionary", "")
    if known and GOOD_WORDS[known.good]:
        yield ("Direction", GOOD_WORDS[known.good], "")
    for number, (name, value) in enumerate(found.inputs):
        text = f"{name}  {format_input(found, value)}"
        yield ("Inputs" if number == 0 else "", text, "")
    if found.note:
        yield ("Note", found.note, "")
    yield from _carried(found, snapshot)
    yield ("", "", "")
    yield from _days(found, snapshot)
    yield from _source(found, snapshot, now)
    yield from _campaigns(found, snapshot)
    yield from _goal(found, snapshot)
    yield from _benchmark(found, snapshot)
    yield from _live(found, snapshot, now)


def _carried(kpi: KpiValue, snapshot: Snapshot) -> Iterator[Entry]:
    """The videos and days that carried the change of a sum."""
    found = snapshot.carried.get(kpi.id)
    if found is None:
        return
    parts = (("Videos", found.videos), ("Days", found.days))
    for label, some in parts:
        for number, one in enumerate(some):
            change = format_kpi(kpi, abs(one.change))
            sign = "+" if one.change > 0 else "-"
            before, now = (format_kpi(kpi, v) for v in (one.before, one.now))
            text = f"{sign}{change}  {one.label} ({before} before, {now} now)"
            yield (f"{label} that did it" if number == 0 else "", text, "")


def _value(kpi: KpiValue) -> Iterator[Entry]:
    if kpi.value is None:
        yield ("Value", f"none: {kpi.reason or 'not measured'}", "")
        return
    yield (
        "Value",
        format_kpi(kpi, kpi.value, is_exact=True),
        "bold",
    )
    change = format_change(kpi)
    if change:
        before = format_kpi(kpi, kpi.previous, is_exact=True)
        yield ("Before", before, "")
        yield ("Change", change, TONE_STYLES[change_tone(kpi)])
    else:
        yield ("Change", "unknown: the days before have no value", MUTED)


def _span(window: Window) -> str:
    first = format_day(window.first, year_of=window.last)
    return f"{first} to {format_day(window.last)} {window.last.year}"


def _days(kpi: KpiValue, snapshot: Snapshot) -> Iterator[Entry]:
    window = snapshot.window_of(kpi)
    if window is None:
        yield ("Days", "no source has given a complete day yet", "")
        return
    yield ("Days", f"{_span(window)} ({window.days} days)", "")
    if kpi.ends is not None:
        yield ("", "its source is behind the account's others", MUTED)
    yield ("Against", _span(window.previous), "")
    if kpi.covered_days is not None:
        words = f"{kpi.covered_days} of {kpi.days} days"
        if kpi.value is not None and not kpi.is_covered:
            words += ": too few to judge, rank or alert on"
        yield ("Coverage", words, "" if kpi.is_covered else "$warning")
    if kpi.as_of is not None:
        yield ("As of", format_day(kpi.as_of, with_weekday=True), "")
        if snapshot.settles(kpi):
            words = "settling: the platform may still restate the last day"
            yield ("State", words, "")


def _source(kpi: KpiValue, snapshot: Snapshot, now: float) -> Iterator[Entry]:
    if kpi.source is None:
        return
    yield ("Source", kpi.source, "")
    for source in snapshot.sources:
        if source.name == kpi.source:
            words: str = source.state
            if source.good_at is not None:
                age = format_age(now - source.good_at.timestamp())
                words += f", last good answer {age}"
            if source.error:
                words += f"; {source.error}"
            yield ("", words, state_style(source.state))
            if source.hint:
                yield ("", source.hint, MUTED)


def _campaigns(kpi: KpiValue, snapshot: Snapshot) -> Iterator[Entry]:
    """Where the money went, behind the numbers of ads."""
    known = snapshot.definitions.get(kpi.id)
    if known is None or known.group != "ads" or kpi.value is None:
        return
    spend = snapshot.kpis.get("spend")
    code = spend.currency if spend else ""
    for number, one in enumerate(snapshot.campaigns[:CAMPAIGNS]):
        cost = format_value(one.sums.get("spend"), "currency", currency=code)
        won = format_value(one.sums.get("ad_conversions"), "count")
        each = format_value(one.cost_per_conversion, "currency", currency=code)
        text = f"{one.label}: {cost}, {won} conversions at {each}"
        yield ("Campaigns" if number == 0 else "", text, "")
    rest = len(snapshot.campaigns) - CAMPAIGNS
    if rest > 0:
        yield ("", f"and {rest} more; see kpi-tui report", MUTED)


def _goal(kpi: KpiValue, snapshot: Snapshot) -> Iterator[Entry]:
    goal = snapshot.goals.get(kpi.id)
    if goal is None:
        return
    least = "" if goal.is_at_most or goal.target is None else "at least "
    yield ("Goal", least + wish_words(goal), "")
    yield ("", status_words(goal), "$warning" if goal.needs_you else "")
    words = (distance_words, needed_words, pace_words, forecast_words, reaches_words)
    for word in words:
        if text := word(goal):
            yield ("", text, MUTED)


def _benchmark(kpi: KpiValue, snapshot: Snapshot) -> Iterator[Entry]:
    found = snapshot.benchmarks.get(kpi.id)
    if found is not None:
        yield ("Others", f"{value_words(found)} in {industry_words(found)}", "")
        same = f"; divided by {found.denominator}, as here" if found.denominator else ""
        yield ("", f"{origin_words(found)}{same}", MUTED)


def _live(kpi: KpiValue, snapshot: Snapshot, now: float) -> Iterator[Entry]:
    if kpi.id != "followers" or "followers" not in snapshot.live:
        return
    age = ""
    if snapshot.live_at is not None:
        age = f", {format_age(now - snapshot.live_at.timestamp())}"
    exact = format_value(snapshot.live["followers"], "count", is_exact=True)
    yield ("Now", f"{exact}{age}", "")
