"""A daily series ready to be fitted: gaps filled, weekdays taken out, on three scales.

A straight scale for what adds up, a curved one for what multiplies, and one of square
roots for what is counted one by one. Knows no fit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median
from typing import Literal

Shape = Literal["straight", "curved", "counted"]
_COUNTED = 3 / 8
"""Under the root of a count: its spread is then nearly the same at every level."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are looked at."""

    shape: Shape = "straight"
    size: float = 1.0
    """Of ``curved``: straight up to about this value, a logarithm far above it."""

    def of(self, value: float) -> float:
        """The value on this scale."""
        match self.shape:
            case "curved":
                return math.asinh(value / self.size)
            case "counted":
                return 2 * math.sqrt(value + _COUNTED)
            case _:
                return value

    def back(self, place: float) -> float:
        """The value at a place of this scale."""
        match self.shape:
            case "curved":
                return self.size * math.sinh(place)
            case "counted":
                return max(0.0, place) ** 2 / 4 - _COUNTED
            case _:
                return place


@dataclass(frozen=True, slots=True)
class Scaled:
    """The series on one scale, without its weekdays."""

    scale: Scale
    season: tuple[float, ...]
    values: list[float]
    is_known: list[bool]
    gain: float
    """Log of the density that the scale adds."""
    unit: float
    """What one level is worth on this scale, for the drift."""
    spread: float | None = None
    """What chance alone must make of such counts; None where it is not known."""


def scales(
    values: Sequence[float | None], weekday: int, *, is_linear: bool
) -> list[Scaled]:
    """The series on its own scale and, unless ``is_linear``, on the others that fit.

    The curve is straight around 0, so that a day without views is no outlier, and a
    logarithm far from it, where views multiply.
    """
    found = [Scale()]
    known = [value for value in values if value is not None]
    sizes = [abs(value) for value in known if value]
    if sizes and not is_linear:
        found.append(Scale("curved", median(sizes) / 4))
        if all(value >= 0 and value == round(value) for value in known):
            found.append(Scale("counted"))
    return [_scaled(values, weekday, scale) for scale in found]


def _scaled(values: Sequence[float | None], weekday: int, scale: Scale) -> Scaled:
    known = [value for value in values if value is not None]
    on_scale = [None if value is None else scale.of(value) for value in values]
    filled = _filled(on_scale)
    first = weekday - len(filled) + 1
    season = _season(filled, first)
    level = sum(abs(value) for value in known) / len(known)
    # The mean is as free on each scale when it is counted in levels.
    unit, spread = level, None
    gain = -math.log(level or 1.0)
    if scale.shape == "curved":
        unit = 1.0
        gain = -sum(math.log(math.hypot(value, scale.size)) for value in known)
    elif scale.shape == "counted":
        unit, spread = math.sqrt(level), _spread_of_counts(level)
        gain = -sum(math.log(value + _COUNTED) for value in known) / 2
        gain -= math.log(unit)
    return Scaled(
        scale,
        season,
        [value - season[(first + i) % 7] for i, value in enumerate(filled)],
        [value is not None for value in values],
        gain,
        unit,
        spread,
    )


def _spread_of_counts(mean: float) -> float:
    """The standard deviation on the scale of roots, of events that come by chance."""
    if mean > 50:
        return 1.0
    scale, weight = Scale("counted"), math.exp(-mean)
    total = squares = 0.0
    for count in range(int(mean + 10 * math.sqrt(mean)) + 10):
        place = scale.of(count)
        total += weight * place
        squares += weight * place * place
        weight *= mean / (count + 1)
    return math.sqrt(max(1e-9, squares - total * total))


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
