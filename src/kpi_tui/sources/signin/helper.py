"""A process of its own that refreshes one sign-in, and lives on when kpi-tui is killed.

The platform gives a new refresh token and ends the old one in the same moment. Were
the answer lost on its way to the disk, nobody but the user could sign in again. So
the request, its answer and the storing of it are here: started by
:mod:`kpi_tui.sources.signin.renewal` in a session of its own, for a second or so. What to do comes on stdin, as one line of
JSON, because arguments and the environment can be read by others. It says on stdout
how it went, never what it got.
"""

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from kpi_tui.sources.answers import Answer
from kpi_tui.sources.http import Bounds, HttpClient
from kpi_tui.sources.port import Fault, SourceError
from kpi_tui.sources.signin.platforms import LOGINS, Client, granted
from kpi_tui.sources.signin.tokens import ConsentError, Record, Tokens, fingerprint
from kpi_tui.sources.signin.vault import RawAnswer, Vault

LOCK_SECONDS = 40.0
"""How long another process's refresh of the same source is waited for."""
REQUEST_SECONDS = 20.0
LONGEST_SECONDS = LOCK_SECONDS + 3 * REQUEST_SECONDS
"""After which it has ended, whatever happens."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to refresh."""

    name: str
    folder: Path
    stale: str
    """Fingerprint of the access token to replace; another one needs nothing."""
    client: Client

    def to_line(self) -> bytes:
        """One line, for stdin."""
        client = self.client
        table = {
            "name": self.name,
            "folder": str(self.folder),
            "stale": self.stale,
            "kind": client.kind,
            "base_url": client.base_url,
            "client_id": client.client_id,
            "secret": client.secret,
        }
        return json.dumps(table).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Order":
        """From a whole line; ValueError when it broke off."""
        if not line.endswith(b"\n"):
            raise ValueError("the order broke off")
        table: dict[str, str] = json.loads(line)
        client = Client(
            table["kind"], table["base_url"], table["client_id"], table["secret"]
        )
        return cls(table["name"], Path(table["folder"]), table["stale"], client)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went."""

    message: str = ""
    """Empty when all is well."""
    fault: Fault | Literal["consent"] = "failed"
    hint: str | None = None
    retry_after: float | None = None

    def to_line(self) -> bytes:
        """One line, for stdout."""
        table = {
            "message": self.message,
            "fault": self.fault,
            "hint": self.hint,
            "retry_after": self.retry_after,
        }
        return json.dumps(table).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Outcome":
        """From what a helper said; a failure when it said nothing whole."""
        try:
            table = json.loads(line)
            return cls(
                table["message"], table["fault"], table["hint"], table["retry_after"]
            )
        except (ValueError, TypeError, KeyError):
            return cls("the refresh of the sign-in ended without a word")

    def error(self, name: str) -> SourceError | None:
        """What to raise for the source called ``name``; None when all is well."""
        if not self.message:
            return None
        if self.fault == "consent":
            return ConsentError(self.message, name)
        return SourceError(
            self.message,
            fault=self.fault,
            hint=self.hint,
            retry_after=self.retry_after,
        )


def run(order: Order) -> Outcome:
    """Refresh, and keep what comes before anything else happens."""
    vault = Vault(order.folder)
    try:
        with vault.locked(order.name, LOCK_SECONDS):
            asyncio.run(_Refresh(vault, order).run())
    except ConsentError as error:
        return Outcome(error.message, "consent")
    except SourceError as error:
        return Outcome(error.message, error.fault, error.hint, error.retry_after)
    return Outcome()


class _Refresh:
    """One refresh, done under the entry's lock."""

    def __init__(self, vault: Vault, order: Order) -> None:
        self._vault = vault
        self._order = order
        self._name = order.name
        self._login = LOGINS[order.client.kind]
        self._http = HttpClient(bounds=Bounds(total_seconds=REQUEST_SECONDS))

    async def run(self) -> None:
        """Replace the stale token, unless somebody did; SourceError when refused."""
        record = self._recovered()
        if record is None:
            raise ConsentError("nobody has signed in yet")
        tokens = record.tokens
        if fingerprint(tokens.access) != self._order.stale:
            return  # another process was faster, or this one's killed forerunner
        if record.client_id != self._order.client.client_id:
            raise ConsentError("the sign-in was given to another app")
        if tokens.refresh is None or not self._login.can_refresh:
            raise ConsentError("the sign-in has ended, and cannot be refreshed")
        # Not only a note: a disk that is full or read-only is found out before the
        # platform ends the old token.
        self._vault.keep(self._name, replace(record, asked_at=time.time()))
        try:
            found = await self._with_either(record)
        finally:
            await self._http.close()
        self._vault.keep(self._name, record.rotated(found))
        self._vault.drop_answer(self._name)

    def _recovered(self) -> Record | None:
        """The record, with an answer put in that a killed helper only kept."""
        record = self._vault.record(self._name)
        raw = self._vault.answer(self._name) if record is not None else None
        if record is None or raw is None:
            return record
        pairs = (record.tokens, record.previous or record.tokens)
        if raw.used in [fingerprint(pair.refresh) for pair in pairs]:
            answer = Answer("TikTok", 200, {}, raw.body.encode())
            try:
                found = granted(self._login, answer, raw.at, record.tokens)
            except SourceError:
                return record  # a refusal; the answer to the next request replaces it
            record = record.rotated(found)
            self._vault.keep(self._name, record)
        self._vault.drop_answer(self._name)
        return record

    async def _with_either(self, record: Record) -> Tokens:
        """New tokens for the refresh token, or for the one before it.

        That one may live on where the platform's answer was lost on the way.
        """
        try:
            return await self._asked(record.tokens)
        except ConsentError as error:
            refusal = error
            if record.asked_at is not None:
                refusal = ConsentError(
                    f"{error.message}; TikTok's answer to the refresh before was lost"
                )
        before = record.previous
        if before is None or before.refresh in {None, record.tokens.refresh}:
            raise refusal
        try:
            return await self._asked(before)
        except ConsentError:
            raise refusal from None

    async def _asked(self, using: Tokens) -> Tokens:
        """New tokens, their answer on the disk before anybody looks into it."""
        token = using.refresh or ""
        question = self._login.refresh(self._order.client, token)
        try:
            answer = await self._http.ask(question, self._name)
        except SourceError as error:
            if error.fault != "failed":
                raise
            # At once: where the platform's answer was lost on the way, it may take
            # the old token for a few seconds more.
            answer = await self._http.ask(question, self._name)
        now = time.time()
        if 200 <= answer.status < 300:
            body = answer.body.decode("utf-8", errors="replace")
            raw = RawAnswer(body, now, fingerprint(token))
            self._vault.keep_answer(self._name, raw)
        try:
            return granted(self._login, answer, now, using)
        except ConsentError:
            self._vault.drop_answer(self._name)
            raise


def main() -> None:
    """Read the order, do it, say how it went; nobody may be left to hear it."""
    # A service that is stopped signals all of its processes; this one ends soon.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.alarm(int(LONGEST_SECONDS))
    try:
        order = Order.from_line(sys.stdin.buffer.readline())
    except (ValueError, KeyError, TypeError):
        sys.exit(2)
    line = run(order).to_line()
    # Past Python's own streams, which complain at exit when nobody reads.
    with suppress(OSError):
        os.write(1, line)
