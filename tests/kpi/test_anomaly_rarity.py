"""The histograms and spreads below the detector."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.anomaly_rarity import Peaks, Rarity, Spread, place


@given(st.floats(0, 1e300), st.floats(0, 1e300))
def test_larger_sizes_are_never_in_lower_bins(one, other):
    low, high = sorted((one, other))
    assert 0 <= place(low) <= place(high) < 96


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_larger_sizes_are_never_less_surprising(sizes):
    rarity = Rarity(100)
    for size in sizes:
        rarity.learn(place(size))
    surprises = [rarity.surprise(bin_) for bin_ in range(96)]
    assert surprises == sorted(surprises)
    assert all(math.isfinite(nats) and nats >= 0 for nats in surprises)


def test_the_surprise_is_the_share_of_sizes_as_large():
    rarity = Rarity(1e9)
    for _ in range(999):
        rarity.learn(place(1.0))
    rarity.learn(place(50.0))
    assert rarity.surprise(place(50.0)) == pytest.approx(math.log(1_001), abs=0.01)
    assert rarity.surprise(place(1.0)) < 1


def test_past_the_largest_it_grows_by_the_ratio():
    rarity = Rarity(1e9)
    rarity.learn(place(10.0))
    twice = rarity.surprise(place(10 * math.e**2)) - rarity.surprise(place(10 * math.e))
    assert twice == pytest.approx(2.0)


def test_nothing_learned_surprises_nobody():
    assert Rarity(100).surprise(95) == 0


def test_old_sizes_fade():
    rarity = Rarity(50)
    rarity.learn(place(1_000.0))
    fresh = rarity.surprise(place(1_000.0))
    for _ in range(2_000):
        rarity.learn(place(1.0))
    assert rarity.surprise(place(1_000.0)) > fresh + 3


def test_peaks_count_a_long_event_once():
    rows, peaks = Rarity(1e6), Peaks(1e6, 10)
    for at in range(200):
        size = 50.0 if 100 <= at < 110 else 1.0
        rows.learn(place(size))
        peaks.learn(size)
    assert peaks.surprise(50.0) == pytest.approx(math.log(21 / 1), abs=0.1)
    assert rows.surprise(place(50.0)) == pytest.approx(math.log(201 / 5.5), abs=0.1)


def test_the_first_usual_size_on_a_side_never_seen_is_no_record():
    peaks = Peaks(1e6, 10)
    for _ in range(100):
        peaks.learn(1.0)
    assert peaks.surprise(-0.9) < 4
    assert peaks.surprise(-50.0) > peaks.surprise(-0.9) + 5


def test_a_spread_is_not_moved_far_by_one_outlier():
    spread = Spread(100)
    for _ in range(50):
        spread.learn(1.0)
    spread.learn(1e9)
    assert 1 < spread.usual < 1.2
