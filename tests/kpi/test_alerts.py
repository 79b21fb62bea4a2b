"""Alerts neither flap nor miss: raised, held, cleared, answered, over any restarts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.kpi.alerts import (
    Alert,
    AlertState,
    Answer,
    Kind,
    Observation,
    Rule,
    answered,
    evaluate,
    rule_id,
)
from kpi_tui.kpi.alerts_inbox import (
    CLEARED_SECONDS,
    MOST_CLEARED,
    alert_of,
    from_json,
    inbox,
    to_json,
)

DAY = 86_400
FIRST = 1_774_310_400
"""24 March 2026, 00:00 UTC: the 29th has 23 hours in Athens."""


def rule(
    kind: Kind = "below",
    limit: float = 100.0,
    *,
    clear: float | None = None,
    days: int = 0,
    calm_days: int = 0,
    name: str = "r",
) -> Rule:
    return Rule(
        name,
        "acme",
        "video_views",
        kind,
        limit,
        f"Video views {kind} {limit:g}",
        f"{kind} {limit:g}",
        clear,
        days * DAY,
        calm_days * DAY,
    )


def day(number: int, value: float, name: str = "r") -> Observation:
    text = f"Video views are {value:g}"
    return Observation(name, FIRST + number * DAY, DAY, value, text)


def days(values: Iterable[float | None]) -> list[Observation]:
    """One observation per day; None is a day of which nothing is known."""
    return [day(n, value) for n, value in enumerate(values) if value is not None]


def told(
    one: Rule, observations: Iterable[Observation], *, restart: bool = False
) -> list[tuple[str, int]]:
    """(kind, day) of what is raised and cleared, each day evaluated by itself."""
    states: dict[str, AlertState] = {}
    found: list[tuple[str, int]] = []
    for seen in observations:
        if restart:
            states = from_json(json.loads(json.dumps(to_json(states))))
        states, events = evaluate([one], states, [seen], 1e9 + seen.at)
        found += [(event.kind, (seen.at - FIRST) // DAY) for event in events]
    return found


def at_once(one: Rule, observations: Sequence[Observation]) -> list[str]:
    return [event.kind for event in evaluate([one], {}, observations, 1e9)[1]]


def kinds(events: Iterable[tuple[str, int]]) -> list[str]:
    return [kind for kind, _ in events]


def each(one: Rule, values: Iterable[float | None]) -> list[tuple[str, int]]:
    return told(one, days(values))


# What the words mean.


def test_below_and_above_are_raised_once_and_cleared_once() -> None:
    falling = [120, 99, 98, 97, 104, 105, 106]
    assert each(rule("below"), falling) == [("raised", 1), ("cleared", 5)]
    rising = [80, 101, 102, 96, 95, 94]
    assert each(rule("above"), rising) == [("raised", 1), ("cleared", 4)]


def test_the_limit_itself_is_neither_above_nor_below() -> None:
    assert each(rule("below"), [100.0]) == []
    assert each(rule("above"), [100.0]) == []


def test_for_is_counted_in_days_that_were_observed() -> None:
    assert each(rule(days=2), [90, 110, 90, 90, 90]) == [("raised", 3)]
    # Nothing is known of three days: they neither hold nor clear.
    assert each(rule(days=2), [90, None, None, None, 90]) == [("raised", 4)]
    assert each(rule(days=3), [90, None, None, None, 90]) == []
    open_over_a_gap = each(rule(), [90, None, None, 120, 90])
    assert open_over_a_gap == [("raised", 0), ("cleared", 3), ("raised", 4)]


def test_a_clear_level_of_its_own() -> None:
    one = rule("below", 25.0, clear=30.0)
    assert each(one, [24, 26, 29.9, 24, 30]) == [("raised", 0), ("cleared", 4)]
    assert each(rule("below", 25.0, clear=25.0), [24, 25]) == [
        ("raised", 0),
        ("cleared", 1),
    ]


def test_around_zero_the_band_is_of_the_worst_value() -> None:
    # 5 % of 40.
    assert each(rule("below", 0.0), [-40, 1, 1.9, -1, 2]) == [
        ("raised", 0),
        ("cleared", 4),
    ]


def test_an_anomaly_is_over_after_days_without_another() -> None:
    one = rule("anomaly", 0.5, calm_days=3)
    assert each(one, [0, 0.5, 0, 0, 0.9, 0, 0, None, 0, 0]) == [
        ("raised", 1),
        ("cleared", 8),
    ]


def test_values_that_are_no_numbers_are_passed_over() -> None:
    assert each(rule(), [float("nan"), float("-inf"), 90]) == [("raised", 2)]


def test_an_old_day_changes_nothing() -> None:
    states, _ = evaluate([rule()], {}, days([120, 120]), 1.0)
    again, events = evaluate([rule()], states, [day(0, 5), day(1, 5)], 2.0)
    assert (again, events) == (states, [])


def test_rules_that_are_gone_leave_no_state() -> None:
    states, _ = evaluate([rule()], {}, [day(0, 5)], 1.0)
    assert evaluate([], states, [], 2.0) == ({}, [])


def test_the_words_of_an_alert() -> None:
    one = rule(days=2)
    states, _ = evaluate([one], {}, days([90, 90, 80]), 5.0)
    alert = alert_of(one, states["r"])
    assert alert is not None
    assert alert.text == "Video views are 80, below 100 for 3 days."
    states, _ = evaluate([one], states, [day(3, 106)], 6.0)
    alert = alert_of(one, states["r"])
    assert alert is not None
    assert (alert.state, alert.text) == (
        "cleared",
        "Video views are 106, no longer below 100.",
    )
    assert (alert.raised_at, alert.changed_at) == (5, 6)


def test_ids_are_the_same_in_every_process() -> None:
    assert rule_id("acme", "followers", "below", 3.0, 28) == "840a845c"
    assert rule_id("a", "bc") != rule_id("ab", "c")


# Answers.


def open_state(at: float = 10.0) -> AlertState:
    return evaluate([rule()], {}, [day(0, 90)], at)[0]["r"]


def test_acknowledged_it_keeps_quiet_until_it_is_over() -> None:
    state = answered(open_state(), Answer("acknowledge", 11.5, "on it"))
    assert (state.status, state.note, state.changed_at) == ("acknowledged", "on it", 11)
    states, events = evaluate([rule()], {"r": state}, days([0, 50, 60]), 20.0)
    assert (events, states["r"].status) == ([], "acknowledged")
    states, events = evaluate([rule()], states, [day(3, 120)], 30.0)
    assert [event.kind for event in events] == ["cleared"]
    states, events = evaluate([rule()], states, [day(4, 90)], 40.0)
    assert [event.kind for event in events] == ["raised"]
    assert states["r"].note == ""


def test_snoozed_it_is_told_again_only_if_it_is_still_so() -> None:
    state = answered(open_state(), Answer("snooze", 11.0, until=100))
    assert evaluate([rule()], {"r": state}, [], 99.0)[1] == []
    found, events = evaluate([rule()], {"r": state}, [], 100.0)
    assert [event.kind for event in events] == ["raised"]
    assert found["r"].until is None
    assert evaluate([rule()], found, [], 101.0)[1] == []
    _, events = evaluate([rule()], {"r": state}, [day(1, 120)], 100.0)
    assert [event.kind for event in events] == ["cleared"]


def test_an_answer_can_be_taken_back_and_counts_once() -> None:
    answer = Answer("acknowledge", 11.0)
    state = answered(open_state(), answer)
    back = answered(state, Answer("unsnooze", 12.0))
    assert back.status == "raised"
    assert answered(back, answer) is back


def test_an_answer_to_an_earlier_alert_does_not_count_for_the_next() -> None:
    state = answered(open_state(10.0), Answer("acknowledge", 11.0))
    states, _ = evaluate([rule()], {"r": state}, days([0, 120, 90]), 50.0)
    assert states["r"].status == "raised"
    assert answered(states["r"], Answer("acknowledge", 49.0)) is states["r"]
    cleared, _ = evaluate([rule()], states, [day(3, 120)], 60.0)
    assert answered(cleared["r"], Answer("snooze", 61.0, until=99)) is cleared["r"]


# The inbox.


def test_the_inbox_has_open_ones_first_and_forgets_what_is_long_over() -> None:
    rules = [rule(name=name) for name in ("old", "new", "over", "gone", "never")]
    state = open_state()
    over = replace(state, status="cleared")
    states = {
        "old": replace(state, raised_at=10),
        "new": replace(state, raised_at=20),
        "over": replace(over, changed_at=30),
        "gone": replace(over, changed_at=29 - CLEARED_SECONDS),
        "never": AlertState(at=5),
        "no rule": state,
    }
    shown = inbox(rules, states, 30.0)
    assert [alert.id for alert in shown] == ["new", "old", "over"]
    assert [alert.is_open for alert in shown] == [True, True, False]
    assert isinstance(shown[0], Alert)


def test_the_inbox_is_bounded() -> None:
    rules = [rule(name=str(n)) for n in range(MOST_CLEARED + 5)]
    over = replace(open_state(), status="cleared")
    states = {one.id: replace(over, changed_at=int(one.id)) for one in rules}
    shown = inbox(rules, states, 200.0)
    assert len(shown) == MOST_CLEARED
    assert shown[0].id == str(MOST_CLEARED + 4)


@pytest.mark.parametrize(
    "data",
    [None, [], {"r": 1}, {"r": {"at": 1}}, {1: to_json({"r": open_state()})["r"]}],
)
def test_states_of_another_version_are_begun_anew(data: object) -> None:
    assert from_json(data) == {}


# What must hold whatever comes.

VALUES = st.lists(
    st.none() | st.sampled_from([80.0, 94.0, 97.0, 99.0, 100.0, 103.0, 106.0, 130.0]),
    max_size=40,
)
RULES = st.builds(
    lambda kind, clear, held, calm: rule(
        kind,
        clear={"above": 97.0, "below": 103.0}[kind] if clear else None,
        days=held,
        calm_days=calm,
    ),
    st.sampled_from(["above", "below"]),
    st.booleans(),
    st.integers(0, 3),
    st.integers(0, 2),
)


def naive(one: Rule, values: Sequence[float | None]) -> list[tuple[str, int]]:
    """The words of the docs, day by day, with all the past at hand."""
    found: list[tuple[str, int]] = []
    begun = 0
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    sign = 1 if one.is_below else -1
    over = one.clear if one.clear is not None else one.limit * (1 + sign * 0.05)
    for place, (n, _) in enumerate(known):
        since = [value for _, value in known[begun : place + 1]]
        if not found or found[-1][0] == "cleared":
            least = max(1, int(one.for_seconds // DAY))
            lately = since[-least:]
            if len(lately) == least and all(
                sign * v < sign * one.limit for v in lately
            ):
                found.append(("raised", n))
                begun = place + 1
        else:
            least = max(1, int(one.clear_seconds // DAY))
            lately = since[-least:]
            if len(lately) == least and all(sign * v >= sign * over for v in lately):
                found.append(("cleared", n))
                begun = place + 1
    return found


@given(RULES, VALUES)
def test_it_is_as_the_words_say(one: Rule, values: list[float | None]) -> None:
    assert each(one, values) == naive(one, values)


@given(RULES, VALUES, st.data())
def test_restarts_and_the_moments_of_evaluation_change_nothing(
    one: Rule, values: list[float | None], data: st.DataObject
) -> None:
    observations = days(values)
    cuts = data.draw(
        st.lists(st.integers(0, len(observations)), max_size=6).map(sorted)
    )
    edges = [0, *cuts, len(observations)]
    # A round sees also what earlier ones saw, in any order.
    rounds = [
        data.draw(st.permutations(observations[max(0, a - 3) : b]))
        for a, b in pairwise(edges)
    ]
    states: dict[str, AlertState] = {}
    found: list[str] = []
    for number, seen in enumerate(rounds):
        states = from_json(json.loads(json.dumps(to_json(states))))
        states, events = evaluate([one], states, seen, 1e9 + number)
        found += [event.kind for event in events]
    assert found == at_once(one, observations) == kinds(each(one, values))
    assert kinds(told(one, observations, restart=True)) == found


@given(RULES, VALUES)
def test_gaps_neither_hold_nor_clear(one: Rule, values: list[float | None]) -> None:
    without = [value for value in values if value is not None]
    assert kinds(each(one, values)) == kinds(each(one, without))


@given(
    st.sampled_from(["above", "below"]),
    st.lists(st.floats(-0.049, 0.5), max_size=60),
    st.floats(1e-3, 1e9),
)
def test_noise_within_the_band_does_not_flap(
    kind: Kind, noise: list[float], limit: float
) -> None:
    """Once raised, whatever stays beyond the clear level is one alert."""
    sign = 1 if kind == "above" else -1
    values = [limit * (1 + sign * part) for part in noise]
    assert kinds(each(rule(kind, limit), values)) in ([], ["raised"])


@given(RULES, VALUES)
def test_raised_and_cleared_take_turns(one: Rule, values: list[float | None]) -> None:
    found = kinds(each(one, values))
    assert found == (["raised", "cleared"] * len(found))[: len(found)]
