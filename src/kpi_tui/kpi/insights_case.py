"""What the rules of insight look at, and what they answer.

Knows shapes, and which KPIs are low; each rule has a module of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.changes import Change, Themes
from kpi_tui.kpi.content import Group, VideoRow
from kpi_tui.kpi.definitions import Definition
from kpi_tui.kpi.format import format_coverage, format_day, format_kpi
from kpi_tui.kpi.goal_text import format_goal, status_words, target_words, wish_words
from kpi_tui.kpi.goals import GoalStatus
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.leaderboard import Leaderboard
from kpi_tui.kpi.readings import day_of
from kpi_tui.kpi.sums import FROM_TOTALS
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.velocity import Breakout
from kpi_tui.kpi.windows import Window, local_day

Evidence = tuple[tuple[str, str], ...]

SETTLING_DAYS = 2
"""So many last days the platform may still restate."""
WORTH_SAYING = 0.1
"""Below this relative change nobody would do anything about a KPI."""
CAPTION_CHARS = 40


@dataclass(frozen=True, slots=True)
class Insight:
    """One sentence that somebody could act on, with its proof."""

    kind: str
    """``breakout``, ``rival``, ``growth``, ``engagement``, ``completion``,
    ``conversion``, ``change``, ``content``, or ``too little``."""
    text: str
    kpi: str | None
    """The KPI that it is about, when it is about one."""
    evidence: Evidence
    """(label, value in words)."""
    weight: float
    """The heavier, the further up."""
    formula: str
    """How it was worked out."""
    as_of: date | None
    """The last day that went in."""
    source: str | None
    """Who told the leading number."""


@dataclass(frozen=True, slots=True)
class Case:
    """One account as the rules see it. What is not known is left empty."""

    history: AccountHistory
    window: Window
    kpis: Mapping[str, KpiValue]
    rows: Sequence[VideoRow] = ()
    groups: Sequence[Group] = ()
    themes: Themes = ()
    board: Leaderboard = field(default_factory=lambda: Leaderboard("followers", ()))
    rivals: Sequence[AccountHistory] = ()
    """Competitors, as far as they are to be looked at."""
    goals: Mapping[str, GoalStatus] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)
    curves: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    """Video id to (second, share still watching)."""
    breakouts: Sequence[Breakout] = ()
    is_settling: bool = False
    """The platform may still restate the window's last days."""

    @property
    def span(self) -> str:
        """``the 28 days before``."""
        return f"the {self.window.days} days before"

    def posted(self) -> list[VideoRow]:
        """The posts of the window."""
        return [
            row for row in self.rows if (day := self.day_of(row)) and day in self.window
        ]

    def day_of(self, row: VideoRow) -> date | None:
        """The day on which a video was posted, in the account's zone."""
        if row.posted_at is None:
            return None
        if row.posted_precision == "day":
            return day_of(row.posted_at)
        return local_day(row.posted_at, self.history.zone)

    def source(self, metric: str) -> str | None:
        """Who told the metric last."""
        return self.history.sources.get(metric)

    def seen(self, rows: Sequence[VideoRow]) -> date | None:
        """The day of the newest number of those videos."""
        newest = max((row.as_of_at for row in rows), default=0)
        return local_day(newest, self.history.zone) if newest else None


@dataclass(frozen=True, slots=True)
class Need:
    """A KPI that is not where it should be."""

    kpi: KpiValue
    text: str
    """The beginning of a sentence: what it is, and against what."""
    weight: float
    evidence: Evidence


def need(case: Case, *kpis: str) -> Need | None:
    """The first of these KPIs that lags: behind its goal, its past, or its industry."""
    known = [case.kpis[kpi] for kpi in kpis if kpi in case.kpis]
    for judge in (_behind_goal, _fallen, _below_benchmark):
        for kpi in known:
            found = judge(case, kpi) if kpi.is_covered else None
            if found is not None:
                return found
    return None


def _behind_goal(case: Case, kpi: KpiValue) -> Need | None:
    goal = case.goals.get(kpi.id)
    if goal is None or not goal.needs_you or goal.value is None:
        return None
    short = 1 - min(1.0, max(0.0, goal.attainment or 0.0))
    evidence = (("goal", f"{wish_words(goal)}: {status_words(goal)}"),)
    return Need(kpi, goal_sentence(goal), 60 + 20 * short, (*figure(kpi), *evidence))


def goal_sentence(goal: GoalStatus) -> str:
    """``Completion rate is 41.9 % against a goal of 55 %: behind``."""
    target = target_words(goal).replace(".0 ", " ")
    value = format_goal(goal, goal.value)
    name = f"{subject(goal.definition)} {verb(goal.definition)}"
    return f"{name} {value} against a goal of {target}: {status_words(goal)}"


