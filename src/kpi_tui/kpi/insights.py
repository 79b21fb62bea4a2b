"""What to improve, ranked, each sentence with the numbers behind it.

Knows which rules there are; what each of them looks for is its own.
"""

from collections.abc import Callable, Iterable, Iterator

from kpi_tui.kpi.changes import SPLIT_KPI, Change
from kpi_tui.kpi.content import MIN_VIDEOS, Group
from kpi_tui.kpi.format import format_kpi, format_points
from kpi_tui.kpi.insights_breakout import breakout_rule
from kpi_tui.kpi.insights_case import (
    WORTH_SAYING,
    Case,
    Insight,
    counted,
    figure,
    group_subject,
    holds,
    relative,
    subject,
    times,
    verb,
)
from kpi_tui.kpi.insights_content import content_rules, engagement_rule
from kpi_tui.kpi.insights_funnel import funnel_rule
from kpi_tui.kpi.insights_growth import growth_rule
from kpi_tui.kpi.insights_rivals import rival_rules
from kpi_tui.kpi.insights_watch import completion_rule
from kpi_tui.kpi.values import KpiValue

__all__ = ["MOST", "Case", "Insight", "insights"]

MOST = 5
"""A handful: who gets ten of them follows none."""
TOO_LITTLE = "too little"
_MOST_OF_A_KIND = 2
_SHARP_SUM = 0.3
_NEARLY = 3
"""A group of so many videos is worth waiting for."""
_PROMISING = 1.5
_SUMS = ("video_views", "website_visits", "conversions")

Rule = Callable[[Case], Iterable[Insight]]


def insights(case: Case) -> tuple[Insight, ...]:
    """At most a handful, the weightiest first; none where nothing can be said.

    An account with one to four videos gets "not enough data yet" and no advice; only
    what competitors do is told as well.
    """
    found: list[Insight] = []
    few = _few_videos(case)
    rules: tuple[Rule, ...] = (rival_rules,) if few else RULES
    for rule in rules:
        found.extend(rule(case))
    found.sort(key=lambda one: (-one.weight, one.text))
    kept: list[Insight] = []
    for one in found:
        same = sum(other.kind == one.kind for other in kept)
        if same < _MOST_OF_A_KIND and not _is_told(one, kept):
            kept.append(one)
    waiting = few or _nearly_enough(case, kept)
    return (*kept[: MOST - len(waiting)], *waiting)


def _is_told(one: Insight, kept: Iterable[Insight]) -> bool:
    """Whether the same group was recommended already, for a weightier reason."""
    group = _group_of(one)
    return group is not None and any(group == _group_of(other) for other in kept)


def _group_of(one: Insight) -> str | None:
    found = (
        label.partition(": median")[0]
        for label, _ in one.evidence
        if ": median" in label
    )
    return next(found, None)


def _change_rule(case: Case) -> Iterator[Insight]:
    """What moved the sharpest change: the mix of content, its rates, or single days."""
    split = case.changes.get(SPLIT_KPI)
    kpi = case.kpis.get(SPLIT_KPI)
    if split is not None and kpi is not None and _is_sharp(case, kpi, WORTH_SAYING):
        yield _split_insight(kpi, split)
    sums = [
        case.kpis[name]
        for name in _SUMS
        if name in case.changes and _is_sharp(case, case.kpis[name], _SHARP_SUM)
    ]
    if sums:
        sharpest = max(sums, key=lambda one: abs(relative(one) or 0.0))
        yield _days_insight(case, sharpest, case.changes[sharpest.id])


def _is_sharp(case: Case, kpi: KpiValue, least: float) -> bool:
    change = relative(kpi)
    return (
        kpi.is_covered
        and change is not None
        and abs(change) >= least
        and holds(case, kpi)
    )


