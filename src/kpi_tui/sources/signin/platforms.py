"""How each of TikTok's three ways in asks for consent, and for tokens.

Knows addresses and parameters; sends nothing, and keeps nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from kpi_tui.sources.answers import Answer
from kpi_tui.sources.questions import Question
from kpi_tui.sources.signin.replies import opened_envelope, opened_flat
from kpi_tui.sources.signin.tokens import ConsentError, Tokens, tokens_of


@dataclass(frozen=True, slots=True)
class Client:
    """An app, as the platform knows it, with its secret as it is now."""

    kind: str
    """The source's type, a key of :data:`LOGINS`."""
    base_url: str
    client_id: str
    secret: str = field(repr=False)


class Login(Protocol):
    """One way in. Methods that give a Question or an address send nothing."""

    scopes: tuple[str, ...]
    """What is asked for."""
    can_refresh: bool

    def address(self, page: str, client_id: str, answer: Mapping[str, str]) -> str:
        """Where the user gives consent.

        ``page`` is the platform's; ``answer`` has redirect_uri, state and challenge.
        """

    def exchange(
        self, client: Client, code: str, redirect_uri: str, verifier: str
    ) -> Question:
        """The code for the first tokens."""

    def refresh(self, client: Client, token: str) -> Question:
        """A refresh token for new tokens."""

    def revoke(self, client: Client, tokens: Tokens) -> Question:
        """The end of a consent."""

    def opened(self, answer: Answer, now: float) -> Mapping[str, object]:
        """What an answer holds; SourceError or ConsentError when it is a refusal."""


class DisplayLogin:
    """Login Kit v2: web forms, flat answers, and a challenge in hexadecimal."""

    scopes: tuple[str, ...] = (
        "user.info.basic",
        "user.info.profile",
        "user.info.stats",
        "video.list",
    )
    can_refresh = True

    def address(self, page: str, client_id: str, answer: Mapping[str, str]) -> str:
        """With the challenge: desktop apps must prove that they asked."""
        return _with_query(
            page,
            {
                "client_key": client_id,
                "response_type": "code",
                "scope": ",".join(self.scopes),
                "redirect_uri": answer["redirect_uri"],
                "state": answer["state"],
                "code_challenge": answer["challenge"],
                "code_challenge_method": "S256",
            },
        )

    def exchange(
        self, client: Client, code: str, redirect_uri: str, verifier: str
    ) -> Question:
        """``POST /v2/oauth/token/``."""
        return self._form(
            client,
            "/v2/oauth/token/",
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": verifier,
            },
        )

    def refresh(self, client: Client, token: str) -> Question:
        """``POST /v2/oauth/token/``."""
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self._form(client, "/v2/oauth/token/", form)

    def revoke(self, client: Client, tokens: Tokens) -> Question:
        """``POST /v2/oauth/revoke/``."""
        return self._form(client, "/v2/oauth/revoke/", {"token": tokens.access})

    def opened(self, answer: Answer, now: float) -> Mapping[str, object]:
        """No envelope; ``error`` is a string."""
        return opened_flat(answer, now)

    def _form(self, client: Client, path: str, more: Mapping[str, str]) -> Question:
        own = {"client_key": client.client_id, "client_secret": client.secret}
        return Question(_url(client, path), method="POST", form={**own, **more})


