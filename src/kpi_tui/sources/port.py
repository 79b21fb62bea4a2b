"""What the monitor knows of a source: one method, one error."""

from typing import Generic, Literal, Protocol, TypeVar

from kpi_tui.kpi.readings import Batch
from kpi_tui.sources.gauges import Gauges

Code = TypeVar("Code")
Fault = Literal[
    "failed",  # wrong or no answer; try again later
    "unauthorised",  # the user must sign in or change a secret
    "rate limited",  # asked too often; retry_after says when to come back
    "config",  # the user must change the config or the file
]


class SourceError(Exception):
    """A source's fault, told so that the user knows where it is and what to do."""

    def __init__(
        self,
        message: str,
        *,
        fault: Fault = "failed",
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """``message`` and ``hint`` are one cleaned sentence each, without secrets;
        ``retry_after`` is in seconds."""
        super().__init__(message)
        self.message = message
        self.fault: Fault = fault
        self.hint = hint
        self.retry_after = retry_after


class CodedError(SourceError, Generic[Code]):
    """A SourceError that keeps the API's code."""

    def __init__(self, code: Code, error: SourceError) -> None:
        """``error`` as the user is told it."""
        super().__init__(
            error.message,
            fault=error.fault,
            hint=error.hint,
            retry_after=error.retry_after,
        )
        self.code = code


class Connector(Protocol):
    """One configured source of one account."""

    name: str
    """``<handle>/<type>``, with ``-2`` … appended where an account has several."""
    account: str
    kind: str
    interval: float | None
    """Seconds between polls; None when it is never polled (``manual``)."""
    is_demo: bool

    async def fetch(self, now: float) -> Batch:
        """Everything the source has to say that may be new.

        ``now`` is UTC epoch seconds. Raises SourceError; anything else is a bug
        that the monitor reports as such.
        """

    async def wait_for_change(self) -> None:
        """Return when it is worth fetching before the interval is over.

        A watched folder returns when a file appears; others never return.
        """

    def gauges(self) -> Gauges:
        """What is left of its budgets and tokens; quick, and never fails."""

    def hold(self, seconds: float) -> None:
        """Let nobody who shares its limits ask for so long: its server said so, to
        whoever polled before."""

    async def close(self) -> None:
        """Give up connections and files."""
