"""Which content does better than the rest of the account, and how rarely it is posted.

Knows medians and their intervals; a group of too few videos is never recommended.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from kpi_tui.kpi.bootstrap import median_ratio_interval
from kpi_tui.kpi.content import (
    MIN_VIDEOS,
    Dimension,
    Group,
    VideoRow,
    members_of,
)
from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.insights_case import (
    Case,
    Evidence,
    Insight,
    counted,
    group_subject,
    need,
    times,
)
from kpi_tui.kpi.insights_sure import LUCK, luck

DIMENSIONS: tuple[Dimension, ...] = ("theme", "format", "duration", "hashtag")
"""The user's own words first."""
OFTEN = 0.5
"""What is half of the posts already is not to be posted more."""
_SELDOM = 0.15
"""What is so rare does no harm."""
_INTERVAL = (
    "90 % bootstrap interval of the ratio of medians, which must exclude 1, and a "
    "rank-sum test against the other videos at 5 % for all groups together"
)
_SEVERAL = 4
"""So many times 1 the lower end of an interval adds to the weight, at most."""

Measure = Callable[[VideoRow], float | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A group's measure against that of all the account's videos."""

    dimension: Dimension
    label: str
    rows: tuple[VideoRow, ...]
    """Those with a value."""
    value: float
    """Their median."""
    usual: float
    """The median of all videos with a value."""
    of: int
    """How many those are."""
    interval: tuple[float, float]

    @property
    def lift(self) -> float:
        """Times the usual."""
        return self.value / self.usual

    @property
    def subject(self) -> str:
        """``Recipes``, ``Videos with #oil``."""
        return group_subject(self.dimension, self.label)


def followers_per_1000(row: VideoRow) -> float | None:
    """New followers that a video brought per 1,000 views; None when not measured."""
    if row.new_followers is None or not row.views:
        return None
    return row.new_followers / row.views * 1000


def best_part(case: Case, measure: Measure) -> Part | None:
    """The group that surely beats the account's median, of the first dimension with one.

    Surely: its interval lies above 1, and among so many groups it is not luck. Of
    several the one whose interval starts highest.
    """
    sure = [part for part in _lucky(case, measure, luck) if part.interval[0] > 1]
    return max(_first(sure), key=lambda part: part.interval[0], default=None)


def worst_part(case: Case, measure: Measure) -> Part | None:
    """The group that surely stays below the account's median, likewise.

    What most videos are is the usual itself, and not worse than it.
    """
    found = _lucky(case, measure, lambda mine, rest: luck(rest, mine))
    sure = [
        part
        for part in found
        if part.interval[1] < 1 and len(part.rows) < OFTEN * part.of
    ]
    return min(_first(sure), key=lambda part: part.interval[1], default=None)


def _first(parts: Sequence[Part]) -> list[Part]:
    """Those of the first dimension that has any."""
    order = {dimension: place for place, dimension in enumerate(DIMENSIONS)}
    first = min((order[part.dimension] for part in parts), default=0)
    return [part for part in parts if order[part.dimension] == first]


def _lucky(
    case: Case,
    measure: Measure,
    chance: Callable[[Sequence[float], Sequence[float]], float],
) -> list[Part]:
    """The groups whose values are hardly luck, though so many were compared."""
    values = {row.id: value for row in case.rows if (value := measure(row)) is not None}
    usual = median(values.values()) if values else 0.0
    if usual <= 0:
        return []
    compared: list[tuple[float, Dimension, str, list[VideoRow]]] = []
    for dimension, members in members_of(case.rows, case.themes).items():
        for label, rows in members:
            known = [row for row in rows if row.id in values]
            # What nearly all videos share has nothing to be compared with.
            if min(len(known), len(values) - len(known)) < MIN_VIDEOS:
                continue
            ids = {row.id for row in known}
            rest = [value for name, value in values.items() if name not in ids]
            by_luck = chance([values[row.id] for row in known], rest)
            compared.append((by_luck, dimension, label, known))
    found = []
    for by_luck, dimension, label, known in compared:
        # The interval is the dear part: only for those that pass the cheap test.
        if by_luck <= LUCK / len(compared):
            mine = [values[row.id] for row in known]
            interval = median_ratio_interval(
                mine, list(values.values()), is_inside=True
            )
            if interval is not None:
                part = Part(
                    dimension,
                    label,
                    tuple(known),
                    median(mine),
                    usual,
                    len(values),
                    interval,
                )
                found.append(part)
    return found


def content_rules(case: Case) -> Iterator[Insight]:
    """What earns more views than usual but is rare, and what earns less but is not."""
    best = best_part(case, _views)
    if best is not None and share_of_posts(case, best) < OFTEN:
        yield Insight(
            kind="content",
            text=f"{_earns(best)} {rarity(case, best)}: post more of them.",
            kpi="views_per_video",
            evidence=_evidence(case, best, "views", _count),
            weight=40 + 4 * min(_SEVERAL, best.interval[0]),
            formula=f"median views of the group / median views of all videos; {_INTERVAL}",
            as_of=case.seen(best.rows),
            source=case.source("video_total_views"),
        )
    worst = worst_part(case, _views)
    if (
        worst is not None
        and share_of_posts(case, worst) >= _SELDOM
        and not _sells(case, worst)
    ):
        yield Insight(
            kind="content",
            text=f"{_earns(worst)} and are {posts_words(case, worst)}: "
            "try them another way, or less often.",
            kpi="views_per_video",
            evidence=_evidence(case, worst, "views", _count),
            weight=35,
            formula=f"median views of the group / median views of all videos; {_INTERVAL}",
            as_of=case.seen(worst.rows),
            source=case.source("video_total_views"),
        )


def engagement_rule(case: Case) -> Iterator[Insight]:
    """When engagement lags: what engages better, and how rarely it is posted."""
    lag = need(case, "engagement_rate_by_views", "engagement_rate")
    best = best_part(case, _engagement) if lag is not None else None
    if lag is None or best is None or share_of_posts(case, best) >= OFTEN:
        return
    value, usual = _percent(best.value), _percent(best.usual)
    yield Insight(
        kind="engagement",
        text=f"{lag.text}. {best.subject} engage at {value}, your median video at "
        f"{usual} ({counted(len(best.rows), 'video')}, {span_words(best.interval)}), "
        f"{rarity(case, best)}: post more of them.",
        kpi=lag.kpi.id,
        evidence=(
            *lag.evidence,
            *_evidence(case, best, "engagement by views", _percent),
        ),
        weight=lag.weight,
        formula="median (likes + comments + shares) / views of the group's videos, "
        f"against that of all videos; {_INTERVAL}",
        as_of=lag.kpi.as_of,
        source=lag.kpi.source,
    )


def part_evidence(case: Case, part: Part, name: str) -> Evidence:
    """A group's median of a ratio, with what it was compared with."""
    return _evidence(case, part, name, lambda value: format_value(value, "ratio"))


def posts_words(case: Case, part: Part) -> str:
    """``2 of your 12 posts in these 28 days``."""
    posted = case.posted()
    mine = _posted_of(case, part, posted)
    posts = counted(len(posted), "post") if posted else "posts"
    return f"{mine or 'none'} of your {posts} in these {case.window.days} days"


def rarity(case: Case, part: Part) -> str:
    """How seldom a group is posted, as a sentence goes on."""
    words = posts_words(case, part)
    if words.startswith("none"):
        return f"but are {words}"
    return f"but are only {words}"


def sure_groups(case: Case) -> list[Group]:
    """The group of the Content tab that surely earns more views; at most one."""
    best = best_part(case, _views)
    if best is None:
        return []
    wanted = (best.dimension, best.label)
    return [one for one in case.groups if (one.dimension, one.label) == wanted]


def span_words(interval: tuple[float, float]) -> str:
    """``2.1-4.6 x``."""
    return f"{times(interval[0])}-{times(interval[1])} x"


def _earns(part: Part) -> str:
    return (
        f"{part.subject} earn {times(part.lift)} x your median video "
        f"({counted(len(part.rows), 'video')}, {span_words(part.interval)})"
    )


def share_of_posts(case: Case, part: Part) -> float:
    """How much of the window's posts the group is, 0-1."""
    posted = case.posted()
    return _posted_of(case, part, posted) / len(posted) if posted else 0.0


def _posted_of(case: Case, part: Part, posted: Sequence[VideoRow]) -> int:
    """All of the group's posts of the window, also those without a value yet."""
    mine = dict(members_of(posted, case.themes)[part.dimension])
    wanted = part.label.casefold()
    return next(
        (len(rows) for name, rows in mine.items() if name.casefold() == wanted), 0
    )


def _sells(case: Case, part: Part) -> bool:
    """Whether the group surely brings clicks or followers for its views."""
    for measure in (followers_per_1000, _clicks):
        whole = [value for row in case.rows if (value := measure(row)) is not None]
        mine = [value for row in part.rows if (value := measure(row)) is not None]
        if len(mine) >= MIN_VIDEOS and median(whole) > 0:
            interval = median_ratio_interval(mine, whole, is_inside=True)
            if interval is not None and interval[0] > 1:
                return True
    return False


def _evidence(
    case: Case, part: Part, name: str, words: Callable[[float], str]
) -> Evidence:
    return (
        (f"{part.label}: median {name}", words(part.value)),
        (f"all videos: median {name}", words(part.usual)),
        ("times the median", f"{times(part.lift)} x ({span_words(part.interval)})"),
        ("videos", f"{len(part.rows)} of {part.of}"),
        ("posted", posts_words(case, part)),
    )


def _views(row: VideoRow) -> float | None:
    return row.views


def _engagement(row: VideoRow) -> float | None:
    return row.engagement_rate_by_views


def _clicks(row: VideoRow) -> float | None:
    if row.link_clicks is None or not row.views:
        return None
    return row.link_clicks / row.views


def _count(value: float) -> str:
    return format_value(value, "count")


def _percent(value: float) -> str:
    return format_value(value, "percent")
