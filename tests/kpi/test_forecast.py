import random
from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.families import FAMILIES, walk
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.fits import LEAST_DAYS, fits
from kpi_tui.kpi.forecast import Range, forecast, range_of
from kpi_tui.kpi.futures import PATHS, futures, spreads
from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.measured import Measured
from kpi_tui.kpi.question import Question
from tests.kpi.build import LAST, back, ending, every, history, video

SIZES = st.lists(st.integers(0, 1_000_000).map(float), min_size=LEAST_DAYS, max_size=80)


def after(days: int) -> date:
    return LAST + timedelta(days=days)


def ask(kpi: str, account: AccountHistory, ahead: int, days: int = 28) -> Range | None:
    return forecast(kpi, Question(Measured(account), LAST, after(ahead), days))


def sure(kpi: str, account: AccountHistory, ahead: int) -> Range:
    found = ask(kpi, account, ahead)
    assert found is not None
    return found


# Futures of a bare series.


@given(SIZES, st.integers(0, 6), st.integers(1, 60), st.booleans())
def test_futures_are_repeatable_and_keep_the_sign(values, weekday, ahead, is_summed):
    found = futures(values, weekday, ahead, 28, is_summed=is_summed)
    assert found is not None
    assert found == futures(values, weekday, ahead, 28, is_summed=is_summed)
    assert len(found.days) == len(found.before) == PATHS
    assert all(len(path) == min(28, ahead) for path in found.days)
    assert all(value >= 0 for path in found.days for value in path)


@given(SIZES, st.sampled_from([2.0**-7, 0.5, 4.0, 2.0**10]))
def test_another_currency_changes_the_unit_only(values, factor):
    one = futures(values, 1, 40, 28)
    other = futures([value * factor for value in values], 1, 40, 28)
    assert one is not None
    assert other is not None
    mine = range_of(sum(path) for path in one.days)
    scaled = range_of(sum(path) / factor for path in other.days)
    assert mine is not None
    assert scaled is not None
    near = pytest.approx((mine.low, mine.middle, mine.high), rel=1e-3, abs=1e-3)
    assert (scaled.low, scaled.middle, scaled.high) == near


def test_a_week_that_never_changes_goes_on_for_ever():
    week = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]
    found = futures(week * 8, 6, 10, 10)
    assert found is not None
    for path in found.days:
        assert path == pytest.approx([*week, 10.0, 20.0, 30.0], rel=1e-3)


def test_the_weekday_is_that_of_the_last_value():
    # Eight weeks and two days: the next value is the third of the week.
    week = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]
    found = futures(week * 8 + week[:2], 1, 3, 3)
    assert found is not None
    assert found.days[0] == pytest.approx([30.0, 40.0, 50.0], rel=1e-3)


def test_too_few_values_have_no_future():
    values = [1.0] * (LEAST_DAYS - 1)
    assert futures([*values, None, None], 0, 7, 7) is None
    assert futures([*values, None, 1.0], 0, 7, 7) is not None


def test_a_missing_day_is_not_a_day_without_views():
    values: list[float | None] = [100.0] * 40
    values[10:15] = [None] * 5
    found = futures(values, 0, 28, 28)
    assert found is not None
    assert [sum(path) for path in found.days] == pytest.approx([2800.0] * PATHS)


def test_nothing_but_zeros_stays_at_zero():
    found = futures([0.0] * 30, 0, 20, 20)
    assert found is not None
    assert max(map(max, found.days)) == pytest.approx(0.0, abs=1e-6)


def test_weights_are_shares_and_name_the_family():
    rng = random.Random(5)
    noise = fits([rng.gauss(100, 10) for _ in range(150)], 0)
    steps = walk(rng, 150)
    assert sum(fit.weight for fit in noise) == pytest.approx(1)
    assert sum(fit.weight for fit in noise if fit.phi == 0) > 0.5
    assert sum(fit.weight for fit in fits(steps, 0) if fit.phi == 1) > 0.5


