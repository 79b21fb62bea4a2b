"""From any JSON document to readings, by the JMESPaths of the config.

Knows no network: a document goes in, readings and notes come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from kpi_tui.config.settings import HttpJsonSource, JsonMetric
from kpi_tui.kpi.readings import Reading, day_of
from kpi_tui.kpi.text import clean
from kpi_tui.sources.moments import (
    Moment,
    is_daily,
    is_future,
    local_today,
    moment,
    placed,
)
from kpi_tui.sources.numeric import number, scaled
from kpi_tui.sources.port import SourceError

Scale = Literal["percent", "fraction"] | float

_MOST_KEYS = 8
_MOST_VALUES = 20_000
"""Of one metric's history: fifty years of days."""


@dataclass(frozen=True, slots=True)
class _Mapped:
    metric: str
    path: str
    compiled: ParsedResult
    scale: Scale


@dataclass(slots=True)
class _Found:
    """What one document gave."""

    readings: dict[tuple[str, str, int], tuple[int, float]]
    """(metric, grain, at) to (when, value): of a day's values the last one stands."""
    problems: list[str]
    """One per metric that gave nothing, each naming its path."""
    skipped: int = 0
    """Values of a history that were missing, or had no time."""


class JsonMapping:
    """The compiled mapping of one source."""

    def __init__(self, source: HttpJsonSource, account: str, zone: tzinfo) -> None:
        """Compile every path; SourceError names the first that is wrong."""
        self._account = account
        self._zone = zone
        self._time = None if source.time is None else _compiled("time", source.time)
        self._time_path = source.time or ""
        self._metrics = tuple(
            _mapped(metric, how) for metric, how in source.metrics.items()
        )

    def read(
        self, document: object, now: float
    ) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
        """Readings and notes; SourceError when no path gave a number.

        ``now`` is UTC epoch seconds. Without a ``time`` path a level (followers) is of
        this instant, and a flow (views of the day) is the running value of today in
        the account's zone: each poll replaces it, the day's last poll leaves it.
        """
        when = self._when(document, now)
        found = _Found({}, [])
        for mapped in self._metrics:
            value = _searched(mapped.compiled, document)
            problem = self._take(mapped, value, when, now, found)
            if problem is not None:
                label = f"{mapped.metric} = {clean(mapped.path, 80)}"
                found.problems.append(f"{label} {problem}")
        if not found.readings:
            raise _nothing(found, document, self._metrics[0].path)
        return self._readings(found, now), _notes(found)

    def _readings(self, found: _Found, now: float) -> tuple[Reading, ...]:
        return tuple(
            Reading(
                self._account,
                "",
                metric,
                "day" if grain == "day" else "instant",
                at,
                value,
                int(now),
            )
            for (metric, grain, at), (_, value) in found.readings.items()
        )

    def _when(self, document: object, now: float) -> Moment | list[Moment | None]:
        if self._time is None:
            return Moment(local_today(now, self._zone), int(now))
        value = _searched(self._time, document)
        if isinstance(value, list):
            return [moment(item, self._zone) for item in value[:_MOST_VALUES]]
        found = moment(value, self._zone)
        if found is None:
            raise SourceError(
                f"the path of time, {clean(self._time_path, 80)}, found "
                f"{_shown(value)}{_keys(document, self._time_path)}",
                hint="It must lead to an ISO date or date-time, or to epoch seconds.",
            )
        if is_future(found, now):
            raise SourceError(
                f"the time {clean(str(value), 40)} lies in the future",
                hint="Check the path of time, and the clocks of both machines.",
            )
        return found

    def _take(
        self,
        mapped: _Mapped,
        value: object,
        when: Moment | list[Moment | None],
        now: float,
        found: _Found,
    ) -> str | None:
        """Put one metric's values into ``found``; what is wrong, if anything is."""
        if isinstance(value, list):
            if not isinstance(when, list):
                return "is a list: set time to a list as long"
            if len(value) != len(when) and len(when) < _MOST_VALUES:
                return (
                    f"has {len(value)} values for {len(when)} times ([*] leaves out "
                    "nulls, map(&name, list) keeps them)"
                )
            pairs = list(zip(when, value, strict=False))
        elif isinstance(when, list):
            return "is no list, and time is one"
        else:
            pairs = [(when, value)]
        taken = sum(self._keep(mapped, at, item, now, found) for at, item in pairs)
        found.skipped += len(pairs) - taken if len(pairs) > 1 else 0
        return None if taken else f"is {_shown(value)}"

    def _keep(
        self,
        mapped: _Mapped,
        when: Moment | None,
        value: object,
        now: float,
        found: _Found,
    ) -> bool:
        amount = number(value)
        amount = None if amount is None else scaled(amount, mapped.scale)
        if amount is None or when is None or is_future(when, now):
            return False
        grain, at = placed(mapped.metric, when)
        key = (mapped.metric, grain, at)
        order = when.at or 0
        if key not in found.readings or found.readings[key][0] <= order:
            found.readings[key] = (order, amount)
        return True

    @property
    def is_running(self) -> bool:
        """Whether it reads running values of today: daily metrics and no time."""
        return self._time is None and any(is_daily(m.metric) for m in self._metrics)


