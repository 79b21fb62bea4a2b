"""``kpi-tui auth``: signs a source in, lists who is signed in, and signs out.

Shows addresses, dates and names; never a token. Knows no platform.
"""

import asyncio
import os
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from kpi_tui.cli.console import table
from kpi_tui.cli.errors import Failure
from kpi_tui.cli.options import Options, common_options, load_settings
from kpi_tui.cli.pasting import Lines, browser_is_here, first_code

if TYPE_CHECKING:
    from kpi_tui.sources.port import SourceError
    from kpi_tui.sources.signin.apps import App, SignedSource
    from kpi_tui.sources.signin.consent import Consent
    from kpi_tui.sources.signin.tokens import Tokens
    from kpi_tui.sources.signin.vault import Vault

WAIT_SECONDS = 300.0
"""How long the browser's answer is waited for."""


@click.command()
@click.argument("source", required=False)
@click.option("--list", "is_list", is_flag=True, help="Who is signed in, until when.")
@click.option("--forget", metavar="SOURCE", help="Sign out, here and at TikTok.")
@click.option("--no-browser", is_flag=True, help="Only show the address to open.")
@common_options
def command(
    options: Options,
    *,
    source: str | None,
    is_list: bool,
    forget: str | None,
    no_browser: bool,
) -> None:
    """Sign SOURCE in to TikTok, such as acme/tiktok-display.

    The browser opens and comes back by itself. Without one, open the address that is
    shown on any machine, and paste the address at which that browser ends. What
    TikTok gives is kept in the system's keyring where one works (it needs the
    package keyring), else in a file that only you may read.

    Exit code: 0 signed in, 1 TikTok or the user said no, 2 usage or config.
    """
    from kpi_tui.config.paths import default_signin_path
    from kpi_tui.sources.signin.apps import app_of, signed_sources
    from kpi_tui.sources.signin.vault import Vault

    known = signed_sources(load_settings(options))
    vault = Vault(default_signin_path())
    with _told():
        if is_list:
            click.echo(_listed(vault, known))
        elif forget is not None:
            app = app_of(known[forget], forget) if forget in known else None
            _forget(vault, forget, app)
        else:
            name = _picked(source, known)
            app = app_of(known[name], name)
            if app is None:
                raise Failure(f"{name} has its token in the config", code=2)
            tokens = _signed_in(app, vault, is_browser_wanted=not no_browser)
            if app.kind == "tiktok-ads":
                _choose_advertiser(app, vault, tokens, known[name])


@contextmanager
def _told() -> Iterator[None]:
    """A SourceError becomes what the user is told."""
    from kpi_tui.sources.port import SourceError

    try:
        yield
    except SourceError as error:
        raise _failure(error) from None


def _failure(error: "SourceError") -> Failure:
    code = 2 if error.fault == "config" else 1
    return Failure(error.message, hint=error.hint, code=code)


def _picked(source: str | None, known: "Mapping[str, SignedSource]") -> str:
    """The source that is meant; Failure that names those that there are."""
    if source is not None and source in known:
        return source
    names = ", ".join(known)
    if not known:
        raise Failure(
            "the config has no source to sign in",
            hint="add one of type tiktok-display, tiktok-business or tiktok-ads",
            code=2,
        )
    if source is None:
        raise Failure("which source?", hint=f"kpi-tui auth SOURCE: {names}", code=2)
    near = get_close_matches(source, known, n=1)
    guess = f"; did you mean {near[0]}?" if near else ""
    raise Failure(
        f"no source {source!r} can be signed in{guess}",
        hint=f"kpi-tui auth SOURCE: {names}",
        code=2,
    )


def _signed_in(app: "App", vault: "Vault", *, is_browser_wanted: bool) -> "Tokens":
    """Ask for consent, keep what comes, say so; Failure when nothing comes."""
    from kpi_tui.sources.signin.signing import missing_scopes, store

    has_browser = is_browser_wanted and browser_is_here(os.environ)
    has_terminal = sys.stdin.isatty()
    if not has_browser and not has_terminal:
        raise Failure(
            "signing in needs a browser here, or a terminal to paste an address into",
            hint=f"run it in a terminal: kpi-tui auth {app.name}",
            code=2,
        )
    tokens = asyncio.run(_asked(app, has_browser, has_terminal))
    place = store(vault, app, tokens)
    where = "the system keyring" if place == "keyring" else str(vault.folder)
    who = f" as {tokens.subject}" if tokens.subject else ""
    click.echo(f"{app.name} is signed in{who}, {_end(tokens)}. Kept in {where}.")
    missing = missing_scopes(app, tokens)
    if missing:
        click.echo(
            f"Warning: TikTok granted no {', '.join(missing)}: some numbers will be "
            "missing. Sign in again and allow it, or add it to the app.",
            err=True,
        )
    return tokens


