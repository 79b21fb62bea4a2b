"""Where an axis is marked: round values, and as many names as fit.

Knows numbers and widths; draws nothing.
"""

import math
from collections.abc import Sequence

from rich.cells import cell_len

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Two to about ``most`` round values around ``low`` to ``high``, ascending."""
    span = high - low
    if not math.isfinite(span) or span <= max(abs(low), abs(high)) * 1e-9:
        # Nearer than that, steps would vanish in the floats' own.
        return [low, high] if high > low else [low, low + 1.0]
    rough = span / max(1, most - 1)
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * unit for nice in _NICE if nice * unit >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, max(last, first + 1) + 1)]


def short_enough(
    ticks: Sequence[tuple[float, str]],
    steps: Sequence[int],
    width: int,
    *,
    is_from_last: bool = False,
) -> list[tuple[float, str]]:
    """The densest choice of ticks whose names fit, from the first or the last on."""
    if not ticks:
        return []
    longest = max(cell_len(label) for _, label in ticks) + 3
    most = max(1, width // longest)
    fitting = (step for step in steps if math.ceil(len(ticks) / step) <= most)
    step = next(fitting, math.ceil(len(ticks) / most))
    if is_from_last:
        return list(reversed(ticks[::-1][::step]))
    return list(ticks[::step])
