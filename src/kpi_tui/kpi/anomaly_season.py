"""What a series is expected to bring next: its level, trend and season.

Owns the forecast and how fast it learns; knows nothing of anomalies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kpi_tui.kpi.anomaly_rarity import Spread

Season = Literal["none", "hour", "weekday"]

_HOUR = 3600
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Pace:
    """How a detector counts rows: one for series of days, one for all finer ones."""

    season: Season
    learning_rows: int
    """Rows before it says anything; the first half of them train the forecast only."""
    level_rows: int
    """Memory of the level."""
    spread_rows: int
    """Memory of usual sizes."""
    memory_rows: int
    """Memory of what was rare."""
    window_rows: int
    """The short window: its mean against the level, its swings against the usual."""
    long_rows: int
    """The long window."""
    block_rows: int
    """Block of the peaks of the short window; twice that for the long one."""
    swing_rows: int
    """Block of the peaks of swings."""
    rest_rows: int
    """After an alarm only a greater surprise speaks for so long."""
    visits: int
    """Memory of a season's slot, rows at least."""


FINE = Pace("hour", 80, 100, 1500, 3000, 10, 40, 50, 25, 160, 14)
DAILY = Pace("weekday", 28, 28, 365, 1000, 7, 28, 14, 14, 7, 8)

_SLOT_HOURS = 6 * _HOUR
"""An hour of the day remembers six days of its rows."""
_TREND_SHARE = 0.3
_CLIP = 4.0
"""A residual moves the forecast by so many usual ones at most."""
_FREE_ROWS = 10
_SLOT_SPREAD_ROWS = 300
_TRUSTED_VISITS = 3
_OWN_SHARE = 0.5
"""Share of the slot's own usual residual, beside the one over all slots."""


def pace_of(step: int) -> Pace:
    """The pace for a step between rows, in seconds."""
    return DAILY if step >= _DAY * 3 // 4 else FINE


class Expectation(NamedTuple):
    """The forecast for one row."""

    base: float
    """Level and trend."""
    seasonal: float
    """What the slot adds to the base."""
    plain: float
    """The forecast without a season: what the slots have in common is in it."""
    value: float
    """The forecast in use: with the slot's part where the season has helped."""
    spread: float
    """Usual absolute residual."""
    season: Season
    slot: int


class Forecast:
    """Level, trend and season of one series, one row at a time."""

    __slots__ = (
        "_helped",
        "_level",
        "_mean",
        "_offsets",
        "_pace",
        "_plain",
        "_rows",
        "_spread",
        "_spreads",
        "_trend",
        "_visits",
    )

    def __init__(self, pace: Pace) -> None:
        slots = 24 if pace.season == "hour" else 7
        self._pace = pace
        self._rows = 0
        self._level = 0.0
        self._trend = 0.0
        self._offsets = [0.0] * slots
        # What all offsets have in common is level, not season.
        self._mean = 0.0
        self._visits = [0] * slots
        self._spreads = [Spread(_SLOT_SPREAD_ROWS) for _ in range(slots)]
        self._spread = Spread(pace.spread_rows)
        # Which forecast has erred less: with the season, or without.
        self._helped = Spread(pace.spread_rows)
        self._plain = Spread(pace.spread_rows)

    def expect(self, at: int) -> Expectation:
        """The forecast for a time in epoch seconds, before its value is known."""
        pace = self._pace
        # 1970 began on a Thursday; weekday 0 is Monday.
        is_hourly = pace.season == "hour"
        slot = at // _HOUR % 24 if is_hourly else (at // _DAY + 3) % 7
        base = self._level + self._trend
        offset = self._offsets[slot]
        own = _OWN_SHARE if self._visits[slot] > _TRUSTED_VISITS else 0.0
        spread = own * self._spreads[slot].usual + (1 - own) * self._spread.usual
        plain = base + self._mean
        if self._helped.usual < self._plain.usual:
            value = base + offset
            return Expectation(base, offset, plain, value, spread, pace.season, slot)
        return Expectation(base, offset, plain, plain, spread, "none", slot)

    def learn(self, value: float, expected: Expectation, step: int) -> None:
        """Take in the value of the row that :meth:`expect` spoke of.

        ``step`` is the usual time between rows in seconds.
        """
        if not self._rows:
            self._level = value
            self._rows = 1
            return
        slot, residual = expected.slot, value - expected.value
        with_season = value - expected.base - expected.seasonal
        self._spreads[slot].learn(abs(residual))
        self._spread.learn(abs(residual))
        self._helped.learn(abs(with_season))
        self._plain.learn(abs(value - expected.plain))
        moved = with_season
        limit = _CLIP * expected.spread
        if self._rows >= _FREE_ROWS and limit > 0:
            moved = max(-limit, min(limit, with_season))
        self._move(slot, moved, with_season, step)

    def _move(self, slot: int, moved: float, with_season: float, step: int) -> None:
        pace = self._pace
        self._rows = rows = min(self._rows + 1, pace.spread_rows)
        self._visits[slot] = visits = self._visits[slot] + 1
        if pace.season == "hour":
            memory = max(pace.visits, _SLOT_HOURS // step)
        else:
            memory = pace.visits
        # A slot's first value is all that is known of it: taken whole.
        pull = with_season if visits <= 1 else moved
        pull /= min(visits, memory)
        self._offsets[slot] += pull
        self._mean += pull / len(self._offsets)
        share = 1 / min(rows, pace.level_rows)
        self._level += self._trend + moved * share
        if rows > pace.learning_rows // 2:
            self._trend += moved * share * share * _TREND_SHARE

    def to_state(self) -> dict[str, object]:
        """What :meth:`restore` takes."""
        return {
            "line": [self._rows, self._level, self._trend, self._mean],
            "offsets": list(self._offsets),
            "visits": list(self._visits),
            "slot_spreads": [spread.to_state() for spread in self._spreads],
            "spreads": [
                spread.to_state()
                for spread in (self._spread, self._helped, self._plain)
            ],
        }

    def restore(
        self,
        line: Sequence[float],
        offsets: Sequence[float],
        visits: Sequence[int],
        slot_spreads: Sequence[Sequence[float]],
        spreads: Sequence[Sequence[float]],
    ) -> None:
        """Take over what :meth:`to_state` gave; ``ValueError`` for anything else."""
        rows, self._level, self._trend, self._mean = line
        self._rows = int(rows)
        if not len(self._offsets) == len(offsets) == len(visits):
            raise ValueError("a season with another number of slots")
        self._offsets = [float(offset) for offset in offsets]
        self._visits = [int(count) for count in visits]
        for spread, state in zip(self._spreads, slot_spreads, strict=True):
            spread.restore(state)
        three = (self._spread, self._helped, self._plain)
        for spread, state in zip(three, spreads, strict=True):
            spread.restore(state)
