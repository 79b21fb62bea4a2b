"""Ranks, gaps and who overtakes whom."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.leaderboard import (
    RANKABLE,
    Contender,
    Leaderboard,
    LeaderboardRow,
    rank,
)
from kpi_tui.kpi.rounding import is_rounded
from tests.kpi.build import (
    LAST,
    MONTH,
    WEEK,
    Days,
    at,
    back,
    ending,
    every,
    history,
    totals,
    video,
)


def contender(handle: str, followers: Days | None = None, **flows: Days) -> Contender:
    known = history(flows, followers=followers, handle=handle)
    return Contender(handle, handle.title(), "competitor", known)


def engaged(handle: str, *weeks: float | None) -> Contender:
    """An account with that many likes a day, week by week, oldest first."""
    days = ending([value for value in weeks for _ in range(7)])
    zero = dict.fromkeys(days, 0.0)
    return contender(handle, every(100), likes=days, comments=zero, shares=zero)


def by_handle(board: Leaderboard) -> dict[str, LeaderboardRow]:
    return {row.handle: row for row in board.rows}


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=4),
        st.none() | st.integers(0, 5).map(float),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_ranks_count_who_is_better_in_whatever_order(
    values: dict[str, float | None], random
):
    contenders = [
        contender(handle, None if value is None else {LAST: value})
        for handle, value in values.items()
    ]
    board = rank(contenders, "followers", WEEK)
    for row in board.rows:
        own = values[row.handle]
        if own is None:
            assert row.rank is None
            assert row.value is None
            assert row.reason == "not measured"
        else:
            better = sum(other is not None and other > own for other in values.values())
            assert row.rank == better + 1
    shown = [row.rank or 99 for row in board.rows]
    assert shown == sorted(shown)
    random.shuffle(contenders)
    assert rank(contenders, "followers", WEEK) == board


def test_equal_values_share_a_rank_and_stand_in_the_order_of_their_names():
    board = rank(
        [
            contender("cora", {LAST: 5.0}),
            contender("Bea", {LAST: 9.0}),
            contender("acme", {LAST: 9.0}),
            contender("dan", {LAST: 5.0}),
        ],
        "followers",
        WEEK,
    )
    assert [(row.handle, row.rank, row.gap) for row in board.rows] == [
        ("acme", 1, None),
        ("Bea", 1, None),
        ("cora", 3, 4.0),
        ("dan", 3, 4.0),
    ]


def test_too_few_days_have_a_value_but_no_rank():
    board = rank(
        [
            contender("acme", None, net_followers=every(1)),
            contender("thin", None, net_followers=every(50, 3)),
        ],
        "follower_growth",
        WEEK,
    )
    thin = by_handle(board)["thin"]
    assert (thin.rank, thin.value, thin.reason) == (None, 150, "covered 3 of 7 days")
    assert (thin.gap, thin.days_to_overtake) == (None, None)
    assert board.rows[0].handle == "acme"


def test_too_many_videos_without_a_baseline_have_no_rank():
    ends = {back(7): totals(5, 1, 1, 1), LAST: totals(9, 2, 2, 2)}
    videos = [
        video("a", back(50), ends=ends),
        video("b", back(50), ends={LAST: totals(9, 2, 2, 2)}),
    ]
    board = rank(
        [Contender("acme", "Acme", "own", history(videos=videos))],
        "engagement_rate_by_views",
        WEEK,
    )
    assert board.rows[0].rank is None
    assert board.rows[0].reason == "too many videos without a baseline"


def test_a_row_has_what_the_screen_shows():
    videos = [
        video("a", back(1), caption="#olive #oil", duration=20, views=100),
        video("b", back(2), caption="#olive", duration=40, views=300),
        video("c", back(3), kind="photo", views=500),
        video("d", back(60), caption="#old", duration=90, views=7),
    ]
    known = history(
        {"likes": every(5), "video_views": every(50)},
        followers=ending([100.0] + [110.0] * 7),
        videos=videos,
        sources={"likes": "acme/studio"},
    )
    (row,) = rank([Contender("acme", "Acme", "own", known)], "like_rate", WEEK).rows
    assert (row.name, row.role, row.rank, row.rank_change) == ("Acme", "own", 1, 0)
    assert row.trend == (0.1,) * 7
    assert row.followers == 110
    assert row.follower_growth_rate == pytest.approx(0.1)
    assert row.posting_frequency == 3
    assert row.views_per_video == 300
    assert row.strategy.posts_per_week == 3
    assert row.strategy.median_duration == 30
    assert row.strategy.top_hashtags == ("#olive", "#oil")
    assert row.strategy.formats == (("video", 2 / 3), ("photo", 1 / 3))
    assert (row.source, row.as_of, row.age_at) == ("acme/studio", LAST, at(LAST, 20))


def test_an_account_that_is_known_only_since_shows_its_count_and_has_no_rank():
    since = {LAST + timedelta(days=1): 910.0}
    board = rank(
        [contender("new", since), contender("old", {LAST: 5.0})], "followers", WEEK
    )
    row = by_handle(board)["new"]
    assert (row.followers, row.value, row.rank) == (910, None, None)
    assert row.reason == "no value up to these days"
    assert row.age_at == at(LAST + timedelta(days=1), 20)
    # Whoever has a count of the window's end shows that one.
    both = contender("both", {LAST: 5.0, **since})
    assert rank([both], "followers", WEEK).rows[0].followers == 5


def test_an_account_without_videos_has_no_strategy():
    (row,) = rank([contender("acme", {LAST: 5.0})], "followers", WEEK).rows
    assert row.strategy.posts_per_week is None
    assert row.strategy.median_duration is None
    assert row.strategy.formats == ()


def test_places_gained_count_overtaken_accounts():
    rising = ending([10.0] * 7 + [40.0] * 7)
    board = rank(
        [
            contender("acme", None, net_followers=rising),
            contender("rival", None, net_followers=every(20)),
            contender("other", None, net_followers=every(5)),
        ],
        "follower_growth",
        WEEK,
    )
    changes = {row.handle: row.rank_change for row in board.rows}
    assert changes == {"acme": 1, "rival": -1, "other": 0}


def test_a_newcomer_moves_nobody():
    board = rank(
        [
            contender("acme", None, net_followers=every(5)),
            contender("rival", None, net_followers=every(3)),
            contender("newcomer", None, net_followers=every(50, 7)),
        ],
        "follower_growth",
        WEEK,
    )
    changes = {row.handle: (row.rank, row.rank_change) for row in board.rows}
    assert changes == {"newcomer": (1, None), "acme": (2, 0), "rival": (3, 0)}


def test_days_to_overtake_are_the_gap_over_the_difference_of_paces():
    board = rank(
        [
            contender("acme", ending([100.0 + 30 * i for i in range(8)])),
            contender("rival", ending([1000.0 + 10 * i for i in range(8)])),
        ],
        "followers",
        WEEK,
    )
    own = by_handle(board)["acme"]
    assert own.gap == 1070 - 310
    assert own.days_to_overtake == pytest.approx(760 / 20)
    assert by_handle(board)["rival"].days_to_overtake is None


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (
            ending([100.0 + 5 * i for i in range(8)]),
            ending([900.0 + 9 * i for i in range(8)]),
        ),
        (
            ending([100.0 + 5 * i for i in range(8)]),
            ending([900.0 + 5 * i for i in range(8)]),
        ),
        ({LAST: 5.0}, every(900)),
    ],
)
def test_a_gap_that_does_not_close_is_never_overtaken(own: Days, other: Days):
    board = rank([contender("acme", own), contender("r", other)], "followers", WEEK)
    assert by_handle(board)["acme"].days_to_overtake is None


def test_other_kpis_take_their_pace_from_the_previous_window():
    board = rank(
        [engaged("acme", 10, 24), engaged("rival", 38, 38)], "engagements", WEEK
    )
    # 98 engagements short, and 14 x 7 more per window of 7 days.
    assert by_handle(board)["acme"].gap == 98
    assert by_handle(board)["acme"].days_to_overtake == pytest.approx(7)
    alone = rank([engaged("acme", 24), engaged("rival", 38)], "engagements", WEEK)
    assert by_handle(alone)["acme"].days_to_overtake is None


def test_a_falling_rate_ranks_first_where_falling_is_good():
    visits = every(100)
    board = rank(
        [
            contender("acme", None, website_visits=visits, bounces=every(40)),
            contender("rival", None, website_visits=visits, bounces=every(60)),
        ],
        "bounce_rate",
        WEEK,
    )
    assert [row.handle for row in board.rows] == ["acme", "rival"]
    assert board.rows[1].gap == pytest.approx(-0.2)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_shares_of_voice_sum_to_one(likes: list[int]):
    contenders = [engaged(f"a{i}", value, value) for i, value in enumerate(likes)]
    board = rank(contenders, "share_of_voice", WEEK)
    assert sum(row.value or 0 for row in board.rows) == pytest.approx(1)
    assert all(row.rank_change == 0 for row in board.rows)
    for day in range(7):
        assert sum(row.trend[day] or 0 for row in board.rows) == pytest.approx(1)


def test_the_silent_do_not_share_the_voice():
    board = rank(
        [
            engaged("acme", 10, 30),
            engaged("rival", 30, 10),
            engaged("thin", None, None),
            contender(
                "partly", None, likes=every(5, 2), comments=every(1), shares=every(1)
            ),
        ],
        "share_of_voice",
        WEEK,
    )
    rows = by_handle(board)
    assert (rows["acme"].value, rows["rival"].value) == (0.75, 0.25)
    assert (rows["acme"].rank_change, rows["rival"].rank_change) == (1, -1)
    assert rows["rival"].gap == 0.5
    assert (rows["thin"].value, rows["thin"].reason) == (None, "not measured")
    assert (rows["thin"].rank, rows["thin"].trend) == (None, ())
    assert (rows["partly"].value, rows["partly"].reason) == (
        None,
        "covered 2 of 7 days",
    )


def test_a_voice_overtakes_when_its_engagements_do():
    board = rank(
        [engaged("acme", 10, 24), engaged("rival", 38, 38)], "share_of_voice", WEEK
    )
    assert by_handle(board)["acme"].days_to_overtake == pytest.approx(7)


def test_nobody_engaged_is_no_share():
    board = rank([engaged("acme", 0), engaged("rival", 0)], "share_of_voice", WEEK)
    assert {row.reason for row in board.rows} == {"no engagements in these days"}
    assert {row.rank for row in board.rows} == {None}


def test_a_day_that_one_account_misses_has_no_shares():
    likes = ending([5.0] * 6 + [None])
    missing = contender("rival", None, likes=likes, comments=every(0), shares=every(0))
    board = rank([engaged("acme", 5), missing], "share_of_voice", WEEK)
    assert by_handle(board)["acme"].trend == (0.5,) * 6 + (None,)


@pytest.mark.parametrize("kpi", RANKABLE)
def test_every_rankable_kpi_ranks(kpi: str):
    board = rank([engaged("acme", 5), contender("empty")], kpi, MONTH)
    assert board.kpi == kpi
    assert len(board.rows) == 2


def test_an_unknown_kpi_is_refused():
    with pytest.raises(ValueError, match="no KPI is called 'beauty'"):
        rank([], "beauty", WEEK)


@pytest.mark.parametrize(
    ("followers", "is_coarse"),
    [
        ([1_230_000.0, 1_240_000.0, 1_250_000.0], True),
        ([1_230_000.0, 1_240_000.0, 1_250_001.0], False),
        ([12_340.0, 12_350.0, 12_360.0], False),
        ([12_300.0, 12_400.0], False),
        ([12_300.0, 12_300.0, 12_400.0, 12_400.0], False),
        ([1230.0, 1240.0, 1250.0], False),
        ([9_990.0, 10_000.0, 10_100.0], False),
        ([12_345.0] + [10_000.0 + 100 * i for i in range(10)], True),
        ([12_300.5, 12_400.0, 12_500.0], False),
        ([], False),
    ],
)
def test_rounded_counters_are_recognised(followers: list[float], is_coarse: bool):
    known = history(followers=ending(followers))
    assert is_rounded(known, LAST) == is_coarse


def test_only_counts_up_to_the_window_say_that_they_are_rounded():
    known = history(followers=ending([1_230_000.0, 1_240_000.0, 1_250_000.0]))
    assert not is_rounded(known, back(1))
    (row,) = rank([Contender("acme", "A", "own", known)], "followers", WEEK).rows
    assert row.is_rounded
