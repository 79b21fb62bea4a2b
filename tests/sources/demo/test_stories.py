"""What the demo is there to show happens, whatever today is."""

from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kpi_tui.kpi.readings import day_of
from kpi_tui.sources.demo import DemoWorld, demo_settings
from tests.sources.demo.desk import DAY, START, STATS_URL, Desk

STARTS = [START + i * 63.3 * DAY + i * 5432 for i in range(7)]
"""Over a good year: every season, several weekdays and hours."""


def engagement(rows: list[dict[str, Any]], views: str) -> float:
    parts = sum(r["likes"] + r["comments"] + r["shares"] for r in rows)
    return float(parts / sum(r[views] for r in rows))


@pytest.mark.parametrize("start", STARTS)
def test_the_rival_overtakes_within_two_weeks(start: float) -> None:
    desk = Desk(start=start)
    own = desk.days()
    rival = desk.stats("tiktok/rival")["daily"][-60:]
    assert [r["date"] for r in own] == [r["date"] for r in rival]
    is_ahead = [
        r["followers"] > o["followers_count"] for o, r in zip(own, rival, strict=True)
    ]
    assert not any(is_ahead[:-14])
    assert is_ahead[-1]
    assert sum(a != b for a, b in pairwise(is_ahead)) == 1


@pytest.mark.parametrize("start", STARTS)
def test_the_rival_overtakes_by_engagement_too(start: float) -> None:
    desk = Desk(start=start)
    own = desk.days()
    rival = desk.stats("tiktok/rival")["daily"][-60:]

    def lead(end: int) -> float:
        """Rival's four-week rate to a day, less the brand's."""
        window = slice(60 + end - 28, 60 + end)
        ours = engagement(own[window], "video_views")
        return engagement(rival[window], "views") - ours

    assert lead(0) > 0
    assert lead(-14) < 0
    assert lead(-28) < 0


@pytest.mark.parametrize("start", STARTS)
def test_a_week_goes_viral(start: float) -> None:
    views = daily_of(Desk(start=start).world, "video_views")
    weeks = [sum(views[i : i + 7]) for i in range(len(views) - 6)]
    best = weeks.index(max(weeks))
    assert max(weeks) > 2.5 * median(weeks)
    # Older than the two windows of four weeks, or everything would look like a fall.
    assert 60 < len(weeks) - best < 100


def test_the_launch_brings_visits() -> None:
    daily = Desk().stats("web")["daily"]
    before = [d["visits"] for d in daily[-40:-21]]
    after = [d["visits"] for d in daily[-19:-12]]
    assert median(after) > 1.3 * median(before)


def test_bounces_rise_at_the_end() -> None:
    daily = Desk().stats("web")["daily"]

    def rate(days: list[dict[str, Any]]) -> float:
        return float(sum(d["bounces"] for d in days) / sum(d["visits"] for d in days))

    assert rate(daily[-8:]) > rate(daily[-45:-15]) + 0.03


@pytest.mark.parametrize("start", STARTS[:4])
def test_some_goals_are_reached_and_some_are_not(start: float) -> None:
    goals = {goal.kpi: goal.target or 0.0 for goal in demo_settings().goal}
    desk = Desk(start=start)
    rows = desk.days()[-28:]
    followers = rows[-1]["followers_count"] / goals["followers"]
    assert 0.9 < followers < 1
    rate = engagement(rows, "video_views")
    assert rate >= goals["engagement_rate_by_views"]
    month = [
        v
        for v in desk.videos()
        if int(v["create_time"]) > desk.at - 28 * DAY and "reach" in v
    ]
    watched = [v for v in month if "full_video_watched_rate" in v]
    ends = sum(v["full_video_watched_rate"] * v["video_views"] for v in watched)
    completion = ends / sum(v["video_views"] for v in watched)
    assert completion < 0.9 * goals["completion_rate"]


def test_themes_differ_and_none_is_too_small() -> None:
    themes = {theme.name: theme.match for theme in demo_settings().theme}
    videos = Desk().videos()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in themes}
    for video in videos:
        caption = video["caption"].lower()
        names = [n for n, words in themes.items() if any(w in caption for w in words)]
        assert names, caption
        found[names[0]].append(video)
    assert min(len(group) for group in found.values()) >= 5
    typical = {
        name: median(v["video_views"] for v in group) for name, group in found.items()
    }
    assert typical["Recipes"] > 1.3 * median(v["video_views"] for v in videos)
    assert typical["Product"] < typical["Recipes"] / 2
    assert len({v["caption"] for v in videos}) == 60


