"""A daily series whitened: what is new on each day, and what a regression needs of it.

Knows no likelihood and no fit (see :mod:`kpi_tui.kpi.fits`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from kpi_tui.kpi.scales import Scaled


def bent(days: float, bend: float) -> float:
    """Days as a drift feels them: all alike where ``bend`` is 0, else ever shorter.

    What grows by the same number each day grows by ever less of itself.
    """
    return bend * math.log1p(days / bend) if bend else days


def whiten(column: Sequence[float], phi: float, theta: float) -> list[float]:
    """What is new each day, were the column such a series around 0."""
    first = first_share(phi, theta) * column[0]
    found, before, last = [first], first, column[0]
    for value in column[1:]:
        before = value - phi * last + theta * before
        last = value
        found.append(before)
    return found


def first_share(phi: float, theta: float) -> float:
    """A surprise's spread over that of the state: nothing is known before day one."""
    if phi == 1:
        return 0.0
    return math.sqrt((1 - phi * phi) / (1 + theta * theta - 2 * phi * theta))


@lru_cache(maxsize=256)
def _columns(
    count: int, phi: float, theta: float, bend: float
) -> tuple[list[float], list[float]]:
    """Whitened one and time; time is 0 on the last day."""
    times = [bent(float(i), bend) for i in range(1 - count, 1)]
    return whiten([1.0] * count, phi, theta), whiten(times, phi, theta)


@dataclass(frozen=True, slots=True)
class Sums:
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


def sums_of(scaled: Scaled, phi: float, theta: float, bend: float) -> Sums:
    y = whiten(scaled.values, phi, theta)
    one, time = _columns(len(y), phi, theta, bend)
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
    return Sums(y, one, time, oo, ot, _dot(time, time), yo, _dot(y, time), _dot(y, y))


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(mul, one, other), start=0.0)
