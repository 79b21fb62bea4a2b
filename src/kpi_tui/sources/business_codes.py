"""The envelope of TikTok's API for Business, and what its codes ask of the user.

Knows no field of the data inside. Failures come with HTTP 200: only ``code`` counts,
never ``message``, which says "OK" in one place and "ok" in another.
"""

from typing import cast

from kpi_tui.sources.answers import quoted
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import CodedError, Fault, SourceError

_OK = 0
_PARTLY_OK = 20001
_BURST_SECONDS = 60.0
"""The longer of the API's two windows: 10 requests a second, 600 a minute."""

_SIGN_IN = "Make a new access token and set access_token to it."
_CONSENT = "Sign in to TikTok again with this scope granted, then set access_token."
_WAIT = "It is asked again by itself; a longer refresh asks less."
_LATER = "It is asked again by itself."

_CODES: dict[int, tuple[Fault, str, str]] = {
    40001: (
        "unauthorised",
        "gives no permission for this account",
        "Check business_id, and that the token was granted {scope}.",
    ),
    40003: ("unauthorised", "forbids this to the app", "Check the app's permissions."),
    40100: ("rate limited", "is being asked too often", _WAIT),
    40102: ("unauthorised", "says that the access token has expired", _SIGN_IN),
    40103: ("unauthorised", "says that the refresh token has expired", _SIGN_IN),
    40104: ("unauthorised", "got an empty access token", _SIGN_IN),
    40105: ("unauthorised", "does not accept the access token", _SIGN_IN),
    40107: ("unauthorised", "does not accept the refresh token", _SIGN_IN),
    40110: ("unauthorised", "does not accept the sign-in code", _SIGN_IN),
    40130: ("unauthorised", "says that {scope} is missing", _CONSENT),
    40131: ("unauthorised", "says that {scope} is missing", _CONSENT),
    40132: ("rate limited", "is being asked too often", _WAIT),
    51010: ("failed", "has a fault of its own", _LATER),
    60001: ("failed", "is under maintenance", _LATER),
    61000: ("rate limited", "is being asked too often", _WAIT),
}
_REFUSED_FIELDS = {40001, 40002, 40130, 40131}
REFUSED_TOKEN = {40102, 40105}
"""Codes after which another access token helps."""
ASKS_FOR_CONSENT = {40103, 40104, 40107, 40110, 40130, 40131}
"""Codes after which only the user helps, by signing in again."""


class BusinessError(CodedError[int]):
    """A fault that the API named by its code."""

    @property
    def is_about_fields(self) -> bool:
        """Whether asking for fewer fields may help: a scope or a parameter is wrong."""
        return self.code in _REFUSED_FIELDS


def opened(answer: object, scope: str, hidden: tuple[str, ...]) -> dict[str, object]:
    """The data inside an envelope.

    ``scope`` is what the call needs, for the message when it is missing; ``hidden``
    are secrets that TikTok's own message might repeat. Raises SourceError.
    """
    code = number(answer.get("code")) if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or code is None or code != int(code):
        raise SourceError(
            "this is no answer of TikTok's API for Business",
            hint="Check base_url of this source.",
        )
    if code not in {_OK, _PARTLY_OK}:
        raise _refusal(int(code), answer.get("message"), scope, hidden)
    data = answer.get("data")
    if not isinstance(data, dict):
        raise SourceError("TikTok answered without data", hint=_LATER)
    return cast("dict[str, object]", data)


def _refusal(
    code: int, message: object, scope: str, hidden: tuple[str, ...]
) -> BusinessError:
    text = message if isinstance(message, str) else ""
    said = f": “{quoted(text, hidden)}”" if text.strip() else ""
    if code in _CODES:
        fault, what, hint = _CODES[code]
        wait = _BURST_SECONDS if fault == "rate limited" else None
        shown = what.format(scope=f"the scope {scope}")
        error = SourceError(
            f"TikTok {shown} ({code})",
            fault=fault,
            hint=hint.format(scope=f"the scope {scope}"),
            retry_after=wait,
        )
    elif code == 40002:
        hint = "Check business_id: it is the open_id that came with the token."
        error = SourceError(f"TikTok refuses a parameter (40002){said}", hint=hint)
    elif code >= 50000:
        error = SourceError(
            f"TikTok has a fault of its own ({code}){said}", hint=_LATER
        )
    else:
        error = SourceError(f"TikTok refuses the request ({code}){said}", hint=_LATER)
    return BusinessError(code, error)
