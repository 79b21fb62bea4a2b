import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.changes import BY_POSTS, BY_TOTALS, OTHER, Change, changes
from kpi_tui.kpi.history import AccountHistory, VideoHistory
from kpi_tui.kpi.split import carriers, split_rate
from tests.kpi.build import (
    MONTH,
    Days,
    back,
    ending,
    every,
    history,
    totals,
    video,
)

THEMES = (("Recipes", ("#recipe",)), ("Tours", ("#tour",)))
PARTS = st.dictionaries(
    st.sampled_from(["Recipes", "Tours", "Duets", "other"]),
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**7)),
)


def moved(account: AccountHistory, themes=THEMES) -> dict[str, Change]:
    return changes(account, MONTH, themes, account_kpis(account, MONTH))


# The split.


@given(PARTS, PARTS)
def test_mix_and_rate_add_up_to_the_change(now, before):
    found = split_rate(now, before)
    is_known = all(any(part[1] for part in side.values()) for side in (now, before))
    assert (found is not None) == is_known
    assume(found is not None)
    assert found is not None
    size = max(1.0, abs(found.now), abs(found.before))
    # Rates of one view may be a million to one: their sums are as exact as doubles.
    size = max([size, *(abs(g.rate_now or 0) for g in found.groups)])
    size = max([size, *(abs(g.rate_before or 0) for g in found.groups)])
    assert found.mix + found.rate == pytest.approx(found.total, rel=0, abs=1e-9 * size)
    assert sum(g.mix + g.rate for g in found.groups) == pytest.approx(
        found.total, rel=0, abs=1e-9 * size
    )
    assert sum(g.share_now for g in found.groups) == pytest.approx(1)


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.floats(0, 1), st.integers(1, 10**6), st.integers(1, 10**6)),
        min_size=1,
    )
)
def test_rates_that_stay_leave_the_mix_alone_to_blame(groups):
    now = {
        name: (rate * views, float(views)) for name, (rate, views, _) in groups.items()
    }
    before = {name: (rate * old, float(old)) for name, (rate, _, old) in groups.items()}
    found = split_rate(now, before)
    assert found is not None
    assert found.rate == pytest.approx(0, abs=1e-9)
    assert found.mix == pytest.approx(found.total, abs=1e-9)


def test_a_mix_that_stays_leaves_the_rates_to_blame():
    found = split_rate({"a": (5, 100), "b": (1, 50)}, {"a": (20, 200), "b": (6, 100)})
    assert found is not None
    assert found.mix == pytest.approx(0)
    assert found.total == pytest.approx(6 / 150 - 26 / 300)
    assert found.rate == pytest.approx(found.total)


def test_a_group_that_came_or_went_changes_the_mix():
    found = split_rate(
        {"a": (10, 100), "new": (30, 100)}, {"a": (10, 100), "old": (0, 300)}
    )
    assert found is not None
    by_label = {group.label: group for group in found.groups}
    assert by_label["new"].rate == by_label["old"].rate == 0
    assert by_label["new"].rate_before is None
    assert by_label["old"].rate_now is None
    assert found.rate == 0
    assert found.mix == pytest.approx(40 / 200 - 10 / 400)


def test_a_rate_needs_something_below_the_line():
    assert split_rate({}, {"a": (1, 2)}) is None
    assert split_rate({"a": (1, 0)}, {"a": (1, 2)}) is None
    assert split_rate({"a": (1, -2), "b": (1, 5)}, {"a": (1, 2)}) is None


def test_carriers_went_the_way_the_sum_went():
    now, before = {"a": 10.0, "b": 2.0, "c": 9.0}, {"b": 30.0, "c": 8.0, "d": 4.0}
    found = carriers(now, before)
    assert [one.label for one in found] == ["b", "d"]
    assert [one.change for one in found] == [-28, -4]
    assert [one.label for one in carriers(before, now, most=1)] == ["b"]
    assert carriers(now, now) == ()


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(-50, 50).map(float)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(-50, 50).map(float)),
)
def test_all_carriers_together_cover_the_change(now, before):
    total = sum(now.values()) - sum(before.values())
    found = carriers(now, before, most=10)
    assert abs(sum(one.change for one in found)) >= abs(total)


# In words.


def posted(
    name: str, days: int, caption: str, views: float, rate: float
) -> VideoHistory:
    return video(
        name,
        back(days),
        caption=caption,
        views=views,
        likes=views * rate,
        comments=0.0,
        shares=0.0,
    )


def flows(rate_now: float, rate_before: float) -> dict[str, Days]:
    rates = ending([rate_before] * 28 + [rate_now] * 28)
    return {
        "video_views": every(1000.0, 56),
        "likes": {day: 1000 * rate for day, rate in rates.items()},
        "comments": every(0.0, 56),
        "shares": every(0.0, 56),
    }


def test_fewer_recipes_and_duller_tours():
    recipes = [posted(f"r{i}", 30 + i, "cake #recipe", 1000, 0.2) for i in range(6)]
    recipes += [posted("r9", 3, "pie #Recipe", 1000, 0.2)]
    tours = [posted(f"t{i}", 31 + i, "#tour", 1000, 0.08) for i in range(3)]
    tours += [posted(f"u{i}", 4 + i, "#tour", 1000, 0.06) for i in range(3)]
    account = history(flows(0.09, 0.16), videos=[*recipes, *tours])
    found = moved(account)["engagement_rate_by_views"]
    assert found.basis == BY_POSTS
    mix, rate = found.lines
    assert (mix.word, mix.text) == ("mix", "fewer Recipes (6 → 1)")
    assert (rate.word, rate.text) == ("rate", "Tours 8.0 → 6.0 %")
    assert found.split is not None
    assert (mix.amount, rate.amount) == ("-5.4 pt", "-1.1 pt")
    assert found.split.total == pytest.approx(0.095 - 0.16)


