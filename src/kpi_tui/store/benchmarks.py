"""Reads the industry averages that an account's sources told.

Knows no KPI: what they may be compared with is decided elsewhere.
"""

import sqlite3

from kpi_tui.kpi.benchmarks import BenchmarkPoint

_PREFIX = "benchmark:"
_NEWEST = """
SELECT s.entity, s.metric, max(p.at, s.confirmed), p.value
FROM series AS s CROSS JOIN points AS p
WHERE s.account = ? AND s.entity >= 'benchmark:' AND s.entity < 'benchmark;'
  AND p.series = s.id AND p.at = (SELECT max(at) FROM points WHERE series = s.id)
ORDER BY s.entity, s.metric
"""


def read_benchmarks(conn: sqlite3.Connection, handle: str) -> list[BenchmarkPoint]:
    """The newest value of each average, with when it was last told."""
    return [
        BenchmarkPoint(entity.removeprefix(_PREFIX), metric, at, value)
        for entity, metric, at, value in conn.execute(_NEWEST, (handle,))
    ]
