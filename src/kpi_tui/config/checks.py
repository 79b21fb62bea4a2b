"""What no section of the config can know alone, and what is worth a warning.

Works on plain data, so that it finds its mistakes also beside other sections' ones.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kpi_tui.config.http_json import sounds_secret
from kpi_tui.config.settings import (
    Account,
    Competitor,
    CsvSource,
    HttpJsonSource,
    Settings,
)
from kpi_tui.config.wording import Fault, guess
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.expressions import parse_expression
from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.text import clean

_FORMULA_HINT = "it may hold KPI ids, and ids of metrics that are built in or mapped"


def cross_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Mistakes between sections: same handles, unknown accounts, unfit targets."""
    yield from _same_handles(data)
    yield from _unknown_accounts(data)
    yield from _same_goals(data)
    yield from _unfit_targets(data)
    yield from _shared_folders(data)
    yield from _own_kpis_faults(data)


def warnings_of(settings: Settings) -> tuple[str, ...]:
    """What is valid and still probably not what the user wants, a sentence each."""
    found: list[str] = []
    entries: tuple[Account | Competitor, ...]
    entries = (*settings.account, *settings.competitor)
    for entry in entries:
        found += _metric_warnings(entry)
        found += _address_warnings(entry)
        if any(source.type == "tiktok-research" for source in entry.source):
            found.append(
                f"{entry.handle}: tiktok-research is for academic and non-profit "
                "researchers only; commercial users are not eligible"
            )
    for entry in settings.competitor:
        found += [
            f"competitor {entry.handle}: {source.type} answers for the account "
            "that owns the token, not for somebody else's"
            for source in entry.source
            if source.type in {"tiktok-business", "tiktok-display"}
        ]
    return tuple(found)


def _metric_warnings(entry: Account | Competitor) -> Iterator[str]:
    for source in entry.source:
        if not isinstance(source, HttpJsonSource | CsvSource):
            continue
        for metric in source.metrics.keys() - METRICS.keys():
            # "orders" may well be the user's own; "followrs" is not.
            near = get_close_matches(metric, METRICS, n=1, cutoff=0.85)
            if near:
                yield (
                    f"{entry.handle}: metric `{metric}` is not a built-in one; "
                    f"did you mean `{near[0]}`?"
                )


def _address_warnings(entry: Account | Competitor) -> Iterator[str]:
    for source in entry.source:
        if isinstance(source, HttpJsonSource):
            for name, _ in parse_qsl(urlsplit(source.url).query):
                if sounds_secret(name):
                    yield (
                        f"{entry.handle}: `{clean(name, 40)}` in a url looks like a "
                        f"secret: params = {{ {clean(name, 40)} = {{ env = "
                        '"NAME" } } keeps it out of the config'
                    )


