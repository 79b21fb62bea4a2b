"""Quiet hours in nights that clocks change, and what is told together."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.alerts import AlertState, Event, Rule
from kpi_tui.kpi.alerts_messages import Message, due
from kpi_tui.kpi.alerts_words import rule_words, source_words, span_words, stale_words
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.kpi.quiet_hours import QuietHours, parse_quiet

ATHENS = ZoneInfo("Europe/Athens")
NIGHT = QuietHours(time(22), time(7))
SOURCE = "acme/tiktok-business"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ATHENS).timestamp()


# Quiet hours.


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        ("2026-03-28T21:59", False),
        ("2026-03-28T22:00", True),
        ("2026-03-29T02:59", True),
        ("2026-03-29T04:01", True),  # 03:00 to 04:00 do not exist
        ("2026-03-29T06:59", True),
        ("2026-03-29T07:00", False),
        ("2026-10-25T03:30", True),  # exists twice
        ("2026-10-25T07:00", False),
    ],
)
def test_quiet_hours_are_by_the_clock_on_the_wall(moment: str, is_quiet: bool) -> None:
    assert NIGHT.holds(at(moment), ATHENS) is is_quiet


@pytest.mark.parametrize(
    ("evening", "hours"),
    [("2026-03-27", 9), ("2026-03-28", 8), ("2026-10-24", 10), ("2026-10-25", 9)],
)
def test_a_night_is_quiet_without_a_hole(evening: str, hours: int) -> None:
    noon = at(f"{evening}T12:00")
    quiet = [NIGHT.holds(noon + minute * 60, ATHENS) for minute in range(1440)]
    assert sum(quiet) == hours * 60
    first = quiet.index(True)
    assert all(quiet[first : first + hours * 60])


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 2 * 365 * 1440))
def test_quiet_ends_every_day(start: int, end: int, minute: int) -> None:
    if start == end:
        return
    hours = QuietHours(time(*divmod(start, 60)), time(*divmod(end, 60)))
    begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    # Two days: the hour of the pause may not exist on the first.
    found = {hours.holds(begin.timestamp() + step * 60, ATHENS) for step in range(2900)}
    assert False in found


@pytest.mark.parametrize(
    "text", ["22-7", "22:00", "25:00-07:00", "22:00-22:00", "22:60-07:00", 22, None]
)
def test_what_is_no_hours_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected hours such as"):
        parse_quiet(text)


def test_hours_as_people_write_them() -> None:
    assert parse_quiet(" 22:00 - 7:30 ") == QuietHours(time(22), time(7, 30))
    assert parse_quiet(NIGHT) is NIGHT


# Messages.


def limit_rule(name: str, account: str = "acme") -> Rule:
    return Rule(name, account, "reach", "below", 5.0, f"{name} below 5 for 2 days")


def age_rule(name: str, kpi: str | None, limit: float = 7200.0) -> Rule:
    words = f"{name}: no fresh data for 2 h"
    return Rule(name, "acme", kpi, "no data", limit, words)


def raised(name: str, source: str | None = None) -> AlertState:
    return AlertState(
        status="raised",
        text=f"{name} is wrong.",
        source=source,
        cause=f"{SOURCE} has failed for 2 h" if source else "",
    )


def event(name: str, kind: str = "raised") -> Event:
    return Event("raised" if kind == "raised" else "cleared", name, 1)


def messages(
    events: list[Event], rules: list[Rule], states: Mapping[str, AlertState]
) -> tuple[Message, ...]:
    found, held = due(events, rules, states, lambda _: False)
    assert held == ()
    return found


def test_one_alert_is_one_message() -> None:
    (message,) = messages([event("a")], [limit_rule("a")], {"a": raised("a")})
    assert message.title == "@acme: a below 5"
    assert (message.kind, message.text) == ("raised", "a is wrong.")
    assert [alert.id for alert in message.alerts] == ["a"]


def test_what_an_account_has_at_once_is_one_message() -> None:
    names = [f"k{n}" for n in range(12)]
    rules = [limit_rule(name) for name in names] + [limit_rule("b", "other")]
    states = {rule.id: raised(rule.id) for rule in rules}
    one, other = messages([event(rule.id) for rule in rules], rules, states)
    assert one.title == "@acme: 12 alerts"
    assert one.text.splitlines()[0] == "k0 is wrong."
    assert one.text.splitlines()[-1] == "… and 2 more"
    assert len(one.alerts) == 12
    assert other.account == "other"


def test_a_failed_source_is_one_message_whatever_it_takes_with_it() -> None:
    rules = [age_rule(f"k{n}", "reach") for n in range(5)] + [limit_rule("low")]
    states = {rule.id: raised(rule.id, SOURCE) for rule in rules[:5]}
    states["low"] = raised("low")
    found = messages([event(rule.id) for rule in rules], rules, states)
    texts = {message.title: message.text for message in found}
    assert texts == {
        SOURCE: f"{SOURCE} has failed for 2 h: 5 KPIs are stale.",
        "@acme: low below 5": "low is wrong.",
    }


def test_the_sources_own_alert_speaks_for_its_kpis() -> None:
    rules = [age_rule("k", "reach"), age_rule("s", None)]
    states = {"k": raised("k", SOURCE), "s": raised("s", SOURCE)}
    (message,) = messages([event("k"), event("s")], rules, states)
    assert message.text == "s is wrong."
    assert len(message.alerts) == 2


def test_a_failure_is_told_once_though_its_kpis_grow_stale_one_by_one() -> None:
    rules = [age_rule("first", "reach"), age_rule("second", "reach")]
    rules.append(age_rule("later", "reach", limit=86_400.0))
    states = {rule.id: raised(rule.id, SOURCE) for rule in rules}
    assert messages([event("second")], rules, states) == ()
    # A longer time that somebody asked for is news.
    (message,) = messages([event("later")], rules[:1] + rules[2:], states)
    assert [alert.id for alert in message.alerts] == ["later"]
    states["first"] = replace(states["first"], status="cleared")
    assert len(messages([event("second")], rules[:2], states)) == 1


def test_what_is_over_again_is_told_as_that() -> None:
    rules = [age_rule("a", "reach"), age_rule("b", "likes")]
    over = replace(raised("a", SOURCE), status="cleared")
    states = {"a": over, "b": replace(over, text="b is wrong.")}
    events = [event("a"), event("a", "cleared"), event("b", "cleared")]
    (message,) = messages(events, rules, states)
    assert (message.kind, message.title) == ("cleared", f"{SOURCE} (cleared)")
    assert message.text.endswith(": 2 KPIs have fresh data again.")


@pytest.mark.parametrize("status", ["acknowledged", "snoozed", "cleared"])
def test_what_was_answered_meanwhile_is_not_told(status: str) -> None:
    state = AlertState(status=status)  # type: ignore[arg-type]
    assert messages([event("a")], [limit_rule("a")], {"a": state}) == ()
    assert messages([event("a")], [], {}) == ()


def test_quiet_hours_hold_events_and_give_them_together() -> None:
    rules = [limit_rule("a"), limit_rule("b"), limit_rule("c", "awake")]
    states = {rule.id: raised(rule.id) for rule in rules}
    events = [event(rule.id) for rule in rules]
    now, held = due(events, rules, states, lambda handle: handle == "acme")
    assert [message.account for message in now] == ["awake"]
    assert [one.rule for one in held] == ["a", "b"]
    # B is over before the night is.
    states["b"] = replace(states["b"], status="cleared")
    (one, over), held = due(
        [*held, event("b", "cleared")], rules, states, lambda _: False
    )
    assert (one.kind, [a.id for a in one.alerts]) == ("raised", ["a"])
    assert (over.kind, [a.id for a in over.alerts]) == ("cleared", ["b"])
    assert held == ()


# Words.


def test_rules_in_words() -> None:
    two_days = 2 * 86_400.0
    assert rule_words("below", DEFINITIONS["completion_rate"], 0.25, two_days) == (
        "Completion rate below 25 % for 2 days"
    )
    assert (
        rule_words("above", DEFINITIONS["followers"], 3500, 0)
        == "Followers above 3,500"
    )
    assert rule_words("changes by", DEFINITIONS["reach"], 0.3, 0) == (
        "Unique viewers change by more than 30 %"
    )
    assert (
        rule_words("anomaly", DEFINITIONS["reach"], 0.5, 0) == "Unique viewers: unusual"
    )
    assert rule_words("no data", DEFINITIONS["reach"], 7200, 0) == (
        "Unique viewers: no fresh data for 2 h"
    )
    assert source_words("acme/csv", two_days) == "acme/csv: no fresh data for 2 days"


def test_times_and_counts_in_words() -> None:
    seconds = (-5, 90, 7199, 7200, 172_799, 172_800)
    assert [span_words(one) for one in seconds] == [
        "0 min", "1 min", "119 min", "2 h", "47 h", "2 days",
    ]  # fmt: skip
    assert stale_words("x", 0) == "x"
    assert stale_words("x", 1) == "x: 1 KPI is stale"
