"""How sure a ratio of two medians is, from the videos at hand alone.

Knows numbers only; deterministic, because a report must not change on reload.
"""

import math
import random
from array import array
from collections.abc import Sequence
from functools import lru_cache

RESAMPLES = 500
_LOW, _HIGH = 0.05, 0.95


def median_ratio_interval(
    part: Sequence[float], whole: Sequence[float], *, is_inside: bool = False
) -> tuple[float, float] | None:
    """90 % bootstrap interval of median(part) / median(whole); None when endless.

    Seeded by the sizes only, so that thirty groups of a few sizes share their draws.
    ``is_inside``: the values of ``part`` are among those of ``whole``, so that the two
    medians move together; else both are resampled independently. Neither side may be
    empty.
    """
    above = sorted(_resampled_medians(part, "part"))
    below = sorted(_resampled_medians(whole, "whole"))
    together = len(part) / len(whole) if is_inside else 0.0
    ratios = sorted(
        above[one] / below[other] if below[other] > 0 else float("inf")
        for one, other in _pairs(round(together, 2))
    )
    low = ratios[int(_LOW * RESAMPLES)]
    high = ratios[min(RESAMPLES - 1, int(_HIGH * RESAMPLES))]
    return None if high == float("inf") else (low, high)


def _resampled_medians(values: Sequence[float], side: str) -> list[float]:
    ordered = sorted(values)
    lows, highs = _median_places(len(ordered), side)
    return [
        (ordered[low] + ordered[high]) / 2
        for low, high in zip(lows, highs, strict=True)
    ]


@lru_cache(maxsize=101)
def _pairs(together: float) -> list[tuple[int, int]]:
    """Which draw of the one median goes with which of the other, by their order.

    Of a sample and a part of it, with ``together`` of its values, the medians
    correlate by the root of that.
    """
    rng = random.Random(f"pairs {together}")  # noqa: S311 - statistics, no secret
    shared, own = math.sqrt(together), math.sqrt(1 - together)
    one = [rng.gauss(0, 1) for _ in range(RESAMPLES)]
    other = [shared * z + own * rng.gauss(0, 1) for z in one]
    return list(zip(_ranks(one), _ranks(other), strict=True))


def _ranks(values: Sequence[float]) -> list[int]:
    found = [0] * len(values)
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        found[place] = rank
    return found


@lru_cache(maxsize=256)
def _median_places(count: int, side: str) -> tuple["array[int]", "array[int]"]:
    """Where the median of each resample of ``count`` values stands in their order.

    The k-th smallest of n uniform numbers is Beta(k, n+1-k), and the next one
    above it the smallest of the n-k that are left: two draws give the same
    distribution as drawing and sorting n of them, at a tenth of the time.
    """
    rng = random.Random(f"{side} {count}")  # noqa: S311 - statistics, no secret
    lows, highs = array("L"), array("L")
    middle = (count + 1) // 2
    is_even = count % 2 == 0
    for _ in range(RESAMPLES):
        place = rng.betavariate(middle, count + 1 - middle)
        lows.append(min(count - 1, int(place * count)))
        if is_even:
            rest = 1 - (1 - rng.random()) ** (1 / (count - middle))
            place += (1 - place) * rest
        highs.append(min(count - 1, int(place * count)))
    return lows, highs
