"""Chance that is no chance: every draw is a hash of the seed and the draw's name.

Keeps no state and no order, so that any question may be asked at any time. Knows
nothing of what the draws are for.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

_T = TypeVar("_T")
_STANDARD = NormalDist()
_STEPS = 1 << 53


class Dice:
    """Draws by name: the same seed and name give the same draw, for ever."""

    def __init__(self, seed: int, scope: str) -> None:
        """``scope`` keeps the draws of two parts of the world apart."""
        self._key = blake2b(f"{seed}/{scope}".encode(), digest_size=32).digest()

    def unit(self, *name: object) -> float:
        """Between 0 and 1, both excluded, all equally likely."""
        text = "/".join(map(str, name)).encode()
        drawn = int.from_bytes(blake2b(text, digest_size=8, key=self._key).digest())
        # 53 bits and a half: 64 bits would round up to 1.0 now and then, where the
        # normal distribution has no inverse.
        return ((drawn >> 11) + 0.5) / _STEPS

    def between(self, low: float, high: float, *name: object) -> float:
        """Between ``low`` and ``high``, all equally likely."""
        return low + (high - low) * self.unit(*name)

    def normal(self, *name: object) -> float:
        """From the standard normal distribution."""
        return _STANDARD.inv_cdf(self.unit(*name))

    def hexadecimal(self, *name: object) -> str:
        """Twenty digits, for ids that only have to look like one."""
        text = "/".join(map(str, name)).encode()
        return blake2b(text, digest_size=10, key=self._key).hexdigest().upper()

    def shuffled(self, items: Sequence[_T], *name: object) -> list[_T]:
        """The items in another order."""
        order = sorted(range(len(items)), key=lambda i: self.unit(*name, i))
        return [items[i] for i in order]


def split(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights (not negative, not all 0) as fractions of 4 decimals that sum to 1.

    What rounding leaves over goes to the largest.
    """
    whole = sum(weights.values())
    parts = {name: round(10_000 * weight / whole) for name, weight in weights.items()}
    largest = max(parts, key=lambda name: parts[name])
    parts[largest] += 10_000 - sum(parts.values())
    return {name: part / 10_000 for name, part in parts.items()}
