"""A platform, a vault and a clock that tests can move."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kpi_tui.config.settings import Secret
from kpi_tui.sources.signin.apps import App
from kpi_tui.sources.signin.helper import Order
from kpi_tui.sources.signin.keeper import StoredToken
from kpi_tui.sources.signin.platforms import Client
from kpi_tui.sources.signin.tokens import Record, Tokens, fingerprint
from kpi_tui.sources.signin.vault import Vault
from tests.servers.oauth import CLIENT_ID, SECRET, Grant, OAuth

PATHS = {
    "tiktok-display": "",
    "tiktok-business": "/open_api/v1.3",
    "tiktok-ads": "/open_api/v1.3",
}
"""Source type to the path below which its API is."""


@dataclass
class Scene:
    """What a test moves about."""

    oauth: OAuth
    vault: Vault
    base: str
    """Of the server."""
    secret: Path
    """A file with the app's secret."""
    now: float

    def app(self, kind: str = "tiktok-display", client_id: str = CLIENT_ID) -> App:
        """The app of ``acme/<kind>``."""
        page = "/portal/auth" if kind == "tiktok-ads" else "/v2/auth/authorize/"
        return App(
            name=f"acme/{kind}",
            kind=kind,
            client_id=client_id,
            base_url=self.base + PATHS[kind],
            authorize_url=self.base + page,
            redirect_uri=None,
            secret=Secret(file=self.secret),
        )

    def keeper(self, kind: str = "tiktok-display") -> StoredToken:
        """The keeper of ``acme/<kind>``, by the test's clock."""
        return StoredToken(f"acme/{kind}", self.app(kind), self.vault, lambda: self.now)

    def signed_in(
        self,
        kind: str = "tiktok-display",
        *,
        age: float = 0.0,
        life: float | None = 86_400.0,
        refresh_until: float | None = None,
    ) -> Grant:
        """A consent in the vault whose access token is ``age`` seconds old."""
        grant = self.oauth.sign_in(kind)
        began = self.now - age
        tokens = Tokens(
            access=grant.access,
            obtained_at=began,
            access_until=None if life is None else began + life,
            refresh=None if kind == "tiktok-ads" else grant.refresh,
            refresh_until=refresh_until,
            subject=grant.open_id,
        )
        self.keep(Record(kind, CLIENT_ID, tokens))
        return grant

    def keep(self, record: Record) -> None:
        """Put a record in the vault's file."""
        name = f"acme/{record.kind}"
        with self.vault.locked(name, 10):
            self.vault.keep(name, record, "file")

    def change(self, kind: str = "tiktok-display", **changes: Any) -> Record:
        """Change the stored tokens."""
        record = self.record(kind)
        changed = replace(record, tokens=replace(record.tokens, **changes))
        self.keep(changed)
        return changed

    def record(self, kind: str = "tiktok-display") -> Record:
        """What is stored."""
        record = self.vault.record(f"acme/{kind}")
        assert record is not None
        return record

    def order(self, kind: str = "tiktok-display", stale: str | None = None) -> Order:
        """A helper's order for the stored token."""
        client = Client(kind, self.base + PATHS[kind], CLIENT_ID, SECRET)
        access = self.record(kind).tokens.access if stale is None else stale
        return Order(f"acme/{kind}", self.vault.folder, fingerprint(access), client)


def make_scene(base: str, oauth: OAuth, folder: Path) -> Scene:
    """A scene whose vault is empty."""
    secret = folder / "app-secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    return Scene(oauth, Vault(folder / "signin"), base, secret, time.time())
