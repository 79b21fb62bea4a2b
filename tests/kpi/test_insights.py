"""What is said of whole accounts, and in which order; each number checked by hand."""

from dataclasses import replace

import pytest

from kpi_tui.kpi.content import video_rows
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.insights import MOST, Case, insights
from kpi_tui.kpi.velocity import Breakout
from tests.kpi.build import ending, every, history, video
from tests.kpi.insights_cases import (
    back,
    behind,
    case_of,
    engaged,
    months,
    one,
    posts,
)

FLOWS = {
    "likes": every(70),
    "comments": every(5),
    "shares": every(5),
}


def test_nothing_known_says_nothing():
    assert insights(case_of(history())) == ()


@pytest.mark.parametrize("count", [1, 3, 4])
def test_an_account_of_a_few_videos_gets_no_advice(count: int):
    # Completion and growth lag, and the funnel leaks; yet no advice.
    account = history(
        {
            "video_views": months(900, 1000),
            "profile_views": months(20, 80),
            "net_followers": months(1, 50),
        },
        videos=posts("Pasta #recipe", [10_000] * count, completion_rate=0.1),
    )
    goals = {"completion_rate": behind("completion_rate", 0.1, 0.5)}
    found = one(insights(case_of(account, goals=goals)))
    assert (found.kind, found.text) == (
        "too little",
        f"Not enough data yet: {count} of 5 videos.",
    )
    assert found.evidence == (("videos with views", f"{count} of 5"),)


def test_who_has_no_videos_at_all_is_not_told_so():
    account = history({"video_views": months(900, 1000)})
    assert insights(case_of(account)) == ()


def test_three_videos_and_a_competitor_that_passes():
    account = history(followers=ending([100.0] * 57), videos=posts("Pasta", [9, 9, 9]))
    rival = history(followers=ending([60.0 + n for n in range(57)]), handle="rival")
    found = insights(case_of(account, rivals=[rival]))
    assert [insight.kind for insight in found] == ["rival", "too little"]


# An account like many: a few videos went far, all with the same tag of which there
# are four; the tags of the older ones are on nearly all of them.
FAR = [179_000, 163_000, 60_000, 38_000]
OLD = [11_600, 4_900, 4_300, 3_300, 3_290, 3_250, 3_140, 2_970, 2_470, 2_280, 2_010]


def small_account() -> AccountHistory:
    far = engaged(posts("One #choir #psalm", FAR, 9), 0.14)
    old = engaged(posts("Two #choir #fyp", OLD, 30), 0.07)
    return history({"video_views": ending([10_000] * 28), **FLOWS}, videos=[*far, *old])


def test_a_promising_group_of_four_is_waited_for():
    found = one(insights(case_of(small_account(), themes=())))
    # Median of all 15: the 8th largest of the 4 + 11, 3,300. Of the four: the mean of
    # 60,000 and 163,000, 111,500; 111,500 / 3,300 = 33.8.
    assert found.kind == "too little"
    assert found.text == (
        "Videos with #psalm do well so far, but there is not enough data yet: "
        "4 of 5 videos."
    )
    assert found.evidence == (
        ("videos", "4 of 5"),
        ("times the median so far", "33.8 x"),
        ("all videos", "15 videos"),
    )


def test_what_nearly_all_videos_share_is_not_recommended():
    # #fyp is on the 11 others of 15, and #choir on all: neither can be compared.
    texts = [insight.text for insight in insights(case_of(small_account(), themes=()))]
    assert not any("#choir" in text or "#fyp" in text for text in texts)


def whole_account() -> Case:
    """Lags in everything that there is, and has videos that prove the way out."""
    recipes = engaged(
        posts("Pan #recipe", [800, 820, 840, 860, 880, 900, 920, 940], 20,
              duration=9.0, completion_rate=0.6, new_followers=9.0), 0.1)  # fmt: skip
    tours = engaged(
        posts("Mill #tour", [200 + 5 * n for n in range(16)], 0,
              duration=45.0, completion_rate=0.3, new_followers=0.5), 0.03)  # fmt: skip
    account = history(
        {
            "video_views": months(900, 1000),
            "likes": months(40, 80),
            "comments": months(2, 4),
            "shares": months(2, 4),
            "profile_views": months(50, 60),
            "website_visits": months(10, 30),
            "net_followers": months(2, 5),
        },
        followers=ending(
            [1000 + 5 * n for n in range(29)] + [1140 + 2 * n for n in range(1, 29)]
        ),
        videos=[*tours, *recipes],
    )
    goals = {"completion_rate": behind("completion_rate", 0.41, 0.55)}
    rival = history(
        followers=ending([1020.0 + 4 * n for n in range(57)]), handle="rival"
    )
    hit = Breakout("Mill #tour 0", "Mill", 2.0, 9_000, 4.5, 1.0, 19, 1)
    return case_of(account, goals=goals, rivals=[rival], breakouts=[hit])


def test_a_handful_at_most_the_weightiest_first():
    found = insights(whole_account())
    assert len(found) == MOST
    assert [insight.kind for insight in found] == [
        "breakout", "rival", "completion", "growth", "conversion",
    ]  # fmt: skip
    weights = [insight.weight for insight in found]
    assert weights == sorted(weights, reverse=True)


