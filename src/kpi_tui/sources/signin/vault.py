"""Keeps what those who signed in were given: in the keyring, else in files.

Knows no platform. Reading needs no lock, because an entry is replaced whole; who
writes holds the entry's lock, so that a refresh and a new sign-in never cross.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kpi_tui.sources.port import SourceError
from kpi_tui.sources.signin import keyrings
from kpi_tui.sources.signin.files import (
    make_private,
    read_private,
    remove_private,
    write_private,
)
from kpi_tui.sources.signin.keyrings import KeyringError
from kpi_tui.sources.signin.tokens import Record

Place = Literal["keyring", "file"]
_VERSION = 1
_ENTRY = ".json"
_ANSWER = ".answer"


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What a token endpoint said, kept before anybody looks into it."""

    body: str = field(repr=False)
    at: float
    """UTC epoch seconds."""
    used: str
    """Fingerprint of the refresh token that it answers."""


class Vault:
    """The entries of one folder, one for each source that signed in."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when something is first kept."""
        self.folder = folder

    def names(self) -> list[str]:
        """The sources that have an entry."""
        found = []
        for path in sorted(self.folder.glob(f"*{_ENTRY}")):
            with suppress(SourceError):
                name = _table(read_private(path), path).get("name")
                found += [name] if isinstance(name, str) else []
        return found

    def record(self, name: str) -> Record | None:
        """What is kept of a source, None where nothing is.

        Raises SourceError when it is there and cannot be read.
        """
        path = self._path(name, _ENTRY)
        text = read_private(path)
        if text is None:
            return None
        table = _table(text, path)
        if table.get("where") == "keyring":
            kept = self._from_keyring(name)
            table = _table(kept, path) if kept is not None else {}
        try:
            return Record.from_json(table.get("record"))
        except ValueError:
            raise _broken(path, name) from None

    def place(self, name: str) -> Place | None:
        """Where the entry is; None where there is none. A damaged one is a file."""
        path = self._path(name, _ENTRY)
        with suppress(SourceError):
            text = read_private(path)
            if text is None:
                return None
            if _table(text, path).get("where") == "keyring":
                return "keyring"
        return "file"

    def keep(self, name: str, record: Record, place: Place | None = None) -> Place:
        """Put a record in the entry's place, safely on the disk; where it went.

        ``place`` is where it was when None. A keyring that fails is passed by: a
        token in a 0600 file is better than one that is lost. Hold :meth:`locked`.
        """
        text = json.dumps({"version": _VERSION, "record": record.to_json()})
        if (place or self.place(name)) == "keyring":
            with suppress(KeyringError):
                keyrings.put(name, text)
                self._write(name, {"where": "keyring"})
                return "keyring"
        self._write(name, {"where": "file", "record": record.to_json()})
        return "file"

    def drop(self, name: str) -> bool:
        """Forget a source everywhere; whether there was anything. Hold the lock."""
        self.drop_answer(name)
        if self.place(name) == "keyring":
            with suppress(KeyringError):
                keyrings.drop(name)
        return remove_private(self._path(name, _ENTRY))

    def keep_answer(self, name: str, answer: RawAnswer) -> None:
        """Keep an answer as it came, beside the entry. Hold the lock."""
        table = {"body": answer.body, "at": answer.at, "used": answer.used}
        if self.place(name) == "keyring":
            with suppress(KeyringError):
                keyrings.put(name + _ANSWER, json.dumps(table))
                return
        write_private(self._path(name, _ANSWER), json.dumps(table))

    def answer(self, name: str) -> RawAnswer | None:
        """An answer that nobody came to look into; None where there is none."""
        text = read_private(self._path(name, _ANSWER))
        if text is None and self.place(name) == "keyring":
            with suppress(KeyringError):
                text = keyrings.get(name + _ANSWER)
        try:
            table = json.loads(text or "null")
            return RawAnswer(str(table["body"]), float(table["at"]), table["used"])
        except (ValueError, TypeError, KeyError):
            return None

    def drop_answer(self, name: str) -> None:
        """Forget the answer, if there is one. Hold the lock."""
        remove_private(self._path(name, _ANSWER))
        if self.place(name) == "keyring":
            with suppress(KeyringError):
                keyrings.drop(name + _ANSWER)

    @contextmanager
    def locked(self, name: str, seconds: float) -> Iterator[None]:
        """Be the only process that writes this entry; freed when it dies.

        Raises SourceError when others took longer than ``seconds``.
        """
        from filelock import FileLock, Timeout

        try:
            make_private(self.folder)
            lock = FileLock(self._path(name, ".lock"), mode=0o600)
            lock.acquire(timeout=seconds, poll_interval=0.02)
        except Timeout:
            raise SourceError(
                f"another kpi-tui has been refreshing {name} for {seconds:g} s",
                hint="It is tried again by itself.",
            ) from None
        except OSError as error:
            raise SourceError(
                f"the sign-ins in {self.folder} cannot be used: {error.strerror}",
                fault="config",
                hint=f"check the disk and who owns {self.folder}",
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _path(self, name: str, suffix: str) -> Path:
        return self.folder / (name.replace("/", "~") + suffix)

    def _write(self, name: str, table: dict[str, object]) -> None:
        text = json.dumps({"version": _VERSION, "name": name, **table})
        write_private(self._path(name, _ENTRY), text)

    def _from_keyring(self, name: str) -> str | None:
        try:
            return keyrings.get(name)
        except KeyringError as error:
            raise SourceError(
                f"the system keyring, which keeps the sign-in, failed ({error})",
                fault="unauthorised",
                hint=f"unlock it, or sign in again: kpi-tui auth {name}",
            ) from None


def _table(text: str | None, path: Path) -> dict[str, object]:
    try:
        table = json.loads(text or "")
    except ValueError:
        table = None
    if not isinstance(table, dict):
        raise _broken(path, path.stem.replace("~", "/"))
    return table


def _broken(path: Path, name: str) -> SourceError:
    return SourceError(
        f"the sign-in kept in {path} is damaged",
        fault="unauthorised",
        hint=f"kpi-tui auth {name}",
    )
