"""Sources, the poll log, states, listings and statistics."""

from dataclasses import replace
from datetime import date
from typing import Any

from kpi_tui.kpi.readings import Batch
from kpi_tui.kpi.windows import Window
from kpi_tui.store.store import Poll, Store, point_record, sheet_record
from tests.store.build import DAY, UTC_ZONE, at, day, keep, now, post


def poll(store: Store, moment: int, **more: Any) -> None:
    good = Poll(
        "acme/http-json",
        "acme",
        "http-json",
        moment + 0.7,
        "ok",
        "3 new",
        points=3,
        notes=("a note",),
    )
    store.record_poll(replace(good, **more))


def test_a_source_that_failed_keeps_what_was_good(store):
    poll(store, 1000, data_until=date(2026, 3, 1))
    waits = {"hint": "wait", "closed_until": 2100.2, "circuit_until": 2200.0}
    poll(store, 2000, state="failed", text="no answer", points=0, failures=2, **waits)
    row = store.source_rows()["acme/http-json"]
    assert (row.good_at, row.tried_at, row.points) == (1000, 2000, 3)
    assert (row.state, row.error, row.failures) == ("failed", "no answer", 2)
    assert row.data_until == date(2026, 3, 1)
    assert row.notes == ("a note",)
    # Never a moment too early.
    assert (row.hint, row.closed_until, row.circuit_until) == ("wait", 2101, 2200)
    assert (row.account, row.kind) == ("acme", "http-json")
    poll(store, 3000)
    row = store.source_rows()["acme/http-json"]
    assert (row.error, row.failures, row.good_at) == (None, 0, 3000)
    assert (row.hint, row.closed_until, row.circuit_until) == (None, None, None)
    assert row.data_until == date(2026, 3, 1)


def test_the_log_is_newest_first_and_bounded(store, monkeypatch):
    monkeypatch.setattr("kpi_tui.store.polls.MAX_POLLS", 20)
    for i in range(50):
        poll(store, i, text=f"line {i}")
    assert [row.text for row in store.polls(3)] == ["line 49", "line 48", "line 47"]
    assert store.polls(1)[0] == (49, "acme/http-json", "ok", "line 49", 3)
    assert len(store.polls(1000)) == 20


def test_states_are_json(store):
    assert store.get_state("goal") is None
    store.set_state("goal", {"status": "behind", "since": [1, 2.5, None]}, 1000)
    assert store.get_state("goal") == {"status": "behind", "since": [1, 2.5, None]}
    store.set_state("goal", "reached")
    assert store.get_state("goal") == "reached"


