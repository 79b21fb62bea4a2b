"""What the anomaly detector must fire on, and what it must leave alone."""

import json
import math
import random
import statistics
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.anomaly import Detector, Verdict
from kpi_tui.kpi.anomaly_season import FINE, Forecast
from tests.examples import at_most

MONDAY = 1_767_571_200  # 2026-01-05 00:00 UTC
MINUTES, HOUR, DAY = 300, 3_600, 86_400

seeds = st.integers(0, 10_000)
steps = st.sampled_from([MINUTES, HOUR, DAY])


_SHORT_SEASON = {
    **Forecast(FINE).to_state(),
    "offsets": [0.0] * 7,
}


def feed(values, step, detector=None, start=0) -> list[Verdict]:
    detector = detector or Detector()
    return [
        detector.feed(MONDAY + (start + i) * step, value)
        for i, value in enumerate(values)
    ]


def scores(values, step) -> list[float]:
    return [verdict.score for verdict in feed(values, step)]


def noise(seed, count, mean=100.0, sigma=10.0) -> list[float]:
    rng = random.Random(seed)
    return [rng.gauss(mean, sigma) for _ in range(count)]


def weeks(seed, count, weekday=1_000.0, sunday=400.0) -> list[float]:
    """Whole weeks from a Monday on whose Sundays bring less."""
    rng = random.Random(seed)
    return [
        (sunday if day % 7 == 6 else weekday) * rng.gauss(1, 0.04)
        for day in range(7 * count)
    ]


@given(st.floats(-1e12, 1e12), steps)
@at_most(25)
def test_a_constant_series_never_fires(value, step):
    assert max(scores([value] * 400, step)) == 0


@given(seeds, st.sampled_from([MINUTES, HOUR]))
@at_most(12)
def test_white_noise_fires_rarely(seed, step):
    """2,000 points: 1 on average, 5 in the worst of hundreds of seeds."""
    assert sum(verdict.is_anomaly for verdict in feed(noise(seed, 2_000), step)) <= 8


@given(seeds)
@at_most(15)
def test_a_year_of_noisy_days_fires_rarely(seed):
    assert sum(verdict.is_anomaly for verdict in feed(noise(seed, 365), DAY)) <= 5


def test_false_alarms_are_few_on_average():
    fine = [
        sum(v.is_anomaly for v in feed(noise(s, 2_000), MINUTES)) for s in range(10)
    ]
    days = [sum(v.is_anomaly for v in feed(noise(s, 365), DAY)) for s in range(20)]
    assert statistics.mean(fine) <= 2.5
    assert statistics.mean(days) <= 1


@given(seeds, st.sampled_from([(MINUTES, 300), (HOUR, 300), (DAY, 90)]), st.booleans())
@at_most(40)
def test_a_spike_of_ten_sigma_fires(seed, case, is_up):
    step, warm = case
    values = [*noise(seed, warm), 100 + (120 if is_up else -120)]
    seen = feed(values, step)
    # After an alarm of pure chance (1 in 50) the spike may be taken for its sequel.
    assert seen[-1].is_anomaly or any(v.is_anomaly for v in seen[-160:])


@given(seeds)
@at_most(25)
def test_a_normal_sunday_dip_is_silent_and_a_tuesday_at_its_level_is_not(seed):
    history = weeks(seed, 12)
    seen = feed([*history, 1_000.0, 400.0], DAY)
    assert not any(verdict.is_anomaly for verdict in seen[6 : len(history) : 7])
    tuesday = seen[-1]
    assert tuesday.is_anomaly
    assert tuesday.season == "weekday"
    assert tuesday.expected == pytest.approx(1_000, rel=0.06)


def test_an_hour_of_the_day_is_learned():
    """Nights bring 10, days 100; a night at 100 is an anomaly, a day is not."""
    rng = random.Random(3)
    values = [
        (100 if 8 <= hour % 24 < 20 else 10) + rng.gauss(0, 2)
        for hour in range(24 * 21)
    ]
    seen = feed([*values, 100.0], HOUR)
    assert not any(verdict.is_anomaly for verdict in seen[24 * 10 : -1])
    assert seen[-1].is_anomaly
    assert seen[-1].season == "hour"
    assert seen[-1].expected == pytest.approx(10, abs=6)


