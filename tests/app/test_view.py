"""Steps of range and time."""

from datetime import date

from kpi_tui.app.view import RANGES, with_range, with_time
from kpi_tui.monitor.snapshot import View

NEWEST = date(2026, 3, 24)


def test_ranges_step_and_stop_at_either_end() -> None:
    view = View("acme", days=28)
    assert with_range(view, 1).days == 60
    assert with_range(view, -1).days == 14
    assert with_range(View("acme", days=RANGES[-1]), 1).days == RANGES[-1]
    assert with_range(View("acme", days=RANGES[0]), -1).days == RANGES[0]


def test_a_range_of_the_config_that_is_no_step_goes_to_the_next_one() -> None:
    assert with_range(View("acme", days=30), 1).days == 60
    assert with_range(View("acme", days=30), -1).days == 28


def test_time_goes_back_from_the_newest_day_and_forward_to_now() -> None:
    now = View("acme")
    back = with_time(now, -1, NEWEST)
    assert back.as_of == date(2026, 3, 23)
    assert with_time(back, -1, NEWEST).as_of == date(2026, 3, 22)
    assert with_time(back, 1, NEWEST) == now
    assert with_time(now, 1, NEWEST) == now


def test_nothing_is_earlier_when_nothing_is_known() -> None:
    assert with_time(View("acme"), -1, None).as_of is None


def test_zero_leaves_the_past() -> None:
    past = View("acme", as_of=date(2026, 1, 1))
    assert with_time(past, 0, NEWEST).as_of is None