def _split_insight(kpi: KpiValue, change: Change) -> Insight:
    now, before = (format_kpi(kpi, one) for one in (kpi.value, kpi.previous))
    reasons = " and ".join(
        f"{line.amount} by {_WORDS[line.word]} ({line.text})" for line in change.lines
    )
    evidence = [*figure(kpi), ("counted", change.basis)]
    if change.split is not None:
        whole = change.split
        amounts = [format_kpi(kpi, one) for one in (whole.before, whole.now)]
        evidence.append(("by that count", f"{amounts[0]} before, {amounts[1]} now"))
        evidence += [
            (one.label, f"mix {format_points(one.mix)}, rate {format_points(one.rate)}")
            for one in whole.groups
        ]
    return Insight(
        kind="change",
        text=f"{subject(kpi.definition)} went from {before} to {now}: {reasons}.",
        kpi=kpi.id,
        evidence=tuple(evidence),
        weight=_change_weight(kpi),
        formula="the change split into other shares of views (mix) and other rates "
        f"within each group; the parts sum to it; {change.basis}",
        as_of=kpi.as_of,
        source=kpi.source,
    )


_WORDS = {"mix": "mix", "rate": "rates", "days": "days"}


def _days_insight(case: Case, kpi: KpiValue, change: Change) -> Insight:
    now, before = (format_kpi(kpi, one) for one in (kpi.value, kpi.previous))
    way = "up" if (kpi.change or 0.0) > 0 else "down"
    reasons = "; ".join(line.text for line in change.lines)
    return Insight(
        kind="change",
        text=f"{subject(kpi.definition)} {verb(kpi.definition)} {now}, {way} from {before} in "
        f"{case.span}: {reasons}.",
        kpi=kpi.id,
        evidence=(
            *figure(kpi),
            *(("those days against usual ones", line.amount) for line in change.lines),
        ),
        weight=_change_weight(kpi),
        formula="the days that lie furthest above the median day carried 40 % of the "
        "change or more",
        as_of=kpi.as_of,
        source=kpi.source,
    )


def _change_weight(kpi: KpiValue) -> float:
    return 42 + 18 * min(1.0, abs(relative(kpi) or 0.0))


RULES: tuple[Rule, ...] = (
    breakout_rule,
    rival_rules,
    growth_rule,
    engagement_rule,
    completion_rule,
    funnel_rule,
    _change_rule,
    content_rules,
)


def _few_videos(case: Case) -> tuple[Insight, ...]:
    """That there are too few videos for any advice; empty with none or enough."""
    counted_rows = [row for row in case.rows if row.views is not None]
    count = len(counted_rows)
    if not 0 < count < MIN_VIDEOS:
        return ()
    return (
        _too_little(
            f"Not enough data yet: {count} of {MIN_VIDEOS} videos.",
            (("videos with views", f"{count} of {MIN_VIDEOS}"),),
            case,
        ),
    )


def _nearly_enough(case: Case, found: Iterable[Insight]) -> tuple[Insight, ...]:
    """The most promising group that lacks a video or two, while no content is sure."""
    if any(_group_of(one) for one in found):
        return ()
    near = [
        group
        for group in case.groups
        if _NEARLY <= group.videos < MIN_VIDEOS and (group.lift or 0.0) >= _PROMISING
    ]
    if not near:
        return ()
    group = max(near, key=_promise)
    name = group_subject(group.dimension, group.label)
    return (
        _too_little(
            f"{name} do well so far, but there is not enough data yet: "
            f"{group.videos} of {MIN_VIDEOS} videos.",
            (
                ("videos", f"{group.videos} of {MIN_VIDEOS}"),
                ("times the median so far", f"{times(group.lift or 0.0)} x"),
                ("all videos", counted(len(case.rows), "video")),
            ),
            case,
        ),
    )


def _promise(group: Group) -> tuple[int, float, str]:
    return group.videos, group.lift or 0.0, group.label


def _too_little(
    text: str, evidence: tuple[tuple[str, str], ...], case: Case
) -> Insight:
    return Insight(
        kind=TOO_LITTLE,
        text=text,
        kpi=None,
        evidence=evidence,
        weight=1,
        formula=f"a group of fewer than {MIN_VIDEOS} videos is never recommended",
        as_of=case.seen(case.rows),
        source=case.source("video_total_views"),
    )
