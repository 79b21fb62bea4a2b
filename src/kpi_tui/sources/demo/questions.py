"""What a request to the API for Business asks for, and its refusals.

Checks parameters as that API does; knows no numbers.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from kpi_tui.sources.demo.days import number_of

LOOK_BACK_DAYS = 60

Params = Mapping[str, str]


class RefusedError(Exception):
    """An answer other than 0, as the API's ``code`` and ``message``."""

    def __init__(self, code: int, message: str) -> None:
        """``code`` is one of the API's own numbers."""
        super().__init__(message)
        self.code = code
        self.message = message


def bad_parameter(message: str) -> RefusedError:
    """The refusal of a parameter."""
    return RefusedError(40002, message)


def asked_fields(
    params: Params, default: list[str], known: tuple[str, ...]
) -> list[str]:
    """The fields, a JSON array; RefusedError for one that does not exist."""
    fields = _json(params, "fields", default)
    if not _is_strings(fields):
        raise bad_parameter("fields: Not a valid list of strings.")
    unknown = [field for field in fields if field not in known]
    if unknown:
        allowed = ", ".join(sorted(set(known)))
        raise bad_parameter(f"fields: {unknown} must be among: {allowed}")
    return list(fields)


def asked_days(params: Params, today: int) -> tuple[int, int]:
    """First and last day number; RefusedError for today and for too long ago."""
    first = _day(params, "start_date", today - 7)
    last = _day(params, "end_date", today - 1)
    if last >= today:
        raise bad_parameter("end_date: Must be earlier than the current date (UTC).")
    if first < today - LOOK_BACK_DAYS:
        raise bad_parameter("start_date: Must be within the last 60 days.")
    if first > last:
        raise bad_parameter("start_date: Must not be later than end_date.")
    return first, last


def asked_whole(params: Params, name: str, default: int) -> int:
    """A whole number; RefusedError for anything else."""
    try:
        return int(params.get(name, default))
    except ValueError:
        raise bad_parameter(f"{name}: Not a valid integer.") from None


def asked_filters(params: Params) -> tuple[set[str] | None, bool]:
    """Ids of the wanted posts (None: all), and whether only ads are wanted."""
    filters = _json(params, "filters", {})
    if not isinstance(filters, dict) or not _is_strings(filters.get("video_ids", [])):
        raise bad_parameter("filters: Not a valid object of filters.")
    ids = set(filters.get("video_ids", []))
    return ids or None, bool(filters.get("ad_post_only"))


def _day(params: Params, name: str, default: int) -> int:
    if name not in params:
        return default
    try:
        day = date.fromisoformat(params[name])
    except ValueError:
        day = None
    if day is None or day.isoformat() != params[name]:
        raise bad_parameter(f"{name}: Not a valid date, expected YYYY-MM-DD.")
    return number_of(day)


def _json(params: Params, name: str, default: Any) -> Any:  # noqa: ANN401  any JSON
    if name not in params:
        return default
    try:
        return json.loads(params[name])
    except (ValueError, RecursionError):
        raise bad_parameter(f"{name}: Not a valid JSON string.") from None


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
