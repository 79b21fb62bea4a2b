"""A traceback for a log: where it was, and nothing that may be a token."""

import pytest

from kpi_tui.kpi.faults import traced

TOKENS = (
    "act.example12345Example12345Example!4521.va",
    "rft.example3Secret!3",
    "clt.3f9a77d1*3f9a77d1*3f",
    "act.example12345%21Example%2112",
)


def _raised(message: str) -> Exception:
    token = message.upper()  # what a report with variables would show
    try:
        raise ValueError(f"no use for {message}, {len(token)} long")  # noqa: TRY301
    except ValueError as error:
        return error


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_in_an_errors_words_is_masked_whole(token: str):
    text = traced(_raised(token))
    assert f"ValueError: no use for ***, {len(token)} long" in text
    assert token.upper() not in text
    assert "test_faults.py" in text


def test_one_inside_another_is_masked_and_the_places_stay():
    try:
        raise ExceptionGroup("several", [_raised(TOKENS[0]), _raised("nothing")])  # noqa: TRY301
    except ExceptionGroup as group:
        text = traced(group)
    assert TOKENS[0] not in text
    assert text.count(f'File "{__file__}"') == 3
    assert "no use for nothing" in text
