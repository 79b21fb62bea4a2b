"""Each rule of insight alone: when it speaks, in which words, and when it is silent."""

from dataclasses import replace

import pytest

from kpi_tui.kpi.benchmarks import Benchmark
from kpi_tui.kpi.content import video_rows
from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.insights_case import Case, need
from kpi_tui.kpi.insights_growth import growth_rule
from kpi_tui.kpi.insights_watch import completion_rule, steepest
from kpi_tui.kpi.windows import Window
from tests.kpi.build import ending, every, history, video
from tests.kpi.insights_cases import LAST, back, behind, case_of, months, one, posts

# What lags.


def rate_case(now: float, before: float, **more) -> Case:
    """Engagement by views of so many percent, now and before."""
    flows = {"video_views": every(1000), "comments": every(0), "shares": every(0)}
    return case_of(history({**flows, "likes": months(now * 10, before * 10)}), **more)


@pytest.mark.parametrize(
    ("now", "before", "lags"),
    [(4, 8, True), (8.9, 10, True), (9.1, 10, False), (9, 4, False)],
)
def test_a_fall_of_a_tenth_is_a_need(now: float, before: float, lags: bool):
    found = need(rate_case(now, before), "engagement_rate_by_views")
    assert (found is not None) == lags


def test_a_goal_comes_before_the_past_and_the_past_before_the_industry():
    kpi = "engagement_rate_by_views"
    goals = {kpi: behind(kpi, 0.04, 0.15, "at risk")}
    usual = {kpi: Benchmark(kpi, 0.06, "views", "TikTok", industry="FOOD")}
    found = need(rate_case(4, 8, goals=goals, benchmarks=usual), kpi)
    assert found is not None
    assert found.text == "Engagement by views is 4.0 % against a goal of 15 %: at risk"
    found = need(rate_case(4, 8, benchmarks=usual), kpi)
    assert found is not None
    assert found.text == (
        "Engagement by views is 4.0 %, down from 8.0 % in the 28 days before"
    )
    found = need(rate_case(4, 4, benchmarks=usual), kpi)
    assert found is not None
    assert found.text == "Engagement by views is 4.0 %, where the industry has 6.0 %"
    other = replace(usual[kpi], denominator="not stated")
    assert need(rate_case(4, 4, benchmarks={kpi: other}), kpi) is None
    for status in ("on pace", "reached", "too early", "not covered"):
        calm = {kpi: behind(kpi, 0.04, 0.15, status)}
        assert need(rate_case(4, 4, goals=calm), kpi) is None


def test_a_rise_of_what_should_fall_is_a_need():
    flows = {"website_visits": every(100), "bounces": months(60, 40)}
    found = need(case_of(history(flows)), "bounce_rate")
    assert found is not None
    assert found.text == "Bounce rate is 60.0 %, up from 40.0 % in the 28 days before"


def test_what_only_the_settling_days_lost_is_no_need_yet():
    # 26 days of 100 and two of nothing yet: 2,600 of 2,800 is no tenth; make it 12 of 28.
    late = history({"profile_views": ending([100] * 28 + [95] * 26 + [0, 0])})
    case = case_of(late)
    assert need(case, "profile_views") is not None
    assert need(replace(case, is_settling=True), "profile_views") is None
    fallen = case_of(history({"profile_views": months(50, 100)}), is_settling=True)
    assert need(fallen, "profile_views") is not None


# Growth.


def grown(now: float, before: float, views: tuple[float, float], **more):
    """Followers gained and views had on each day, now and before."""
    flows = {"video_views": months(*views), "net_followers": months(now, before)}
    return history(flows, **more)


def test_growth_says_which_of_its_factors_fell():
    found = one(growth_rule(case_of(grown(5, 10, (500, 1000)))))
    assert found.text == (
        "Net follower growth is 140, down from 280 in the 28 days before. "
        "Views fell from 28.0 k to 14.0 k, new followers per 1,000 views stayed near 10.00."
    )
    found = one(growth_rule(case_of(grown(5, 10, (1000, 1000)))))
    assert found.text.endswith(
        "New followers per 1,000 views fell from 10.00 to 5.00, views stayed near 28.0 k."
    )
    assert list(growth_rule(case_of(grown(10, 10, (1000, 1000))))) == []


def test_growth_names_what_brings_followers():
    videos = [
        *posts("Mill #tour", [1000] * 16, new_followers=2.0),
        *posts("Pan #recipe", [1000] * 8, 10, new_followers=12.0),
    ]
    found = one(growth_rule(case_of(grown(5, 10, (500, 1000), videos=videos))))
    assert (
        "Recipes bring 12.00 followers per 1,000 views, your median video 2.00 "
        "(8 videos), but are only 8 of your 24 posts in these 28 days: post more of them"
    ) in found.text


def test_growth_names_the_rhythm_of_before():
    videos = [*posts("Now", [10] * 4, 1), *posts("Then", [10] * 12, 30)]
    found = one(growth_rule(case_of(grown(5, 10, (500, 1000), videos=videos))))
    # 4 and 12 posts in 28 days are 1 and 3 a week.
    assert found.text.endswith(
        "You posted 1.0 times a week; in the 28 days before it was 3.0, and 280 "
        "followers came: try that rhythm again."
    )
    steady = [*posts("Now", [10] * 11, 1), *posts("Then", [10] * 12, 30)]
    found = one(growth_rule(case_of(grown(5, 10, (500, 1000), videos=steady))))
    assert "rhythm" not in found.text


