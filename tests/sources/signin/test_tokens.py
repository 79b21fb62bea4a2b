"""Lifetimes come from answers only; tokens are shown by nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.tokens import (
    ConsentError,
    Record,
    Tokens,
    fingerprint,
    tokens_of,
)

NOW = 1_774_353_600.0
DAY = 86_400.0


def answered(**more: Any) -> dict[str, Any]:
    return {
        "open_id": "o-1",
        "scope": "user.info.basic,video.list",
        "access_token": "act.a",
        "expires_in": 86_400,
        "refresh_token": "rft.a",
        "refresh_expires_in": 31_536_000,
    } | more


@pytest.mark.parametrize(
    ("life", "refresh_life"), [(86_400, 31_536_000), (7200, 15_552_000)]
)
def test_both_lifetimes_that_the_platform_has_had(life: int, refresh_life: int) -> None:
    data = answered(expires_in=life, refresh_expires_in=refresh_life)
    tokens = tokens_of(data, NOW)
    assert (tokens.access_until, tokens.refresh_until) == (
        NOW + life,
        NOW + refresh_life,
    )
    assert not tokens.is_due(NOW + life * 0.79)
    assert tokens.is_due(NOW + life * 0.8)
    assert tokens.is_alive(NOW + life - 31)
    assert not tokens.is_alive(NOW + life - 29)
    assert (tokens.subject, tokens.scopes) == ("o-1", ("user.info.basic", "video.list"))


def test_the_business_api_has_another_name_for_it() -> None:
    data = answered(refresh_token_expires_in="120")
    del data["refresh_expires_in"]
    assert tokens_of(data, NOW).refresh_until == NOW + 120


@pytest.mark.parametrize("life", [None, 0, -5, "soon", True])
def test_a_life_that_is_not_told_is_not_made_up(life: object) -> None:
    tokens = tokens_of(answered(expires_in=life, refresh_expires_in=life), NOW)
    assert (tokens.access_until, tokens.refresh_until) == (None, None)
    assert tokens.is_alive(NOW + 1000 * DAY)
    assert not tokens.is_due(NOW + 1000 * DAY)


def test_a_clock_that_was_set_back_makes_it_due() -> None:
    tokens = tokens_of(answered(), NOW)
    assert tokens.is_due(NOW - DAY)
    assert not tokens.is_due(NOW - 5)  # a step of NTP does not


def test_what_a_refresh_leaves_out_stays() -> None:
    before = tokens_of(answered(advertiser_ids=["7"]), NOW)
    after = tokens_of({"access_token": "act.b", "expires_in": 60}, NOW + 10, before)
    assert (after.access, after.access_until) == ("act.b", NOW + 70)
    assert (after.refresh, after.refresh_until) == ("rft.a", before.refresh_until)
    assert (after.subject, after.scopes, after.subjects) == (
        "o-1", before.scopes, ("7",)
    )  # fmt: skip
    # A new refresh token whose end is not told must not inherit the old one's.
    other = tokens_of({"access_token": "b", "refresh_token": "rft.b"}, NOW, before)
    assert (other.refresh, other.refresh_until) == ("rft.b", None)


@pytest.mark.parametrize(
    "token", [None, "", 5, "a b", "a\nb", "ä", "x" * 5000, ["act.a"]]
)
def test_what_cannot_travel_in_a_header_is_no_token(token: object) -> None:
    with pytest.raises(SourceError, match="without a token"):
        tokens_of(answered(access_token=token), NOW)
    assert tokens_of(answered(refresh_token=token), NOW).refresh is None


def test_outside_words_are_cleaned() -> None:
    data = answered(open_id="o\x1b[31m\u202e1", scope=["a\x00b", 4, None])
    tokens = tokens_of(data, NOW)
    assert (tokens.subject, tokens.scopes) == ("o[31m1", ("ab", "4"))


TOKEN = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60
)
TIME = st.floats(0, 4e9) | st.none()
TEXTS = st.lists(st.text("abc.", min_size=1, max_size=9), max_size=3).map(tuple)
TOKENS = st.builds(
    Tokens,
    access=TOKEN,
    obtained_at=st.floats(0, 4e9),
    access_until=TIME,
    refresh=TOKEN | st.none(),
    refresh_until=TIME,
    subject=st.text(max_size=20),
    scopes=TEXTS,
    subjects=TEXTS,
)


@given(st.builds(Record, st.text(), st.text(), TOKENS, TOKENS | st.none(), TIME))
def test_a_record_comes_back_as_it_was_kept(record: Record) -> None:
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["kind", "tokens", "access", "obtained_at", "previous"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_anything_else_is_a_value_error(data: object) -> None:
    try:
        record = Record.from_json(data)
    except ValueError:
        return
    assert record.tokens.access


def test_nothing_shows_a_token() -> None:
    tokens = tokens_of(answered(), NOW)
    record = Record("tiktok-display", "k", tokens, tokens)
    for shown in (repr(tokens), str(record), f"{record!r}"):
        assert "act.a" not in shown
        assert "rft.a" not in shown
    assert fingerprint("act.a") != fingerprint("act.b")
    assert "act.a" not in fingerprint("act.a")


def test_who_must_sign_in_again_is_told_how() -> None:
    error = ConsentError("it is over", "acme/tiktok-display")
    assert (error.fault, error.hint) == (
        "unauthorised",
        "kpi-tui auth acme/tiktok-display",
    )
