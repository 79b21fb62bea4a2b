"""Shorthands by which sources make readings."""

from datetime import date

from kpi_tui.kpi.metrics import METRICS, TOTAL_OF
from kpi_tui.kpi.readings import Reading, daily, day_start, instant, video_entity


def test_daily_readings_stand_at_their_days_label():
    day = date(2026, 3, 24)
    assert daily("acme", [("likes", 3.0)], day, seen=99, entity="age:18-24") == [
        Reading("acme", "age:18-24", "likes", "day", day_start(day), 3.0, 99)
    ]


def test_instant_readings_are_seen_when_they_are_measured():
    assert instant("acme", [("followers", 3.0)], 77, entity=video_entity("v")) == [
        Reading("acme", "video:v", "followers", "instant", 77, 3.0, 77)
    ]


def test_totals_stand_for_flows_of_the_same_unit():
    for flow, total in TOTAL_OF.items():
        assert METRICS[flow].kind == "flow"
        assert METRICS[total].kind == "level"
        assert METRICS[flow].unit == METRICS[total].unit
