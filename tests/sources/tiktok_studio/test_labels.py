"""Day labels in the languages of the interface."""

import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.localedata import locale_identifiers, resolve_locale_filename

from kpi_tui.sources.tiktok_studio.labels import (
    MonthDay,
    columns,
    first_unreadable,
)


def read(*labels: str) -> list[tuple[int, int]]:
    """(month, day) of each label when there is one way to read them."""
    (column,) = columns(labels)
    return [(day.month, day.day) for day in column.days]


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("May 15", (5, 15)),
        ("28 May", (5, 28)),
        ("MAY 28", (5, 28)),
        ("Sept 12", (9, 12)),
        ("25 Μαρτίου", (3, 25)),
        ("25 ΜΑΡΤΙΟΥ", (3, 25)),
        ("25 Μάρτιος", (3, 25)),
        ("25 Μαρ", (3, 25)),
        ("30 de abril", (4, 30)),
        ("31 de julho", (7, 31)),
        ("18 tháng Sáu", (6, 18)),
        ("18 tháng 6", (6, 18)),
        ("6 tháng Mười Hai", (12, 6)),
        ("9月13日", (9, 13)),
        ("9月6日", (9, 6)),
        ("11月1日", (11, 1)),
        ("9월 13일", (9, 13)),
        ("9월13일", (9, 13)),
        ("10 января", (1, 10)),
        ("10 января.", (1, 10)),
        ("8 Juli", (7, 8)),  # codespell:ignore juli
        ("18. Mai", (5, 18)),
        ("18. května", (5, 18)),
        ("május 18.", (5, 18)),
        ("gegužės 18 d.", (5, 18)),
        ("maiatzaren 18(a)", (5, 18)),
        ("18 במאי", (5, 18)),
        ("18 مايو", (5, 18)),
        ("١٨ مايو", (5, 18)),
        ("18 Ağustos", (8, 18)),
        ("18 KASIM", (11, 18)),
        ("18 มิ.ย.", (6, 18)),
        ("18 มี.ค.", (3, 18)),
        ("18 ม.ค.", (1, 18)),
        ("18 d’abril", (4, 18)),
        ("18/5", (5, 18)),
        ("05-18", (5, 18)),
    ],
)
def test_a_day_is_read_in_its_language(label: str, day: tuple[int, int]) -> None:
    assert read(label) == [day]


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026/03/02", date(2026, 3, 2)),
        ("2026-03-02 06:45:42", date(2026, 3, 2)),
        ("March 2, 2026", date(2026, 3, 2)),
        ("2 Μαρτίου 2026", date(2026, 3, 2)),
        ("2026年3月2日", date(2026, 3, 2)),
    ],
)
def test_a_year_that_is_written_is_kept(label: str, day: date) -> None:
    (column,) = columns([label])
    assert column.days == (MonthDay(day.month, day.day, day.year),)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "Foo 5",
        "May",
        "31 April",
        "30 February",
        "May 32",
        "2026-13-01",
        "2026-02-30",
        "45123",
        "May 5 6",
        "x" * 5000,
        "1" * 5000,
    ],
)
def test_what_is_no_day_is_not_guessed(label: str) -> None:
    assert columns([label]) == []
    assert first_unreadable(["May 5", label]) == 1


def test_a_name_of_two_months_is_settled_by_its_neighbours() -> None:
    # Polish November is Croatian October.
    assert read("31 listopada", "1 studenoga") == [(10, 31), (11, 1)]
    assert read("30 listopada", "1 grudnia") == [(11, 30), (12, 1)]


def test_a_name_of_two_months_alone_is_left_open() -> None:
    both = {
        column.days[0].month: column.languages for column in columns(["5 listopada"])
    }
    assert sorted(both) == [10, 11]
    assert "hr" in both[10]
    assert "pl" in both[11]


def test_languages_are_not_mixed() -> None:
    assert columns(["5 Μαρτίου", "6 января"]) == []
    assert first_unreadable(["5 Μαρτίου", "6 января"]) is None


def _names(identifier: str) -> dict[int, str]:
    """CLDR's own wide names of a language, read without the code under test."""
    data = pickle.loads(Path(resolve_locale_filename(identifier)).read_bytes())
    wide = data.get("months", {}).get("format", {}).get("wide", {})
    return wide if isinstance(wide, dict) else {}


LANGUAGES = [i for i in locale_identifiers() if "_" not in i and len(_names(i)) == 12]


def test_cldr_knows_hundreds_of_languages() -> None:
    assert len(LANGUAGES) > 200


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_of_cldr_is_read(language: str) -> None:
    labels = [f"15 {name}" for name in _names(language).values()]
    found = [[day.month for day in column.days] for column in columns(labels)]
    assert list(_names(language)) in found


def test_names_do_not_depend_on_what_was_loaded_before() -> None:
    code = (
        "from babel import Locale\n"
        "[Locale.parse(i).months['stand-alone']['wide'][5] for i in ('ja', 'el')]\n"
        "from kpi_tui.sources.tiktok_studio.months import stages\n"
        "print([sorted(index.get('5月', {})) for index in stages()][2])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "'sv'" not in run.stdout
    assert "'ja'" in run.stdout
