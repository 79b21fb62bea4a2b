"""The same seed and moment give the same bytes, whatever was asked before."""

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.demo.business import BUSINESS_ID, TOKEN
from kpi_tui.sources.demo.posts import FIELDS
from tests.examples import at_most
from tests.sources.demo.desk import BUSINESS_URL, DAY, START, STATS_URL, Desk

QUESTIONS = (
    (
        BUSINESS_URL + "business/get/",
        '["followers_count","total_likes","likes","audience_ages"]',
    ),
    (BUSINESS_URL + "business/video/list/", json.dumps(FIELDS)),
    (STATS_URL + "tiktok/rival", ""),
    (STATS_URL + "tiktok/goldenpress", ""),
    (STATS_URL + "tiktok/newcomer", ""),
    (STATS_URL + "web", ""),
)
MOMENTS = tuple(START + offset for offset in (0, 5, 100, 3600, DAY, 12 * DAY))


def answer(desk: Desk, question: int, at: float) -> bytes:
    url, fields = QUESTIONS[question]
    params = {"business_id": BUSINESS_ID, "fields": fields} if fields else {}
    desk.at = at
    return desk.ask(url, params, TOKEN).content


def answers(
    desk: Desk, order: list[tuple[int, float]]
) -> dict[tuple[int, float], bytes]:
    return {(q, at): answer(desk, q, at) for q, at in order}


def test_the_order_of_questions_changes_nothing() -> None:
    order = [(q, at) for q in range(len(QUESTIONS)) for at in MOMENTS]
    first = answers(Desk(), order)
    shuffled = random.Random(3).sample(order, len(order))
    assert answers(Desk(), shuffled) == first
    assert answers(Desk(), order[::-1]) == first


def test_another_seed_gives_other_numbers() -> None:
    for question in range(len(QUESTIONS)):
        if "newcomer" not in QUESTIONS[question][0]:
            one = answer(Desk(1), question, START)
            assert one != answer(Desk(2), question, START)


def test_history_is_the_same_twice_and_also_after_questions() -> None:
    asked = Desk()
    answers(asked, [(q, START + 9 * DAY) for q in range(len(QUESTIONS))])
    asked.at = START
    assert asked.world.history() == Desk().world.history()


@at_most(8)
@given(
    question=st.integers(0, len(QUESTIONS) - 1),
    offset=st.floats(0, 30 * DAY),
    before=st.floats(0, 30 * DAY),
)
def test_no_answer_depends_on_an_earlier_one(
    question: int, offset: float, before: float
) -> None:
    desk = Desk(7)
    answer(desk, (question + 1) % len(QUESTIONS), START + before)
    told = answer(desk, question, START + offset)
    assert told == answer(Desk(7), question, START + offset)
    json.loads(told, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    """NaN and the infinities are no JSON."""
    raise AssertionError(constant)
