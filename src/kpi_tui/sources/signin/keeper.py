"""Where a request's token comes from: the config, or the vault of those signed in.

Knows no API: a connector asks for a token, and says when one was refused.
"""

import asyncio
from typing import Protocol

from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import AdsSource, BusinessSource, Secret
from kpi_tui.sources.port import SourceError


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
        """When access and refresh token end, in UTC epoch seconds; None: unknown."""


class AccountKeeper(TokenKeeper, Protocol):
    """A token that came with the name of what it gives access to."""

    async def subject(self) -> str:
        """The ``open_id`` or advertiser that was signed in; empty when unknown."""


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


def static_keeper(source: BusinessSource | AdsSource, name: str) -> StaticToken:
    """The token that the config names for the source called ``name``.

    Raises SourceError where it names an app to sign in with instead.
    """
    if source.access_token is None:
        raise SourceError(
            "nobody has signed in yet",
            fault="unauthorised",
            hint=f"kpi-tui auth {name}",
        )
    subject = (
        source.advertiser_id if isinstance(source, AdsSource) else source.business_id
    )
    return StaticToken(source.access_token, f"{name}, access_token", subject or "")