def test_no_season_is_claimed_for_noise_with_a_walk():
    rng, value, values = random.Random(5), 0.0, []
    for _ in range(400):
        value += rng.gauss(0, 1)
        values.append(value)
    claimed = [verdict.season for verdict in feed(values, DAY)[200:]]
    assert claimed.count("none") > 100


def test_a_steady_climb_is_no_anomaly():
    rng, followers, values = random.Random(1), 10_000.0, []
    for _ in range(300):
        followers += max(0.0, rng.gauss(12, 5))
        values.append(float(round(followers)))
    assert sum(verdict.is_anomaly for verdict in feed(values, DAY)) <= 1


@pytest.mark.parametrize("to", [40.0, 160.0])
def test_a_shift_of_level_fires_and_then_becomes_usual(to):
    values = noise(7, 400, 100, 3) + noise(8, 1_500, to, 3)
    fired = [i for i, v in enumerate(feed(values, MINUTES)) if v.is_anomaly]
    assert 400 <= min(i for i in fired if i >= 400) < 403
    assert not [i for i in fired if i > 1_000]


def test_a_standstill_of_what_always_moved_fires():
    seen = feed(noise(2, 1_000) + [100.0] * 120, MINUTES)
    still = [verdict for verdict in seen[1_000:] if verdict.is_anomaly]
    assert still
    assert still[0].cause == "swing"
    assert still[0].swing < 0.5


def test_one_event_is_one_alarm():
    seen = feed(noise(4, 600) + [200.0] * 12 + noise(5, 100), MINUTES)
    assert 1 <= sum(verdict.is_anomaly for verdict in seen[600:]) <= 2
    assert seen[601].silence == "no more than the anomaly before"


@given(seeds, st.integers(-20, 20), st.booleans(), steps)
@at_most(20)
def test_scale_and_sign_do_not_matter(seed, exponent, is_mirrored, step):
    """Powers of two are exact in floating point, and so must the scores be."""
    values = [*noise(seed, 200), 180.0, *noise(seed + 1, 60)]
    factor = math.ldexp(-1.0 if is_mirrored else 1.0, exponent)
    assert scores(values, step) == scores([value * factor for value in values], step)


@given(seeds, st.floats(0.01, 1e6), st.floats(-1e4, 1e4), steps)
@at_most(20)
def test_any_scale_and_offset_hardly_matter(seed, factor, offset, step):
    """Up to rounding, that may move a size across the edge of a bin now and then."""
    values = [*noise(seed, 200), 180.0, *noise(seed + 1, 60)]
    ours = scores(values, step)
    other = scores([value * factor + offset * factor for value in values], step)
    same = sum(
        math.isclose(a, b, abs_tol=1e-6) for a, b in zip(ours, other, strict=True)
    )
    assert same >= 0.97 * len(values)


@given(seeds, st.integers(1, 249), steps)
@at_most(30)
def test_a_restart_anywhere_goes_on_exactly(seed, split, step):
    values = [*noise(seed, 150), 250.0, *noise(seed + 1, 99, 130)]
    detector = Detector()
    before = feed(values[:split], step, detector)
    kept = json.loads(json.dumps(detector.to_state(), allow_nan=False))
    after = feed(values[split:], step, Detector.from_state(kept), split)
    assert before + after == feed(values, step)


def test_state_does_not_grow():
    detector, values = Detector(), noise(9, 10_000)
    feed(values[:1_000], MINUTES, detector)
    early = len(json.dumps(detector.to_state()))
    feed(values[1_000:], MINUTES, detector, 1_000)
    late = len(json.dumps(detector.to_state()))
    assert late < 1.6 * early
    assert late < 10_000


def test_a_point_costs_the_same_late_as_early():
    """Under 50 microseconds on any recent machine; here only that it does not grow."""
    detector, spent = Detector(), []
    for block in range(12):
        values = noise(block, 500)
        began = time.process_time()
        feed(values, MINUTES, detector, 500 * block)
        spent.append(time.process_time() - began)
    assert min(spent[8:]) < 3 * min(spent[1:5])


