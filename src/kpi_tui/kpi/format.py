"""Numbers, changes, times and sparklines as a person reads them.

Knows no widget, no colour and no locale: every screen and report writes the same.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Literal

from kpi_tui.kpi.metrics import Unit
from kpi_tui.kpi.values import KpiValue

Tone = Literal["good", "bad", "neutral"]

NOTHING = "\u2013"
"""Stands where there is no number; never a zero."""

TONE_GLYPHS: dict[str, str] = {"good": "▲", "bad": "▼", "neutral": "◆"}
"""Good or bad, not up or down: a falling bounce rate is ▲, its sign says it fell."""
ASCII_TONE_GLYPHS: dict[str, str] = {"good": "^", "bad": "v", "neutral": "="}

_BARS = "▁▂▃▄▅▆▇█"
_ASCII_BARS = "_.-=+*#@"
_SUFFIXES = ("k", "M", "B", "T")
# English on purpose: strftime would follow the machine's locale.
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Their change is read as "how many", all other counts' as "by how much".
_ABSOLUTE_COUNTS = {"followers", "follower_growth"}


def format_value(
    value: float | None, unit: Unit, *, is_exact: bool = False, currency: str = ""
) -> str:
    """A value in its unit: ``3,352``, ``32.5 k``, ``5.1 %``, ``1:05 min``, ``12.50 EUR``.

    ``is_exact`` keeps every digit of a count and four or more of the rest.
    None and what is not a number give an en dash.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    match unit:
        case "percent":
            return f"{_percent(value * 100, is_exact=is_exact)} %"
        case "seconds":
            return _seconds(value, is_exact=is_exact)
        case "count":
            return _exact(value) if is_exact else _short(value)
        case "currency":
            return f"{_money(value, is_exact=is_exact)} {currency}".rstrip()
        case _:
            rough = 1 if unit == "per_week" else 2
            return _fixed(value, 4 if is_exact else rough)


def format_kpi(kpi: KpiValue, value: float | None, *, is_exact: bool = False) -> str:
    """A value in the KPI's own unit and money, as :func:`format_value`."""
    return format_value(value, kpi.unit, is_exact=is_exact, currency=kpi.currency)


def format_input(kpi: KpiValue, value: float | None) -> str:
    """A part of the KPI's formula, exactly."""
    if value is None:
        return "not known"
    is_whole = value == round(value) or kpi.unit == "count"
    return format_value(value, "count" if is_whole else "ratio", is_exact=True)


def format_change(kpi: KpiValue) -> str:
    """The change against the previous window, signed; empty when unknown.

    Rates in points (``+1.2 pt``), follower counts as they are (``+182``), other
    counts and money relative (``-61 %``, ``new`` when there was nothing before).
    """
    change = kpi.change
    if change is None or not math.isfinite(change):
        return ""
    if kpi.unit == "percent":
        return format_points(change)
    if kpi.unit in {"count", "currency"} and kpi.id not in _ABSOLUTE_COUNTS:
        return _relative(change, kpi.previous or 0.0)
    return _signed(change, format_kpi(kpi, abs(change)))


def format_points(change: float) -> str:
    """The change of a fraction in points, signed: ``-4.1 pt``."""
    return f"{_signed_percent(change * 100)} pt"


def change_tone(kpi: KpiValue) -> Tone:
    """Whether the change is good news for this KPI.

    Neutral when it has no good direction, is unknown, or rounds to nothing on
    screen: a coloured ``0.00 pt`` would contradict itself.
    """
    good = kpi.definition.good
    shown = format_change(kpi)
    change = kpi.change
    if good == "none" or change is None:
        return "neutral"
    if shown[:1] not in {"+", "-", "n"}:
        return "neutral"
    return "good" if (change > 0) == (good == "up") else "bad"


def format_coverage(kpi: KpiValue) -> str:
    """``27 of 28 days`` when days are missing, else empty."""
    if kpi.covered_days is None or kpi.covered_days >= kpi.days:
        return ""
    return f"{kpi.covered_days} of {kpi.days} days"


def format_age(seconds: float) -> str:
    """How long ago: ``just now``, ``12 s ago``, ``12 min ago``, ``3 h ago``, ``2 d ago``."""
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{int(seconds)} s ago"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    # Hours up to two days: "1 d ago" would hide whether yesterday is complete.
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h ago"
    return f"{int(seconds // 86400)} d ago"


def format_countdown(seconds: float) -> str:
    """Time left: ``4:12`` (minutes and seconds), ``1 h 05`` from an hour on."""
    left = max(0, int(seconds))
    if left >= 3600:
        return f"{left // 3600} h {left % 3600 // 60:02d}"
    return f"{left // 60}:{left % 60:02d}"


