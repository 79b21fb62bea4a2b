"""From stored points to insights, breakouts and the now line of a Snapshot."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kpi_tui.cli.digest import Digest, to_json
from kpi_tui.cli.report_text import to_markdown, to_text
from kpi_tui.config.settings import Settings
from kpi_tui.kpi.readings import (
    Batch,
    Reading,
    Video,
    daily,
    day_start,
    instant,
    video_entity,
)
from kpi_tui.monitor.compute import compute
from kpi_tui.monitor.snapshot import Snapshot, View
from kpi_tui.store.store import Store

LAST = date(2026, 3, 24)
NOW = datetime(2026, 3, 25, 12, tzinfo=UTC).timestamp()
HOUR = 3600
DAY = 24 * HOUR
SETTINGS = Settings.model_validate(
    {
        "monitor": {"timezone": "Europe/Athens"},
        "account": [{"handle": "acme"}],
        "theme": [{"name": "Recipes", "match": ["#recipe"]}],
        "goal": [{"kpi": "completion_rate", "target": "55%"}],
    }
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "kpi.db")
    yield opened
    opened.close()


def shown(store: Store, as_of: date | None = None) -> Snapshot:
    return compute(store, SETTINGS, View("acme", as_of=as_of), NOW)


def days(store: Store, count: int = 56) -> None:
    """Daily views, so that there is a window."""
    readings: list[Reading] = []
    for back in range(count):
        label = LAST - timedelta(days=back)
        readings += daily("acme", [("video_views", 1000.0)], label, seen=int(NOW))
    store.ingest("acme/x", Batch(tuple(readings), data_until=LAST))


def post(store: Store, name: str, posted: float, views: dict[float, float], **more):
    """A video whose views were polled at those ages in hours."""
    readings: list[Reading] = []
    for hours, seen in views.items():
        at = int(posted + hours * HOUR)
        readings += instant(
            "acme", [("video_total_views", seen)], at, entity=video_entity(name)
        )
    video = Video("acme", name, int(posted), caption=f"Pan {name} #recipe", **more)
    store.ingest("acme/x", Batch(tuple(readings), (video,)))


def usual(store: Store, count: int = 6) -> None:
    """Older videos that had 100 to 150 views after half an hour, polled every 5 min."""
    for number in range(count):
        polls = {n / 12: (100 + 10 * number) * n / 6 for n in range(1, 13)}
        post(store, f"old {number}", NOW - (3 + number) * DAY, polls)


def test_a_video_breaks_out_half_an_hour_after_it_was_posted(store: Store):
    days(store)
    usual(store)
    post(store, "hit", NOW - HOUR // 2, {n / 12: 70.0 * n for n in range(1, 7)})
    found = shown(store)
    # 420 views after half an hour; the others' median is (120 + 130) / 2 = 125.
    assert found.videos[0].id == "hit"
    assert found.videos[0].breakout == 420 / 125
    assert [row.breakout for row in found.videos[1:]] == [None] * 6
    first = found.insights[0]
    assert first.text == (
        "“Pan hit #recipe” breaks out: 420 views after 30 min, 3.4 x what your videos "
        "have at that age: answer its comments while it runs."
    )
    assert ("more than", "6 of 6 videos at that age") in first.evidence
    assert first.source == "acme/x"
    assert first.text in found.now


def test_what_is_usual_does_not_break_out_and_four_others_are_too_few(store: Store):
    days(store)
    usual(store)
    post(store, "calm", NOW - HOUR // 2, {n / 12: 35.0 * n for n in range(1, 7)})
    assert all(row.breakout is None for row in shown(store).videos)


def test_among_four_others_nothing_breaks_out(store: Store):
    days(store)
    usual(store, 4)
    post(store, "hit", NOW - HOUR // 2, {n / 12: 70.0 * n for n in range(1, 7)})
    assert all(row.breakout is None for row in shown(store).videos)


def test_a_look_at_an_earlier_day_knows_nothing_of_later_ones(store: Store):
    days(store)
    usual(store)
    post(store, "hit", NOW - HOUR // 2, {n / 12: 70.0 * n for n in range(1, 7)})
    found = shown(store, LAST)
    assert "hit" not in {row.id for row in found.videos}
    assert not any(one.kind == "breakout" for one in found.insights)


def watched(store: Store, count: int) -> None:
    """Short videos of which 60 %, and long ones of which 30 % were seen to the end."""
    readings: list[Reading] = []
    videos = []
    for number in range(2 * count):
        is_short = number % 2 == 0
        posted = day_start(LAST) - number * DAY // 2
        values = [
            ("video_total_views", 1000.0),
            ("video_completion_rate", (0.6 if is_short else 0.3) + number / 10_000),
        ]
        name = video_entity(str(number))
        readings += instant("acme", values, int(NOW), entity=name)
        # 10 points leave in the first second, 30 in the next, 5 in each of the others.
        for second, share in enumerate((1.0, 0.9, 0.6, 0.55)):
            entity = f"{name}|second:{second}"
            readings += daily(
                "acme", [("video_retention", share)], LAST, seen=int(NOW), entity=entity
            )
        seconds = 9.0 if is_short else 45.0
        videos.append(Video("acme", str(number), posted, duration=seconds))
    store.ingest("acme/x", Batch(tuple(readings), tuple(videos)))


def test_completion_is_explained_from_the_store(store: Store):
    days(store)
    watched(store, 8)
    (found,) = (one for one in shown(store).insights if one.kind == "completion")
    # Medians of 0.6000, 0.6002, … 0.6014 and of 0.3001, … 0.3015; mean 0.4508.
    assert found.text == (
        "Completion rate is 45.1 % against a goal of 55 %: short. Videos under 15 s "
        "complete at 60.1 % against 30.1 % for 30-60 s (8 and 8 videos): try shorter "
        "cuts. Viewers leave fastest between second 1 and 2 (30.0 points, 16 videos): "
        "try another opening."
    )


def test_an_account_with_three_videos_gets_no_advice(store: Store):
    days(store)
    watched(store, 1)
    post(store, "third", NOW - 3 * DAY, {1.0: 500.0})
    (found,) = shown(store).insights
    assert (found.kind, found.text) == (
        "too little",
        "Not enough data yet: 3 of 5 videos.",
    )


def test_reports_tell_insights_with_their_numbers(store: Store):
    days(store)
    usual(store)
    post(store, "hit", NOW - HOUR // 2, {n / 12: 70.0 * n for n in range(1, 7)})
    digest = Digest(None, 28, (shown(store),), ())
    told = json.loads(json.dumps(to_json(digest)))["insights"][0]
    assert (told["account"], told["kind"]) == ("acme", "breakout")
    assert told["evidence"]["views"] == "420 after 30 min"
    assert told["as_of"] == "2026-03-25"
    assert told["formula"]
    text = to_text(digest)
    assert (
        "What to improve\n  - “Pan hit #recipe” breaks out: 420 views after 30" in text
    )
    assert "    views 420 after 30 min; more than 6 of 6 videos at that age;" in text
    assert max(len(line) for line in text.split("KPIs")[0].splitlines()[5:]) <= 78
    marked = to_markdown(digest)
    assert "## What to improve\n\n- “Pan hit \\#recipe” breaks out: 420 views" in marked


def test_a_report_without_insights_has_no_heading_for_them(store: Store):
    days(store)
    assert "What to improve" not in to_text(Digest(None, 28, (shown(store),), ()))
