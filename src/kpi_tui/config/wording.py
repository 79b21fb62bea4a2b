"""Validation errors in the user's words: which key, what was expected, what to do.

Knows the sections and pydantic's error codes; neither files nor line numbers. Never
shows a value that could be a secret.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from kpi_tui.config.document import Place
from kpi_tui.config.settings import (
    SOURCE_TYPES,
    JsonMetric,
    JsonVideos,
    Secret,
    Settings,
)
from kpi_tui.kpi.text import clean

LATER_TYPES = (
    "plausible",
    "ga4",
    "umami",
    "matomo",
    "prometheus",
    "sql",
    "command",
)
"""Source types that a later version will have."""

_SHOWN = {
    "refresh", "timezone", "target", "growth", "by", "start", "handle", "account", "below",
    "above", "changes_by", "for", "no_data_for", "clear", "days", "quiet", "seed",
    "delimiter", "date_format", "theme", "scale",
}  # fmt: skip
"""Keys whose wrong value may be repeated: it cannot be a secret, unlike a URL."""

_EXPECTED = {
    "string_type": 'expected text in "quotes"',
    "string_pattern_mismatch": 'expected text such as "service/user"',
    "string_too_long": "expected one character",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "greater_than_equal": "expected a whole number from 0 to 2147483647",
    "less_than": "expected a whole number from 0 to 2147483647",
    "model_type": "expected a table",
    "dict_type": "expected a table",
    "union_tag_not_found": "required, but missing",
    "missing": "required, but missing",
}
"""pydantic's code to our words."""

_PLAIN_LISTS = {"match", "command", "apprise"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake, without its line."""

    place: Place
    message: str
    hint: str | None = None


def told(error: ErrorDetails, data: Mapping[str, Any]) -> Fault:
    """One of pydantic's errors in the user's words."""
    place = plain_place(error["loc"])
    kind = error["type"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(place, data)
    if kind == "union_tag_invalid":
        return _unknown_type((*place, "type"), str(context.get("tag", "")))
    if kind == "union_tag_not_found":
        place = (*place, "type")
    if kind == "kpi_tui":
        message = str(context.get("message") or error["msg"])
        hint = str(context.get("hint", "")) or None
    else:
        message, hint = _expected(kind, error, place), None
    got = _got(place, error.get("input"), kind)
    return Fault(place, message + got, hint)


def plain_place(loc: tuple[int | str, ...]) -> Place:
    """pydantic's location without the names of the shapes it tried."""
    parts = [
        part
        for part in loc
        if not (isinstance(part, str) and part in {"<text>", "<table>", "[key]"})
    ]
    # ("account", 0, "source", 1, "csv", "path"): the fifth is the source's type.
    if len(parts) > 4 and parts[2] == "source" and parts[4] in SOURCE_TYPES:
        del parts[4]
    return tuple(parts)


def subject(place: Place, data: Mapping[str, Any]) -> str:
    """A place as people say it: ``account acme, source 2: refresh``."""
    if len(place) < 2 or not isinstance(place[1], int):
        return _joined(place[:1], place[1:])
    section = str(place[0])
    words = [f"{section} {_handle(data, place) or place[1] + 1}"]
    rest = place[2:]
    if len(rest) > 1 and rest[0] == "source" and isinstance(rest[1], int):
        words.append(f"source {rest[1] + 1}")
        rest = rest[2:]
    return _joined([", ".join(words)], rest)


def _joined(head: Iterable[str | int], rest: Iterable[str | int]) -> str:
    key = ".".join(str(part) for part in rest)
    parts = [*(str(part) for part in head), *([key] if key else [])]
    return clean(": ".join(parts), 200)


def _handle(data: Mapping[str, Any], place: Place) -> str | None:
    handle = value_at(data, (*place[:2], "handle"))
    return clean(handle, 40).removeprefix("@") if isinstance(handle, str) else None


def value_at(data: Any, place: Place) -> Any:  # noqa: ANN401 - TOML holds anything
    """What stands at a place; None where there is nothing."""
    for part in place:
        if isinstance(data, Mapping):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def guess(word: str, known: Iterable[str]) -> str:
    """``; did you mean `x`?`` for the nearest of some names, or nothing."""
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def _unknown_key(place: Place, data: Mapping[str, Any]) -> Fault:
    key = str(place[-1])
    known = _keys_of(_section_at(place[:-1], data))
    what = "section" if len(place) == 1 else "key"
    near = guess(key, known)
    hint = None if near else f"known here: {', '.join(known)}"
    return Fault(place, f"unknown {what} `{clean(key, 60)}`{near}", hint)


def _keys_of(section: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in section.model_fields.items()]


def _section_at(place: Place, data: Mapping[str, Any]) -> type[BaseModel]:
    if len(place) >= 4 and place[2] == "source":
        if len(place) > 4:
            return _table_of_source(place[4:])
        return SOURCE_TYPES[value_at(data, (*place, "type"))]
    if not place:
        return Settings
    if place[0] == "notify" and len(place) > 1:
        return Secret
    kind = Settings.model_fields[str(place[0])].annotation
    # A section by itself, or a tuple of them.
    inner = getattr(kind, "__args__", (kind,))[0]
    assert isinstance(inner, type)  # noqa: S101
    assert issubclass(inner, BaseModel)  # noqa: S101
    return inner


def _table_of_source(place: Place) -> type[BaseModel]:
    """A table inside a source, as ``metrics.likes`` or ``videos``."""
    if place == ("videos",):
        return JsonVideos
    return JsonMetric if place[0] in {"metrics", "videos"} else Secret


def _unknown_type(place: Place, name: str) -> Fault:
    shown = clean(name, 60)
    if name in LATER_TYPES:
        message = f'source type "{shown}" is not in this version yet'
    else:
        near = get_close_matches(name, [*SOURCE_TYPES, *LATER_TYPES], n=1)
        message = f'unknown source type "{shown}"'
        if near:
            later = " (not in this version yet)" if near[0] in LATER_TYPES else ""
            message += f'; did you mean "{near[0]}"{later}?'
    return Fault(place, message, f"this version has: {', '.join(SOURCE_TYPES)}")


def _expected(kind: str, error: ErrorDetails, place: Place) -> str:
    if kind == "value_error":
        return str(error.get("ctx", {}).get("error", error["msg"]))
    if kind == "literal_error":
        return f"expected {error.get('ctx', {}).get('expected', 'another value')}"
    if kind == "tuple_type":
        return _expected_list(place)
    if kind in {"too_short", "string_too_short"}:
        return "must not be empty"
    return _EXPECTED.get(kind, error["msg"].lower())


def _expected_list(place: Place) -> str:
    if place[-1] in _PLAIN_LISTS:
        return 'expected a list such as ["one", "two"]'
    header = ".".join(str(part) for part in place if isinstance(part, str))
    return f"expected [[{header}]] in double brackets: there may be several"


def _got(place: Place, value: object, kind: str) -> str:
    if not place or place[-1] not in _SHOWN or kind in {"missing", "tuple_type"}:
        return ""
    if isinstance(value, str):
        return f' (got "{clean(value, 40)}")'
    if isinstance(value, dict | list) or value is None:
        return ""
    word = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    try:
        return f" (got {clean(str(word), 40)})"
    except ValueError:
        # An integer of more than 4300 digits (it may be written in hexadecimal).
        return ""
