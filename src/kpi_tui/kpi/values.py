"""A KPI's value with all that makes it honest: unit, coverage, reason, inputs."""

from dataclasses import dataclass
from datetime import date

from kpi_tui.kpi.definitions import DEFINITIONS, Definition
from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.windows import ENOUGH_COVERAGE


@dataclass(frozen=True, slots=True)
class KpiValue:
    """One KPI of one account over one window.

    ``percent`` values are fractions (0.05 is 5 %).
    """

    id: str
    value: float | None
    unit: Unit
    previous: float | None = None
    """The same KPI over the previous window; None when it cannot be had."""
    covered_days: int | None = None
    """Days of the window with data; None for KPIs that do not count days."""
    days: int = 28
    """Days of the window."""
    reason: str | None = None
    """Why ``value`` is None, as a sentence's end: "no baseline", "not measured"."""
    inputs: tuple[tuple[str, float | None], ...] = ()
    """The formula's parts by name, for the page behind ``i``."""
    source: str | None = None
    """Name of the source of the leading input."""
    as_of: date | None = None
    """The last day that went in."""
    ends: date | None = None
    """The last day of its own window, where that ends before the one asked for."""
    currency: str = ""
    """ISO code of money; empty for other units, and where no source told it."""
    note: str | None = None
    """What a reader must know: "sum of daily uniques", "viewers = video views"."""
    is_partial: bool = False
    """Too much of the account is missing, though days are there: more than a fifth
    of the videos have no baseline."""
    custom: Definition | None = None
    """What it is, of a KPI of the user's own."""

    @property
    def definition(self) -> Definition:
        """What it is: name, formula, good direction."""
        return self.custom or DEFINITIONS[self.id]

    @property
    def is_covered(self) -> bool:
        """Whether enough is covered to rank, judge or alert on it."""
        if self.value is None or self.is_partial:
            return False
        if self.covered_days is None:
            return True
        return self.covered_days >= ENOUGH_COVERAGE * self.days

    @property
    def change(self) -> float | None:
        """Value minus previous value, in the KPI's own unit."""
        if self.value is None or self.previous is None:
            return None
        return self.value - self.previous
