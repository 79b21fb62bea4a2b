"""Many posts' views around moments, and their curves, in one question."""

from kpi_tui.kpi.velocity import Look
from kpi_tui.store.store import Store
from tests.store.build import at, day, keep, total

NOON = at("2026-03-24T12:00")
HOUR = 3600


def test_the_looks_on_both_sides_of_a_moment(store: Store):
    keep(store, *(total(NOON + n * HOUR, "1", 10.0 * n) for n in range(4)))
    keep(store, total(NOON, "2", 7))
    asked = [("1", NOON + HOUR // 2), ("1", NOON + HOUR), ("1", NOON - 1), ("2", NOON)]
    assert store.video_looks("acme", asked) == {
        asked[0]: Look((NOON, 0), (NOON + HOUR, 10)),
        asked[1]: Look((NOON + HOUR, 10), (NOON + HOUR, 10)),
        asked[2]: Look(None, (NOON, 0)),
        asked[3]: Look((NOON, 7), (NOON, 7)),
    }


def test_a_repeat_is_a_look_and_beyond_it_is_none(store: Store):
    keep(store, total(NOON, "1", 10))
    keep(store, total(NOON + 2 * HOUR, "1", 10))
    within, beyond = ("1", NOON + HOUR), ("1", NOON + 3 * HOUR)
    assert store.video_looks("acme", [within, beyond]) == {
        within: Look((NOON, 10), (NOON + 2 * HOUR, 10)),
        beyond: Look((NOON, 10), None),
    }


def test_only_polled_views_of_that_account_are_looks(store: Store):
    keep(store, day("2026-03-24", 5, metric="video_total_views", entity="video:1"))
    keep(store, total(NOON, "2", 5, metric="video_total_likes"))
    keep(store, total(NOON, "3", 5, account="rival"))
    assert store.video_looks("acme", [(name, NOON) for name in "1234"]) == {}
    assert store.video_looks("acme", []) == {}


def second(video: str, label: str, share: float, date: str = "2026-03-24"):
    return day(
        date, share, metric="video_retention", entity=f"video:{video}|second:{label}"
    )


def test_curves_by_second_and_the_newest_of_each(store: Store):
    keep(store, second("1", "10", 0.2), second("1", "2", 0.5), second("1", "1", 0.9))
    keep(store, second("1", "2", 0.4, "2026-03-25"), second("12", "1", 0.1))
    keep(store, day("2026-03-24", 1, metric="video_impression_share",
                    entity="video:1|impressions:For You"))  # fmt: skip
    keep(store, second("3", "start", 0.9))
    assert store.video_curves("acme", ["1", "2", "3"]) == {
        "1": [(1.0, 0.9), (2.0, 0.4), (10.0, 0.2)]
    }
