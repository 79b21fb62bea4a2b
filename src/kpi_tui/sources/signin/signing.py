"""The steps of signing in and out: code to tokens, tokens to the vault, and back.

Knows no terminal and no browser; whoever has them brings the code.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from kpi_tui.kpi.text import clean
from kpi_tui.sources.http import HttpClient
from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin import keyrings
from kpi_tui.sources.signin.apps import App
from kpi_tui.sources.signin.callback import Callback, callback
from kpi_tui.sources.signin.consent import CALLBACK_PATH, Consent
from kpi_tui.sources.signin.helper import LOCK_SECONDS
from kpi_tui.sources.signin.platforms import LOGINS, advertisers, granted, revoked
from kpi_tui.sources.signin.tokens import ConsentError, Record, Tokens
from kpi_tui.sources.signin.vault import Place, Vault


@asynccontextmanager
async def answering(app: App) -> AsyncIterator[Callback | None]:
    """The page that the browser comes back to, while the block runs.

    None where the app's own redirect address is elsewhere. Raises SourceError when
    its port cannot be had.
    """
    if app.redirect_uri is None:
        async with callback(CALLBACK_PATH) as page:
            yield page
        return
    parts = urlsplit(app.redirect_uri)
    is_here = parts.hostname in {"127.0.0.1", "localhost"} and parts.scheme == "http"
    if not is_here or parts.port is None:
        yield None
        return
    async with callback(parts.path or "/", parts.port) as page:
        yield replace(page, redirect_uri=app.redirect_uri)


async def exchange(consent: Consent, code: str) -> Tokens:
    """The first tokens for a code; SourceError when TikTok gives none."""
    app = consent.app
    login = LOGINS[app.kind]
    client = await app.client()
    http = HttpClient()
    try:
        question = login.exchange(client, code, consent.redirect_uri, consent.verifier)
        answer = await http.ask(question, app.name)
    finally:
        await http.close()
    try:
        return granted(login, answer, time.time())
    except ConsentError as error:
        raise ConsentError(error.message, app.name) from None


def store(vault: Vault, app: App, tokens: Tokens, place: Place | None = None) -> Place:
    """Keep new tokens in the keyring, or in a file where none works; where they are.

    Waits for a refresh that is under way, so that it cannot overwrite them. Raises
    SourceError when they cannot be kept.
    """
    record = Record(app.kind, app.client_id, tokens)
    with vault.locked(app.name, LOCK_SECONDS):
        vault.drop_answer(app.name)
        where = place or ("keyring" if keyrings.is_working() else "file")
        return vault.keep(app.name, record, where)


def missing_scopes(app: App, tokens: Tokens) -> tuple[str, ...]:
    """What was asked for and not granted; nothing when TikTok does not say."""
    if not tokens.scopes:
        return ()
    wanted = LOGINS[app.kind].scopes
    return tuple(scope for scope in wanted if scope not in tokens.scopes)


async def advertiser_names(app: App, tokens: Tokens) -> Mapping[str, str]:
    """Id to name of the advertisers that can be chosen; without names when TikTok
    does not tell them."""
    names = dict.fromkeys(tokens.subjects, "")
    client = await app.client()
    http = HttpClient()
    try:
        answer = await http.ask(advertisers(client, tokens.access), app.name)
        rows = LOGINS[app.kind].opened(answer, time.time()).get("list")
    except SourceError:
        return names
    finally:
        await http.close()
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("advertiser_name"), str):
            names[clean(str(row.get("advertiser_id")), 60)] = clean(
                row["advertiser_name"], 60
            )
    return names


async def forget(vault: Vault, name: str, app: App | None) -> SourceError | None:
    """End a sign-in at TikTok, then here; why TikTok was not told, if it was not.

    ``app`` is None when the config has no longer one for it. Raises SourceError when
    the entry cannot be deleted.
    """
    refusal: SourceError | None = None
    with vault.locked(name, LOCK_SECONDS):
        try:
            await _revoke(vault, name, app)
        except SourceError as error:
            refusal = error
        vault.drop(name)
    return refusal


async def _revoke(vault: Vault, name: str, app: App | None) -> None:
    record = vault.record(name)
    if record is None:
        return
    if app is None or app.client_id != record.client_id:
        raise SourceError("the config has no longer the app that it was given to")
    http = HttpClient()
    try:
        login = LOGINS[app.kind]
        question = login.revoke(await app.client(), record.tokens)
        revoked(login, await http.ask(question, name), time.time())
    finally:
        await http.close()
