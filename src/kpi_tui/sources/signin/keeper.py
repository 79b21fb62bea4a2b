"""Where a request's token comes from: the config, or the vault of those signed in.

Knows no API: a connector asks for a token, and says when one was refused.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from kpi_tui.config.paths import default_signin_path
from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import AdsSource, DisplaySource, Secret
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.apps import App, SignedSource, app_of
from kpi_tui.sources.signin.helper import Order
from kpi_tui.sources.signin.renewal import renew
from kpi_tui.sources.signin.tokens import ConsentError, Tokens, fingerprint
from kpi_tui.sources.signin.vault import Vault

NOTICE_SECONDS = 7 * 86_400.0
"""How long before a sign-in ends the user is told."""
_AGAIN_SECONDS = 60.0
"""Between tries to refresh a token that is still good."""
_AGAIN_REFUSED_SECONDS = 6 * 3600.0
"""The same when TikTok refused: only the user can help, and a sign-in that nobody
renews for weeks would be thousands of refusals."""
_NEW_SECONDS = 60.0
"""A token as young as this that is refused will not get better by a refresh."""


class TokenKeeper(Protocol):
    """A source's token, whoever made it."""

    async def access_token(self) -> str:
        """A token that is good now, refreshed first when most of its life is over.

        Raises SourceError, which says where to sign in.
        """

    async def refused(self, token: str) -> str:
        """Say that the API refused ``token``; another one, to try once.

        Raises SourceError when there is no other.
        """

    def until(self) -> tuple[float | None, float | None]:
        """When the access token and the sign-in end, in UTC epoch seconds; None:
        unknown. A sign-in that can be refreshed outlives its access token."""


class AccountKeeper(TokenKeeper, Protocol):
    """A token that came with the name of what it gives access to."""

    async def subject(self) -> str:
        """The ``open_id`` or advertiser that was signed in; empty when unknown."""

    def notes(self, now: float) -> tuple[str, ...]:
        """What the user should know before anything fails, a sentence each."""


class StaticToken:
    """A token that the config names; read at each call, never refreshed."""

    def __init__(self, secret: Secret, where: str, subject: str = "") -> None:
        """``where`` names the place in the config, for errors."""
        self._secret = secret
        self._where = where
        self._subject = subject

    async def access_token(self) -> str:
        """The secret's present value; off the loop, because a command may give it."""
        try:
            return await asyncio.to_thread(read_secret, self._secret, self._where)
        except SecretError as error:
            raise SourceError(
                error.message, fault="unauthorised", hint=error.hint
            ) from None

    async def refused(self, token: str) -> str:  # noqa: ARG002  the port's signature
        """Raise SourceError: only the user can put another one there."""
        raise SourceError(
            "TikTok does not accept the access token",
            fault="unauthorised",
            hint="Make a new access token and set access_token to it.",
        )

    def until(self) -> tuple[float | None, float | None]:
        """Unknown: the config says nothing of it."""
        return None, None

    async def subject(self) -> str:
        """What the config names beside the token."""
        return self._subject

    def notes(self, now: float) -> tuple[str, ...]:  # noqa: ARG002  the port's
        """Nothing is known of it."""
        return ()