def test_posting_times_fall_into_few_slots() -> None:
    athens = ZoneInfo("Europe/Athens")
    slots: dict[tuple[int, int], int] = {}
    for video in Desk().videos(("item_id", "create_time")):
        at = datetime.fromtimestamp(int(video["create_time"]), UTC).astimezone(athens)
        slots[at.weekday(), at.hour] = slots.get((at.weekday(), at.hour), 0) + 1
    assert sum(sorted(slots.values())[-6:]) >= 55
    assert max(slots.values()) >= 10


def test_posting_goes_on_while_you_watch() -> None:
    desk = Desk()
    assert len(desk.videos(("item_id",))) == 60
    desk.at += 14 * DAY
    assert 64 <= len(desk.videos(("item_id",))) <= 67


def test_a_source_fails_and_recovers_while_you_watch() -> None:
    desk = Desk()
    states = []
    for _ in range(200):
        states.append(desk.ask(STATS_URL + "tiktok/oldmill").status_code)
        desk.at += 5
    assert set(states) == {200, 503}
    assert states[:24] == [200] * 24
    outages = "".join("x" if s == 503 else "." for s in states).split(".")
    lengths = [5 * len(outage) for outage in outages if outage]
    assert len(lengths) >= 2
    assert max(lengths) <= 120
    desk.at = START + 200
    assert desk.ask(STATS_URL + "tiktok/rival").status_code == 200


def test_one_competitor_has_rounded_counters() -> None:
    data = Desk().stats("tiktok/goldenpress")
    assert data["stats"]["followerCount"] % 10_000 == 0
    counts = {day["followers"] for day in data["daily"][-28:]}
    assert len(counts) >= 3
    assert all(count % 10_000 == 0 and count > 1_000_000 for count in counts)


def test_one_competitor_has_nothing_to_rank() -> None:
    data = Desk().stats("tiktok/newcomer")
    assert len(data["daily"]) == 9
    assert all(day["views"] == 0 for day in data["daily"])
    assert 200 < data["stats"]["followerCount"] < 1000


def daily_of(world: DemoWorld, metric: str) -> list[float]:
    """The year's values of one daily metric of the brand, oldest first."""
    readings = world.history()[0][1].readings
    found = {r.at: r.value for r in readings if (r.metric, r.grain) == (metric, "day")}
    assert len(found) == 365
    days = sorted(found)
    assert (day_of(days[-1]) - day_of(days[0])).days == 364
    return [found[at] for at in days]


@pytest.mark.parametrize(
    ("handle", "weekly"), [("rival", 6.5), ("goldenpress", 9), ("oldmill", 1.2)]
)
def test_competitors_post_as_often_as_they_are_said_to(
    handle: str, weekly: float
) -> None:
    posts = Desk().stats(f"tiktok/{handle}")["posts"]
    times = [post["postedAt"] for post in posts]
    assert times == sorted(times, reverse=True)
    in_56_days = [at for at in times if START - 56 * DAY < at <= START]
    assert len(in_56_days) == pytest.approx(weekly * 8, abs=1)
    # The platform's ids tell the upload, a moment before the post.
    assert all(0 < post["postedAt"] - (int(post["id"]) >> 32) < 3600 for post in posts)


def test_a_competitors_posts_grow_and_are_never_told_again_otherwise() -> None:
    desk = Desk()
    before = {post["id"]: post for post in desk.stats("tiktok/rival")["posts"]}
    desk.at += 2 * DAY
    after = {post["id"]: post for post in desk.stats("tiktok/rival")["posts"]}
    both = before.keys() & after.keys()
    assert len(both) > 50
    for post_id in both:
        old, new = before[post_id], after[post_id]
        assert all(new[name] >= old[name] for name in ("views", "likes", "shares"))
        assert (new["caption"], new["seconds"]) == (old["caption"], old["seconds"])
    assert desk.stats("tiktok/newcomer")["posts"] == []
