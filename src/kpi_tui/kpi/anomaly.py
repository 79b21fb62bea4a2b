"""A streaming anomaly detector: each point once, in order, at constant cost.

Owns how surprises add up to a score and when it keeps silent. Knows no labels, no
units and no window of days; what it says depends on the series' shape alone, not on
its scale or offset.
"""

from collections.abc import Mapping
from math import floor, isfinite, log10
from typing import Any

from kpi_tui.kpi.anomaly_rarity import Peaks, Rarity, Spread, place
from kpi_tui.kpi.anomaly_season import DAILY, FINE, Expectation, Forecast, pace_of
from kpi_tui.kpi.anomaly_verdict import Cause, Verdict, explain

__all__ = ["Detector", "Verdict", "explain"]

HALF_SURPRISE = 8.5
"""Nats of surprise that score 0.5 and so fire."""
_LEVEL_WEIGHT = 1.0
_DRIFT_WEIGHT = 0.25
_SWING_WEIGHT = 0.5
_AGAIN = 1.1
"""Within the rest an alarm is repeated only for so many times its surprise."""
_STILL_WEIGHT = 1.0
_SWING_CLIP = 8.0
"""One jump counts as so many usual ones at most; a spike is no change of swing."""
_MOST = 1e5
"""A size against a usual size of nothing."""
_NOISE = 1e-12
"""Of the value: below it is the rounding of floating point, not the series."""
_LARGEST = 1e150
_GAPS = 15
"""The usual step is the median of so many first ones."""
_GAP_STEPS = 3
"""After a pause of more steps the last value is no neighbour."""
_VERSION = 1