class StoredToken:
    """The vault's token of one source, refreshed when most of its life is over."""

    def __init__(
        self,
        name: str,
        app: App,
        vault: Vault,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``name`` is the source's, which the user knows it by; ``clock`` is UTC."""
        self._name = name
        self._app = app
        self._vault = vault
        self._clock = clock
        self._lock = asyncio.Lock()
        self._tokens: Tokens | None = None
        self._trouble: SourceError | None = None
        """Why the last refresh of these tokens failed."""
        self._again_at = 0.0

    async def access_token(self) -> str:
        """The stored token; a refresh that fails is no error while it still lives.

        Raises ConsentError when nobody has signed in, or must do so again.
        """
        tokens = await self._read()
        now = self._clock()
        if not tokens.is_due(now):
            return tokens.access
        if tokens.is_alive(now):
            if now < self._again_at:
                return tokens.access
            try:
                return await self._renewed(tokens.access)
            except SourceError as error:
                self._failed(error)
                return tokens.access
        return await self._renewed(tokens.access)

    async def refused(self, token: str) -> str:
        """Another token than this one: what another process has got, or a new one.

        Raises ConsentError where there is nothing to refresh it with.
        """
        tokens = await self._read()
        if tokens.access != token:
            return tokens.access
        if abs(self._clock() - tokens.obtained_at) < _NEW_SECONDS:
            raise ConsentError("TikTok refuses even a new token", self._name)
        return await self._renewed(token)

    def until(self) -> tuple[float | None, float | None]:
        """As of the last time that a token was asked for."""
        tokens = self._tokens
        return (tokens.access_until, tokens.sign_in_until) if tokens else (None, None)

    async def subject(self) -> str:
        """The ``open_id``, or the advertiser chosen; ConsentError when not signed in."""
        return (await self._read()).subject

    def notes(self, now: float) -> tuple[str, ...]:
        """What the user should know before anything fails, a sentence each."""
        notes = []
        end = self._tokens.sign_in_until if self._tokens else None
        if end is not None and end - now < NOTICE_SECONDS:
            day = datetime.fromtimestamp(end, UTC).date().isoformat()
            notes.append(f"Sign in again by {day}: kpi-tui auth {self._name}")
        if self._trouble is not None:
            hint = self._trouble.hint or "It is tried again."
            notes.append(f"Not refreshed: {self._trouble.message}. {hint}")
        return tuple(notes)

    async def _renewed(self, stale: str) -> str:
        """One refresh at a time; who waited for it takes its token."""
        async with self._lock:
            tokens = await self._read()
            if tokens.access != stale:
                return tokens.access
            if tokens.refresh is None:
                message = "TikTok no longer accepts the sign-in"
                raise ConsentError(message, self._name)
            if (
                tokens.refresh_until is not None
                and self._clock() > tokens.refresh_until
            ):
                raise ConsentError("the sign-in has ended", self._name)
            refusal = self._trouble
            if isinstance(refusal, ConsentError) and (
                0 < self._again_at - self._clock() <= _AGAIN_REFUSED_SECONDS
            ):
                raise ConsentError(refusal.message, self._name)
            client = await self._app.client()
            order = Order(self._name, self._vault.folder, fingerprint(stale), client)
            try:
                await renew(order)
            except ConsentError as error:
                self._failed(error)
                raise
            return (await self._read()).access

    def _failed(self, error: SourceError) -> None:
        """Remember why a refresh failed, and when it is worth another try."""
        now = self._clock()
        is_final = isinstance(error, ConsentError)
        if is_final and now < self._again_at:
            return  # the refusal before, told again
        wait = _AGAIN_REFUSED_SECONDS if is_final else _AGAIN_SECONDS
        self._trouble = error
        self._again_at = now + max(wait, error.retry_after or 0.0)

    async def _read(self) -> Tokens:
        record = await asyncio.to_thread(self._vault.record, self._name)
        if record is None:
            self._tokens = None
            raise ConsentError("nobody has signed in yet", self._name)
        if record.client_id != self._app.client_id:
            raise ConsentError("the sign-in was given to another app", self._name)
        before, self._tokens = self._tokens, record.tokens
        if before is None or before.access != record.tokens.access:
            # Others: refreshed here or elsewhere, or the user has signed in again.
            self._trouble, self._again_at = None, 0.0
        return record.tokens


def keeper_of(source: SignedSource, name: str) -> AccountKeeper:
    """The keeper of the source called ``name``: the config's token, else the vault's."""
    app = app_of(source, name)
    if app is not None:
        return StoredToken(name, app, Vault(default_signin_path()))
    assert not isinstance(source, DisplaySource)  # noqa: S101  it always has an app
    assert source.access_token is not None  # noqa: S101  the config's own check
    subject = (
        source.advertiser_id if isinstance(source, AdsSource) else source.business_id
    )
    return StaticToken(source.access_token, f"{name}, access_token", subject or "")
