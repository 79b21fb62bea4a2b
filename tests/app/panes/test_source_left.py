"""What a source has left, in words and meters."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.app.panes.source_left import (
    lag_words,
    left_lines,
    meter,
    next_words,
    state_words,
)
from kpi_tui.app.panes.sources import Detail
from kpi_tui.app.widgets.lines import line_width, plain
from kpi_tui.monitor.snapshot import RequestsLeft, SourceHealth
from tests.app.panes.screen import SIZES, on_tab, screen_text
from tests.app.snapshots import NOW, FakeMonitor, make_snapshot

AT = NOW.timestamp()
ATHENS = ZoneInfo("Europe/Athens")


def source(**more: Any) -> SourceHealth:
    name = "acme/tiktok-display"
    more.setdefault("sign_in", f"kpi-tui auth {name}")
    return replace(make_snapshot().sources[0], name=name, **more)


def requests(used: int, limit: int = 600, **more: Any) -> RequestsLeft:
    more.setdefault("label", "requests a minute")
    more.setdefault("resets_at", NOW + timedelta(seconds=50))
    return RequestsLeft(used=used, limit=limit, **more)


def left(shown: SourceHealth, width: int = 90, *, is_ascii: bool = False) -> list[str]:
    lines = left_lines(shown, AT, ATHENS, width, is_ascii=is_ascii)
    return [plain(line).rstrip() for line in lines]


def test_used_and_left_are_a_meter_and_numbers() -> None:
    shown = source(
        budgets=(
            requests(212),
            requests(980, 1000, label="requests a day", resets_at=NOW.replace(hour=23)),
        )
    )
    assert left(shown) == [
        "requests a minute ▕███████░░░░░░░░░░░░░▏ 212 of 600 · 388 left",
        "requests a day    ▕███████████████████░▏ 980 of 1,000 · 20 left",
    ]
    assert left(shown, is_ascii=True)[0] == (
        "requests a minute [#######.............] 212 of 600 - 388 left"
    )
    lines = left_lines(shown, AT, ATHENS, 90, is_ascii=False)
    assert [line[2][1] for line in lines] == ["", "$warning"]


def test_what_has_come_back_since_the_snapshot_is_counted_as_left() -> None:
    resets = NOW + timedelta(seconds=40)
    shown = source(budgets=(requests(212, resets_at=resets),))
    later = left_lines(shown, AT + 40, ATHENS, 90, is_ascii=False)
    assert plain(later[0]).endswith("0 of 600 · 600 left")
    assert left(source(budgets=(requests(0, resets_at=None),)))[0].endswith("600 left")
    # A second's count would be a flicker; what was used up is never below none.
    second = requests(7, 10, resets_at=NOW + timedelta(seconds=1))
    assert left(source(budgets=(second,)))[0].endswith("0 of 10 · 10 left")
    assert left(source(budgets=(requests(601),)))[0].endswith("600 of 600 · 0 left")


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (50, "requests a minute ▕███░░░░░▏ 212 of 600 · 388 left"),
        (47, "requests a minute 212 of 600 · 388 left"),
        (39, "requests a minute 212 of 600 · 388 left"),
        (38, "requests a minute 212 of 600"),
        (20, "requests… 212 of 600"),
        (10, "212 of 600"),
    ],
)
def test_narrow_the_bar_goes_first_then_what_is_left(width: int, text: str) -> None:
    assert left(source(budgets=(requests(212),)), width) == [text]


@given(used=st.integers(0, 2000), limit=st.integers(1, 2000), width=st.integers(2, 60))
def test_a_meter_is_full_only_when_nothing_is_left(
    used: int, limit: int, width: int
) -> None:
    used = min(used, limit)
    for is_ascii, mark in ((False, "█"), (True, "#")):
        drawn = meter(used, limit, width, is_ascii=is_ascii)
        assert len(drawn) == width + 2
        assert (drawn.count(mark) == width) == (used == limit)
        assert (drawn.count(mark) == 0) == (used == 0)


@given(
    used=st.lists(st.integers(0, 10**6), max_size=4),
    width=st.integers(1, 120),
    is_ascii=st.booleans(),
)
def test_no_line_is_wider_than_the_tab(
    used: list[int], width: int, is_ascii: bool
) -> None:
    budgets = tuple(requests(n, 10**6, label=f"a limit {'x' * (n % 9)}") for n in used)
    for line in left_lines(
        source(budgets=budgets), AT, ATHENS, width, is_ascii=is_ascii
    ):
        if width >= 24:
            assert line_width(line) <= width


@pytest.mark.parametrize(
    ("ends", "words", "tone"),
    [
        (timedelta(days=12, hours=5), "token ends in 12 d (sign in again by 7 Apr", ""),
        (timedelta(days=2), "token ends in 2 d (sign in again by 27 Mar", "$warning"),
        (timedelta(hours=5), "token ends in 5 h (sign in again by 25 Mar", "$warning"),
        (timedelta(minutes=5), "token ends in < 1 h (sign in again by", "$warning"),
        (timedelta(0), "token has ended (sign in again", "$error"),
    ],
)
def test_the_days_of_a_token(ends: timedelta, words: str, tone: str) -> None:
    shown = source(sign_in_until=NOW + ends, token_until=NOW + timedelta(hours=1))
    (line,) = left_lines(shown, AT, ATHENS, 100, is_ascii=False)
    assert plain(line).startswith(words)
    assert plain(line).endswith(": kpi-tui auth acme/tiktok-display)")
    assert line[0][1] == (tone or "$text-muted")


def test_a_sign_in_that_was_refused_has_no_days_left() -> None:
    shown = source(state="unauthorised", sign_in_until=NOW + timedelta(days=179))
    assert left(shown) == []


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_token_of_a_sign_in_without_a_known_end_says_no_days(hours: int) -> None:
    shown = source(token_until=NOW + timedelta(hours=hours))
    assert left(shown) == ["token is renewed by itself"]


def test_without_limits_and_tokens_there_is_nothing_to_say() -> None:
    assert left(source()) == []


def test_an_open_circuit_says_when_it_tries_again() -> None:
    shown = source(state="failed", circuit_until=NOW + timedelta(minutes=28))
    clock = (NOW + timedelta(minutes=28)).astimezone(ATHENS).strftime("%H:%M")
    assert state_words(shown, AT, ATHENS) == f"failed, tries again at {clock}"
    assert state_words(shown, AT + 1700, ATHENS) == "failed"  # it tries now
    assert state_words(source(state="failed"), AT, ATHENS) == "failed"
    night = replace(shown, circuit_until=NOW.replace(hour=23, minute=30))
    assert state_words(night, AT, ATHENS) == "failed, tries again at 01:30 on 26 Mar"


def test_the_lag_of_the_data_and_the_next_call() -> None:
    day = NOW.astimezone(ATHENS).date()
    for back, words in ((0, "0 days"), (1, "1 day"), (2, "2 days"), (-1, "0 days")):
        shown = source(data_until=day - timedelta(days=back))
        assert lag_words(shown, AT, ATHENS) == f"data lag {words}"
    assert lag_words(source(data_until=None), AT, ATHENS) == ""
    late = NOW.astimezone(UTC).replace(hour=23).timestamp()  # Athens has tomorrow
    assert lag_words(source(data_until=day), late, ATHENS) == "data lag 1 day"
    assert next_words(source(next_at=None), AT) == ""
    shown = source(next_at=NOW + timedelta(seconds=170))
    assert next_words(shown, AT) == "next call in 3 min"
    for ahead, words in (
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=5, minutes=50), "5 h"),
        (timedelta(days=6, hours=23), "6 d"),
    ):
        shown = source(next_at=NOW + ahead)
        assert next_words(shown, AT) == f"next call in {words}"


def everything() -> SourceHealth:
    return source(
        state="failed",
        error="answered 502 Bad Gateway",
        circuit_until=NOW + timedelta(minutes=28),
        next_at=NOW + timedelta(minutes=28),
        data_until=date(2026, 3, 23),
        budgets=(requests(212), requests(3, 10, label="requests a second")),
        sign_in_until=NOW + timedelta(days=12, hours=1),
    )


@pytest.mark.parametrize("is_ascii", [False, True])
async def test_the_tab_shows_what_is_left_of_the_source_under_the_cursor(
    is_ascii: bool,
) -> None:
    snapshot = make_snapshot(sources=(everything(),))
    async with on_tab("sources", FakeMonitor(snapshot), is_ascii=is_ascii) as (
        app,
        pilot,
    ):
        text = screen_text(app)
        assert "acme/tiktok-display failed, tries again at" in text
        assert "212 of 600" in text
        assert "388 left" in text
        assert "next call in 28 min" in text
        assert "data lag 2 days" in text
        assert "token ends in 12 d (sign in again by 6 Apr" in text
        assert text.isascii() or not is_ascii
        for size in SIZES[:5]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert "acme/tiktok-display" in screen_text(app)


@pytest.mark.usefixtures("every_frame")
async def test_an_idle_meter_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = make_snapshot(sources=(everything(),))
    async with on_tab("sources", FakeMonitor(snapshot)) as (app, _):
        detail = app.query_one(Detail)
        painted: list[object] = []
        monkeypatch.setattr(detail, "refresh", lambda *args, **_: painted.append(args))
        shown = everything()
        zone = ZoneInfo(snapshot.account.timezone)
        for second in range(0, 30, 5):
            detail.show(shown, AT + second, zone)
        assert painted == []
        detail.show(shown, AT + 50, zone)  # the minute's requests are all back
        assert len(painted) == 1