def _fallen(case: Case, kpi: KpiValue) -> Need | None:
    fall = relative(kpi)
    if fall is None or is_good(kpi, fall) or abs(fall) < WORTH_SAYING:
        return None
    if not holds(case, kpi):
        return None
    now, before = (format_kpi(kpi, one) for one in (kpi.value, kpi.previous))
    way = "down" if fall < 0 else "up"
    text = f"{subject(kpi.definition)} {verb(kpi.definition)} {now}, {way} from {before} in {case.span}"
    return Need(kpi, text, 50 + 20 * min(1.0, abs(fall)), figure(kpi))


def _below_benchmark(case: Case, kpi: KpiValue) -> Need | None:
    benchmark = case.benchmarks.get(kpi.id)
    if benchmark is None or kpi.value is None or not benchmark.is_comparable:
        return None
    short = 1 - kpi.value / benchmark.value if benchmark.value > 0 else 0.0
    if kpi.definition.good != "up" or short < WORTH_SAYING:
        return None
    now, usual = (format_kpi(kpi, one) for one in (kpi.value, benchmark.value))
    text = f"{subject(kpi.definition)} {verb(kpi.definition)} {now}, where the industry has {usual}"
    evidence = (("industry", f"{usual} ({benchmark.source})"),)
    return Need(kpi, text, 45 + 15 * short, (*figure(kpi), *evidence))


def relative(kpi: KpiValue) -> float | None:
    """The change over the previous value; None when there is none to speak of."""
    if kpi.change is None or not kpi.previous:
        return None
    return kpi.change / abs(kpi.previous)


def is_good(kpi: KpiValue, change: float) -> bool:
    """Whether a change in that direction is good, or of no matter."""
    good = kpi.definition.good
    return change == 0 or good == "none" or (change > 0) == (good == "up")


def holds(case: Case, kpi: KpiValue) -> bool:
    """Whether the change is still half as large without the days that may settle."""
    if not case.is_settling or (kpi.note or "").startswith(FROM_TOTALS):
        return True
    days = case.window.days - SETTLING_DAYS
    change = relative(kpi)
    if days < 1 or change is None:
        return False
    window = Window(case.window.last - timedelta(SETTLING_DAYS), days)
    settled = account_kpis(case.history, window, (kpi.id,))[kpi.id]
    still = relative(settled) if settled.is_covered else None
    return still is not None and still * change > 0 and abs(still) >= abs(change) / 2


def figure(kpi: KpiValue) -> Evidence:
    """A KPI as evidence: now and before, with its coverage."""
    name = kpi.definition.name
    now = format_kpi(kpi, kpi.value)
    if coverage := format_coverage(kpi):
        now = f"{now} ({coverage})"
    if kpi.previous is None:
        return ((name, now),)
    return (
        (name, now),
        (
            f"{name}, before",
            format_kpi(kpi, kpi.previous),
        ),
    )


def subject(kpi: Definition) -> str:
    """The KPI's name as a sentence begins with it."""
    if kpi.id == "engagement_rate_by_views":
        return "Engagement by views"
    if kpi.id == "engagement_rate":
        return "Engagement by followers"
    return kpi.name


def verb(kpi: Definition) -> str:
    """``is`` or ``are``, by what the name counts."""
    name = kpi.name
    for joint in (" (", " per ", " from ", " by "):
        name = name.partition(joint)[0]
    return "are" if name.endswith("s") else "is"


def lowered(name: str) -> str:
    """A name inside a sentence."""
    return name[:1].lower() + name[1:]


def group_subject(dimension: str, label: str) -> str:
    """A group of videos as a sentence begins with it, in the plural."""
    match dimension:
        case "duration":
            return f"Videos {label if label[:1].isalpha() else f'of {label}'}"
        case "format":
            return f"Posts in the format {label}"
        case "hashtag":
            return f"Videos with {label}"
        case _:
            return label


def times(value: float) -> str:
    """One decimal; two where one would read as "1.0", the median itself."""
    shown = f"{value:.1f}"
    return f"{value:.2f}" if shown == "1.0" else shown


def day_words(day: date, window: Window) -> str:
    """``24 Mar``, with its year when the window ends in another."""
    return format_day(day, year_of=window.last)


def counted(number: int, noun: str) -> str:
    """``1 video``, ``9 videos``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def quoted(row: VideoRow) -> str:
    """A video by the start of its caption, in quotation marks."""
    text = " ".join(row.caption.split()) or row.id
    if len(text) > CAPTION_CHARS:
        text = f"{text[: CAPTION_CHARS - 1].rstrip()}…"
    return f"“{text}”"
