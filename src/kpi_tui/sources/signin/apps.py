"""The app that a source of the config signs in with.

Knows the config's sections; reads a secret only when it is about to travel.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

from kpi_tui.config.secrets import SecretError, read_secret
from kpi_tui.config.settings import (
    Account,
    AdsSource,
    BusinessSource,
    Competitor,
    DisplaySource,
    Secret,
    Settings,
)
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin.platforms import Client

SignedSource = DisplaySource | BusinessSource | AdsSource
"""The sections that ``kpi-tui auth`` can sign in."""


@dataclass(frozen=True, slots=True)
class App:
    """One app, and where its secret is."""

    name: str
    """The source's, for errors."""
    kind: str
    client_id: str
    base_url: str
    authorize_url: str
    redirect_uri: str | None
    secret: Secret

    async def client(self) -> Client:
        """With the secret as it is now; SourceError when it cannot be read."""
        where = f"{self.name}, the app's secret"
        try:
            secret = await asyncio.to_thread(read_secret, self.secret, where)
        except SecretError as error:
            raise SourceError(
                error.message, fault="unauthorised", hint=error.hint
            ) from None
        return Client(self.kind, self.base_url, self.client_id, secret)


def app_of(source: SignedSource, name: str) -> App | None:
    """The app of the source called ``name``; None where the config has its token."""
    if isinstance(source, DisplaySource):
        client_id, secret = source.client_key, source.client_secret
    elif source.app_id is None or source.app_secret is None:
        return None
    else:
        client_id, secret = source.app_id, source.app_secret
    return App(
        name=name,
        kind=source.type,
        client_id=client_id,
        base_url=source.base_url,
        authorize_url=source.authorize_url,
        redirect_uri=source.redirect_uri,
        secret=secret,
    )


def signed_sources(settings: Settings) -> dict[str, SignedSource]:
    """The sources that can be signed in, by the names that their connectors have."""
    seen: Counter[str] = Counter()
    found: dict[str, SignedSource] = {}
    entries: tuple[Account | Competitor, ...]
    entries = (*settings.account, *settings.competitor)
    for entry in entries:
        for source in entry.source:
            name = f"{entry.handle}/{source.type}"
            seen[name] += 1
            if isinstance(source, SignedSource):
                nth = seen[name]
                found[name if nth == 1 else f"{name}-{nth}"] = source
    return found