def test_a_loss_before_is_no_rhythm_to_go_back_to():
    videos = [*posts("Now", [10] * 4, 1), *posts("Then", [10] * 12, 30)]
    assert list(growth_rule(case_of(grown(-9, -3, (500, 1000), videos=videos)))) == []


# Completion.


def watched(
    short: float = 0.6, long: float = 0.3, count: int = 8
) -> list[VideoHistory]:
    """Short videos and long ones, each hundredth of a point apart."""
    found = []
    for i in range(count):
        found.append(
            video(
                f"s{i}",
                back(i),
                views=1000,
                duration=9.0,
                completion_rate=short + i / 1e4,
            )
        )
        found.append(
            video(
                f"l{i}",
                back(i),
                views=1000,
                duration=45.0,
                completion_rate=long + i / 1e4,
            )
        )
    return found


def short_of(videos: list[VideoHistory], **more) -> Case:
    goals = {"completion_rate": behind("completion_rate", 0.45, 0.6)}
    return case_of(history(videos=videos), goals=goals, **more)


def test_shorter_cuts_are_proposed_where_they_complete():
    found = one(completion_rule(short_of(watched())))
    assert found.text == (
        "Completion rate is 45.0 % against a goal of 60 %: behind. Videos under 15 s "
        "complete at 60.0 % against 30.0 % for 30-60 s (8 and 8 videos): try shorter cuts."
    )
    assert dict(found.evidence)["completion, 30-60 s"] == "30.0 % (8 videos)"


def test_nobody_is_told_to_cut_without_proof():
    assert list(completion_rule(case_of(history(videos=watched())))) == []
    assert list(completion_rule(short_of(watched(count=4)))) == []
    assert list(completion_rule(short_of(watched(0.3, 0.3)))) == []
    # Long ones complete better here: "shorter" would be wrong.
    assert list(completion_rule(short_of(watched(0.3, 0.6)))) == []


def test_the_second_in_which_most_viewers_leave():
    videos = watched(0.3, 0.3, 3)
    curves = {
        **{f"s{i}": [(0, 1.0), (1, 0.9), (2, 0.6), (3, 0.5)] for i in range(3)},
        **{f"l{i}": [(0, 1.0), (1, 0.8), (2, 0.7), (3, 0.2)] for i in range(2)},
        "unknown": [(0, 1.0), (1, 0.0)],
    }
    rows = video_rows(history(videos=videos))
    found = steepest(rows, curves)
    # Second 1 to 2: 3 x 0.3 + 2 x 0.1 of five, 0.22; 2 to 3: 3 x 0.1 + 2 x 0.5, 0.26.
    assert found is not None
    assert (found.second, found.videos) == (2, 5)
    assert found.lost == pytest.approx(0.26)
    assert steepest(rows[1:], curves) is None
    told = one(completion_rule(short_of(videos, curves=curves)))
    assert told.text.endswith(
        "behind. Viewers leave fastest between second 2 and 3 (26.0 points, 5 videos): "
        "try another opening."
    )


def test_a_curve_is_weighed_by_views():
    videos = [
        video(f"v{n}", back(n), views=9000 if n == 0 else 250, duration=9.0)
        for n in range(5)
    ]
    curves = {f"v{n}": [(4, 0.9), (5, 0.5), (6, 0.4)] for n in range(1, 5)}
    curves["v0"] = [(4, 0.9), (5, 0.8), (6, 0.2)]
    found = steepest(video_rows(history(videos=videos)), curves)
    # 4 to 5: (9,000 x 0.1 + 1,000 x 0.4) / 10,000 = 0.13; 5 to 6: 0.55.
    assert found is not None
    assert (found.second, round(found.lost, 9)) == (5, 0.55)


# The edges.


def test_a_value_with_gaps_says_so_in_its_evidence():
    gaps = {"profile_views": ending([100] * 28 + [None] * 2 + [50] * 26)}
    found = need(case_of(history(gaps)), "profile_views")
    assert found is not None
    assert found.evidence == (
        ("Profile views", "1,300 (26 of 28 days)"),
        ("Profile views, before", "2,800"),
    )


def test_a_bounce_rate_has_no_industry_and_two_days_never_hold():
    usual = Benchmark("bounce_rate", 0.9, "", "TikTok")
    flows = {"website_visits": every(100), "bounces": every(50)}
    case = case_of(history(flows), benchmarks={"bounce_rate": usual})
    assert need(case, "bounce_rate") is None
    fallen = case_of(history({"profile_views": months(50, 100)}), is_settling=True)
    short = replace(fallen, window=Window(LAST, 2))
    assert need(fallen, "profile_views") is not None
    assert need(short, "profile_views") is None


def test_growth_without_views_or_with_covered_gaps_names_no_factor():
    fell = {"net_followers": months(5, 10)}
    assert list(growth_rule(case_of(history(fell)))) == []
    gaps = {**fell, "video_views": ending([500] * 20)}
    assert list(growth_rule(case_of(history(gaps)))) == []
    # Views held and followers came as before: by less than a tenth each.
    slow = {"net_followers": months(8.9, 10), "video_views": months(945, 1000)}
    assert list(growth_rule(case_of(history(slow)))) == []


def test_posts_of_which_only_the_day_is_known_count_on_it():
    one_of = video("1", back(3), views=5)
    day = replace(one_of, video=replace(one_of.video, posted_precision="day"))
    case = case_of(history(videos=[day]))
    assert [case.day_of(row) for row in case.posted()] == [back(3)]
