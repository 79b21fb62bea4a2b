"""Until which day an account's own series are complete, and in which money they are.

Knows newest points and what sources say of themselves; no window and no formula.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from kpi_tui.kpi.metrics import METRICS
from kpi_tui.kpi.readings import day_start
from kpi_tui.kpi.windows import BEHIND_DAYS, local_day
from kpi_tui.store.days import Moment, label_of

_SERIES = """
SELECT id, metric, grain, source, confirmed FROM series
WHERE account = ? AND entity = '' ORDER BY id
"""
_NEWEST = """
SELECT at, value, seen FROM points WHERE series = ? AND at <= ?
ORDER BY at DESC LIMIT 1
"""
_WHOLE = """
SELECT at FROM points WHERE series = ? AND at <= ? AND (at <= ? OR seen >= at + ?)
ORDER BY at DESC LIMIT 1
"""
_OLDEST = "SELECT min(at) FROM points WHERE series = ?"
_DATA_UNTIL = "SELECT name, data_until FROM sources WHERE account = ?"

_TYPED = "SELECT name FROM sources WHERE account = ? AND kind = 'manual'"
_CURRENCY = "SELECT name, currency FROM sources WHERE account = ? AND currency > ''"

_ONE = timedelta(days=1)
_OVER_ANYWHERE = 36 * 3600
"""Seconds from 00:00 UTC of a day's label to the day's end in the last of all zones."""

SourceDays = Mapping[str, date]
"""Source to the newest day that it ever called complete."""


class AccountSeries(NamedTuple):
    """One series of the account itself."""

    id: int
    metric: str
    grain: str
    source: str
    confirmed: int

    @property
    def is_level(self) -> bool:
        """Whether its points are levels; a metric of the user's own is one if polled."""
        known = METRICS.get(self.metric)
        if known is None:
            return self.grain == "instant"
        return known.kind == "level"

    @property
    def is_flow(self) -> bool:
        """Whether its points are values of days."""
        return self.grain == "day" and not self.is_level


def account_series(conn: sqlite3.Connection, handle: str) -> list[AccountSeries]:
    """Every series of the account itself; not those of posts and audiences."""
    return [AccountSeries(*row) for row in conn.execute(_SERIES, (handle,))]


def newest_point(
    conn: sqlite3.Connection, one: AccountSeries, moment: Moment
) -> tuple[int, float, int] | None:
    """(at, value, seen) of its newest point by that moment; an instant at its last
    repetition."""
    last = moment.last_label if one.grain == "day" else moment.before - 1
    row = conn.execute(_NEWEST, (one.id, last)).fetchone()
    if row is None:
        return None
    at, value, seen = row
    if one.grain == "instant" and at < one.confirmed < moment.before:
        at = one.confirmed
    return at, value, seen


def complete_until(
    conn: sqlite3.Connection,
    handle: str,
    series: Sequence[AccountSeries],
    moment: Moment,
) -> dict[str, date]:
    """Metric to its last complete day: later days are missing, or being filled in."""
    rows = conn.execute(_DATA_UNTIL, (handle,)).fetchall()
    told = {name: date.fromisoformat(text) for name, text in rows if text}
    found: dict[str, date] = {}
    for one in series:
        day = _last_complete(conn, one, told, moment)
        if day is not None:
            found[one.metric] = max(day, found.get(one.metric, day))
    return found


def read_currencies(
    conn: sqlite3.Connection, handle: str, series: Sequence[AccountSeries]
) -> dict[str, str]:
    """Metric to the ISO code of its source's money, for sources that have one."""
    codes = dict(conn.execute(_CURRENCY, (handle,)))
    if not codes:
        return {}
    return {one.metric: codes[one.source] for one in series if one.source in codes}


def last_data_day(
    conn: sqlite3.Connection,
    handle: str,
    series: Sequence[AccountSeries],
    until: Mapping[str, date],
) -> date | None:
    """The day on which the account's windows end, unless a KPI's own data ends before.

    The last one of a flow. Flows that have stopped while levels are still polled do
    not hold the account back; a level that is ahead of them for some days does not
    push it, nor does what somebody types in beside a download of last month.
    """
    typed = {name for (name,) in conn.execute(_TYPED, (handle,))}
    known = [one for one in series if one.metric in until]
    told = [one for one in known if one.source not in typed]
    flows = [until[one.metric] for one in told if one.is_flow]
    flows = flows or [until[one.metric] for one in known if one.is_flow]
    day = max(flows, default=None)
    if day is None:
        return max((until[one.metric] for one in known if one.is_level), default=None)
    polled = [
        until[one.metric] for one in told if one.is_level and one.grain == "instant"
    ]
    newest = max(polled, default=day)
    return newest if (newest - day).days > BEHIND_DAYS else day


def _last_complete(
    conn: sqlite3.Connection, one: AccountSeries, told: SourceDays, moment: Moment
) -> date | None:
    point = newest_point(conn, one, moment)
    if point is None:
        return None
    at, _, _ = point
    if one.grain == "instant":
        # The day of the newest instant is not over; the one before it is.
        (oldest,) = conn.execute(_OLDEST, (one.id,)).fetchone()
        last_whole = local_day(at, moment.zone) - _ONE
        return max(last_whole, local_day(oldest, moment.zone))
    own = told.get(one.source)
    if own is None:
        return label_of(at)
    # What was told after the day's end is whole as well: the newest days may be of
    # another source than the one that wrote last.
    span = (one.id, at, day_start(own), _OVER_ANYWHERE)
    whole = conn.execute(_WHOLE, span).fetchone()
    return None if whole is None else label_of(whole[0])
