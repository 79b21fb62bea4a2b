"""From any JSON document to readings, by the JMESPaths of the config.

Knows no network: a document goes in, readings and notes come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Literal

from jmespath.parser import ParsedResult

from kpi_tui.config.settings import HttpJsonSource, JsonMetric
from kpi_tui.kpi.readings import Reading, day_of
from kpi_tui.kpi.text import clean
from kpi_tui.sources.json_paths import compiled, searched, shown
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
        self._time = None if source.time is None else compiled("time", source.time)
        self._time_path = source.time or ""
        self._metrics = tuple(
            _mapped(metric, how) for metric, how in source.metrics.items()
        )

    def read(
        self, document: object, now: float, *, is_alone: bool = True
    ) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
        """Readings and notes; SourceError when no path gave a number, unless the
        document gave something else (``is_alone`` is False).

        ``now`` is UTC epoch seconds. Without a ``time`` path a level (followers) is of
        this instant, and a flow (views of the day) is the running value of today in
        the account's zone: each poll replaces it, the day's last poll leaves it.
        """
        when = self._when(document, now)
        found = _Found({}, [])
        for mapped in self._metrics:
            value = searched(mapped.compiled, document)
            problem = self._take(mapped, value, when, now, found)
            if problem is not None:
                label = f"{mapped.metric} = {clean(mapped.path, 80)}"
                found.problems.append(f"{label} {problem}")
        if not found.readings and is_alone:
            raise self._nothing(found, document)
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
        value = searched(self._time, document)
        if isinstance(value, list):
            return [moment(item, self._zone) for item in value[:_MOST_VALUES]]
        found = moment(value, self._zone)
        if found is None:
            raise SourceError(
                f"the path of time, {clean(self._time_path, 80)}, found "
                f"{shown(value)}{_keys(document, self._time_path)}",
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
        return None if taken else f"is {shown(value)}"

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

    def _nothing(self, found: _Found, document: object) -> SourceError:
        if not self._metrics:
            return SourceError(
                f"there are no posts at the path of videos{_keys(document, '')}",
                hint="Compare the paths under videos with what the url answers.",
            )
        told = "; ".join(found.problems[:3])
        more = f" and {len(found.problems) - 3} more" if len(found.problems) > 3 else ""
        keys = _keys(document, self._metrics[0].path)
        return SourceError(
            f"none of the mapped paths matched: {told}{more}{keys}",
            hint="Compare the paths under metrics with what the url answers.",
        )

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
    return _Mapped(metric, path, compiled(f"metric {metric}", path), scale)


def _notes(found: _Found) -> tuple[str, ...]:
    notes = [f"{problem}; skipped." for problem in found.problems]
    if found.skipped:
        notes.append(
            f"{found.skipped} values of a history are missing, lie in the future or "
            "have no valid time; skipped."
        )
    return tuple(notes)


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
    return f" (the answer is {shown(document)})"
