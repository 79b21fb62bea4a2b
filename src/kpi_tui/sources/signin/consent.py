"""One request for consent: what is asked for, and whether an answer belongs to it.

Knows the platform's page only through :mod:`kpi_tui.sources.signin.platforms`; opens
nothing and waits for nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from kpi_tui.kpi.text import clean
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.apps import App
from kpi_tui.sources.signin.platforms import LOGINS

CALLBACK_PATH = "/callback/"
_LONGEST_ADDRESS = 8192


class StrangerError(SourceError):
    """An answer that does not belong to this request: its state is another."""

    def __init__(self) -> None:
        """Say so without repeating either state."""
        super().__init__(
            "this answer does not belong to this sign-in: its state is another one, "
            "so it was refused",
            fault="unauthorised",
            hint="Use the address that is shown now, and what comes after it.",
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """A request with its own state, and its own proof of who asked."""

    app: App
    redirect_uri: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def address(self) -> str:
        """Where the user gives consent."""
        answer = {
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "challenge": challenge(self.verifier),
        }
        login = LOGINS[self.app.kind]
        return login.address(self.app.authorize_url, self.app.client_id, answer)

    def code(self, query: Mapping[str, str]) -> str:
        """The code in the answer's parameters.

        Raises StrangerError for another request's answer, SourceError when the user
        said no or something is missing.
        """
        # In constant time; as bytes, because an answer may hold anything.
        given = query.get("state", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self.state.encode()):
            raise StrangerError
        refusal = query.get("error") or query.get("errCode")
        if refusal:
            told = clean(query.get("error_description", ""), 120)
            said = f": “{told}”" if told else ""
            raise SourceError(
                f"TikTok gave no consent ({clean(refusal, 60)}){said}",
                fault="unauthorised",
                hint=f"kpi-tui auth {self.app.name}",
            )
        code = query.get("code") or query.get("auth_code")
        if not code:
            raise SourceError(
                "TikTok's answer has no code in it",
                hint=f"kpi-tui auth {self.app.name}",
            )
        return code

    def pasted_code(self, text: str) -> str:
        """The code in an address that the user pasted; raises as :meth:`code`."""
        return self.code(query_of(text))


def challenge(verifier: str) -> str:
    """What TikTok's desktop sign-in calls S256: in hexadecimal, not in base64url."""
    return hashlib.sha256(verifier.encode()).hexdigest()


def query_of(text: str) -> dict[str, str]:
    """The parameters of an address; SourceError when it has none.

    Terminals wrap what is pasted, and people quote it.
    """
    address = "".join(text[:_LONGEST_ADDRESS].split()).strip("\"'<>")
    try:
        query = urlsplit(address).query
    except ValueError:
        query = ""
    found = dict(parse_qsl(query, keep_blank_values=True))
    if not found:
        raise SourceError(
            "this is not the address that the browser ended at",
            hint="Copy all of its address bar, from http to the end.",
        )
    return found
