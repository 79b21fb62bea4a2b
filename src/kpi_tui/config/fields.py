"""The kinds of value that the config holds, and what a wrong one is told.

Knows no section; reads neither files nor the network. A validator's context may hold
``file`` (the config), ``folder`` (its own), ``is_private`` (only its owner reads it) and
``kpis`` (the ids of the user's own).
"""

import math
import re
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.text import clean

_DURATION = re.compile(r"^\s*(\d{1,9}(?:\.\d{1,9})?)\s*(s|m|h|d)\s*$", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_HANDLE = re.compile(r"[A-Za-z0-9._]{1,64}")
_METRIC = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NUMBER = re.compile(
    r"^[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,15})?\s*%?$", re.ASCII
)
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = 'expected a number or a percentage such as "15%"'
_SCALE = 'expected "percent", "fraction" or a number'


def fault(message: str, hint: str | None = None) -> PydanticCustomError:
    """An error for a validator to raise: a sentence's end, and what to do."""
    context = {"message": message, "hint": hint or ""}
    return PydanticCustomError("kpi_tui", "{message}", context)


def parse_duration(value: object) -> float:
    """``"90s"``, ``"5m"``, ``"2h"``, ``"1d"`` to seconds; ValueError otherwise."""
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('expected a time such as "30s", "5m", "2h" or "1d"')
    return float(match[1]) * _SECONDS[match[2]]


def _poll_seconds(value: object, info: ValidationInfo) -> float:
    # Settings built in code are already in seconds.
    if isinstance(value, float) and not info.context:
        seconds = value
    else:
        seconds = parse_duration(value)
    if not 1 <= seconds <= 7 * 86400:
        raise ValueError('expected between "1s" and "7d"')
    return seconds


def _span_seconds(value: object) -> float:
    seconds = parse_duration(value)
    if not 1 <= seconds <= 366 * 86400:
        raise ValueError('expected between "1s" and "366d"')
    return seconds


def parse_amount(value: object) -> float:
    """A number, or text such as ``"15%"`` (0.15) or ``"3,500"``; else ValueError.

    A comma is taken for thousands only where it can be nothing else: ``"1,5"`` is
    refused, because half of Europe means 1.5.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
    elif isinstance(value, str) and _NUMBER.match(value.strip()):
        text = value.strip().replace(",", "")
        number = float(text.rstrip("% ")) / (100 if text.endswith("%") else 1)
    else:
        raise ValueError(_AMOUNT)
    if not math.isfinite(number):
        raise ValueError(_AMOUNT)
    return number


def parse_handle(value: str) -> str:
    """A handle without its ``@``; ValueError where it can be none."""
    text = value.removeprefix("@")
    if not _HANDLE.fullmatch(text):
        raise ValueError("expected a TikTok handle: letters, digits, '.' and '_'")
    return text


def _handle(value: object) -> object:
    return parse_handle(value) if isinstance(value, str) else value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError('expected an IANA time zone such as "Europe/Athens"') from None
    return value


def _metric_id(value: str) -> str:
    if not _METRIC.fullmatch(value):
        raise ValueError("expected a metric id: small letters, digits and '_'")
    return value


def _kpi_id(value: str, info: ValidationInfo) -> str:
    known = [*DEFINITIONS, *(info.context or {}).get("kpis", ())]
    if value in known:
        return value
    name = clean(value, 60)
    near = get_close_matches(value, known, n=1)
    if near:
        raise fault(f"unknown KPI `{name}`; did you mean `{near[0]}`?")
    raise fault(f"unknown KPI `{name}`", f"KPIs are: {', '.join(known)}")


def _day(value: object) -> object:
    # A bare number would be taken for seconds since 1970.
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day or value is None:
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("expected a date such as 2026-12-31") from None


def _path(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str):
        if not value or "\0" in value:
            raise ValueError("expected a path")
        value = Path(value)
    if not isinstance(value, Path):
        return value
    try:
        path = value.expanduser()
    except RuntimeError:
        raise ValueError("the user after `~` has no home folder") from None
    folder = (info.context or {}).get("folder")
    return Path(folder, path) if folder else path


def _url(value: str) -> str:
    wrong = 'expected an address such as "https://stats.example/api"'
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(wrong) from None
    is_whole = parts.scheme in {"http", "https"} and host
    if not is_whole or any(char <= " " or char == "\x7f" for char in value):
        raise ValueError(wrong)
    if parts.username is not None or parts.password is not None:
        raise fault(
            "a user or password in the address would be shown and logged",
            "put it in `headers`: { Authorization = { env = ... } }",
        )
    return value


def _secure_url(value: str) -> str:
    parts = urlsplit(_url(value))
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1"}:
        raise ValueError("expected https: the access token travels with every request")
    return value


def _jmespath(value: str) -> str:
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(value)
    except (JMESPathError, RecursionError, ValueError):
        raise ValueError(
            'expected a JMESPath such as "data.stats.followerCount"'
        ) from None
    return value


def _date_format(value: str) -> str:
    day = datetime(2026, 3, 24, tzinfo=UTC)
    try:
        is_exact = datetime.strptime(day.strftime(value), value).date() == day.date()  # noqa: DTZ007
    except (ValueError, re.error):
        is_exact = False
    if not is_exact:
        raise ValueError('expected a date format such as "%d/%m/%Y"')
    return value


def _scale(value: object) -> object:
    if isinstance(value, str):
        if value not in {"percent", "fraction"}:
            raise ValueError(_SCALE)
        return value
    try:
        return parse_amount(value)
    except ValueError:
        raise ValueError(_SCALE) from None


def _currency(value: str) -> str:
    if not _CURRENCY.fullmatch(value):
        raise ValueError('expected the ISO code of a currency such as "EUR"')
    return value


def _one_line(value: str) -> str:
    return clean(value)


_TIME_SCHEMA = WithJsonSchema(
    {"type": "string", "pattern": r"^\d+(\.\d+)?\s*[smhd]$", "examples": ["5m"]}
)
_AMOUNT_SCHEMA = WithJsonSchema(
    {"anyOf": [{"type": "number"}, {"type": "string", "examples": ["15%", "3,500"]}]}
)
_PATH_SCHEMA = WithJsonSchema({"type": "string", "examples": ["~/Downloads/tiktok"]})
_KPI_SCHEMA = WithJsonSchema(
    # Editors offer the first; the second lets the user's own in.
    {"anyOf": [{"enum": list(DEFINITIONS)}, {"pattern": _METRIC.pattern}]}
    | {"type": "string"}
)
_DAY_SCHEMA = WithJsonSchema({"type": "string", "format": "date"})

Seconds = Annotated[float, BeforeValidator(_poll_seconds), _TIME_SCHEMA]
"""Time between polls, written ``"5m"``."""
Span = Annotated[float, BeforeValidator(_span_seconds), _TIME_SCHEMA]
"""How long something must hold, written ``"2d"``; in seconds."""
Amount = Annotated[float, BeforeValidator(parse_amount), _AMOUNT_SCHEMA]
"""A number or a percentage; a fraction inside."""
Handle = Annotated[str, BeforeValidator(_handle)]
"""Without the ``@``."""
Zone = Annotated[str, AfterValidator(_zone)]
MetricId = Annotated[str, AfterValidator(_metric_id)]
KpiId = Annotated[str, AfterValidator(_kpi_id), _KPI_SCHEMA]
"""An id of :data:`kpi_tui.kpi.definitions.DEFINITIONS`, or of a ``[[kpi]]``."""
Day = Annotated[date, BeforeValidator(_day), _DAY_SCHEMA]
LocalPath = Annotated[Path, BeforeValidator(_path), _PATH_SCHEMA]
"""``~`` expanded; relative to the folder of the config file."""
Url = Annotated[str, AfterValidator(_url)]
SecureUrl = Annotated[str, AfterValidator(_secure_url)]
JmesPath = Annotated[str, AfterValidator(_jmespath)]
DateFormat = Annotated[str, AfterValidator(_date_format)]
Scale = Annotated[Literal["percent", "fraction"] | float, BeforeValidator(_scale)]
Currency = Annotated[str, AfterValidator(_currency)]
"""Three letters."""
Line = Annotated[str, AfterValidator(_one_line)]
"""Text for the screen: one line without control characters."""
Required = Annotated[Line, Field(min_length=1)]
"""A line that must not be empty."""