def test_every_insight_answers_for_itself():
    for insight in insights(whole_account()):
        assert insight.text.endswith(".")
        assert "None" not in insight.text
        assert insight.evidence
        assert all(label and value for label, value in insight.evidence)
        assert len(dict(insight.evidence)) == len(insight.evidence)
        assert insight.formula
        assert insight.as_of is not None


def test_a_group_is_recommended_once():
    # Recipes bring followers, engage, and earn views: growth weighs most of the three.
    case = replace(whole_account(), breakouts=(), goals={}, rivals=())
    told = [insight for insight in insights(case) if "Recipes" in insight.text]
    assert one(told).kind == "growth"
    # Where growth is well the next reason says it.
    well = {name: kpi for name, kpi in case.kpis.items() if "follower" not in name}
    told = [i for i in insights(replace(case, kpis=well)) if "Recipes" in i.text]
    assert one(told).kind == "engagement"


def test_the_change_of_a_rate_is_told_with_its_parts():
    # Five posts of each window. Before: all tours at 4 %; now four recipes at 10 % and
    # one tour at 4 %, of 1,000 views each: (4 x 100 + 40) / 5,000 = 8.8 %. Each window
    # has its own rates, so that all of the change is mix: +4.8 points.
    old = engaged(posts("Mill #tour", [1_000] * 5, 30), 0.04)
    new = engaged(posts("Mill #tour", [1_000], 1), 0.04)
    recipes = engaged(posts("Pan #recipe", [1_000] * 4, 2), 0.10)
    account = history(
        {
            "video_views": months(1000, 1000),
            "likes": months(88, 40),
            "comments": months(0, 0),
            "shares": months(0, 0),
        },
        videos=[*new, *recipes, *old],
    )
    found = next(i for i in insights(case_of(account)) if i.kind == "change")
    assert found.text == (
        "Engagement by views went from 4.0 % to 8.8 %: +4.8 pt by mix "
        "(more Recipes (0 → 4)) and 0 pt by rates (no group's own rate changed)."
    )
    proof = dict(found.evidence)
    assert proof["by that count"] == "4.0 % before, 8.8 % now"
    assert proof["counted"] == "by the videos posted in these days"


def test_a_sum_names_the_days_that_carried_it():
    # 28 days of 10 visits before; now 26 of 10 and two of 150: 560 against 280.
    visits = ending([10.0] * 28 + [10.0] * 20 + [150.0, 150.0] + [10.0] * 6)
    found = one(insights(case_of(history({"website_visits": visits}))))
    assert found.text == (
        "Website visits from TikTok are 560, up from 280 in the 28 days before: "
        "17 Mar brought 150."
    )
    assert dict(found.evidence)["those days against usual ones"] == "+140"


def test_a_sharp_change_that_the_last_two_days_made_may_yet_settle():
    # All of the rise came yesterday and the day before, which may be restated.
    visits = ending([10.0] * 28 + [10.0] * 26 + [150.0, 150.0])
    case = case_of(history({"website_visits": visits}))
    assert [insight.kind for insight in insights(case)] == ["change"]
    assert insights(replace(case, is_settling=True)) == ()


def test_an_uncovered_change_is_none():
    visits = ending([10.0] * 28 + [None] * 7 + [40.0] * 21)
    assert insights(case_of(history({"website_visits": visits}))) == ()


def test_a_breakout_is_told_with_the_age_at_which_it_was_compared():
    videos = posts("Pasta #recipe", [9_000, 100, 100, 100, 100, 100])
    hit = Breakout("Pasta #recipe 0", "Pasta #recipe", 0.75, 9_000, 4.5, 0.96, 25, 1)
    also = Breakout("Pasta #recipe 1", "Pasta #recipe", 5.5, 900, 2.1, 0.92, 25, 1)
    account = history(videos=videos, sources={"video_total_views": "acme/x"})
    case = case_of(account, breakouts=[hit, also])
    found = insights(case)[0]
    assert found.text == (
        "“Pasta #recipe” breaks out: 9,000 views after 45 min, 4.5 x what your videos "
        "have at that age, and 1 other with it: answer its comments while it runs."
    )
    assert found.evidence[:3] == (
        ("views", "9,000 after 45 min"),
        ("more than", "24 of 25 videos at that age"),
        ("times the median", "4.5 x"),
    )
    assert found.source == "acme/x"
    done = replace(case, breakouts=[replace(hit, age_hours=48.0)])
    assert insights(done)[0].text == (
        "“Pasta #recipe” broke out: 9,000 views in its first 48 h, 4.5 x what your "
        "videos have at that age: show what comes next."
    )
    gone = replace(hit, video_id="deleted")
    assert insights(replace(case, breakouts=[gone])) == ()


def test_long_captions_are_cut():
    long = "word " * 30
    rows = video_rows(history(videos=[video("1", back(1), caption=long)]))
    hit = Breakout("1", long, 12.0, 900, 3.0, 1.0, 5, 1)
    videos = [video("1", back(1), caption=long, views=9)]
    videos += posts("x", [1, 2, 3, 4])
    found = insights(case_of(history(videos=videos), breakouts=[hit]))[0]
    assert rows[0].caption == long
    assert found.text.startswith(
        "“word word word word word word word word…” breaks out"
    )
    assert "after 12 h" in found.text
