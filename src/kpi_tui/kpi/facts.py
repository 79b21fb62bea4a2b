"""What the formulas of one account over one window share, and how a value is built.

Knows no formula of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi_tui.kpi.levels import FollowerChange, follower_change
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.sums import Sums, sums
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window

Inputs = tuple[tuple[str, float | None], ...]
BASELINE_ZERO = "baseline is 0"


@dataclass(slots=True)
class Facts:
    """One account over one window; follower change is shared by several KPIs."""

    measured: Measured
    window: Window
    _change: FollowerChange | None = None

    def none(self, kpi: str) -> KpiValue:
        """The KPI without a value. What is only a part of another has no unit."""
        known = self.measured.definitions.get(kpi)
        custom = known if kpi in self.measured.history.customs else None
        unit = known.unit if known else "count"
        return KpiValue(kpi, None, unit, days=self.window.days, custom=custom)

    @property
    def change(self) -> FollowerChange:
        """What followers did over the window; found once."""
        if self._change is None:
            self._change = follower_change(self.measured, self.window)
        return self._change

    def sums(self, names: Sequence[str]) -> Sums:
        """The window's sums of those flows, over the days that have them all."""
        return sums(self.measured, self.window, names)

    def followers(self) -> tuple[date, float] | None:
        """The last count on or before the window's end, with its day."""
        return self.measured.level("followers").last_on(self.window.last)


def empty(facts: Facts, kpi: str, reason: str | None) -> KpiValue:
    """The KPI without a value, and why."""
    return replace(facts.none(kpi), reason=reason)


def of_sums(
    facts: Facts, kpi: str, found: Sums, value: float | None, inputs: Inputs
) -> KpiValue:
    """A value that stands on those sums: their coverage, note and source."""
    return replace(
        facts.none(kpi),
        value=value,
        covered_days=found.covered_days if value is not None else None,
        reason=found.reason,
        inputs=inputs,
        source=found.source,
        as_of=found.as_of,
        note=found.note,
        is_partial=found.is_partial,
    )


def input_name(metric: str) -> str:
    """The word for an input on the page that explains a KPI."""
    known = METRICS.get(metric)
    return known.name.lower() if known else metric.replace("_", " ")


def parts(found: Sums) -> Inputs:
    """The sums as a formula's inputs, in words."""
    return tuple((input_name(name), value) for name, value in found.values.items())
