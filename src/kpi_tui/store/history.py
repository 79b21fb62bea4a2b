"""Reads one account's days: flows, end-of-day levels, the last day of data.

Knows posts only through :mod:`kpi_tui.store.video_history`, and no formula.
Some days more are read than the windows have: see :data:`BEHIND_DAYS`.
"""

import json
import sqlite3
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.readings import day_start
from kpi_tui.kpi.windows import BEHIND_DAYS, Window, day_end, local_day
from kpi_tui.store.days import Moment, days_between, label_of
from kpi_tui.store.last_days import (
    AccountSeries,
    account_series,
    complete_until,
    last_data_day,
    newest_point,
    read_currencies,
)
from kpi_tui.store.video_days import VideoDays
from kpi_tui.store.video_history import read_videos

_DAILY = """
SELECT series, at, value FROM points
WHERE series IN (SELECT value FROM json_each(?)) AND at BETWEEN ? AND ?
"""
# One seek per series and day's end: the instants in between are not read.
_LAST_BEFORE = """
SELECT s.value, e.key, p.at, p.value
FROM json_each(?) AS s CROSS JOIN json_each(?) AS e CROSS JOIN points AS p
WHERE p.series = s.value AND p.at = (
  SELECT max(at) FROM points WHERE series = s.value AND at < e.value)
ORDER BY e.key
"""
_NEWEST = """
SELECT at, value, seen FROM points WHERE series = ? AND at <= ?
ORDER BY at DESC LIMIT 1
"""
_SPARE = timedelta(days=BEHIND_DAYS)
"""A KPI whose source is behind has its windows as much earlier."""
_OLDEST = "SELECT min(at) FROM points WHERE series = ?"
_ANY_OLDEST = """
SELECT min((SELECT min(at) FROM points WHERE series = series.id))
FROM series WHERE account = ?
"""


def read_history(
    conn: sqlite3.Connection,
    handle: str,
    zone: ZoneInfo,
    window: Window,
    as_of: date | None,
    video_days: VideoDays | None = None,
) -> AccountHistory:
    """What the formulas need for the window and the one before it.

    Without ``video_days`` it has no days from posts' totals.
    """
    moment = Moment(zone, as_of)
    series = account_series(conn, handle)
    levels = [one for one in series if one.is_level]
    videos, sources = read_videos(conn, handle, window, moment)
    found = AccountHistory(
        handle=handle,
        zone=zone,
        flows=_flows(conn, series, window, moment),
        levels=_levels(conn, levels, window, moment),
        videos=videos,
        until=complete_until(conn, handle, series, moment),
        sources=sources | {one.metric: one.source for one in series},
        latest=_latest(conn, levels, moment),
        currencies=read_currencies(conn, handle, series),
    )
    if video_days is None:
        return found
    last = window.last if as_of is None else min(window.last, as_of)
    days = days_between(window.previous.first, last)
    return video_days.filled(conn, found, days)


