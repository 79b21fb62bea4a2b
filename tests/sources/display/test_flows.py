"""From polled totals to a window's KPIs: three weeks of polls into a real store.

Totals are straight lines, so that every KPI can be worked out by hand. ``s`` counts
days of March 2026: 10.0 is the last poll of the 10th, 9.5 the one at its noon.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.trends import trends
from kpi_tui.kpi.values import KpiValue
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Store
from tests.servers.display import Display, post
from tests.sources.display.parts import NAME, connected

ATHENS = ZoneInfo("Europe/Athens")
DOWN = {11, 12, 13}
"""Days of March on which nothing was polled."""
OLD, DELETED, NEW, UNSEEN = 1, 2, 3, 4


def moment(day: int, hour: int) -> float:
    """UTC epoch seconds of an hour in Athens."""
    start = datetime(2026, 3, 1, hour, tzinfo=ATHENS)
    return (start + timedelta(days=day - 1)).timestamp()


def evening(day: int) -> date:
    return date(2026, 3, day)


def world(s: float) -> Display:
    """The account as it is at ``s``."""
    videos = [
        # Five comments were deleted before the last poll of the 16th.
        _video(OLD, moment(-9, 12), 1000 + 100 * s, 100 + 10 * s,
               50 - 5 * (s >= 16), 5 + 2 * s),
    ]  # fmt: skip
    if s < 15:  # deleted after the noon of the 15th
        videos.append(_video(DELETED, moment(-4, 12), 500 + 10 * s, 40 + 2 * s, 6, 0))
    for number, posted, gain in ((NEW, 9, 200), (UNSEEN, 12, 300)):
        if (age := s - posted + 1) > 0.5:
            likes, comments, shares = gain // 10, 4, 2
            videos.append(
                _video(number, moment(posted, 14), gain * age, likes * age,
                       comments * age, shares * age)
            )  # fmt: skip
    user = {
        "open_id": "open-id-1",
        "follower_count": int(3000 + 10 * s),
        "following_count": 7,
        "likes_count": int(9000 + 50 * s),
        "video_count": len(videos),
    }
    return Display(user=user, videos={one["id"]: one for one in videos})


def _video(
    n: int, posted: float, views: float, likes: float, comments: float, shares: float
) -> dict[str, Any]:
    return post(
        n,
        posted,
        view_count=int(views),
        like_count=int(likes),
        comment_count=int(comments),
        share_count=int(shares),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "kpi.db")
    yield opened
    opened.close()


async def poll(store: Store, days: range, *, until_noon: bool = False) -> None:
    """Poll at noon and at 23:00 of each day; on the last one perhaps at noon only."""
    api = Display()
    async with connected(api, zone="Europe/Athens") as connector:
        for day in days:
            if day in DOWN:
                continue
            for s, hour in ((day - 0.5, 12), (float(day), 23)):
                if until_noon and day == days[-1] and hour == 23:
                    break
                now = world(s)
                api.user, api.videos = now.user, now.videos
                store.ingest(NAME, await connector.fetch(moment(day, hour)))


def kpis(store: Store, last: int, days: int) -> dict[str, KpiValue]:
    """The KPIs of the window of so many days that ends on that day of March."""
    window = Window(evening(last), days)
    return account_kpis(store.history("acme", ATHENS, window, None), window)


def coverage(kpi: KpiValue) -> tuple[int | None, date | None, bool]:
    return kpi.covered_days, kpi.as_of, kpi.is_covered


async def test_a_window_around_a_downtime_is_whole(store: Store) -> None:
    await poll(store, range(1, 21))
    assert store.last_data_day("acme", ATHENS, None) == evening(19)
    found = kpis(store, 19, 14)
    # From the evening of the 5th to that of the 19th; what was deleted stops at 14.5;
    # what was posted on the 9th and 12th starts at 0.
    views = (2900 - 1500) + (645 - 550) + 11 * 200 + 8 * 300
    likes = (290 - 150) + (69 - 50) + 11 * 20 + 8 * 30
    comments = (45 - 50) + 0 + 11 * 4 + 8 * 4
    shares = (43 - 15) + 0 + 11 * 2 + 8 * 2
    assert found["video_views"].value == views == 6095
    assert found["engagements"].value == likes + comments + shares == 756
    assert found["engagement_rate"].value == 756 / 3190
    assert found["engagement_rate_by_views"].value == 756 / 6095
    assert found["comment_rate"].value == comments / views
    assert found["follower_growth"].value == 140
    assert found["followers_per_1000_views"].value == 140 / 6095 * 1000
    assert found["posting_frequency"].value == 1.0
    for kpi in ("video_views", "engagements", "comment_rate", "follower_growth"):
        assert coverage(found[kpi]) == (14, evening(19), True)
    assert found["video_views"].note == "from totals per video"


async def test_a_window_that_starts_in_a_downtime_says_from_when_it_counts(
    store: Store,
) -> None:
    await poll(store, range(1, 21))
    found = kpis(store, 19, 7)["video_views"]
    # The evening of the 12th was not seen: the last totals before it are of the 10th.
    # The video of the 12th is older than the window and has no total from then.
    assert found.value == (2900 - 2000) + (645 - 600) + (11 - 2) * 200
    assert coverage(found) == (7, evening(19), False)
    assert found.note == (
        "from totals per video, counted from the evening of 10 Mar, "
        "1 video without a baseline left out"
    )
    assert found.is_partial


async def test_a_window_that_ends_in_a_downtime_covers_what_was_seen(
    store: Store,
) -> None:
    await poll(store, range(1, 15), until_noon=True)
    # Polled again since noon of the 14th: the 13th is over, but nobody saw it.
    found = kpis(store, 13, 7)
    views = found["video_views"]
    assert views.value == (2000 - 1600) + (600 - 560) + 2 * 200
    assert coverage(views) == (4, evening(10), False)
    assert coverage(found["engagements"]) == (4, evening(10), False)
    assert coverage(found["follower_growth"]) == (4, evening(10), False)


async def test_a_window_inside_a_downtime_has_no_value(store: Store) -> None:
    await poll(store, range(1, 20))
    found = kpis(store, 13, 2)["video_views"]
    assert (found.value, found.reason) == (None, "covered 0 of 2 days")


async def test_while_it_is_down_the_window_ends_where_the_data_does(
    store: Store,
) -> None:
    await poll(store, range(1, 11))
    assert store.last_data_day("acme", ATHENS, None) == evening(9)
    found = kpis(store, 9, 7)["video_views"]
    assert found.value == (1900 - 1200) + (590 - 520) + 200
    assert coverage(found) == (7, evening(9), True)


async def test_a_quiet_account_is_covered_though_no_total_moves(store: Store) -> None:
    api = Display(videos={"1": _video(OLD, moment(-9, 12), 10, 1, 0, 0)})
    async with connected(api, zone="Europe/Athens") as connector:
        for day in range(1, 21):
            store.ingest(NAME, await connector.fetch(moment(day, 12)))
    found = kpis(store, 19, 7)["video_views"]
    assert found.value == 0
    assert coverage(found) == (7, evening(19), True)


async def test_trends_leave_the_days_out_that_nobody_saw(store: Store) -> None:
    await poll(store, range(1, 21))
    window = Window(evening(19), 14)
    found = trends(store.history("acme", ATHENS, window, None), window)
    # Days 6 to 19; 11 to 13 unseen, and no difference on the 14th.
    growth = list(found["follower_growth"].values)
    assert growth == [10] * 5 + [None] * 4 + [10] * 5
    assert list(found["followers"].values[5:8]) == [None] * 3


async def test_the_first_window_leaves_out_what_has_no_baseline(store: Store) -> None:
    await poll(store, range(8, 11))
    found = kpis(store, 9, 7)["video_views"]
    # Only the video of the 9th is known from its start on.
    assert found.value == 200
    assert found.is_partial
    assert found.note == ("from totals per video, 2 videos without a baseline left out")


def test_moments_are_those_of_athens() -> None:
    assert datetime.fromtimestamp(moment(1, 12), UTC).hour == 10
