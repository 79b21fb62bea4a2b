"""Numbers as interfaces write them: separators, short suffixes, percentages.

Knows no column; dates are read elsewhere.
"""

import re
import unicodedata
from collections.abc import Sequence

_MISSING = {"", "-", "--", "–", "—", "undefined", "nan", "null", "none", "n/a"}
_SUFFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}
# Minus signs other than ASCII's, and the Arabic separators.
_PLAIN = str.maketrans({"−": "-", "‒": "-", "٬": ",", "٫": ".", "٪": "%", "’": "'"})  # noqa: RUF001
_NUMBER = re.compile(r"([+-]?)\s*(\d[\d.,' ]*?)\s*([kmb]?)")
_SPACED = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?")
_GROUPED = re.compile(
    r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*|[1-9]\d?(?:,\d\d)+,\d{3}"
)
_LONGEST = 40


def is_missing(text: str) -> bool:
    """Whether the cell says that there is no value (``undefined``, ``NAN``, empty)."""
    return text.strip().casefold() in _MISSING


def _plain(text: str) -> str:
    """ASCII digits and signs, no invisible marks, small letters."""
    folded = unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold()
    kept = (c for c in folded if unicodedata.category(c) != "Cf")
    return "".join(str(int(c)) if c.isdecimal() else c for c in kept).strip()


def _mantissa(digits: str, *, is_short: bool) -> float:
    """The digits before a suffix: ``5,431`` groups, but ``1,234K`` has a decimal."""
    if " " in digits or "'" in digits:
        if not _SPACED.fullmatch(digits):
            raise ValueError("digits are not grouped by three")
        digits = digits.replace(" ", "").replace("'", "")
        return float(digits.replace(",", "."))
    decimal = max(digits.rfind("."), digits.rfind(","))
    if decimal < 0:
        return float(digits)
    whole, fraction = digits[:decimal], digits[decimal + 1 :]
    if "." in digits and "," in digits:
        if digits[decimal] in whole or not _GROUPED.fullmatch(whole):
            raise ValueError("mixed separators")
        return float(f"{re.sub('[.,]', '', whole)}.{fraction}")
    if _GROUPED.fullmatch(digits) and not (
        is_short and digits.count(digits[decimal]) == 1
    ):
        return float(re.sub("[.,]", "", digits))
    return float(digits.replace(",", "."))


def parse_number(text: str) -> float | None:
    """A count such as ``5,431``, ``5.431``, ``5 431``, ``1.2K``, ``1,2 M`` or ``-3``.

    None when the cell has no value; ValueError when it is not a number. One
    separator before exactly three digits groups them (counts are whole); after a
    suffix's number it is the decimal one.
    """
    if is_missing(text):
        return None
    plain = _plain(text)
    match = _NUMBER.fullmatch(plain) if len(plain) <= _LONGEST else None
    if match is None:
        raise ValueError("not a number")
    sign, digits, suffix = match.groups()
    value = _mantissa(digits, is_short=bool(suffix)) * _SUFFIXES[suffix]
    return -value if sign == "-" else value


def _parse_share(text: str) -> tuple[float, bool] | None:
    """The written number and whether it has a percent sign."""
    if is_missing(text):
        return None
    plain = _plain(text)
    number = plain.replace("%", "").replace(" ", "").replace(",", ".")
    if len(plain) > _LONGEST or not re.fullmatch(r"\d+(?:\.\d*)?|\.\d+", number):
        raise ValueError("not a share")
    return float(number), "%" in plain


def parse_shares(cells: Sequence[str]) -> list[float | ValueError | None]:
    """A whole column of shares as fractions 0-1, from ``0.56``, ``56%`` or ``56``.

    A column without percent signs holds percents when it adds up to more than one
    whole could (files add up to 1 or to 100). Bad cells come back as ValueError.
    """
    parsed: list[tuple[float, bool] | ValueError | None] = []
    for cell in cells:
        try:
            parsed.append(_parse_share(cell))
        except ValueError as error:
            parsed.append(error)
    written = [entry for entry in parsed if isinstance(entry, tuple)]
    is_percent = any(sign for _, sign in written) or sum(v for v, _ in written) > 1.5
    return [
        _fraction(entry[0], is_percent=is_percent)
        if isinstance(entry, tuple)
        else entry
        for entry in parsed
    ]


def _fraction(value: float, *, is_percent: bool) -> float | ValueError:
    share = value / 100 if is_percent else value
    return share if share <= 1 else ValueError("more than the whole")
