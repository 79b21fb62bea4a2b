"""The ``[[alert]]`` and ``[notify]`` sections: what is watched, and who is told.

Knows no KPI's value: whether a limit is passed is found out in
:mod:`kpi_tui.kpi.alerts`.
"""

from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from kpi_tui.config.fields import Amount, Handle, KpiId, Span, fault
from kpi_tui.config.section import Secret, Section
from kpi_tui.kpi.posts import POST_FORMULAS
from kpi_tui.kpi.quiet_hours import QuietHours, parse_quiet

_CONDITIONS = ("below", "above", "changes_by", "anomaly", "no_data_for")
_MOST_CHANGE = 10.0
"""Tenfold; a greater number was meant as a percentage or a count."""
_NOT_DAILY = {*POST_FORMULAS, "website_visits_growth"} - {"posting_frequency"}
"""KPIs without a value of their own per day."""

Quiet = Annotated[
    QuietHours,
    PlainValidator(parse_quiet),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\s*$",
            "examples": ["22:00-07:00"],
        }
    ),
]
"""Hours of the day in the account's zone."""


def _days(value: int) -> int:
    if not 1 <= value <= 365:
        raise ValueError("expected a whole number of days from 1 to 365")
    return value


Days = Annotated[
    int,
    Field(strict=True),
    AfterValidator(_days),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 365}),
]
Flag = Annotated[bool, Field(strict=True)]


class Alert(Section):
    """A limit for one KPI, or for how old a source's data may grow."""

    kpi: KpiId | None = None
    """May be absent with ``no_data_for`` only: every source is meant then."""
    account: Handle | None = None
    """All own accounts when absent."""
    below: Amount | None = None
    """Raised while the KPI is below it."""
    above: Amount | None = None
    """Raised while the KPI is above it."""
    changes_by: Amount | None = None
    """Raised when the KPI is by more than this share above or below what it was over
    the days before: ``"30%"``."""
    anomaly: Flag = False
    """Raised by a day that is unlike what level, trend and weekday foretold."""
    no_data_for: Span | None = None
    """Raised when a source has failed for so long, or when its newest whole day is so
    much older than the two days that daily numbers take."""
    for_: Span | None = Field(default=None, alias="for")
    """How long it must hold, in days of data: ``"2d"`` is two of them."""
    clear: Amount | None = None
    """The value at which it is over; when absent, 5 % of the limit inside of it."""
    days: Days = 28
    """Days of the KPI's window."""

    @model_validator(mode="after")
    def _one_condition(self) -> "Alert":
        # By identity: a limit of 0 equals False and is one.
        given = [
            name
            for name in _CONDITIONS
            if (value := getattr(self, name)) is not None and value is not False
        ]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(_CONDITIONS)}")
        if self.kpi is None and given != ["no_data_for"]:
            raise ValueError("`kpi` is required, but missing")
        if given[0] in {"anomaly", "no_data_for"}:
            self._refuse_limits(given[0])
        if self.anomaly and self.kpi in _NOT_DAILY:
            raise ValueError(f"{self.kpi} has no value per day to find anomalies in")
        self._check_change()
        self._check_clear()
        return self

    def _refuse_limits(self, condition: str) -> None:
        for name, value in (("for", self.for_), ("clear", self.clear)):
            if value is not None:
                raise ValueError(f"`{name}` does not go with `{condition}`")

    def _check_change(self) -> None:
        share = self.changes_by
        if share is not None and not 0 < share <= _MOST_CHANGE:
            raise fault(
                "`changes_by` is a share of what it was",
                'write it like "30%", above 0 and up to "1000%"',
            )

    def _check_clear(self) -> None:
        if self.clear is None:
            return
        if self.below is not None and self.clear < self.below:
            raise ValueError("`clear` must not be below `below`")
        top = self.above if self.above is not None else self.changes_by
        if top is not None and self.clear > top:
            name = "above" if self.above is not None else "changes_by"
            raise ValueError(f"`clear` must not be above `{name}`")


class NotifySection(Section):
    """Who is told of alerts, beside the inbox."""

    bell: Flag = True
    """The terminal's bell."""
    desktop: Flag = True
    """A desktop notification by the terminal (OSC 9), also through tmux."""
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    """A list of arguments, no shell. The alert is in ``KPI_TUI_ALERT_TITLE``,
    ``_TEXT``, ``_STATE``, ``_ACCOUNT``, ``_COUNT`` and, as JSON, on standard input."""
    apprise: tuple[Secret, ...] = ()
    """Addresses of services as Apprise writes them; each is a secret. Needs
    ``pip install 'kpi-tui[notify]'``."""
    quiet: Quiet | None = None
    """Hours in which nobody is told; all of it comes in one message when they end."""
