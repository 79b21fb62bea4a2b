"""Videos, their groups, and when they were posted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.content import (
    MAX_HASHTAGS,
    Group,
    VideoRow,
    duration_band,
    groups,
    heat,
    video_rows,
)
from kpi_tui.kpi.hashtags import hashtags
from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.readings import Video, day_start
from tests.kpi.build import LAST, at, back, history, video


def rows(*videos: VideoHistory) -> tuple[VideoRow, ...]:
    return video_rows(history(videos=videos))


def by_label(found: tuple[Group, ...]) -> dict[str, Group]:
    return {group.label: group for group in found}


def test_a_row_has_every_number_of_its_video():
    (row,) = rows(
        video(
            "a",
            back(2),
            caption="Olive #oil",
            duration=20,
            views=200,
            likes=10,
            comments=5,
            shares=5,
            saves=4,
            reach=150,
            watch_time=2000,
            completion_rate=0.3,
            new_followers=7,
            link_clicks=2,
        )
    )
    assert row.engagement_rate_by_views == pytest.approx(0.1)
    assert row.average_watch_time == pytest.approx(10)
    assert row.average_watched_share == pytest.approx(0.5)
    assert (row.saves, row.reach, row.new_followers, row.link_clicks) == (4, 150, 7, 2)
    assert (row.lift, row.completion_rate, row.as_of_at) == (1, 0.3, at(LAST))


def test_what_is_not_measured_is_not_zero():
    (row,) = rows(video("a", None, kind=None, likes=3))
    assert row.likes == 3
    for value in (
        row.views,
        row.engagement_rate_by_views,
        row.average_watch_time,
        row.lift,
        row.posted_at,
        row.format,
    ):
        assert value is None
    (unseen,) = rows(video("b", views=0, likes=0, comments=0, shares=0))
    assert unseen.engagement_rate_by_views is None
    assert unseen.lift is None


def test_a_reported_average_beats_the_total():
    (row,) = rows(video("a", views=10, watch_time=50, average_watch_time=9))
    assert row.average_watch_time == 9


def test_the_newest_video_comes_first_and_undated_ones_last():
    found = rows(video("b", None), video("a", back(3)), video("d"), video("c"))
    assert [row.id for row in found] == ["c", "d", "a", "b"]


@given(st.lists(st.integers(1, 10**7).map(float), min_size=1, max_size=25))
def test_half_of_the_videos_lie_at_or_above_the_median(views: list[float]):
    found = rows(*(video(str(i), views=v) for i, v in enumerate(views)))
    lifts = [row.lift or 0 for row in found]
    assert sum(lift >= 1 - 1e-9 for lift in lifts) * 2 >= len(lifts)
    assert sum(lift <= 1 + 1e-9 for lift in lifts) * 2 >= len(lifts)


def test_themes_match_any_of_their_words_in_any_case():
    found = rows(
        video("a", caption="Best RECIPE ever", views=10),
        video("b", caption="a tour of the mill, and a recipe", views=30),
        video("c", caption="nothing", views=20),
    )
    themes = [
        ("Recipes", ("recipe", "cook")),
        ("Tours", ("Tour",)),
        ("Duets", ("duet",)),
    ]
    themed = by_label(tuple(g for g in groups(found, themes) if g.dimension == "theme"))
    assert themed["Recipes"].videos == 2
    assert themed["Recipes"].median_views == 20
    assert themed["Tours"].videos == 1
    assert themed["Tours"].lift == pytest.approx(1.5)
    assert (themed["Duets"].videos, themed["Duets"].lift) == (0, None)
    assert all(group.is_too_few for group in themed.values())


@pytest.mark.parametrize(
    ("caption", "found"),
    [
        ("#Olive oil #OLIVE", ("olive",)),
        ("#a#b", ("a", "b")),
        ("we are #1 #2nd", ("2nd",)),
        ("#Ελαιόλαδος #정교회 #हिन्दी", ("ελαιόλαδος", "정교회", "हिन्दी")),
        ("#STRASSE #straße", ("strasse",)),
        ("#slow_food! #café, ＃wide", ("slow_food", "café", "wide")),
        ("# nothing #", ()),
        ("", ()),
    ],
)
def test_hashtags_of_every_script(caption: str, found: tuple[str, ...]):
    assert hashtags(caption) == found


@given(st.text(max_size=60))
def test_hashtags_hold_no_separator(caption: str):
    for tag in hashtags(caption):
        assert tag
        assert not any(char.isspace() or char == "#" for char in tag)


def test_only_the_most_used_hashtags_are_compared():
    often = [video(f"x{i}", caption="#often", views=5) for i in range(2)]
    once = [video(str(i), caption=f"#tag{i:02}", views=5) for i in range(30)]
    found = [g for g in groups(rows(*often, *once), []) if g.dimension == "hashtag"]
    assert len(found) == MAX_HASHTAGS
    assert {"#often", "#tag00", "#tag18"} <= {group.label for group in found}


@pytest.mark.parametrize(
    ("seconds", "band"),
    [
        (14.9, "under 15 s"),
        (15, "15-30 s"),
        (29.9, "15-30 s"),
        (30, "30-60 s"),
        (60, "30-60 s"),
        (60.1, "over 60 s"),
    ],
)
def test_duration_bands_meet_without_a_gap(seconds: float, band: str):
    assert duration_band(seconds) == band


def test_formats_and_durations_leave_out_what_is_not_known():
    found = groups(
        rows(
            video("a", kind="photo", views=1),
            video("b", kind=None, duration=40, views=1),
            video("c", kind="video", duration=45, views=1),
        ),
        [],
    )
    sizes = [(group.dimension, group.label, group.videos) for group in found]
    assert sizes == [
        ("format", "photo", 1),
        ("format", "video", 1),
        ("duration", "30-60 s", 2),
    ]


def test_the_largest_lift_comes_first_and_too_few_last():
    small = [video("s", caption="#small", views=10**6)]
    low = [video(f"l{i}", caption="#low", views=10) for i in range(6)]
    high = [video(f"h{i}", caption="#high", views=100 + i) for i in range(6)]
    found = [
        g for g in groups(rows(*small, *low, *high), []) if g.dimension == "hashtag"
    ]
    assert [group.label for group in found] == ["#high", "#low", "#small"]
    assert [group.interval is None for group in found] == [False, False, True]


@given(
    st.lists(st.integers(1, 10**6).map(float), min_size=5, max_size=30),
    st.lists(st.integers(1, 10**6).map(float), max_size=30),
    st.integers(2, 1000),
)
def test_an_interval_holds_its_lift_and_does_not_depend_on_the_scale(
    inside: list[float], outside: list[float], factor: int
):
    def made(scale: float) -> Group:
        videos = [
            *(
                video(f"i{i}", caption="#in", views=v * scale)
                for i, v in enumerate(inside)
            ),
            *(video(f"o{i}", views=v * scale) for i, v in enumerate(outside)),
        ]
        return by_label(groups(rows(*videos), []))["#in"]

    one, many = made(1), made(factor)
    assert one.lift is not None
    assert one.interval is not None
    low, high = one.interval
    assert low <= one.lift <= high
    assert many.lift == pytest.approx(one.lift)
    assert many.interval == pytest.approx(one.interval)


def test_more_videos_make_a_narrower_interval():
    def width(count: int) -> float:
        spread = [float(1 + i * 997 % 101) for i in range(count)]
        videos = [
            *(video(f"i{i}", caption="#in", views=v) for i, v in enumerate(spread)),
            *(video(f"o{i}", views=float(1 + i * 31 % 97)) for i in range(100)),
        ]
        low, high = by_label(groups(rows(*videos), []))["#in"].interval or (0, 0)
        return high - low

    assert 0 < width(101) < width(11)


def test_a_clear_difference_excludes_one_and_none_does_not():
    clear = [
        *(video(f"i{i}", caption="#in", views=1000.0 + i) for i in range(9)),
        *(video(f"o{i}", views=100.0 + i) for i in range(40)),
    ]
    low, _ = by_label(groups(rows(*clear), []))["#in"].interval or (0, 0)
    assert low > 1
    alike = [
        *(video(f"i{i}", caption="#in", views=100.0 + 5 * i) for i in range(9)),
        *(video(f"o{i}", views=100.0 + i) for i in range(40)),
    ]
    low, high = by_label(groups(rows(*alike), []))["#in"].interval or (0, 0)
    assert low < 1 < high


def test_videos_that_nobody_saw_have_no_lift():
    found = by_label(
        groups(rows(*(video(str(i), caption="#a", views=0) for i in range(9))), [])
    )
    assert (found["#a"].lift, found["#a"].interval) == (None, None)
    mostly = [
        *(video(f"a{i}", caption="#a", views=9) for i in range(5)),
        *(video(f"b{i}", views=0) for i in range(4)),
    ]
    endless = by_label(groups(rows(*mostly), []))["#a"]
    assert endless.lift == 1
    assert endless.interval is None


@given(st.permutations(list(range(12))))
def test_groups_do_not_depend_on_the_order_of_videos(order: list[int]):
    videos = [
        video(str(i), caption=f"#t{i % 2}", views=float(i * 7 + 1)) for i in range(12)
    ]
    shuffled = rows(*(videos[i] for i in order))
    assert groups(shuffled, []) == groups(rows(*videos), [])


def test_posting_hours_are_those_of_the_accounts_zone():
    before = int(datetime(2026, 3, 29, 0, 30, tzinfo=UTC).timestamp())
    after = int(datetime(2026, 3, 29, 1, 30, tzinfo=UTC).timestamp())
    label = VideoHistory(
        Video("acme", "l", day_start(LAST), "day"), {"video_total_views": 1.0}, 0
    )
    made = [
        VideoHistory(Video("acme", str(moment), moment), {"video_total_views": v}, 0)
        for moment, v in ((before, 10.0), (after, 30.0))
    ]
    cells = heat(
        rows(*made, label, video("u", None, views=9)), ZoneInfo("Europe/Athens")
    )
    # 29 March 2026: the clock goes from 3 to 4 in the morning.
    assert [(c.weekday, c.hour, c.videos) for c in cells] == [(6, 2, 1), (6, 4, 1)]
    assert [c.lift for c in cells] == pytest.approx([10 / 9.5, 30 / 9.5])
