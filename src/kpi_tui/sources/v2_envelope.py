"""The envelope of TikTok's v2 APIs, and what its error codes ask of the user.

Knows no field of the data inside and no connection. ``error`` is there on success too,
with the code "ok".
"""

import json
from dataclasses import dataclass
from typing import cast

from kpi_tui.sources.answers import Answer, quoted, read_json, retry_after
from kpi_tui.sources.port import CodedError, SourceError

BURST_SECONDS = 60.0
"""TikTok counts requests over a sliding minute and sends no Retry-After."""
_LATER = "It is asked again by itself."
_SCOPES = {"scope_not_authorized", "scope_permission_missed"}
INVALID_TOKEN = "access_token_invalid"  # noqa: S105  the code's name, no token
TOO_OFTEN = "rate_limit_exceeded"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a call needs of the sign-in, for the message when it is missing."""

    scope: str
    token_hint: str
    """What the user can do about a refused token, one sentence."""
    scope_hint: str
    """What the user can do about a scope that was not granted, one sentence."""
    busy_seconds: float = BURST_SECONDS
    """How long to leave TikTok alone when it is asked too often and names no time."""


class V2Error(CodedError[str]):
    """A fault that the API named by its code."""

    @property
    def is_about_scope(self) -> bool:
        """Whether asking for fewer fields may help: a scope was not granted."""
        return self.code in _SCOPES


def opened(answer: Answer, needs: Needs, now: float) -> dict[str, object]:
    """The data inside an answer of the API.

    ``now`` is UTC epoch seconds. Raises V2Error where TikTok gave a code, else
    SourceError.
    """
    body = _object(answer, now)
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(error, dict) and isinstance(code, str) and code != "ok":
        raise _refusal(answer, code, error.get("message"), needs, now)
    if not answer.is_success:
        read_json(answer, now)  # raises: it knows every status
    if code != "ok":
        raise _stranger()
    data = body.get("data")
    if not isinstance(data, dict):
        raise SourceError("TikTok answered without data", hint=_LATER)
    return cast("dict[str, object]", data)


def _object(answer: Answer, now: float) -> dict[str, object]:
    """The body's JSON object; empty for a refusal that holds none."""
    if answer.is_success:
        body = read_json(answer, now)
        if not isinstance(body, dict):
            raise _stranger()
        return body
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _stranger() -> SourceError:
    return SourceError(
        "this is no answer of TikTok's API", hint="Check base_url of this source."
    )


def _refusal(
    answer: Answer, code: str, message: object, needs: Needs, now: float
) -> V2Error:
    said = _said(message, answer)
    wait = retry_after(answer.headers.get("retry-after"), now)
    if code == INVALID_TOKEN:
        error = SourceError(
            "TikTok does not accept the access token",
            fault="unauthorised",
            hint=needs.token_hint,
        )
    elif code in _SCOPES:
        error = SourceError(
            f"TikTok says that the scope {needs.scope} was not granted",
            fault="unauthorised",
            hint=needs.scope_hint,
        )
    elif code == TOO_OFTEN:
        error = SourceError(
            f"TikTok is being asked too often{said}",
            fault="rate limited",
            hint="It is asked again when the wait is over; a longer refresh asks less.",
            retry_after=wait or needs.busy_seconds,
        )
    elif code == "internal_error" or answer.status >= 500:
        error = SourceError(
            f"TikTok has a fault of its own{said}", hint=_LATER, retry_after=wait
        )
    else:
        name = quoted(code, answer.hidden)
        error = SourceError(f"TikTok refuses the request ({name}){said}", hint=_LATER)
    return V2Error(code, error)


def _said(message: object, answer: Answer) -> str:
    """TikTok's own words as the end of a sentence; empty when there are none."""
    text = quoted(message, answer.hidden) if isinstance(message, str) else ""
    return f": “{text}”" if text else ""
