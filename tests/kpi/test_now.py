"""What the "now" line says, and what it keeps to itself."""

from dataclasses import replace

import pytest

from kpi_tui.kpi.content import Group
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.goal_needs import Needed
from kpi_tui.kpi.insights import Insight
from kpi_tui.kpi.leaderboard import Contender, Leaderboard, rank
from kpi_tui.kpi.now import NO_DATA, now_sentences
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import WEEK, ending, every, history
from tests.kpi.insights_cases import behind

NO_BOARD = Leaderboard("followers", ())


def value(
    kpi: str, now: float | None, before: float | None = None, covered: int | None = 28
) -> KpiValue:
    return KpiValue(
        kpi, now, DEFINITIONS[kpi].unit, previous=before, covered_days=covered
    )


def said(*values: KpiValue) -> tuple[str, ...]:
    return now_sentences("acme", {one.id: one for one in values}, NO_BOARD, [])


def group(label: str, lift: float, low: float, high: float, videos: int = 9) -> Group:
    return Group("theme", label, videos, None, None, None, lift, (low, high))


def board(**growth: list[float]) -> Leaderboard:
    """Ranks by follower growth, from daily net followers of two weeks."""
    contenders = [
        Contender(
            handle,
            handle,
            "own" if handle == "acme" else "competitor",
            history({"net_followers": ending([d for d in weeks for _ in range(7)])}),
        )
        for handle, weeks in growth.items()
    ]
    return rank(contenders, "follower_growth", WEEK)


def test_without_data_it_says_so():
    assert now_sentences("acme", {}, NO_BOARD, []) == (NO_DATA,)
    assert said(value("video_views", None)) == (NO_DATA,)
    assert said(value("video_views", 5, 9, covered=10)) == (NO_DATA,)


@pytest.mark.parametrize(
    ("kpi", "now", "before", "sentence"),
    [
        (
            "engagement_rate_by_views",
            0.091,
            0.147,
            "Engagement by views is 9.1 %, down 5.6 points on the 28 days before.",
        ),
        (
            "completion_rate",
            0.30,
            0.25,
            "Completion rate is 30.0 %, up 5.0 points on the 28 days before.",
        ),
        (
            "video_views",
            39_000,
            100_000,
            "Video views are 39.0 k, down 61 % on the 28 days before.",
        ),
        (
            "video_views",
            500,
            0,
            "Video views are 500, up from none in the 28 days before.",
        ),
        ("video_views", 0, 0, "Video views are 0, about as in the 28 days before."),
        (
            "video_views",
            101,
            100,
            "Video views are 101, about as in the 28 days before.",
        ),
        ("video_views", 500, None, "Video views are 500 over 28 days."),
        (
            "follower_growth_rate",
            0.000001,
            0.0000001,
            "Follower growth rate is 0.00 %, about as in the 28 days before.",
        ),
    ],
)
def test_a_change_is_said_in_its_own_unit(
    kpi: str, now: float, before: float | None, sentence: str
):
    assert said(value(kpi, now, before)) == (sentence,)


def test_the_sharpest_relative_change_is_said():
    found = said(
        value("engagement_rate_by_views", 0.09, 0.10),
        value("video_views", 50, 100),
        value("follower_growth_rate", 0.12, 0.10),
        replace(value("completion_rate", 0.9, 0.1), covered_days=3),
    )
    assert found == ("Video views are 50, down 50 % on the 28 days before.",)
    falls_from_nothing = said(
        value("video_views", 5), value("completion_rate", 0.2, 0.2)
    )
    assert falls_from_nothing[0].startswith("Completion rate")


def test_the_best_group_is_named_only_when_it_is_sure():
    def line(*groups: Group) -> tuple[str, ...]:
        return now_sentences("acme", {}, NO_BOARD, groups)

    recipes = group("Recipes", 3.2, 2.1, 4.6)
    sentence = "Recipes earn 3.2 x your median video (9 videos, 2.1-4.6 x)."
    assert line(group("Tours", 1.5, 1.2, 2), recipes) == (sentence,)
    assert line(group("Tours", 9.0, 0.9, 20)) == (NO_DATA,)
    assert line(group("Tours", 9.0, 8, 20, videos=4)) == (NO_DATA,)
    assert line(replace(recipes, interval=None)) == (NO_DATA,)
    assert line(group("Flops", 0.3, 0.1, 0.5)) == (NO_DATA,)
    assert line(group("Alike", 1.2, 1.0, 1.5)) == (NO_DATA,)
    assert len(line(group("Just enough", 3.0, 2.0, 4.0, videos=5))[0]) > len(NO_DATA)
    barely = line(group("Tours", 1.5, 1.01, 2))
    assert barely == ("Tours earn 1.5 x your median video (9 videos, 1.01-2.0 x).",)


@pytest.mark.parametrize(
    ("dimension", "label", "start"),
    [
        ("hashtag", "#oil", "Videos with #oil earn 3.2 x"),
        ("format", "photo", "Posts in the format photo earn 3.2 x"),
        ("duration", "15-30 s", "Videos of 15-30 s earn 3.2 x"),
        ("duration", "under 15 s", "Videos under 15 s earn 3.2 x"),
    ],
)
def test_each_kind_of_group_reads_as_a_sentence(dimension, label: str, start: str):
    one = replace(group(label, 3.2, 2.1, 4.6), dimension=dimension)
    assert now_sentences("acme", {}, NO_BOARD, [one])[0].startswith(start)


