"""Reads what an account's campaigns came to over some days, and their names.

Knows no rate.
"""

import sqlite3

from kpi_tui.kpi.campaigns import Campaign
from kpi_tui.kpi.readings import day_start
from kpi_tui.kpi.windows import Window

_SUMS = """
SELECT s.entity, s.metric, sum(p.value) FROM series AS s CROSS JOIN points AS p
WHERE s.account = ? AND s.entity >= 'campaign:' AND s.entity < 'campaign;'
  AND s.grain = 'day' AND p.series = s.id AND p.at BETWEEN ? AND ?
GROUP BY s.id
"""
_NAMES = """
SELECT entity, name FROM names
WHERE account = ? AND entity >= 'campaign:' AND entity < 'campaign;'
"""


def read_campaigns(
    conn: sqlite3.Connection, handle: str, window: Window
) -> list[Campaign]:
    """Every campaign with numbers on one of the window's days."""
    names = dict(conn.execute(_NAMES, (handle,)))
    found: dict[str, dict[str, float]] = {}
    span = (handle, day_start(window.first), day_start(window.last))
    for entity, metric, total in conn.execute(_SUMS, span):
        found.setdefault(entity, {})[metric] = total
    return [
        Campaign(entity.removeprefix("campaign:"), names.get(entity, ""), sums)
        for entity, sums in found.items()
    ]
