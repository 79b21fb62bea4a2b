"""Reads what was seen of many posts at once: views at moments, retention curves.

Bounded by what is asked for: a few seeks per question, however long the history.
"""

import json
import sqlite3
from collections.abc import Sequence

from kpi_tui.kpi.readings import video_entity
from kpi_tui.kpi.velocity import Look, Question

# ``at`` may lie after the newest point: then what was last repeated is the look after.
_LOOKS = """
SELECT q.key, b.at, b.value, a.at, a.value, s.confirmed
FROM json_each(:questions) AS q CROSS JOIN series AS s
LEFT JOIN points AS b ON b.series = s.id AND b.at = (
  SELECT max(at) FROM points
  WHERE series = s.id AND at <= json_extract(q.value, '$[1]'))
LEFT JOIN points AS a ON a.series = s.id AND a.at = (
  SELECT min(at) FROM points
  WHERE series = s.id AND at >= json_extract(q.value, '$[1]'))
WHERE s.account = :account AND s.entity = json_extract(q.value, '$[0]')
  AND s.metric = 'video_total_views' AND s.grain = 'instant'
"""
_CURVE = """
SELECT s.entity, p.value FROM series AS s CROSS JOIN points AS p
WHERE s.account = ? AND s.entity >= ? AND s.entity < ? AND p.series = s.id
  AND s.metric = 'video_retention'
  AND p.at = (SELECT max(at) FROM points WHERE series = s.id)
"""


def read_looks(
    conn: sqlite3.Connection, handle: str, questions: Sequence[Question]
) -> dict[Question, Look]:
    """The polled views around each moment; a post never polled is left out."""
    asked = [(video_entity(name), at) for name, at in questions]
    rows = conn.execute(_LOOKS, {"account": handle, "questions": json.dumps(asked)})
    found: dict[Question, Look] = {}
    for place, *look, confirmed in rows:
        before_at, before, after_at, after = look
        question = questions[place]
        if after_at is None and before_at is not None and confirmed >= question[1]:
            after_at, after = confirmed, before
        found[question] = Look(
            None if before_at is None else (before_at, before),
            None if after_at is None else (after_at, after),
        )
    return found


def read_curves(
    conn: sqlite3.Connection, handle: str, video_ids: Sequence[str]
) -> dict[str, list[tuple[float, float]]]:
    """Video id to its newest retention curve (second, share still watching)."""
    found: dict[str, list[tuple[float, float]]] = {}
    for name in video_ids:
        start = video_entity(name) + "|second:"
        rows = conn.execute(_CURVE, (handle, start, start[:-1] + ";"))
        curve = [(_second(entity[len(start) :]), share) for entity, share in rows]
        known = sorted((second, share) for second, share in curve if second is not None)
        if known:
            found[name] = known
    return found


def _second(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None
