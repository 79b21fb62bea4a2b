"""The config's ``[[alert]]`` sections to one rule for each account, KPI and source.

Knows no number and no state.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from kpi_tui.config.settings import Account, Alert, Competitor, Settings
from kpi_tui.kpi.alerts import Kind, Rule, rule_id
from kpi_tui.kpi.alerts_words import condition_words, rule_words, source_words
from kpi_tui.kpi.anomaly_verdict import FIRES
from kpi_tui.kpi.definitions import Definition
from kpi_tui.monitor.snapshot import AccountRef

ANOMALY_CALM_SECONDS = 14 * 86_400.0
"""The detector's rest and its short window: an anomaly in that time may be an echo."""


def rules_of(
    settings: Settings, own: Sequence[AccountRef], everyone: Sequence[AccountRef]
) -> tuple[Rule, ...]:
    """Every rule, each once: all own accounts where an alert names none."""
    found: dict[str, Rule] = {}
    known = {ref.handle.lower(): ref.handle for ref in everyone}
    for alert in settings.alert:
        handles = [ref.handle for ref in own]
        if alert.account is not None:
            named = known.get(alert.account.lower())
            handles = [] if named is None else [named]
        for handle in handles:
            for rule in _rules(alert, handle, settings):
                found.setdefault(rule.id, rule)
    return tuple(found.values())


def polled_names(settings: Settings, handle: str) -> tuple[str, ...]:
    """The account's sources that are polled, as their connectors are called."""
    entries: tuple[Account | Competitor, ...]
    entries = (*settings.account, *settings.competitor)
    for entry in entries:
        if entry.handle == handle:
            nth = Counter[str]()
            names = []
            for source in entry.source:
                nth[source.type] += 1
                more = f"-{nth[source.type]}" if nth[source.type] > 1 else ""
                if source.type != "manual":
                    names.append(f"{handle}/{source.type}{more}")
            return tuple(names)
    return ()


def _rules(alert: Alert, handle: str, settings: Settings) -> Iterator[Rule]:
    if alert.no_data_for is not None and alert.kpi is None:
        # Without a polled source it is the account that nobody feeds.
        names = polled_names(settings, handle) or (f"@{handle}",)
        for name in names:
            yield Rule(
                id=rule_id(handle, name, "no data", alert.no_data_for),
                account=handle,
                kpi=None,
                kind="no data",
                limit=alert.no_data_for,
                words=source_words(name, alert.no_data_for),
                source=name,
            )
    elif alert.kpi is not None:
        yield _kpi_rule(alert, settings.definitions[alert.kpi], handle)


def _kpi_rule(alert: Alert, kpi: Definition, handle: str) -> Rule:
    kind, limit = _condition(alert)
    for_seconds = alert.for_ or 0.0
    says_itself = kind in {"anomaly", "no data"}
    return Rule(
        id=rule_id(handle, kpi.id, kind, limit, alert.days),
        account=handle,
        kpi=kpi.id,
        kind=kind,
        limit=limit,
        words=rule_words(kind, kpi, limit, for_seconds),
        condition="" if says_itself else condition_words(kind, kpi, limit),
        clear=alert.clear,
        for_seconds=for_seconds,
        clear_seconds=ANOMALY_CALM_SECONDS if kind == "anomaly" else 0.0,
        days=alert.days,
        definition=kpi,
    )


def _condition(alert: Alert) -> tuple[Kind, float]:
    if alert.below is not None:
        return "below", alert.below
    if alert.above is not None:
        return "above", alert.above
    if alert.changes_by is not None:
        return "changes by", alert.changes_by
    if alert.no_data_for is not None:
        return "no data", alert.no_data_for
    return "anomaly", FIRES