def test_handles_are_all_accounts_with_points_or_posts(store):
    assert store.handles() == []
    keep(store, day("2026-03-01", 1, account="b"), day("2026-03-01", 1, account="a"))
    store.ingest("x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    assert store.handles() == ["a", "acme", "b"]


def test_points_stream_in_order_and_are_filtered(store):
    keep(
        store,
        day("2026-03-02", 2),
        day("2026-03-01", 1),
        day("2026-03-01", 3, metric="likes"),
        now("2026-03-02T10:00", 4),
        day("2026-03-01", 5, account="rival"),
    )

    def listed(*filters) -> list[tuple[str, str, float]]:
        return [(p.account, p.metric, p.value) for p in store.points(*filters)]

    assert listed(None, (), None) == [
        ("acme", "followers", 4),
        ("acme", "likes", 3),
        ("acme", "video_views", 1),
        ("acme", "video_views", 2),
        ("rival", "video_views", 5),
    ]
    assert listed("acme", ("likes", "video_views"), date(2026, 3, 2)) == [
        ("acme", "video_views", 2)
    ]
    assert listed("nobody", (), None) == []


def test_points_come_in_pages_and_may_be_written_meanwhile(store, monkeypatch):
    monkeypatch.setattr("kpi_tui.store.listing.PAGE_ROWS", 10)
    keep(store, *(now(1000 + i, i) for i in range(35)))
    rows = store.points(None, (), None)
    first = next(rows)
    keep(store, now(9000, 99))  # does not wait for the reader
    assert [first.value, *(row.value for row in rows)] == [*range(35), 99]


def test_money_has_its_sources_currency_and_a_campaign_its_name(store):
    readings = [
        day("2026-03-24", value, metric=metric, entity=entity)
        for entity in ("", "campaign:1801")
        for metric, value in (("spend", 5), ("clicks", 2))
    ]
    names = (("campaign:1801", "Spring"), ("campaign:1802", "Gone"))
    batch = Batch(tuple(readings), currency="USD", names=names)
    store.ingest("acme/tiktok-ads", batch)
    store.ingest("acme/csv", Batch((day("2026-03-24", 9, metric="revenue"),)))
    store.ingest("acme/tiktok-ads", Batch(names=(("campaign:1801", "Summer"),)))
    told = {
        (p.entity, p.metric): (p.currency, p.name) for p in store.points(None, (), None)
    }
    assert told == {
        ("", "spend"): ("USD", None),
        ("", "clicks"): (None, None),
        ("", "revenue"): (None, None),
        ("campaign:1801", "spend"): ("USD", "Summer"),
        ("campaign:1801", "clicks"): (None, "Summer"),
    }
    window = Window(date(2026, 3, 24), 7)
    history = store.history("acme", UTC_ZONE, window, None)
    assert history.currencies == {"spend": "USD", "clicks": "USD"}
    # A source that changes its account's money says so; one that is silent does not.
    store.ingest("acme/tiktok-ads", Batch(currency="EUR"))
    store.ingest("acme/tiktok-ads", Batch())
    assert store.history("acme", UTC_ZONE, window, None).currencies["spend"] == "EUR"


def test_a_name_is_no_formula_in_a_sheet(store):
    readings = [day("2026-03-24", -2, metric="spend", entity="campaign:1")]
    for name in ("=1+1", "+x", "-x", "@x", "a=b"):
        names = (("campaign:1", name),)
        store.ingest("acme/tiktok-ads", Batch(tuple(readings), names=names))
        (point,) = store.points(None, (), None)
        shown = sheet_record(point)
        assert shown["name"] == (name if name == "a=b" else f"'{name}")
        assert (shown["value"], point_record(point)["name"]) == (-2, name)


def test_campaigns_are_summed_over_the_windows_days(store):
    days = ("2026-03-17", "2026-03-18", "2026-03-24", "2026-03-25")
    readings = [
        day(label, 4, metric=metric, entity=entity)
        for label in days
        for entity, metric in (
            ("campaign:1", "spend"), ("campaign:1", "clicks"),
            ("campaign:22", "spend"), ("", "spend"), ("video:1", "spend"),
        )
    ]  # fmt: skip
    store.ingest("acme/a", Batch(tuple(readings), names=(("campaign:22", "Oil"),)))
    store.ingest(
        "rival/a", Batch((day("2026-03-24", 9, account="rival", entity="campaign:1"),))
    )
    found = store.campaigns("acme", Window(date(2026, 3, 24), 7))
    assert [(one.id, one.label, one.sums) for one in found] == [
        ("1", "1", {"spend": 8, "clicks": 8}),
        ("22", "Oil", {"spend": 8}),
    ]
    assert store.campaigns("acme", Window(date(2026, 3, 10), 7)) == []


def test_a_point_is_exported_with_its_day_or_its_moment(store):
    keep(store, day("2026-03-02", 2, seen=at("2026-03-04T05:06:07")))
    keep(store, now("2026-03-02T10:00", 4))
    instant, daily = (point_record(row) for row in store.points("acme", (), None))
    assert daily == {
        "account": "acme",
        "entity": "",
        "metric": "video_views",
        "grain": "day",
        "at": "2026-03-02",
        "value": 2.0,
        "source": "acme/test",
        "seen": "2026-03-04T05:06:07Z",
        "currency": None,
        "name": None,
    }
    assert instant["at"] == "2026-03-02T10:00:00Z"


def test_statistics(store):
    keep(store, day("2026-03-02", 2), now(DAY, 4))
    store.ingest("x", Batch(videos=(post("1", "2026-03-01T10:00"),)))
    stats = store.stats()
    assert stats.path == store.path
    assert (stats.points, stats.series, stats.videos) == (2, 2, 1)
    assert stats.first_at == DAY
    assert stats.integrity == "ok"
    assert stats.size_bytes >= 8192


def test_statistics_of_nothing(store):
    stats = store.stats()
    assert (stats.points, stats.first_at) == (0, None)
