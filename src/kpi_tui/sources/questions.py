"""What a connector asks over HTTP, and what of it no message may repeat.

Knows no connection (see :mod:`kpi_tui.sources.http`) and no provider.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

import httpx

from kpi_tui.kpi.text import clean
from kpi_tui.sources.port import SourceError

_SHORTEST_SECRET = 6
_OWN_HEADERS = {
    "user-agent",
    "accept",
    "accept-encoding",
    "host",
    "connection",
    "content-type",
    "content-length",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One request. Headers and bodies may hold secrets, so its repr shows neither."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    """The body as JSON; None sends none."""
    form: Mapping[str, str] | None = field(default=None, repr=False)
    """The body as a web form; None sends none."""


def built(client: httpx.AsyncClient, question: Question) -> httpx.Request:
    """The request, or a SourceError that repeats no value: httpx and h11 would."""
    for name, value in (question.headers or {}).items():
        if not (f"{name}{value}".isascii() and f"{name}{value}".isprintable()):
            raise SourceError(
                f"the header {clean(name, 60)} holds characters that HTTP forbids",
                fault="config",
                hint="Check the secret: plain ASCII on one line, without line breaks.",
            )
    try:
        # Given apart, httpx puts them in place of those that the address has.
        url = httpx.URL(question.url).copy_merge_params(question.params or {})
        request = client.build_request(
            question.method,
            url,
            headers=question.headers,
            json=question.json,
            data=question.form,
        )
    except (httpx.InvalidURL, ValueError, TypeError):
        request = None
    if request is None or request.url.scheme not in {"http", "https"}:
        raise SourceError(
            "the url is not a web address",
            fault="config",
            hint='Set url to an address such as "https://stats.example/api".',
        )
    return request


def hidden(request: httpx.Request, question: Question) -> tuple[str, ...]:
    """What of the request no message may repeat, longest first."""
    values = [v for k, v in request.headers.items() if k.lower() not in _OWN_HEADERS]
    values += [value for _, value in request.url.params.multi_items()]
    values += [request.url.password, request.url.username]
    values += _texts(question.json)
    values += _texts(question.form)
    return written({part for value in values for part in (value, *value.split())})


def written(secrets: Iterable[str]) -> tuple[str, ...]:
    """Every writing in which an answer may repeat these secrets, longest first.

    Short ones are left out: they are parts of too many words.
    """
    parts = {one for one in secrets if len(one) >= _SHORTEST_SECRET}
    raw = [one.encode() for one in parts]
    parts |= {quote(part, safe="") for part in parts}
    parts |= {json.dumps(part)[1:-1] for part in parts}
    parts |= {one.hex() for one in raw}
    for encode in (b64encode, urlsafe_b64encode):
        # Its end depends on what follows, three bytes at a time.
        parts |= {encode(one[: len(one) // 3 * 3]).decode() for one in raw}
    return tuple(sorted(parts, key=len, reverse=True))


def _texts(body: Mapping[str, object] | None) -> Iterator[str]:
    return (value for value in (body or {}).values() if isinstance(value, str))
