"""Alerts on a real store: days, gaps, restarts, clocks that change, sources that fail."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.config.settings import Settings
from kpi_tui.kpi.alerts import Alert
from kpi_tui.kpi.alerts_messages import Message
from kpi_tui.kpi.readings import Batch, Reading, daily
from kpi_tui.kpi.windows import day_end
from kpi_tui.monitor.alerting import AlertDesk
from kpi_tui.monitor.alerting_book import read_book
from kpi_tui.monitor.alerting_facts import settled_day
from kpi_tui.monitor.alerting_replay import replay
from kpi_tui.monitor.alerting_rules import polled_names, rules_of
from kpi_tui.monitor.cast import cast_of
from kpi_tui.monitor.snapshot import SETTLING_SECONDS, SourceHealth, SourceState
from kpi_tui.sources.registry import build_connectors
from kpi_tui.store.store import Store
from tests.examples import at_most

ATHENS = ZoneInfo("Europe/Athens")
FIRST = date(2026, 3, 22)
"""The 29th has 23 hours in Athens."""
HOUR = 3600.0
SOURCE = "acme/tiktok-business"
LOW = {"kpi": "video_views", "below": 100, "days": 1}


def settings_of(*alerts: dict[str, object], **more: object) -> Settings:
    account = {"handle": "acme", "timezone": "Europe/Athens"}
    return Settings.model_validate({"account": [account], "alert": alerts, **more})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "kpi.db")
    yield store
    store.close()


def ingest(
    store: Store, values: Sequence[float | None], first: date = FIRST, **more: float
) -> None:
    readings: list[Reading] = []
    for back, value in enumerate(values):
        if value is not None:
            day = first + timedelta(back)
            flows = [("video_views", value), *more.items()]
            readings += daily("acme", flows, day, seen=1000)
    until = first + timedelta(len(values) - 1)
    store.ingest(SOURCE, Batch(tuple(readings), data_until=until))


def settled(number: int) -> float:
    """The moment at which that day counts."""
    return day_end(FIRST + timedelta(number), ATHENS) + SETTLING_SECONDS


class Office:
    """A desk, what it told, and the process that it may lose."""

    def __init__(self, store: Store, config: Settings) -> None:
        self.store = store
        self.config = config
        self.desk = AlertDesk(store)
        self.told: list[Message] = []

    def restart(self) -> None:
        self.desk = AlertDesk(self.store)

    def judge(self, now: float, *sources: SourceHealth) -> None:
        while self.desk.evaluate(self.config, sources, now):
            pass

    def round(self, now: float, *sources: SourceHealth) -> list[str]:
        """Judge and tell; the kinds of what was told."""
        self.judge(now, *sources)
        fresh: list[Message] = []
        asyncio.run(self.desk.tell(self.config, now, fresh.append))
        self.told += fresh
        return [message.kind for message in fresh]

    @property
    def kinds(self) -> list[str]:
        return [message.kind for message in self.told]


# Days.


def test_a_day_counts_once_it_is_settled(store: Store) -> None:
    ingest(store, [500, 50])
    office = Office(store, settings_of(LOW))
    assert office.round(settled(0)) == []
    assert office.round(settled(1) - 1) == []
    assert office.round(settled(1)) == ["raised"]
    (alert,) = office.desk.alerts
    assert alert.text == "Video views are 50, below 100."
    assert dict(alert.evidence) == {
        "value": "50", "before": "500", "days": "1 to 23 Mar", "source": SOURCE,
    }  # fmt: skip


def test_an_alert_has_the_inputs_of_its_formula(store: Store) -> None:
    for metric, value in (("bounces", 30.0), ("website_visits", 50.0)):
        readings = daily("acme", [(metric, value)], FIRST, seen=1000)
        store.ingest("acme/web", Batch(tuple(readings), data_until=FIRST))
    rule = {"kpi": "bounce_rate", "above": "42%", "days": 1}
    office = Office(store, settings_of(rule))
    assert office.round(settled(0)) == ["raised"]
    (alert,) = office.desk.alerts
    assert ("bounces", "30") in alert.evidence
    assert ("website visits from tiktok", "50") in alert.evidence


@pytest.mark.parametrize("zone", ["Europe/Athens", "America/St_Johns", "Pacific/Apia"])
def test_settled_is_48_hours_after_midnight_where_the_account_is(zone: str) -> None:
    place, day = ZoneInfo(zone), date(2026, 3, 29)
    moment = day_end(day, place) + SETTLING_SECONDS
    last = day + timedelta(9)
    assert settled_day(last, place, moment) == day
    assert settled_day(last, place, moment - 1) == day - timedelta(1)
    assert settled_day(day - timedelta(5), place, moment) == day - timedelta(5)


def test_for_two_days_needs_two_days_of_data(store: Store) -> None:
    ingest(store, [500, 50, 500, 50, None, 50, 50])
    office = Office(store, settings_of({**LOW, "for": "2d"}))
    days = [office.round(settled(number)) for number in range(7)]
    assert days == [[], [], [], [], [], ["raised"], []]
    assert office.told[0].text == "Video views are 50, below 100 for 2 days."


def test_a_day_that_its_source_has_not_told_waits_for_it(store: Store) -> None:
    """The ads are a day ahead: six days of views are not below what seven were."""
    ingest(store, [100.0] * 7 + [None])
    spend = daily("acme", [("spend", 5.0)], FIRST + timedelta(7), seen=1000)
    until = FIRST + timedelta(7)
    store.ingest("acme/tiktok-ads", Batch(tuple(spend), data_until=until))
    office = Office(store, settings_of({**LOW, "below": 700, "days": 7}))
    assert office.round(settled(6)) == []
    assert office.round(settled(7)) == []
    ingest(store, [100.0] * 7 + [90.0])
    assert office.round(settled(7) + 2 * HOUR) == ["raised"]
    assert office.told[0].text == "Video views are 690, below 700."


def test_a_window_that_is_not_covered_raises_nothing(store: Store) -> None:
    ingest(store, [1.0] + [None] * 5 + [1.0])
    office = Office(store, settings_of({**LOW, "days": 7}))
    assert office.round(settled(6)) == []
    assert office.desk.alerts == ()


def test_a_change_is_against_the_days_before(store: Store) -> None:
    ingest(store, [100, 100, 100, 69, 100, 145])
    office = Office(store, settings_of({**LOW, "below": None, "changes_by": "30%"}))
    assert [office.round(settled(n)) for n in range(1, 6)] == [
        [], [], ["raised"], [], [],
    ]  # fmt: skip
    assert office.told[0].text == (
        "Video views are 69, 31 % below the 100 of the days before, "
        "a change of more than 30 %."
    )


def test_an_anomaly_is_raised_once_and_over_after_two_weeks(store: Store) -> None:
    usual = [1000.0 + 37 * (n * 7 % 11) for n in range(90)]
    values = [*usual, 9000.0, *usual[:25]]
    first = FIRST - timedelta(90)
    ingest(store, values, first)
    office = Office(store, settings_of({"kpi": "video_views", "anomaly": True}))
    kinds = [office.round(settled(number)) for number in range(-3, 25)]
    assert kinds[3] == ["raised"]
    assert office.kinds == ["raised", "cleared"]
    # The eighth day is unusual once more, by the mean of its week: no second alert.
    assert kinds.index(["cleared"]) == 3 + 8 + 14
    assert "22 Mar: Video views are " in office.told[0].text


# Restarts and absences.


def test_a_restart_neither_repeats_nor_misses(store: Store) -> None:
    ingest(store, [500, 50, 50, 50, 500, 50])
    office = Office(store, settings_of(LOW))
    found = []
    for number in range(6):
        office.restart()
        found.append(office.round(settled(number)))
        office.restart()
        assert office.round(settled(number) + HOUR) == []
    assert found == [[], ["raised"], [], [], ["cleared"], ["raised"]]


def test_what_happened_in_an_absence_is_told_after_it(store: Store) -> None:
    ingest(store, [500, 500, 50, 50, 50])
    office = Office(store, settings_of({**LOW, "for": "2d"}))
    office.round(settled(0))
    office.restart()
    assert office.round(settled(30)) == ["raised"]


def test_a_process_that_ends_before_it_told_tells_it_when_it_is_back(
    store: Store,
) -> None:
    ingest(store, [50])
    office = Office(store, settings_of(LOW))
    office.judge(settled(0))
    office.restart()
    assert office.round(settled(0) + HOUR) == ["raised"]
    office.restart()
    assert office.round(settled(0) + 2 * HOUR) == []


@at_most(12)
@given(
    st.lists(st.sampled_from([50.0, 99.0, 101.0, 104.0, 106.0, None]), max_size=12),
    st.lists(st.tuples(st.floats(0, 12 * 86_400), st.booleans()), max_size=10),
    st.sampled_from([None, "2d"]),
)
def test_whenever_it_is_judged_the_same_is_raised(
    values: list[float | None], moments: list[tuple[float, bool]], held: str | None
) -> None:
    rule = LOW if held is None else {**LOW, "for": held}
    config = settings_of(rule)
    values = [500.0, *values, 500.0]
    told = []
    for rounds in (
        [(settled(number), False) for number in range(len(values))],
        [(settled(0) + after, restart) for after, restart in sorted(moments)],
    ):
        store = Store.open(None)
        ingest(store, values)
        office = Office(store, config)
        for now, is_restart in [(settled(0), False), *rounds, (settled(20), True)]:
            if is_restart:
                office.restart()
            office.judge(now)
        kinds = [event.kind for event in read_book(store).events]
        told.append((kinds, [(a.id, a.state, a.value) for a in office.desk.alerts]))
        store.close()
    assert told[0] == told[1]


def test_another_config_drops_alerts_that_nobody_asks_for(store: Store) -> None:
    ingest(store, [50])
    office = Office(store, settings_of(LOW))
    office.round(settled(0))
    before = office.desk.alerts
    office.config = settings_of({**LOW, "below": 90})
    assert office.round(settled(0)) == ["raised"]
    office.config = settings_of()
    assert office.round(settled(0)) == []
    assert (len(before), office.desk.alerts) == (1, ())


def test_a_damaged_book_is_begun_anew(store: Store) -> None:
    ingest(store, [50])
    books: list[object] = [[], {"version": 1}, {"version": 1, "at": "x", "states": 1}]
    for book in books:
        store.set_state("alerts", book)
        assert Office(store, settings_of(LOW)).round(settled(0)) == ["raised"]


def test_many_accounts_are_read_a_few_at_a_time(store: Store) -> None:
    handles = [f"a{n}" for n in range(45)]
    for handle in handles:
        reading = daily(handle, [("video_views", 5.0)], FIRST, seen=1)
        store.ingest(f"{handle}/csv", Batch(tuple(reading), data_until=FIRST))
    config = Settings.model_validate(
        {"account": [{"handle": h} for h in handles], "alert": [LOW]}
    )
    desk = AlertDesk(store)
    now = settled(0) + 12 * HOUR
    assert [desk.evaluate(config, (), now) for _ in range(4)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert len(desk.alerts) == 45


# Answers, quiet hours.


def test_an_answer_of_another_process_counts(store: Store, tmp_path: Path) -> None:
    ingest(store, [50, 50, 500, 50])
    office = Office(store, settings_of(LOW))
    office.round(settled(0))
    (alert,) = office.desk.alerts
    other = Store.open(tmp_path / "kpi.db")
    desk = AlertDesk(other)
    desk.load(office.config, settled(0))
    assert desk.answer(
        alert.id, "acknowledge", note="on \x1b[1m it", now=settled(0) + 5
    )
    assert [(a.state, a.note) for a in desk.alerts] == [("acknowledged", "on [1m it")]
    other.close()
    assert office.round(settled(1)) == []
    assert [(a.state, a.note) for a in office.desk.alerts] == [
        ("acknowledged", "on [1m it")
    ]
    assert office.round(settled(2)) == ["cleared"]
    assert not office.desk.answer(alert.id, "acknowledge", now=settled(2))
    assert not office.desk.answer("nothing", "acknowledge", now=settled(2))
    # The old answer is not one to the next alert.
    assert office.round(settled(3)) == ["raised"]


def test_a_snooze_ends_by_itself(store: Store) -> None:
    ingest(store, [50])
    office = Office(store, settings_of(LOW))
    now = settled(0)
    office.round(now)
    (alert,) = office.desk.alerts
    assert office.desk.answer(alert.id, "snooze", seconds=HOUR, now=now)
    assert office.desk.alerts[0].until == int(now + HOUR)
    assert office.round(now + HOUR - 1) == []
    office.restart()
    assert office.round(now + HOUR) == ["raised"]
    assert office.desk.answer(alert.id, "snooze", now=now + HOUR)
    assert office.desk.alerts[0].until == int(now + 25 * HOUR)
    office.round(now + HOUR + 1)
    assert office.desk.answer(alert.id, "unsnooze", now=now + HOUR + 2)
    office.round(now + HOUR + 3)
    assert office.desk.alerts[0].state == "raised"


def test_a_night_is_told_in_the_morning(store: Store) -> None:
    # Days settle in the quiet hours; that night has 8 of them.
    ingest(store, [500] * 5 + [50, 50], likes=1, comments=0, shares=0)
    config = settings_of(
        LOW, {"kpi": "like_rate", "above": "1%", "days": 1},
        notify={"quiet": "22:00-07:00"},
    )  # fmt: skip
    office = Office(store, config)
    night = settled(5)
    assert datetime.fromtimestamp(night, ATHENS).hour == 1
    assert office.round(night) == []
    assert {alert.state for alert in office.desk.alerts} == {"raised"}
    office.restart()
    seven = datetime(2026, 3, 30, 7, tzinfo=ATHENS).timestamp()
    assert office.round(seven - 1) == []
    assert office.round(seven) == ["raised"]
    assert office.told[0].title == "@acme: 2 alerts"


# How old data is.

POLLED = {
    "handle": "acme",
    "timezone": "Europe/Athens",
    "source": [
        {"type": "http-json", "url": "http://x/", "metrics": {"followers": "f"}},
        {"type": "http-json", "url": "http://y/", "metrics": {"reach": "f"}},
        {"type": "manual"},
    ],
}
NOW = datetime(2026, 4, 2, 12, tzinfo=UTC).timestamp()


def health(
    name: str = "acme/http-json",
    state: SourceState = "ok",
    *,
    polled: float | None = NOW,
    good: float | None = NOW,
    until: date | None = None,
    interval: float | None = 300.0,
) -> SourceHealth:
    def moment(at: float | None) -> datetime | None:
        return None if at is None else datetime.fromtimestamp(at, UTC)

    return SourceHealth(
        name, "acme", "http-json", state, moment(polled), moment(good), until, None,
        "answered 502" if state == "failed" else None, None, 0, 0, interval,
    )  # fmt: skip


def aged(*alerts: dict[str, object]) -> Settings:
    return Settings.model_validate(
        {"account": [POLLED], "alert": alerts or [{"no_data_for": "2h"}]}
    )


def test_rules_name_the_sources_as_their_connectors_do() -> None:
    config = aged()
    names = [c.name for c in build_connectors(config) if c.kind != "manual"]
    assert list(polled_names(config, "acme")) == names
    assert polled_names(config, "nobody") == ()


def test_a_failed_source_is_told_once_and_when_it_is_back(store: Store) -> None:
    office = Office(store, aged())
    assert office.round(NOW, health()) == []
    for hours, expected in ((1.9, []), (2.0, ["raised"]), (3.0, [])):
        now = NOW + hours * HOUR
        found = office.round(now, health(state="failed", polled=now, good=NOW))
        assert found == expected
    assert office.told[0].title == "acme/http-json"
    assert office.told[0].text == "acme/http-json has failed for 2 h."
    (alert,) = office.desk.alerts
    assert ("error", "answered 502") in alert.evidence
    now = NOW + 4 * HOUR
    assert office.round(now, health(polled=now, good=now)) == ["cleared"]
    assert office.told[1].text == "acme/http-json gives fresh data."


def test_an_absence_of_the_program_is_no_failure_of_the_source(store: Store) -> None:
    """Asleep for nine hours: the last try was good, and the next is still to come."""
    office = Office(store, aged())
    office.round(NOW, health())
    office.restart()
    assert office.round(NOW + 9 * HOUR, health()) == []


def test_a_source_that_answers_with_old_days_is_no_fresh_data(store: Store) -> None:
    office = Office(store, aged({"no_data_for": "1d"}))
    until = date(2026, 3, 31)
    whole = day_end(until, ATHENS) + SETTLING_SECONDS
    for after, expected in ((86_399, []), (86_400, ["raised"])):
        now = whole + after
        assert office.round(now, health(polled=now, good=now, until=until)) == expected
    assert office.told[0].text == "acme/http-json has given no fresh data for 24 h."


def test_what_never_answered_has_no_age(store: Store) -> None:
    office = Office(store, aged())
    assert office.round(NOW, health(state="failed", good=None)) == []
    assert office.round(NOW, health(state="waiting", polled=None, good=None)) == []


def test_an_account_that_nobody_feeds_grows_old_by_the_clock(store: Store) -> None:
    config = settings_of({"no_data_for": "7d"})
    typed = health("acme/manual", polled=NOW, good=NOW, interval=None)
    older = health("acme/import", polled=NOW, good=NOW - 9 * HOUR, interval=None)
    office = Office(store, config)
    week = NOW + 7 * 86_400
    assert office.round(week - 1, typed, older) == []
    assert office.round(week, typed, older) == ["raised"]
    assert office.told[0].text == "@acme has given no fresh data for 7 days."


def test_one_failure_and_the_kpis_that_it_takes_along(store: Store) -> None:
    flows = dict.fromkeys(("likes", "comments", "shares", "reach"), 5.0)
    readings = [
        reading
        for back in range(30)
        for reading in daily(
            "acme",
            [("video_views", 90.0), *flows.items()],
            date(2026, 4, 1) - timedelta(back),
            seen=1,
        )
    ]
    store.ingest("acme/http-json", Batch(tuple(readings), data_until=date(2026, 4, 1)))
    each: list[dict[str, object]] = [
        {"kpi": kpi, "no_data_for": "2h"} for kpi in ("video_views", "reach")
    ]
    now = NOW + 2 * HOUR
    failed = health(state="failed", polled=now, good=NOW)
    office = Office(store, aged(*each))
    assert office.round(now, failed) == ["raised"]
    assert office.told[0].text == (
        "acme/http-json has failed for 2 h: 2 KPIs are stale."
    )
    assert [alert.text for alert in office.desk.alerts if alert.kpi == "reach"] == [
        "Unique viewers are stale: acme/http-json has failed for 2 h."
    ]
    whole = Office(Store.open(None), aged())
    whole.store.ingest(
        "acme/http-json", Batch(tuple(readings), data_until=date(2026, 4, 1))
    )
    assert whole.round(now, failed) == ["raised"]
    text = whole.told[0].text
    assert text.startswith("acme/http-json has failed for 2 h: ")
    assert text.endswith(" KPIs are stale.")
    whole.store.close()


# Whose rules.


def test_rules_are_for_all_own_accounts_or_for_the_named_one(store: Store) -> None:
    config = Settings.model_validate(
        {
            "account": [{"handle": "acme"}, {"handle": "side"}],
            "competitor": [{"handle": "Rival"}],
            "alert": [
                {"kpi": "followers", "below": 5},
                {"kpi": "followers", "below": 5, "account": "acme"},
                {"kpi": "followers", "above": 9, "account": "rival"},
            ],
        }
    )
    who = cast_of(config, store)
    rules = rules_of(config, who.own, who.everyone)
    assert [(rule.account, rule.kind) for rule in rules] == [
        ("acme", "below"),
        ("side", "below"),
        ("Rival", "above"),
    ]


# The past.


def test_a_replay_says_what_would_have_been_told(store: Store) -> None:
    ingest(store, [50, 50, 500, 500, 50, 500, 500])
    found = replay(store, settings_of(LOW), None, 5, settled(6) + 90 * 86_400)
    assert [(one.day.day, one.kind) for one in found] == [
        (26, "raised"),
        (27, "cleared"),
    ]
    assert isinstance(found[0].alert, Alert)
    assert found[0].alert.text == "Video views are 50, below 100."
    assert store.get_state("alerts") is None
    assert replay(store, settings_of(LOW), "other", 5, settled(6)) == []
    longer = replay(store, settings_of(LOW), "acme", 100, settled(6))
    assert [one.day.day for one in longer] == [22, 24, 26, 27]


def test_a_replay_is_what_living_through_it_was(store: Store) -> None:
    values = [500, 50, 99, 101, 106, None, 50, 90, 500, 50, 50]
    ingest(store, values)
    config = settings_of(LOW, {**LOW, "for": "2d", "below": 95})
    office = Office(store, config)
    for number in range(len(values)):
        office.round(settled(number))
    lived = [
        (message.kind, alert.id, alert.text)
        for message in office.told
        for alert in message.alerts
    ]
    found = replay(store, config, None, len(values), settled(len(values)))
    assert [(one.kind, one.alert.id, one.alert.text) for one in found] == lived
    assert len(lived) == 8


def test_a_replay_finds_the_days_that_are_missing(store: Store) -> None:
    ingest(store, [50, 50, None, None, None, None, 50])
    config = settings_of({"no_data_for": "1d"}, {"kpi": "reach", "no_data_for": "1d"})
    found = replay(store, config, None, 7, settled(6))
    assert [(one.day.day, one.kind) for one in found] == [
        (26, "raised"),
        (28, "cleared"),
    ]
