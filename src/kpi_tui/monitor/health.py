"""What is known of each source's health, from stored rows and running polls."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from kpi_tui.monitor.snapshot import (
    SIGN_IN,
    RequestsLeft,
    SourceHealth,
    SourceState,
)
from kpi_tui.sources.gauges import Budget, Gauges
from kpi_tui.sources.port import Connector, Fault
from kpi_tui.store.store import SourceRow

STALE_INTERVALS = 3.0
"""A source is stale when this many intervals passed without a good answer."""
STUDIO_STALE_DAYS = 4
"""Studio downloads end 1-2 days before the export; past this a new one is due."""

_STATE_OF: dict[Fault, SourceState] = {
    "failed": "failed",
    "unauthorised": "unauthorised",
    "rate limited": "rate limited",
    "config": "failed",
}
_STORED: dict[str, SourceState] = {state: state for state in _STATE_OF.values()}


@dataclass(slots=True)
class Health:
    """The running record of one source; :meth:`frozen` is what others see."""

    name: str
    account: str
    kind: str
    interval: float | None
    is_demo: bool = False
    state: SourceState = "waiting"
    polled_at: float | None = None
    """UTC epoch seconds."""
    good_at: float | None = None
    data_until: date | None = None
    next_at: float | None = None
    error: str | None = None
    hint: str | None = None
    points: int = 0
    failures: int = 0
    notes: tuple[str, ...] = field(default=())
    circuit_until: float | None = None
    closed_until: float | None = None
    """Until then the server wants no request, whoever asks (UTC epoch seconds)."""
    gauges: Callable[[], Gauges] = Gauges
    """Asked at each freezing: sources share budgets, so others use them up too."""

    @classmethod
    def of(cls, connector: Connector, stored: SourceRow | None) -> "Health":
        """A fresh record that remembers what the store knows."""
        health = cls(
            connector.name,
            connector.account,
            connector.kind,
            connector.interval,
            connector.is_demo,
            gauges=connector.gauges,
        )
        if stored is not None:
            health.recall(stored)
        return health

    @classmethod
    def of_row(cls, row: SourceRow) -> "Health":
        """A source that only the store knows: an import, or another process's."""
        health = cls(row.name, row.account, row.kind, None)
        health.recall(row)
        return health

    def recall(self, row: SourceRow) -> None:
        """Take over what was stored about this source."""
        self.polled_at = row.tried_at
        self.good_at = row.good_at
        self.data_until = row.data_until
        self.points = row.points
        self.failures = row.failures
        self.notes = row.notes
        self.error = row.error
        self.hint = row.hint
        self.closed_until = row.closed_until
        self.circuit_until = row.circuit_until
        if row.failures:
            self.state = _STORED.get(row.state, "failed")
        elif row.good_at is not None:
            self.state = "ok"

    def succeeded(
        self, at: float, *, points: int, until: date | None, notes: tuple[str, ...]
    ) -> None:
        """Record a good answer."""
        self.state = "ok"
        self.polled_at = self.good_at = at
        self.points = points
        self.data_until = max(filter(None, (until, self.data_until)), default=None)
        self.notes = notes
        self.error = self.hint = self.circuit_until = None
        self.failures = 0

    def failed(self, at: float, fault: Fault, error: str, hint: str | None) -> None:
        """Record a fault; the last good values stay."""
        self.state = _STATE_OF[fault]
        self.polled_at = at
        self.error = error
        self.hint = hint
        self.failures += 1

    def state_at(self, now: float, *, is_paused: bool) -> SourceState:
        """The state with staleness and pause taken into account."""
        if self.state != "ok":
            return self.state
        if is_paused and self.interval is not None:
            return "paused"
        return "stale" if self._is_stale(now) else "ok"

    def _is_stale(self, now: float) -> bool:
        if self.kind == "tiktok-studio":
            if self.data_until is None:
                return False
            today = datetime.fromtimestamp(now, UTC).date()
            return (today - self.data_until).days > STUDIO_STALE_DAYS
        if self.interval is None or self.good_at is None:
            return False
        return now - self.good_at > STALE_INTERVALS * self.interval + 30

    def frozen(self, now: float, *, is_paused: bool) -> SourceHealth:
        """An immutable copy as of ``now``."""
        state = self.state_at(now, is_paused=is_paused)
        gauges = self.gauges()
        hint = self.hint
        if state == "stale" and self.kind == "tiktok-studio":
            hint = hint or "download the newest data in TikTok Studio"
        return SourceHealth(
            name=self.name,
            account=self.account,
            kind=self.kind,
            state=state,
            polled_at=_moment(self.polled_at),
            good_at=_moment(self.good_at),
            data_until=self.data_until,
            next_at=None if is_paused else _moment(self.next_at),
            error=self.error,
            hint=hint,
            points=self.points,
            failures=self.failures,
            interval_seconds=self.interval,
            notes=self.notes,
            is_demo=self.is_demo,
            budgets=tuple(_left(budget) for budget in gauges.budgets),
            token_until=_moment(gauges.token_until),
            sign_in_until=_moment(gauges.sign_in_until),
            circuit_until=None if is_paused else _moment(self.circuit_until),
            sign_in=f"{SIGN_IN} {self.name}",
        )


def signing_in_by(source: SourceHealth, command: str) -> SourceHealth:
    """The same, naming another command than ``kpi-tui auth``: with its config."""
    if command == SIGN_IN:
        return source
    return replace(
        source,
        sign_in=f"{command} {source.name}",
        hint=source.hint and source.hint.replace(f"{SIGN_IN} ", f"{command} "),
        notes=tuple(n.replace(f"{SIGN_IN} ", f"{command} ") for n in source.notes),
    )


def _left(budget: Budget) -> RequestsLeft:
    # Whole seconds: the two clocks behind it differ by a little more each time.
    resets = None if budget.resets_at is None else float(round(budget.resets_at))
    return RequestsLeft(budget.label, budget.used, budget.limit, _moment(resets))


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
