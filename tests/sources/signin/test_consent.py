"""What is asked for at TikTok's page, and which answers belong to it."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from kpi_tui.config.settings import Secret
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.apps import App
from kpi_tui.sources.signin.consent import Consent, StrangerError, challenge

PAGES = {
    "tiktok-display": "https://www.tiktok.com/v2/auth/authorize/",
    "tiktok-business": "https://www.tiktok.com/v2/auth/authorize",
    "tiktok-ads": "https://business-api.tiktok.com/portal/auth",
}
REDIRECT = "http://127.0.0.1:8081/callback/"


def consent(kind: str = "tiktok-display", page: str = "") -> Consent:
    secret = Secret.model_validate("not-for-the-address")
    page = page or PAGES[kind]
    app = App(f"acme/{kind}", kind, "k 7", "https://x", page, None, secret)
    return Consent(app, REDIRECT)


def asked(request: Consent) -> tuple[str, dict[str, str]]:
    parts = urlsplit(request.address)
    page = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return page, dict(parse_qsl(parts.query))


def test_the_display_api_is_asked_with_a_proof_in_hexadecimal() -> None:
    request = consent()
    page, query = asked(request)
    assert page == PAGES["tiktok-display"]
    assert query == {
        "client_key": "k 7",
        "response_type": "code",
        "scope": "user.info.basic,user.info.profile,user.info.stats,video.list",
        "redirect_uri": REDIRECT,
        "state": request.state,
        "code_challenge": challenge(request.verifier),
        "code_challenge_method": "S256",
    }
    assert "scope=user.info.basic,user.info.profile" in request.address
    # SHA-256 of "abc", from FIPS 180.
    assert challenge("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", request.verifier)


def test_the_accounts_api_is_asked_with_its_own_scopes() -> None:
    request = consent("tiktok-business")
    page, query = asked(request)
    assert page == PAGES["tiktok-business"]
    assert set(query) == {
        "client_key", "response_type", "scope", "redirect_uri", "state"
    }  # fmt: skip
    assert {"user.insights", "video.insights"} <= set(query["scope"].split(","))


def test_the_marketing_api_is_asked_at_its_portal() -> None:
    request = consent("tiktok-ads")
    assert asked(request) == (
        PAGES["tiktok-ads"],
        {"app_id": "k 7", "state": request.state, "redirect_uri": REDIRECT},
    )


def test_a_page_may_have_parameters_of_its_own() -> None:
    request = consent(page="https://www.tiktok.com/auth?lang=el")
    assert asked(request)[1]["lang"] == "el"
    assert asked(request)[1]["state"] == request.state


def test_nothing_secret_is_in_the_address_or_shown() -> None:
    request = consent()
    for shown in (request.address, repr(request)):
        assert request.verifier not in shown
        assert "not-for-the-address" not in shown
    assert request.state not in repr(request)
    assert consent().state != request.state
    assert consent().verifier != request.verifier


def test_an_answer_with_the_state_has_the_code() -> None:
    request = consent()
    assert request.code({"state": request.state, "code": "c*1!x"}) == "c*1!x"
    assert request.code({"state": request.state, "auth_code": "a"}) == "a"


@pytest.mark.parametrize(
    "state", ["", "x", "{}x", "x{}", "{}\x00", "ä{}", "\ud800", None]
)
def test_an_answer_with_another_state_is_refused_and_says_so(
    state: str | None,
) -> None:
    request = consent()
    query = {"code": "c"}
    if state is not None:
        query["state"] = state.format(request.state)
    with pytest.raises(
        StrangerError, match="does not belong to this sign-in"
    ) as caught:
        request.code(query)
    assert request.state not in f"{caught.value.message} {caught.value.hint}"


def test_a_no_is_told_without_its_control_characters() -> None:
    request = consent()
    query = {
        "state": request.state,
        "error": "access\x1b_denied",
        "error_description": "User \u202esaid\x07 no",
    }
    with pytest.raises(SourceError) as caught:
        request.code(query)
    assert caught.value.message == (
        "TikTok gave no consent (access_denied): “User said no”"
    )
    assert caught.value.hint == "kpi-tui auth acme/tiktok-display"
    with pytest.raises(SourceError, match="has no code in it"):
        request.code({"state": request.state})


def test_an_address_is_taken_as_people_paste_it() -> None:
    request = consent()
    address = f"{REDIRECT}?code=c%2A1%21x&scopes=a%2Cb&state={request.state}#_"
    for text in (
        address,
        f"  {address}\r",
        f'"{address}"',
        f"<{address}>",
        f"{address[:40]}\n    {address[40:]}",
    ):
        assert request.pasted_code(text) == "c*1!x"


@pytest.mark.parametrize(
    "text", ["", "yes", "c*1!x", "http://[::1?a", REDIRECT, "\x00"]
)
def test_what_is_no_such_address_is_told(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        consent().pasted_code(text)
    assert not isinstance(caught.value, StrangerError)
    assert "from http to the end" in (caught.value.hint or "")
