"""How rare a size is among those seen before, in bounded memory.

Owns the fading histograms; knows neither time nor what the sizes measure.
"""

from collections.abc import Sequence
from math import isfinite, log

_PER_FOLD = 4
"""Bins per e-fold: a size is known to about a quarter."""
_LOWEST = 9.3
"""The first bin holds all below exp(-9.3), a ten-thousandth of the usual size."""
_BINS = 96
_USUAL = int(_PER_FOLD * _LOWEST)
"""The bin of the usual size itself."""
_BEYOND = 2.0
"""Nats per e-fold past the largest size ever seen: a power tail of that exponent."""
_REFRESH = 1e3
"""Weights grow instead of old ones fading, one cell a point; rescaled at this one."""
_FORGOTTEN = 0.02


def place(size: float) -> int:
    """The bin of a size that is measured in its own usual size; 0 for none."""
    if size <= 1e-4:
        return 0
    return min(_BINS - 1, int(_PER_FOLD * (log(size) + _LOWEST)))


class Rarity:
    """A histogram of sizes that forgets with a given memory, in sizes learned."""

    __slots__ = ("_bins", "_growth", "_highest", "_total", "_weight")

    def __init__(self, memory: float) -> None:
        self._growth = 1 / (1 - 1 / max(2.0, memory))
        self._bins = [0.0] * _BINS
        self._weight = 1.0
        self._total = 0.0
        self._highest = -1

    def surprise(self, bin_: int) -> float:
        """Nats: minus the logarithm of the share of sizes at least as large.

        0 for no size, and before anything was learned. Past the largest seen it grows with the ratio.
        """
        total = self._total
        if total == 0 or bin_ == 0:
            return 0.0
        weight, bins = self._weight, self._bins
        if bin_ > self._highest:
            # A side never visited holds zeros only: there the usual size is the limit.
            limit = max(self._highest, _USUAL)
            beyond = max(0, bin_ - limit) * (_BEYOND / _PER_FOLD)
            return beyond + log(2 * (total + weight) / weight)
        tail = sum(bins[bin_ + 1 :]) + (bins[bin_] + weight) / 2
        return max(0.0, -log(tail / (total + weight)))

    def learn(self, bin_: int) -> None:
        """Count a size."""
        weight = self._weight
        self._bins[bin_] += weight
        self._total += weight
        self._highest = max(self._highest, bin_)
        self._weight = weight = weight * self._growth
        if weight > _REFRESH:
            self._bins = [
                held / weight if held > _FORGOTTEN * weight else 0.0
                for held in self._bins
            ]
            self._total = sum(self._bins)
            self._highest = max(i for i, held in enumerate(self._bins) if held)
            self._weight = 1.0

    def to_state(self) -> list[float]:
        """Weight, total, then (bin, held) of the bins in use: at most 194 numbers."""
        state = [self._weight, self._total]
        for at, held in enumerate(self._bins):
            if held:
                state += [at, held]
        return state

    def restore(self, state: Sequence[float]) -> None:
        """Take over what :meth:`to_state` gave; ``ValueError`` for anything else."""
        weight, total, *cells = (float(number) for number in state)
        if len(cells) % 2 or not all(isfinite(number) for number in state):
            raise ValueError("a damaged histogram")
        self._weight, self._total = weight, total
        self._bins = [0.0] * _BINS
        for at, held in zip(cells[::2], cells[1::2], strict=True):
            if not 0 <= at < _BINS:
                raise ValueError(f"a histogram has no bin {at:g}")
            self._bins[int(at)] = held
        self._highest = max(
            (i for i, held in enumerate(self._bins) if held), default=-1
        )


class Peaks:
    """Rarity of a signed size among the peaks of past blocks, each side by itself.

    For smooth sizes, whose neighbours repeat each other: one event would fill the
    histogram of its rows by itself, but is one peak of one block.
    """

    __slots__ = ("_block", "_count", "_down", "_high", "_low", "_up")

    def __init__(self, memory: float, block: int) -> None:
        self._up = Rarity(memory / block)
        self._down = Rarity(memory / block)
        self._block = block
        self._count = 0
        self._high = 0
        self._low = 0

    def surprise(self, size: float) -> float:
        """Nats, against the peaks on the same side of zero."""
        bin_ = place(abs(size))
        return (self._up if size >= 0 else self._down).surprise(bin_)

    def learn(self, size: float) -> None:
        """Count a row; the peaks of a full block are learned together."""
        bin_ = place(abs(size))
        if size >= 0:
            self._high = max(self._high, bin_)
        else:
            self._low = max(self._low, bin_)
        self._count += 1
        if self._count >= self._block:
            self._up.learn(self._high)
            self._down.learn(self._low)
            self._count = self._high = self._low = 0

    def to_state(self) -> list[object]:
        """What :meth:`restore` takes."""
        open_block = [self._count, self._high, self._low]
        return [open_block, self._up.to_state(), self._down.to_state()]

    def restore(self, state: Sequence[Sequence[float]]) -> None:
        """Take over what :meth:`to_state` gave; ``ValueError`` for anything else."""
        (count, high, low), up, down = state
        self._count, self._high, self._low = int(count), int(high), int(low)
        self._up.restore(up)
        self._down.restore(down)


class Spread:
    """The usual size of something: a fading mean that one outlier cannot move far."""

    __slots__ = ("_count", "_span", "usual")

    _CLIP = 6.0
    _TRUSTED = 20

    def __init__(self, span: int) -> None:
        self._span = span
        self._count = 0
        self.usual = 0.0

    def learn(self, size: float) -> None:
        """Count a size, not negative."""
        usual = self.usual
        self._count = count = min(self._count + 1, self._span)
        if count > self._TRUSTED and usual > 0 and size > self._CLIP * usual:
            size = self._CLIP * usual
        self.usual = usual + (size - usual) / count

    def to_state(self) -> list[float]:
        """What :meth:`restore` takes."""
        return [self._count, self.usual]

    def restore(self, state: Sequence[float]) -> None:
        """Take over what :meth:`to_state` gave; ``ValueError`` for anything else."""
        count, usual = state
        if not 0 <= usual < float("inf"):
            raise ValueError("a damaged spread")
        self._count, self.usual = int(count), float(usual)