def last_complete_day(readings: tuple[Reading, ...], today: date) -> date | None:
    """The newest day before ``today`` that has a daily reading."""
    days = (day_of(r.at) for r in readings if r.grain == "day")
    return max((day for day in days if day < today), default=None)


def _mapped(metric: str, how: str | JsonMetric) -> _Mapped:
    path, scale = (how, 1.0) if isinstance(how, str) else (how.path, how.scale)
    return _Mapped(metric, path, _compiled(f"metric {metric}", path), scale)


def _compiled(what: str, path: str) -> ParsedResult:
    try:
        return jmespath.compile(path)
    except (JMESPathError, RecursionError, ValueError) as error:
        reason = clean(str(error).splitlines()[0] if str(error) else "", 120)
        raise SourceError(
            f"the path of {what} is no valid JMESPath: {clean(path, 80)} ({reason})",
            fault="config",
            hint='A path looks like "data.stats.followerCount" or "items[0].value".',
        ) from None


def _searched(path: ParsedResult, document: object) -> Any:  # noqa: ANN401  any JSON
    # A function in a path meets values that it was not written for: length(null) is
    # a JMESPathError, deep recursion and mixed sorts come out as Python's own errors.
    try:
        return path.search(document)
    except (JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError):
        return None
    except (AttributeError, LookupError):
        return None


def _notes(found: _Found) -> tuple[str, ...]:
    notes = [f"{problem}; skipped." for problem in found.problems]
    if found.skipped:
        notes.append(
            f"{found.skipped} values of a history are missing, lie in the future or "
            "have no valid time; skipped."
        )
    return tuple(notes)


def _nothing(found: _Found, document: object, path: str) -> SourceError:
    shown = "; ".join(found.problems[:3])
    more = f" and {len(found.problems) - 3} more" if len(found.problems) > 3 else ""
    return SourceError(
        f"none of the mapped paths matched: {shown}{more}{_keys(document, path)}",
        hint="Compare the paths under metrics with what the url answers.",
    )


def _keys(document: object, path: str) -> str:
    """What stands where a dotted path leaves the document: `` (data has keys: …)``."""
    at: list[str] = []
    for step in path.split("."):
        if not (isinstance(document, dict) and step in document):
            break
        if not isinstance(document[step], dict):
            break
        document = document[step]
        at.append(step)
    place = ".".join(at)
    if isinstance(document, Mapping):
        names = [clean(str(key), 40) for key in list(document)[:_MOST_KEYS]]
        more = ", …" if len(document) > _MOST_KEYS else ""
        listed = ", ".join(names) + more if names else "none"
        return f" ({place or 'the answer'} has keys: {listed})"
    return f" (the answer is {_shown(document)})"


def _shown(value: object) -> str:
    """A value of any JSON type in a few words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true, no number" if value else "false, no number"
    if isinstance(value, str):
        return f"the text “{clean(value, 40)}”"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "a number out of range"