def read_days(
    conn: sqlite3.Connection,
    handle: str,
    zone: ZoneInfo,
    window: Window,
    as_of: date | None,
) -> tuple[dict[str, dict[date, float]], dict[str, dict[date, float]]]:
    """The account's own flows and levels since the window's first day, and some days more.

    Posts are left out: reading a year of days costs less than their totals.
    """
    moment = Moment(zone, as_of)
    series = account_series(conn, handle)
    half = Window(window.last, (window.days + 1) // 2)
    levels = [one for one in series if one.is_level]
    return _flows(conn, series, half, moment), _levels(conn, levels, half, moment)


def read_last_data_day(
    conn: sqlite3.Connection, handle: str, zone: ZoneInfo, as_of: date | None
) -> date | None:
    """The account's last day of complete data, or None if it has none."""
    series = account_series(conn, handle)
    until = complete_until(conn, handle, series, Moment(zone, as_of))
    return last_data_day(conn, handle, series, until)


def read_first_day(conn: sqlite3.Connection, handle: str) -> date | None:
    """The day of the oldest point: of the account itself, else of anything in it."""
    found = [
        at
        for one in account_series(conn, handle)
        for (at,) in conn.execute(_OLDEST, (one.id,))
        if at is not None
    ]
    if not found:
        (at,) = conn.execute(_ANY_OLDEST, (handle,)).fetchone()
        return None if at is None else label_of(at)
    return label_of(min(found))


def read_level_gain(
    conn: sqlite3.Connection, handle: str, metric: str, since_at: int
) -> float | None:
    """The newest instant's value minus the last one at or before that second.

    None when there was none by then.
    """
    for one in account_series(conn, handle):
        if one.metric == metric and one.grain == "instant":
            baseline = conn.execute(_NEWEST, (one.id, since_at)).fetchone()
            newest = conn.execute(_NEWEST, (one.id, 2**62)).fetchone()
            return None if baseline is None else float(newest[1] - baseline[1])
    return None


def _flows(
    conn: sqlite3.Connection,
    series: list[AccountSeries],
    window: Window,
    moment: Moment,
) -> dict[str, dict[date, float]]:
    metrics = {one.id: one.metric for one in series if one.is_flow}
    first = day_start(window.previous.first - _SPARE)
    last = min(day_start(window.last), moment.last_label)
    return _by_day(conn, metrics, first, last)


def _levels(
    conn: sqlite3.Connection,
    series: list[AccountSeries],
    window: Window,
    moment: Moment,
) -> dict[str, dict[date, float]]:
    first = window.previous.baseline - _SPARE
    last = window.last if moment.as_of is None else min(window.last, moment.as_of)
    daily = {one.id: one.metric for one in series if one.grain == "day"}
    polled = {one.id: one.metric for one in series if one.grain == "instant"}
    levels = _by_day(conn, daily, day_start(first), day_start(last))
    older = _older_days(conn, daily, first)
    # The first end is that of the day before: it finds the one older observation.
    days = days_between(first - timedelta(days=1), last)
    ends = [day_end(day, moment.zone) for day in days]
    rows = conn.execute(_LAST_BEFORE, (json.dumps(list(polled)), json.dumps(ends)))
    for number, place, at, value in rows:
        metric = polled[number]
        if place == 0:
            day = local_day(at, moment.zone)
            if metric not in older or older[metric][0] < day:
                older[metric] = (day, value)
        elif at >= ends[place - 1]:
            # A daily value is the platform's own for that day; it goes first.
            levels.setdefault(metric, {}).setdefault(days[place], value)
    for metric, (day, value) in older.items():
        levels.setdefault(metric, {})[day] = value
    return {metric: dict(sorted(found.items())) for metric, found in levels.items()}


def _by_day(
    conn: sqlite3.Connection, metrics: dict[int, str], first: int, last: int
) -> dict[str, dict[date, float]]:
    found: dict[str, dict[date, float]] = {}
    rows = conn.execute(_DAILY, (json.dumps(list(metrics)), first, last))
    for number, at, value in rows:
        found.setdefault(metrics[number], {})[label_of(at)] = value
    return found


def _older_days(
    conn: sqlite3.Connection, metrics: dict[int, str], first: date
) -> dict[str, tuple[date, float]]:
    """The last daily value before ``first``, with its day."""
    older: dict[str, tuple[date, float]] = {}
    for number, metric in metrics.items():
        row = conn.execute(_NEWEST, (number, day_start(first) - 1)).fetchone()
        if row is not None:
            older[metric] = (label_of(row[0]), row[1])
    return older


def _latest(
    conn: sqlite3.Connection, series: list[AccountSeries], moment: Moment
) -> dict[str, tuple[int, float]]:
    """The newest value of each level, and when it was last seen to hold."""
    found: dict[str, tuple[int, float]] = {}
    for one in series:
        point = newest_point(conn, one, moment)
        if point is None:
            continue
        at, value, seen = point
        told = moment.told_at(one.grain, at, seen)
        if told >= found.get(one.metric, (0, 0.0))[0]:
            found[one.metric] = (told, value)
    return found
