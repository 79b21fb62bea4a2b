"""Fits of a daily series: level, drift, weekdays, and how its surprises linger.

Weighs every fit by how well it explains the past, and picks none: with a few weeks
of days nobody can tell a wandering series from one that returns to its mean, and a
range that pretended to know would be too narrow. Knows no future.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kpi_tui.kpi.scales import Scale, Scaled, scales
from kpi_tui.kpi.whitening import Sums, first_share, sums_of

LEAST_DAYS = 14
MOST_DAYS = 182
"""Half a year: older days say little about the next months, and cost time."""
_LEAST_WEIGHT = 0.01

# How a surprise lingers: (share of the state kept, share of a surprise forgotten), and
# the odds of it before anything is known. From noise around a line, over bursts that
# die down, to walks that never return: views of an account often wander.
GRID = {
    (0.0, 0.0): 0.8,
    (0.4, 0.0): 1.5,
    (0.7, 0.0): 5.0,
    (0.9, 0.0): 0.5,
    (0.9, 0.5): 0.5,
    (1.0, 0.0): 2.5,
    (1.0, 0.3): 2.5,
    (1.0, 0.6): 2.5,
    (1.0, 0.8): 2.5,
    (1.0, 0.93): 1.0,
}
NOISE = (0.0, 0.0)
SHARPNESS = 2.0
"""How much more than its likelihood a better fit counts: at 1, ranges over noise and
bursts held 85 % of the truth (``benchmarks/forecast.py``)."""
_SPREADS = 2 * math.log(100.0)
"""An unknown spread may be anything over two powers of ten."""
DRIFT = 0.003
"""What a day may gain or lose before anything is known: 0.3 % of the level."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One way to explain a series, with the state in which it leaves it."""

    weight: float
    phi: float
    theta: float
    scale: Scale
    season: tuple[float, ...]
    """What each weekday adds, Monday first; sums to 0."""
    mean: float
    drift: float
    """Per day."""
    bend: float
    """See :func:`~kpi_tui.kpi.whitening.bent`."""
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

    ``weekday`` is that of the last value. ``is_linear`` leaves the other scales out.
    """
    if sum(value is not None for value in values) < LEAST_DAYS:
        return []
    found: list[tuple[Scaled, _Candidate]] = []
    for scaled in scales(values, weekday, is_linear=is_linear):
        # What is counted by chance alone forgets each surprise at once.
        shapes = GRID if scaled.spread is None else (NOISE,)
        found += [(scaled, one) for shape in shapes for one in _each(scaled, *shape)]
    best = max(one.score for _, one in found)
    weights = [math.exp(SHARPNESS * (one.score - best)) for _, one in found]
    least = _LEAST_WEIGHT * sum(weights)
    total = sum(weight for weight in weights if weight >= least)
    return [
        _fit(scaled, one, weight / total)
        for (scaled, one), weight in zip(found, weights, strict=True)
        if weight >= least
    ]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A fit before it is known to be worth its residuals."""

    score: float
    """Log of its weight."""
    phi: float
    theta: float
    sums: Sums
    line: tuple[float, float]
    """Mean and drift."""
    root: tuple[float, float, float]
    left: float
    """Sum of squares that it leaves."""
    bend: float = 0.0


def _each(scaled: Scaled, phi: float, theta: float) -> list[_Candidate]:
    """Without a drift and with one: it may be there, and is not presumed.

    On a curved scale also with one that slows down.
    """
    sums = sums_of(scaled, phi, theta, 0.0)
    level = max(_floor(scaled, sums), sums.yy - sums.yo * sums.yo / sums.oo)
    flat = _Candidate(
        _gain(scaled, phi, theta)
        - 0.5 * math.log(sums.oo)
        + _likelihood(scaled, level),
        phi,
        theta,
        sums,
        (sums.yo / sums.oo, 0.0),
        ((phi < 1) / math.sqrt(sums.oo), 0.0, 0.0),
        level,
    )
    found = [flat, _tilted(scaled, flat, 0.0)]
    if scaled.scale.shape == "curved":
        found.append(_tilted(scaled, flat, 2.0 * len(scaled.values) - 1))
    return found


def _floor(scaled: Scaled, sums: Sums) -> float:
    return 1e-12 * sums.yy + 1e-24 * scaled.unit**2 + 1e-300


def _gain(scaled: Scaled, phi: float, theta: float) -> float:
    gain = scaled.gain + math.log(GRID[phi, theta])
    return gain if phi == 1 else gain + math.log(first_share(phi, theta))


def _likelihood(scaled: Scaled, left: float) -> float:
    """Log of how well it explains the past, whatever its spread; or by a known one.

    Up to what is the same for all of a series: a known spread that fits is worth more
    than one that could be anything over two powers of ten.
    """
    freedom = sum(scaled.is_known) - 1
    if scaled.spread is None:
        return -freedom / 2 * math.log(left)
    free = math.lgamma(freedom / 2) + freedom / 2 * math.log(2) - math.log(_SPREADS)
    known = left / scaled.spread**2
    return -known / 2 - freedom * math.log(scaled.spread) - free


def _tilted(scaled: Scaled, flat: _Candidate, bend: float) -> _Candidate:
    phi, theta, level = flat.phi, flat.theta, flat.left
    sums = sums_of(scaled, phi, theta, bend) if bend else flat.sums
    is_still, freedom = phi < 1, sum(scaled.is_known) - 1
    noise = level / freedom if scaled.spread is None else scaled.spread**2
    prior = noise / (DRIFT * scaled.unit or 1.0) ** 2
    tt = sums.tt + prior
    det = sums.oo * tt - sums.ot * sums.ot
    mean = (tt * sums.yo - sums.ot * sums.yt) / det
    drift = (sums.oo * sums.yt - sums.ot * sums.yo) / det
    left = max(_floor(scaled, sums), sums.yy - mean * sums.yo - drift * sums.yt)
    root = math.sqrt(tt / det)
    shared = -sums.ot / det / root
    own = math.sqrt(max(0.0, sums.oo / det - shared * shared))
    return _Candidate(
        _gain(scaled, phi, theta)
        + 0.5 * math.log(prior / det)
        + _likelihood(scaled, left),
        phi,
        theta,
        sums,
        (mean, drift),
        (is_still * root, is_still * shared, own),
        left,
        bend,
    )


def _fit(scaled: Scaled, one: _Candidate, weight: float) -> Fit:
    mean, drift = one.line
    sums = one.sums
    freedom = float(sum(scaled.is_known) - 1)
    sigma = scaled.spread or math.sqrt(one.left / freedom)
    residuals = [
        a - mean * b - drift * c
        for a, b, c in zip(sums.y, sums.one, sums.time, strict=True)
    ]
    return Fit(
        weight=weight,
        phi=one.phi,
        theta=one.theta,
        scale=scaled.scale,
        season=scaled.season,
        mean=mean,
        drift=drift,
        bend=one.bend,
        root=one.root,
        sigma=sigma,
        freedom=math.inf if scaled.spread else freedom,
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