def _rows(
    data: Mapping[str, Any], section: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = data.get(section)
    if isinstance(rows, list):
        for index, row in enumerate(rows):
            if isinstance(row, dict):
                yield index, row


def _name(value: object) -> str | None:
    return value.removeprefix("@") if isinstance(value, str) and value else None


def _same_handles(data: Mapping[str, Any]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for section in ("account", "competitor"):
        for index, row in _rows(data, section):
            handle = _name(row.get("handle"))
            if handle is None:
                continue
            first = seen.setdefault(handle.lower(), f"{section} {index + 1}")
            if first != f"{section} {index + 1}":
                message = f"the same handle as {first}"
                yield Fault((section, index, "handle"), message)


def _unknown_accounts(data: Mapping[str, Any]) -> Iterator[Fault]:
    own = [_name(row.get("handle")) for _, row in _rows(data, "account")]
    others = [_name(row.get("handle")) for _, row in _rows(data, "competitor")]
    for section in ("goal", "alert"):
        for index, row in _rows(data, section):
            name = _name(row.get("account"))
            if name is None or name in own:
                continue
            place = (section, index, "account")
            if name in others and section == "goal":
                yield Fault(place, "is a competitor; goals are for one's own accounts")
            elif name not in others:
                near = guess(name, [handle for handle in own if handle])
                yield Fault(place, f"no [[account]] has this handle{near}")


def _same_goals(data: Mapping[str, Any]) -> Iterator[Fault]:
    seen: dict[tuple[str | None, str], int] = {}
    for index, row in _rows(data, "goal"):
        kpi = row.get("kpi")
        if isinstance(kpi, str):
            first = seen.setdefault((_name(row.get("account")), kpi), index)
            if first != index:
                message = f"goal {first + 1} is for the same KPI and account"
                yield Fault(("goal", index, "kpi"), message)


def _unfit_targets(data: Mapping[str, Any]) -> Iterator[Fault]:
    wanted = {"goal": ("target",), "alert": ("below", "above", "clear")}
    units: dict[object, object] = {
        row["id"]: row.get("unit", "count")
        for _, row in _rows(data, "kpi")
        if isinstance(row.get("id"), str)
    }
    units |= {kpi: definition.unit for kpi, definition in DEFINITIONS.items()}
    for section, keys in wanted.items():
        for index, row in _rows(data, section):
            kpi = row.get("kpi")
            unit = units.get(kpi) if isinstance(kpi, str) else None
            if unit is None:
                continue
            is_rate = unit == "percent"
            for key in keys:
                # Behind ``changes_by`` a clear level is a share, whatever the KPI.
                if key == "clear" and "changes_by" in row:
                    continue
                message = _unfit(row.get(key), is_rate=is_rate)
                if message:
                    yield Fault((section, index, key), f"{kpi} {message}")


def _unfit(value: object, *, is_rate: bool) -> str | None:
    is_percentage = isinstance(value, str) and value.strip().endswith("%")
    if is_percentage and not is_rate:
        return "is not a percentage: expected a number such as 3500"
    if not is_rate or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if abs(value) <= 1:
        return None
    # 15 could mean 15 % or 1500 %.
    return f'is a percentage: write "{str(value)[:12]}%", or a fraction from 0 to 1'


def _shared_folders(data: Mapping[str, Any]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for section in ("account", "competitor"):
        for index, row in _rows(data, section):
            for number, source in _rows(row, "source"):
                path = source.get("path")
                if source.get("type") != "tiktok-studio" or not isinstance(path, str):
                    continue
                here = f"{section} {index + 1}, source {number + 1}"
                first = seen.setdefault(path.rstrip("/"), here)
                if first != here:
                    message = f"the same folder as {first}: its files would count twice"
                    yield Fault((section, index, "source", number, "path"), message)


def own_kpis(data: Mapping[str, Any]) -> list[str]:
    """The ids that ``[[kpi]]`` sections define, as far as they are text."""
    return [
        row["id"] for _, row in _rows(data, "kpi") if isinstance(row.get("id"), str)
    ]


def _own_kpis_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Ids given twice, unknown ids in formulas, formulas that need themselves."""
    own = own_kpis(data)
    mapped = set(_mapped_metrics(data))
    needs: dict[str, tuple[str, ...]] = {}
    places: dict[str, int] = {}
    for index, row in _rows(data, "kpi"):
        kpi = row.get("id")
        if isinstance(kpi, str) and places.setdefault(kpi, index) != index:
            message = f"the same id as kpi {places[kpi] + 1}"
            yield Fault(("kpi", index, "id"), message)
        yield from _unknown_metric(row.get("metric"), index, mapped)
        names = _names_in(row.get("formula"))
        if isinstance(kpi, str):
            needs.setdefault(kpi, names)
        known = [*DEFINITIONS, *own, *METRICS, *mapped]
        for name in names:
            if name not in known:
                message = f"unknown id `{clean(name, 60)}`{guess(name, known)}"
                yield Fault(("kpi", index, "formula"), message, _FORMULA_HINT)
    for kpi, index in places.items():
        ring = _ring(kpi, needs)
        if ring:
            message = f"needs itself: {' → '.join(ring)}"
            yield Fault(("kpi", index, "formula"), message)


def _mapped_metrics(data: Mapping[str, Any]) -> Iterator[str]:
    """What sources' ``metrics`` tables and other KPIs' ``metric`` name."""
    for section in ("account", "competitor"):
        for _, row in _rows(data, section):
            for _, source in _rows(row, "source"):
                metrics = source.get("metrics")
                if isinstance(metrics, dict):
                    yield from metrics


def _unknown_metric(name: object, index: int, mapped: set[str]) -> Iterator[Fault]:
    if not isinstance(name, str) or name in METRICS or name in mapped:
        return
    # What nobody maps may be recorded by hand; "followrs" is a slip.
    near = get_close_matches(name, [*METRICS, *mapped], n=1, cutoff=0.85)
    if near:
        message = f"unknown metric `{clean(name, 60)}`; did you mean `{near[0]}`?"
        yield Fault(("kpi", index, "metric"), message)


def _names_in(formula: object) -> tuple[str, ...]:
    try:
        return parse_expression(formula).names if isinstance(formula, str) else ()
    except ValueError:
        # Told by the section itself.
        return ()


def _ring(kpi: str, needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The way from a KPI back to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(kpi,)]
    seen = {kpi}
    while ways:
        way = ways.pop()
        for name in needs.get(way[-1], ()):
            if name == kpi:
                return (*way, kpi)
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()