@pytest.mark.parametrize("size", [1e-9, 1e-3, 1.0, 1e6, 1e12])
def test_orders_of_magnitude_are_alike(size):
    values = [size * value for value in [*noise(1, 400), 250.0]]
    seen = feed(values, MINUTES)
    assert seen[-1].is_anomaly
    assert all(0 <= verdict.score < 1 for verdict in seen)


def test_extremes_one_after_another_stay_finite():
    values = [1e-9, 1e12, -1e12, 0.0, 1e12] * 100
    for verdict in feed(values, HOUR):
        assert all(map(math.isfinite, (verdict.score, verdict.expected, verdict.swing)))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e200])
def test_what_is_no_number_is_refused(value):
    detector = Detector()
    with pytest.raises(ValueError, match="finite"):
        detector.feed(MONDAY, value)
    assert detector.to_state() == Detector().to_state()


@given(seeds, st.floats(-1e9, 1e9), st.sampled_from(["is_settled", "is_covered"]))
@at_most(25)
def test_unsettled_and_uncovered_points_are_silent_and_teach_nothing(
    seed, value, guard
):
    detector = Detector()
    feed(noise(seed, 60), DAY, detector)
    before = detector.to_state()
    verdict = detector.feed(MONDAY + 60 * DAY, value, **{guard: False})
    assert verdict.score == 0
    assert verdict.silence in {"not settled", "not covered"}
    assert detector.to_state() == before


@pytest.mark.parametrize("ago", [0, 1, 30])
def test_a_stale_point_is_silent_and_teaches_nothing(ago):
    detector = Detector()
    feed(noise(6, 60), DAY, detector)
    before = detector.to_state()
    verdict = detector.feed(MONDAY + (59 - ago) * DAY, 1e9)
    assert (verdict.score, verdict.silence) == (0, "nothing new")
    assert detector.to_state() == before


@pytest.mark.parametrize("step", [100.0, -100.0])
def test_one_step_of_a_rounded_counter_is_no_event(step):
    values = [12_300.0] * 200 + [12_300.0 + step]
    detector = Detector()
    seen = [
        detector.feed(MONDAY + i * HOUR, value, is_rounded=True)
        for i, value in enumerate(values)
    ]
    assert max(verdict.score for verdict in seen) == 0
    assert feed(values, HOUR)[-1].is_anomaly, "the same step of an exact counter is one"


def test_many_steps_of_a_rounded_counter_are_an_event():
    detector = Detector()
    for i in range(200):
        detector.feed(MONDAY + i * HOUR, 12_300.0, is_rounded=True)
    assert detector.feed(MONDAY + 200 * HOUR, 15_800.0, is_rounded=True).is_anomaly


def test_missing_days_are_not_zeros():
    detector = Detector()
    feed(weeks(1, 12), DAY, detector)
    later = MONDAY + (12 * 7 + 22) * DAY
    verdict = detector.feed(later, 1_000.0)
    assert not verdict.is_anomaly
    assert verdict.expected == pytest.approx(1_000, rel=0.08)


def test_nothing_is_said_before_enough_is_known():
    values = [100.0, 5.0, 1e6, -3.0] * 7
    seen = feed(values, DAY)
    assert {verdict.silence for verdict in seen} == {"still learning"}
    assert max(verdict.score for verdict in seen) == 0


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"version": 0},
        {"version": 1},
        Detector().to_state() | {"clock": [1]},
        Detector().to_state() | {"usual": [[1, -1.0]] * 3},
        Detector().to_state() | {"points": [1.0, 0.0, 500, 1.0]},
        Detector().to_state() | {"points": [1.0, 0.0, 5]},
        Detector().to_state() | {"forecast": _SHORT_SEASON},
        Detector().to_state() | {"forecast": {"line": [0, 0.0, 0.0]}},
    ],
)
def test_a_damaged_state_is_refused(state):
    with pytest.raises(ValueError, match=r"."):
        Detector.from_state(state)
