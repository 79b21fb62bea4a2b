"""How likely a group beats the others by luck alone, by ranks.

Knows numbers only. Of twenty groups of pure noise one or two have an interval above 1
(a third of such accounts would be advised, measured): luck is shared among them all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import erfc, sqrt

LUCK = 0.05
"""So often may an account without any difference be told of one."""


def luck(part: Sequence[float], rest: Sequence[float]) -> float:
    """How likely so high ranks are when the group is like the rest, 0-1.

    The rank-sum test, one-sided, by its normal approximation with ties and continuity
    corrected. Neither side may be empty.
    """
    ordered = sorted([*part, *rest])
    size, others = len(part), len(rest)
    total = size + others
    # The mean place of equal values, counted from 1.
    ranks = sum(
        (bisect_left(ordered, value) + bisect_right(ordered, value) + 1) / 2
        for value in part
    )
    wins = ranks - size * (size + 1) / 2
    spread = size * others / 12 * (total + 1 - _ties(ordered) / (total * (total - 1)))
    if spread <= 0:
        return 1.0
    above = (wins - size * others / 2 - 0.5) / sqrt(spread)
    return erfc(above / sqrt(2)) / 2


def _ties(ordered: Sequence[float]) -> float:
    found, place = 0, 0
    while place < len(ordered):
        end = bisect_right(ordered, ordered[place], place)
        count = end - place
        found += count**3 - count
        place = end
    return found