@pytest.mark.parametrize(("phi", "theta"), [(0.0, 0.0), (0.7, 0.0), (1.0, 0.6)])
def test_the_jump_over_a_gap_spreads_as_single_days_do(phi, theta):
    gap, rng = 12, random.Random(2)
    ends, sums = [], []
    for _ in range(6000):
        state = innovation = total = 0.0
        for day in range(gap):
            surprise = rng.gauss(0, 1) if day < gap - 1 else 0.0
            state = phi * state - theta * innovation + surprise
            innovation = surprise
            total += state
        ends.append(state)
        sums.append(total)
    found = spreads(phi, theta, gap)
    assert sum(end * end for end in ends) / 6000 == pytest.approx(
        found.state**2, rel=0.08, abs=1e-9
    )
    assert sum(one * one for one in sums) / 6000 == pytest.approx(
        found.shared**2 + found.own**2, rel=0.08
    )


# Whether the promise of 80 % is kept; benchmarks/forecast.py asks more of them.


def inside(family: str, cases: int) -> int:
    """How many truths lie in the range, of series that no constant was chosen by."""
    found = 0
    for seed in range(cases):
        rng = random.Random(f"held back from tuning {family} {seed}")
        past, ahead = rng.randint(56, 182), rng.randint(7, 120)
        values = FAMILIES[family](rng, past + ahead)
        paths = futures(values[:past], (past - 1) % 7, ahead, 28)
        assert paths is not None
        known = sum(values[past + ahead - 28 : past])
        ends = range_of(known + sum(path) for path in paths.days)
        assert ends is not None
        found += ends.low <= sum(values[-28:]) <= ends.high
    return found


def test_eight_truths_in_ten_lie_inside():
    # The seeds are fixed: it comes out the same each time, and worse when a range is
    # too narrow or too wide by a fifth. The benchmark's 400 cases a family are within
    # 75 to 85 each; of 60 a family may stray by chance, all together may not.
    found = {family: inside(family, 60) for family in FAMILIES}
    assert 0.75 <= sum(found.values()) / (60 * len(found)) <= 0.85, found
    assert all(0.68 <= one / 60 <= 0.92 for one in found.values()), found


@pytest.mark.parametrize("mean", [1.0, 8.0])
def test_counts_by_chance_are_known_for_what_they_are(mean: float):
    rng = random.Random(f"counts {mean}")
    values = [
        float(sum(rng.random() < mean / 60 for _ in range(60))) for _ in range(120)
    ]
    weights: dict[str, float] = defaultdict(float)
    for fit in fits(values, 0):
        weights[fit.scale.shape] += fit.weight
    assert weights["counted"] > 0.5
    # As many in all, but in heaps: no longer by chance alone.
    heaps = [4 * value if i % 4 == 0 else 0.0 for i, value in enumerate(values)]
    assert all(fit.scale.shape != "counted" for fit in fits(heaps, 0))


def test_what_grows_by_the_same_number_does_not_explode():
    rng = random.Random(7)
    values = [800 * (1 + 0.006 * i) * (1 + rng.gauss(0, 0.1)) for i in range(182)]
    paths = futures(values, 0, 120, 28)
    assert paths is not None
    ends = range_of(sum(path) for path in paths.days)
    assert ends is not None
    truth = sum(800 * (1 + 0.006 * i) for i in range(274, 302))
    assert ends.low < truth < ends.high
    assert ends.middle == pytest.approx(truth, rel=0.12)


# KPIs.


def test_days_that_are_over_count_as_they_were():
    account = history({"video_views": ending([0.0] * 30 + [100.0] * 30)})
    tomorrow, later = sure("video_views", account, 1), sure("video_views", account, 27)
    assert tomorrow.low > 27 * 100
    assert tomorrow.high - tomorrow.low < later.high - later.low


def test_a_rate_is_that_of_the_sums():
    views = ending([100.0, 300.0] * 40)
    flows = {
        "video_views": views,
        "likes": {day: value * 0.05 for day, value in views.items()},
        "comments": {day: value * 0.01 for day, value in views.items()},
        "shares": {day: value * 0.02 for day, value in views.items()},
    }
    found = sure("engagement_rate_by_views", history(flows), 60)
    assert (found.low, found.middle, found.high) == pytest.approx((0.08,) * 3)
    found = sure("engagement_rate", history(flows, followers=every(800.0)), 28)
    assert found.middle == pytest.approx(28 * 200 * 0.08 / 800, rel=0.05)


