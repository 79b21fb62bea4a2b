"""Who is held past two seconds: of ads by day, else of posts by their curves."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.account import account_kpis
from kpi_tui.kpi.history import VideoHistory
from kpi_tui.kpi.trends import trend
from kpi_tui.kpi.values import KpiValue
from tests.kpi.build import (
    LAST,
    WEEK,
    Days,
    back,
    ending,
    every,
    history,
    video,
)

PLAYS = st.integers(1, 10**9)


def hook(flows: Mapping[str, Days], *videos: VideoHistory) -> KpiValue:
    known = history(flows, videos=videos)
    return account_kpis(known, WEEK, ["hook_rate"])["hook_rate"]


@given(st.lists(st.tuples(PLAYS, st.floats(0, 1)), min_size=1, max_size=7))
def test_of_ads_it_is_one_sum_over_another(days: list[tuple[int, float]]):
    plays = [float(count) for count, _ in days]
    held = [float(int(count * share)) for count, share in days]
    found = hook({"plays": ending(plays), "views_2s": ending(held)})
    assert found.value == pytest.approx(sum(held) / sum(plays))
    assert found.value is not None
    assert 0 <= found.value <= 1
    assert found.covered_days == len(days)
    shares = [a / b for a, b in zip(held, plays, strict=True)]
    assert min(shares) - 1e-9 <= found.value <= max(shares) + 1e-9


@given(st.lists(st.tuples(PLAYS, st.floats(0, 1)), min_size=1, max_size=9))
def test_of_posts_it_is_weighted_by_views(posts: list[tuple[int, float]]):
    videos = [
        video(str(i), views=float(views), hold_2s=share)
        for i, (views, share) in enumerate(posts)
    ]
    found = hook({}, *videos)
    total = sum(views for views, _ in posts)
    assert found.value == pytest.approx(sum(v * s for v, s in posts) / total)
    assert found.note == "of posts"
    assert found.inputs[-1] == ("videos", float(len(posts)))
    assert hook({}, *reversed(videos)).value == pytest.approx(found.value)


def test_ads_and_posts_are_never_mixed():
    post = video("a", views=1000, hold_2s=0.9)
    flows: dict[str, Days] = {"plays": every(100), "views_2s": every(30)}
    both = hook(flows, post)
    assert both.value == pytest.approx(0.3)
    assert both.note == "of ads"
    assert dict(both.inputs) == {"2-second views of ads": 210, "plays of ads": 700}
    # Half of the pair is no pair: the posts answer.
    assert hook({"plays": every(100)}, post).value == pytest.approx(0.9)


def test_only_days_with_both_counts_go_in():
    flows = {"plays": every(100), "views_2s": {back(1): 20.0, LAST: 40.0}}
    found = hook(flows)
    assert found.value == pytest.approx(0.3)
    assert (found.covered_days, found.is_covered) == (2, False)


def test_without_plays_views_or_curves_there_is_no_value():
    assert hook({"plays": every(0), "views_2s": every(0)}).reason == (
        "no plays in these days"
    )
    assert hook({}).reason == "not measured"
    assert hook({}, video("a", views=5)).reason == "not measured"
    unseen = hook({}, video("a", views=0, hold_2s=0.0))
    assert (unseen.value, unseen.reason) == (None, "no views in these days")
    before = hook({}, video("a", back(9), views=5, hold_2s=0.5))
    assert before.reason == "no videos posted in these days"


def test_only_ads_have_a_hook_of_the_day():
    flows = {"plays": every(100), "views_2s": ending([25.0, None, 50.0])}
    found = trend("hook_rate", history(flows), WEEK)
    assert found is not None
    assert found.values == (None,) * 4 + (0.25, None, 0.5)
    curve = history(videos=[video("a", views=5, hold_2s=0.5)])
    assert trend("hook_rate", curve, WEEK) is None