@pytest.mark.parametrize(
    ("growth", "sentence"),
    [
        (
            {"acme": [5.0, 5.0], "rival": [3.0, 9.0], "other": [1.0, 1.0]},
            "@rival passed you on net follower growth; you are #2 of 3.",
        ),
        (
            {"acme": [5.0, 9.0], "rival": [7.0, 7.0]},
            "You passed @rival on net follower growth; you are #1 of 2.",
        ),
        (
            {"acme": [5.0, 5.0], "b": [3.0, 9.0], "a": [3.0, 8.0]},
            "@b and @a passed you on net follower growth; you are #3 of 3.",
        ),
        (
            {"acme": [5.0, 5.0], "a": [1.0, 9.0], "b": [1.0, 8.0], "c": [1.0, 7.0]},
            "@a and 2 more passed you on net follower growth; you are #4 of 4.",
        ),
        (
            {"acme": [5.0, 5.0], "rival": [3.0, 3.0]},
            "You are #1 of 2 on net follower growth.",
        ),
        (
            {"acme": [5.0, 5.0], "newcomer": [9.0]},
            "You are #2 of 2 on net follower growth.",
        ),
        (
            {"acme": [5.0], "rival": [9.0]},
            "You are #2 of 2 on net follower growth.",
        ),
        (
            {"acme": [5.0, 5.0], "rival": [3.0, 5.0]},
            "You are #1 of 2 on net follower growth.",
        ),
        (
            {"acme": [3.0, 5.0], "rival": [5.0, 5.0]},
            "You are #1 of 2 on net follower growth.",
        ),
        (
            {"acme": [5.0, 9.0], "rival": [5.0, 9.0], "other": [6.0, 1.0]},
            "You passed @other on net follower growth; you are #1 of 3.",
        ),
    ],
)
def test_the_leaderboard_says_who_passed_whom(
    growth: dict[str, list[float]], sentence: str
):
    assert now_sentences("acme", {}, board(**growth), []) == (sentence,)


def test_nobody_to_compare_with_is_no_news():
    assert now_sentences("acme", {}, board(acme=[5.0, 5.0]), []) == (NO_DATA,)
    others = board(a=[5.0, 5.0], b=[1.0, 1.0])
    assert now_sentences("acme", {}, others, []) == (NO_DATA,)


def test_a_share_of_voice_has_a_name():
    flows = {"likes": every(5), "comments": every(1), "shares": every(1)}
    contenders = [
        Contender(handle, handle, "own", history(flows)) for handle in ("acme", "b")
    ]
    shares = rank(contenders, "share_of_voice", WEEK)
    assert now_sentences("acme", {}, shares, []) == (
        "You are #1 of 2 on share of voice.",
    )


def test_at_most_three_sentences_in_their_order():
    found = now_sentences(
        "acme",
        {"video_views": value("video_views", 50, 100)},
        board(acme=[5.0, 5.0], rival=[3.0, 3.0]),
        [group("Recipes", 3.2, 2.1, 4.6), group("Tours", 3.0, 2.0, 4.0)],
    )
    assert [sentence.split()[0] for sentence in found] == ["Video", "Recipes", "You"]


def test_the_goal_that_is_furthest_behind_comes_before_any_change():
    goals = {
        "completion_rate": behind("completion_rate", 0.5, 0.55, "at risk"),
        "engagement_rate": behind("engagement_rate", 0.051, 0.15),
        "save_rate": behind("save_rate", 0.01, 0.02, "on pace"),
    }
    goals["engagement_rate"] = replace(
        goals["engagement_rate"], needed=Needed(2140, "engagements", 727)
    )
    changed = {"video_views": value("video_views", 50, 100)}
    found = now_sentences("acme", changed, NO_BOARD, [], goals)
    assert found == (
        "Engagement by followers is 5.1 % against a goal of 15 %: behind, "
        "needs 2,140 engagements a day, now 727.",
    )
    del goals["engagement_rate"]
    found = now_sentences("acme", changed, NO_BOARD, [], goals)
    assert found == ("Completion rate is 50.0 % against a goal of 55 %: at risk.",)
    calm = {"save_rate": goals["save_rate"]}
    found = now_sentences("acme", changed, NO_BOARD, [], calm)
    assert found == ("Video views are 50, down 50 % on the 28 days before.",)


def test_a_breakout_comes_before_what_always_works():
    def insight(kind: str) -> Insight:
        return Insight(kind, f"A {kind}.", None, (), 1.0, "", None, None)

    content, hit, other = insight("content"), insight("breakout"), insight("rival")
    recipes = [group("Recipes", 3.2, 2.1, 4.6)]
    found = now_sentences("acme", {}, NO_BOARD, recipes, None, [other, content, hit])
    assert found == ("A breakout.",)
    found = now_sentences("acme", {}, NO_BOARD, recipes, None, [other, content])
    assert found == ("A content.",)
    found = now_sentences("acme", {}, NO_BOARD, recipes, None, [other])
    assert found[0].startswith("Recipes earn 3.2 x")
