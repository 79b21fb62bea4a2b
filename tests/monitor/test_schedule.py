"""When a source is asked next."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.monitor.schedule import (
    MAX_BACKOFF_SECONDS,
    MIN_BACKOFF_SECONDS,
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
