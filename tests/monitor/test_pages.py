"""One video's page, read from a real store."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.kpi.content import video_rows
from kpi_tui.kpi.readings import Batch, Reading, Video, instant, video_entity
from kpi_tui.kpi.velocity import MOST_VIDEOS
from kpi_tui.kpi.windows import Window
from kpi_tui.monitor.pages import read_video_page
from kpi_tui.monitor.snapshot import VideoPage
from kpi_tui.store.store import Store

NOW = int(datetime(2026, 3, 24, 12, tzinfo=UTC).timestamp())
HOUR = 3600


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


def polled(store: Store, name: str, posted: int, per_hour: float, hours: int) -> None:
    """A post that gains so many views an hour, looked at twice an hour."""
    readings: list[Reading] = []
    for half in range(1, 2 * hours + 1):
        views = [("video_total_views", per_hour * half / 2)]
        at = posted + half * HOUR // 2
        readings += instant("acme", views, at, entity=video_entity(name))
    video = Video("acme", name, posted, caption=f"Post {name}")
    store.ingest("acme/tiktok-display", Batch(tuple(readings), (video,)))


def page(store: Store, name: str) -> VideoPage:
    window = Window(date(2026, 3, 23), 28)
    history = store.history("acme", ZoneInfo("UTC"), window, None)
    rows = video_rows(history)
    row = next(row for row in rows if row.id == name)
    return read_video_page(store, "acme", row, rows)


def test_the_first_hours_stand_among_the_accounts_other_videos(store: Store) -> None:
    for number in range(1, 7):
        posted = NOW - (3 + number) * 24 * HOUR
        polled(store, f"old{number}", posted, 100.0 * number, 50)
    polled(store, "new", NOW - 7 * HOUR, 450.0, 7)
    found = page(store, "new")
    # 450 an hour: more than four of six, at each age that it has reached.
    told = [(pace.hours, pace.views, pace.compared) for pace in found.paces]
    assert told == [(1, 450, 6), (6, 2700, 6)]
    assert {pace.percentile for pace in found.paces} == {4 / 6}
    assert found.paces[0].times_median == 450 / 350
    assert [pace.hours for pace in page(store, "old3").paces] == [1, 6, 24, 48]
    # Growth begins at zero, when it was posted.
    ends = [found.growth[0], found.growth[-1]]
    assert ends == [(NOW - 7 * HOUR, 0.0), (NOW, 3150.0)]


def test_too_few_others_give_no_percentile(store: Store) -> None:
    for number in range(4):
        polled(store, f"old{number}", NOW - (4 + number) * 24 * HOUR, 100.0, 50)
    polled(store, "new", NOW - 2 * HOUR, 450.0, 2)
    (pace,) = page(store, "new").paces
    assert (pace.percentile, pace.times_median, pace.compared) == (None, None, 4)


def test_an_old_video_is_compared_though_a_hundred_came_after_it(store: Store) -> None:
    polled(store, "oldest", NOW - 400 * 24 * HOUR, 50.0, 2)
    for number in range(MOST_VIDEOS):
        polled(store, f"n{number}", NOW - (2 + number) * 24 * HOUR, 100.0, 1)
    (pace,) = page(store, "oldest").paces
    assert (pace.views, pace.percentile, pace.compared) == (50, 0, MOST_VIDEOS - 1)


def test_a_page_holds_the_curve_the_sources_and_who_watched(store: Store) -> None:
    polled(store, "1", NOW - 5 * HOUR, 10.0, 5)
    parts = {
        "second:10": ("video_retention", 0.2),
        "second:0": ("video_retention", 1.0),
        "second:2": ("video_retention", 0.7),
        "likes:2": ("video_like_share", 0.4),
        "impressions:Follow": ("video_impression_share", 0.1),
        "impressions:For You": ("video_impression_share", 0.9),
        "gender:Female": ("audience_share", 0.6),
        "gender:Male": ("audience_share", 0.4),
        "country:GR": ("audience_share", 0.8),
        "city:Athens": ("audience_share", 0.3),
        "type:NEW_VIEWER": ("audience_share", 0.25),
        "type:RETURN_VIEWER": ("audience_share", 0.75),
        "type:FOLLOWER_PERCENT": ("audience_share", 0.15),
    }
    for part, value in parts.items():
        entity = f"{video_entity('1')}|{part}"
        store.ingest("a", Batch(tuple(instant("acme", [value], NOW, entity=entity))))
    found = page(store, "1")
    assert list(found.retention) == [(0, 1), (2, 0.7), (10, 0.2)]
    assert list(found.impressions) == [("For You", 0.9), ("Follow", 0.1)]
    assert dict(found.audience) == {
        "gender": (("Female", 0.6), ("Male", 0.4)),
        "country": (("GR", 0.8),),
        "city": (("Athens", 0.3),),
        "type": (
            ("returning viewers", 0.75),
            ("new viewers", 0.25),
            ("followers", 0.15),
        ),
    }


def test_a_video_of_which_only_the_total_is_known(store: Store) -> None:
    polled(store, "1", NOW - timedelta(days=40).days * 24 * HOUR, 0.0, 0)
    late = instant(
        "acme", [("video_total_views", 500.0)], NOW, entity=video_entity("1")
    )
    store.ingest("acme/tiktok-display", Batch(tuple(late)))
    found = page(store, "1")
    # A first look after weeks says nothing about the first hours.
    assert (found.paces, found.retention, found.audience) == ((), (), ())
