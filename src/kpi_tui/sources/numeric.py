"""What counts as a number in an answer, and what does not.

Knows no field: the caller decides what a missing number means.
"""

import math
import re
from typing import Literal

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def number(value: object) -> float | None:
    """A finite float from a number or a plain numeric string, else None.

    ``True``, ``"-"``, ``""``, ``"1,234"``, ``NaN`` and integers that no float can
    hold are None: a value that was not said is missing, never 0.
    """
    if isinstance(value, str):
        text = value.strip()
        # float() takes "nan", "1_000" and Arabic digits as well; answers must not.
        return _finite(float(text)) if _PLAIN.fullmatch(text) else None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return _finite(float(value))
        except OverflowError:  # an integer of more than 308 digits
            return None
    return None


def scaled(value: float, scale: Literal["percent", "fraction"] | float) -> float | None:
    """The value in the program's own unit, shares as fractions 0-1; None when it
    grows past what a float can hold."""
    if scale == "percent":
        return value / 100  # not * 0.01, which makes 0.051000000000000004 of 5.1
    return value if scale == "fraction" else _finite(value * scale)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
