"""TOML text to plain data, and where in the text each key stands.

Knows nothing of what the keys mean. tomllib keeps no positions, and tomlkit moves
tables together when it is asked for its text; so each statement is parsed alone.
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
"""A path into the data: table keys, and indexes of arrays of tables."""

_LONGEST_STATEMENT = 200
"""Lines; each further one parses the statement again: 200 take 0.1 s."""
_MOST_FAULTS = 20
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_ONE_LINE = re.compile(r"""^\s*[\w."'-]+\s*=\s*(?!\[|\{|\"{3}|'{3})""")


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Where the text is not TOML, and why."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """What could be read."""

    text: str
    """Without the lines that were left out."""
    data: dict[str, Any] | None
    """None when the text is not TOML, and no simple line is to blame."""
    faults: tuple[SyntaxFault, ...] = ()
    """With ``data``: lines that were left out of it."""


def parse(text: str) -> Document:
    """Parse; wrong lines of the plain kind ``key = value`` are left out and listed."""
    lines = text.split("\n")
    faults: list[SyntaxFault] = []
    while True:
        data, fault = _try(lines)
        if fault is None:
            return Document("\n".join(lines), data, tuple(faults))
        faults.append(fault)
        number = fault.line
        can_go_on = number is not None and _ONE_LINE.match(lines[number - 1])
        if number is None or not can_go_on or len(faults) == _MOST_FAULTS:
            return Document(text, None, tuple(faults))
        lines[number - 1] = ""


def _try(lines: list[str]) -> tuple[dict[str, Any] | None, SyntaxFault | None]:
    try:
        return tomllib.loads("\n".join(lines)), None
    except tomllib.TOMLDecodeError as error:
        message = str(error)
    except RecursionError:
        return None, SyntaxFault(None, "brackets are nested too deeply")
    except ValueError:
        # Python refuses to convert integers of thousands of digits.
        return None, SyntaxFault(None, "a number is far too long")
    at = _AT.search(message)
    reason = message[: at.start()] if at else message
    if at is None or at[1] is None:
        return None, SyntaxFault(_unclosed(lines), "a quote or bracket is not closed")
    number = min(int(at[1]), len(lines))
    if "'\\n'" in reason:
        reason = "a quote is not closed"
    elif reason == "Invalid value":
        reason = 'expected a value; text stands in "quotes"'
    return None, SyntaxFault(number, f"{reason} (column {at[2]})")


def _unclosed(lines: list[str]) -> int | None:
    """The first line from which on nothing is whole: tomllib names the last one."""
    at = 0
    while at < len(lines):
        shape, length = _statement(lines, at)
        if shape is None:
            return at + 1
        at += length
    return None


def lines_of(text: str) -> dict[Place, int]:
    """The first line, from 1, of every key and table header of valid TOML."""
    return _Index(text.split("\n")).where


def line_at(where: dict[Place, int], place: Place) -> int | None:
    """The line of a key, or of the nearest table around it."""
    for end in range(len(place), 0, -1):
        if place[:end] in where:
            return where[place[:end]]
    return None


class _Index:
    """One pass over the statements."""

    def __init__(self, lines: list[str]) -> None:
        self.where: dict[Place, int] = {}
        self._tables: dict[Place, int] = {}
        self._scope: Place = ()
        at = 0
        while at < len(lines):
            shape, length = _statement(lines, at)
            if shape is None:
                pass
            elif lines[at].lstrip().startswith("["):
                self._enter(shape, at + 1)
            else:
                self._note(self._scope, shape, at + 1)
            at += length

    def _enter(self, shape: dict[str, Any], line: int) -> None:
        place: Place = ()
        node: Any = shape
        is_element = False
        while node:
            key, node = next(iter(node.items()))
            is_element = isinstance(node, list)
            place = (*place, key)
            if is_element:
                node = node[0]
            elif place in self._tables:
                place = (*place, self._tables[place] - 1)
        self.where.setdefault(place, line)
        if is_element:
            count = self._tables.get(place, 0)
            self._tables[place] = count + 1
            place = (*place, count)
            self.where[place] = line
        self._scope = place

    def _note(self, scope: Place, value: Any, line: int) -> None:  # noqa: ANN401
        if isinstance(value, dict):
            parts = list(value.items())
        elif isinstance(value, list):
            parts = list(enumerate(value))
        else:
            return
        for key, part in parts:
            self.where.setdefault((*scope, key), line)
            self._note((*scope, key), part, line)


def _statement(lines: list[str], start: int) -> tuple[dict[str, Any] | None, int]:
    """What the statement at a line says alone (None: nothing), and its lines.

    TOML that is complete at the end of a line does not go on in the next one, so
    the shortest text that parses is the statement.
    """
    for end in range(start + 1, min(len(lines), start + _LONGEST_STATEMENT) + 1):
        try:
            return tomllib.loads("\n".join(lines[start:end])), end - start
        except (ValueError, RecursionError):
            continue
    return None, 1
