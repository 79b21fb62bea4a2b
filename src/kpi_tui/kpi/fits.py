"""Fits of a daily series: level, drift, weekdays, and how its surprises linger.

Weighs every fit by how well it explains the past, and picks none: with a few weeks
of days nobody can tell a wandering series from one that returns to its mean, and a
range that pretended to know would be too narrow. Knows no future.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from kpi_tui.kpi.scales import Scaled, scales

LEAST_DAYS = 14
MOST_DAYS = 182
"""Half a year: older days say little about the next months, and cost time."""
_LEAST_WEIGHT = 0.01

# How a surprise lingers: (share of the state kept, share of a surprise forgotten).
# From noise around a line, over bursts that die down, to walks that never return.
GRID = (
    (0.0, 0.0),
    (0.4, 0.0),
    (0.7, 0.0),
    (0.9, 0.0),
    (0.9, 0.5),
    (1.0, 0.0),
    (1.0, 0.3),
    (1.0, 0.6),
    (1.0, 0.8),
    (1.0, 0.93),
)
WALKS = 1.5
"""Odds of a series that never returns to its mean: views of an account often wander."""
SHARPNESS = 2.0
"""How much more than its likelihood a better fit counts: at 1, ranges over noise and
bursts held 85 % of the truth (``benchmarks/forecast.py``)."""
DRIFT = 0.003
"""What a day may gain or lose before anything is known: 0.3 % of the level."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One way to explain a series, with the state in which it leaves it."""

    weight: float
    phi: float
    theta: float
    curve: float
    """Values are ``curve * sinh(z)``; 0: they are z themselves."""
    season: tuple[float, ...]
    """What each weekday adds, Monday first; sums to 0."""
    mean: float
    drift: float
    """Per day."""
    root: tuple[float, float, float]
    """Uncertainty of mean and drift in units of sigma: (m, shared, own)."""
    sigma: float
    freedom: float
    residuals: tuple[float, ...]
    """One per past day; a day without a value borrows its neighbour's."""
    last: float
    """The last value without its weekday."""
    tail: tuple[float, float, float]
    """The last whitened value, one and time: the last surprise under any mean."""
    largest: float


def fits(
    values: Sequence[float | None], weekday: int, *, is_linear: bool = False
) -> list[Fit]:
    """Every fit worth a path, weights summing to 1; none with too few values.

    ``weekday`` is that of the last value. ``is_linear`` leaves the curved scale out.
    """
    if sum(value is not None for value in values) < LEAST_DAYS:
        return []
    found: list[tuple[Scaled, _Candidate]] = []
    for scaled in scales(values, weekday, is_linear=is_linear):
        found += [(scaled, one) for shape in GRID for one in _both(scaled, *shape)]
    best = max(one.score for _, one in found)
    weights = [math.exp(SHARPNESS * (one.score - best)) for _, one in found]
    least = _LEAST_WEIGHT * sum(weights)
    total = sum(weight for weight in weights if weight >= least)
    return [
        _fit(scaled, one, weight / total)
        for (scaled, one), weight in zip(found, weights, strict=True)
        if weight >= least
    ]


def _whiten(column: Sequence[float], phi: float, theta: float) -> list[float]:
    """What is new each day, were the column such a series around 0."""
    first = _first_share(phi, theta) * column[0]
    found, before, last = [first], first, column[0]
    for value in column[1:]:
        before = value - phi * last + theta * before
        last = value
        found.append(before)
    return found


def _first_share(phi: float, theta: float) -> float:
    """A surprise's spread over that of the state: nothing is known before day one."""
    if phi == 1:
        return 0.0
    return math.sqrt((1 - phi * phi) / (1 + theta * theta - 2 * phi * theta))


