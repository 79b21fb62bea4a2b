"""What the header and the panels say about a Snapshot."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kpi_tui.app.facts import (
    OVERVIEW,
    first_steps,
    header_state,
    needs_you,
    unmeasured,
    what_moved,
)
from kpi_tui.app.panel_facts import panel_facts
from kpi_tui.kpi.definitions import DEFINITIONS
from kpi_tui.monitor.snapshot import AccountRef, Snapshot, SourceState, View
from tests.app.snapshots import LAST, NOW, make_snapshot

AT = NOW.timestamp()


def with_kpi(kpi: str, **changes: object) -> Snapshot:
    """The rich Snapshot with one KPI changed."""
    snapshot = make_snapshot()
    kpis = dict(snapshot.kpis)
    kpis[kpi] = replace(kpis[kpi], **changes)  # type: ignore[arg-type]
    return replace(snapshot, kpis=kpis)


def test_twelve_kpis_at_a_glance() -> None:
    assert len(OVERVIEW) == 12
    assert set(OVERVIEW) <= set(DEFINITIONS)


def test_the_header_says_who_when_and_how_fresh() -> None:
    state = header_state(make_snapshot(), AT)
    assert (state.handle, state.days, state.last) == ("acme", 28, "Tue 24 Mar")
    assert (state.sources_ok, state.sources) == (1, 5)
    assert state.clock == "18:05"
    assert state.next_poll == "in 4 min"
    assert state.is_settling
    assert not state.is_past


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "in < 1 min"), (50, "in < 1 min"), (61, "in 1 min"), (3700, "in 61 min")],
)
def test_the_countdown_is_coarse(seconds: int, words: str) -> None:
    snapshot = make_snapshot(next_poll_at=NOW + timedelta(seconds=seconds))
    assert header_state(snapshot, AT).next_poll == words


def test_the_countdown_changes_only_with_the_clock() -> None:
    snapshot = make_snapshot(next_poll_at=NOW + timedelta(seconds=252))
    seen = [header_state(snapshot, AT + second) for second in range(240)]
    assert len({(state.clock, state.next_poll) for state in seen}) == 4


def test_far_polls_are_told_in_hours_and_a_pause_by_its_word() -> None:
    far = make_snapshot(next_poll_at=NOW + timedelta(hours=5))
    assert header_state(far, AT).next_poll == "in 5 h"
    assert header_state(make_snapshot(is_paused=True), AT).next_poll == "paused"
    assert header_state(make_snapshot(next_poll_at=None), AT).next_poll == ""


def test_an_empty_store_has_no_day_and_nobody() -> None:
    nobody = AccountRef("", "", "own", "UTC")
    empty = make_snapshot(window=None, account=nobody, kpis={})
    state = header_state(empty, AT)
    assert (state.handle, state.last) == ("", "")
    assert unmeasured(empty) == ()
    empty = replace(empty, sources=())
    assert "kpi-tui init" in [what for what, _ in first_steps(empty)]
    assert what_moved(empty) == []


def test_a_panel_splits_number_and_unit() -> None:
    facts = panel_facts(make_snapshot(), "video_views")
    assert facts is not None
    assert (facts.value, facts.unit) == ("32.5", " k")
    assert (facts.change, facts.tone) == ("-61 %", "bad")
    assert facts.before == "83.3 k"
    assert facts.live == "+1,210 today"
    followers = panel_facts(make_snapshot(), "followers")
    assert followers is not None
    assert (followers.value, followers.unit) == ("3,352", "")
    assert followers.live == "now 3,389  +37 today"
    assert (followers.goal, followers.attainment) == ("5,000", 0.67)
    rate = panel_facts(make_snapshot(), "engagement_rate")
    assert rate is not None
    assert rate.goal == "15 %"


def test_large_and_lost_counts_of_today() -> None:
    for gained, words in ((129_437.0, "+129.4 k today"), (-3.0, "-3 today")):
        facts = panel_facts(make_snapshot(live={"views_today": gained}), "video_views")
        assert facts is not None
        assert facts.live == words


def test_what_rounds_to_nothing_has_not_moved() -> None:
    tiny = with_kpi("bounce_rate", value=0.000002, previous=0.000001)
    assert "Bounce rate" not in [move.title for move in what_moved(tiny, limit=40)]


def test_a_falling_bounce_rate_is_good() -> None:
    facts = panel_facts(make_snapshot(), "bounce_rate")
    assert facts is not None
    assert (facts.change[0], facts.tone) == ("-", "good")


def test_without_a_value_there_is_no_panel_but_a_reason() -> None:
    snapshot = with_kpi("conversion_rate", reason="no source")
    assert panel_facts(snapshot, "conversion_rate") is None
    assert unmeasured(snapshot) == ("No source: Conversion (viewers)",)
    assert panel_facts(snapshot, "no_such_kpi") is None


def test_nothing_is_said_when_everything_is_measured() -> None:
    snapshot = with_kpi("conversion_rate", value=0.02)
    assert unmeasured(snapshot) == ()


def test_states_from_worst_to_none() -> None:
    def state_of(snapshot: Snapshot, kpi: str = "engagement_rate") -> tuple[str, bool]:
        facts = panel_facts(snapshot, kpi)
        assert facts is not None
        return facts.state, facts.is_wrong

    assert state_of(make_snapshot()) == ("settling", False)
    assert state_of(make_snapshot(is_settling=False)) == ("", False)
    assert state_of(make_snapshot(), "bounce_rate") == ("stale 4 d", True)
    part = with_kpi("engagement_rate", covered_days=27)
    assert state_of(part) == ("27 of 28 days", False)
    little = with_kpi("engagement_rate", covered_days=9)
    assert state_of(little) == ("9 of 28 days", True)
    # A number of an older day is not the one that settles.
    older = with_kpi("engagement_rate", as_of=LAST - timedelta(days=5))
    assert state_of(older) == ("", False)


@pytest.mark.parametrize("state", ["failed", "unauthorised", "stale"])
def test_a_source_that_fails_marks_its_numbers(state: SourceState) -> None:
    snapshot = make_snapshot()
    sources = tuple(replace(source, state=state) for source in snapshot.sources)
    facts = panel_facts(replace(snapshot, sources=sources), "followers")
    assert facts is not None
    assert facts.state.startswith(state)
    assert facts.is_wrong


def test_what_moved_is_sorted_by_size_and_leaves_gaps_out() -> None:
    moves = what_moved(make_snapshot(), limit=3)
    assert [move.title for move in moves] == [
        "Followers per 1k views",
        "Profile views per view",
        "Website growth",
    ]
    thin = with_kpi("followers_per_1000_views", covered_days=3)
    assert what_moved(thin)[0].title == "Profile views per view"


def test_who_needs_somebody_is_told_why_and_what_to_do() -> None:
    needs = needs_you(make_snapshot())
    assert [source.state for source, _, _ in needs] == [
        "stale",
        "failed",
        "unauthorised",
    ]
    _, what, hint = needs[1]
    assert what == "rival/http-json failed 2 h: answered 502 Bad Gateway"
    assert hint == "nothing to do; it is tried again"


def test_the_past_is_marked() -> None:
    view = View("acme", as_of=LAST - timedelta(days=3))
    assert header_state(make_snapshot(view=view), AT).is_past
