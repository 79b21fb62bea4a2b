"""Reports say what the screen says: the demo's, sentence by sentence, in each format."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from html import unescape
from typing import Any

import pytest

from kpi_tui.cli.digest import Digest, to_json
from kpi_tui.cli.report_html import to_html
from kpi_tui.cli.report_text import to_markdown, to_text
from kpi_tui.cli.wiring import build_demo
from kpi_tui.kpi.format import format_change, format_kpi
from kpi_tui.kpi.goal_text import forecast_words, needed_words, status_words
from kpi_tui.monitor.snapshot import Snapshot
from tests.app.decisions import make_alerts

START = datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp()


@lru_cache(maxsize=1)
def shown() -> Snapshot:
    monitor, store = build_demo(clock=lambda: START)
    try:
        # The first one does not wait for the published benchmarks.
        monitor.stored_snapshot()
        snapshot = monitor.whole_snapshot()
    finally:
        store.close()
    return replace(snapshot, alerts=make_alerts())


def words(text: str) -> str:
    """Without what a format adds: tags, escapes, and where lines end."""
    plain = unescape(re.sub(r"<[^>]+>", " ", text)).replace("\\", "")
    return re.sub(r"[\s|]+", " ", plain)


def sentences(snapshot: Snapshot) -> Iterator[str]:
    yield from snapshot.now
    yield from (insight.text for insight in snapshot.insights)
    yield from (alert.text for alert in snapshot.alerts if alert.is_open)
    for change in snapshot.changes.values():
        yield from (line.text for line in change.lines)


def numbers(snapshot: Snapshot) -> Iterator[str]:
    for goal in snapshot.goals.values():
        yield status_words(goal)
        yield needed_words(goal)
        yield forecast_words(goal)
    for kpi in snapshot.kpis.values():
        if kpi.value is not None:
            yield format_kpi(kpi, kpi.value)
            yield format_change(kpi)


@pytest.mark.parametrize("render", [to_text, to_markdown, to_html])
def test_every_sentence_and_number_of_the_screen_is_told(render):
    snapshot = shown()
    text = words(render(Digest(None, 28, (snapshot,), snapshot.sources)))
    told = [*sentences(snapshot), *numbers(snapshot)]
    assert len([one for one in told if one]) > 60
    assert [one for one in told if words(one).strip() not in text] == []


def test_the_json_has_the_same_sentences():
    snapshot = shown()
    data = to_json(Digest(None, 28, (snapshot,), snapshot.sources))
    text = json.dumps(data, ensure_ascii=False).replace('\\"', '"')
    assert [one for one in sentences(snapshot) if one not in text] == []
    assert data["now"] == list(snapshot.now)


def test_the_json_has_what_others_reach_and_what_carried_a_sum():
    snapshot = shown()
    data: dict[str, Any] = to_json(Digest(None, 28, (snapshot,), ()))
    (account,) = data["accounts"]
    others = account["benchmarks"]["engagement_rate_by_views"]
    found = snapshot.benchmarks["engagement_rate_by_views"]
    assert (others["value"], others["source"]) == (found.value, found.source)
    first = snapshot.carried["video_views"].days[0]
    assert account["carried"]["video_views"]["days"][0] == {
        "label": first.label,
        "before": first.before,
        "now": first.now,
    }
