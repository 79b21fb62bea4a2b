"""The change of a rate, cut exactly into a changed mix and changed rates.

Knows parts by name and nothing of what they are; the pieces sum to the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

Parts = Mapping[str, tuple[float, float]]
"""Group to (above the line, below the line), such as (engagements, views)."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What one group did to the whole."""

    label: str
    mix: float
    """Because it became a larger or smaller part of the whole."""
    rate: float
    """Because its own rate changed."""
    share_before: float
    """Of what is below the line, 0-1."""
    share_now: float
    rate_before: float | None
    """None when the group was not there."""
    rate_now: float | None


@dataclass(frozen=True, slots=True)
class RateChange:
    """A rate before and now; ``mix`` + ``rate`` is the change, to rounding."""

    before: float
    now: float
    mix: float
    rate: float
    groups: tuple[GroupChange, ...]
    """By label. Their ``mix`` and ``rate`` sum to the whole's."""

    @property
    def total(self) -> float:
        """The change."""
        return self.now - self.before


def split_rate(now: Parts, before: Parts) -> RateChange | None:
    """Which part of the rate's change is mix and which is rates, by group.

    Both are valued at the mean of before and now, so that nothing is left over and
    neither window is the yardstick. A group that came or went changes the mix only:
    it has no rate to compare. None when one side has nothing below the line, or a
    group less than nothing.
    """
    whole_now, whole_before = _whole(now), _whole(before)
    if whole_now is None or whole_before is None:
        return None
    middle = (whole_now[0] / whole_now[1] + whole_before[0] / whole_before[1]) / 2
    groups = tuple(
        _group(
            label,
            (now.get(label, (0.0, 0.0)), whole_now[1]),
            (before.get(label, (0.0, 0.0)), whole_before[1]),
            middle,
        )
        for label in sorted(now.keys() | before.keys())
    )
    return RateChange(
        before=whole_before[0] / whole_before[1],
        now=whole_now[0] / whole_now[1],
        mix=fsum(group.mix for group in groups),
        rate=fsum(group.rate for group in groups),
        groups=groups,
    )


def _whole(parts: Parts) -> tuple[float, float] | None:
    # What is above a line of 0 belongs to no rate.
    counted = [(above, below) for above, below in parts.values() if below != 0]
    below = fsum(part for _, part in counted)
    if below <= 0 or any(part < 0 for _, part in counted):
        return None
    return fsum(part for part, _ in counted), below


def _group(
    label: str,
    now: tuple[tuple[float, float], float],
    before: tuple[tuple[float, float], float],
    middle: float,
) -> GroupChange:
    share_now, rate_now = _share_and_rate(*now)
    share_before, rate_before = _share_and_rate(*before)
    shared = rate_now if rate_before is None else rate_before
    later = shared if rate_now is None else rate_now
    shared, later = shared or 0.0, later or 0.0
    return GroupChange(
        label=label,
        mix=(share_now - share_before) * ((shared + later) / 2 - middle),
        rate=(share_now + share_before) / 2 * (later - shared),
        share_before=share_before,
        share_now=share_now,
        rate_before=rate_before,
        rate_now=rate_now,
    )


def _share_and_rate(
    part: tuple[float, float], whole: float
) -> tuple[float, float | None]:
    above, below = part
    return (below / whole, above / below) if below else (0.0, None)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One part of a sum that carried its change."""

    label: str
    before: float
    now: float

    @property
    def change(self) -> float:
        """What it added or took away."""
        return self.now - self.before


def carriers(
    now: Mapping[str, float], before: Mapping[str, float], most: int = 3
) -> tuple[Carrier, ...]:
    """The parts that moved the sum the way it went, the largest first."""
    found = [
        Carrier(label, before.get(label, 0.0), now.get(label, 0.0))
        for label in sorted(now.keys() | before.keys())
    ]
    total = fsum(one.change for one in found)
    sign = (total > 0) - (total < 0)
    way = [one for one in found if one.change * sign > 0]
    return tuple(sorted(way, key=lambda one: -one.change * sign)[:most])
