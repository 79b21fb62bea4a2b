"""The ``[[kpi]]`` section: a KPI of the user's own, of a metric or by a formula.

Knows its keys; whether the ids in a formula exist, :mod:`kpi_tui.config.checks` knows.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from kpi_tui.config.fields import Line, MetricId, Required
from kpi_tui.config.section import Section
from kpi_tui.kpi.custom import CustomKpi, How
from kpi_tui.kpi.definitions import DEFINITIONS, Definition, Good
from kpi_tui.kpi.expressions import MOST_CHARS, parse_expression
from kpi_tui.kpi.metrics import Unit

_SHORT = 22
"""Characters of a panel's title."""


def _new_id(value: str) -> str:
    if value in DEFINITIONS:
        raise ValueError(f"`{value}` is a built-in KPI; give yours another id")
    return value


def _formula(value: str) -> str:
    return parse_expression(value).text


NewKpiId = Annotated[MetricId, AfterValidator(_new_id)]
Formula = Annotated[
    str,
    AfterValidator(_formula),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": MOST_CHARS,
            "examples": ["revenue / followers"],
        }
    ),
]
"""Arithmetic over ids; nothing of it is run as a program."""


class Kpi(Section):
    """A KPI of one's own, shown and judged like the built-in ones."""

    id: NewKpiId
    """What goals, alerts and other formulas call it: small letters, digits and ``_``."""
    name: Required = Field(max_length=60)
    """What the screen calls it."""
    short: Line = Field(default="", max_length=_SHORT)
    """A panel's title; the name, cut, when absent."""
    unit: Unit = "count"
    """``percent`` values are fractions: 0.05 is 5 %."""
    good: Good = "up"
    """The direction of change that is good news."""
    metric: MetricId | None = None
    """A measured metric; built-in, or any that a source maps or you record."""
    how: How | None = None
    """What the window makes of the metric's days: their ``sum`` (when absent), the last
    (``level``) or their ``mean``."""
    formula: Formula | None = None
    """Instead of a metric: ``+ - * / ( )`` over numbers, KPI ids and metric ids."""

    @model_validator(mode="after")
    def _one_way(self) -> "Kpi":
        if (self.metric is None) == (self.formula is None):
            raise ValueError("expected exactly one of metric, formula")
        if self.formula is not None and self.how is not None:
            raise ValueError("`how` goes with `metric`, not with a formula")
        return self

    @property
    def custom(self) -> CustomKpi:
        """The same for the formulas."""
        how: How = self.how or "sum"
        expression = parse_expression(self.formula) if self.formula else None
        words: dict[Literal["sum", "level", "mean"], str] = {
            "sum": "sum of daily {}",
            "level": "{} at the end of the last day",
            "mean": "mean of daily {}",
        }
        subject = (self.metric or "").replace("_", " ")
        definition = Definition(
            self.id,
            self.name,
            self.short or self.name[:_SHORT].rstrip(),
            self.unit,
            self.good,
            expression.text if expression else words[how].format(subject),
            "own",
            is_summed=expression is None and how == "sum",
        )
        return CustomKpi(definition, self.metric or "", how, expression)