def test_followers_go_on_as_they_grow():
    account = history(followers=ending([1000.0 + 7 * i for i in range(90)]))
    now = 1000 + 7 * 89
    assert sure("followers", account, 40).middle == pytest.approx(now + 280, rel=0.01)
    assert sure("follower_growth", account, 40).middle == pytest.approx(196, rel=0.05)
    rate = sure("follower_growth_rate", account, 40).middle
    assert rate == pytest.approx(196 / (now + 12 * 7), rel=0.05)
    soon = sure("follower_growth", account, 5)
    assert soon.middle == pytest.approx(196, rel=0.05)


def test_growth_of_visits_is_against_the_days_before():
    account = history({"website_visits": ending([50.0] * 62 + [100.0] * 28)})
    found = sure("website_visits_growth", account, 1)
    assert found.middle == pytest.approx(27 * 50 / (27 * 50 + 100), abs=0.1)


def test_followers_per_1000_views_follows_both():
    account = history(
        {"video_views": every(500.0)},
        followers=ending([1000.0 + 2 * i for i in range(84)]),
    )
    found = sure("followers_per_1000_views", account, 60)
    assert found.middle == pytest.approx(4.0, rel=0.05)


def test_posts_to_come_look_like_those_of_late():
    posts = [
        video(str(i), back(i * 3), views=100.0, completion_rate=0.2 + 0.1 * (i % 2))
        for i in range(28)
    ]
    account = history(videos=posts)
    found = sure("completion_rate", account, 40)
    assert 0.2 < found.low < 0.25 < found.high < 0.3
    assert sure("posting_frequency", account, 40).middle == pytest.approx(
        7 / 3, rel=0.15
    )
    assert sure("views_per_video", account, 40).middle == 100
    assert sure(
        "average_watch_time",
        history(
            videos=[
                video(str(i), back(i * 3), views=10.0, average_watch_time=7.0)
                for i in range(28)
            ]
        ),
        40,
    ).middle == pytest.approx(7.0)


def test_who_is_held_is_told_by_ads_where_they_tell_it():
    posts = [video(str(i), back(i * 3), views=10.0, hold_2s=0.6) for i in range(28)]
    assert sure("hook_rate", history(videos=posts), 40).middle == pytest.approx(0.6)
    ads = {"views_2s": every(30.0), "plays": every(100.0)}
    account = history(ads, videos=posts)
    assert sure("hook_rate", account, 40).middle == pytest.approx(0.3)


def test_posts_that_are_out_already_stay():
    posts = [
        video(str(i), back(i), views=100.0, completion_rate=0.4) for i in range(28)
    ]
    old = [
        video(f"old{i}", back(28 + i), views=100.0, completion_rate=0.1)
        for i in range(56)
    ]
    found = sure("completion_rate", history(videos=[*posts, *old]), 1)
    assert found.low > 0.35


def test_what_is_not_known_by_day_has_no_range():
    totals = history(videos=[video("1", views=100.0, likes=3.0)])
    for kpi in DEFINITIONS:
        assert ask(kpi, totals, 28) is None
        assert ask(kpi, history(), 28) is None


def test_there_is_no_range_for_yesterday_nor_for_the_next_decade():
    account = history({"video_views": every(5.0)})
    assert ask("video_views", account, 0) is None
    assert ask("video_views", account, 1) is not None
    assert ask("video_views", account, 732) is None


def test_every_kpi_answers_from_a_rich_account():
    rng = random.Random(3)
    names = [
        "video_views",
        "likes",
        "comments",
        "shares",
        "saves",
        "profile_views",
        "reach",
        "viewers",
        "new_viewers",
        "website_visits",
        "bounces",
        "conversions",
        "clicks",
        "impressions",
        "spend",
        "revenue",
    ]
    flows = {
        name: ending([float(rng.randrange(50, 150)) for _ in range(90)])
        for name in names
    }
    posts = [
        video(
            str(i),
            back(i * 2),
            duration=20.0,
            views=rng.uniform(50, 900),
            completion_rate=rng.uniform(0.1, 0.5),
            average_watch_time=rng.uniform(4, 9),
            hold_2s=rng.uniform(0.5, 0.7),
        )
        for i in range(40)
    ]
    levels = ending([1000.0 + 3 * i + rng.randrange(9) for i in range(90)])
    account = history(flows, followers=levels, videos=posts)
    for kpi in DEFINITIONS:
        found = ask(kpi, account, 45)
        assert found is not None, kpi
        assert found.low <= found.middle <= found.high
