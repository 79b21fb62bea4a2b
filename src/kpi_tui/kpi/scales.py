"""A daily series ready to be fitted: gaps filled, weekdays taken out, on two scales.

A straight scale for what adds up, a curved one for what multiplies. Knows no fit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median


@dataclass(frozen=True, slots=True)
class Scaled:
    """The series on one scale, without its weekdays."""

    curve: float
    season: tuple[float, ...]
    values: list[float]
    is_known: list[bool]
    gain: float
    """Log of the density that the scale adds."""
    unit: float
    """What one level is worth on this scale, for the drift."""


def scales(
    values: Sequence[float | None], weekday: int, *, is_linear: bool
) -> list[Scaled]:
    """The series on its own scale and, unless ``is_linear``, on a curved one.

    The curve is straight around 0, so that a day without views is no outlier, and a
    logarithm far from it, where views multiply.
    """
    curves = [0.0]
    sizes = [abs(value) for value in values if value]
    if sizes and not is_linear:
        curves.append(median(sizes) / 4)
    return [_scaled(values, weekday, curve) for curve in curves]


def _scaled(values: Sequence[float | None], weekday: int, curve: float) -> Scaled:
    known = [value for value in values if value is not None]
    on_scale = [
        None if value is None else math.asinh(value / curve) if curve else value
        for value in values
    ]
    filled = _filled(on_scale)
    first = weekday - len(filled) + 1
    season = _season(filled, first)
    unit = sum(abs(value) for value in known) / len(known)
    # The mean is as free on both scales when it is counted in levels.
    gain = -math.log(unit or 1.0)
    if curve:
        gain = -sum(math.log(math.hypot(value, curve)) for value in known)
        unit = 1.0
    return Scaled(
        curve,
        season,
        [value - season[(first + i) % 7] for i, value in enumerate(filled)],
        [value is not None for value in values],
        gain,
        unit,
    )


def _filled(values: Sequence[float | None]) -> list[float]:
    """Straight lines over the gaps; the first and last value beyond the ends."""
    places = [i for i, value in enumerate(values) if value is not None]
    known = [value for value in values if value is not None]
    found = [known[0]] * len(values)
    for (i, j), (a, b) in zip(pairwise(places), pairwise(known), strict=True):
        for k in range(i, j):
            found[k] = a + (b - a) * (k - i) / (j - i)
    found[places[-1] :] = [known[-1]] * (len(values) - places[-1])
    return found


def _season(values: Sequence[float], first: int) -> tuple[float, ...]:
    """Each weekday's difference from the week around it, shrunk towards none."""
    count = len(values)
    by_day: list[list[float]] = [[] for _ in range(7)]
    running = list(accumulate(values, initial=0.0))
    for i in range(3, count - 3):
        mean = (running[i + 4] - running[i - 3]) / 7
        by_day[(first + i) % 7].append(values[i] - mean)
    means = [sum(one) / len(one) for one in by_day]
    middle = sum(means) / 7
    between = sum((mean - middle) ** 2 for mean in means) / 6
    within = sum(
        (value - mean) ** 2
        for one, mean in zip(by_day, means, strict=True)
        for value in one
    )
    freedom = max(1, count - 13)
    noise = within / freedom / (count / 7)
    keep = max(0.0, 1 - noise / between) if between > 0 else 0.0
    return tuple(keep * (mean - middle) for mean in means)
