"""What token endpoints answer: the flat bodies of v2, and the Business API's envelope.

Knows no request; every outside word is cleaned, and repeats no secret of the request.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from kpi_tui.sources.answers import Answer, quoted, read_json
from kpi_tui.sources.business_codes import BusinessError, opened
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.tokens import ConsentError

_OVER = {"invalid_grant", "access_denied", "access_token_invalid"}
"""What v2 says when a code or refresh token is of no more use."""
_APP = {"invalid_client", "unauthorized_client"}
_SCOPE = {"invalid_scope", "scope_not_authorized"}
_CODES_OVER = {
    40103: "says that the sign-in has expired",
    40105: "does not accept the access token",
    40107: "does not accept the refresh token",
    40110: "does not accept the sign-in code",
    40130: "says that a scope is missing",
    40131: "says that a scope is missing",
}
_CODES_APP = {40101, 40106, 40113, 40117, 40118}


def opened_flat(answer: Answer, now: float) -> Mapping[str, object]:
    """The body of a v2 OAuth answer; its ``error`` is a string, or absent.

    Raises ConsentError when the code or token is of no more use, SourceError for
    every other refusal. ``now`` is UTC epoch seconds.
    """
    if 400 <= answer.status < 500 and answer.status != 429:
        # The body tells more than the status, where it is one of OAuth's own.
        body = _table(answer, now)
        if body is not None and _error(body):
            raise _flat_refusal(body, answer)
    found = read_json(answer, now)
    if not isinstance(found, dict):
        raise _no_answer()
    if _error(found):
        raise _flat_refusal(found, answer)
    return cast("Mapping[str, object]", found)


def opened_envelope(answer: Answer, now: float) -> Mapping[str, object]:
    """``data`` of a Business API answer; empty where it has none.

    Raises ConsentError when the code or token is of no more use, SourceError for
    every other refusal. ``now`` is UTC epoch seconds.
    """
    found = read_json(answer, now)
    if isinstance(found, dict) and not isinstance(found.get("data"), dict):
        found = {**found, "data": {}}
    try:
        return opened(found, "a scope", answer.hidden)
    except BusinessError as error:
        if error.code in _CODES_OVER:
            message = f"TikTok {_CODES_OVER[error.code]} ({error.code})"
            raise ConsentError(message) from None
        if error.code in _CODES_APP:
            raise SourceError(
                f"TikTok does not accept the app ({error.code})",
                fault="config",
                hint="Check app_id and app_secret of this source.",
            ) from None
        raise


def _table(answer: Answer, now: float) -> Mapping[str, object] | None:
    try:
        found = read_json(replace(answer, status=200), now)
    except SourceError:
        return None
    return found if isinstance(found, dict) else None


def _error(body: Mapping[str, object]) -> str:
    """The code of a refusal; empty when it is none."""
    error = body.get("error")
    if isinstance(error, dict):  # the shape of v2's other answers
        error = error.get("code")
    return error if isinstance(error, str) and error != "ok" else ""


def _flat_refusal(body: Mapping[str, object], answer: Answer) -> SourceError:
    code = _error(body)
    told = body.get("error_description")
    text = quoted(told, answer.hidden) if isinstance(told, str) else ""
    said = f": “{text}”" if text else ""
    shown = quoted(code, answer.hidden)
    if code in _OVER:
        return ConsentError(f"TikTok does not accept the sign-in ({shown}){said}")
    if code in _APP:
        return SourceError(
            f"TikTok does not accept the app ({shown}){said}",
            fault="config",
            hint="Check client_key and client_secret of this source.",
        )
    if code in _SCOPE:
        return SourceError(
            f"TikTok does not give this app what is asked for ({shown}){said}",
            fault="config",
            hint="Add the scopes to the app at developers.tiktok.com.",
        )
    return SourceError(
        f"TikTok refuses the sign-in ({shown}){said}",
        hint="Check the app's settings at TikTok, above all its redirect address.",
    )


def _no_answer() -> SourceError:
    return SourceError(
        "this is no answer of TikTok's sign-in",
        hint="Check base_url of this source.",
    )
