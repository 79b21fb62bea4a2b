"""Shares and active hours as the Audience tab gets them."""

from datetime import date, timedelta

from kpi_tui.kpi.audience import AudiencePoint
from tests.store.build import at, day, keep, now

SHARE = "audience_share"


def share(label: str, entity: str, value: float):
    return day(label, value, metric=SHARE, entity=entity)


def test_the_newest_telling_of_each_dimension_and_one_28_days_older(store):
    keep(
        store,
        share("2026-02-10", "age:18-24", 0.1),
        share("2026-02-20", "age:18-24", 0.2),
        share("2026-03-10", "age:18-24", 0.3),
        share("2026-03-10", "age:55+", 0.1),
        share("2026-03-20", "age:18-24", 0.4),
        share("2026-03-20", "age:25-34", 0.6),
        share("2026-03-10", "gender:Female", 0.5),
        day("2026-03-20", 9, metric=SHARE, entity="video:1|age:18-24"),
    )
    assert set(store.audience_points("acme", None)) == {
        AudiencePoint("age:18-24", SHARE, date(2026, 3, 20), 0.4),
        AudiencePoint("age:25-34", SHARE, date(2026, 3, 20), 0.6),
        AudiencePoint("age:18-24", SHARE, date(2026, 2, 20), 0.2),
        AudiencePoint("gender:Female", SHARE, date(2026, 3, 10), 0.5),
    }
    assert set(store.audience_points("acme", date(2026, 3, 11))) == {
        AudiencePoint("age:18-24", SHARE, date(2026, 3, 10), 0.3),
        AudiencePoint("age:55+", SHARE, date(2026, 3, 10), 0.1),
        AudiencePoint("age:18-24", SHARE, date(2026, 2, 10), 0.1),
        AudiencePoint("gender:Female", SHARE, date(2026, 3, 10), 0.5),
    }


def test_a_polled_share_that_stood_still_is_part_of_the_newest(store):
    for days in (0, 1, 2):
        moment = at("2026-03-20T10:00") + days * 86400
        keep(
            store,
            now(moment, 0.5, metric=SHARE, entity="country:GR"),
            now(moment, 0.2 + days / 10, metric=SHARE, entity="country:CY"),
        )
    newest = date(2026, 3, 22)
    assert set(store.audience_points("acme", None)) == {
        AudiencePoint("country:GR", SHARE, newest, 0.5),
        AudiencePoint("country:CY", SHARE, newest, 0.4),
    }


def test_active_hours_are_those_of_the_newest_28_days(store):
    last = date(2026, 3, 20)
    labels = [last - timedelta(days=i) for i in range(30)]
    for label in labels:
        keep(
            store,
            *(
                day(str(label), 7, metric="active_followers", entity=f"hour:{hour}")
                for hour in (0, 13)
            ),
        )
    found = store.audience_points("acme", None)
    assert len(found) == 2 * 28
    assert {point.day for point in found} == set(labels[:28])
    earlier = store.audience_points("acme", labels[10])
    assert {point.day for point in earlier} == set(labels[10:])


def test_sources_are_told_by_dimension_and_by_metric(store):
    keep(store, share("2026-03-20", "age:18-24", 0.4), source="acme/old")
    keep(store, share("2026-03-21", "city:Athens", 0.4), source="acme/new")
    hours = day("2026-03-20", 7, metric="active_followers", entity="hour:3")
    keep(store, hours, source="acme/studio")
    assert store.audience_sources("acme") == {
        "age": "acme/old",
        "city": "acme/new",
        "audience_share": "acme/new",
        "hour": "acme/studio",
        "active_followers": "acme/studio",
    }
    assert store.audience_sources("rival") == {}
    assert store.audience_points("rival", None) == []
