"""Types of command-line values: days, amounts, metric ids, times."""

from datetime import date

import click

from kpi_tui.config.fields import parse_duration
from kpi_tui.config.settings import parse_amount

YEARS = range(2000, 3000)
"""Another year is a slip of the finger: TikTok is younger."""


class DayType(click.ParamType[date]):
    """A calendar day as ``YYYY-MM-DD``."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Parse it, or fail with what was expected."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            day = date.min
        if day.year not in YEARS:
            self.fail(f"{value!r} is not a day such as 2026-03-24", param, ctx)
        return day


class AmountType(click.ParamType[float]):
    """A number, also as ``15%`` or ``3,500``."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Parse it, or fail with what was expected."""
        try:
            return parse_amount(value)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)


class SpanType(click.ParamType[float]):
    """A time such as ``2d``, in seconds."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Parse it, or fail with what was expected."""
        if isinstance(value, float):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)


DAY = DayType()
AMOUNT = AmountType()
SPAN = SpanType()