class AccountsLogin:
    """A TikTok account to TikTok's API for Business: JSON in the usual envelope."""

    scopes: tuple[str, ...] = (
        "user.info.basic",
        "user.info.username",
        "user.info.profile",
        "user.info.stats",
        "user.account.type",
        "user.insights",
        "video.list",
        "video.insights",
    )
    can_refresh = True

    def address(self, page: str, client_id: str, answer: Mapping[str, str]) -> str:
        """Without a challenge, which this API does not take."""
        return _with_query(
            page,
            {
                "client_key": client_id,
                "response_type": "code",
                "scope": ",".join(self.scopes),
                "redirect_uri": answer["redirect_uri"],
                "state": answer["state"],
            },
        )

    def exchange(
        self, client: Client, code: str, redirect_uri: str, verifier: str
    ) -> Question:
        """``POST /tt_user/oauth2/token/``."""
        del verifier
        return self._json(
            client,
            "/tt_user/oauth2/token/",
            {
                "grant_type": "authorization_code",
                "auth_code": code,
                "redirect_uri": redirect_uri,
            },
        )

    def refresh(self, client: Client, token: str) -> Question:
        """``POST /tt_user/oauth2/refresh_token/``."""
        more = {"grant_type": "refresh_token", "refresh_token": token}
        return self._json(client, "/tt_user/oauth2/refresh_token/", more)

    def revoke(self, client: Client, tokens: Tokens) -> Question:
        """``POST /tt_user/oauth2/revoke/``."""
        more = {"access_token": tokens.access}
        return self._json(client, "/tt_user/oauth2/revoke/", more)

    def opened(self, answer: Answer, now: float) -> Mapping[str, object]:
        """``data`` of the envelope."""
        return opened_envelope(answer, now)

    def _json(self, client: Client, path: str, more: Mapping[str, str]) -> Question:
        own = {"client_id": client.client_id, "client_secret": client.secret}
        return Question(_url(client, path), method="POST", json={**own, **more})


class AdsLogin:
    """An advertiser to the Marketing API: one token that stays until it is revoked."""

    scopes: tuple[str, ...] = ()
    """Those of the app; the consent page takes none."""
    can_refresh = False

    def address(self, page: str, client_id: str, answer: Mapping[str, str]) -> str:
        """The portal's own page."""
        return _with_query(
            page,
            {
                "app_id": client_id,
                "state": answer["state"],
                "redirect_uri": answer["redirect_uri"],
            },
        )

    def exchange(
        self, client: Client, code: str, redirect_uri: str, verifier: str
    ) -> Question:
        """``POST /oauth2/access_token/``."""
        del redirect_uri, verifier
        return self._json(client, "/oauth2/access_token/", {"auth_code": code})

    def refresh(self, client: Client, token: str) -> Question:
        """There is none; the token does not end. Never called."""
        raise NotImplementedError

    def revoke(self, client: Client, tokens: Tokens) -> Question:
        """``POST /oauth2/revoke_token/``."""
        more = {"access_token": tokens.access}
        return self._json(client, "/oauth2/revoke_token/", more)

    def opened(self, answer: Answer, now: float) -> Mapping[str, object]:
        """``data`` of the envelope."""
        return opened_envelope(answer, now)

    def _json(self, client: Client, path: str, more: Mapping[str, str]) -> Question:
        own = {"app_id": client.client_id, "secret": client.secret}
        return Question(_url(client, path), method="POST", json={**own, **more})


LOGINS: dict[str, Login] = {
    "tiktok-display": DisplayLogin(),
    "tiktok-business": AccountsLogin(),
    "tiktok-ads": AdsLogin(),
}
"""Source type to its way in."""


def advertisers(client: Client, token: str) -> Question:
    """The advertisers that gave their consent, with their names."""
    return Question(
        _url(client, "/oauth2/advertiser/get/"),
        params={"app_id": client.client_id, "secret": client.secret},
        headers={"Access-Token": token},
    )


def granted(
    login: Login, answer: Answer, now: float, before: Tokens | None = None
) -> Tokens:
    """The tokens of an answer that came at ``now``; SourceError when it has none."""
    return tokens_of(login.opened(answer, now), now, before)


def revoked(login: Login, answer: Answer, now: float) -> None:
    """Return when the platform ended the consent, or knew it no more.

    Raises SourceError when it did not.
    """
    if 200 <= answer.status < 300 and not answer.body.strip():
        return
    with suppress(ConsentError):
        login.opened(answer, now)


def _url(client: Client, path: str) -> str:
    return client.base_url.rstrip("/") + path


def _with_query(page: str, query: Mapping[str, str]) -> str:
    """``page`` with these parameters; commas stay, as TikTok's own examples have."""
    parts = urlsplit(page)
    text = urlencode(query, quote_via=quote, safe=",")
    whole = f"{parts.query}&{text}" if parts.query else text
    return urlunsplit(parts._replace(query=whole))
