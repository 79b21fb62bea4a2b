"""What a source has left, in words and meters: requests, the token's days, the lag.

Pure: a source's health and the time in, styled lines out.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from rich.cells import cell_len

from kpi_tui.app.states import MUTED
from kpi_tui.app.widgets.lines import Line, fit, wrap
from kpi_tui.kpi.format import format_day
from kpi_tui.monitor.snapshot import RequestsLeft, SourceHealth

_METER_CELLS = 20
_SHORTEST_METER = 6
"""A shorter one says nothing; the numbers stay."""
_SOON_OVER_SECONDS = 5.0
"""A count that is over before it is read is shown as none: a second's would flicker."""
_LOW = 0.1
"""Left of a limit, from where it is a warning."""
_FAR_SECONDS = 7200
"""Off, from where minutes are told no more: a server may ask for a month."""
_SIGN_IN_DAYS = 7
"""Before a sign-in ends, from when it is a warning."""
_RENEWED = "token is renewed by itself"
"""Of a sign-in whose end the platform does not tell."""


def state_words(source: SourceHealth, now: float, zone: tzinfo) -> str:
    """``failed, tries again at 14:32``: the state, and an open circuit's next try."""
    until = source.circuit_until
    if until is None or until.timestamp() <= now:
        return source.state
    local = until.astimezone(zone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    clock = local.strftime("%H:%M")
    when = clock if local.date() == today else f"{clock} on {format_day(local.date())}"
    return f"{source.state}, tries again at {when}"


def next_words(source: SourceHealth, now: float) -> str:
    """``next call in 3 min``, far off by hours or days; empty when there is none."""
    if source.next_at is None:
        return ""
    seconds = source.next_at.timestamp() - now
    if seconds >= _FAR_SECONDS:
        return f"next call in {_time(seconds)}"
    minutes = max(0, round(seconds / 60))
    return f"next call in {minutes} min" if minutes else "next call in < 1 min"


def lag_words(source: SourceHealth, now: float, zone: tzinfo) -> str:
    """``data lag 2 days``: from the last complete day to today; empty when unknown."""
    if source.data_until is None:
        return ""
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    days = max(0, (today - source.data_until).days)
    return f"data lag {days} {'day' if days == 1 else 'days'}"


def left_lines(
    source: SourceHealth, now: float, zone: tzinfo, width: int, *, is_ascii: bool
) -> list[Line]:
    """A meter for each limit, then when somebody has to sign in again."""
    return [
        *_meters(source.budgets, now, width, is_ascii=is_ascii),
        *_token(source, now, zone, width),
    ]


def _meters(
    budgets: Sequence[RequestsLeft], now: float, width: int, *, is_ascii: bool
) -> list[Line]:
    """Aligned under each other; narrow, the bar goes first, then what is left."""
    rows = [(budget, _used(budget, now)) for budget in budgets]
    dot = " - " if is_ascii else " · "
    counts = [f"{used:,} of {budget.limit:,}" for budget, used in rows]
    lefts = [f"{dot}{budget.limit - used:,} left" for budget, used in rows]
    labels = max((cell_len(budget.label) for budget in budgets), default=0)
    longest = max(map(len, map("".join, zip(counts, lefts, strict=True))), default=0)
    cells = min(_METER_CELLS, width - labels - longest - 4)
    if labels + 1 + longest > width:
        lefts = [""] * len(lefts)
    lines: list[Line] = []
    for (budget, used), count, left in zip(rows, counts, lefts, strict=True):
        room = min(labels, max(0, width - len(count + left) - 1))
        bar = ""
        if cells >= _SHORTEST_METER:
            bar = f"{meter(used, budget.limit, cells, is_ascii=is_ascii)} "
        label = f"{fit(budget.label, room, is_ascii=is_ascii)} " if room else ""
        numbers = (f"{count}{left}", _tone(used, budget.limit))
        lines.append(((label, MUTED), (bar, "$spark"), numbers))
    return lines


def meter(used: int, limit: int, width: int, *, is_ascii: bool) -> str:
    """A bar between two edges, ``width`` cells inside them.

    Full only when nothing is left, and empty only when nothing is used.
    """
    cells = round(min(1.0, used / limit) * width)
    if used > 0:
        cells = max(1, cells)
    if used < limit:
        cells = min(width - 1, cells)
    if is_ascii:
        return f"[{'#' * cells}{'.' * (width - cells)}]"
    return f"▕{'█' * cells}{'░' * (width - cells)}▏"


def _used(budget: RequestsLeft, now: float) -> int:
    resets = budget.resets_at
    is_over = resets is None or resets.timestamp() <= now + _SOON_OVER_SECONDS
    return 0 if is_over else min(budget.used, budget.limit)


def _tone(used: int, limit: int) -> str:
    return "$warning" if limit - used <= _LOW * limit else ""


def _token(source: SourceHealth, now: float, zone: tzinfo, width: int) -> list[Line]:
    """When somebody has to sign in again; or that nobody knows of an end."""
    if source.state == "unauthorised":
        return []  # whatever was promised, it has ended; the hint says what to do
    until = source.sign_in_until
    if until is None:
        return [((_RENEWED, MUTED),)] if source.token_until is not None else []
    seconds = until.timestamp() - now
    if seconds <= 0:
        words, tone = f"token has ended (sign in again: {source.sign_in})", "$error"
    else:
        day = format_day(until.astimezone(zone).date())
        words = (
            f"token ends in {_time(seconds)} (sign in again by {day}: {source.sign_in})"
        )
        tone = "$warning" if seconds < _SIGN_IN_DAYS * 86_400 else MUTED
    return [((row, tone),) for row in wrap(words, width)]


def _time(seconds: float) -> str:
    """In days, and in hours on the last one: finer would repaint an idle screen."""
    if seconds >= 86_400:
        return f"{int(seconds // 86_400)} d"
    return f"{int(seconds // 3600)} h" if seconds >= 3600 else "< 1 h"
