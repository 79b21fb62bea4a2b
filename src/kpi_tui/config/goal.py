"""The ``[[goal]]`` section, and a growth as people write it: ``"+10% per quarter"``.

Knows no KPI's value: whether a goal is reached is worked out in :mod:`kpi_tui.kpi.goals`.
"""

import re
from dataclasses import dataclass
from typing import Annotated, cast

from pydantic import PlainValidator, WithJsonSchema, model_validator

from kpi_tui.config.fields import Amount, Day, Handle, KpiId
from kpi_tui.config.section import Section
from kpi_tui.kpi.goal_periods import Aim, Period

_GROWTH = re.compile(
    r"\s*([+-]?)(\d{1,6}(?:\.\d{1,6})?)\s*%"
    r"(?:\s*(?:per|a|each|every|/)\s*(week|month|quarter|year))?\s*",
    re.ASCII | re.IGNORECASE,
)
_EXPECTED = 'expected a growth such as "+10% per quarter" or "+20%"'


@dataclass(frozen=True, slots=True)
class GrowthRate:
    """So much more than before."""

    share: float
    """0.1 is +10 %."""
    period: Period | None = None
    """In each of these; None: once, by a day."""


def parse_growth(value: object) -> GrowthRate:
    """The growth that the text means; ValueError otherwise, and for none at all."""
    if isinstance(value, GrowthRate):
        return value
    match = _GROWTH.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(_EXPECTED)
    share = float(match[2]) / 100 * (-1 if match[1] == "-" else 1)
    if share == 0:
        raise ValueError(f"{_EXPECTED}, not none")
    if share <= -1:
        raise ValueError(f"{_EXPECTED}: nothing shrinks by 100 % or more")
    period = cast("Period", match[3].lower()) if match[3] else None
    return GrowthRate(share, period)


Growth = Annotated[
    GrowthRate,
    PlainValidator(parse_growth),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*[+-]?\d+(\.\d+)?\s*%"
            r"(\s*(per|a|each|every|/)\s*(week|month|quarter|year))?\s*$",
            "examples": ["+10% per quarter", "+20%"],
        }
    ),
]
"""A share, and maybe the period in which it is wished for again and again."""


class Goal(Section):
    """A wish for one KPI of one account: a target, or a growth."""

    account: Handle | None = None
    """All own accounts when absent."""
    kpi: KpiId
    target: Amount | None = None
    """A number, or a percentage such as ``"15%"`` for rates."""
    growth: Growth | None = None
    """Instead of a target: ``"+10% per quarter"`` (or week, month, year), or ``"+20%"``
    with ``by``. It is on the KPI's 28 days before the period."""
    by: Day | None = None
    """The day by which it should be reached."""
    start: Day | None = None
    """The first day of the goal's period: where its pace starts from. When absent, a
    year before ``by``; a growth per quarter runs with the calendar."""

    @model_validator(mode="after")
    def _one_wish(self) -> "Goal":
        if (self.target is None) == (self.growth is None):
            raise ValueError("expected exactly one of target, growth")
        if self.growth and self.growth.period is None and self.by is None:
            raise ValueError('a growth needs `by`, or a period such as "per quarter"')
        if self.start and self.by and self.start >= self.by:
            raise ValueError("`start` must be before `by`")
        return self

    @property
    def aim(self) -> Aim:
        """The same for the formulas."""
        rate = self.growth
        return Aim(
            self.kpi,
            self.target,
            rate.share if rate else None,
            rate.period if rate else None,
            self.by,
            self.start,
        )
