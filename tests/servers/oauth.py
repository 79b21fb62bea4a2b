"""A stand-in for TikTok's three ways in: consent pages, token endpoints, revocation.

Answers as the documents describe: v2 takes web forms and answers flat, with ``error``
as a string; the Business API takes JSON and answers HTTP 200 with a code. A refresh
gives a new refresh token and ends the old one: at once, or after some seconds' grace.
"""

import asyncio
import hashlib
import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

from tests.servers.loopback import Request, answer

CLIENT_ID = "app-7"
SECRET = "app-secret-3f9a77d1"
ADVERTISERS = {"7001": "Acme \x1b[31mOils", "7002": "Acme Soaps"}
_V2 = "/open_api/v1.3"
_DISPLAY_SCOPES = "user.info.basic,user.info.profile,user.info.stats,video.list"
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass
class Grant:
    """One consent, with the tokens that are good for it now."""

    kind: str
    open_id: str
    scope: str
    access: str = ""
    refresh: str = ""
    before: str = ""
    """The refresh token before, which a server with grace still takes."""
    before_until: float = 0.0
    is_revoked: bool = False


@dataclass
class OAuth:
    """The platform's state and moods; tests set them, the handler reads them."""

    prefix: str = ""
    """Path under which everything is served."""
    mode: Literal["strict", "grace"] = "strict"
    """Strict: a refresh ends the old refresh and access token in the same moment."""
    grace_seconds: float = 10.0
    """With grace: how long the old refresh token lives on."""
    access_seconds: float = 86_400
    refresh_seconds: float | None = 31_536_000
    """None: the answer does not say."""
    delay_seconds: float = 0.0
    """Between the rotation and the answer: the hole into which answers fall."""
    lost_answers: int = 0
    """So many of the next refreshes are done, and their answers never arrive."""
    is_denied: bool = False
    """The user says no."""
    grants_all: bool = False
    """Whatever scopes are asked for; else those of a Display app."""
    redirect_to: str | None = None
    """Token endpoints answer with a redirect to this host."""
    refusals: list[bytes] = field(default_factory=list)
    """Whole answers for the next token requests, first to last."""
    token_times: list[float] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    refreshes: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def accepts(self, access: str) -> bool:
        """Whether the API takes this access token."""
        return any(g.access == access and not g.is_revoked for g in self.grants)

    def sign_in(self, kind: str = "tiktok-display") -> Grant:
        """A consent that was given before the test."""
        number = next(self._count)
        grant = Grant(kind, f"open-id-{number}", _DISPLAY_SCOPES)
        self.grants.append(grant)
        self._rotate(grant)
        return grant

    async def handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        self.requests.append(request)
        path = request.path.removeprefix(self.prefix)
        if request.method == "POST":
            if self.redirect_to is not None:
                place = {"Location": f"{self.redirect_to}{path}"}
                writer.write(answer(307, b"", place))
                return
            if self.refusals:
                writer.write(self.refusals.pop(0))
                return
        route = self._routes().get((request.method, path))
        if route is None:
            writer.write(answer(404))
            return
        before = self.refreshes
        said = route(request)
        if self.refreshes > before:
            await asyncio.sleep(self.delay_seconds)
            if self.lost_answers:
                self.lost_answers -= 1
                writer.close()
                return
        writer.write(said)

    def _routes(self) -> dict[tuple[str, str], Callable[[Request], bytes]]:
        return {
            ("GET", "/v2/auth/authorize/"): self._consent_page,
            ("GET", "/v2/auth/authorize"): self._consent_page,
            ("GET", "/portal/auth"): self._portal,
            ("POST", "/v2/oauth/token/"): self._flat_token,
            ("POST", "/v2/oauth/revoke/"): self._flat_revoke,
            ("POST", f"{_V2}/tt_user/oauth2/token/"): self._account_token,
            ("POST", f"{_V2}/tt_user/oauth2/refresh_token/"): self._account_refresh,
            ("POST", f"{_V2}/tt_user/oauth2/revoke/"): self._json_revoke,
            ("POST", f"{_V2}/oauth2/access_token/"): self._ads_token,
            ("POST", f"{_V2}/oauth2/revoke_token/"): self._json_revoke,
            ("GET", f"{_V2}/oauth2/advertiser/get/"): self._advertisers,
        }

    # The pages: a user who says yes (or no) at once.

    def _consent_page(self, request: Request) -> bytes:
        query = request.query
        redirect = query.get("redirect_uri", "")
        needs = [
            query.get("client_key") == CLIENT_ID,
            query.get("response_type") == "code",
            redirect,
            query.get("scope"),
        ]
        if "code_challenge" in query:
            needs += [
                query.get("code_challenge_method") == "S256",
                _HEX.fullmatch(query["code_challenge"]),
                re.fullmatch(r"http://(127\.0\.0\.1|localhost):\d+/.*", redirect),
            ]
        if not all(needs):
            return answer(400, b"Something went wrong")
        return self._back(redirect, query, "code")

    def _portal(self, request: Request) -> bytes:
        query = request.query
        if query.get("app_id") != CLIENT_ID or not query.get("redirect_uri"):
            return answer(400, b"Something went wrong")
        return self._back(query["redirect_uri"], query, "auth_code")

    def _back(self, redirect: str, query: dict[str, str], name: str) -> bytes:
        state = quote(query.get("state", ""), safe="")
        if self.is_denied:
            said = "error=access_denied&error_description=User%20said%20no"
            return answer(302, b"", {"Location": f"{redirect}?{said}&state={state}"})
        # Real codes have a star and an exclamation mark in them.
        code = f"code*{next(self._count)}!x"
        self.codes[code] = dict(query)
        given = f"{name}={quote(code, safe='')}&state={state}"
        return answer(302, b"", {"Location": f"{redirect}?{given}"})

    # v2: flat bodies.

    def _flat_token(self, request: Request) -> bytes:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if "x-www-form-urlencoded" not in request.headers.get("content-type", ""):
            return _flat_error("invalid_request", "Content-Type is wrong")
        if form.get("client_key") != CLIENT_ID or form.get("client_secret") != SECRET:
            return _flat_error("invalid_client", "Client secret is wrong")
        grants = {
            "authorization_code": self._flat_code,
            "refresh_token": self._flat_refresh,
            "client_credentials": self._flat_client,
        }
        kind = form.get("grant_type", "")
        if kind not in grants:
            return _flat_error("unsupported_grant_type", "")
        return grants[kind](form)

    def _flat_code(self, form: dict[str, str]) -> bytes:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return _flat_error("invalid_grant", "Authorization code is expired.")
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).hexdigest()
        if proof != asked.get("code_challenge"):
            said = "Code verifier or code challenge is invalid."
            return _flat_error("invalid_request", said)
        return self._flat_tokens(self._consented("tiktok-display", asked))

    def _flat_refresh(self, form: dict[str, str]) -> bytes:
        grant = self._refreshed(form.get("refresh_token", ""))
        if grant is None:
            return _flat_error("invalid_grant", "Refresh token is invalid or expired.")
        return self._flat_tokens(grant)

    def _flat_client(self, form: dict[str, str]) -> bytes:
        token = f"clt.{next(self._count)}"
        body = {"access_token": token, "expires_in": 7200, "token_type": "Bearer"}
        return answer(200, json.dumps(body).encode())

    def _flat_tokens(self, grant: Grant) -> bytes:
        body = {
            "open_id": grant.open_id,
            "scope": grant.scope,
            "access_token": grant.access,
            "expires_in": self.access_seconds,
            "refresh_token": grant.refresh,
            "token_type": "Bearer",
        }
        if self.refresh_seconds is not None:
            body["refresh_expires_in"] = self.refresh_seconds
        return answer(200, json.dumps(body).encode())

    def _flat_revoke(self, request: Request) -> bytes:
        form = dict(parse_qsl(request.body.decode()))
        if form.get("client_secret") != SECRET:
            return _flat_error("invalid_client", "")
        if not self._revoke(form.get("token", "")):
            return _flat_error("access_token_invalid", "")
        return answer(200)

    # The Business API: JSON, and a code.

    def _account_token(self, request: Request) -> bytes:
        body = _app_body(request, "client_id", "client_secret")
        if body is None:
            return _envelope(40101, "Invalid app")
        asked = self.codes.pop(str(body.get("auth_code")), None)
        if (
            asked is None
            or body.get("grant_type") != "authorization_code"
            or asked["redirect_uri"] != body.get("redirect_uri")
        ):
            return _envelope(40110, "auth_code is invalid or expired")
        return self._account_tokens(self._consented("tiktok-business", asked))

    def _consented(self, kind: str, asked: dict[str, str]) -> Grant:
        """The sign-in at the end of a consent page."""
        grant = self.sign_in(kind)
        if self.grants_all:
            grant.scope = asked["scope"]
        return grant

    def _account_refresh(self, request: Request) -> bytes:
        body = _app_body(request, "client_id", "client_secret")
        if body is None:
            return _envelope(40101, "Invalid app")
        grant = self._refreshed(str(body.get("refresh_token")))
        if grant is None:
            return _envelope(40107, f"Refresh token {body.get('refresh_token')} is bad")
        return self._account_tokens(grant)

    def _account_tokens(self, grant: Grant) -> bytes:
        data = {
            "open_id": grant.open_id,
            "scope": grant.scope,
            "access_token": grant.access,
            "expires_in": self.access_seconds,
            "refresh_token": grant.refresh,
            "token_type": "Bearer",
        }
        if self.refresh_seconds is not None:
            data["refresh_token_expires_in"] = self.refresh_seconds
        return _envelope(0, "OK", data)

    def _ads_token(self, request: Request) -> bytes:
        body = _app_body(request, "app_id", "secret")
        if body is None:
            return _envelope(40101, "Invalid app")
        if self.codes.pop(str(body.get("auth_code")), None) is None:
            return _envelope(40110, "auth_code is invalid or expired")
        grant = self.sign_in("tiktok-ads")
        data = {
            "access_token": grant.access,
            "advertiser_ids": list(ADVERTISERS),
            "scope": [1, 4],
        }
        return _envelope(0, "OK", data)

    def _advertisers(self, request: Request) -> bytes:
        query = request.query
        if query.get("app_id") != CLIENT_ID or query.get("secret") != SECRET:
            return _envelope(40101, "Invalid app")
        if not self.accepts(request.headers.get("access-token", "")):
            return _envelope(40105, "Access token is wrong")
        rows = [
            {"advertiser_id": one, "advertiser_name": name}
            for one, name in ADVERTISERS.items()
        ]
        return _envelope(0, "OK", {"list": rows})

    def _json_revoke(self, request: Request) -> bytes:
        body = _app_body(request, "client_id", "client_secret") or _app_body(
            request, "app_id", "secret"
        )
        if body is None:
            return _envelope(40101, "Invalid app")
        if not self._revoke(str(body.get("access_token"))):
            return _envelope(40105, "Access token is wrong")
        return _envelope(0, "OK")

    # What is good for what.

    def _refreshed(self, token: str) -> Grant | None:
        now = time.time()
        for grant in self.grants:
            is_before = token == grant.before and now < grant.before_until
            if not grant.is_revoked and (token == grant.refresh or is_before):
                self.refreshes += 1
                self._rotate(grant)
                return grant
        return None

    def _rotate(self, grant: Grant) -> None:
        number = next(self._count)
        self.token_times.append(time.time())
        grant.before = grant.refresh
        is_kind = self.mode == "grace"
        grant.before_until = time.time() + self.grace_seconds if is_kind else 0.0
        grant.access = f"act.example{number}Secret!{number}"
        grant.refresh = f"rft.example{number}Secret!{number}"

    def _revoke(self, access: str) -> bool:
        for grant in self.grants:
            if grant.access == access and not grant.is_revoked:
                grant.is_revoked = True
                return True
        return False


def secrets_of(oauth: OAuth) -> list[str]:
    """Everything that must be seen nowhere: tokens, and the app's secret."""
    tokens = [t for g in oauth.grants for t in (g.access, g.refresh, g.before) if t]
    return [SECRET, *tokens]


def _app_body(request: Request, name: str, secret: str) -> dict[str, Any] | None:
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    is_ours = body.get(name) == CLIENT_ID and body.get(secret) == SECRET
    return body if is_ours else None


def _flat_error(error: str, told: str) -> bytes:
    body = {"error": error, "error_description": told, "log_id": "202603240000"}
    return answer(400, json.dumps(body).encode())


def _envelope(code: int, message: str, data: dict[str, Any] | None = None) -> bytes:
    body = {"code": code, "message": message, "request_id": "r-1", "data": data or {}}
    return answer(200, json.dumps(body).encode())
