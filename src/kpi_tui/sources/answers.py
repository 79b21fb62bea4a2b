"""From a received HTTP answer to its JSON, or to the sentence that says what is wrong.

Knows no connection (see :mod:`kpi_tui.sources.http`) and no provider's envelope.
"""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from kpi_tui.kpi.text import clean
from kpi_tui.sources.port import SourceError

_QUOTE_CHARACTERS = 120
_LONGEST_WAIT_SECONDS = 31 * 86_400.0
"""Providers count by the month at most; a longer wait is a slip, or a wrong clock."""
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SEVERAL = re.compile(r"\s*,\s*(?=[0-9])")
"""Between the values of a header that was sent twice; a date's comma is none."""
_TELLING_KEYS = (
    "message",
    "msg",
    "detail",
    "error_description",
    "error_message",
    "error",
    "title",
    "reason",
)
_AGAIN = "It is asked again by itself."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the wire, complete and at most as long as allowed."""

    host: str
    """Of the request, with the port when it is no usual one."""
    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes
    """Decompressed."""
    hidden: tuple[str, ...] = ()
    """Secrets of the request, which an error body might repeat."""

    @property
    def is_success(self) -> bool:
        """Whether the status is one of those that come with data."""
        return 200 <= self.status < 300


def read_json(answer: Answer, now: float) -> object:
    """The JSON that an answer holds.

    ``now`` (UTC epoch seconds) turns a date in Retry-After into a wait. Raises
    SourceError for every status but 2xx and for every body but JSON.
    """
    if not answer.is_success:
        raise _refusal(answer, now)
    if not answer.body.strip():
        raise SourceError(
            f"{answer.host} answered without content ({answer.status})",
            hint="Check the url of this source.",
        )
    if is_html(answer.body):
        raise SourceError(
            f"{answer.host} answered with a web page instead of JSON",
            hint="Check the url; a login page or a proxy may stand in between.",
        )
    return _parse(answer)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait from a Retry-After header, 1 second to 31 days.

    Takes seconds or an HTTP date, the longest where it was sent more than once; None
    when it is absent, negative or garbage.
    """
    if value is None:
        return None
    text = value.strip()
    several = _SEVERAL.split(text)
    if all(_SECONDS.fullmatch(one) for one in several):
        return _clamped(max(map(float, several)))
    try:
        when = parsedate_to_datetime(text)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return _clamped(aware.timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def inflated(body: bytes, encoding: str, limit: int) -> bytes | None:
    """The body without its compression; None when it is longer than ``limit`` bytes.

    Stops at the limit, so that a small bomb never becomes a large one in memory.
    Raises ValueError for a broken or half body and for an unknown encoding.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return body if len(body) <= limit else None
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise ValueError(f"in an encoding that was not asked for ({clean(name, 20)})")
    engine = zlib.decompressobj(zlib.MAX_WBITS | 32)  # finds out gzip or zlib
    try:
        out = engine.decompress(body, limit + 1)
    except zlib.error:
        raise ValueError("with compressed data that is broken") from None
    if len(out) > limit:
        return None
    if not engine.eof:
        raise ValueError("with half of its compressed data")
    return out


def is_html(body: bytes) -> bool:
    """Whether it starts like a web page (or XML) rather than like data."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def without(text: str, hidden: tuple[str, ...]) -> str:
    """The text with every secret in ``hidden`` blotted out."""
    for secret in hidden:
        text = text.replace(secret, "…")
    return text


def quoted(text: str, hidden: tuple[str, ...] = ()) -> str:
    """Outside text for a message: cleaned, without secrets, at most 120 characters."""
    # Cleaned first: a control character in its middle would hide a secret from us.
    line = without(clean(text), hidden)
    if len(line) <= _QUOTE_CHARACTERS:
        return line
    return line[: _QUOTE_CHARACTERS - 1].rstrip() + "…"


def _parse(answer: Answer) -> object:
    problem = "is not valid JSON"
    try:
        parsed: object = json.loads(answer.body, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        problem = "is not UTF-8 text"
    except RecursionError:
        problem = "is nested too deeply"
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(error.doc.rstrip())
        if is_cut or error.msg.startswith("Unterminated"):
            problem = "is JSON that breaks off in the middle"
    except _ConstantError as error:
        problem = f"is not valid JSON: it holds {error}"
    except ValueError:  # int() refuses more than 4,300 digits
        problem = "holds a number that is too long"
    else:
        return parsed
    raise SourceError(
        f"what {answer.host} answered {problem}",
        hint="Check the url of this source: it needs plain JSON in UTF-8.",
    )


class _ConstantError(ValueError):
    """NaN or Infinity, which Python's parser takes and JSON forbids."""


def _refuse_constant(name: str) -> Any:  # noqa: ANN401  the parser's own signature
    raise _ConstantError(name)


def _refusal(answer: Answer, now: float) -> SourceError:
    status = answer.status
    if status < 400:
        return _redirect(answer)
    said = _said(answer)
    wait = retry_after(answer.headers.get("retry-after"), now)
    if status in {401, 403}:
        return SourceError(
            f"{answer.host} refused the sign-in ({status}){said}",
            fault="unauthorised",
            hint="Check the token or key of this source: it may be wrong or expired.",
        )
    if status == 429:
        return SourceError(
            f"{answer.host} is being asked too often (429){said}",
            fault="rate limited",
            hint="It is asked again when the wait is over; a longer refresh helps.",
            retry_after=wait,
        )
    if status >= 500:
        return SourceError(
            f"{answer.host} has a fault of its own ({status}){said}",
            hint=_AGAIN,
            retry_after=wait,
        )
    if status in {404, 410}:
        return SourceError(
            f"{answer.host} has nothing at this address ({status}){said}",
            hint="Check the url of this source.",
        )
    return SourceError(
        f"{answer.host} refused the request ({status}){said}",
        hint="Check the url and the headers of this source.",
        retry_after=wait,
    )


def _redirect(answer: Answer) -> SourceError:
    target = _origin(answer.headers.get("location", ""))
    if answer.status not in {301, 302, 303, 307, 308}:
        return SourceError(f"{answer.host} answered with status {answer.status}")
    if target is None:
        return SourceError(
            f"{answer.host} answered with a redirect to another path",
            fault="config",
            hint="Set the url of this source to the address it redirects to.",
        )
    return SourceError(
        f"{answer.host} answered with a redirect to {target}",
        fault="config",
        hint="Set the url of this source to that; redirects are not followed.",
    )


def _origin(location: str) -> str | None:
    """Scheme and host of a Location, never its path or query, which may hold a key."""
    try:
        parts = urlsplit(clean(location))
        host = parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if not host:
        return None
    return f"{parts.scheme}://{host}{port}" if parts.scheme else f"{host}{port}"


def _said(answer: Answer) -> str:
    """What an error body says, as the end of a sentence; empty when nothing useful."""
    body = answer.body[:20_000]
    if not body.strip() or is_html(body):
        return ""
    text = body.decode("utf-8", errors="replace")
    try:
        said = _telling(json.loads(text))
    except (ValueError, RecursionError):
        said = text
    said = quoted(said, answer.hidden) if said else ""
    return f": “{said}”" if said else ""


def _telling(body: object) -> str:
    """The sentence inside a JSON error body, at most two levels deep."""
    if isinstance(body, str):
        return body
    if not isinstance(body, dict):
        return ""
    values = [body[key] for key in _TELLING_KEYS if key in body]
    for value in values:
        inner = value if isinstance(value, dict) else {"message": value}
        for key in _TELLING_KEYS:
            said = inner.get(key)
            if isinstance(said, str) and said.strip():
                return said
    return ""


def _clamped(seconds: float) -> float:
    return min(max(seconds, 1.0), _LONGEST_WAIT_SECONDS)