class Detector:
    """One series' detector. Memory and cost per point do not grow.

    The season is the hour of the day for steps of less than a day and the weekday for
    daily points, learned online and used only while it makes the forecast better.
    """

    __slots__ = (
        *("_changed", "_drift", "_drifts", "_forecast", "_gaps", "_hold", "_last"),
        *("_levels", "_means", "_pace", "_points", "_recent", "_rested", "_rows"),
        *("_slow_means", "_step", "_swing", "_swings", "_usual_swing", "_value"),
    )

    def __init__(self) -> None:
        self._gaps: list[int] = []
        self._step = 1
        self._last: int | None = None
        self._value = 0.0
        self._start(daily=False)

    def feed(
        self,
        at: int,
        value: float,
        *,
        is_settled: bool = True,
        is_covered: bool = True,
        is_rounded: bool = False,
    ) -> Verdict:
        """Judge a point by all before it, then learn it.

        ``at`` is epoch seconds. A point that is unsettled, not covered or not newer
        than the last is passed over: silent, and nothing is learned. A rounded
        counter is learned, but one step of its third digit is no event. Missing
        points are skipped, never zero. Raises ``ValueError`` unless finite and below
        1e150.
        """
        if not (isfinite(value) and abs(value) < _LARGEST):
            raise ValueError(f"an anomaly detector takes finite values, not {value}")
        last = self._last
        if not is_settled:
            return Verdict(0.0, at, value, "not settled")
        if not is_covered:
            return Verdict(0.0, at, value, "not covered")
        if last is not None and at <= last:
            return Verdict(0.0, at, value, "nothing new")
        if last is not None and len(self._gaps) < _GAPS:
            self._learn_step(at - last)
        digit = max(_digit(value), _digit(self._value)) if is_rounded else 0.0
        is_step = bool(digit) and abs(value - self._value) <= 1.01 * digit
        verdict = self._judge(at, value, "within a step of rounding" if is_step else "")
        self._last, self._value = at, value
        return verdict

    def _start(self, *, daily: bool) -> None:
        """Forget all but the step; the season of a series shows in its first points."""
        self._pace = pace = DAILY if daily else FINE
        memory = pace.memory_rows
        self._rows = 0
        self._forecast = Forecast(pace)
        self._points = Rarity(memory)
        self._levels = Peaks(memory, pace.block_rows)
        self._drifts = Peaks(memory, 2 * pace.block_rows)
        self._swings = Peaks(memory, pace.swing_rows)
        self._means = Spread(pace.spread_rows)
        self._slow_means = Spread(pace.spread_rows)
        self._usual_swing = Spread(pace.spread_rows)
        self._recent = self._drift = self._swing = 0.0
        self._changed: int | None = None
        self._hold = 0.0
        self._rested = 0

    def _learn_step(self, gap: int) -> None:
        self._gaps.append(gap)
        self._step = sorted(self._gaps)[len(self._gaps) // 2]
        pace = pace_of(self._step)
        if pace is not self._pace:
            self._start(daily=pace is DAILY)

    def _judge(self, at: int, value: float, silence: str) -> Verdict:
        pace, step = self._pace, self._step
        expected = self._forecast.expect(at)
        if not self._rows:
            expected = expected._replace(base=value, plain=value, value=value)
            self._recent, self._changed = value, at
        self._rows = rows = self._rows + 1
        parts = self._surprises(at, value, expected, min(rows, pace.memory_rows))
        self._forecast.learn(value, expected, step)
        total = parts[0] + parts[1] + parts[2] + parts[3]
        score = 0.0
        if rows <= pace.learning_rows:
            silence = "still learning"
        elif not silence:
            score = self._rest(total)
            if not score and total >= HALF_SURPRISE:
                silence = "no more than the anomaly before"
        return Verdict(
            score,
            at,
            value,
            silence,
            expected.value,
            expected.spread,
            _CAUSES[parts.index(max(parts))],
            expected.season,
            expected.plain,
            self._recent,
            self._drift,
            self._swing / self._usual_swing.usual if self._usual_swing.usual else 1.0,
            at - (at if self._changed is None else self._changed),
            pace.window_rows * step,
            pace.long_rows * step,
        )

    def _surprises(
        self, at: int, value: float, expected: Expectation, rows: int
    ) -> tuple[float, float, float, float]:
        """Weighted nats of point, level, drift and swing; learns each for the next."""
        pace = self._pace
        noise = _NOISE * max(abs(value), abs(expected.base))
        residual = value - expected.value
        self._recent += (value - self._recent) / min(pace.window_rows, rows)
        self._drift += (residual - self._drift) / min(pace.long_rows, rows)
        mean, drift = self._recent - expected.base, self._drift
        point = place(_against(abs(residual), expected.spread, noise))
        level = _against(mean, self._means.usual, noise)
        long = _against(drift, self._slow_means.usual, noise)
        self._means.learn(abs(mean))
        self._slow_means.learn(abs(drift))
        swing = self._swing_surprise(at, value, noise, rows)
        found = (
            self._points.surprise(point),
            _LEVEL_WEIGHT * self._levels.surprise(level),
            _DRIFT_WEIGHT * self._drifts.surprise(long),
            swing,
        )
        # What a fresh forecast errs says nothing of what is rare.
        if rows > pace.learning_rows // 2:
            self._points.learn(point)
            self._levels.learn(level)
            self._drifts.learn(long)
        return found

    def _swing_surprise(self, at: int, value: float, noise: float, rows: int) -> float:
        """Weighted nats of how much the value moves, up (wild) or down (still)."""
        pace = self._pace
        move = abs(value - self._value) if self._last is not None else 0.0
        if move > noise:
            self._changed = at
        if self._last is not None and at - self._last > _GAP_STEPS * self._step:
            return 0.0
        usual = self._usual_swing
        clipped = min(move, _SWING_CLIP * usual.usual)
        usual.learn(move)
        self._swing += (clipped - self._swing) / min(pace.window_rows, rows)
        if rows <= pace.learning_rows // 2 or usual.usual <= noise:
            return 0.0
        swing = self._swing / usual.usual
        size = swing if swing >= 1 else -1 / max(swing, 1 / _MOST)
        nats = self._swings.surprise(size)
        self._swings.learn(size)
        is_still = at - (self._changed or 0) >= pace.window_rows * self._step
        return nats * (_STILL_WEIGHT if is_still else _SWING_WEIGHT)

    def _rest(self, total: float) -> float:
        """The score; 0 while resting from a surprise at least as great."""
        week_rows = 7 * 86_400 // self._step
        self._rested += 1
        if self._rested > min(self._pace.rest_rows, max(1, week_rows)):
            self._hold = 0.0
        margin = _AGAIN if self._hold >= HALF_SURPRISE else 1.0
        if total <= self._hold * margin:
            return 0.0
        self._hold, self._rested = total, 0
        return total / (total + HALF_SURPRISE)

    def to_state(self) -> dict[str, object]:
        """Everything learned, as JSON takes it; :meth:`from_state` goes on exactly."""
        return {
            "version": _VERSION,
            "daily": self._pace is DAILY,
            "gaps": list(self._gaps),
            "clock": [self._step, self._last, self._changed, self._rows, self._rested],
            "values": [self._value, self._recent, self._drift, self._swing, self._hold],
            "forecast": self._forecast.to_state(),
            "points": self._points.to_state(),
            "peaks": [peaks.to_state() for peaks in self._all_peaks()],
            "usual": [spread.to_state() for spread in self._all_spreads()],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Detector":
        """A detector as it was. ``ValueError`` for a state of another version or none."""
        if state.get("version") != _VERSION:
            raise ValueError(f"a detector of version {state.get('version')!r}")
        self = cls()
        try:
            self._start(daily=bool(state["daily"]))
            self._gaps = [int(gap) for gap in state["gaps"]]
            clock = state["clock"]
            self._step, self._last, self._changed, self._rows, self._rested = clock
            values = [float(value) for value in state["values"]]
            self._value, self._recent, self._drift, self._swing, self._hold = values
            self._forecast.restore(**state["forecast"])
            self._points.restore(state["points"])
            for peaks, kept in zip(self._all_peaks(), state["peaks"], strict=True):
                peaks.restore(kept)
            for spread, kept in zip(self._all_spreads(), state["usual"], strict=True):
                spread.restore(kept)
        except (KeyError, TypeError) as error:
            raise ValueError(f"a damaged detector: {error}") from error
        return self

    def _all_peaks(self) -> tuple[Peaks, Peaks, Peaks]:
        return self._levels, self._drifts, self._swings

    def _all_spreads(self) -> tuple[Spread, Spread, Spread]:
        return self._means, self._slow_means, self._usual_swing


_CAUSES: tuple[Cause, ...] = ("point", "level", "drift", "swing")


def _against(size: float, usual: float, noise: float) -> float:
    """A signed size in its usual size; 0 when it is but rounding noise."""
    if abs(size) <= noise:
        return 0.0
    if usual <= 0:
        return _MOST if size > 0 else -_MOST
    return size / usual


def _digit(value: float) -> float:
    """One step of a count's third significant digit."""
    size = abs(value)
    return 10.0 ** (floor(log10(size)) - 2) if size >= 1 else 0.0
