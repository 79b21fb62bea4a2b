"""The shortcut draws what drawing with replacement would."""

import random
from collections import Counter
from itertools import product
from statistics import median

import pytest

from kpi_tui.kpi.bootstrap import (
    RESAMPLES,
    _resampled_medians,
    median_ratio_interval,
)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_medians_come_as_often_as_in_all_resamples(count: int):
    """Against every one of the n^n resamples, within four standard deviations."""
    values = [float(3**i) for i in range(count)]
    exact = Counter(median(some) for some in product(values, repeat=count))
    drawn = Counter(_resampled_medians(values, "part"))
    assert drawn.total() == RESAMPLES
    assert set(drawn) <= set(exact)
    for value, times in exact.items():
        expected = times / exact.total()
        spread = (expected * (1 - expected) / RESAMPLES) ** 0.5
        assert abs(drawn[value] / RESAMPLES - expected) <= 4 * spread


def test_the_same_values_give_the_same_interval():
    part, whole = [5.0, 7.0, 9.0, 11.0, 13.0], [float(i) for i in range(1, 40)]
    first = median_ratio_interval(part, whole)
    assert first is not None
    assert first == median_ratio_interval(list(reversed(part)), whole)
    assert first[0] < first[1]


@pytest.mark.parametrize(("size", "whole"), [(5, 20), (8, 40), (12, 60), (30, 60)])
def test_a_group_without_any_effect_covers_one_nine_times_in_ten(size, whole):
    rng, inside = random.Random(f"{size} of {whole}"), 0
    for _ in range(1000):
        views = [rng.lognormvariate(8, 1.1) for _ in range(whole)]
        found = median_ratio_interval(views[:size], views, is_inside=True)
        assert found is not None
        inside += found[0] <= 1 <= found[1]
    # 95 at most: medians of few values move in steps.
    assert 0.88 <= inside / 1000 <= 0.95


def test_two_groups_apart_are_drawn_independently():
    """The same videos on both sides still do not give a sure ratio of 1."""
    values = [float(2**i) for i in range(9)]
    low, high = median_ratio_interval(values, values) or (0.0, 0.0)
    assert low < 1 < high


def test_ninety_of_a_hundred_ratios_lie_inside():
    """Against one fixed value the interval is that of the medians themselves."""
    values = [float(i) for i in range(1, 100)]
    low, high = median_ratio_interval(values, [1.0]) or (0.0, 0.0)
    medians = _resampled_medians(values, "part")
    inside = sum(low <= value <= high for value in medians)
    assert 0.88 <= inside / RESAMPLES <= 0.94


def test_a_ratio_to_nothing_has_no_interval():
    assert median_ratio_interval([1.0, 2.0], [0.0, 0.0, 5.0]) is None
