"""Steps of range and time."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from kpi_tui.app.view import RANGES, as_it_was, with_range, with_time
from kpi_tui.kpi.windows import local_day
from kpi_tui.monitor.snapshot import View
from tests.app.decisions import deciding
from tests.app.panes.screen import screen_text
from tests.app.play import make_app

ATHENS = ZoneInfo("Europe/Athens")

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


def test_the_past_has_no_later_alert_and_no_later_poll() -> None:
    snapshot = deciding().snapshot
    assert as_it_was(snapshot) is snapshot
    assert snapshot.alerts
    days = sorted({local_day(one.raised_at, ATHENS) for one in snapshot.alerts})
    view = replace(snapshot.view, as_of=days[0])
    then = as_it_was(replace(snapshot, view=view))
    assert then.alerts
    assert all(local_day(one.raised_at, ATHENS) <= days[0] for one in then.alerts)
    assert len(then.alerts) < len(snapshot.alerts)
    before = replace(snapshot.view, as_of=date(2026, 1, 1))
    assert as_it_was(replace(snapshot, view=before)).log == ()


async def test_the_sources_tab_says_that_it_has_no_past() -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("7", "comma")
        await pilot.pause()
        assert "the sources above are as of now" in screen_text(app)
        await pilot.press("full_stop")
        await pilot.pause()
        assert "as of now" not in screen_text(app)
