"""When a source is asked next."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.monitor.schedule import (
    CIRCUIT_FAILURES,
    MAX_BACKOFF_SECONDS,
    MIN_BACKOFF_SECONDS,
    NO_WAIT_GIVEN_SECONDS,
    OPEN_SECONDS,
    UNAUTHORISED_SECONDS,
    Schedule,
)
from kpi_tui.sources.port import Fault

FAULTS: list[Fault] = ["failed", "unauthorised", "rate limited", "config"]


def test_success_comes_back_after_the_interval_and_forgets_failures():
    schedule = Schedule(300.0)
    schedule.after_failure("failed", None, random.random)
    assert schedule.after_success() == 300.0
    assert schedule.failures == 0


@given(
    interval=st.floats(1, 7 * 86400),
    faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=40),
    dice=st.floats(0, 1),
)
def test_back_off_stays_between_its_floor_and_its_cap(interval, faults, dice):
    schedule = Schedule(interval)
    for fault in faults:
        wait = schedule.after_failure(fault, None, lambda: dice)
        assert wait is not None
        cap = max(MAX_BACKOFF_SECONDS, UNAUTHORISED_SECONDS, interval)
        assert MIN_BACKOFF_SECONDS <= wait <= cap


@given(
    retry_after=st.floats(1, 86400), dice=st.floats(0, 1), failures=st.integers(0, 9)
)
def test_never_sooner_than_the_server_asked_for(retry_after, dice, failures):
    schedule = Schedule(5.0, failures)
    wait = schedule.after_failure("rate limited", retry_after, lambda: dice)
    assert wait is not None
    assert wait >= retry_after
    assert schedule.closed_seconds == retry_after


def test_back_off_doubles_until_the_cap():
    schedule = Schedule(10.0)
    waits = [schedule.after_failure("failed", None, lambda: 1.0) for _ in range(12)]
    assert waits[:4] == [10.0, 20.0, 40.0, 80.0]
    assert waits[-1] == MAX_BACKOFF_SECONDS


def test_a_refused_secret_is_not_tried_every_few_seconds():
    wait = Schedule(5.0).after_failure("unauthorised", None, lambda: 0.0)
    assert wait == UNAUTHORISED_SECONDS


@pytest.mark.parametrize("fault", FAULTS)
def test_without_an_interval_there_is_no_timer(fault):
    schedule = Schedule(None)
    assert schedule.after_success() is None
    assert schedule.after_failure(fault, 3.0, lambda: 0.5) is None


@given(interval=st.floats(1, 7 * 86400), failures=st.integers(0, 60))
def test_the_jitter_is_full_and_the_cap_holds(interval: float, failures: int):
    """From the floor to the doubled interval, evenly: half the dice is half the way."""
    least, middle, most = (
        Schedule(interval, failures).after_failure("failed", None, dice)
        for dice in (lambda: 0.0, lambda: 0.5, lambda: 1.0)
    )
    assert least is not None
    assert middle is not None
    assert most is not None
    floor = OPEN_SECONDS if failures + 1 >= CIRCUIT_FAILURES else MIN_BACKOFF_SECONDS
    assert least == pytest.approx(min(floor, most))
    assert middle == pytest.approx((least + most) / 2)
    doubled = max(interval, MIN_BACKOFF_SECONDS) * 2.0 ** min(failures, 40)
    assert most == pytest.approx(min(MAX_BACKOFF_SECONDS, doubled))


def test_many_monitors_that_fail_together_come_back_spread_out():
    dice = random.Random(20260324)
    waits = sorted(
        Schedule(300.0, 3).after_failure("failed", None, dice.random) or 0.0
        for _ in range(1000)
    )
    assert waits[0] < 30
    assert waits[-1] > 2370
    assert max(b - a for a, b in pairwise(waits)) < 60


def test_the_circuit_opens_with_the_fifth_failure_and_closes_with_an_answer():
    schedule = Schedule(10.0)
    states = []
    for _ in range(6):
        schedule.after_failure("failed", None, lambda: 0.0)
        states.append(schedule.is_open)
    assert states == [False] * 4 + [True] * 2
    schedule.after_success()
    assert not schedule.is_open


def test_an_open_circuit_is_left_alone_for_a_minute_whatever_the_dice():
    schedule = Schedule(300.0)
    waits = [schedule.after_failure("failed", None, lambda: 0.0) for _ in range(6)]
    assert waits == [MIN_BACKOFF_SECONDS] * 4 + [OPEN_SECONDS] * 2


def test_a_source_remembers_over_a_restart_that_its_circuit_was_open():
    assert Schedule(300.0, failures=7).is_open


def test_too_often_without_a_time_closes_for_a_minute_also_for_the_user():
    schedule = Schedule(5.0)
    wait = schedule.after_failure("rate limited", None, lambda: 0.0)
    assert wait == schedule.closed_seconds == NO_WAIT_GIVEN_SECONDS
    schedule.after_failure("failed", None, lambda: 0.0)
    assert schedule.closed_seconds == 0
    schedule.after_failure("failed", 7.0, lambda: 0.0)
    assert schedule.closed_seconds == 7
    schedule.after_success()
    assert schedule.closed_seconds == 0


def test_the_user_may_not_ask_either_where_there_is_no_timer():
    schedule = Schedule(None)
    schedule.after_failure("rate limited", 30.0, lambda: 0.5)
    assert schedule.closed_seconds == 30