def test_a_group_that_is_shown_less_without_being_rarer():
    old = [posted(f"r{i}", 30 + i, "#recipe", 9000, 0.2) for i in range(2)]
    old += [posted(f"t{i}", 40 + i, "", 1000, 0.05) for i in range(2)]
    new = [posted(f"s{i}", 3 + i, "#recipe", 1000, 0.2) for i in range(2)]
    new += [posted(f"u{i}", 10 + i, "", 9000, 0.05) for i in range(2)]
    mix, rate = moved(history(flows(0.06, 0.18), videos=[*old, *new]))[
        "engagement_rate_by_views"
    ].lines
    assert mix.text == "less of the views from Recipes (90.0 → 10.0 %)"
    assert (rate.amount, rate.text) == ("0 pt", "no group's own rate changed")


def test_totals_at_three_evenings_count_what_every_video_won():
    marks = (back(56), back(28), back(0))

    def known(name: str, caption: str, *likes: float) -> VideoHistory:
        ends = {
            day: totals(1000.0 * (i + 1), like, 0, 0)
            for i, (day, like) in enumerate(zip(marks, likes, strict=True))
        }
        return video(name, back(90), caption=caption, ends=ends, views=3000.0)

    posts = [
        known("1", "#recipe", 0, 100, 150),
        known("2", "#tour", 0, 50, 100),
        known("3", "", 0, 50, 100),
    ]
    found = moved(history(flows(0.05, 0.067), videos=posts))["engagement_rate_by_views"]
    assert found.basis == BY_TOTALS
    assert found.split is not None
    assert found.split.before == pytest.approx(200 / 3000)
    assert found.split.now == pytest.approx(150 / 3000)
    assert found.lines[1].text == "Recipes 10.0 → 5.0 %"
    # A video of yesterday starts from nothing; one without totals is left out.
    young = video(
        "4",
        back(1),
        caption="#tour",
        ends={back(0): totals(1000, 500, 0, 0)},
        views=1.0,
    )
    found = moved(history(flows(0.05, 0.067), videos=[*posts, young]))[
        "engagement_rate_by_views"
    ]
    assert found.split is not None
    assert found.split.now == pytest.approx(650 / 4000)
    assert found.split.before == pytest.approx(200 / 3000)


def test_without_themes_the_grouping_that_shows_most():
    old = [
        video(
            f"o{i}",
            back(30 + i),
            duration=10.0,
            views=100.0,
            likes=20.0,
            comments=0.0,
            shares=0.0,
        )
        for i in range(3)
    ]
    new = [
        video(
            f"n{i}",
            back(3 + i),
            duration=90.0,
            views=100.0,
            likes=5.0,
            comments=0.0,
            shares=0.0,
        )
        for i in range(3)
    ]
    account = history(flows(0.05, 0.2), videos=[*old, *new])
    found = moved(account, ())["engagement_rate_by_views"]
    assert found.split is not None
    assert [g.label for g in found.split.groups] == [
        "videos over 60 s",
        "videos under 15 s",
    ]
    # Themes that no caption mentions explain nothing.
    assert "engagement_rate_by_views" not in moved(account)


def test_two_videos_make_no_mix():
    posts = [posted(str(i), 3 + i, "#tour", 100, 0.1) for i in range(9)]
    posts += [posted("o1", 30, "#recipe", 100, 0.1), posted("o2", 31, "", 100, 0.2)]
    assert "engagement_rate_by_views" not in moved(
        history(flows(0.1, 0.2), videos=posts)
    )


def test_other_videos_are_a_group_too():
    posts = [posted(f"a{i}", 30 + i, "#tour", 100, 0.1) for i in range(3)]
    posts += [posted(f"b{i}", 3 + i, "", 100, 0.2) for i in range(3)]
    found = moved(history(flows(0.2, 0.1), videos=posts))["engagement_rate_by_views"]
    assert found.lines[0].text in {f"more {OTHER} (0 → 3)", "fewer Tours (3 → 0)"}


def test_a_rise_is_carried_by_its_days():
    values = [100.0] * 56
    values[40], values[41] = 3000.0, 2000.0
    found = moved(history({"video_views": ending(values)}))["video_views"]
    (line,) = found.lines
    assert (line.word, line.amount, line.text) == (
        "days",
        "+2,900",
        "9 Mar brought 3,000",
    )


def test_a_fall_is_the_days_that_are_missing():
    values = [100.0] * 56
    values[10], values[11], values[12] = 900.0, 900.0, 900.0
    found = moved(history({"video_views": ending(values)}))["video_views"]
    (line,) = found.lines
    assert line.amount == "-1,600"
    assert line.text == "7 Feb and 8 Feb had brought 1,800"


def test_a_sum_that_rose_evenly_was_carried_by_no_day():
    account = history({"video_views": ending([100.0] * 28 + [110.0] * 28)})
    assert moved(account) == {}


def test_what_is_not_covered_has_no_reasons():
    values: list[float | None] = [100.0] * 28 + [None] * 10 + [1000.0] * 18
    assert moved(history({"video_views": ending(values)})) == {}


@given(st.lists(st.integers(0, 10**6).map(float), min_size=56, max_size=56))
def test_any_history_can_be_explained_without_an_error(values):
    found = moved(history({"video_views": ending(values)}))
    assert found == moved(history({"video_views": ending(values)}))
    for change in found.values():
        assert change.lines
