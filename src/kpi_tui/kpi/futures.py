"""Where a daily series may go: a few hundred futures that its past makes likely.

Knows numbers by weekday only; not which KPI they make (see
:mod:`kpi_tui.kpi.forecast`). Deterministic: the same past gives the same futures.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from kpi_tui.kpi.fits import MOST_DAYS, Fit, fits
from kpi_tui.kpi.whitening import bent

PATHS = 240
"""A tenth of them lies below the lower end of an 80 % range: 24, steady enough."""
WIDER = 1.07
"""For what none of the fits knows."""
_FAR = 2.0
"""How far past the largest value ever seen a curved scale may go: e^2, 7 times."""


@dataclass(frozen=True, slots=True)
class Futures:
    """Possible continuations of one series."""

    days: tuple[list[float], ...]
    """Per path the values of the kept days, which are the last ones before the end."""
    before: tuple[float, ...]
    """Per path the sum of the days before those; 0 when all days are kept. Only
    for series on their own scale (``is_summed``)."""


def futures(
    values: Sequence[float | None],
    weekday: int,
    ahead: int,
    keep: int,
    *,
    is_summed: bool = False,
) -> Futures | None:
    """Continue a daily series for ``ahead`` days, of which the last ``keep`` are told.

    ``weekday`` is that of the last value (0 is Monday). A series that was never
    negative stays so. None with fewer than :data:`~kpi_tui.kpi.fits.LEAST_DAYS`
    values. ``is_summed`` also gives the sum of the days that are not kept, for
    levels. Series of one length are drawn alike: a day on which one of them was
    extraordinary is extraordinary in all of them.
    """
    values = values[-MOST_DAYS:]
    found = fits(values, weekday, is_linear=is_summed)
    if not found:
        return None
    known = [value for value in values if value is not None]
    floor = 0.0 if min(known) >= 0 else -math.inf
    keep = min(keep, ahead)
    rng = random.Random(f"{len(values)} {ahead}")  # noqa: S311 - statistics, no secret
    order = _spread(found)
    draws = _draws(len(values), keep)
    days, before = [], []
    for fit, drawn in zip(order, draws, strict=True):
        start = _Start(fit, ahead - keep, rng)
        days.append(_walk(fit, start, drawn, weekday, floor))
        before.append(start.total(weekday) if is_summed else 0.0)
    return Futures(tuple(days), tuple(before))


def _spread(found: Sequence[Fit]) -> list[Fit]:
    """One fit per path, as many of each as its weight says, mixed."""
    order: list[Fit] = []
    total = 0.0
    for fit in found:
        total += fit.weight
        order += [fit] * (round(total * PATHS) - len(order))
    order += [found[-1]] * (PATHS - len(order))
    random.Random(PATHS).shuffle(order)  # noqa: S311 - statistics, no secret
    return order


@lru_cache(maxsize=64)
def _draws(count: int, keep: int) -> tuple[tuple[int, ...], ...]:
    """Per path and kept day, the past day whose surprise comes again."""
    rng = random.Random(f"{count} {keep}")  # noqa: S311 - statistics, no secret
    return tuple(
        tuple(int(rng.random() * count) for _ in range(keep)) for _ in range(PATHS)
    )


class _Start:
    """One path's parameters, and its state on the evening before the kept days."""

    __slots__ = ("base", "drift", "fit", "gap", "innovation", "scale", "state", "sum")

    def __init__(self, fit: Fit, gap: int, rng: random.Random) -> None:
        """Draw what the past leaves uncertain: spread, mean, drift, and the gap."""
        self.fit, self.gap = fit, gap
        half = fit.freedom / 2
        self.scale = WIDER
        if half < math.inf:
            self.scale *= math.sqrt(half / rng.gammavariate(half, 1.0))
        sigma = fit.sigma * self.scale
        one, other = rng.gauss(0.0, sigma), rng.gauss(0.0, sigma)
        self.drift = fit.drift + fit.root[1] * one + fit.root[2] * other
        mean = fit.mean + fit.root[0] * one
        self.base = fit.last if fit.phi == 1 else mean
        self.state = fit.last - self.base
        self.innovation = fit.tail[0] - mean * fit.tail[1] - self.drift * fit.tail[2]
        self.sum = 0.0
        if gap:
            self._jump(rng, sigma)

    def _jump(self, rng: random.Random, sigma: float) -> None:
        """Over the days that nobody asks for, in one step instead of one by one."""
        phi, gap = self.fit.phi, self.gap
        pull = phi * self.state - self.fit.theta * self.innovation
        spread = spreads(phi, self.fit.theta, gap)
        one, other = rng.gauss(0.0, sigma), rng.gauss(0.0, sigma)
        self.innovation = rng.gauss(0.0, sigma)
        self.state = pull * phi ** (gap - 1) + spread.state * one + self.innovation
        ends = gap if phi == 1 else (1 - phi**gap) / (1 - phi)
        self.sum = (
            pull * ends + spread.shared * one + spread.own * other + self.innovation
        )

    def total(self, weekday: int) -> float:
        """The sum of the days of the gap."""
        season = self.fit.season
        weeks, rest = divmod(self.gap, 7)
        seasonal = weeks * sum(season)
        seasonal += sum(season[(weekday + 1 + i) % 7] for i in range(rest))
        trend = self.drift * self.gap * (self.gap + 1) / 2
        return self.base * self.gap + trend + seasonal + self.sum


@dataclass(frozen=True, slots=True)
class Spreads:
    """Standard deviations after a gap, of unit surprises but the last day's."""

    state: float
    """Of the last day's state."""
    shared: float
    """Of the days' sum, as far as it goes with the state."""
    own: float
    """Of the rest of the sum."""


@lru_cache(maxsize=256)
def spreads(phi: float, theta: float, gap: int) -> Spreads:
    """How far the state and the sum of ``gap`` days wander."""
    weights, sums = [1.0], [1.0]
    for _ in range(gap - 1):
        weights.append((phi - theta) if len(weights) == 1 else weights[-1] * phi)
        sums.append(sums[-1] + weights[-1])
    states, totals = weights[1:], sums[1:]
    var = sum(map(mul, states, states))
    joint = sum(map(mul, states, totals))
    whole = sum(map(mul, totals, totals))
    state = math.sqrt(var)
    shared = joint / state if state else 0.0
    return Spreads(state, shared, math.sqrt(max(0.0, whole - shared * shared)))


def _walk(
    fit: Fit, start: _Start, drawn: Sequence[int], weekday: int, floor: float
) -> list[float]:
    """The kept days of one path, one by one."""
    phi, theta, season, pool = fit.phi, fit.theta, fit.season, fit.residuals
    state, innovation, scale = start.state, start.innovation, start.scale
    day, bend = start.gap, fit.bend
    found = []
    for index in drawn:
        surprise = pool[index] * scale
        state = phi * state - theta * innovation + surprise
        innovation = surprise
        day += 1
        level = start.base + start.drift * bent(day, bend)
        found.append(level + state + season[(weekday + day) % 7])
    if fit.scale.shape != "straight":
        limit, back = fit.largest + _FAR, fit.scale.back
        found = [back(max(-limit, min(limit, z))) for z in found]
    return [max(floor, value) for value in found]
