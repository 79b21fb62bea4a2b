"""What token endpoints refuse, as the user is told it; and where nobody is followed."""

import json

import pytest

from kpi_tui.sources.answers import Answer
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.platforms import LOGINS, Client, granted, revoked
from kpi_tui.sources.signin.replies import opened_envelope, opened_flat
from kpi_tui.sources.signin.tokens import ConsentError, Tokens
from tests.servers.loopback import serving
from tests.servers.oauth import CLIENT_ID, SECRET, OAuth
from tests.sources.signin.scene import PATHS, Scene

NOW = 1_774_353_600.0
TOKEN = "rft.1234567890"


def came(body: object, status: int = 200, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("open.tiktokapis.com", status, headers, raw, hidden=(TOKEN,))


def flat(error: str, told: str = "") -> dict[str, str]:
    return {"error": error, "error_description": told, "log_id": "1"}


@pytest.mark.parametrize(
    ("status", "error", "fault", "is_final", "words"),
    [
        (400, "invalid_grant", "unauthorised", True, "(invalid_grant): “gone”"),
        (401, "access_token_invalid", "unauthorised", True, "access_token_invalid"),
        (200, "invalid_grant", "unauthorised", True, "does not accept the sign-in"),
        (400, "access_denied", "unauthorised", True, "(access_denied)"),
        (401, "invalid_client", "config", False, "does not accept the app"),
        (400, "unauthorized_client", "config", False, "does not accept the app"),
        (400, "invalid_scope", "config", False, "does not give this app"),
        (400, "invalid_request", "failed", False, "refuses the sign-in"),
    ],
)
def test_v2_refusals(
    status: int, error: str, fault: str, is_final: bool, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        opened_flat(came(flat(error, "gone"), status), NOW)
    assert caught.value.fault == fault
    assert isinstance(caught.value, ConsentError) == is_final
    assert words in caught.value.message


def test_the_shape_of_v2s_other_answers_is_understood_too() -> None:
    body = {"data": {}, "error": {"code": "invalid_grant", "message": "x"}}
    with pytest.raises(ConsentError):
        opened_flat(came(body, 400), NOW)
    fine = {"access_token": "act.a", "error": {"code": "ok", "message": ""}}
    assert opened_flat(came(fine), NOW)["access_token"] == "act.a"


def test_outside_words_are_cleaned_and_repeat_no_secret() -> None:
    told = f"bad \x1b]52;c;x\x07{TOKEN[:4]}\x00{TOKEN[4:]} \u202e" + "long " * 99
    with pytest.raises(SourceError) as caught:
        opened_flat(came(flat("oh\x1b[31m" + TOKEN, told), 400), NOW)
    assert "\x1b" not in caught.value.message
    assert "\u202e" not in caught.value.message
    assert TOKEN not in caught.value.message
    assert len(caught.value.message) < 320


@pytest.mark.parametrize("opener", [opened_flat, opened_envelope])
@pytest.mark.parametrize(
    ("answer", "fault", "words"),
    [
        (came(b"<html>", 200), "failed", "web page instead of JSON"),
        (came(b"<html>", 400), "failed", "refused the request (400)"),
        (came([], 200), "failed", "this is no answer"),
        (came(b"{", 200), "failed", "breaks off"),
        (came(b"", 200), "failed", "without content"),
        (came(flat("invalid_grant"), 503), "failed", "a fault of its own (503)"),
        (came({"error": "x"}, 429), "rate limited", "asked too often (429)"),
    ],
)
def test_what_is_no_answer_of_a_token_endpoint(
    opener: object, answer: Answer, fault: str, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        opener(answer, NOW)  # type: ignore[operator]
    assert not isinstance(caught.value, ConsentError)
    assert (caught.value.fault, words in caught.value.message) == (fault, True)


@pytest.mark.parametrize(
    ("code", "fault", "is_final"),
    [
        (40103, "unauthorised", True),
        (40105, "unauthorised", True),
        (40107, "unauthorised", True),
        (40110, "unauthorised", True),
        (40130, "unauthorised", True),
        (40101, "config", False),
        (40100, "rate limited", False),
        (60001, "failed", False),
    ],
)
def test_codes_of_the_business_api(code: int, fault: str, is_final: bool) -> None:
    body = {"code": code, "message": f"no {TOKEN}", "request_id": "r"}
    with pytest.raises(SourceError) as caught:
        opened_envelope(came(body), NOW)
    assert caught.value.fault == fault
    assert isinstance(caught.value, ConsentError) == is_final
    assert f"({code})" in caught.value.message
    assert TOKEN not in caught.value.message


def test_a_revocation_may_answer_with_nothing() -> None:
    for login in LOGINS.values():
        revoked(login, came(b""), NOW)
    revoked(LOGINS["tiktok-display"], came({}), NOW)
    revoked(LOGINS["tiktok-display"], came(flat("access_token_invalid"), 401), NOW)
    revoked(LOGINS["tiktok-ads"], came({"code": 0, "message": "OK"}), NOW)
    revoked(LOGINS["tiktok-business"], came({"code": 40105, "message": ""}), NOW)
    for status, body in ((400, flat("invalid_client")), (500, {})):
        with pytest.raises(SourceError):
            revoked(LOGINS["tiktok-display"], came(body, status), NOW)


@pytest.mark.parametrize("kind", LOGINS)
async def test_a_redirect_to_another_host_is_never_followed(
    kind: str, scene: Scene, oauth: OAuth
) -> None:
    other = OAuth()
    async with serving(other.handle) as elsewhere:
        oauth.redirect_to = elsewhere
        client = Client(kind, scene.base + PATHS[kind], CLIENT_ID, SECRET)
        login = LOGINS[kind]
        questions = [
            login.exchange(client, "the-code", "http://127.0.0.1:1/", "verifier"),
            login.revoke(client, Tokens("act.a", NOW)),
        ]
        questions += [login.refresh(client, "rft.a")] if login.can_refresh else []
        http = HttpClient()
        for question in questions:
            answer = await http.ask(question, "acme")
            with pytest.raises(SourceError, match="redirect to http"):
                granted(login, answer, NOW)
        await http.close()
    assert len(oauth.requests) == len(questions)
    assert other.requests == []
