"""Day labels in any interface language: which months and days a column writes.

Knows month names through :mod:`.months`; years are :mod:`.years`' work.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kpi_tui.sources.tiktok_studio.months import Index, fold, stages

_LONGEST = 60
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FULL = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)\s*[年년]?")


class MonthDay(NamedTuple):
    """A day as a file writes it; ``year`` only where the file says it."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One way to read all labels of a file."""

    days: tuple[MonthDay, ...]
    languages: frozenset[str]
    """CLDR languages that agree on it; empty for dates written in numbers."""

    @property
    def gaps(self) -> int:
        """Steps between neighbours that are neither the same nor the next day."""
        return sum(not _is_next(a, b) for a, b in pairwise(self.days))


def columns(labels: Sequence[str]) -> list[Column]:
    """Every way to read the column, from the first stage of languages that can.

    A language counts only when every label is a day in it, so that a name that
    two languages give to different months is settled by its neighbours. Empty
    when no language reads them all.
    """
    distinct = list(dict.fromkeys(labels))
    for index in stages():
        found = _in_index(labels, distinct, index)
        if found:
            return found
    return []


def first_unreadable(labels: Sequence[str]) -> int | None:
    """Position of the first label that is a day in no language at all."""
    indexes = list(stages())
    for position, label in enumerate(labels):
        if not any(_meanings(label, index) for index in indexes):
            return position
    return None


def _in_index(
    labels: Sequence[str], distinct: Sequence[str], index: Index
) -> list[Column]:
    meanings = {label: _meanings(label, index) for label in distinct}
    # Full dates mean the same in every language, which "*" stands for.
    languages: set[str] | None = None
    for meaning in meanings.values():
        if "*" not in meaning:
            languages = set(meaning) if languages is None else languages & set(meaning)
    if languages is None:
        languages = {"*"}
    readings: dict[tuple[MonthDay, ...], set[str]] = {}
    for language in sorted(languages):
        days = tuple(
            meanings[label].get(language) or meanings[label]["*"] for label in labels
        )
        readings.setdefault(days, set()).add(language)
    return [
        Column(days, frozenset(lang for lang in agreeing if lang.isalpha()))
        for days, agreeing in readings.items()
    ]


def _meanings(label: str, index: Index) -> Mapping[str, MonthDay]:
    """Language to the day that the label is in it."""
    text = label.strip()
    if len(text) > _LONGEST:
        return {}
    full = _FULL.fullmatch(text)
    if full:
        year, month, day = (int(part) for part in full.groups())
        is_real = _is_day(month, day, year)
        return {"*": MonthDay(month, day, year)} if is_real else {}
    year_match = _YEAR.search(text)
    if year_match:
        text = text[: year_match.start()] + " " + text[year_match.end() :]
    said_year = int(year_match[1]) if year_match else None
    found: dict[str, MonthDay] = {}
    for rest, day, order in _without_day(text):
        for language, month in _months(rest, order, index).items():
            if _is_day(month, day, said_year):
                found.setdefault(language, MonthDay(month, day, said_year))
    return found


@lru_cache(maxsize=2000)
def _without_day(text: str) -> tuple[tuple[str, int, str], ...]:
    """(what is left, day, which number was the day) for each number in the label."""
    return tuple(_each_day(text))


def _each_day(text: str) -> Iterator[tuple[str, int, str]]:
    for number, match in enumerate(re.finditer(r"\d{1,2}", text)):
        day = int(match[0])
        if 1 <= day <= 31:
            rest = fold(text[: match.start()] + text[match.end() :])
            yield rest, day, "#day first" if number == 0 else "#month first"


def _months(rest: str, order: str, index: Index) -> Mapping[str, int]:
    """Language to month of what is left; numbers alone are a language each way."""
    if rest.isdecimal():
        return {order: int(rest)} if len(rest) <= 2 else {}
    return index.get(rest, {})


def _is_day(month: int, day: int, year: int | None) -> bool:
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    try:
        date(year or 2024, month, day)
    except ValueError:
        return False
    return year is None or 2000 <= year <= 2100


def _is_next(first: MonthDay, second: MonthDay) -> bool:
    a, b = (first.month, first.day), (second.month, second.day)
    if a == b:
        return True
    if b[1] != 1:
        return a[0] == b[0] and a[1] + 1 == b[1]
    is_month_end = a[1] == _DAYS[a[0] - 1] or a == (2, 28)
    return is_month_end and b[0] == a[0] % 12 + 1