async def _asked(app: "App", has_browser: bool, has_terminal: bool) -> "Tokens":
    """Show the address, wait for the answer, and get tokens for it."""
    from kpi_tui.sources.signin.consent import Consent
    from kpi_tui.sources.signin.signing import answering, exchange

    async with answering(app) as page:
        if page is None and not has_terminal:
            raise Failure(
                "redirect_uri leads elsewhere, so its address must be pasted",
                hint=f"run it in a terminal: kpi-tui auth {app.name}",
                code=2,
            )
        uri = page.redirect_uri if page else app.redirect_uri
        consent = Consent(app, uri or "")
        _show(consent, has_browser=has_browser, has_terminal=has_terminal)
        lines = Lines(sys.stdin.fileno()) if has_terminal else None
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                code = await first_code(
                    consent, page.answer if page else None, lines, has_browser
                )
        except TimeoutError:
            raise Failure(
                f"no answer came within {WAIT_SECONDS / 60:g} minutes",
                hint=f"kpi-tui auth {app.name}",
            ) from None
        finally:
            if lines is not None:
                lines.close()
    return await exchange(consent, code)


def _show(consent: "Consent", *, has_browser: bool, has_terminal: bool) -> None:
    click.echo(f"Sign in to TikTok for {consent.app.name}:\n", err=True)
    click.echo(f"{consent.address}\n", err=True)
    if has_browser:
        click.echo("Your browser opens this address now.", err=True)
        # In a thread: some browsers only return when they are closed.
        threading.Thread(
            target=webbrowser.open, args=(consent.address,), daemon=True
        ).start()
    else:
        click.echo("Open this address, here or on any other machine.", err=True)
    if has_terminal:
        click.echo(
            "If the browser ends at a page that it cannot load, copy the address of "
            "that page, paste it here and press Enter:",
            err=True,
        )


def _choose_advertiser(
    app: "App", vault: "Vault", tokens: "Tokens", source: "SignedSource"
) -> None:
    """Find out which of the advertisers is meant, and keep it beside the token."""
    from kpi_tui.sources.signin.signing import advertiser_names, store

    names = asyncio.run(advertiser_names(app, tokens))
    wanted = getattr(source, "advertiser_id", "")
    rows = [(one, names[one] or "-") for one in names]
    click.echo(table(("ADVERTISER", "NAME"), rows))
    if wanted:
        if names and wanted not in names:
            message = f"advertiser {wanted} of the config gave no consent"
            raise Failure(message, hint="set advertiser_id to one of these", code=2)
        return
    chosen = next(iter(names), "")
    if len(names) > 1:
        if not sys.stdin.isatty():
            hint = "set advertiser_id of the source to one of these"
            raise Failure("there are several advertisers", hint=hint, code=2)
        choice = click.Choice(list(names))
        chosen = click.prompt("Which one", type=choice, show_choices=False, err=True)
    if chosen:
        place = vault.place(app.name)
        store(vault, app, replace(tokens, subject=chosen), place)
        click.echo(f"{app.name} reads advertiser {chosen}.")


def _forget(vault: "Vault", name: str, app: "App | None") -> None:
    from kpi_tui.sources.signin.signing import forget

    if vault.place(name) is None:
        kept = ", ".join(vault.names()) or "none"
        raise Failure(f"{name} is not signed in; signed in: {kept}")
    refusal = asyncio.run(forget(vault, name, app))
    if refusal is None:
        click.echo(f"{name} is signed out, here and at TikTok.")
        return
    raise Failure(
        f"{name} is signed out here, but TikTok was not told: {refusal.message}",
        hint="in TikTok: Settings > Security > Manage app permissions, remove the app",
    )


def _listed(vault: "Vault", known: "Mapping[str, SignedSource]") -> str:
    """The table of who is signed in; never a token."""
    from kpi_tui.sources.signin.apps import app_of

    now = time.time()
    rows = []
    for name, source in known.items():
        app = app_of(source, name)
        if app is None:
            rows.append((name, "token in the config", "-", "-"))
        else:
            rows.append((name, *_state(vault, name, app, now)))
    gone = [name for name in vault.names() if name not in known]
    rows += [
        (name, "not in the config", "-", vault.place(name) or "-") for name in gone
    ]
    if not rows:
        return "No source of the config can be signed in."
    return table(("SOURCE", "STATE", "SIGNED IN UNTIL", "KEPT IN"), rows)


def _state(vault: "Vault", name: str, app: "App", now: float) -> tuple[str, str, str]:
    from kpi_tui.sources.port import SourceError
    from kpi_tui.sources.signin.keeper import NOTICE_SECONDS

    place = vault.place(name) or "-"
    try:
        record = vault.record(name)
    except SourceError:
        return "damaged: sign in again", "-", place
    if record is None:
        return "not signed in", "-", "-"
    end = record.tokens.sign_in_until
    state = "signed in"
    if record.client_id != app.client_id:
        state = "given to another app: sign in again"
    elif end is not None and end < now:
        state = "ended: sign in again"
    elif end is not None and end - now < NOTICE_SECONDS:
        state = "ends soon: sign in again"
    return state, _day(end) or "no end is known", place


def _end(tokens: "Tokens") -> str:
    day = _day(tokens.sign_in_until)
    return f"until {day}" if day else "with no end that TikTok tells"


def _day(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat() if at is not None else ""