def format_day(
    day: date, *, with_weekday: bool = False, year_of: date | None = None
) -> str:
    """``24 Mar`` or ``Tue 24 Mar``; with its year when ``year_of`` has another."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    if with_weekday:
        text = f"{_WEEKDAYS[day.weekday()]} {text}"
    if year_of is not None and year_of.year != day.year:
        text = f"{text} {day.year}"
    return text


def sparkline(
    values: Sequence[float | None], width: int, *, is_ascii: bool = False
) -> str:
    """Exactly ``width`` cells: bucket means when longer, stretched when shorter.

    A missing value is a blank; a flat line lies on the lowest bar.
    """
    bars = _ASCII_BARS if is_ascii else _BARS
    if width < 1:
        return ""
    cells = _resample(values, width)
    known = [cell for cell in cells if cell is not None]
    if not known:
        return " " * len(cells)
    # Halves, because the span of two huge finite numbers may not be finite.
    low, high = min(known) / 2, max(known) / 2
    step = (high - low) / (len(bars) - 1)
    if step == 0:
        return "".join(" " if cell is None else bars[0] for cell in cells)
    return "".join(
        " "
        if cell is None
        else bars[min(len(bars) - 1, round((cell / 2 - low) / step))]
        for cell in cells
    )


def _resample(values: Sequence[float | None], width: int) -> list[float | None]:
    count = len(values)
    if count == 0:
        return [None] * width
    if count <= width:
        return [_finite(values[i * count // width]) for i in range(width)]
    edges = [i * count // width for i in range(width + 1)]
    return [_mean(values[edges[i] : edges[i + 1]]) for i in range(width)]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None and math.isfinite(value)]
    return sum(value / len(known) for value in known) if known else None


def _fixed(value: float, decimals: int) -> str:
    """Fixed decimals with thousands separators, and no ``-0``."""
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if not any(c in "123456789" for c in text) else text


def _exact(value: float) -> str:
    if value == round(value):
        return _fixed(value, 0)
    return _fixed(value, 2)


def _short(value: float) -> str:
    if abs(value) < 9_999.5:
        # A median of few counts may end in .5; above 100 nobody reads it.
        is_whole = abs(value) >= 99.95 or value == round(value)
        return _fixed(value, 0 if is_whole else 1)
    return _suffixed(value)


def _suffixed(value: float) -> str:
    scaled = value
    suffix = ""
    for suffix in _SUFFIXES:  # noqa: B007 - the last one tried is the one that fits
        scaled /= 1000
        # 999.95 would be shown as 1,000.0 of the smaller unit.
        if abs(scaled) < 999.95:
            break
    return f"{_fixed(scaled, 1)} {suffix}"


def _money(value: float, *, is_exact: bool) -> str:
    if is_exact or abs(value) < 9_999.995:
        return _fixed(value, 2)
    return _suffixed(value)


def _percent(points: float, *, is_exact: bool) -> str:
    size = abs(points)
    if is_exact:
        decimals = 4
        if 0 < size < 1:
            decimals = min(10, 3 - math.floor(math.log10(size)))
        return _fixed(points, max(4, decimals))
    if points == 0:
        return "0"
    if size < 0.995:
        # One viewer in ten thousand buys: 0.015 % and 0.012 % are not the same.
        return _fixed(points, 3 if 0.0005 <= size < 0.0995 else 2)
    return _fixed(points, 1 if size < 999.95 else 0)


def _signed(change: float, size: str) -> str:
    """Sign and size; no sign when the shown size has no digit but 0."""
    if not any(c in "123456789" for c in size):
        return size
    return f"+{size}" if change > 0 else f"-{size}"


def _signed_percent(points: float) -> str:
    size = abs(points)
    if size == 0:
        return "0"
    if size >= 999.95:
        return _signed(points, _fixed(size, 0))
    decimals = 1 if size >= 0.095 else 3 if 0.0005 <= size < 0.0095 else 2
    return _signed(points, _fixed(size, decimals))


def _relative(change: float, previous: float) -> str:
    if previous == 0:
        return "0 %" if change == 0 else "new"
    percent = change / abs(previous) * 100
    if not math.isfinite(percent):
        return "new"
    size = abs(percent)
    return f"{_signed(change, _fixed(size, 0 if size >= 9.95 or size == 0 else 1))} %"


def _seconds(value: float, *, is_exact: bool) -> str:
    if is_exact:
        return f"{_fixed(value, 4)} s"
    if abs(value) < 59.95:
        return f"{_fixed(value, 1)} s"
    minutes, seconds = divmod(round(abs(value)), 60)
    return f"{'-' if value < 0 else ''}{minutes:,}:{seconds:02d} min"
