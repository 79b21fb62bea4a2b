"""Who passed whom, and which competitor breaks out; each number by hand."""

from dataclasses import replace

import pytest

from kpi_tui.kpi.history import AccountHistory
from kpi_tui.kpi.insights_case import Case, Insight
from kpi_tui.kpi.insights_rivals import passed_by, places, rival_rules
from tests.kpi.build import ending, every, history
from tests.kpi.insights_cases import case_of, months, one, posts


def account(first: float, last: float, handle: str = "acme", **more) -> AccountHistory:
    """Followers in a straight line over the window, from its eve to its last day."""
    step = (last - first) / 28
    days = ending([first] * 28 + [first + step * n for n in range(29)])
    return history(followers=days, handle=handle, **more)


def told(*histories: AccountHistory, **more) -> list[Insight]:
    own, *rivals = histories
    return list(rival_rules(case_of(own, rivals=rivals, **more)))


def test_a_competitor_that_overtakes_is_named_with_both_numbers():
    found = one(told(account(1000, 1050), account(990, 1080, "rival")))
    assert found.text == ("@rival passed you on followers: 1,080 against your 1,050.")
    assert found.evidence == (
        ("@rival", "1,080, #1 (up 1)"),
        ("you", "1,050, #2 (down 1)"),
    )


@pytest.mark.parametrize(
    "rival", [(1010, 1100), (900, 1040), (1000, 1000)], ids=["before", "below", "level"]
)
def test_who_was_ahead_or_is_behind_has_passed_nobody(rival: tuple[float, float]):
    assert told(account(1000, 1050), account(*rival, "rival")) == []


def test_an_own_second_account_is_no_competitor():
    case = case_of(account(1000, 1050), rivals=[account(990, 1080, "rival")])
    rows = tuple(replace(row, role="own") for row in case.board.rows)
    assert list(rival_rules(replace(case, board=replace(case.board, rows=rows)))) == []


def test_one_step_of_a_rounded_counter_is_no_event():
    # Three significant digits: 88,100 and 88,200 may both be anything between.
    own = account(88_010, 88_150)
    near = ending([87_800.0] * 28 + [87_900.0] * 15 + [88_000.0] * 13 + [88_200.0])
    far = ending([87_800.0] * 28 + [87_900.0] * 15 + [88_000.0] * 13 + [88_300.0])
    assert told(own, history(followers=near, handle="rival")) == []
    assert one(told(own, history(followers=far, handle="rival"))).kind == "rival"


def engagement(
    rate: tuple[float, float], handle: str = "acme", **more
) -> AccountHistory:
    """So many likes per 1,000 views now and before; the followers do not move."""
    flows = {
        "video_views": every(1000),
        "likes": months(*rate),
        "comments": every(0),
        "shares": every(0),
    }
    return history(flows, handle=handle, **more)


def test_a_hair_of_a_lead_is_not_told_while_the_days_settle():
    by = {"rank_by": "engagement_rate_by_views"}
    own, rival = engagement((50, 50)), engagement((50.5, 49), "rival")
    assert len(told(own, rival, **by)) == 1
    assert told(own, rival, is_settling=True, **by) == []
    ahead = engagement((60, 49), "rival")
    found = one(told(own, ahead, is_settling=True, **by))
    assert found.text == (
        "@rival passed you on engagement rate by views: 6.0 % against your 5.0 %."
    )


def test_who_passes_on_followers_is_told_whatever_ranks_the_board():
    own = account(1000, 1050, flows={"video_views": every(10)})
    found = one(told(own, account(990, 1080, "rival"), rank_by="video_views"))
    assert found.text == "@rival passed you on followers: 1,080 against your 1,050."
    assert ("@rival", "1,080, 28 days before 990") in found.evidence


def test_a_competitor_breaks_out_when_a_sum_doubles():
    rival = history({"video_views": months(2_500, 1_000)}, handle="rival")
    found = one(told(account(1000, 1050), rival))
    assert found.text == (
        "@rival breaks out: video views of 70.0 k, 2.5 x those of the 28 days before."
    )
    for now, before in ((1_990, 1_000), (30, 10), (2_500, 0)):
        calm = history({"video_views": months(now, before)}, handle="rival")
        assert told(account(1000, 1050), calm) == []
    gap = history(
        {"video_views": ending([1_000.0] * 28 + [None] * 7 + [2_500.0] * 21)},
        handle="x",
    )
    assert told(account(1000, 1050), gap) == []


def test_its_content_is_told_where_it_is_known():
    videos = posts("Mill tour #mill", [100, 110, 120, 130], 2)
    videos += posts("Harvest #mill", [5_000], 1)
    videos += posts("Old #mill", [90, 95], 40)
    rival = account(990, 1080, "rival", videos=videos)
    found = one(told(account(1000, 1050), rival))
    # Its seven videos' median is 110; 5,000 / 110 = 45.5. Five were posted lately.
    assert found.text == (
        "@rival passed you on followers: 1,080 against your 1,050; it posted 5 times in "
        "these 28 days, best “Harvest #mill” with 5,000 views."
    )
    proof = dict(found.evidence)
    assert proof["“Harvest #mill”"] == "5,000 views, 45.5 x its median video"
    assert proof["its hashtags"] == "#mill"


def test_who_overtakes_is_not_told_again_as_breaking_out():
    rival = account(990, 9_990, "rival", flows={"video_views": months(2_500, 1_000)})
    assert len(told(account(1000, 1050), rival)) == 1


def test_without_a_row_of_ones_own_nobody_has_passed():
    case: Case = case_of(account(1000, 1050), rivals=[account(990, 1080, "rival")])
    assert passed_by("stranger", case.board) == []
    known = {
        place.row.handle: (place.now, place.before) for place in places(case.board.rows)
    }
    assert known == {"rival": (1, 2), "acme": (2, 1)}
    assert list(rival_rules(replace(case, board=case_of(history()).board))) == []