@lru_cache(maxsize=128)
def _columns(count: int, phi: float, theta: float) -> tuple[list[float], list[float]]:
    """Whitened one and time; time is 0 on the last day."""
    times = [float(i) for i in range(1 - count, 1)]
    return _whiten([1.0] * count, phi, theta), _whiten(times, phi, theta)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a regression on one and time needs of the whitened series."""

    y: list[float]
    one: list[float]
    time: list[float]
    oo: float
    ot: float
    tt: float
    yo: float
    yt: float
    yy: float


def _sums(scaled: Scaled, phi: float, theta: float) -> _Sums:
    y = _whiten(scaled.values, phi, theta)
    one, time = _columns(len(y), phi, theta)
    if not all(scaled.is_known):
        y, one, time = (
            [
                a if known else 0.0
                for a, known in zip(some, scaled.is_known, strict=True)
            ]
            for some in (y, one, time)
        )
    if phi == 1:
        # A walk has no mean: it starts from wherever it is.
        oo, ot, yo = 1.0, 0.0, 0.0
    else:
        oo, ot, yo = _dot(one, one), _dot(one, time), _dot(y, one)
    return _Sums(y, one, time, oo, ot, _dot(time, time), yo, _dot(y, time), _dot(y, y))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A fit before it is known to be worth its residuals."""

    score: float
    """Log of its weight."""
    phi: float
    theta: float
    sums: _Sums
    line: tuple[float, float]
    """Mean and drift."""
    root: tuple[float, float, float]
    left: float
    """Sum of squares that it leaves."""


def _both(scaled: Scaled, phi: float, theta: float) -> list[_Candidate]:
    """Without a drift and with one: it may be there, and is not presumed."""
    sums = _sums(scaled, phi, theta)
    floor = 1e-12 * sums.yy + 1e-24 * scaled.unit**2 + 1e-300
    gain = scaled.gain + math.log(WALKS if phi == 1 else _first_share(phi, theta))
    is_still = phi < 1
    freedom = sum(scaled.is_known) - 1

    level = max(floor, sums.yy - sums.yo * sums.yo / sums.oo)
    flat = _Candidate(
        gain - 0.5 * math.log(sums.oo) - freedom / 2 * math.log(level),
        phi,
        theta,
        sums,
        (sums.yo / sums.oo, 0.0),
        (is_still / math.sqrt(sums.oo), 0.0, 0.0),
        level,
    )

    prior = level / freedom / (DRIFT * scaled.unit or 1.0) ** 2
    tt = sums.tt + prior
    det = sums.oo * tt - sums.ot * sums.ot
    mean = (tt * sums.yo - sums.ot * sums.yt) / det
    drift = (sums.oo * sums.yt - sums.ot * sums.yo) / det
    left = max(floor, sums.yy - mean * sums.yo - drift * sums.yt)
    root = math.sqrt(tt / det)
    shared = -sums.ot / det / root
    own = math.sqrt(max(0.0, sums.oo / det - shared * shared))
    tilted = _Candidate(
        gain + 0.5 * math.log(prior / det) - freedom / 2 * math.log(left),
        phi,
        theta,
        sums,
        (mean, drift),
        (is_still * root, is_still * shared, own),
        left,
    )
    return [flat, tilted]


def _fit(scaled: Scaled, one: _Candidate, weight: float) -> Fit:
    mean, drift = one.line
    sums = one.sums
    freedom = float(sum(scaled.is_known) - 1)
    sigma = math.sqrt(one.left / freedom)
    residuals = [
        a - mean * b - drift * c
        for a, b, c in zip(sums.y, sums.one, sums.time, strict=True)
    ]
    return Fit(
        weight=weight,
        phi=one.phi,
        theta=one.theta,
        curve=scaled.curve,
        season=scaled.season,
        mean=mean,
        drift=drift,
        root=one.root,
        sigma=sigma,
        freedom=freedom,
        residuals=_pool(residuals, scaled.is_known, sigma, is_walk=one.phi == 1),
        last=scaled.values[-1],
        tail=(sums.y[-1], sums.one[-1], sums.time[-1]),
        largest=max(map(abs, scaled.values)),
    )


def _pool(
    residuals: Sequence[float], is_known: Sequence[bool], sigma: float, *, is_walk: bool
) -> tuple[float, ...]:
    """Past surprises to draw from, with mean 0 and the fit's spread."""
    real = [
        residual if known and (i or not is_walk) else None
        for i, (residual, known) in enumerate(zip(residuals, is_known, strict=True))
    ]
    pool = _nearest(real)
    middle = sum(pool) / len(pool)
    spread = math.sqrt(sum((r - middle) ** 2 for r in pool) / len(pool))
    if spread == 0:
        return tuple(0.0 for _ in pool)
    return tuple((r - middle) * sigma / spread for r in pool)


def _nearest(values: Sequence[float | None]) -> list[float]:
    """Each gap takes the value before it, the first ones the value after."""
    last = next(value for value in values if value is not None)
    found = []
    for value in values:
        last = last if value is None else value
        found.append(last)
    return found


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(mul, one, other), start=0.0)
