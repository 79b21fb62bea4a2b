"""What a platform gives to those who sign in, and when each part of it ends.

Pure: no file, no network, no clock. Nothing here shows a token in its repr.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from kpi_tui.kpi.text import clean
from kpi_tui.sources.numeric import number
from kpi_tui.sources.port import SourceError

DUE_SHARE = 0.8
"""Of an access token's life, after which it is refreshed."""
_MARGIN_SECONDS = 30.0
"""A token that ends while its request is on the way is of no use."""
_LONGEST_TOKEN = 4096


class ConsentError(SourceError):
    """Nobody but the user can help: they must sign in again."""

    def __init__(self, message: str, name: str = "") -> None:
        """``name`` is the source's; the hint has the command for it."""
        hint = f"kpi-tui auth {name}" if name else None
        super().__init__(message, fault="unauthorised", hint=hint)


@dataclass(frozen=True, slots=True)
class Tokens:
    """One answer of a token endpoint. Times are UTC epoch seconds; None: not said."""

    access: str = field(repr=False)
    obtained_at: float
    access_until: float | None = None
    refresh: str | None = field(default=None, repr=False)
    refresh_until: float | None = None
    subject: str = ""
    """The ``open_id``, or the advertiser that was chosen."""
    scopes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    """What can be chosen from: the advertisers that gave their consent."""

    @property
    def sign_in_until(self) -> float | None:
        """When only the user can go on; None where the platform tells no end.

        An access token's end is not the sign-in's, as long as it can be refreshed.
        """
        return self.refresh_until if self.refresh else self.access_until

    def is_due(self, now: float) -> bool:
        """Whether most of the access token's life is over."""
        if self.access_until is None:
            return False
        life = self.access_until - self.obtained_at
        age = now - self.obtained_at
        # A clock that was set back would else leave a dead token in use.
        return not -_MARGIN_SECONDS <= age < life * DUE_SHARE

    def is_alive(self, now: float) -> bool:
        """Whether the access token can still be used, as far as is known."""
        return self.access_until is None or now < self.access_until - _MARGIN_SECONDS

    def to_json(self) -> dict[str, object]:
        """As :meth:`from_json` takes it."""
        return {
            "access": self.access,
            "obtained_at": self.obtained_at,
            "access_until": self.access_until,
            "refresh": self.refresh,
            "refresh_until": self.refresh_until,
            "subject": self.subject,
            "scopes": list(self.scopes),
            "subjects": list(self.subjects),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From what :meth:`to_json` gave; ValueError for anything else."""
        if not isinstance(data, dict):
            raise ValueError("not a table of tokens")  # noqa: TRY004  one error for all
        obtained_at = number(data.get("obtained_at"))
        access = data.get("access")
        if obtained_at is None or not _is_token(access):
            raise ValueError("tokens without a token")
        refresh = data.get("refresh")
        return cls(
            access=str(access),
            obtained_at=obtained_at,
            access_until=number(data.get("access_until")),
            refresh=refresh if _is_token(refresh) else None,
            refresh_until=number(data.get("refresh_until")),
            subject=str(data.get("subject") or ""),
            scopes=_texts(data.get("scopes")),
            subjects=_texts(data.get("subjects")),
        )


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the vault keeps of one signed-in source."""

    kind: str
    """The source's type."""
    client_id: str
    """Of the app that was given the consent: another app cannot refresh it."""
    tokens: Tokens
    previous: Tokens | None = None
    """What the tokens replaced, until they were themselves used for a refresh."""
    asked_at: float | None = None
    """When a refresh was begun whose answer is not stored yet."""

    def rotated(self, tokens: Tokens) -> "Record":
        """With the answer to a refresh in the place of what it was asked with."""
        return replace(self, tokens=tokens, previous=self.tokens, asked_at=None)

    def to_json(self) -> dict[str, object]:
        """As :meth:`from_json` takes it."""
        return {
            "kind": self.kind,
            "client_id": self.client_id,
            "tokens": self.tokens.to_json(),
            "previous": self.previous.to_json() if self.previous else None,
            "asked_at": self.asked_at,
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """From what :meth:`to_json` gave; ValueError for anything else."""
        if not isinstance(data, dict):
            raise ValueError("not a record")  # noqa: TRY004  one error for all
        previous = data.get("previous")
        return cls(
            kind=str(data.get("kind") or ""),
            client_id=str(data.get("client_id") or ""),
            tokens=Tokens.from_json(data.get("tokens")),
            previous=Tokens.from_json(previous) if previous else None,
            asked_at=number(data.get("asked_at")),
        )


def tokens_of(
    data: Mapping[str, object], now: float, before: Tokens | None = None
) -> Tokens:
    """The tokens in an answer that came at ``now`` (UTC epoch seconds).

    Lifetimes are the answer's alone: TikTok has had 24 hours and 365 days, and 2
    hours and 180 days. What a refresh leaves out stays as it was ``before``. Raises
    SourceError when there is no token in it.
    """
    access = data.get("access_token")
    if not _is_token(access):
        raise SourceError(
            "TikTok answered the sign-in without a token",
            hint="Check base_url of this source.",
        )
    old = before or Tokens("", now)
    refresh = data.get("refresh_token")
    is_new = _is_token(refresh)
    refresh_life = number(data.get("refresh_expires_in"))
    if refresh_life is None:
        refresh_life = number(data.get("refresh_token_expires_in"))
    subject = data.get("open_id")
    return Tokens(
        access=str(access),
        obtained_at=now,
        access_until=_end(now, number(data.get("expires_in"))),
        refresh=str(refresh) if is_new else old.refresh,
        refresh_until=_end(now, refresh_life)
        if is_new or refresh_life is not None
        else old.refresh_until,
        subject=clean(subject, 200) if isinstance(subject, str) else old.subject,
        scopes=_texts(data.get("scope")) or old.scopes,
        subjects=_texts(data.get("advertiser_ids")) or old.subjects,
    )


def fingerprint(token: str | None) -> str:
    """What tells tokens apart without telling them."""
    return hashlib.sha256((token or "").encode()).hexdigest()[:16]


def _end(now: float, life: float | None) -> float | None:
    # A life of nothing would make it due for ever; it is as good as not said.
    return now + life if life is not None and life > 0 else None


def _is_token(value: object) -> bool:
    """Whether it can travel in a header."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_TOKEN
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _texts(value: object) -> tuple[str, ...]:
    """A comma list, or a list of texts and numbers, as texts."""
    if isinstance(value, str):
        value = value.replace(" ", ",").split(",")
    if not isinstance(value, list):
        return ()
    texts = (clean(str(one), 200) for one in value if isinstance(one, str | int))
    return tuple(text for text in texts if text)
