"""Why videos are not watched to the end: how long they are, and where viewers leave.

Knows completion by length and retention curves; draws none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from kpi_tui.kpi.bootstrap import median_ratio_interval
from kpi_tui.kpi.content import (
    DURATION_BANDS,
    MIN_VIDEOS,
    VideoRow,
    duration_band,
)
from kpi_tui.kpi.format import format_value
from kpi_tui.kpi.insights_case import Case, Evidence, Insight, counted, need
from kpi_tui.kpi.insights_sure import LUCK, luck

Curve = Sequence[tuple[float, float]]
CURVES = 30
"""The newest so many videos' curves are looked at."""
_OPENING_SECONDS = 3
_FORMULA = (
    "median completion rate by length, two lengths surely apart when the 90 % bootstrap "
    "interval of their ratio excludes 1, and a rank-sum test at 5 % for all lengths"
)


@dataclass(frozen=True, slots=True)
class Fall:
    """The second in which the largest part of the viewers leaves."""

    second: int
    """They leave between this one and the next."""
    lost: float
    """Share of all viewers, 0-1."""
    videos: int


@dataclass(frozen=True, slots=True)
class _Band:
    label: str
    rates: tuple[float, ...]

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def words(self) -> str:
        return f"{format_value(self.rate, 'percent')} ({counted(len(self.rates), 'video')})"


def completion_rule(case: Case) -> Iterator[Insight]:
    """When completion lags: shorter cuts, or another opening, where the numbers say so."""
    lag = need(case, "completion_rate")
    if lag is None:
        return
    bands = _bands(case.rows)
    pair = _apart(bands)
    fall = steepest(case.rows, case.curves)
    if pair is None and fall is None:
        return
    said, evidence = [lag.text], list(lag.evidence)
    if pair is not None:
        short, long = pair
        said.append(
            f"Videos {_of(short.label)} complete at "
            f"{format_value(short.rate, 'percent')} against "
            f"{format_value(long.rate, 'percent')} for {long.label} "
            f"({len(short.rates)} and {len(long.rates)} videos): try shorter cuts"
        )
        evidence += [(f"completion, {band.label}", band.words) for band in bands]
    if fall is not None:
        said.append(_fall_words(fall))
        evidence += _fall_evidence(fall)
    yield Insight(
        kind="completion",
        text=f"{'. '.join(said)}.",
        kpi=lag.kpi.id,
        evidence=tuple(evidence),
        weight=lag.weight,
        formula=_FORMULA if pair else _fall_formula(),
        as_of=lag.kpi.as_of,
        source=lag.kpi.source,
    )


def steepest(rows: Sequence[VideoRow], curves: Mapping[str, Curve]) -> Fall | None:
    """Where the curves fall most in a second, weighted by views.

    Only seconds that five videos or more reach. None without so many curves.
    """
    drops: dict[int, list[tuple[float, float]]] = {}
    for row in rows:
        shares = {
            int(second): share
            for second, share in curves.get(row.id, ())
            if second == int(second)
        }
        for second, share in shares.items():
            after = shares.get(second + 1)
            if row.views and after is not None:
                drops.setdefault(second, []).append((row.views, share - after))
    falls = [
        Fall(second, sum(v * d for v, d in some) / sum(v for v, _ in some), len(some))
        for second, some in drops.items()
        if len(some) >= MIN_VIDEOS
    ]
    found = max(falls, key=lambda fall: (fall.lost, -fall.second), default=None)
    return found if found is not None and found.lost > 0 else None


def _bands(rows: Sequence[VideoRow]) -> list[_Band]:
    """The lengths of which enough videos tell their completion, short ones first."""
    rates: dict[str, list[float]] = {}
    for row in rows:
        if row.duration and row.completion_rate is not None:
            rates.setdefault(duration_band(row.duration), []).append(
                row.completion_rate
            )
    return [
        _Band(label, tuple(rates[label]))
        for label in DURATION_BANDS
        if len(rates.get(label, ())) >= MIN_VIDEOS
    ]


def _apart(bands: Sequence[_Band]) -> tuple[_Band, _Band] | None:
    """The band that completes best and a longer one that surely completes worse.

    Of several the one that is posted most.
    """
    if not bands:
        return None
    best = max(bands, key=lambda band: band.rate)
    longer = bands[bands.index(best) + 1 :]
    sure = [band for band in longer if band.rate > 0 and _is_apart(best, band)]
    return (best, max(sure, key=lambda band: len(band.rates))) if sure else None


def _is_apart(best: _Band, other: _Band) -> bool:
    interval = median_ratio_interval(best.rates, other.rates)
    is_higher = interval is None or interval[0] > 1
    return is_higher and luck(best.rates, other.rates) <= LUCK / len(DURATION_BANDS)


def _of(label: str) -> str:
    return label if label[:1].isalpha() else f"of {label}"


def _fall_words(fall: Fall) -> str:
    points = format_value(fall.lost, "percent").removesuffix(" %")
    tries = (
        "try another opening"
        if fall.second < _OPENING_SECONDS
        else f"see what happens at second {fall.second}"
    )
    return (
        f"Viewers leave fastest between second {fall.second} and {fall.second + 1} "
        f"({points} points, {counted(fall.videos, 'video')}): {tries}"
    )


def _fall_evidence(fall: Fall) -> Evidence:
    return (
        (
            f"still watching, second {fall.second} to {fall.second + 1}",
            f"-{format_value(fall.lost, 'percent').removesuffix(' %')} points, "
            f"mean of {counted(fall.videos, 'video')} weighted by views",
        ),
    )


def _fall_formula() -> str:
    return "the retention curves' largest fall in a second, weighted by views"
