"""Month names of every language that CLDR knows, as an index from name to month.

Knows neither files nor years; reading a label is :mod:`.dates`' work.
"""

import pickle
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

Index = Mapping[str, Mapping[str, int]]
"""Folded name (with what the language writes around it) to language to month."""

# Folded away, so that an accent more or less is no other name: Latin, Greek and Cyrillic
# accents, Hebrew points, Arabic vowels and hamza. Not the vowel signs of Indic
# and Thai script, without which January (ม.ค.) and March (มี.ค.) are one.
_MARKS = ((0x300, 0x36F), (0x591, 0x5C7), (0x64B, 0x65F))
# CLDR writes "tháng 6"; the Vietnamese interface also spells the numbers out.
_VIETNAMESE = (
    ("một", "giêng"), ("hai",), ("ba",), ("tư",), ("năm",), ("sáu",),
    ("bảy",), ("tám",), ("chín",), ("mười",), ("mười một",), ("mười hai", "chạp"),
)  # fmt: skip
# Languages in which TikTok's own pages can be had.
_INTERFACE = (
    "ar bg bn ca ceb cs da de el en es et fi fil fr ga he hi hr hu id is it ja jv km"
    " ko lt lv ml mr ms my nl no or pa pl pt ro ru sk sl sr sv sw ta te th tr uk ur"
    " uz vi yue zh zu"
)


@lru_cache(maxsize=1000)
def fold(text: str) -> str:
    """Small letters without accents, spaces and punctuation, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if _is_kept(c)).replace("ı", "i")  # noqa: RUF001


def _is_kept(char: str) -> bool:
    if any(first <= ord(char) <= last for first, last in _MARKS):
        return False
    return unicodedata.category(char)[0] in "LMN"


def stages() -> Iterator[Index]:
    """Indexes to try one after the other: English, TikTok's interface, all of CLDR.

    Common languages come first because short names collide with rare ones
    ("Mar" is a May in Teso), and because all of CLDR takes a third of a second.
    """
    return (_stage(number) for number in range(3))


@lru_cache(maxsize=3)
def _stage(number: int) -> Index:
    """Built when first asked for, once per process."""
    from babel.localedata import locale_identifiers

    if number == 0:
        return _index(["en"])
    everything = sorted(locale_identifiers())
    if number == 1:
        common = frozenset(_INTERFACE.split())
        return _index(i for i in everything if i.split("_")[0] in common)
    return _index(everything)


def _raw(identifier: str) -> Mapping[str, Any]:
    """What CLDR says of one locale alone, without what it inherits.

    Read past ``Locale.months`` on purpose: that one keeps all 1,082 locales in
    memory (200 MB), and resolving one locale's aliases there changes the names of
    the locales loaded after it.
    """
    from babel.localedata import resolve_locale_filename

    with Path(resolve_locale_filename(identifier)).open("rb") as file:
        data: Mapping[str, Any] = pickle.load(file)  # noqa: S301 (babel's own file)
    return data


def _index(identifiers: Iterable[str]) -> Index:
    names: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    around: defaultdict[str, set[str]] = defaultdict(set)
    for identifier in identifiers:
        language = identifier.split("_")[0]
        raw = _raw(identifier)
        names[language].update(_names(raw.get("months", {})))
        around[language].update(_patterns(raw.get("datetime_skeletons", {})))
    if "vi" in names:
        names["vi"].update(
            (month, f"tháng {word}")
            for month, words in enumerate(_VIETNAMESE, start=1)
            for word in words
        )
    months: defaultdict[str, defaultdict[str, set[int]]]
    months = defaultdict(lambda: defaultdict(set))
    for language, entries in names.items():
        for month, text in _written(entries, around[language]):
            months[text][language].add(month)
    return {
        # A name of two months in one language says nothing there.
        text: {
            lang: min(found) for lang, found in by_language.items() if len(found) == 1
        }
        for text, by_language in months.items()
    }


def _names(months: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """(month, name) of the wide and abbreviated names, inflected and stand-alone."""
    for context in ("format", "stand-alone"):
        widths = months.get(context)
        for width in ("wide", "abbreviated"):
            own = widths.get(width) if isinstance(widths, Mapping) else None
            # An alias repeats another set; a pair is (alias, what differs from it).
            own = own[1] if isinstance(own, tuple) else own
            if isinstance(own, Mapping):
                yield from own.items()


def _patterns(skeletons: Mapping[str, Any]) -> Iterator[str]:
    """The language's own ways to write a day and a month, as %-formats."""
    for skeleton in ("MMMMd", "MMMd"):
        if skeleton in skeletons:
            yield skeletons[skeleton].format


def _written(
    names: set[tuple[int, str]], patterns: set[str]
) -> Iterator[tuple[int, str]]:
    """Each name alone and as the patterns leave it once the day is taken out.

    ``de abril`` and ``maiatzaren (a)`` are found whole; ``5月日`` has no name.
    """
    # A pattern such as "%(MMMM)s de %(d)s"; a key that it lacks is simply unused.
    marks = ("MMMM", "LLLL", "MMM", "LLL")
    for pattern in {"%(MMM)s", *patterns}:
        if any(f"%({mark})" in pattern for mark in marks):
            for month, name in names:
                yield month, _fill(pattern, name, "")
        else:
            for month in range(1, 13):
                filled = _fill(pattern, "", str(month))
                # Bare numbers ("05-18") are read without a language.
                if not filled.isdecimal():
                    yield month, filled


def _fill(pattern: str, name: str, number: str) -> str:
    values = dict.fromkeys(("MMMM", "LLLL", "MMM", "LLL"), name)
    values |= dict.fromkeys(("M", "MM", "L", "LL"), number)
    values |= dict.fromkeys(("d", "dd"), "")
    return fold(pattern % values)
